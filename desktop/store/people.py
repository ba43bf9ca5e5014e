"""Whose records this vault keeps: one row per person of a portal.

Owns: order, colour, sealing and purging. Does not own: names and policies (they are in the replica's Patient and Coverage).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from desktop.errors import UsageError
from desktop.store.database import Database

HUES: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPerson:
    """A person of the stack. `hue` is 1..6."""

    id: int
    portal: int
    patient_id: str
    position: int
    hue: int
    is_sealed: bool


class People:
    """*Thread*: store thread."""

    def __init__(self, database: Database, wash: Callable[[], None]) -> None:
        self._database = database
        self._wash = wash

    def of(self, portal: int | None = None) -> tuple[StoredPerson, ...]:
        """Return the people of a portal, or of all, in the family's order; sealed ones too, marked."""
        rows = self._database.all("SELECT id, portal, patient_id, position, hue, is_sealed FROM person "
                                  "WHERE ?1 IS NULL OR portal = ?1 ORDER BY position, id", (portal,))
        return tuple(StoredPerson(id=row[0], portal=row[1], patient_id=row[2], position=row[3], hue=row[4], is_sealed=bool(row[5]))
                     for row in rows)

    def get(self, person: int) -> StoredPerson:
        """Return one person. *Raises* UsageError("person.unknown")."""
        for one in self.of():
            if one.id == person:
                return one
        raise UsageError("person.unknown")

    def add(self, portal: int, patient_id: str) -> int:
        """Add a person (or find the one that is there; a sealed one is opened again) and return the vault's number for them."""
        with self._database.transaction():
            row = self._database.one("SELECT id FROM person WHERE portal = ? AND patient_id = ?", (portal, patient_id))
            if row is not None:
                self._database.run("UPDATE person SET is_sealed = 0 WHERE id = ?", (row[0],))
                return int(row[0])
            counted = self._database.one("SELECT count(*), coalesce(max(position), 0) FROM person")
            count, last = counted if counted else (0, 0)
            return self._database.insert("INSERT INTO person (portal, patient_id, position, hue) VALUES (?, ?, ?, ?)",
                                         (portal, patient_id, last + 1, count % HUES + 1))

    def reorder(self, people: Sequence[int]) -> None:
        """Put the people in this order."""
        with self._database.transaction():
            for position, person in enumerate(people, 1):
                self._database.run("UPDATE person SET position = ? WHERE id = ?", (position, person))

    def paint(self, person: int, hue: int) -> None:
        """Give a person another hue, 1 to 6."""
        with self._database.transaction():
            self._database.run("UPDATE person SET hue = ? WHERE id = ?", (max(1, min(HUES, hue)), person))

    def seal(self, person: int) -> None:
        """Hide everything of a person at once: the right to their record is in doubt or has ended."""
        with self._database.acts():
            self._database.run("UPDATE person SET is_sealed = 1 WHERE id = ?", (person,))

    def purge(self, person: int) -> None:
        """Remove a person with every row, document, act, cursor and index entry, so that nothing of them is left in the file."""
        database = self._database
        with database.transaction():
            rows = "SELECT row FROM resource WHERE person IN (?, ?)"
            both = (person, -1 - person)
            database.run(f"DELETE FROM search WHERE rowid IN ({rows})", both)
            database.run(f"DELETE FROM seen WHERE row IN ({rows})", both)
            database.run("DELETE FROM resource WHERE person IN (?, ?)", both)
            database.run("DELETE FROM chunk WHERE document IN (SELECT id FROM document WHERE person = ?)", (person,))
            for table in ("document", "quarantine", "cursor", "clash", "journal"):
                database.run(f"DELETE FROM {table} WHERE person = ?", (person,))
            database.run("UPDATE outbox SET state = 'GONE', subject = '', body = '', precondition = '', facts = '{}' WHERE person = ?",
                         (person,))
            database.run("DELETE FROM setting WHERE name GLOB ?", (f"person.{person}.*",))
            database.run("DELETE FROM person WHERE id = ?", (person,))
            self._wash()
        # Deleted words stay in the index until its parts are merged.
        with database.transaction():
            database.run("INSERT INTO search (search) VALUES ('optimize')")
        database.checkpoint()
