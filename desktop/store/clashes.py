"""Clashes: what was meant, what stands now, what may be chosen. Records to decide later, never dialogs. Writes belong in `vault.acts()`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from desktop.clock import Clock
from desktop.store.database import Database

_COLUMNS: Final = "id, intent, portal, person, subject, basis, mine, theirs, choices, at, settled_at, choice"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredClash:
    """One clash. `choices` are codes; `choice` is set when it is settled."""

    id: str
    intent: str
    portal: int
    person: int
    subject: str
    basis: Mapping[str, Any]
    mine: Mapping[str, Any]
    theirs: Mapping[str, Any]
    choices: tuple[str, ...]
    at: datetime
    settled_at: datetime | None
    choice: str | None


class Clashes:
    """*Thread*: store thread."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def add(self, *, id: str, intent: str, portal: int, person: int, subject: str, basis: Mapping[str, Any], mine: Mapping[str, Any],
            theirs: Mapping[str, Any], choices: Sequence[str]) -> None:
        """Record a clash; the same id again brings `theirs` up to date."""
        texts = [json.dumps(tree, ensure_ascii=False) for tree in (basis, mine, theirs, list(choices))]
        self._database.run("INSERT INTO clash (id, intent, portal, person, subject, basis, mine, theirs, choices, at) "
                           "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET theirs = excluded.theirs, "
                           "choices = excluded.choices", (id, intent, portal, person, subject, *texts, self._clock.now().isoformat()))

    def list(self, *, person: int | None = None, is_open: bool = True) -> tuple[StoredClash, ...]:
        """Return the clashes that wait (or those settled), oldest first."""
        rows = self._database.all(f"SELECT {_COLUMNS} FROM clash WHERE (settled_at IS NULL) = ?1 AND (?2 IS NULL OR person = ?2) "
                                  "ORDER BY at, rowid", (is_open, person))
        return tuple(_clash(row) for row in rows)

    def get(self, id: str) -> StoredClash | None:
        """Return one clash."""
        row = self._database.one(f"SELECT {_COLUMNS} FROM clash WHERE id = ?", (id,))
        return None if row is None else _clash(row)

    def settle(self, id: str, choice: str) -> bool:
        """Note what was chosen; False when it was settled already."""
        return self._database.run("UPDATE clash SET settled_at = ?, choice = ? WHERE id = ? AND settled_at IS NULL",
                                  (self._clock.now().isoformat(), choice, id)) == 1

    def reopen(self, id: str) -> None:
        """Let a settled clash wait again: its choice was taken back."""
        self._database.run("UPDATE clash SET settled_at = NULL, choice = NULL WHERE id = ?", (id,))


def _clash(row: tuple[Any, ...]) -> StoredClash:
    return StoredClash(id=row[0], intent=row[1], portal=row[2], person=row[3], subject=row[4], basis=json.loads(row[5]),
                       mine=json.loads(row[6]), theirs=json.loads(row[7]), choices=tuple(json.loads(row[8])),
                       at=datetime.fromisoformat(row[9]), settled_at=datetime.fromisoformat(row[10]) if row[10] else None, choice=row[11])
