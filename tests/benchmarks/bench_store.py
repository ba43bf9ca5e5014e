"""P1 (store half), P5, P9, P10 in figures: `python -m tests.benchmarks.bench_store [M] [L] [--rounds 5]`.

Product and bare pipeline take the same pages in turn, in one process; the ratio of their medians decides.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from desktop.clock import ManualClock
from desktop.record.bundle import Page, read_page
from desktop.store import keys, stems
from desktop.store import vault as vaults
from desktop.store.cursors import CursorStep
from desktop.store.ingest import Batch
from desktop.store.vault import Vault
from tests.benchmarks.bare import COMMIT_ROWS, Bare
from tests.benchmarks.worlds import pages


def product(folder: Path, data: list[bytes]) -> tuple[float, Vault, int]:
    """Take every page into a new vault; return *seconds*, the vault and the person."""
    vault, _ = vaults.create(folder, passphrase="bench bench", clock=ManualClock(), kdf=keys.CHEAP)
    portal = vault.portals.put("https://portal.example/fhir", auth="none")
    person = vault.people.add(portal, "bench-patient")
    stems.forget()
    began = time.perf_counter()
    waiting: list[Page] = []
    rows = 0
    for number, one in enumerate(data):
        page = read_page(one)
        waiting.append(page)
        rows += len(page.entries)
        if rows >= COMMIT_ROWS or number == len(data) - 1:
            vault.replica.take(Batch(portal=portal, person=person, pages=waiting, expected_patient="bench-patient",
                                     cursor=CursorStep(kind=7, position=str(number))))
            waiting, rows = [], 0
    return time.perf_counter() - began, vault, person


def bare(folder: Path, data: list[bytes]) -> float:
    """Take every page into a bare database; return *seconds*."""
    folder.mkdir()
    pipeline = Bare(folder / "bare.db")
    began = time.perf_counter()
    pipeline.take(data)
    took = time.perf_counter() - began
    pipeline.base.close()
    return took


def timed(work: Callable[[], object], times: int = 100) -> tuple[float, float]:
    """Return (median, p95) of a query in *milliseconds*."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        took.append((time.perf_counter() - began) * 1000)
    took.sort()
    return took[len(took) // 2], took[int(len(took) * 0.95)]


def queries(vault: Vault, person: int) -> None:
    """Print the times of the lists and of search."""
    replica = vault.replica
    code = replica.codes(person)[0][0]
    some = replica.rows("Observation", person=person, limit=1)[0]
    questions: dict[str, Callable[[], object]] = {
        "get": lambda: replica.get(some.type, some.id),
        "latest 50 observations": lambda: replica.rows("Observation", person=person),
        "page after": lambda: replica.rows("Observation", person=person, after=some.place),
        "latest 50 of four types": lambda: replica.rows(("Observation", "DiagnosticReport", "Encounter", "Task"), person=None),
        "trend": lambda: replica.trend(person, code, 50),
        "count": lambda: replica.count("Observation", person),
    }
    for typed in ("г", "ге", "гем", "гемоглобин", "анализ крови", "ана кро", "иванова", "приём врача", "щщщ"):
        questions[f"search {typed!r}"] = lambda typed=typed: vault.search.find(typed, person=person)  # type: ignore[misc]
    for name, work in questions.items():
        p50, p95 = timed(work)
        print(f"    {name:28} p50 {p50:7.2f} ms  p95 {p95:7.2f} ms")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", nargs="*", default=["M"])
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    for size in chosen.sizes:
        data = list(pages(size))
        json_bytes, rows = sum(map(len, data)), sum(one.count(b'"fullUrl"') for one in data)
        print(f"{size}: {rows} resources, {json_bytes / rows:.0f} bytes each, load {os.getloadavg()[0]:.1f}")
        ours, theirs = [], []
        for number in range(chosen.rounds):
            with tempfile.TemporaryDirectory() as folder:
                theirs.append(bare(Path(folder) / "bare", data))
                took, vault, person = product(Path(folder) / "vault", data)
                ours.append(took)
                if number == chosen.rounds - 1:
                    vault.database.checkpoint()
                    print(f"  size {vault.size_bytes() / json_bytes:.3f} of the JSON ({vault.size_bytes() / 2**20:.1f} MiB)")
                    queries(vault, person)
                vault.close()
        for name, took_all in (("bare", theirs), ("product", ours)):
            middle = statistics.median(took_all)
            print(f"  {name:8} {middle:.2f} s ({min(took_all):.2f}-{max(took_all):.2f}), {rows / middle:.0f}/s")
        print(f"  product / bare rate: {statistics.median(theirs) / statistics.median(ours):.2f}")


if __name__ == "__main__":
    main()
