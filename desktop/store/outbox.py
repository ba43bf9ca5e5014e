"""The person's acts, in order, without gaps. Low level: what an act means is in record/intents.py.

Every write here belongs in `with vault.acts():`, which commits FULL and empties the WAL. Rows are never deleted: a removed act
leaves its number behind with state GONE, so that a missing tail can be seen.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from desktop import limits
from desktop.clock import Clock
from desktop.errors import BugError
from desktop.store.database import Database, Row

READY: Final = "READY"
GONE: Final = "GONE"
_COLUMNS: Final = "seq, id, kind, portal, person, subject, body, precondition, state, revision, created_at, facts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One stored act. `subject` orders acts on the same thing; `precondition` is what the person saw; `facts` grow while it is sent."""

    seq: int
    id: str
    kind: str
    portal: int
    person: int
    subject: str
    body: Mapping[str, Any]
    precondition: Mapping[str, Any]
    state: str
    revision: int
    created_at: datetime
    facts: Mapping[str, Any]


class Outbox:
    """*Thread*: store thread."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._read: dict[Row, Act] = {}

    def append(self, *, id: str, kind: str, portal: int, person: int, subject: str, body: Mapping[str, Any],
               precondition: Mapping[str, Any], state: str = READY) -> int:
        """Add an act at the end and return its number."""
        self._inside()
        last = self._database.one("SELECT coalesce(max(seq), 0) FROM outbox")
        seq = int(last[0]) + 1 if last else 1
        self._database.run("INSERT INTO outbox (seq, id, kind, portal, person, subject, body, precondition, state, created_at) "
                           "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                           (seq, id, kind, portal, person, subject, _json(body), _json(precondition), state, self._clock.now().isoformat()))
        self._mark(seq)
        return seq

    def by_state(self, states: Sequence[str] | str, *, person: int | None = None) -> list[Act]:
        """Return acts in one of some states, in their order."""
        some = (states,) if isinstance(states, str) else tuple(states)
        return [self._act(row) for row in self._database.all(
            f"SELECT {_COLUMNS} FROM outbox WHERE state IN ({','.join('?' * len(some))}) AND (? IS NULL OR person = ?) ORDER BY seq",
            [*some, person, person])]

    def after(self, id: str, states: Sequence[str]) -> list[Act]:
        """Return the acts in one of some states that wait for another one, in their order."""
        # Few acts wait for another: the text of their facts tells most of them apart before a row is read.
        rows = self._database.all(f"SELECT {_COLUMNS} FROM outbox WHERE state IN ({','.join('?' * len(states))}) AND instr(facts, ?) "
                                  "ORDER BY seq", [*states, id])
        return [act for act in map(self._act, rows) if act.facts.get("after") == id]

    def open(self, *, person: int | None = None) -> list[Act]:
        """Return every act that is not gone, in order."""
        return [self._act(row) for row in self._database.all(
            f"SELECT {_COLUMNS} FROM outbox WHERE state <> 'GONE' AND (?1 IS NULL OR person = ?1) ORDER BY seq", (person,))]

    def get(self, id: str) -> Act | None:
        """Return one act by its own id."""
        row = self._database.one(f"SELECT {_COLUMNS} FROM outbox WHERE id = ?", (id,))
        return None if row is None else self._act(row)

    def set_state(self, id: str, state: str, *, revision: int | None = None, facts: Mapping[str, Any] | None = None) -> bool:
        """Move an act to another state; with `revision` only if it still has that one. False when nothing was moved."""
        self._inside()
        return self._database.run("UPDATE outbox SET state = ?1, facts = coalesce(?2, facts) WHERE id = ?3 AND state <> 'GONE' AND "
                                  "(?4 IS NULL OR revision = ?4)", (state, None if facts is None else _json(facts), id, revision)) == 1

    def rewrite(self, id: str, *, body: Mapping[str, Any], precondition: Mapping[str, Any], subject: str | None = None) -> bool:
        """Replace what an act says (it was re-based), and the thing it acts on if that is known by another name now; its revision grows."""
        self._inside()
        return self._database.run("UPDATE outbox SET body = ?, precondition = ?, subject = coalesce(?, subject), revision = revision + 1 "
                                  "WHERE id = ? AND state <> 'GONE'", (_json(body), _json(precondition), subject, id)) == 1

    def remove(self, id: str) -> bool:
        """Settle an act for good: its number stays, its content goes."""
        self._inside()
        return self._database.run("UPDATE outbox SET state = 'GONE', subject = '', body = '', precondition = '', facts = '{}' "
                                  "WHERE id = ? AND state <> 'GONE'", (id,)) == 1

    def is_whole(self) -> bool:
        """Say whether the numbers run without a gap up to the highest that was ever given."""
        row = self._database.one("SELECT count(*), coalesce(max(seq), 0), "
                                 "(SELECT value FROM setting WHERE name = 'outbox.last') FROM outbox")
        assert row is not None
        return bool(row[0] == row[1] and int(row[2] or 0) <= row[1])

    def _act(self, row: Row) -> Act:
        """Read a row. A push looks at all open acts before each one it sends: unchanged rows are not read again."""
        known = self._read.get(row)
        if known is None:
            if len(self._read) >= limits.ACTS_REMEMBERED:
                self._read.clear()
            known = self._read[row] = Act(
                seq=row[0], id=row[1], kind=row[2], portal=row[3], person=row[4], subject=row[5], body=json.loads(row[6] or "{}"),
                precondition=json.loads(row[7] or "{}"), state=row[8], revision=row[9],
                created_at=datetime.fromisoformat(row[10]), facts=json.loads(row[11]))
        return known

    def _mark(self, seq: int) -> None:
        self._database.run("INSERT OR REPLACE INTO setting (name, value) VALUES ('outbox.last', ?)", (str(seq),))

    def _inside(self) -> None:
        if not self._database.connection.in_transaction:
            raise BugError("store.acts")


def _json(tree: Mapping[str, Any]) -> str:
    return json.dumps(tree, ensure_ascii=False)
