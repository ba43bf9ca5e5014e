"""The home page in one answer: the next visit, what needs the person, the family, the snapshot. *Thread*: the work runs on the store's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from desktop.clock import Clock
from desktop.record.care import Prescription
from desktop.record.documents import Request
from desktop.record.fhir import lens_care, lens_documents, lens_people, lens_results, read
from desktop.record.results import Report
from desktop.session import people as family
from desktop.session.bookings import Places, booking_row, shown
from desktop.session.cover import ends_soon
from desktop.session.rows import AttentionRow, BookingRow, HomeView, PersonRow
from desktop.session.scope import Scope
from desktop.store.acting import Acting
from desktop.store.vault import Vault

NEW_REPORT_DAYS: Final = 14
ENDS_SOON_DAYS: Final = 3
REQUEST_DAYS: Final = 14
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


def attention_of(
    vault: Vault, person: int, rows: list[BookingRow], taken: Sequence[Prescription], *, today: date,
    why: Mapping[str, str] | None = None,
) -> tuple[AttentionRow, ...]:  # fmt: skip
    """Return what needs a person, the most pressing first; `why` tells the kinds of decisions by id. *Thread*: store."""
    found: list[AttentionRow] = []
    for row in rows:
        if row.person == person and row.certainty == "clash":
            at = row.starts_at.isoformat() if row.starts_at else ""
            kind = (why or {}).get(row.clash or "", "")
            facts = (("specialty", row.specialty), ("doctor", row.doctor), ("at", at), ("why", kind))
            found.append(
                AttentionRow(
                    id=f"clash.{row.clash}",
                    person=person,
                    kind="clash",
                    facts=facts,
                    section="bookings",
                    subject=row.id,
                )
            )
    found += _watches(vault, person)
    found += _reports(vault, person, today)
    found += _prescriptions(taken, person, today)
    found += _vaccines(vault, person, today)
    found += _policies(vault, person, today)
    found += _requests(vault, person, today)
    found += _strange_visits(vault, person, rows, today)
    aside = len(vault.replica.quarantine(person))
    if aside:
        found.append(
            AttentionRow(
                id="quarantine",
                person=person,
                kind="quarantine",
                facts=(("n", str(aside)),),
                section="exchange",
                subject="",
            )
        )
    return tuple(found)


def _watches(vault: Vault, person: int) -> list[AttentionRow]:
    """Name the times that the waiting list has found and nobody has taken yet."""
    return [
        AttentionRow(
            id=f"watch.{one['id']}",
            person=person,
            kind="watch_found",
            facts=(("specialty", one["specialty"]), ("doctor", one["slot_doctor"]), ("at", one["slot_at"])),
            section="bookings",
            subject=f"watch:{one['id']}",
        )
        for one in vault.settings.get("bookings.watches", [])
        if one["person"] == person and one["slot"] and not one["booked"]
    ]


def _reports(vault: Vault, person: int, today: date) -> list[AttentionRow]:
    notes = []
    since = today - timedelta(days=NEW_REPORT_DAYS)
    for one, report in vault.replica.read(lens_results.report, "DiagnosticReport", person=person, since=since, limit=8):
        if report.status != "final" or vault.settings.get(f"seen.report.{one.id}"):
            continue
        inside, below, above = counts(vault, report)
        if below or above:
            day = one.day.isoformat() if one.day else ""
            facts = (
                ("title", report.title),
                ("in", str(inside)),
                ("below", str(below)),
                ("above", str(above)),
                ("on", day),
            )
            notes.append(
                AttentionRow(
                    id=f"report.{one.id}",
                    person=person,
                    kind="new_report",
                    facts=facts,
                    section="results",
                    subject=one.id,
                )
            )
    return notes[:1]


def counts(vault: Vault, report: Report) -> tuple[int, int, int]:
    """Return how many measures of a report are inside, below and above their ranges. *Thread*: store."""
    bodies = vault.replica.by_reference("Observation", report.measures)
    standings = [lens_results.standing(body) for body in bodies.values()]
    return standings.count("in"), standings.count("below"), standings.count("above") + standings.count("abnormal")


def prescriptions(vault: Vault, person: int) -> tuple[Prescription, ...]:
    """Return a person's prescriptions that the portal calls active, newest first. *Thread*: store."""
    return vault.replica.values(lens_care.prescription, "MedicationRequest", person=person, status="active", limit=100)


def is_active(one: Prescription, *, today: date) -> bool:
    """Say whether a pharmacy would take a prescription today."""
    return one.status == "active" and (one.valid_until is None or one.valid_until >= today)


def _prescriptions(taken: Sequence[Prescription], person: int, today: date) -> list[AttentionRow]:
    notes = []
    for one in taken:
        if (
            is_active(one, today=today)
            and one.valid_until is not None
            and (one.valid_until - today).days <= ENDS_SOON_DAYS
        ):
            facts = (
                ("title", one.medicine),
                ("days", str((one.valid_until - today).days)),
                ("until", one.valid_until.isoformat()),
            )
            notes.append(
                AttentionRow(
                    id=f"prescription.{one.id}",
                    person=person,
                    kind="prescription_ends",
                    facts=facts,
                    section="prescriptions",
                    subject=one.id,
                )
            )
    return notes


def _vaccines(vault: Vault, person: int, today: date) -> list[AttentionRow]:
    for row in vault.replica.rows("ImmunizationRecommendation", person=person, limit=20):
        for dose in lens_care.due_doses(read.parse(row.body or b"{}"), today=today):
            if dose.standing == "overdue":
                facts = (("title", dose.title), ("on", dose.on.isoformat() if dose.on else ""))
                return [
                    AttentionRow(
                        id=f"vaccine.{dose.id}",
                        person=person,
                        kind="vaccine_missed",
                        facts=facts,
                        section="vaccinations",
                        subject=dose.id,
                    )
                ]
    return []


def _request(body: read.Json) -> tuple[Request, date | None]:
    return lens_documents.request(body), read.day(body.get("lastModified"))


def _policies(vault: Vault, person: int, today: date) -> list[AttentionRow]:
    covers = vault.replica.values(lens_people.policy, "Coverage", person=person, limit=20)
    return [
        AttentionRow(
            id=f"policy.{one.id}",
            person=person,
            kind="policy_ends",
            facts=(("until", one.until.isoformat() if one.until else ""),),
            section="cover",
            subject="policy",
        )
        for one in ends_soon(tuple(covers), today=today)
        if one.standing == "verified"
    ]


def _requests(vault: Vault, person: int, today: date) -> list[AttentionRow]:
    notes = []
    for one, changed in vault.replica.values(_request, "Task", person=person, limit=20):
        is_fresh = changed is not None and (today - changed).days <= REQUEST_DAYS
        if (
            is_fresh
            and "certificate" in one.kind
            and one.status in ("done", "refused")
            and not vault.settings.get(f"seen.request.{one.id}")
        ):
            facts = (("title", one.title), ("status", one.status), ("reason", one.reason))
            notes.append(
                AttentionRow(
                    id=f"request.{one.id}",
                    person=person,
                    kind="document_ready",
                    facts=facts,
                    section="documents",
                    subject=one.id,
                )
            )
    return notes


def _strange_visits(vault: Vault, person: int, rows: list[BookingRow], today: date) -> list[AttentionRow]:
    """Find a recent visit that nobody booked: the portal says it happened, and no booking of that day stands here."""
    booked = {row.starts_at.astimezone().date() for row in rows if row.person == person and row.starts_at}
    since = today - timedelta(days=NEW_REPORT_DAYS)
    for row, visit in vault.replica.read(lens_care.past_visit, "Encounter", person=person, since=since, limit=10):
        if (
            visit.status != "finished"
            or visit.booking
            or vault.settings.get(f"seen.visit.{visit.id}")
            or row.day in booked
        ):
            continue
        facts = (("title", visit.title), ("clinic", visit.clinic), ("on", row.day.isoformat() if row.day else ""))
        return [
            AttentionRow(
                id=f"visit.{visit.id}",
                person=person,
                kind="visit_unknown",
                facts=facts,
                section="visits",
                subject=visit.id,
            )
        ]
    return []


def _checkup(vault: Vault, person: int, today: date) -> tuple[int, int, int | None]:
    for plan in vault.replica.values(lens_care.checkup, "CarePlan", person=person, limit=10):
        if plan.status == "active" and plan.items and (plan.until is None or plan.until >= today):
            return sum(item.status == "completed" for item in plan.items), len(plan.items), (plan.until or today).year
    return 0, 0, None
