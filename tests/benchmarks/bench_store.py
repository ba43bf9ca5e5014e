"""P1 (its store half) and P5: `python -m tests.benchmarks.bench_store [M] [L] [--rounds 5]`.

Product and bare pipeline take the same pages in turn, in one process; the ratio of their medians decides.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

from desktop.clock import ManualClock
from desktop.record.bundle import Page, read_page
from desktop.store import keys, stems
from desktop.store import vault as vaults
from desktop.store.cursors import CursorStep
from desktop.store.ingest import Batch
from desktop.store.vault import Vault
from tests.benchmarks.bare import COMMIT_ROWS, Bare
from tests.benchmarks.figures import spread, tell
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


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", nargs="*", default=["M"])
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    for size in chosen.sizes:
        data = list(pages(size))
        json_bytes, rows = sum(map(len, data)), sum(one.count(b'"fullUrl"') for one in data)
        print(f"  {size}: {rows} resources, {json_bytes / rows:.0f} bytes each, load {os.getloadavg()[0]:.1f}")
        ours, theirs, spent = [], [], [0.0, 0.0]
        for _ in range(chosen.rounds):
            with tempfile.TemporaryDirectory() as folder:
                before = time.process_time()
                theirs.append(bare(Path(folder) / "bare", data))
                between = time.process_time()
                took, vault, _person = product(Path(folder) / "vault", data)
                ours.append(took)
                spent = [spent[0] + between - before, spent[1] + time.process_time() - between]
                vault.database.checkpoint()
                size_bytes = vault.size_bytes()
                vault.close()
        for name, took_all in (("bare", theirs), ("product", ours)):
            print(f"  {name:8} {spread(took_all, unit=' s')}, {rows / statistics.median(took_all):.0f}/s")
        tell("P1", f"storing {size} (no exchange), rate against the bare pipeline", statistics.median(theirs) / statistics.median(ours), 0.8,
             at_most=False, detail=f"processor time alone {spent[0] / spent[1]:.2f}")
        tell("P5", f"replica of {size} to its JSON", size_bytes / json_bytes, 0.35, detail=f"{size_bytes / 2**20:.1f} MiB")


if __name__ == "__main__":
    main()
