"""What the replica and the outbox say of bookings and free time, as rows. *Thread*: store.

Owns the projection laid over what the portal has, the ticket that it becomes, free time with its doctor and place.
Does not own the acts of a person (bookings), the projection's rules (record/project).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, Final

from desktop.record.fhir import lens_bookings, read
from desktop.record.project import Shown, Visit, is_past, project
from desktop.record.slots import FreeSlot
from desktop.session.rows import BookingRow, CallStep
from desktop.store.acting import Acting
from desktop.store.vault import Vault

_RECENT: Final = 400


class Places:
    """Addresses of clinics by the name that a booking carries; read once a query."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._found: dict[str, str] | None = None

    def address(self, clinic: str) -> str:
        """Return the street of a clinic, or nothing."""
        if self._found is None:
            self._found = dict(self._vault.replica.values(_street, "Location", person=0, limit=500))
        return self._found.get(clinic, "")


def _street(body: read.Json) -> tuple[str, str]:
    return read.text(body, "name"), read.text(body, "address", "line", 0) or read.text(body, "address", "text")


def shown(
    vault: Vault, acting: Acting, people: Sequence[int], *, now: datetime, since: date | None = None, limit: int = _RECENT
) -> tuple[Shown, ...]:
    """Project the bookings of some people. *Thread*: store."""
    base = [
        visit for person in people
        for visit in vault.replica.values(_visit_of(person), "Appointment", person=person, since=since, undated=True, limit=limit)
    ]
    intents = [one for one in acting.shown() if one.person in people]
    clashes = {one.intent.id: one.id for one in acting.clashes()}
    return project(base, intents, now=now, clashes=clashes)


def shown_one(vault: Vault, acting: Acting, id: str, *, now: datetime) -> Shown | None:
    """Project one booking, however long ago it was; None where neither the portal nor an act knows of it. *Thread*: store."""
    clashes = {one.intent.id: one.id for one in acting.clashes()}
    return next((one for one in project(_held(vault, id), acting.shown(), now=now, clashes=clashes) if one.visit.id == id), None)


def has_passed(vault: Vault, id: str, *, now: datetime) -> bool:
    """Say whether a visit is over as the portal has it, whatever an act or a decision says above it. *Thread*: store."""
    return any(is_past(one, now) for one in _held(vault, id))


def _held(vault: Vault, id: str) -> list[Visit]:
    row = vault.replica.row("Appointment", id)
    return [] if row is None else [lens_bookings.visit(read.parse(row.body or b"{}"), person=row.person)]


@cache
def _visit_of(person: int) -> Callable[[read.Json], Visit]:
    """Return the lens on a person's bookings; the same one each time, so that what it read is remembered."""
    return lambda body: lens_bookings.visit(body, person=person)


def booking_row(entry: Shown, places: Places | None) -> BookingRow:
    """Return the ticket of a projected booking."""
    visit: Visit = entry.visit
    return BookingRow(
        id=visit.id,
        person=visit.person,
        certainty=entry.certainty,
        kind=visit.kind,
        status=visit.status,
        specialty=visit.specialty,
        doctor=visit.doctor,
        clinic=visit.clinic,
        address=visit.address or (places.address(visit.clinic) if places is not None else ""),
        room=visit.room,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        advice=visit.advice,
        reason=visit.reason,
        intent=entry.intent,
        clash=entry.clash,
        pending=entry.pending,
        was_at=entry.was.starts_at if entry.was else None,
        doctor_id=visit.doctor_id,
        clinic_id=visit.clinic_id,
        slot=visit.slots[0] if visit.slots else "",
        cancelled_by=visit.cancelled_by,
        is_proposed=visit.is_asked and entry.intent is None and entry.certainty == "pending",
        steps=tuple(CallStep(code=one.code, text=one.text, at=one.at) for one in visit.steps),
    )


def free_slots(vault: Vault, *, first: date | None = None, last: date | None = None) -> list[FreeSlot]:
    """Return every free slot of the replica with its doctor and place. *Thread*: store."""
    schedules: dict[str, dict[str, Any]] = {}
    as_of = read.moment(vault.settings.get("sync.checked_at"))
    found = []
    for row in vault.replica.rows(
        "Slot", person=0, status="free", since=first, until=last, limit=20_000, newest_first=False
    ):
        slot = read.parse(row.body or b"{}")
        name = read.reference(slot, "schedule")[1]
        if name not in schedules:
            body = vault.replica.get("Schedule", name)
            schedules[name] = read.parse(body) if body else {}
        one = lens_bookings.free_slot(slot, schedules[name], as_of=as_of)
        if one is not None:
            found.append(one)
    return found


def one_slot(vault: Vault, id: str) -> FreeSlot | None:
    """Return a free slot by its id, or None. *Thread*: store."""
    body = vault.replica.get("Slot", id)
    if body is None:
        return None
    slot = read.parse(body)
    schedule = vault.replica.get("Schedule", read.reference(slot, "schedule")[1])
    return lens_bookings.free_slot(slot, read.parse(schedule) if schedule else {}, as_of=None)


def begins(text: str, wanted: str) -> bool:
    """Say whether a word of `text` begins with what is wanted, in any case, ё as е."""
    low = wanted.casefold().replace("ё", "е")
    return (
        not low
        or any(word.startswith(low) for word in text.casefold().replace("ё", "е").split())
        or text.casefold().startswith(low)
    )
