"""P11: `python -m tests.benchmarks.bench_list [--rows 100000] [--frames 400]`. The product's list over its paged model, offscreen.

A frame is a move of the scroll bar with everything painted that it brings: first by the wheel at the top, then leaps until the
last row has been read, then by the wheel upwards from the end, where pages left behind are read again.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.benchmarks.figures import share, spread, tell

if TYPE_CHECKING:
    from desktop.views.parts.rows import RowList

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
_WHEEL_PX = 120
_PAGE = 500
"""Larger than the product's own pages, so that the end is reached in hundreds of leaps instead of thousands."""
_TITLES = ("Общий анализ крови", "Биохимический анализ крови, расширенный", "Анализ мочи", "Электрокардиограмма в двенадцати отведениях")


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the list."""

    id: int


def made(rows: int) -> RowList:
    """Return the list on the screen."""
    from desktop.views import theme
    from desktop.views.parts.rows import RowFace, RowList
    from desktop.views.row_model import PagedRows

    def fetch(after: Hashable | None, count: int) -> Sequence[Line]:
        start = 0 if after is None else int(str(after)) + 1
        return [Line(n) for n in range(start, min(start + count, rows))]

    def face(line: Line) -> RowFace:
        day, kind = f"{1 + line.id % 28}.05.{2026 - line.id // 5000}", line.id % 7
        return RowFace(title=_TITLES[line.id % 4], detail=f"{day}, Городская поликлиника № {line.id % 60}", third="1 выше нормы" if kind == 0 else "",
                       third_tone="warn", icon="flask", kind="accent" if kind == 0 else "quiet", trailing="check" if kind else "")  # fmt: skip

    theme.apply(application(), "light")
    view = RowList(PagedRows(fetch, text=lambda line: str(line.id), face=face, page_rows=_PAGE), name="rows", uniform=True)
    view.resize(560, 900)
    view.show()
    return view


def application() -> object:
    """Return the program's own application."""
    from desktop.app import application

    return application()


def frame(view: RowList, to: int) -> tuple[float, float]:
    """Scroll there and paint; return *milliseconds* on the wall and of this thread."""
    from PySide6.QtWidgets import QApplication

    began, own = time.perf_counter(), time.thread_time()
    view.verticalScrollBar().setValue(to)
    # What was scrolled is painted by the events that it posted.
    QApplication.processEvents()
    return (time.perf_counter() - began) * 1000, (time.thread_time() - own) * 1000


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--frames", type=int, default=400)
    chosen = parser.parse_args()
    application()
    view = made(chosen.rows)
    bar, model = view.verticalScrollBar(), view.model()
    assert model is not None
    frame(view, 0)
    top = [frame(view, bar.value() + _WHEEL_PX) for _ in range(chosen.frames)]
    leaps = []
    while model.rowCount() < chosen.rows:
        leaps.append(frame(view, bar.maximum()))
    frame(view, bar.maximum())
    end = [frame(view, bar.value() - _WHEEL_PX) for _ in range(chosen.frames)]
    for name, took in (("at the top", top), ("leaps to the end", leaps), ("upwards from the end", end)):
        wall, own = ([one[side] for one in took] for side in (0, 1))
        print(f"  {name:22} {spread(wall, unit=' ms')}, p95 {share(wall, 0.95):.2f} ms, own time p95 {share(own, 0.95):.2f} ms")
    wall, own = ([one[side] for one in (*top, *end)] for side in (0, 1))
    tell("P11", f"frames over {chosen.rows} rows, p95", share(wall, 0.95), 8, unit=" ms",
         detail=f"own time p95 {share(own, 0.95):.1f} ms; a leap that reads the next {_PAGE} {share([one[0] for one in leaps], 0.5):.1f} ms")


if __name__ == "__main__":
    main()
