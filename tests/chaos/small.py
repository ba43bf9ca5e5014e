"""A world of a few dozen resources: two families, two doctors, their timetable."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from desktop.demo.world import Account, World
from desktop.record.kinds import BY_TYPE
from desktop.sync import plan

START = datetime(2026, 5, 14, 9, 40, tzinfo=UTC)
FAMILIES = (("anna", "timofey"), ("oleg",))
ROWS = 12
SLOTS = 14
KINDS = tuple(BY_TYPE[name] for name in ("Patient", "Appointment", "Observation", "Task", "Practitioner", "Schedule", "Slot"))
Json = dict[str, Any]


@contextmanager
def few_kinds() -> Iterator[None]:
    """Let the engine ask for the kinds of this world only: the others would be the same question with no answer."""
    every, plan.KINDS = plan.KINDS, KINDS  # type: ignore[misc]
    try:
        yield
    finally:
        plan.KINDS = every  # type: ignore[misc]


def observation(id: str, person: str, value: float) -> Json:
    return {
        "resourceType": "Observation", "id": id, "status": "final", "code": {"text": "Пульс"},
        "subject": {"reference": f"Patient/{person}"}, "effectiveDateTime": "2026-05-01T08:00:00Z",
        "valueQuantity": {"value": value, "unit": "уд/мин"},
    }  # fmt: skip


def _slot(id: str, schedule: str, start: datetime) -> Json:
    return {
        "resourceType": "Slot", "id": id, "schedule": {"reference": f"Schedule/{schedule}"}, "status": "free",
        "start": start.isoformat(), "end": (start + timedelta(minutes=15)).isoformat(),
    }  # fmt: skip


def booking(id: str, person: str, slot: Json) -> Json:
    """Return a visit that was booked at the desk, and make its slot busy."""
    slot["status"] = "busy"
    return {
        "resourceType": "Appointment", "id": id, "status": "booked", "created": "2026-05-10T08:00:00+00:00", "comment": "кабинет 3",
        "slot": [{"reference": f"Slot/{slot['id']}"}], "start": slot["start"], "end": slot["end"],
        "participant": [
            {"actor": {"reference": f"Patient/{person}"}, "status": "accepted"},
            {"actor": {"reference": "Practitioner/d1"}, "status": "tentative"},
        ],
    }  # fmt: skip


def world() -> World:
    """Return a fresh world."""
    made: list[Json] = []
    for family in FAMILIES:
        for person in family:
            made.append({"resourceType": "Patient", "id": person, "name": [{"family": "Ш", "given": [person]}]})
            made += [observation(f"{person}-{number}", person, 60.0 + number) for number in range(ROWS)]
    for doctor in ("d1", "d2"):
        made.append({"resourceType": "Practitioner", "id": doctor, "name": [{"family": doctor}]})
        made.append({"resourceType": "Schedule", "id": f"s-{doctor}", "actor": [{"reference": f"Practitioner/{doctor}"}]})
    for number in range(SLOTS):
        # The first begins soon: an act that waits for the network may come too late for it.
        start = START + timedelta(seconds=150) if number == 0 else START + timedelta(days=6, minutes=15 * number)
        made.append(_slot(f"slot-{number}", f"s-d{1 + number % 2}", start))
    for number, person in enumerate(who for family in FAMILIES for who in family):
        # Visits that stand already; one begins so soon that it may be too late to cancel it.
        soon = START + (timedelta(seconds=110) if person == "anna" else timedelta(days=4, minutes=15 * number))
        for name, start in ((f"early-{person}", soon), (f"later-{person}", START + timedelta(days=9, minutes=15 * number))):
            slot = _slot(name, "s-d1", start)
            made += [slot, booking(f"visit-{name}", person, slot)]
    stamp = START - timedelta(days=1)
    for number, one in enumerate(made):
        at = (stamp + timedelta(seconds=number)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        one["meta"] = {"lastUpdated": at}
    accounts = tuple(
        Account(login_phone=f"+7{number}", login_email="", password="x", name=family[0], person=family[0], grants=family)
        for number, family in enumerate(FAMILIES)
    )
    return World(resources=made, binaries={}, accounts=accounts)
