"""When this computer first saw each recent visit, and what of it changed later: dated evidence of its own. *Thread*: store.

Keeps digests, never texts, in a setting that is purged with the person. A first load is no evidence: only what appears after it is new.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from desktop.clock import Clock, local_date
from desktop.record.care import PastVisit
from desktop.record.fhir import lens_care, lens_visits, read
from desktop.record.kinds import BY_TYPE
from desktop.store.replica import StoredRow
from desktop.store.vault import Vault

WATCHED_DAYS: Final = 45
_KEPT: Final = 200
_FIELDS: Final = ("title", "status", "clinic", "doctor", "reason", "started_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One visit as this computer saw it. `is_new`: it appeared after the first load; `events` are (moment, wording key)."""

    at: datetime | None
    is_new: bool
    is_strange: bool
    events: tuple[tuple[datetime, str], ...]


def note_new(vault: Vault, clock: Clock) -> None:
    """Write down visits that have appeared or changed since the last look, one journal line for each that nobody booked."""
    now, today = clock.now().isoformat(timespec="seconds"), local_date(clock)
    for person in vault.people.of():
        is_loaded = vault.cursors.get(person.portal, person.id, BY_TYPE["Encounter"].code).is_complete
        is_known = vault.settings.get(_name(person.id)) is not None
        # Until the first load has reached its end nothing is new, and nothing is old.
        if not person.is_sealed and (is_loaded or is_known):
            _note(vault, person.id, now, today)


def _name(person: int) -> str:
    return f"person.{person}.visits"


def _note(vault: Vault, person: int, now: str, today: date) -> None:
    kept: dict[str, Any] | None = vault.settings.get(_name(person))
    is_first, known = kept is None, dict(kept or {})
    booked = _booked(vault, person, today)
    fresh: dict[str, Any] = {}
    for row, (visit, group) in _recent(vault, person, today):
        marks = {field: _digest(getattr(visit, field)) for field in _FIELDS}
        before = known.get(row.id)
        if before is None:
            fresh[row.id] = {"at": now, "new": not is_first, "marks": marks, "changes": []}
            if not is_first and _is_strange(visit, group, row.day, booked):
                vault.journal.write("visit.appeared", person, {"visit": row.id}, by="portal")
            continue
        changed = [field for field in _FIELDS if before["marks"].get(field) != marks[field]]
        changes = [*before["changes"], *([[now, changed]] if changed else [])][-20:]
        fresh[row.id] = {**before, "marks": marks, "changes": changes}
    if fresh != kept:
        vault.settings.set(_name(person), fresh)


def sightings(vault: Vault, person: int, *, today: date) -> dict[str, Sighting]:
    """Return what this computer saw of the recent visits, by their ids."""
    kept: dict[str, Any] = vault.settings.get(_name(person)) or {}
    booked = _booked(vault, person, today)
    found = {}
    for row, (visit, group) in _recent(vault, person, today):
        one = kept.get(row.id)
        events = [(at, "seen_new" if one["new"] else "seen_first") for at in _moments(one)] if one else []
        for at, fields in one["changes"] if one else ():
            moment = read.moment(at)
            if moment is not None:
                events.append((moment, "changed_" + (fields[0] if len(fields) == 1 else "several")))
        found[row.id] = Sighting(
            at=events[0][0] if events else None,
            is_new=bool(one and one["new"]),
            is_strange=_is_strange(visit, group, row.day, booked),
            events=tuple(events),
        )
    return found


def _moments(one: dict[str, Any]) -> list[datetime]:
    at = read.moment(one["at"])
    return [at] if at is not None else []


def _booked(vault: Vault, person: int, today: date) -> set[date]:
    since = today - timedelta(days=WATCHED_DAYS)
    rows = vault.replica.rows("Appointment", person=person, since=since, limit=_KEPT, with_body=False)
    return {row.day for row in rows if row.day}


def _visit(body: read.Json) -> tuple[PastVisit, str]:
    return lens_care.past_visit(body), lens_visits.group(body)


def _recent(vault: Vault, person: int, today: date) -> tuple[tuple[StoredRow, tuple[PastVisit, str]], ...]:
    return vault.replica.read(_visit, "Encounter", person=person, since=today - timedelta(days=WATCHED_DAYS), limit=_KEPT)


def _is_strange(visit: PastVisit, group: str, day: date | None, booked: set[date]) -> bool:
    """Say whether nobody booked a visit that the portal says is over: it names no booking, and none stands on that day.

    A stay in hospital and a vaccination are arranged without a booking, so they say nothing.
    """
    is_booked = bool(visit.booking) or day is None or day in booked
    return visit.status == "finished" and not is_booked and group not in ("stay", "vaccination")


def _digest(value: object) -> str:
    return hashlib.sha256(str(value).encode()).hexdigest()[:16]
