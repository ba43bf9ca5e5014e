"""What our client needs of a portal, held against the box in process, the box on loopback, and portals that no one here wrote."""

from __future__ import annotations

import contextlib
import os
import random
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from desktop.clock import SystemClock
from desktop.demo import serve
from desktop.demo.portal import DemoPortal
from desktop.store import keys
from desktop.store import vault as vaults
from desktop.store.thread import StoreThread
from desktop.store.vault import Vault
from desktop.sync import capability, people, shapes
from desktop.sync.connect import connect
from desktop.sync.engine import Engine
from desktop.sync.portal import Answer, Portal, Refused
from desktop.words import has
from tests import kept
from tests.contract.foreign import foreign_portals

NAMES = ("in-process", "loopback", *foreign_portals())


@dataclass
class Side:
    """One portal to be held to the contract."""

    base: str
    transport: httpx.AsyncBaseTransport | None = None


@pytest.fixture(scope="module")
def box() -> Iterator[DemoPortal]:
    portal = kept.portal(SystemClock())
    yield portal
    assert portal.violations == []
    portal.close()


@pytest.fixture(params=NAMES)
def side(request: pytest.FixtureRequest, box: DemoPortal) -> Iterator[Side]:
    with contextlib.ExitStack() as stack:
        if request.param == "in-process":
            yield Side(box.base, httpx.ASGITransport(box.app))
        elif request.param == "loopback":
            yield Side(stack.enter_context(serve.running(box)))
        else:
            yield Side(os.environ["PORTAL_URL"] if request.param == "url" else request.getfixturevalue("npm_server"))


@dataclass
class Client:
    """A vault and an engine, connected to one person of a portal."""

    engine: Engine
    vault: Vault
    portal: Portal
    patient: str


@pytest.fixture
async def client(side: Side, tmp_path: Path) -> AsyncIterator[Client]:
    clock = SystemClock()
    vault, _ = vaults.create(tmp_path / "vault", passphrase="contract", clock=clock, kdf=keys.CHEAP)
    store = StoreThread()
    store.start(vault)
    engine = Engine(store=store, vault=vault, clock=clock, rng=random.Random(1), transport=side.transport)
    async with httpx.AsyncClient(transport=side.transport) as plain:
        answer = await plain.get(f"{side.base}/Patient", params={"_count": "1"}, headers={"Accept": "application/fhir+json"})
        patient = answer.json()["entry"][0]["resource"]["id"]
    stored = await connect(engine, store=store, vault=vault, clock=clock, rng=random.Random(1), base_url=side.base, auth="none",
                           named=[patient])
    try:
        yield Client(engine, vault, await engine.portal(stored), patient)
    finally:
        await engine.close()
        store.stop()
        vault.close()


async def listed(client: Client, type_: str) -> dict[str, str | None]:
    """Return what a client without any cleverness finds: id → version of one type of the person."""
    found: dict[str, str | None] = {}
    url: str | None = client.portal.url(type_, (("patient", client.patient), ("_count", "1000")))
    while url is not None:
        reply = await client.portal.get(url)
        assert isinstance(reply, Answer)
        page = shapes.envelope(reply.body)
        assert page is not None
        found |= {row.id: row.version for row in shapes.sketches(reply.body) or ()}
        onward = page.link_to("next")
        url = client.portal.address(onward, asked=url) if onward else None
    return found


async def test_first_run_brings_what_the_portal_lists_and_a_second_changes_nothing(client: Client) -> None:
    first = await client.engine.run(documents="none")
    assert first.ok, first.as_json()
    assert first.quarantined == 0
    person = client.vault.people.of()[0].id
    here = client.vault.replica.manifest_of(1, person)
    for type_ in ("Observation", "Encounter", "Immunization", "DiagnosticReport", "MedicationRequest"):
        there = await listed(client, type_)
        assert {id: version for (kind, id), version in here.items() if kind == type_} == there, type_
    known = capability.load(client.vault.portals.all()[0].capabilities)
    assert known is not None
    assert set(known.cannot) == first.cannot
    assert all(has(key) for key in first.cannot), "what the portal cannot do is said in words"
    second = await client.engine.run(documents="none")
    assert second.ok
    assert (second.pulled.new, second.pulled.changed, second.pulled.removed) == (0, 0, 0)


async def test_unknown_resource_is_a_refusal_in_the_portals_words(client: Client) -> None:
    reply = await client.portal.read("Observation", "00000000-0000-4000-8000-000000000000")
    assert isinstance(reply, Refused)
    assert reply.status in (404, 410)


async def test_person_stands_as_granted(client: Client) -> None:
    assert await people.standing(client.portal, client.patient) == "granted"
