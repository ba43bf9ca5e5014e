"""Notices of the whole family: what the portal wrote, what the exchange changed, what to remember; and what was read here.

Owns: joining the three, the read marks. Does not own: words, where each is told (occasions), the system's own notifications.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal

from desktop import limits
from desktop.clock import Clock
from desktop.record import care
from desktop.record.fhir import lens_care, lens_documents, lens_people, read
from desktop.session import occasions
from desktop.session.booking_rows import shown
from desktop.session.cover import KINDS as COVER_KINDS
from desktop.session.desks import section_of
from desktop.session.occasions import Channel, Choices, Occasion
from desktop.session.rows import AttentionRow, JournalRow, PersonRow
from desktop.session.scope import Scope
from desktop.session.upcoming import Upcoming
from desktop.store.acting import Acting
from desktop.store.vault import Vault

NoticeKind = Literal["portal", "letter", "exchange", "reminder"]
_READ: Final = "notices.read"
_EVENTS: Final = {"act.applied", "act.applied_late", "act.ended_with_parent", "clash.found", "visit.appeared", "rights.ended"}
_FROM_OUTSIDE: Final = {"Practitioner", "PractitionerRole", "Organization", "Location", ""}
_MESSAGES: Final = 200
_LINES: Final = 200
_NEW: Final = timedelta(days=2)
_OCCASIONS: Final[dict[str, Occasion]] = {
    "visit_soon": "visit", "watch_found": "visit", "new_report": "result", "document_ready": "result", "policy_ends": "message",
    "prescription_ends": "prescription", "vaccine_missed": "vaccine", "vaccine_soon": "vaccine", "clash": "decision",
}  # fmt: skip


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
    cancels: str = ""
    """The booking or house call that may be cancelled from here, if this is about one that is still ahead."""
    is_call: bool = False

    @property
    def occasion(self) -> Occasion:
        """Return which choice of where to be told it falls under."""
        if self.attention is not None:
            return _OCCASIONS.get(self.attention.kind, "change")
        if self.event is not None:
            return "decision" if self.event.event == "clash.found" else "change"
        return "message"


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
        self._upcoming = Upcoming(scope.vault, acting, clock)

    async def all(self) -> tuple[NoticeRow, ...]:
        """Return every notice, newest first."""
        return await self._scope.tell(self._all, tuple(one.id for one in self._people()))

    async def unread(self) -> int:
        """Return how many the bell counts: new, not read on this computer, and wanted in the bell."""
        rows, chosen = await self._scope.tell(self._recent, tuple(one.id for one in self._people())), await self.chosen()
        return sum(one.is_new and "bell" in chosen[one.occasion] for one in rows)

    async def take_new(self) -> dict[Occasion, int]:
        """Return how many new notices the system is to tell of, by occasion, each once; visits are told by their own reminders."""
        if not await self.wanted():
            return {}
        rows, chosen = await self._scope.tell(self._recent, tuple(one.id for one in self._people())), await self.chosen()
        wanted = {one.id: one.occasion for one in rows
                  if one.is_new and one.occasion != "visit" and "computer" in chosen[one.occasion]}  # fmt: skip
        fresh = await self._scope.tell(occasions.take, self._scope.vault, tuple(wanted))
        return dict(Counter(wanted[id] for id in wanted if id in fresh))

    async def mark(self, ids: Iterable[str]) -> None:
        """Note that these were read here."""
        await self._scope.tell(self._mark, tuple(ids))

    async def wanted(self) -> bool:
        """Say whether the person wants to be told by the system's own notifications."""
        return await self._scope.tell(occasions.is_wanted, self._scope.vault)

    async def want(self, on: bool) -> None:
        """Choose whether to be told."""
        await self._scope.tell(occasions.want, self._scope.vault, on)

    async def tells_of(self, occasion: Occasion) -> bool:
        """Say whether the system is to tell of an occasion."""
        return await self._scope.tell(occasions.on_computer, self._scope.vault, occasion)

    async def chosen(self) -> Choices:
        """Return where each occasion is told."""
        return await self._scope.tell(occasions.choices, self._scope.vault)

    async def choose(self, occasion: Occasion, channel: Channel, *, on: bool) -> None:
        """Tell of an occasion there, or no more."""
        await self._scope.tell(occasions.choose, self._scope.vault, occasion, channel, on)

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
        return tuple(sorted(self._with_cancel(rows, people, now), key=lambda one: (one.at, one.id), reverse=True))

    def _with_cancel(self, rows: list[NoticeRow], people: Sequence[int], now: datetime) -> list[NoticeRow]:
        """Name the booking in notices of one that can still be cancelled."""
        if not any(one.section == "bookings" and one.subject for one in rows):
            return rows
        entries = shown(self._scope.vault, self._acting, people, now=now, since=(now - timedelta(days=1)).date())
        open_ = [one for one in entries if one.certainty in ("confirmed", "pending") and one.pending in ("", "accept", "reschedule")]
        ahead = {one.visit.id: one.visit.kind == "house_call" for one in open_ if one.visit.kind != "waiting"}
        return [
            replace(one, cancels=one.subject, is_call=ahead[one.subject]) if one.section == "bookings" and one.subject in ahead else one
            for one in rows
        ]

    def _recent(self, people: tuple[int, ...]) -> list[NoticeRow]:
        """Return every notice that may be new, looking only at the days in which anything can be."""
        vault, now = self._scope.vault, self._clock.now()
        known = set(vault.settings.get(_READ, []))
        # A message is listed under the clinic's own day: one more day holds every offset.
        letters = _messages(vault, people, known, now, since=(now - _NEW).date() - timedelta(days=1))
        return [*letters, *_events(vault, people, known, now), *self._reminders(people, known, now)]

    def _reminders(self, people: Sequence[int], known: set[str], now: datetime) -> list[NoticeRow]:
        found = []
        for note in self._upcoming.of(people):
            id = f"reminder.{note.person}.{note.id}"
            found.append(NoticeRow(id=id, person=note.person, at=now, kind="reminder", section=note.section, subject=note.subject,
                                   is_new=id not in known, attention=note))  # fmt: skip
        return found


def _sent(body: read.Json) -> tuple[care.Message, str]:
    return lens_care.message(body), read.reference(body, "sender")[0]


def _messages(
    vault: Vault, people: Sequence[int], known: set[str], now: datetime, *, since: date | None = None
) -> list[NoticeRow]:
    found = []
    for row, (one, sender) in vault.replica.read(_sent, "Communication", person=list(people), since=since, limit=_MESSAGES):
        if one.sent_at is None or sender not in _FROM_OUTSIDE:
            continue
        id = f"portal.{one.id}"
        about, subject = one.about
        found.append(NoticeRow(id=id, person=row.person, at=one.sent_at, kind="portal" if one.is_notice else "letter", message=one,
                               section=_section(vault, about, subject), subject=subject,
                               is_new=id not in known and now - one.sent_at <= _NEW))  # fmt: skip
    return found


def _section(vault: Vault, about: str, subject: str) -> str:
    """Return the section that shows what a letter is about; a request belongs to the section where it was made."""
    if about == "Task":
        kind = lens_documents.request(read.parse(vault.replica.get("Task", subject) or b"{}")).kind
        return "cover" if kind in COVER_KINDS else section_of(about)
    return section_of(about) if about else ""


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
