"""Who receives and when: the doctors of the portal with what is said of them, why a day has no time, the age of it all.

Owns the questions of the booking wizard that are not about a booking. Does not own: free time (bookings.free), acts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from desktop.clock import Clock
from desktop.record.care import Place
from desktop.record.fhir import lens_care, read
from desktop.record.fhir.acts import intents_of
from desktop.session.rows import BookingRow, JournalRow
from desktop.session.scope import Scope
from desktop.store.vault import Vault

_MOST: Final = 5_000
_JOURNAL_LINES: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorRow:
    """One doctor in one place, as they receive there. `since` is the year of the qualification; `services` are codes and titles."""

    id: str
    name: str
    short: str
    specialty: str
    clinic: str
    clinic_id: str
    room: str
    schedule: str
    since: int | None = None
    rating: float | None = None
    service: str = ""
    services: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """A day on which a doctor does not receive, and the portal's word why."""

    schedule: str
    on: date
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralFacts:
    """What a referral says to the wizard."""

    id: str
    title: str
    specialty: str
    clinic: str


class OpeningsDesk:
    """Doctors, clinics and the reasons of empty days, as last seen."""

    def __init__(self, scope: Scope, clock: Clock) -> None:
        self._scope = scope
        self._clock = clock
        self._known: tuple[int, tuple[DoctorRow, ...]] | None = None

    async def doctors(self) -> tuple[DoctorRow, ...]:
        """Return every doctor who has a timetable, by name."""
        return await self._scope.tell(self._doctors)

    def _doctors(self) -> tuple[DoctorRow, ...]:
        """Return the answer of before while nothing has been written since: it joins four kinds of resources. *Thread*: store."""
        vault = self._scope.vault
        if self._known is None or self._known[0] != vault.database.changes:
            self._known = (vault.database.changes, _doctors(vault))
        return self._known[1]

    async def clinics(self) -> tuple[Place, ...]:
        """Return the clinics in the portal's order of names."""
        return await self._scope.tell(_clinics, self._scope.vault)

    async def away(self, *, first: date, last: date) -> tuple[Away, ...]:
        """Return the days that were taken out of the timetables, with the reason where the portal gives one."""
        return await self._scope.tell(_away, self._scope.vault, first, last)

    async def as_of(self) -> datetime | None:
        """Return when free time was last checked."""
        return await self._scope.tell(lambda: read.moment(self._scope.vault.settings.get("sync.checked_at")))

    async def referral(self, id: str) -> ReferralFacts | None:
        """Return what a referral asks for, None when it is not here."""
        return await self._scope.tell(_referral, self._scope.vault, id.removeprefix("ServiceRequest/"))

    async def history(self, booking: BookingRow) -> tuple[JournalRow, ...]:
        """Return the journal's lines about one booking, newest first."""
        return await self._scope.tell(_history, self._scope.vault, booking)

    async def choice(self, name: str, default: str = "") -> str:
        """Return a remembered choice of the bookings pages."""
        return str(await self._scope.tell(self._scope.vault.settings.get, f"bookings.{name}", default))

    async def keep_choice(self, name: str, value: str) -> None:
        """Remember a choice of the bookings pages."""
        await self._scope.tell(self._scope.vault.settings.set, f"bookings.{name}", value)


def _history(vault: Vault, booking: BookingRow) -> tuple[JournalRow, ...]:
    resource = read.parse(vault.replica.get("Appointment", booking.id) or b"{}")
    acts = {*intents_of(resource), booking.intent, booking.id} - {None, ""}
    found = []
    for row in vault.journal.page(None, _JOURNAL_LINES, person=booking.person):
        if row.facts.get("intent") in acts or row.facts.get("booking") in acts:
            facts = tuple((name, str(value)) for name, value in row.facts.items())
            by: Literal["person", "portal"] = "portal" if row.by == "portal" else "person"
            found.append(JournalRow(id=row.id, at=row.at, event=row.event, person=row.person, facts=facts, by=by))
    return tuple(found)


def _clinics(vault: Vault) -> tuple[Place, ...]:
    places = vault.replica.values(lens_care.place, "Location", person=0, limit=_MOST)
    return tuple(sorted((one for one in places if one.name), key=lambda one: (one.name, one.id)))


def _doctors(vault: Vault) -> tuple[DoctorRow, ...]:
    schedules = [read.parse(row.body or b"{}") for row in vault.replica.rows("Schedule", person=0, limit=_MOST)]
    actors = [{read.reference(one)[0]: one for one in read.each(timetable, "actor")} for timetable in schedules]
    roles = _known(vault, "PractitionerRole", [one.get("PractitionerRole") for one in actors])
    people = _known(vault, "Practitioner", [one.get("Practitioner") for one in actors])
    services = _known(vault, "HealthcareService", [read.obj(one, "healthcareService", 0) for one in roles.values()])
    found = [
        _doctor(timetable, who, roles, people, services) for timetable, who in zip(schedules, actors, strict=True)
    ]
    return tuple(sorted((one for one in found if one.short), key=lambda one: (one.short, one.clinic, one.schedule)))


def _known(vault: Vault, type: str, references: list[Any]) -> dict[str, dict[str, Any]]:
    ids = sorted({read.reference(one)[1] for one in references if one} - {""})
    return {id: read.parse(body) for id, body in vault.replica.by_reference(type, ids).items()} if ids else {}


def _doctor(
    timetable: Mapping[str, Any],
    actors: Mapping[str, Any],
    roles: Mapping[str, dict[str, Any]],
    people: Mapping[str, dict[str, Any]],
    services: Mapping[str, dict[str, Any]],
) -> DoctorRow:
    who, post, place = (actors.get(kind, {}) for kind in ("Practitioner", "PractitionerRole", "Location"))
    role = roles.get(read.reference(post)[1], {})
    person = people.get(read.reference(who)[1], {})
    service = services.get(read.reference(role, "healthcareService", 0)[1], {})
    since = read.day(read.obj(person, "qualification", 0, "period", "start"))
    rating = read.extension(role, "rating")
    codes = [code for _, code in read.codes(service, "type")] + [code for _, code in read.codes(service, "specialty")]
    return DoctorRow(
        id=read.reference(who or post)[1],
        name=read.text(person, "name", 0, "text") or read.display(who or post),
        short=read.display(who or post),
        specialty=read.concept(timetable, "specialty"),
        clinic=read.display(place),
        clinic_id=read.reference(place)[1],
        room=read.text(timetable, "comment"),
        schedule=read.text(timetable, "id"),
        since=since.year if since else None,
        rating=float(rating) if isinstance(rating, int | float) else None,
        service=read.text(service, "comment"),
        services=(*codes, read.text(service, "name")),
    )


def _away(vault: Vault, first: date, last: date) -> tuple[Away, ...]:
    found = []
    for row in vault.replica.rows(
        "Slot", person=0, status="busy-unavailable", since=first, until=last, limit=_MOST, newest_first=False
    ):
        slot = read.parse(row.body or b"{}")
        on = read.day(slot.get("start"))
        if on is not None:
            found.append(Away(schedule=read.reference(slot, "schedule")[1], on=on, why=read.text(slot, "comment")))
    return tuple(found)


def _referral(vault: Vault, id: str) -> ReferralFacts | None:
    body = vault.replica.get("ServiceRequest", id)
    if body is None:
        return None
    resource = read.parse(body)
    one = lens_care.referral(resource)
    wanted = read.concept(resource, "performerType") or one.department
    return ReferralFacts(id=one.id, title=one.title, specialty=wanted, clinic=one.clinic)
