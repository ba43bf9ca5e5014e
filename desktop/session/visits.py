"""The history of visits: lists with filters and order, one visit with what came of it, and what this computer saw happen.

Owns: joining visits with ratings, disputes, orders and documents; noticing visits that nobody booked, with the day they appeared.
Does not own: the acts (bookings.act), the words.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from desktop.clock import Clock, local_date
from desktop.errors import UsageError
from desktop.record.care import PastVisit
from desktop.record.fhir import lens_care, lens_documents, lens_visits, read
from desktop.record.fhir.lens_visits import VisitGroup
from desktop.session.asked import AskedRow, asked
from desktop.session.scope import Scope
from desktop.session.visits_seen import Sighting, note_new, sightings
from desktop.store.acting import Acting
from desktop.store.vault import Vault

Order = Literal["newest", "oldest", "status"]
_STEP: Final = 200
_LOOKED_THROUGH: Final = 5_000
_NAMES_FROM: Final = 300
_RATINGS: Final = 400
_STATUS_RANK: Final = {"in-progress": 0, "arrived": 0, "planned": 1, "finished": 2, "cancelled": 3, "entered-in-error": 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRow:
    """One line of the history. `is_strange`: the portal says it happened and nobody booked it; `stars` is the person's rating."""

    facts: PastVisit
    group: VisitGroup
    is_strange: bool
    stars: int
    rating: AskedRow | None
    dispute: AskedRow | None
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitsPage:
    """One answer of the list, with what the filters offer."""

    rows: tuple[VisitRow, ...]
    has_more: bool
    doctors: tuple[str, ...]
    clinics: tuple[str, ...]
    first_year: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow:
    """One thing that a visit led to. `section` shows it."""

    section: str
    id: str
    title: str
    detail: str
    on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EditRow:
    """One line of a visit's log: who wrote what and when. `by` is the portal's name, or nothing for this computer."""

    at: datetime
    what: str
    by: str
    is_here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitView:
    """An open visit."""

    row: VisitRow
    diagnoses: tuple[tuple[str, str], ...]
    complaints: str
    prescriptions: tuple[LinkRow, ...]
    referrals: tuple[LinkRow, ...]
    documents: tuple[LinkRow, ...]
    results: tuple[LinkRow, ...]
    log: tuple[EditRow, ...]
    seen_at: datetime | None


class VisitsDesk:
    """Visits of the open person."""

    def __init__(self, scope: Scope, acting: Acting, clock: Clock) -> None:
        self._scope = scope
        self._acting = acting
        self._clock = clock
        self._noting: asyncio.Task[None] | None = None
        self._is_due = False

    async def page(
        self,
        *,
        group: str = "",
        since: date | None = None,
        until: date | None = None,
        doctor: str = "",
        clinic: str = "",
        order: Order = "newest",
        limit: int = 30,
    ) -> VisitsPage:
        """Return the first `limit` visits that fit every filter."""
        asked_for = _Wanted(group=group, since=since, until=until, doctor=doctor, clinic=clinic, order=order, limit=limit)
        today = local_date(self._clock)
        return await self._scope.ask(_page, self._scope.vault, self._acting, self._scope.person, asked_for, today)

    async def open(self, id: str) -> VisitView:
        """Return one visit with all that belongs to it. *Raises* UsageError visit.unknown."""
        return await self._scope.ask(_open, self._scope.vault, self._acting, self._scope.person, id, local_date(self._clock))

    def noticed(self, *_news: object) -> None:
        """Write down, beside the loop, which visits have just appeared or changed. *Thread*: the loop's."""
        self._is_due = True
        if self._noting is None or self._noting.done():
            self._noting = asyncio.get_running_loop().create_task(self._note())

    async def _note(self) -> None:
        while self._is_due:
            self._is_due = False
            await self._scope.tell(note_new, self._scope.vault, self._clock)

    async def settle(self) -> None:
        """Wait until what was noticed is written."""
        task, self._noting = self._noting, None
        if task is not None:
            await asyncio.gather(task, return_exceptions=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    group: str
    since: date | None
    until: date | None
    doctor: str
    clinic: str
    order: Order
    limit: int


def _page(vault: Vault, acting: Acting, person: int, wanted: _Wanted, today: date) -> VisitsPage:
    joined = _Joined(vault, acting, person, today)
    needed = _LOOKED_THROUGH if wanted.order == "status" else wanted.limit + 1
    found: list[VisitRow] = []
    for body in _bodies(vault, person, wanted):
        if _fits(body, wanted):
            found.append(joined.row(body))
            if len(found) >= needed:
                break
    if wanted.order == "status":
        found.sort(key=lambda row: _STATUS_RANK.get(row.facts.status, 5))
    names = [lens_care.past_visit(read.parse(one.body or b"{}"))
             for one in vault.replica.rows("Encounter", person=person, limit=_NAMES_FROM)]  # fmt: skip
    oldest = next((one.day for one in vault.replica.rows("Encounter", person=person, limit=1, newest_first=False) if one.day), None)
    return VisitsPage(
        rows=tuple(found[: wanted.limit]),
        has_more=len(found) > wanted.limit,
        doctors=tuple(sorted({one.doctor for one in names if one.doctor})),
        clinics=tuple(sorted({one.clinic for one in names if one.clinic})),
        first_year=oldest.year if oldest else None,
    )


def _bodies(vault: Vault, person: int, wanted: _Wanted) -> Iterator[read.Json]:
    place, looked = None, 0
    while looked < _LOOKED_THROUGH:
        rows = vault.replica.rows("Encounter", person=person, after=place, since=wanted.since, until=wanted.until,
                                  newest_first=wanted.order != "oldest", limit=min(_STEP, wanted.limit + 1))  # fmt: skip
        for row in rows:
            yield read.parse(row.body or b"{}")
        looked += len(rows)
        if len(rows) < min(_STEP, wanted.limit + 1):
            return
        place = rows[-1].place


def _fits(body: read.Json, wanted: _Wanted) -> bool:
    if read.text(body, "status") == "entered-in-error" or (wanted.group and lens_visits.group(body) != wanted.group):
        return False
    visit = lens_care.past_visit(body)
    return (not wanted.doctor or visit.doctor == wanted.doctor) and (not wanted.clinic or visit.clinic == wanted.clinic)


class _Joined:
    """What stands beside the visits of one person, read once for a question. *Thread*: store."""

    def __init__(self, vault: Vault, acting: Acting, person: int, today: date) -> None:
        self._vault, self._person, self._today = vault, person, today
        answers = vault.replica.rows("QuestionnaireResponse", person=person, limit=_RATINGS, newest_first=False)
        self._stars = dict(lens_visits.rating(read.parse(row.body or b"{}")) for row in answers)
        acts = asked(vault, acting, person, ("visit.rate", "visit.dispute"))
        self._acts = {(one.kind, one.subject.rpartition("/")[2]): one for one in reversed(acts)}
        self.seen: dict[str, Sighting] = sightings(vault, person, today=today)

    def row(self, body: read.Json) -> VisitRow:
        """Return the line of a visit."""
        facts = lens_care.past_visit(body)
        rating = self._acts.get(("visit.rate", facts.id))
        stars = self._stars.get(facts.id, 0)
        waiting = rating.field("stars") if rating is not None and rating.state != "refused" else ""
        return VisitRow(
            facts=facts,
            group=lens_visits.group(body),
            is_strange=self.seen[facts.id].is_strange if facts.id in self.seen else False,
            stars=int(waiting) if waiting.isdigit() else stars,
            rating=rating,
            dispute=self._acts.get(("visit.dispute", facts.id)),
            documents=tuple(one.id for one in papers(self._vault, self._person, body)),
        )


def papers(vault: Vault, person: int, body: read.Json) -> list[LinkRow]:
    """Return the documents of a visit: those that name it, else those of its doctor on its day. *Thread*: store."""
    found = []
    for document in _of_day(vault, person, "DocumentReference", body):
        known = lens_documents.document(document)
        if known.status not in ("superseded", "entered-in-error"):
            found.append(LinkRow(section="documents", id=known.id, title=known.title, detail=known.author, on=known.created_on))
    return found


def _of_day(vault: Vault, person: int, type_name: str, body: read.Json) -> list[read.Json]:
    """Return resources that name the visit; those that name none count when the same doctor wrote them on that day."""
    day, visit = read.day(read.obj(body, "period", "start")), read.text(body, "id")
    if day is None:
        return []
    doctor = read.reference(body, "participant", 0, "individual")[1]
    found = []
    for row in vault.replica.rows(type_name, person=person, since=day, until=day, limit=60):
        one = read.parse(row.body or b"{}")
        owner, is_named = lens_visits.visit_of(one)
        if owner == visit or (not is_named and doctor and doctor in lens_visits.authors(one)):
            found.append(one)
    return found


def _open(vault: Vault, acting: Acting, person: int, id: str, today: date) -> VisitView:
    stored = vault.replica.row("Encounter", id)
    if stored is None or stored.body is None or stored.person != person:
        raise UsageError("visit.unknown")
    body = read.parse(stored.body)
    joined = _Joined(vault, acting, person, today)
    seen = joined.seen.get(id)
    return VisitView(
        row=joined.row(body),
        diagnoses=_diagnoses(vault, body),
        complaints=lens_visits.complaints(body),
        prescriptions=tuple(_order("prescriptions", one) for one in _of_day(vault, person, "MedicationRequest", body)),
        referrals=tuple(_order("referrals", one) for one in _of_day(vault, person, "ServiceRequest", body)),
        documents=tuple(papers(vault, person, body)),
        results=tuple(_order("results", one) for one in _of_day(vault, person, "DiagnosticReport", body)),
        log=_log(vault, person, id, seen),
        seen_at=seen.at if seen else None,
    )


def _order(section: str, body: read.Json) -> LinkRow:
    title = read.concept(body, "medicationCodeableConcept") or read.display(body, "medicationReference") or read.concept(body, "code")
    detail = read.text(body, "dosageInstruction", 0, "text") or read.concept(body, "category")
    on = read.day(body.get("authoredOn") or body.get("effectiveDateTime"))
    return LinkRow(section=section, id=read.text(body, "id"), title=title, detail=detail, on=on)


def _diagnoses(vault: Vault, body: read.Json) -> tuple[tuple[str, str], ...]:
    ids = [read.reference(one, "condition")[1] for one in read.each(body, "diagnosis")]
    held = vault.replica.by_reference("Condition", tuple(id for id in ids if id))
    found = [(read.code(one, "code"), read.concept(one, "code")) for one in map(read.parse, held.values())]
    return tuple(found) or tuple((read.code(one), read.concept(one)) for one in read.each(body, "reasonCode"))


def _log(vault: Vault, person: int, id: str, seen: Sighting | None) -> tuple[EditRow, ...]:
    found: list[EditRow] = []
    for row in vault.replica.rows("Provenance", person=person, limit=_LOOKED_THROUGH):
        edit = lens_visits.edit(read.parse(row.body or b"{}"))
        if edit is not None and ("Encounter", id) in edit.targets:
            found.append(EditRow(at=edit.at, what=edit.what, by=edit.who, is_here=False))
    if seen is not None:
        found += [EditRow(at=at, what=what, by="", is_here=True) for at, what in seen.events]
    return tuple(sorted(found, key=lambda one: one.at, reverse=True))


