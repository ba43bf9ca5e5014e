"""Notices of the whole family: what the portal wrote, what the exchange changed, what to remember; and what was read here.

Owns: joining the three, the read marks, the choice to be told. Does not own: words, nor the system's own notifications.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

from desktop import limits
from desktop.clock import Clock
from desktop.record import care
from desktop.record.fhir import lens_care, lens_people, read
from desktop.session.bookings import Places, booking_row, shown
from desktop.session.desks import section_of
from desktop.session.home import attention_of, prescriptions
from desktop.session.rows import AttentionRow, JournalRow, PersonRow
from desktop.session.scope import Scope
from desktop.store.acting import Acting
from desktop.store.vault import Vault

NoticeKind = Literal["portal", "letter", "exchange", "reminder"]
_READ: Final = "notices.read"
_WANTED: Final = "notices.wanted"
_EVENTS: Final = {"act.applied", "act.applied_late", "act.ended_with_parent", "clash.found", "visit.appeared", "rights.ended"}
_FROM_OUTSIDE: Final = {"Practitioner", "PractitionerRole", "Organization", "Location", ""}
_MESSAGES: Final = 100
_LINES: Final = 200
_NEW: Final = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRow:
    """One notice. Exactly one of `message`, `event` and `attention` says what it is about."""

    id: str
    person: int
    at: datetime
    kind: NoticeKind
    section: str
    subject: str
    is_new: bool
    message: care.Message | None = None
    event: JournalRow | None = None
    attention: AttentionRow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacts:
    """Where the portal reaches a person, as the portal has it; empty where it has nothing."""

    person: int
    phone: str
    email: str


class NoticesDesk:
    """Notices of everybody in the family, newest first."""

    def __init__(self, scope: Scope, acting: Acting, clock: Clock, *, people: Callable[[], tuple[PersonRow, ...]]) -> None:
        self._scope = scope
        self._acting = acting
        self._clock = clock
        self._people = people

    async def all(self) -> tuple[NoticeRow, ...]:
        """Return every notice, newest first."""
        return await self._scope.tell(self._all, tuple(one.id for one in self._people()))

    async def unread(self) -> int:
        """Return how many are new and were not read on this computer."""
        return sum(one.is_new for one in await self.all())

    async def mark(self, ids: Iterable[str]) -> None:
        """Note that these were read here."""
        await self._scope.tell(self._mark, tuple(ids))

    async def wanted(self) -> bool:
        """Say whether the person wants to be told by the system's own notifications."""
        return bool(await self._scope.tell(self._scope.vault.settings.get, _WANTED, True))

    async def want(self, on: bool) -> None:
        """Choose whether to be told."""
        await self._scope.tell(self._scope.vault.settings.set, _WANTED, on)

    async def contacts(self) -> Contacts:
        """Return the open person's phone and e-mail as the portal has them."""
        return await self._scope.ask(_contacts, self._scope.vault, self._scope.person)

    def _mark(self, ids: tuple[str, ...]) -> None:
        settings = self._scope.vault.settings
        kept = dict.fromkeys([*settings.get(_READ, []), *ids])
        settings.set(_READ, list(kept)[-limits.NOTICES_READ :])

    def _all(self, people: tuple[int, ...]) -> tuple[NoticeRow, ...]:
        vault, now = self._scope.vault, self._clock.now()
        known = set(vault.settings.get(_READ, []))
        rows = [*_messages(vault, people, known, now), *_events(vault, people, known, now)]
        rows += self._reminders(people, known, now)
        return tuple(sorted(rows, key=lambda one: (one.at, one.id), reverse=True))

    def _reminders(self, people: Sequence[int], known: set[str], now: datetime) -> list[NoticeRow]:
        vault, today = self._scope.vault, now.astimezone().date()
        places = Places(vault)
        rows = [booking_row(one, places) for one in shown(vault, self._acting, people, now=now)]
        found = []
        for person in people:
            for note in attention_of(vault, person, rows, prescriptions(vault, person), today=today):
                id = f"reminder.{person}.{note.id}"
                if note.kind in ("prescription_ends", "vaccine_missed", "clash"):
                    found.append(NoticeRow(id=id, person=person, at=now, kind="reminder", section=note.section, subject=note.subject,
                                           is_new=id not in known, attention=note))  # fmt: skip
        return found


def _messages(vault: Vault, people: Sequence[int], known: set[str], now: datetime) -> list[NoticeRow]:
    found = []
    for person in people:
        for row in vault.replica.rows("Communication", person=person, limit=_MESSAGES):
            body: dict[str, Any] = read.parse(row.body or b"{}")
            one = lens_care.message(body)
            if one.sent_at is None or read.reference(body, "sender")[0] not in _FROM_OUTSIDE:
                continue
            id = f"portal.{one.id}"
            about, subject = one.about
            found.append(NoticeRow(id=id, person=person, at=one.sent_at, kind="portal" if one.is_notice else "letter", message=one,
                                   section=section_of(about) if about else "", subject=subject,
                                   is_new=id not in known and now - one.sent_at <= _NEW))  # fmt: skip
    return found


def _events(vault: Vault, people: Sequence[int], known: set[str], now: datetime) -> list[NoticeRow]:
    found = []
    for row in vault.journal.page(None, _LINES):
        facts = tuple((name, str(value)) for name, value in row.facts.items())
        brought = row.event == "sync.brought" and any(row.facts.get(key) for key in ("new", "changed"))
        is_told = row.event in _EVENTS or brought
        if not is_told or (row.person and row.person not in people):
            continue
        id = f"event.{row.id}"
        at = row.at if row.at.tzinfo else row.at.replace(tzinfo=UTC)
        line = JournalRow(id=row.id, at=at, event=row.event, person=row.person, facts=facts, by="portal")
        section = "history" if row.event.startswith("visit.") else "exchange"
        found.append(NoticeRow(id=id, person=row.person, at=at, kind="exchange", section=section, subject="", event=line,
                               is_new=id not in known and now - at <= _NEW and row.event != "sync.brought"))  # fmt: skip
    return found


def _contacts(vault: Vault, person: int) -> Contacts:
    stored = next((one for one in vault.people.of() if one.id == person), None)
    body = vault.replica.get("Patient", stored.patient_id, portal=stored.portal) if stored else None
    found = lens_people.person(read.parse(body)) if body else None
    return Contacts(person=person, phone=found.phone if found else "", email=found.email if found else "")
