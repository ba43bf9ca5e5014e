"""«О здоровье»: what the clinics wrote, what the person wrote for themselves, the emergency sheet, and why a card does not show.

Owns: the patient's own notes (kept in the vault, never sent), the five checks. Does not own: their words, the sheet's look (views).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from desktop.clock import Clock, local_date
from desktop.errors import UsageError
from desktop.record.care import DENIED, HealthFact
from desktop.record.fhir import lens_care, lens_documents, lens_family, read
from desktop.record.people import Person
from desktop.session import people as family
from desktop.session.scope import Scope
from desktop.store.vault import Vault

NoteKind = Literal["allergy", "condition", "medicine", "contact", "other"]
NOTE_KINDS: Final[tuple[NoteKind, ...]] = ("allergy", "condition", "medicine", "contact", "other")
NOTE_CHARS: Final = 500
NOTES: Final = 100
Standing = Literal["good", "bad", "unknown"]
_CARD: Final = ("Encounter", "DiagnosticReport", "Condition", "MedicationRequest", "Immunization")
_ACTIVATED: Final = ("activate-record", "card.activate", "emr.activate")
_FRESH_DAYS: Final = 3
_FACTS: Final = ("AllergyIntolerance", "Condition", "MedicationStatement")
_MOST: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One line of the person's own; no clinic has seen it."""

    id: str
    kind: NoteKind
    text: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRow:
    """One check of «Если карта не отображается». `key` is account, attachment, consent, card or update; `facts` fill its words."""

    key: str
    standing: Standing
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthView:
    """Everything of the page in one answer."""

    person: Person | None
    policy: str
    insurer: str
    clinic: str
    facts: tuple[HealthFact, ...]
    notes: tuple[Note, ...]
    checks: tuple[CheckRow, ...]
    checked_at: datetime | None


class HealthDesk:
    """The health summary of the open person."""

    def __init__(self, scope: Scope, clock: Clock, *, needs_sign_in: Callable[[], bool]) -> None:
        self._scope = scope
        self._clock = clock
        self._needs_sign_in = needs_sign_in

    async def view(self) -> HealthView:
        """Return the page."""
        today, is_out = local_date(self._clock), self._needs_sign_in()
        return await self._scope.ask(_view, self._scope.vault, self._scope.person, today, is_out)

    async def add_note(self, kind: NoteKind, text: str) -> None:
        """Keep a line of the person's own. *Raises* UsageError note.bad, note.too_many."""
        await self._scope.tell(_add, self._scope.vault, self._scope.person, kind, text, local_date(self._clock))

    async def remove_note(self, id: str) -> Note | None:
        """Take a note away and return it, so that it can be put back."""
        return await self._scope.tell(_remove, self._scope.vault, self._scope.person, id)

    async def put_back(self, person: int, note: Note) -> None:
        """Put a note back that was taken away."""
        await self._scope.tell(_put_back, self._scope.vault, person, note)


def _name(person: int) -> str:
    return f"person.{person}.notes"


def notes(vault: Vault, person: int) -> tuple[Note, ...]:
    """Return a person's own notes, oldest first. *Thread*: store."""
    kept: list[dict[str, Any]] = vault.settings.get(_name(person), [])
    return tuple(Note(id=one["id"], kind=one["kind"], text=one["text"], on=date.fromisoformat(one["on"])) for one in kept)


def _keep(vault: Vault, person: int, kept: list[Note]) -> None:
    plain = [{"id": one.id, "kind": one.kind, "text": one.text, "on": one.on.isoformat()} for one in kept]
    vault.settings.set(_name(person), plain or None)


def _add(vault: Vault, person: int, kind: NoteKind, text: str, today: date) -> None:
    clean = " ".join(text.split())
    if kind not in NOTE_KINDS or not clean or len(clean) > NOTE_CHARS or not person:
        raise UsageError("note.bad")
    kept = list(notes(vault, person))
    if len(kept) >= NOTES:
        raise UsageError("note.too_many")
    _keep(vault, person, [*kept, Note(id=secrets.token_hex(8), kind=kind, text=clean, on=today)])
    vault.journal.write("note.added", person)


def _remove(vault: Vault, person: int, id: str) -> Note | None:
    kept = notes(vault, person)
    gone = next((one for one in kept if one.id == id), None)
    _keep(vault, person, [one for one in kept if one.id != id])
    return gone


def _put_back(vault: Vault, person: int, note: Note) -> None:
    kept = notes(vault, person)
    if all(one.id != note.id for one in kept):
        _keep(vault, person, [*kept, note])


def _view(vault: Vault, person: int, today: date, is_out: bool) -> HealthView:
    stored = next((one for one in vault.people.of() if one.id == person and not one.is_sealed), None)
    who = family.facts(vault, stored) if stored is not None else None
    policy = family.main_policy(vault, person)
    found = facts_of(vault, person)
    return HealthView(
        person=who,
        policy=policy.number if policy else who.policy_number if who else "",
        insurer=policy.insurer if policy else "",
        clinic=who.clinic if who else "",
        facts=tuple(one for one in found if one.status not in DENIED),
        notes=notes(vault, person),
        checks=checks(vault, person, today=today, is_out=is_out),
        checked_at=read.moment(vault.settings.get("sync.checked_at")),
    )


def facts_of(vault: Vault, person: int) -> tuple[HealthFact, ...]:
    """Return what the clinics wrote of a person's health, the newest first. *Thread*: store.

    Each kind is asked for by itself: laboratory values come by the thousand and would stand before an old allergy.
    """
    found = [one for kind in _FACTS for one in vault.replica.values(lens_care.health_fact, kind, person=person, limit=_MOST)]
    groups = [row for code in reversed(lens_care.BLOOD_GROUP) for row in vault.replica.trend(person, code, limit=5)]
    found += [lens_care.health_fact(read.parse(row.body or b"{}")) for row in groups]
    known = [one for one in found if one is not None]
    return tuple(sorted(known, key=lambda one: one.on or date.min, reverse=True))


def checks(vault: Vault, person: int, *, today: date, is_out: bool) -> tuple[CheckRow, ...]:
    """Answer the questions of a card that does not show, from what this computer knows; `is_out`: a portal asks to sign in.

    *Thread*: store.
    """
    patient = any(row.body for row in vault.replica.rows("Patient", person=person, limit=1))
    attached = family.attachment(vault, person)
    permits = vault.replica.values(lens_family.permission, "Consent", person=person, limit=50)
    own = [one for one in permits if not one.is_access]
    given = next((one for one in own if one.is_active and not one.is_refusal), None)
    consent: Standing = "good" if given else "bad" if own else "unknown"
    tasks = vault.replica.values(lens_documents.request, "Task", person=person, limit=200)
    activation = next((one for one in tasks if one.kind in _ACTIVATED), None)
    count = vault.replica.count(_CARD, person)
    card: Standing = "good" if count or (activation and activation.status == "done") else "bad" if patient else "unknown"
    at = read.moment(vault.settings.get("sync.checked_at"))
    age = (today - at.astimezone().date()).days if at is not None else None
    update: Standing = "unknown" if age is None else "good" if age <= _FRESH_DAYS else "bad"
    named = (("clinic", attached.clinic), ("since", attached.since.isoformat() if attached.since else "")) if attached else ()
    return (
        _account(vault, person, has_card=patient, is_out=is_out),
        CheckRow(key="attachment", standing="good" if attached else "bad" if patient else "unknown", facts=named),
        CheckRow(key="consent", standing=consent, facts=(("on", given.given_on.isoformat()),) if given and given.given_on else ()),
        CheckRow(key="card", standing=card, facts=(("n", str(count)), ("stage", activation.stage if activation else ""))),
        CheckRow(key="update", standing=update, facts=(("at", at.isoformat()),) if at else ()),
    )


def _account(vault: Vault, person: int, *, has_card: bool, is_out: bool) -> CheckRow:
    portals = vault.portals.all()
    if not portals:
        return CheckRow(key="account", standing="bad", facts=())
    stored = next((one for one in vault.people.of() if one.id == person), None)
    portal = next((one for one in portals if stored is not None and one.id == stored.portal), portals[0])
    level = vault.settings.get(f"portal.level.{portal.id}", "confirmed")
    why = "signed_out" if is_out else "level" if level != "confirmed" else ""
    named = (("portal", portal.display or portal.base_url), ("why", why))
    return CheckRow(key="account", standing="bad" if why else "good" if has_card else "unknown", facts=named)
