"""Booking on portals that neither roll back nor page: one effect, one winner, nothing left held. The box stands beside them as control."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import random
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from desktop.clock import ManualClock, SystemClock
from desktop.demo import serve
from desktop.demo.portal import DemoPortal
from desktop.record.fhir import acts as wire
from desktop.record.intents import Intent, Seen
from desktop.store import vault as vaults
from desktop.store.acting import Acting
from desktop.store.thread import StoreThread
from desktop.store.vault import Vault
from desktop.sync.portal import NoKey, Portal
from desktop.sync.push import Tally, push
from desktop.sync.shelf import VaultShelf
from desktop.sync.wire import Wire
from tests import kept
from tests.contract.foreign import foreign_portals
from tests.waiting import at_once

JSON = {"Accept": "application/fhir+json", "Content-Type": "application/fhir+json"}
START = datetime(2030, 5, 20, 9, 0, tzinfo=UTC)
_seeds = itertools.count(1)


class Lossy(httpx.AsyncBaseTransport):
    """The network between: loses the request or the answer of chosen writes, once each."""

    def __init__(self) -> None:
        self.inner = httpx.AsyncHTTPTransport()
        self.lose: list[tuple[str, str, str]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        what = next((one for one in self.lose if one[1] == request.method and f"/{one[2]}" in request.url.path), None)
        if what is not None:
            self.lose.remove(what)
            if what[0] == "request":
                raise httpx.ConnectError("lost")
        answer = await self.inner.handle_async_request(request)
        if what is not None:
            await answer.aread()
            raise httpx.ReadError("lost")
        return answer


@dataclass
class Ground:
    """A portal with a patient and free slots of our own making."""

    base: str
    patient: str
    slots: list[dict[str, Any]]
    http: httpx.AsyncClient

    async def read(self, kind: str, id: str) -> dict[str, Any]:
        found: dict[str, Any] = (await self.http.get(f"{self.base}/{kind}/{id}", headers=JSON)).json()
        return found

    async def bookings(self, intent: Intent) -> list[dict[str, Any]]:
        answer = await self.http.get(f"{self.base}/Appointment", params={"identifier": intent.identifier, "_count": "50"}, headers=JSON)
        found = [one["resource"] for one in answer.json().get("entry", [])]
        return [one for one in found if intent.id in wire.intents_of(one)]

    def body(self, number: int) -> dict[str, Any]:
        slot = self.slots[number]
        return {"slot": slot["id"], "starts_at": slot["start"], "ends_at": slot["end"]}


@pytest.fixture(scope="module")
def box() -> Iterator[DemoPortal]:
    portal = kept.portal(SystemClock())
    yield portal
    portal.close()


@pytest.fixture(params=("loopback", *foreign_portals()))
async def ground(request: pytest.FixtureRequest, box: DemoPortal) -> AsyncIterator[Ground]:
    with contextlib.ExitStack() as stack:
        if request.param == "loopback":
            base = stack.enter_context(serve.running(box))
            schedule = box.shelf.rows("SELECT id FROM item WHERE live AND type='Schedule'")[0][0]
            made = box.clinic.add_free(schedule, START + timedelta(days=next(_seeds)), count=4)
            slots = [found for one in made if (found := box.resource("Slot", one))]
        else:
            base = os.environ["PORTAL_URL"] if request.param == "url" else request.getfixturevalue("npm_server")
            slots = []
        async with httpx.AsyncClient(trust_env=False) as http:
            if not slots:
                slots = [await _post(http, base, one) for one in await _timetable(http, base)]
            found = await http.get(f"{base}/Patient", params={"_count": "1"}, headers=JSON)
            yield Ground(base, found.json()["entry"][0]["resource"]["id"], slots, http)


async def _timetable(http: httpx.AsyncClient, base: str) -> list[dict[str, Any]]:
    who = await _post(http, base, {"resourceType": "Practitioner", "name": [{"family": "Гусев"}]})
    actor = [{"reference": f"Practitioner/{who['id']}"}]
    schedule = await _post(http, base, {"resourceType": "Schedule", "actor": actor})
    starts = [START + timedelta(minutes=20 * number) for number in range(4)]
    return [
        {"resourceType": "Slot", "schedule": {"reference": f"Schedule/{schedule['id']}"}, "status": "free", "start": start.isoformat(),
         "end": (start + timedelta(minutes=20)).isoformat()}
        for start in starts
    ]


async def _post(http: httpx.AsyncClient, base: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await http.post(f"{base}/{body['resourceType']}", json=body, headers=JSON)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


@dataclass
class Computer:
    """One client: a vault, its acts, and the portal seen through a network that may lose things."""

    vault: Vault
    store: StoreThread
    acting: Acting
    portal: Portal
    shelf: VaultShelf
    network: Lossy
    number: int
    person: int
    clock: ManualClock = field(default_factory=lambda: ManualClock(datetime(2030, 5, 1, tzinfo=UTC)))

    async def accept(self, kind: str, body: dict[str, Any], seen: Seen | None = None) -> Intent:
        return await self.store.call(self.acting.accept, kind, portal=self.number, person=self.person, body=body, seen=seen)

    async def push(self) -> Tally:
        self.clock.advance(700)
        return await push(self.portal, self.shelf, clock=self.clock, rng=random.Random(1))


@contextlib.asynccontextmanager
async def computer(ground: Ground) -> AsyncIterator[Computer]:
    seed, network = next(_seeds), Lossy()
    rng = random.Random(seed)
    clock = ManualClock(datetime(2030, 5, 1, tzinfo=UTC))
    vault = vaults.ephemeral(clock)
    store = StoreThread()
    store.start(vault)
    run = random.SystemRandom().getrandbits(48)
    names = itertools.count(1)
    acting = Acting(vault, new_id=lambda: f"{run:012x}-{seed}-{next(names)}")
    number = await store.call(vault.portals.put, ground.base, auth="none")
    person = await store.call(vault.people.add, number, ground.patient)
    carrier = Wire(transport=network)
    portal = Portal(ground.base, wire=carrier, key=NoKey(), rng=rng, sleep=at_once, monotonic=clock.monotonic)
    try:
        yield Computer(vault, store, acting, portal, VaultShelf(store, vault, acting, portal=number, clock=clock), network, number, person, clock)
    finally:
        await carrier.close()
        await network.inner.aclose()
        store.stop()
        vault.close()


async def test_booking_is_made_once(ground: Ground) -> None:
    async with computer(ground) as one:
        intent = await one.accept("book", ground.body(0))
        assert (await one.push()).applied == 1
        assert (await one.push()).applied == 0
        (made,) = await ground.bookings(intent)
        assert made["status"] == "booked"
        assert (await ground.read("Slot", ground.slots[0]["id"]))["status"] == "busy"


@pytest.mark.parametrize("lost", [("answer", "POST", "Appointment"), ("answer", "PUT", "Slot"), ("request", "POST", "Appointment")])
async def test_lost_answers_and_a_crash_after_the_claim_do_not_book_twice(ground: Ground, lost: tuple[str, str, str]) -> None:
    async with computer(ground) as one:
        one.network.lose.append(lost)
        intent = await one.accept("book", ground.body(0))
        for _ in range(4):
            await one.push()
        assert len(await ground.bookings(intent)) == 1
        assert await one.store.call(one.acting.shown) == ()


async def test_one_slot_and_six_computers_have_one_winner(ground: Ground) -> None:
    async with contextlib.AsyncExitStack() as stack:
        six = [await stack.enter_async_context(computer(ground)) for _ in range(6)]
        intents = [await one.accept("book", ground.body(1)) for one in six]
        await asyncio.gather(*(one.push() for one in six))
        for one in six:
            await one.push()
        made = [len(await ground.bookings(intent)) for intent in intents]
        clashes = [len(await one.store.call(one.acting.clashes)) for one in six]
        assert (sum(made), sum(clashes)) == (1, 5)
        assert [a + b for a, b in zip(made, clashes, strict=True)] == [1] * 6


async def test_reschedule_moves_and_frees_and_cancel_cancels(ground: Ground) -> None:
    async with computer(ground) as one:
        intent = await one.accept("book", ground.body(2))
        await one.push()
        (made,) = await ground.bookings(intent)
        held = await ground.read("Slot", ground.slots[2]["id"])
        seen = Seen(starts_at=made["start"], old_slot=held["id"], old_slot_version=held["meta"]["versionId"])
        one.network.lose.append(("answer", "PUT", "Appointment"))
        await one.accept("reschedule", {"booking": made["id"], **ground.body(3)}, seen)
        for _ in range(3):
            await one.push()
        moved = await ground.read("Appointment", made["id"])
        assert wire.booking_seen(moved).slots == (ground.slots[3]["id"],)
        assert (await ground.read("Slot", held["id"]))["status"] == "free"
        await one.accept("cancel", {"booking": made["id"]})
        await one.push()
        assert (await ground.read("Appointment", made["id"]))["status"] == "cancelled"
        assert (await ground.read("Slot", ground.slots[3]["id"]))["status"] == "free"
        assert await one.store.call(one.acting.shown) == ()
