"""P7-P10 (what the window asks) and P13: `python -m tests.benchmarks.bench_session [S|M|L ...] [--rounds 100]`.

The desks of a real session answer on a vault of the size; painting is bench_window's. P13 and the push run on a family of their own.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import sys
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from desktop import limits
from desktop.clock import ManualClock, SystemClock
from desktop.profile import HOME
from desktop.record.intents import Intent, State
from desktop.record.project import Visit, project
from desktop.session.session import Session
from desktop.store.acting import Acting
from desktop.store.thread import StoreThread
from desktop.store.vault import Vault
from desktop.sync.portal import NoKey, Portal
from desktop.sync.push import push
from desktop.sync.shelf import VaultShelf
from desktop.sync.wire import Raw, Unreached, Wire
from tests.benchmarks.bench_sync import serving
from tests.benchmarks.figures import share, spread, tell
from tests.benchmarks.worlds import family

TYPED = ("ге", "гем", "гемоглобин", "ана кро", "анализ крови", "приём врача", "поликлиника", "щщщ")
ACTS = 200


async def timed(ask: Callable[[], Awaitable[object]], rounds: int) -> list[float]:
    """Ask again and again; return *milliseconds* of each."""
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        await ask()
        took.append((time.perf_counter() - began) * 1000)
    return took


async def questions(size: str, rounds: int) -> None:
    """Print what the pages of a record of this size wait for."""
    clock = ManualClock()
    with tempfile.TemporaryDirectory() as place:
        began = time.perf_counter()
        session = Session(family(Path(place) / "vault", size, clock), clock=clock, profile=HOME, rng=random.Random(1))
        await session.ready()
        print(f"  {size}: {session.vault.replica.total()} resources in {time.perf_counter() - began:.0f} s")
        await open_home(session, size, rounds)
        await lists(session, size, rounds)
        await typed(session, size, rounds)
        await session.lock()


async def open_home(session: Session, size: str, rounds: int) -> None:
    """P7 and P8 without painting: the first home of a session, and the home of the other person after it."""
    first = await timed(session.home.view, 1)
    tell("P7", f"home's answer at {size}, first of a session", first[0], {"S": 150, "M": 150}.get(size, 250), unit=" ms")
    people = itertools.cycle(one.id for one in session.people)

    async def other() -> None:
        session.switch(next(people))
        await session.home.view()

    took = await timed(other, rounds)
    tell("P8", f"home's answer at {size} after a switch, p95", share(took, 0.95), {"S": 16, "M": 16}.get(size, 33), unit=" ms",
         detail=spread(took, unit=" ms"))
    session.switch(session.people[0].id)


async def lists(session: Session, size: str, rounds: int) -> None:
    """P9: the first page of every list."""
    asked: dict[str, Callable[[], Awaitable[object]]] = {
        "results": session.results.page, "documents": session.documents.page, "bookings": session.bookings.upcoming,
        "past bookings": session.bookings.past, "visits": session.visits.page, "referrals": session.referrals.rows,
        "prescriptions": lambda: session.pharmacy.view(first=limits.LIST_PAGE_ROWS), "vaccinations": session.vaccinations.view,
        "check-ups": session.checkups.view, "health": session.health.view, "clinics": session.clinics.all,
        "services": session.services.offered, "notices": session.notices.all, "journal": session.journal.page,
        "own results": session.documents.own, "requests": session.documents.requests, "asked for": session.asked.of,
        "waiting list": session.watches.all, "waits to be sent": session.bookings.outbox, "decisions": session.bookings.clashes,
        "set aside": session.quarantine.page, "lost rights": session.family.lost,
        "doctors": session.openings.doctors, "clinics of the wizard": session.openings.clinics,
    }
    worst, slowest, first_ms = 0.0, "", {}
    for name, ask in asked.items():
        first_ms[name] = (await timed(ask, 1))[0]
        took = await timed(ask, rounds)
        print(f"  {name:21} first {first_ms[name]:6.2f} ms, then {spread(took, unit=' ms')}, p95 {share(took, 0.95):.2f} ms")
        if share(took, 0.95) > worst:
            worst, slowest = share(took, 0.95), name
    coldest = max(first_ms, key=lambda name: first_ms[name])
    tell("P9", f"first page of any list at {size}, p95", worst, 5, unit=" ms",
         detail=f"the slowest is {slowest}; asked the first time of a session at most {first_ms[coldest]:.0f} ms ({coldest})")


async def typed(session: Session, size: str, rounds: int) -> None:
    """P10 without painting: search as typed."""
    worst, slowest = 0.0, ""
    for text in TYPED:
        took = await timed(lambda text=text: session.search.find(text), max(5, rounds // 4))  # type: ignore[misc]
        print(f"  search {text:14} {spread(took, unit=' ms')}, p95 {share(took, 0.95):.2f} ms")
        if share(took, 0.95) > worst:
            worst, slowest = share(took, 0.95), text
    tell("P10", f"search as typed at {size}, p95", worst, 30, unit=" ms", detail=f"the slowest is «{slowest}»")


def projection() -> None:
    """P13: 500 acts laid over 2,000 bookings."""
    now = datetime(2026, 5, 14, tzinfo=UTC)
    base = [Visit(id=f"v{n}", person=1 + n % 4, version="1", kind="visit", status="booked", starts_at=now + timedelta(hours=n))
            for n in range(2_000)]
    intents = [Intent(id=str(uuid.UUID(int=n)), seq=n, kind=kind, portal=1, person=1 + n % 4, subject="", body=body,
                      state=State.READY, created_at=now, release_at=now)
               for n in range(500)
               for kind, body in [("cancel", {"booking": f"v{n * 4}"}) if n % 2 else
                                  ("book", {"slot": f"s{n}", "starts_at": "2026-06-01T10:00:00+03:00"})]]
    took = []
    for _ in range(50):
        began = time.perf_counter()
        project(base, intents, now=now)
        took.append((time.perf_counter() - began) * 1000)
    tell("P13", "500 acts laid over 2,000 bookings, median", share(took, 0.5), 5, unit=" ms", detail=spread(took, unit=" ms"))


class Noted(Wire):
    """A wire that remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, str, dict[str, str], bytes | None]] = []

    async def exchange(self, method: str, url: str, *, headers: Mapping[str, str], content: bytes | None = None,
                       **caps: Any) -> Raw | Unreached:
        self.asked.append((method, url, dict(headers), content))
        return await super().exchange(method, url, headers=headers, content=content, **caps)


async def acting(folder: Path, rounds: int) -> None:
    """P13: an act is durable; waiting acts leave at the pace of the bare requests that carry them, sent to a fresh box of the same kind."""
    # As in the product (desktop/app.py): the network and the store take turns every millisecond.
    sys.setswitchinterval(limits.GIL_TURN_S)
    vault = family(folder / "vault", "M", ManualClock())
    rng = random.Random(1)
    act = Acting(vault, new_id=lambda: str(uuid.UUID(int=rng.getrandbits(128), version=4)))
    store = StoreThread()
    store.start(vault)
    for name in ("requests", "bookings"):
        accepted: list[float] = []
        rates, works, asked = [], [], 0
        for _ in range(rounds):
            with serving("demo", "") as base:
                took, ours, work, sent = await pushed(store, vault, act, base, wishes() if name == "requests" else visits(base))
            with serving("demo", "") as other:
                patients_of(other)
                bare, bare_work = await replayed([(*one[:1], one[1].replace(base, other), *one[2:]) for one in sent])
            accepted += took
            rates.append(bare / ours)
            works.append(bare_work / work)
            asked = len(sent)
        tell("P13", f"an act is durable ({name}), p99", share(accepted, 0.99), 10, unit=" ms", detail=spread(accepted, unit=" ms"))
        tell("P13", f"{ACTS} waiting {name}, rate against their bare requests, median of {rounds}", share(rates, 0.5), 0.7, at_most=False,
             detail=f"{min(rates):.2f}-{max(rates):.2f}; processor time alone {share(works, 0.5):.2f}; {asked} requests, "
                    f"each act noted durably before and after")
    store.stop()
    vault.close()


async def pushed(
    store: StoreThread, vault: Vault, act: Acting, base: str, wanted: Sequence[tuple[str, dict[str, Any]]]
) -> tuple[list[float], float, float, list[tuple[str, str, dict[str, str], bytes | None]]]:
    """Accept acts for the family of a box and push them; return *milliseconds* of each, *seconds* of wall and processor, what was sent."""
    clock, rng, wire = SystemClock(), random.Random(1), Noted()
    patients = patients_of(base)
    portal = vault.portals.put(base, auth="none")
    people = [vault.people.add(portal, patient) for patient in patients]
    took = []
    for number, (kind, body) in enumerate(wanted):
        began = time.perf_counter()
        await store.call(act.accept, kind, portal=portal, person=people[number % len(people)], body=body)
        took.append((time.perf_counter() - began) * 1000)
    client = Portal(base, wire=wire, key=NoKey(), rng=rng, sleep=asyncio.sleep, monotonic=clock.monotonic)
    await client.read("Patient", patients[0])
    wire.asked.clear()
    spent, began = time.process_time(), time.perf_counter()
    done = await push(client, VaultShelf(store, vault, act, portal=portal, clock=clock), clock=clock, rng=rng)
    ours, work = time.perf_counter() - began, time.process_time() - spent
    assert done.applied == len(took), done
    await wire.close()
    return took, ours, work, wire.asked


def wishes() -> list[tuple[str, dict[str, Any]]]:
    """Return acts that cost one request each."""
    return [("waitlist.join", {"specialty": f"Педиатр {number}", "from": "2026-06-01", "to": "2026-06-30"}) for number in range(ACTS)]


def visits(base: str) -> list[tuple[str, dict[str, Any]]]:
    """Return bookings of free slots: a look, a claim and a booking each."""
    page = httpx.get(f"{base}/Slot", params={"status": "free", "_count": str(ACTS), "start": "gt2026-12-01"}).json()
    slots = [entry["resource"] for entry in page["entry"]]
    return [("book", {"slot": one["id"], "starts_at": one["start"], "ends_at": one["end"]}) for one in slots]


def patients_of(base: str) -> list[str]:
    """Return the portal's names of the family, and let it forget their birthdays: then every free time is for each of them."""
    family = [entry["resource"] for entry in httpx.get(f"{base}/Patient", params={"_count": "50"}).json()["entry"]]
    for one in family:
        headers = {"If-Match": f'W/"{one["meta"]["versionId"]}"'}
        httpx.put(f"{base}/Patient/{one['id']}", json={**one, "birthDate": None}, headers=headers).raise_for_status()
    return [one["id"] for one in family]


async def replayed(asked: Sequence[tuple[str, str, dict[str, str], bytes | None]]) -> tuple[float, float]:
    """Send the same requests with nothing around them; return *seconds*, of the wall and of the processor."""
    async with httpx.AsyncClient(timeout=60) as client:
        await client.get(asked[0][1])
        spent, began = time.process_time(), time.perf_counter()
        for method, url, headers, content in asked:
            await client.request(method, url, headers=headers, content=content)
        return time.perf_counter() - began, time.process_time() - spent


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", nargs="*", default=["M"])
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--only", choices=("questions", "acts"), default="")
    chosen = parser.parse_args()
    for size in chosen.sizes if chosen.only != "acts" else ():
        asyncio.run(questions(size, chosen.rounds))
    if chosen.only == "questions":
        return
    projection()
    with tempfile.TemporaryDirectory() as place:
        asyncio.run(acting(Path(place), max(5, chosen.rounds // 20)))


if __name__ == "__main__":
    main()
