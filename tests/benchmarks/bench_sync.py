"""P1-P4: `python -m tests.benchmarks.bench_sync [S] [M] [L] [--rounds 5] [--delay 50ms]`.

The box serves from its own process over loopback. In each round the naive client, the bare pipeline and the product read
the same record one after another; the ratio of their medians decides. Bare: httpx, pages of 1,000, four in flight, the
product's schema, no product code. Naive: httpx and json, one page after another, parsed columns and a full-text index in an
encrypted store with a write-ahead log and SQLite's own durability, a commit for each resource; measured once. Of several sizes the rates are compared: P1 asks it of L against M.
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
from tests.benchmarks.figures import spread, tell

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
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE plain (type TEXT, id TEXT, person TEXT, at TEXT, status TEXT, code TEXT, body TEXT, PRIMARY KEY (type, id))")
    database.execute("CREATE INDEX plain_list ON plain (person, type, at)")
    database.execute("CREATE VIRTUAL TABLE words USING fts5 (text)")
    began = time.perf_counter()
    with httpx.Client(timeout=60) as client:
        for kind, params in first_pages(patients, limits.PAGE_COUNT):
            url: str | None = f"{base}/{kind.type}?{urlencode(params)}"
            while url is not None:
                page = client.get(url).json()
                for entry in page.get("entry", ()):
                    keep_plainly(database, entry["resource"])
                url = next((link["url"] for link in page.get("link", ()) if link["relation"] == "next"), None)
    took = time.perf_counter() - began
    database.close()
    return took


def keep_plainly(database: Any, one: dict[str, Any]) -> None:
    """Store one resource as columns and text, and commit."""
    at = next((one[name] for name in ("effectiveDateTime", "authoredOn", "start", "recorded", "date", "issued") if name in one), "")
    coding = one.get("code", {}).get("coding", [{}]) if isinstance(one.get("code"), dict) else [{}]
    person = one.get("subject", one.get("patient", {}))
    row = (one["resourceType"], one["id"], str(person), str(at), str(one.get("status")), str(coding[0].get("code")),
           json.dumps(one, ensure_ascii=False))
    database.execute("BEGIN")
    database.execute("INSERT OR REPLACE INTO plain VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    database.execute("INSERT INTO words VALUES (?)", (" ".join(said(one)),))
    database.execute("COMMIT")


def said(tree: Any) -> Iterator[str]:
    """Yield every human text of a resource."""
    if isinstance(tree, dict):
        for name, value in tree.items():
            if isinstance(value, str) and name in ("display", "text", "title", "name", "family", "description", "conclusion"):
                yield value
            else:
                yield from said(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from said(value)


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
    spent = time.process_time()
    found["bare"], found["bytes"] = await bare(base, patients, folder / "bare")
    found["bare_cpu"] = time.process_time() - spent
    news: list[News] = []
    first: list[float] = []

    class Told(list[News]):
        def append(self, one: News) -> None:
            super().append(one)
            if not first:
                first.append(time.perf_counter() - began)

    told = Told(news)
    async with product(base, folder / "vault", told) as engine:
        began, spent = time.perf_counter(), time.process_time()
        report = await engine.run(documents="none")
        found["product"], found["rows"] = time.perf_counter() - began, report.pulled.new
        found["product_cpu"] = time.process_time() - spent
        found["first_s"], found["first_rows"] = first[0], told[0].received
        quiet = []
        for _ in range(5):
            again = time.perf_counter()
            steady = await engine.run(documents="none")
            quiet.append(time.perf_counter() - again)
        found["steady"], found["requests"], found["first_requests"] = statistics.median(quiet), steady.requests, report.requests
        assert report.ok
        assert (steady.pulled.new, steady.pulled.changed) == (0, 0)
    return found


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", nargs="*", default=["M"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--delay", default="")
    parser.add_argument("--naive", action="store_true", help="measure the naive client too, which takes long")
    chosen = parser.parse_args()
    rates: dict[str, float] = {}
    for size in chosen.sizes:
        with serving(size, f"delay={chosen.delay}" if chosen.delay else "") as base, tempfile.TemporaryDirectory() as folder:
            people = httpx.get(f"{base}/Patient", params={"_count": "50"}).json()["entry"]
            patients = [entry["resource"]["id"] for entry in people]
            rounds = [
                asyncio.run(round_of(base, patients, make(Path(folder) / str(number)), chosen.naive and size == "M" and number == 0))
                for number in range(1 if size == "L" else chosen.rounds)
            ]
        rates[size] = told(size, chosen.delay, rounds)
    if {"M", "L"} <= rates.keys():
        tell("P1", "first sync, rate at L against the rate at M", rates["L"] / rates["M"], 0.75, at_most=False)


def make(folder: Path) -> Path:
    """Make a folder and return it."""
    folder.mkdir()
    return folder


def told(size: str, delay: str, rounds: list[dict[str, Any]]) -> float:
    """Print medians, spreads and ratios; return the product's rate."""
    last = rounds[-1]
    names = ("naive", "bare", "product", "bare_cpu", "product_cpu", "steady", "first_s")
    known = {name: [one[name] for one in rounds if one[name] is not None] for name in names}
    middle = {name: statistics.median(took) for name, took in known.items() if took}
    print(f"  {size}: {last['rows']} resources, {last['bytes'] / 2**20:.1f} MiB, delay {delay or 'none'}, load {os.getloadavg()[0]:.1f}")
    for name, took in middle.items():
        print(f"  {name:12} {spread(known[name], unit=' s')}  {last['rows'] / took:9.0f}/s")
    spent = f"processor time alone {middle['bare_cpu'] / middle['product_cpu']:.2f}; {last['rows'] / middle['product']:.0f} resources/s"
    named = f"first sync of {size} with 50 ms of way" if delay else f"first sync of {size}"
    tell("P2" if delay else "P1", f"{named}, rate against the bare pipeline", middle["bare"] / middle["product"], 0.8, at_most=False,
         detail=spent)
    if "naive" in middle:
        tell("P1", f"{named}, rate against the naive client", middle["naive"] / middle["product"], 8, at_most=False)
    if not delay:
        tell("P3", f"first screen of {size}, share of the record that has come", 100 * last["first_rows"] / last["rows"], 3, unit="%",
             detail=f"after {middle['first_s']:.2f} s")
        tell("P4", f"quiet run at {size}, requests", last["requests"], 15, detail=f"the first asked {last['first_requests']}")
        tell("P4", f"quiet run at {size}, share of a first sync's time", 100 * middle["steady"] / middle["product"], 1, unit="%",
             detail=f"{middle['steady'] * 1000:.0f} ms")
    return float(last["rows"] / middle["product"])


if __name__ == "__main__":
    main()
