"""The history of visits: lists with filters and order, one visit with what came of it, and what this computer saw happen.

Owns: joining visits with ratings, disputes, orders and documents; noticing visits that nobody booked, with the day they appeared.
Does not own: the acts (bookings.act), the words.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Final, Literal, TypeVar

from desktop.clock import Clock, local_date
from desktop.errors import UsageError
from desktop.record.care import PastVisit
from desktop.record.fhir import lens_care, lens_documents, lens_visits, read
from desktop.record.fhir.lens_visits import VisitGroup
from desktop.session.asked import AskedRow, asked
from desktop.session.scope import Scope
from desktop.session.visits_seen import Sighting, note_new, sightings
from desktop.store.acting import Acting
from desktop.store.readings import Lens
from desktop.store.vault import Vault

T = TypeVar("T")
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
    found = list(itertools.islice((one for one in _visits(vault, person, wanted) if _fits(one, wanted)), needed))
    if wanted.order == "status":
        found.sort(key=lambda one: _STATUS_RANK.get(one.facts.status, 5))
    names = vault.replica.values(lens_care.past_visit, "Encounter", person=person, limit=_NAMES_FROM)
    first = vault.replica.rows("Encounter", person=person, limit=1, newest_first=False, with_body=False)
    oldest = first[0].day if first else None
    return VisitsPage(
        rows=tuple(joined.row(one) for one in found[: wanted.limit]),
        has_more=len(found) > wanted.limit,
        doctors=tuple(sorted({one.doctor for one in names if one.doctor})),
        clinics=tuple(sorted({one.clinic for one in names if one.clinic})),
        first_year=oldest.year if oldest else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Visit:
    """What is read from an Encounter: `doctor_id` and `on` find the papers that do not name it."""

    facts: PastVisit
    group: VisitGroup
    doctor_id: str
    on: date | None


def _visit(body: read.Json) -> _Visit:
    return _Visit(facts=lens_care.past_visit(body), group=lens_visits.group(body), on=read.day(read.obj(body, "period", "start")),
                  doctor_id=read.reference(body, "participant", 0, "individual")[1])  # fmt: skip


def _visits(vault: Vault, person: int, wanted: _Wanted) -> Iterator[_Visit]:
    place, looked = None, 0
    while looked < _LOOKED_THROUGH:
        rows = vault.replica.read(_visit, "Encounter", person=person, after=place, since=wanted.since, until=wanted.until,
                                  newest_first=wanted.order != "oldest", limit=min(_STEP, wanted.limit + 1))  # fmt: skip
        yield from (one for _, one in rows)
        looked += len(rows)
        if len(rows) < min(_STEP, wanted.limit + 1):
            return
        place = rows[-1][0].place


def _fits(one: _Visit, wanted: _Wanted) -> bool:
    visit = one.facts
    if visit.status == "entered-in-error" or (wanted.group and one.group != wanted.group):
        return False
    return (not wanted.doctor or visit.doctor == wanted.doctor) and (not wanted.clinic or visit.clinic == wanted.clinic)


class _Joined:
    """What stands beside the visits of one person, read once for a question. *Thread*: store."""

    def __init__(self, vault: Vault, acting: Acting, person: int, today: date) -> None:
        self._vault, self._person, self._today = vault, person, today
        answers = vault.replica.values(lens_visits.rating, "QuestionnaireResponse", person=person, limit=_RATINGS)
        # Of several ratings of a visit the newest counts.
        self._stars = dict(reversed(answers))
        acts = asked(vault, acting, person, ("visit.rate", "visit.dispute"))
        self._acts = {(one.kind, one.subject.rpartition("/")[2]): one for one in reversed(acts)}
        self.seen: dict[str, Sighting] = sightings(vault, person, today=today)

    def row(self, visit: _Visit) -> VisitRow:
        """Return the line of a visit."""
        facts = visit.facts
        rating = self._acts.get(("visit.rate", facts.id))
        stars = self._stars.get(facts.id, 0)
        waiting = rating.field("stars") if rating is not None and rating.state != "refused" else ""
        return VisitRow(
            facts=facts,
            group=visit.group,
            is_strange=self.seen[facts.id].is_strange if facts.id in self.seen else False,
            stars=int(waiting) if waiting.isdigit() else stars,
            rating=rating,
            dispute=self._acts.get(("visit.dispute", facts.id)),
            documents=tuple(one.id for one in papers(self._vault, self._person, visit)),
        )


def papers(vault: Vault, person: int, visit: _Visit) -> list[LinkRow]:
    """Return the documents of a visit: those that name it, else those of its doctor on its day. *Thread*: store."""
    return [one for one in _of_day(vault, person, "DocumentReference", visit, _paper) if one is not None]


def _paper(body: read.Json) -> LinkRow | None:
    known = lens_documents.document(body)
    if known.status in ("superseded", "entered-in-error"):
        return None
    return LinkRow(section="documents", id=known.id, title=known.title, detail=known.author, on=known.created_on)


def _of_day(vault: Vault, person: int, type_name: str, visit: _Visit, lens: Lens[T]) -> list[T]:
    """Return resources that name the visit; those that name none count when the same doctor wrote them on that day."""
    if visit.on is None:
        return []
    found, doctor = [], visit.doctor_id
    for owner, is_named, authors, one in vault.replica.values(
        _with_owner(lens), type_name, person=person, since=visit.on, until=visit.on, limit=60
    ):
        if owner == visit.facts.id or (not is_named and doctor and doctor in authors):
            found.append(one)
    return found


@cache
def _with_owner(lens: Lens[T]) -> Lens[tuple[str, bool, frozenset[str], T]]:
    """Return a lens that reads whose visit a resource names and who wrote it, too."""
    return lambda body: (*lens_visits.visit_of(body), lens_visits.authors(body), lens(body))


def _open(vault: Vault, acting: Acting, person: int, id: str, today: date) -> VisitView:
    stored = vault.replica.row("Encounter", id)
    if stored is None or stored.body is None or stored.person != person:
        raise UsageError("visit.unknown")
    body = read.parse(stored.body)
    visit = _visit(body)
    joined = _Joined(vault, acting, person, today)
    seen = joined.seen.get(id)
    conditions = _conditions(vault, body)
    return VisitView(
        row=joined.row(visit),
        diagnoses=_diagnoses(body, conditions),
        complaints=lens_visits.complaints(body, conditions),
        prescriptions=_orders(vault, person, "prescriptions", "MedicationRequest", visit),
        referrals=_orders(vault, person, "referrals", "ServiceRequest", visit),
        documents=tuple(papers(vault, person, visit)),
        results=_orders(vault, person, "results", "DiagnosticReport", visit),
        log=_log(vault, person, id, seen),
        seen_at=seen.at if seen else None,
    )


def _orders(vault: Vault, person: int, section: str, type_name: str, visit: _Visit) -> tuple[LinkRow, ...]:
    return tuple(replace(one, section=section) for one in _of_day(vault, person, type_name, visit, _order))


def _order(body: read.Json) -> LinkRow:
    title = read.concept(body, "medicationCodeableConcept") or read.display(body, "medicationReference") or read.concept(body, "code")
    detail = read.text(body, "dosageInstruction", 0, "text") or read.concept(body, "category")
    on = read.day(body.get("authoredOn") or body.get("effectiveDateTime"))
    return LinkRow(section="", id=read.text(body, "id"), title=title, detail=detail, on=on)


def _conditions(vault: Vault, body: read.Json) -> list[read.Json]:
    ids = [read.reference(one, "condition")[1] for one in read.each(body, "diagnosis")]
    return [read.parse(one) for one in vault.replica.by_reference("Condition", tuple(id for id in ids if id)).values()]


def _diagnoses(body: read.Json, conditions: Sequence[read.Json]) -> tuple[tuple[str, str], ...]:
    found = tuple((read.code(one, "code"), read.concept(one, "code")) for one in conditions)
    # A reason without a code is what the person complained of.
    return found or tuple((code, read.concept(one)) for one in read.each(body, "reasonCode") if (code := read.code(one)))


def _log(vault: Vault, person: int, id: str, seen: Sighting | None) -> tuple[EditRow, ...]:
    found: list[EditRow] = []
    for edit in vault.replica.values(lens_visits.edit, "Provenance", person=person, limit=_LOOKED_THROUGH):
        if edit is not None and ("Encounter", id) in edit.targets:
            found.append(EditRow(at=edit.at, what=edit.what, by=edit.who, is_here=False))
    if seen is not None:
        found += [EditRow(at=at, what=what, by="", is_here=True) for at, what in seen.events]
    return tuple(sorted(found, key=lambda one: one.at, reverse=True))
