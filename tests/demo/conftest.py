"""A small hand-made world, a portal over it, and ways to reach it: in process, and over real loopback HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from desktop.clock import ManualClock
from desktop.demo import DemoPortal
from desktop.demo.serve import running
from desktop.demo.world import Account, World

MOTHER = Account("+7 900 111-22-33", "anna@example.test", "Пароль-1", "Анна", "anna", ("anna", "timofey"))
STRANGER = Account("+7 900 444-55-66", "oleg@example.test", "Пароль-2", "Олег", "oleg", ("oleg",))
START = datetime(2026, 5, 14, 9, 40, tzinfo=UTC)


def at(minutes: float) -> str:
    """Return an instant so many minutes after the clock's start."""
    return (START + timedelta(minutes=minutes)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def patient(name: str, given: str) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": name, "name": [{"given": [given], "family": "Иванова"}], "birthDate": "1990-02-03"}


def observation(name: str, person: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation", "id": name, "status": "final", "subject": {"reference": f"Patient/{person}"},
        "code": {"coding": [{"system": "http://loinc.org", "code": "718-7"}], "text": "Гемоглобин"}, **more,
    }


def slot(name: str, minutes: float, *, schedule: str = "sch1", status: str = "free") -> dict[str, Any]:
    return {
        "resourceType": "Slot", "id": name, "schedule": {"reference": f"Schedule/{schedule}"}, "status": status,
        "start": at(minutes), "end": at(minutes + 15),
    }


def visit(person: str, slot_id: str | None, intent: str, *, status: str = "booked", minutes: float = 1_440) -> dict[str, Any]:
    return {
        "resourceType": "Appointment", "status": status, "start": at(minutes), "end": at(minutes + 15),
        "identifier": [{"system": "urn:medkarta:intent", "value": intent}],
        "slot": [{"reference": f"Slot/{slot_id}"}] if slot_id else [],
        "participant": [{"actor": {"reference": f"Patient/{person}"}, "status": "accepted"},
                        {"actor": {"reference": "Practitioner/doc1"}, "status": "accepted"}],
    }


def small_world() -> World:
    resources: list[dict[str, Any]] = [
        {"resourceType": "Organization", "id": "clinic1", "name": "Поликлиника"},
        {"resourceType": "Practitioner", "id": "doc1", "name": [{"family": "Петров"}]},
        {"resourceType": "PractitionerRole", "id": "role1", "practitioner": {"reference": "Practitioner/doc1"},
         "organization": {"reference": "Organization/clinic1"}},
        {"resourceType": "Schedule", "id": "sch1", "actor": [{"reference": "PractitionerRole/role1"}]},
        patient("anna", "Анна"), patient("timofey", "Тимофей"), patient("oleg", "Олег"),
        *(slot(f"s{n}", 1_440 + 15 * n) for n in range(6)),
        *(observation(f"a{n}", "anna", effectiveDateTime=f"2026-01-{n + 1:02d}") for n in range(7)),
        observation("t0", "timofey", effectiveDateTime="2026-03-01"), observation("o0", "oleg", effectiveDateTime="2026-03-02"),
        {"resourceType": "DocumentReference", "id": "d1", "status": "current", "subject": {"reference": "Patient/anna"},
         "content": [{"attachment": {"contentType": "application/pdf", "url": "Binary/b1"}}]},
    ]
    for place, resource in enumerate(resources):
        resource["meta"] = {"lastUpdated": at(place / 60 - 60)}
    return World(resources, {"b1": ("application/pdf", b"%PDF-" + bytes(range(256)) * 4)}, (MOTHER, STRANGER))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def portal(clock: ManualClock) -> Iterator[DemoPortal]:
    portal = DemoPortal(small_world(), clock=clock)
    yield portal
    portal.close()


@pytest.fixture
async def http(portal: DemoPortal) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the mother's account, in process."""
    headers = {"Authorization": f"Bearer {portal.token_for(MOTHER.grants)}"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(portal.app), base_url=portal.base, headers=headers) as client:
        yield client


@pytest.fixture(params=["in process", "loopback"])
async def either(request: pytest.FixtureRequest, portal: DemoPortal) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the mother's account, both ways."""
    headers = {"Authorization": f"Bearer {portal.token_for(MOTHER.grants)}"}
    if request.param == "in process":
        transport = httpx.ASGITransport(portal.app)
        async with httpx.AsyncClient(transport=transport, base_url=portal.base, headers=headers) as client:
            yield client
    else:
        with running(portal) as base:
            async with httpx.AsyncClient(base_url=base, headers=headers, trust_env=False) as client:
                yield client


def ids(bundle: dict[str, Any]) -> list[str]:
    return [entry["resource"]["id"] for entry in bundle.get("entry", [])]


def link(bundle: dict[str, Any], relation: str) -> str | None:
    return next((each["url"] for each in bundle["link"] if each["relation"] == relation), None)
