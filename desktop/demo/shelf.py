"""The box's own SQLite: every version of every resource, its owners and search keys, and the bytes of documents.

It knows no HTTP and no access rules. *Thread*: any; one lock guards the connection.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.clock import Clock
from desktop.demo import terms, text

_SCHEMA = """
CREATE TABLE item (seq INTEGER PRIMARY KEY, type TEXT NOT NULL, id TEXT NOT NULL, version TEXT NOT NULL,
                   updated INTEGER NOT NULL, method TEXT NOT NULL, live INTEGER NOT NULL, first INTEGER, last INTEGER, body BLOB NOT NULL);
CREATE INDEX item_by_id ON item (type, id, seq);
CREATE INDEX item_feed ON item (type, updated, seq) WHERE live;
CREATE INDEX item_news ON item (updated, seq) WHERE live;
CREATE TABLE owner (person TEXT NOT NULL, type TEXT NOT NULL, updated INTEGER NOT NULL, seq INTEGER NOT NULL,
                    PRIMARY KEY (person, type, updated, seq)) WITHOUT ROWID;
CREATE INDEX owner_of ON owner (seq);
CREATE TABLE term (key TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (key, seq)) WITHOUT ROWID;
CREATE TABLE blob (id TEXT PRIMARY KEY, type TEXT NOT NULL, etag TEXT NOT NULL, account TEXT NOT NULL,
                   data BLOB NOT NULL);
CREATE TABLE claim (slot TEXT PRIMARY KEY, account TEXT NOT NULL);
CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL);
INSERT INTO fact VALUES ('epoch', '1');
"""
_TABLES = frozenset(("item", "owner", "term", "blob", "claim", "fact"))
_COLUMNS = "seq, type, id, version, updated, method, live, body"


@dataclass(frozen=True, slots=True)
class Item:
    """One version of one resource as it lies on the shelf."""

    seq: int
    type: str
    id: str
    version: str
    updated: int
    method: str
    live: int
    body: bytes

    @property
    def resource(self) -> dict[str, Any]:
        loaded: dict[str, Any] = text.load(self.body)
        return loaded


class Shelf:
    """Versions of resources, current and past. *Raises* sqlite3.Error for a file that is not a shelf: it is left as it was."""

    def __init__(self, clock: Clock, db: Path | None = None, *, seed: int = 1) -> None:
        self._clock = clock
        self._seed = seed
        self._count = 0
        self._epoch: int | None = None
        self._depth = 0
        self.lock = threading.RLock()
        self._db = sqlite3.connect(db or ":memory:", check_same_thread=False, isolation_level=None)
        try:
            self.is_new = self._is_empty()
        except sqlite3.Error:
            self._db.close()
            raise
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=OFF")
        if self.is_new:
            self._db.executescript(_SCHEMA)
        else:
            self._next_epoch()

    def _is_empty(self) -> bool:
        held = {name for (name,) in self._db.execute("SELECT name FROM sqlite_master WHERE type='table'")}
        if held and not held >= _TABLES:
            raise sqlite3.DatabaseError("not a shelf")
        return not held

    def close(self) -> None:
        """Close the file."""
        with self.lock:
            self._db.close()

    def _next_epoch(self, least: int = 0) -> None:
        self._epoch = None
        epoch = max(least, int(self._db.execute("SELECT value FROM fact WHERE name='epoch'").fetchone()[0])) + 1
        self._db.execute("UPDATE fact SET value=? WHERE name='epoch'", (str(epoch),))

    @property
    def epoch(self) -> int:
        """Return a number that grows each time the file is opened again or restored."""
        return int(self.rows("SELECT value FROM fact WHERE name='epoch'")[0][0])

    def stamp(self) -> bytes:
        """Return 16 fresh bytes: the same for the same seed, never the same again, not even after a restore."""
        with self.lock:
            if self._count == 0 or self._epoch is None:
                self._epoch = self.epoch
            self._count += 1
            return hashlib.blake2s(f"{self._seed}:{self._epoch}:{self._count}".encode(), digest_size=16).digest()

    def fresh_id(self) -> str:
        """Return a new id for a resource."""
        return str(uuid.UUID(bytes=self.stamp(), version=4))

    def now_ms(self) -> int:
        """Return the portal's time in *milliseconds*."""
        return text.to_ms(self._clock.now())

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make everything inside happen or not happen; may be nested, the outermost decides."""
        with self.lock:
            if self._depth:
                yield
                return
            self._depth = 1
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            else:
                self._db.execute("COMMIT")
            finally:
                self._depth = 0

    def rows(self, sql: str, values: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a query."""
        with self.lock:
            return self._db.execute(sql, tuple(values)).fetchall()

    def trace(self, listener: Callable[[str], object] | None) -> None:
        """Let a test hear each statement as it runs."""
        self._db.set_trace_callback(listener)

    # --- writing
    def load(self, resources: Iterable[dict[str, Any]], binaries: dict[str, tuple[str, bytes]]) -> None:
        """Put a whole invented world in, oldest first, keeping each resource's own lastUpdated."""
        items: list[tuple[Any, ...]] = []
        owned: list[tuple[str, str, int, int]] = []
        keys: list[tuple[str, int]] = []
        seq = self.rows("SELECT coalesce(max(seq), 0) FROM item")[0][0]
        for resource in resources:
            seq += 1
            stated = (resource.get("meta") or {}).get("lastUpdated")
            row = self._row(resource, seq, text.span(stated)[0] if stated else self.now_ms(), "PUT")
            items.append(row)
            owned.extend([(person, row[1], row[4], seq) for person in terms.owners(resource)])
            keys.extend([(key, seq) for key in terms.first_terms(resource)])
        with self.transaction():
            self._db.executemany("INSERT INTO item VALUES (?,?,?,?,?,?,1,?,?,?)", items)
            self._db.executemany("INSERT INTO owner VALUES (?,?,?,?)", sorted(owned))
            self._db.executemany("INSERT INTO term VALUES (?,?)", sorted(keys))
            self._adopt()
            for name, (kind, data) in binaries.items():
                self.put_blob(name, kind, data)

    def deepen(self) -> None:
        """Index what was put in as a whole by every parameter, the first time that one of the others is asked for."""
        if self.rows("SELECT 1 FROM fact WHERE name='deep'"):
            return
        with self.transaction():
            for item in self.items("WHERE live"):
                keys = [(key, item.seq) for key in terms.terms(item.resource)]
                self._db.executemany("INSERT OR IGNORE INTO term VALUES (?,?)", keys)
            self._db.execute("INSERT INTO fact VALUES ('deep', '1')")

    def _adopt(self) -> None:
        """Give a clinic's answer about a visit, which names no patient, to the people of the visit."""
        self._db.execute(
            "INSERT OR IGNORE INTO owner SELECT o.person, r.type, r.updated, r.seq FROM item r"
            " JOIN term t ON t.seq = r.seq AND t.key GLOB 'AppointmentResponse|appointment|*'"
            " JOIN item a ON a.type = 'Appointment' AND a.live AND a.id = substr(t.key, 45)"
            " JOIN owner o ON o.seq = a.seq"
            " WHERE r.live AND r.type = 'AppointmentResponse' AND r.seq NOT IN (SELECT seq FROM owner)"
        )

    def _row(self, resource: dict[str, Any], seq: int, updated: int, method: str) -> tuple[Any, ...]:
        version = self.stamp()[:6].hex()
        meta = {**(resource.get("meta") or {}), "versionId": version, "lastUpdated": text.instant(updated)}
        body = {"resourceType": resource["resourceType"], "id": resource["id"], **resource, "meta": meta}
        return (
            seq,
            resource["resourceType"],
            resource["id"],
            version,
            updated,
            method,
            *terms.when(resource),
            text.dump(body),
        )

    def write(self, resource: dict[str, Any], method: str) -> Item:
        """Store a new version of `resource` (it has its id) and return it."""
        with self.transaction():
            seq = self.rows("SELECT coalesce(max(seq), 0) + 1 FROM item")[0][0]
            self._retire(resource["resourceType"], resource["id"])
            row = self._row(resource, seq, self.now_ms(), method)
            self._db.execute("INSERT INTO item VALUES (?,?,?,?,?,?,1,?,?,?)", row)
            self._db.executemany(
                "INSERT INTO owner VALUES (?,?,?,?)",
                [(person, row[1], row[4], seq) for person in terms.owners(resource)],
            )
            self._db.executemany("INSERT INTO term VALUES (?,?)", [(key, seq) for key in terms.terms(resource)])
            if row[1] == "AppointmentResponse":
                self._adopt()
        return Item(seq, row[1], row[2], row[3], row[4], method, 1, row[8])

    def erase(self, kind: str, name: str) -> None:
        """Delete a resource, leaving its tombstone. *Raises* KeyError when it is not there."""
        with self.transaction():
            current = self.current(kind, name)
            if current is None or not current.live:
                raise KeyError(f"{kind}/{name}")
            self._retire(kind, name)
            seq = self.rows("SELECT max(seq) + 1 FROM item")[0][0]
            self._db.execute(
                "INSERT INTO item VALUES (?,?,?,?,?,'DELETE',0,NULL,NULL,?)",
                (seq, kind, name, self.stamp()[:6].hex(), self.now_ms(), b""),
            )

    def _retire(self, kind: str, name: str) -> None:
        before = self.current(kind, name)
        if before is None or not before.live:
            return
        self._db.execute("UPDATE item SET live=0 WHERE seq=?", (before.seq,))
        self._db.execute("DELETE FROM owner WHERE seq=?", (before.seq,))
        self._db.executemany(
            "DELETE FROM term WHERE key=? AND seq=?", [(key, before.seq) for key in terms.terms(before.resource)]
        )

    # --- reading
    def items(self, tail: str, values: Iterable[Any] = ()) -> list[Item]:
        """Return items chosen by the rest of a SELECT."""
        return [Item(*row) for row in self.rows(f"SELECT {_COLUMNS} FROM item {tail}", values)]

    def current(self, kind: str, name: str) -> Item | None:
        """Return the newest version, a tombstone too (its `live` is 0)."""
        found = self.items("WHERE type=? AND id=? ORDER BY seq DESC LIMIT 1", (kind, name))
        return found[0] if found else None

    def history(self, kind: str, name: str) -> list[Item]:
        """Return every version, newest first."""
        return self.items("WHERE type=? AND id=? ORDER BY seq DESC", (kind, name))

    def with_term(self, key: str) -> list[Item]:
        """Return the live resources that carry a search key "Type|param|value", oldest first."""
        return self.items("WHERE seq IN (SELECT seq FROM term WHERE key=?) ORDER BY updated, seq", (key,))

    def owners(self, seq: int) -> frozenset[str]:
        """Return the people whose compartment a live item is in."""
        return frozenset(row[0] for row in self.rows("SELECT person FROM owner WHERE seq=?", (seq,)))

    def newest(self) -> int:
        """Return the number of the newest version."""
        return int(self.rows("SELECT coalesce(max(seq), 0) FROM item")[0][0])

    def purge_deleted(self) -> int:
        """Forget deleted resources altogether, tombstones too; return how many."""
        gone = (
            "SELECT type, id FROM item WHERE method='DELETE' AND seq IN (SELECT max(seq) FROM item GROUP BY type, id)"
        )
        count = len(self.rows(gone))
        self.rows(f"DELETE FROM item WHERE (type, id) IN ({gone})")
        return count

    # --- documents
    def put_blob(self, name: str, kind: str, data: bytes, account: str = "") -> str:
        """Keep a document's bytes; return their ETag."""
        etag = hashlib.sha1(data, usedforsecurity=False).hexdigest()[:16]
        with self.lock:
            self._db.execute("INSERT OR REPLACE INTO blob VALUES (?,?,?,?,?)", (name, kind, etag, account, data))
        return etag

    def blob(self, name: str) -> tuple[str, str, str, bytes] | None:
        """Return (content type, ETag, account that wrote it, bytes)."""
        found = self.rows("SELECT type, etag, account, data FROM blob WHERE id=?", (name,))
        return (found[0][0], found[0][1], found[0][2], bytes(found[0][3])) if found else None

    # --- claims on slots
    def claimant(self, slot: str) -> str | None:
        """Return the account that made a slot busy."""
        found = self.rows("SELECT account FROM claim WHERE slot=?", (slot,))
        return str(found[0][0]) if found else None

    def claim(self, slot: str, account: str | None) -> None:
        """Note who made a slot busy; None forgets it."""
        if account is None:
            self.rows("DELETE FROM claim WHERE slot=?", (slot,))
        else:
            self.rows("INSERT OR REPLACE INTO claim VALUES (?,?)", (slot, account))

    # --- backup
    def backup(self) -> bytes:
        """Return the whole shelf as one file."""
        with self.lock:
            copy = sqlite3.connect(":memory:")
            self._db.backup(copy)
            data = copy.serialize()
            copy.close()
            return data

    def restore(self, data: bytes) -> None:
        """Go back to a backup: old versions are current again, and new ones get ids never seen before."""
        with self.lock:
            epoch = self.epoch
            copy = sqlite3.connect(":memory:")
            copy.deserialize(data)
            copy.backup(self._db)
            copy.close()
            self._next_epoch(epoch)
