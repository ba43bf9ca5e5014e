"""Where each pull stands: written only in the transaction that stores the page the position leads from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desktop.clock import Clock
from desktop.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """A stored position. `generation` counts full passes; `is_complete`: the last full pass reached its end."""

    position: str | None = None
    generation: int = 0
    is_complete: bool = False
    checked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CursorStep:
    """The position that a batch leads to, for one kind code."""

    kind: int
    position: str | None
    generation: int = 0
    is_complete: bool = False


class Cursors:
    """*Thread*: store thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, portal: int, person: int, kind: int) -> Cursor:
        """Return the cursor of one pull; an untouched one when there is none yet."""
        row = self._database.one("SELECT position, generation, is_complete, checked_at FROM cursor "
                                 "WHERE portal = ? AND person = ? AND kind = ?", (portal, person, kind))
        if row is None:
            return Cursor()
        return Cursor(position=row[0], generation=row[1], is_complete=bool(row[2]),
                      checked_at=datetime.fromisoformat(row[3]) if row[3] else None)

    def write(self, portal: int, person: int, step: CursorStep, clock: Clock) -> None:
        """Set a cursor inside the transaction in progress. A new generation remembers which rows were there before it."""
        before = self._database.one("SELECT generation, first_row FROM cursor WHERE portal = ? AND person = ? AND kind = ?",
                                    (portal, person, step.kind))
        first = before[1] if before else 0
        self._database.run("INSERT OR REPLACE INTO cursor (portal, person, kind, position, generation, is_complete, checked_at, first_row) "
                           "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                           (portal, person, step.kind, step.position, step.generation, step.is_complete,
                            clock.now().isoformat(), first))

    def begin_pass(self, portal: int, person: int, kind: int) -> int:
        """Start a full pass: return its generation. Rows stored from now on count as seen by it."""
        with self._database.transaction():
            before = self.get(portal, person, kind)
            generation = before.generation + 1
            last = self._database.one("SELECT coalesce(max(row), 0) FROM resource")
            self._database.run("INSERT OR REPLACE INTO cursor (portal, person, kind, position, generation, is_complete, checked_at, "
                               "first_row) VALUES (?, ?, ?, NULL, ?, 0, ?, ?)",
                               (portal, person, kind, generation, before.checked_at.isoformat() if before.checked_at else None,
                                (last[0] if last else 0) + 1))
        return generation

    def forget(self, portal: int, person: int | None = None) -> None:
        """Drop the cursors of a portal, or of one person of it, so that the next run is a full pass."""
        with self._database.transaction():
            if person is None:
                self._database.run("DELETE FROM cursor WHERE portal = ?", (portal,))
            else:
                self._database.run("DELETE FROM cursor WHERE portal = ? AND person = ?", (portal, person))
