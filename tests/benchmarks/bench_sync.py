"""P1-P4: `python -m tests.benchmarks.bench_sync [S] [M] [L] [--rounds 5] [--delay 50ms]`.

The box serves from its own process over loopback. In each round the naive client, the bare pipeline and the product read
the same record one after another; the ratio of their medians decides. Bare: httpx, pages of 1,000, four in flight, the
product's schema, no product code. Naive: httpx and json, one page after another, a commit for each resource.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx

from desktop import limits
from desktop.clock import SystemClock
from desktop.record.kinds import KINDS, Kind
from desktop.store import keys, stems
from desktop.store import vault as vaults
from desktop.store.thread import StoreThread
from desktop.sync.connect import connect
from desktop.sync.engine import Engine
from desktop.sync.keeping import News
from tests.benchmarks.bare import COMMIT_ROWS, Bare
from tests.benchmarks.bare import connect as open_bare

_SERVE = (
    "import sys; from desktop.demo.serve import main; "
    "main(port=0, db=None, open_access=True, faults=sys.argv[2], size=sys.argv[1], seed=1)"
)


@contextmanager
def serving(size: str, faults: str) -> Iterator[str]:
    """Serve a box of a size from a process of its own."""
    with subprocess.Popen([sys.executable, "-c", _SERVE, size, faults], stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())["base"]
        finally:
            process.kill()


def first_pages(patients: list[str], count: int) -> list[tuple[Kind, dict[str, str]]]:
    """Return what a client without a batch asks first, for every person and kind."""
    asked = []
    for kind in KINDS:
        common = {"_sort": "_lastUpdated", "_count": str(count)}
        asked += [(kind, common)] if kind.by is None else [(kind, {kind.by: patient, **common}) for patient in patients]
    return asked


def next_of(body: bytes) -> str | None:
    """Return the address of the next page."""
    links = json.loads(body[: body.find(b'"entry"')].rstrip(b", ") + b"}" if b'"entry"' in body else body).get("link", [])
    return next((link["url"] for link in links if link["relation"] == "next"), None)


async def bare(base: str, patients: list[str], folder: Path) -> tuple[float, int]:
    """Read everything as barely as it gets; return *seconds* and bytes."""
    # SQLite stays on the thread that opened it, as in the product.
    thread = ThreadPoolExecutor(1)
    loop = asyncio.get_running_loop()
    pipeline = await loop.run_in_executor(thread, Bare, make(folder) / "bare.db")
    began, size = time.perf_counter(), 0
    waiting = first_pages(patients, 1_000)
    pages: list[bytes] = []
    turn = asyncio.Lock()

    async def store(at_end: bool) -> None:
        async with turn:
            if pages and (at_end or sum(page.count(b'"fullUrl"') for page in pages) >= COMMIT_ROWS):
                some = pages[:]
                pages.clear()
                await loop.run_in_executor(thread, pipeline.take, some)

    async with httpx.AsyncClient(timeout=60, headers={"Accept-Encoding": "identity"}) as client:
        async def work() -> None:
            nonlocal size
            while waiting:
                kind, params = waiting.pop(0)
                url: str | None = f"{base}/{kind.type}?{urlencode(params)}"
                while url is not None:
                    body = (await client.get(url)).content
                    size += len(body)
                    url = next_of(body)
                    if b'"entry"' in body:
                        pages.append(body)
                        await store(at_end=False)

        await asyncio.gather(*(work() for _ in range(limits.PAGES_IN_FLIGHT)))
    await store(at_end=True)
    took = time.perf_counter() - began
    await loop.run_in_executor(thread, pipeline.base.close)
    thread.shutdown()
    return took, size


def naive(base: str, patients: list[str], folder: Path) -> float:
    """Read everything the obvious way; return *seconds*."""
    folder.mkdir()
    database = open_bare(folder / "naive.db", b"k" * 32)
    database.execute("CREATE TABLE plain (type TEXT, id TEXT, person TEXT, body TEXT, PRIMARY KEY (type, id))")
    began = time.perf_counter()
    with httpx.Client(timeout=60) as client:
        for kind, params in first_pages(patients, limits.PAGE_COUNT):
            url: str | None = f"{base}/{kind.type}?{urlencode(params)}"
            while url is not None:
                page = client.get(url).json()
                for entry in page.get("entry", ()):
                    one = entry["resource"]
                    text = json.dumps(one, ensure_ascii=False)
                    database.execute("INSERT OR REPLACE INTO plain VALUES (?, ?, ?, ?)", (one["resourceType"], one["id"], "", text))
                url = next((link["url"] for link in page.get("link", ()) if link["relation"] == "next"), None)
    took = time.perf_counter() - began
    database.close()
    return took


@asynccontextmanager
async def product(base: str, folder: Path, news: list[News]) -> AsyncIterator[Engine]:
    """Open a new vault that is connected to the box."""
    clock = SystemClock()
    vault, _ = vaults.create(folder, passphrase="bench bench", clock=clock, kdf=keys.CHEAP)
    stems.forget()
    store = StoreThread()
    store.start(vault)
    engine = Engine(store=store, vault=vault, clock=clock, rng=random.Random(1), on_news=news.append)
    try:
        await connect(engine, store=store, vault=vault, clock=clock, rng=random.Random(1), base_url=base, auth="none")
        yield engine
    finally:
        await engine.close()
        store.stop()
        vault.close()


async def round_of(base: str, patients: list[str], folder: Path, with_naive: bool) -> dict[str, Any]:
    """Measure every client once, in turn."""
    found: dict[str, Any] = {"naive": naive(base, patients, folder / "naive") if with_naive else None}
    found["bare"], found["bytes"] = await bare(base, patients, folder / "bare")
    news: list[News] = []
    first: list[float] = []

    class Told(list[News]):
        def append(self, one: News) -> None:
            super().append(one)
            if not first:
                first.append(time.perf_counter() - began)

    told = Told(news)
    async with product(base, folder / "vault", told) as engine:
        began = time.perf_counter()
        report = await engine.run(documents="none")
        found["product"], found["rows"] = time.perf_counter() - began, report.pulled.new
        found["first_s"], found["first_rows"] = first[0], told[0].received
        again = time.perf_counter()
        steady = await engine.run(documents="none")
        found["steady"], found["requests"], found["first_requests"] = time.perf_counter() - again, steady.requests, report.requests
        assert report.ok
        assert (steady.pulled.new, steady.pulled.changed) == (0, 0)
    return found


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", nargs="*", default=["M"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--delay", default="")
    chosen = parser.parse_args()
    for size in chosen.sizes:
        with serving(size, f"delay={chosen.delay}" if chosen.delay else "") as base, tempfile.TemporaryDirectory() as folder:
            people = httpx.get(f"{base}/Patient", params={"_count": "50"}).json()["entry"]
            patients = [entry["resource"]["id"] for entry in people]
            rounds = [
                asyncio.run(round_of(base, patients, make(Path(folder) / str(number)), not chosen.delay))
                for number in range(chosen.rounds)
            ]
        tell(size, chosen.delay, rounds)


def make(folder: Path) -> Path:
    """Make a folder and return it."""
    folder.mkdir()
    return folder


def tell(size: str, delay: str, rounds: list[dict[str, Any]]) -> None:
    """Print medians, spreads and ratios."""
    last = rounds[-1]
    middle = {
        name: statistics.median(one[name] for one in rounds)
        for name in ("naive", "bare", "product", "steady", "first_s") if last[name] is not None
    }
    print(f"{size}: {last['rows']} resources, {last['bytes'] / 2**20:.1f} MiB, delay {delay or 'none'}, load {os.getloadavg()[0]:.1f}")
    for name, took in middle.items():
        spread = [one[name] for one in rounds]
        print(f"  {name:8} {took:7.3f} s ({min(spread):.3f}-{max(spread):.3f})  {last['rows'] / took:9.0f}/s")
    ratio = f"  P1/P2 product / bare rate {middle['bare'] / middle['product']:.2f}"
    print(ratio + (f", product / naive rate {middle['naive'] / middle['product']:.1f}" if "naive" in middle else ""))
    print(f"  P3 first news at {middle['first_s']:.3f} s, {last['first_rows'] / last['rows']:.1%} of the rows")
    share = middle["steady"] / middle["product"]
    print(f"  P4 steady: {last['requests']} requests (first {last['first_requests']}), {share:.1%} of a first sync")


if __name__ == "__main__":
    main()
