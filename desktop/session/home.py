"""The home page in one answer: the next visit, the family, the snapshot. *Thread*: the work runs on the store's.

Does not own what needs a person (attention).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from desktop.clock import Clock
from desktop.record.care import Prescription
from desktop.record.fhir import lens_care
from desktop.session import people as family
from desktop.session.attention import attention_of
from desktop.session.booking_rows import Places, booking_row, shown
from desktop.session.rows import BookingRow, HomeView, PersonRow
from desktop.session.scope import Scope
from desktop.store.acting import Acting
from desktop.store.vault import Vault

RECENT_DAYS: Final = 60
"""How far back a booking may lie that still says something on the home page."""


class HomeDesk:
    """The home page of the open person."""

    def __init__(
        self, scope: Scope, acting: Acting, clock: Clock, *, people: Callable[[], tuple[PersonRow, ...]]
    ) -> None:
        self._scope = scope
        self._acting = acting
        self._clock = clock
        self._people = people

    async def view(self) -> HomeView:
        """Return everything of the open person's page."""
        person = self._scope.person
        views = await self._scope.ask(self._views, self._people(), person)
        return views[person]

    async def views(self) -> dict[int, HomeView]:
        """Return the page of everyone in the family: they share most of their questions, and a switch then asks nothing."""
        return await self._scope.tell(self._views, self._people(), self._scope.person)

    async def seen(self, kind: str, subject: str) -> None:
        """Note that the person has seen a thing, so that it no longer asks for attention."""
        await self._scope.tell(self._scope.vault.settings.set, f"seen.{kind}.{subject}", True)

    def _views(self, people: tuple[PersonRow, ...], person: int) -> dict[int, HomeView]:
        vault, now = self._scope.vault, self._clock.now()
        today = now.astimezone().date()
        entries = shown(
            vault, self._acting, [one.id for one in people], now=now, since=today - timedelta(days=RECENT_DAYS)
        )
        # Only the next visit shows its street: the list of clinics is read once at most.
        rows = [booking_row(one, None) for one in entries]
        places = Places(vault)
        taken = {one.id: prescriptions(vault, one.id) for one in people}
        why = {one.id: one.kind for one in self._acting.clashes()}
        attention = {one.id: attention_of(vault, one.id, rows, taken[one.id], today=today, why=why) for one in people}
        ahead = tuple(row for one in people if (row := _ahead(rows, one.id, today)) is not None)
        made = {}
        for id in {person, *(one.id for one in people)}:
            attached = family.attachment(vault, id)
            active = [one for one in taken.get(id, ()) if is_active(one, today=today)]
            checkup = _checkup(vault, id, today)
            clashes = [note for one in people if one.id != id for note in attention[one.id] if note.kind == "clash"]
            next_visit = _next_visit(rows, id)
            if next_visit is not None and not next_visit.address:
                next_visit = replace(next_visit, address=places.address(next_visit.clinic))
            made[id] = HomeView(
                person=id,
                today=today,
                next_visit=next_visit,
                ahead=ahead,
                attention=(*clashes, *attention.get(id, ())),
                family=tuple((one, next(iter(attention[one.id]), None)) for one in people if one.id != id),
                district=attached.district if attached else "",
                district_doctor=attached.doctor if attached else "",
                prescriptions_active=len(active),
                prescriptions_funded=sum(one.is_funded for one in active),
                checkup_done=checkup[0],
                checkup_total=checkup[1],
                checkup_year=checkup[2],
                has_come=any(vault.replica.count(kind, id) for kind in ("Appointment", "DiagnosticReport", "Coverage")),
            )
        return made


def _next_visit(rows: list[BookingRow], person: int) -> BookingRow | None:
    ahead = [
        row
        for row in rows
        if row.person == person and row.certainty in ("confirmed", "pending") and row.kind == "visit" and row.starts_at
    ]
    return min(ahead, key=lambda row: row.starts_at.timestamp() if row.starts_at else 0.0, default=None)


def _ahead(rows: list[BookingRow], person: int, today: date) -> BookingRow | None:
    """Return today's house call, else the next visit."""
    calls = (
        row
        for row in rows
        if row.person == person and row.kind == "house_call" and row.certainty in ("confirmed", "pending")
        and row.starts_at is not None and row.starts_at.date() == today
    )  # fmt: skip
    return next(calls, None) or _next_visit(rows, person)


def is_active(one: Prescription, *, today: date) -> bool:
    """Say whether a pharmacy would take a prescription today."""
    return one.status == "active" and (one.valid_until is None or one.valid_until >= today)


def prescriptions(vault: Vault, person: int) -> tuple[Prescription, ...]:
    """Return a person's prescriptions that the portal calls active, newest first. *Thread*: store."""
    return vault.replica.values(lens_care.prescription, "MedicationRequest", person=person, status="active", limit=100)


def _checkup(vault: Vault, person: int, today: date) -> tuple[int, int, int | None]:
    for plan in vault.replica.values(lens_care.checkup, "CarePlan", person=person, limit=10):
        if plan.status == "active" and plan.items and (plan.until is None or plan.until >= today):
            return sum(item.status == "completed" for item in plan.items), len(plan.items), (plan.until or today).year
    return 0, 0, None
