"""What was done with the record on this computer, by whom and when. Facts are codes and ids, never text of the record."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from desktop.clock import Clock
from desktop.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalRow:
    """One line; `id` pages on."""

    id: int
    at: datetime
    event: str
    person: int
    by: str
    facts: Mapping[str, object]


class Journal:
    """*Thread*: store thread."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def write(self, event: str, person: int = 0, facts: Mapping[str, object] | None = None, by: str = "person") -> int:
        """Add a line in a transaction of its own."""
        with self._database.transaction():
            return self.add(event, person, facts, by)

    def add(self, event: str, person: int = 0, facts: Mapping[str, object] | None = None, by: str = "person") -> int:
        """Add a line inside the transaction in progress."""
        return self._database.insert("INSERT INTO journal (at, event, person, by, facts) VALUES (?, ?, ?, ?, ?)",
                                     (self._clock.now().isoformat(), event, person, by, json.dumps(facts or {}, ensure_ascii=False)))

    def page(self, after: int | None = None, limit: int = 50, *, person: int | None = None) -> list[JournalRow]:
        """Return lines, newest first, older than line `after`."""
        rows = self._database.all("SELECT id, at, event, person, by, facts FROM journal WHERE (?1 IS NULL OR id < ?1) AND "
                                  "(?2 IS NULL OR person = ?2) ORDER BY id DESC LIMIT ?3", (after, person, limit))
        return [JournalRow(id=row[0], at=datetime.fromisoformat(row[1]), event=row[2], person=row[3], by=row[4], facts=json.loads(row[5]))
                for row in rows]

    def export(self) -> Iterator[JournalRow]:
        """Return every line, oldest first."""
        after = 0
        ask = "SELECT id, at, event, person, by, facts FROM journal WHERE id > ? ORDER BY id LIMIT 500"
        while rows := self._database.all(ask, (after,)):
            for row in rows:
                yield JournalRow(id=row[0], at=datetime.fromisoformat(row[1]), event=row[2], person=row[3], by=row[4],
                                 facts=json.loads(row[5]))
            after = int(rows[-1][0])
