"""Clinics for the page and the wizard's neighbours: which are the family's, who works there, what is found by words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Final, Literal

from desktop.clock import Clock
from desktop.record.clinics import Clinic, Doors, doors
from desktop.record.fhir import lens_bookings, lens_care, lens_documents, lens_places, read
from desktop.record.fhir.acts import intents_of
from desktop.session import people as family
from desktop.session.rows import PersonRow
from desktop.session.scope import Scope
from desktop.store import stems
from desktop.store.acting import Acting
from desktop.store.vault import Vault

Why = Literal["attached", "booked", "visited"]
_PAGE: Final = 2_000
_MINE_ROWS: Final = 200
_LETTERS: Final[dict[str, Literal["write", "complain"]]] = {"clinic.write": "write", "clinic.complain": "complain"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClinicRow:
    """A clinic with its doors as they are now and why it is the family's: (why, whose) pairs, none for a strange one."""

    id: str
    clinic: Clinic
    doors: Doors
    mine: tuple[tuple[Why, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClinicFilter:
    """What a person looks for; empty means any. `text` is a name, a place, a specialty or a doctor."""

    text: str = ""
    region: str = ""
    town: str = ""
    specialty: str = ""
    is_open: bool = False
    takes_policy: bool = False
    audience: Literal["", "children", "adults"] = ""
    is_mine: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRow:
    """A letter between the open person and a clinic. `intent` names an act that has not left or was refused, else nothing."""

    id: str
    organization_id: str
    kind: Literal["write", "complain", "answer"]
    state: str
    text: str
    reason: str
    at: datetime
    intent: str


class ClinicsDesk:
    """Clinics are shared: nothing here belongs to one person but the reason why a clinic is mine."""

    def __init__(self, scope: Scope, acting: Acting, clock: Clock, *, people: Callable[[], tuple[PersonRow, ...]]) -> None:
        self._scope = scope
        self._acting = acting
        self._clock = clock
        self._people = people
        self._age = 0
        self._known: tuple[object, list[Clinic], dict[str, tuple[tuple[Why, int], ...]]] | None = None

    def forget(self, *_news: object) -> None:
        """Read clinics anew when next asked: something of what makes them up has changed. *Thread*: the loop's."""
        self._age += 1

    async def all(self) -> tuple[ClinicRow, ...]:
        """Return every clinic: the family's first, then by rating and name."""
        return await self._scope.tell(self._all, self._age, tuple(one.id for one in self._people()))

    async def letters(self) -> tuple[LetterRow, ...]:
        """Return the open person's letters to clinics and their answers, newest first."""
        return await self._scope.ask(_letters, self._scope.vault, self._acting, self._scope.person)

    def _all(self, age: int, people: tuple[int, ...]) -> tuple[ClinicRow, ...]:
        vault = self._scope.vault
        if self._known is None or self._known[0] != (age, people):
            found = clinics(vault)
            self._known = ((age, people), found, _mine(vault, people, found))
        _, known, mine = self._known
        clock = clinic_clock(vault)
        now = self._clock.now().astimezone(clock) if clock else self._clock.now().astimezone()
        rows = [ClinicRow(id=one.id, clinic=one, doors=doors(one.hours, now=now), mine=mine.get(one.id, ())) for one in known]
        return tuple(sorted(rows, key=lambda row: (_rank(row), -(row.clinic.rating or 0.0), row.clinic.name, row.id)))


def _letters(vault: Vault, acting: Acting, person: int) -> tuple[LetterRow, ...]:
    found, known = [], set()
    for one in acting.shown(person=person):
        if one.kind in _LETTERS:
            known.add(one.id)
            found.append(LetterRow(id=one.id, organization_id=str(one.body.get("clinic_id", "")), kind=_LETTERS[one.kind],
                                   state=str(one.state), text=str(one.body.get("text", "")), reason=one.reason,
                                   at=one.created_at, intent=one.id))  # fmt: skip
    for letter, acts in vault.replica.values(_letter, "Communication", person=person, limit=_MINE_ROWS):
        if letter is not None and known.isdisjoint(acts):
            found.append(letter)
    for body in _bodies(vault, "Task", person, _MINE_ROWS):
        task, at = lens_documents.request(body), read.moment(body.get("authoredOn"))
        if task.kind in _LETTERS and at is not None and not known & set(intents_of(body)):
            text = next((read.text(one, "valueString") for one in read.each(body, "input") if read.text(one, "type", "text") == "text"), "")
            found.append(LetterRow(id=task.id, organization_id=read.reference(body, "owner")[1], kind=_LETTERS[task.kind],
                                   state=task.status, text=text, reason=task.reason, at=at, intent=""))  # fmt: skip
    return tuple(sorted(found, key=lambda one: one.at, reverse=True))


def _letter(body: dict[str, Any]) -> tuple[LetterRow | None, tuple[str, ...]]:
    """Read a message to a clinic or a clinic's answer, with the acts that it carries out; None for any other message."""
    sender, recipient, known = read.reference(body, "sender"), read.reference(body, "recipient", 0), lens_care.message(body)
    is_answer = sender[0] == "Organization" and not known.is_notice
    at = read.moment(body.get("sent"))
    if at is None or not (is_answer or recipient[0] == "Organization"):
        return None, ()
    row = LetterRow(id=read.text(body, "id"), organization_id=sender[1] if is_answer else recipient[1], at=at, intent="",
                    kind="answer" if is_answer else "write", state="sent", text=known.text, reason="")  # fmt: skip
    return row, tuple(intents_of(body))


def _rank(row: ClinicRow) -> int:
    why = {reason for reason, _ in row.mine}
    return 0 if "attached" in why else 1 if why else 2


def _bodies(vault: Vault, kind: str, person: int | list[int] = 0, limit: int = _PAGE) -> Iterable[dict[str, Any]]:
    return (read.parse(row.body) for row in vault.replica.rows(kind, person=person, limit=limit) if row.body)


def clinics(vault: Vault) -> list[Clinic]:
    """Return every clinic with its people and services. *Thread*: store."""
    owners = {read.text(one, "id"): one for one in _bodies(vault, "Organization")}
    persons = {read.text(one, "id"): one for one in _bodies(vault, "Practitioner")}
    staff: dict[str, list[Any]] = {}
    for role in _bodies(vault, "PractitionerRole"):
        one = lens_places.doctor(role, persons.get(read.reference(role, "practitioner")[1], {}))
        for place in read.each(role, "location"):
            staff.setdefault(read.reference(place)[1], []).append(one)
    offers: dict[str, list[lens_places.Offer]] = {}
    for body in _bodies(vault, "HealthcareService"):
        service = lens_places.offer(body)
        for key in service.locations:
            offers.setdefault(key, []).append(service)
    found = []
    for location in _bodies(vault, "Location"):
        id = read.text(location, "id")
        owner = owners.get(read.reference(location, "managingOrganization")[1], {})
        found.append(lens_places.clinic(location, owner, doctors=staff.get(id, ()), offers=offers.get(id, ())))
    return found


def clinic_clock(vault: Vault) -> tzinfo | None:
    """Return the offset in which the portal writes the times of its clinics; None when it has written none yet."""
    for kind in ("Slot", "Appointment"):
        person = 0 if kind == "Slot" else [one.id for one in vault.people.of() if not one.is_sealed]
        for body in _bodies(vault, kind, person, limit=1):
            at: datetime | None = read.moment(body.get("start"))
            if at is not None:
                return at.tzinfo
    return None


def _owner(body: read.Json) -> str:
    return read.reference(body, "serviceProvider")[1]


def _mine(vault: Vault, people: tuple[int, ...], known: list[Clinic]) -> dict[str, tuple[tuple[Why, int], ...]]:
    by_owner = {one.organization_id: one.id for one in known if one.organization_id}
    by_name = {one.name: one.id for one in known}
    found: dict[str, dict[tuple[Why, int], None]] = {}

    def note(id: str | None, why: Why, person: int) -> None:
        if id:
            found.setdefault(id, {})[(why, person)] = None

    for person in people:
        attached = family.attachment(vault, person)
        if attached is not None:
            note(by_owner.get(attached.clinic_id) or by_name.get(attached.clinic), "attached", person)
        for clinic in vault.replica.values(lens_bookings.clinic_of, "Appointment", person=person, limit=_MINE_ROWS):
            note(clinic, "booked", person)
        for owner in vault.replica.values(_owner, "Encounter", person=person, limit=_MINE_ROWS):
            note(by_owner.get(owner), "visited", person)
    ids = {one.id for one in known}
    return {id: tuple(pairs) for id, pairs in found.items() if id in ids}


def in_order(rows: Sequence[ClinicRow], order: str) -> tuple[ClinicRow, ...]:
    """Sort clinics by rating or by name; by "near" they stay as the desk gives them, the family's own first."""
    if order == "rating":
        return tuple(sorted(rows, key=lambda row: (-(row.clinic.rating or 0.0), row.clinic.name, row.id)))
    if order == "name":
        return tuple(sorted(rows, key=lambda row: (row.clinic.name.casefold(), row.id)))
    return tuple(rows)


def chosen(rows: Iterable[ClinicRow], wanted: ClinicFilter) -> tuple[ClinicRow, ...]:
    """Return the rows that a filter leaves, in their order."""
    words = stems.words(wanted.text)
    return tuple(row for row in rows if _fits(row, wanted) and has_words(words, _haystack(row.clinic)))


def _fits(row: ClinicRow, wanted: ClinicFilter) -> bool:
    one = row.clinic
    children = one.kind == "child" or "детск" in one.kind_words.casefold()
    return (
        (not wanted.region or one.region == wanted.region)
        and (not wanted.town or one.town == wanted.town)
        and (not wanted.specialty or wanted.specialty in one.specialties)
        and (not wanted.is_open or row.doors.standing in ("open", "round"))
        and (not wanted.takes_policy or one.takes_policy)
        and (not wanted.is_mine or bool(row.mine))
        and (not wanted.audience or children == (wanted.audience == "children"))
    )


def _haystack(one: Clinic) -> str:
    doctors = " ".join(f"{who.name} {who.title}" for who in one.doctors)
    return " ".join((one.name, one.full_name, one.kind_words, one.address, one.town, one.region, *one.specialties, doctors))


def has_words(asked: list[str], text: str) -> bool:
    """Say whether every asked word begins a word of the text, or is another form of one."""
    if not asked:
        return True
    there = set(stems.words(text))
    forms = {form for word in there for form in stems.forms(word)}
    return all(any(word.startswith(one) for word in there) or any(form in forms for form in stems.forms(one)) for one in asked)
