"""P12 over hostile documents: what the window's loop misses while every file of the worker's corpus is opened in it, one after another.

Run alone: `python -m tests.benchmarks.bench_documents [NAME ...]`. Each file takes the place of a document of the family's record,
is opened under the product's own limits and closed again; the beat is that of bench_window.py.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.figures import share, tell

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


async def opened_one_by_one(names: list[str]) -> None:
    """Open each file, and print the worst stall with the file that caused it."""
    from desktop.profile import DEMO
    from desktop.views.resting import settle
    from tests.benchmarks.bench_window import Gaps
    from tests.views.opened import opened, put
    from tests.worker.corpus import CORPUS

    gaps: list[float] = []
    own: list[float] = []
    worst: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as place:
        async with opened(Path(place), documents="needed", profile=DEMO, section="documents") as one:
            page = one.page
            row = next(row for row in page.model.rows() if row.place == "here" and row.content_type == "application/pdf")
            for name in names or CORPUS:
                page.panel.clear()
                await put(one.window, row.id, CORPUS[name]())
                await settle(one.window)
                with Gaps() as beat:
                    page.show_subject(row.id)
                    await settle(one.window)
                    page.panel.clear()
                    await settle(one.window)
                gaps += beat.gaps_ms
                own += beat.own_ms
                worst[name] = max(beat.gaps_ms)
    said = ", ".join(f"{name} {worst[name]:.0f}" for name in sorted(worst, key=lambda name: -worst[name])[:5])
    tell("P12", f"gaps over {len(worst)} hostile documents, p99", share(gaps, 0.99), 16, unit=" ms",
         detail=f"{len(gaps)} beats, {sum(own) / 1000:.1f} s of the thread's own time")  # fmt: skip
    tell("P12", f"gaps over {len(worst)} hostile documents, worst", max(gaps), 100, unit=" ms",
         detail=f"{said}; own time of the longest turn {max(own):.0f} ms")  # fmt: skip


def main() -> None:
    """Print both lines."""
    import qasync

    from desktop.app import application

    loop = qasync.QEventLoop(application())
    asyncio.set_event_loop(loop)
    with loop:
        loop.run_until_complete(opened_one_by_one(sys.argv[1:]))


if __name__ == "__main__":
    main()
