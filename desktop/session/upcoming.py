"""What lies ahead or waits for the person, as notices of today: visits, terms that end, doses that are due, results, decisions.

Owns: when a thing is near enough to be told. Does not own: whether it is told, where, and in which words. *Thread*: the store's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from desktop.clock import Clock, local_date
from desktop.record.vaccine_matrix import Line
from desktop.session import vaccinations
from desktop.session.attention import ENDS_SOON_DAYS, attention_of
from desktop.session.booking_rows import booking_row, shown
from desktop.session.home import RECENT_DAYS, is_active, prescriptions
from desktop.session.pharmacy import RENEW_DAYS, reminded
from desktop.session.rows import AttentionRow, BookingRow
from desktop.store.acting import Acting
from desktop.store.vault import Vault

TOLD: Final = frozenset(
    {"prescription_ends", "policy_ends", "vaccine_missed", "clash", "new_report", "document_ready", "watch_found"}
)
_VISIT_AHEAD: Final = timedelta(days=1)
_Stamp = tuple[date, int, int]


class Upcoming:
    """What needs each person. Doses are planned once a day, and again when the record has other vaccinations."""

    def __init__(self, vault: Vault, acting: Acting, clock: Clock) -> None:
        self._vault = vault
        self._acting = acting
        self._clock = clock
        self._planned: dict[int, tuple[_Stamp, tuple[Line, ...]]] = {}
        self._noted: dict[int, tuple[AttentionRow, ...]] = {}
        self._noted_at: tuple[date, int] | None = None

    def of(self, people: Sequence[int]) -> list[AttentionRow]:
        """Return it for some people, the most pressing of each first."""
        vault, today = self._vault, local_date(self._clock)
        since = today - timedelta(days=RECENT_DAYS)
        rows = [booking_row(one, None) for one in shown(vault, self._acting, people, now=self._clock.now(), since=since)]
        found: list[AttentionRow] = []
        # Only a visit comes nearer by the hour; the rest is worked out once a day, and again after anything was written.
        if self._noted_at != (at := (today, vault.database.changes)):
            self._noted, self._noted_at = {}, at
        for person in people:
            if person not in self._noted:
                self._noted[person] = (*self._terms(person, rows, today), *self._doses(person, today))
            found += (*self._visits(person, rows), *self._noted[person])
        return found

    def _terms(self, person: int, rows: list[BookingRow], today: date) -> list[AttentionRow]:
        vault = self._vault
        taken = prescriptions(vault, person)
        found = [one for one in attention_of(vault, person, rows, taken, today=today) if one.kind in TOLD]
        asked = reminded(vault, person)
        for one in taken:
            left = (one.valid_until - today).days if one.valid_until is not None else 0
            if one.id in asked and is_active(one, today=today) and ENDS_SOON_DAYS < left <= RENEW_DAYS:
                until = one.valid_until.isoformat() if one.valid_until is not None else ""
                facts = (("title", one.medicine), ("days", str(left)), ("until", until))
                found.append(AttentionRow(id=f"renew.{one.id}", person=person, kind="prescription_ends", facts=facts,
                                          section="prescriptions", subject=one.id))  # fmt: skip
        return found

    def _visits(self, person: int, rows: Sequence[BookingRow]) -> list[AttentionRow]:
        now = self._clock.now()
        made = []
        for row in rows:
            is_kept = row.person == person and row.kind == "visit" and row.certainty in ("confirmed", "pending")
            if is_kept and row.starts_at is not None and timedelta(0) < row.starts_at - now <= _VISIT_AHEAD:
                at = row.starts_at.isoformat()
                facts = (("specialty", row.specialty), ("doctor", row.doctor), ("clinic", row.clinic), ("at", at))
                made.append(AttentionRow(id=f"visit_soon.{row.id}.{at}", person=person, kind="visit_soon", facts=facts,
                                         section="bookings", subject=row.id))  # fmt: skip
        return made

    def _doses(self, person: int, today: date) -> list[AttentionRow]:
        wanted = vaccinations.reminders(self._vault, person)
        if not wanted.here:
            return []
        made = []
        for line in self._lines(person, today):
            is_open = line.standing in ("due", "later") and line.on is not None
            if is_open and line.on is not None and line.on - timedelta(days=wanted.days) <= today:
                facts = (*vaccinations.named(line).items(), ("on", line.on.isoformat()))
                made.append(AttentionRow(id=f"vaccine_soon.{line.id}.{line.on}", person=person, kind="vaccine_soon", facts=facts,
                                         section="vaccinations", subject=line.id))  # fmt: skip
        return made

    def _lines(self, person: int, today: date) -> tuple[Line, ...]:
        count = self._vault.replica.count
        stamp = (today, count("Immunization", person), count("ImmunizationRecommendation", person))
        kept = self._planned.get(person)
        if kept is None or kept[0] != stamp:
            given = vaccinations.injections(self._vault, person)
            kept = (stamp, vaccinations.lines_of(self._vault, person, today=today, given=given)[1])
            self._planned[person] = kept
        return kept[1]
