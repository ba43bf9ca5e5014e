"""Taking pages in: one transaction for rows, quarantine, search and the cursor.

Owns: what happens to an entry between the door and the tables. Does not own: reading back (replica.py), the door (record/door.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import zstandard

from desktop.clock import Clock
from desktop.record.bundle import Entry, Page, read_entry
from desktop.record.fhir import columns
from desktop.record.kinds import BY_CODE, BY_TYPE, OTHER_CODE
from desktop.record.versions import is_lower
from desktop.store import stems
from desktop.store.cursors import Cursors, CursorStep
from desktop.store.database import Database
from desktop.store.packing import Bodies, Packed, Words, pack

_ASK: Final = 400
_INSERT: Final = ("INSERT INTO resource (row, person, kind, moment, code, status, flags, portal, id, version, dictionary, body) "
                  "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
_UPDATE: Final = ("UPDATE resource SET person = ?, moment = ?, code = ?, status = ?, flags = ?, version = ?, dictionary = ?, body = ? "
                  "WHERE row = ?")
_FIND: Final = "INSERT INTO search (rowid, stems) VALUES (?, ?)"

Key = tuple[int, Packed]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Pages of one portal for one person (0: shared). `accepts_older` is set only while a new epoch of the portal is read in."""

    portal: int
    person: int
    pages: Sequence[Page]
    expected_patient: str | None = None
    cursor: CursorStep | None = None
    generation: int | None = None
    accepts_older: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a batch did. `keys_changed`: topic → ids of resources that are new, changed or gone."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    quarantined: int = 0
    removed: int = 0
    keys_changed: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(slots=True)
class _Had:
    row: int
    person: int
    version: Packed
    dictionary: int
    body: bytes


class _Tally:
    def __init__(self) -> None:
        self.new = self.changed = self.unchanged = self.quarantined = self.removed = 0
        self.keys: dict[str, list[str]] = {}

    def touch(self, kind: int, ident: str) -> None:
        self.keys.setdefault(topic_of(kind), []).append(ident)

    def summary(self) -> Summary:
        return Summary(new=self.new, changed=self.changed, unchanged=self.unchanged, quarantined=self.quarantined,
                       removed=self.removed, keys_changed={topic: tuple(ids) for topic, ids in self.keys.items()})


def kind_of(type_name: str) -> int:
    """Return the stored code of a resource type."""
    kind = BY_TYPE.get(type_name)
    return OTHER_CODE if kind is None else kind.code


def topic_of(kind: int) -> str:
    """Return the topic of the news about a kind."""
    return BY_CODE[kind].topic if kind in BY_CODE else "other"


def key_of(type_name: str, ident: str) -> Key:
    """Return (kind, packed id). Types outside the list share one kind, so their ids carry the type."""
    kind = BY_TYPE.get(type_name)
    return (OTHER_CODE, f"{type_name}/{ident}") if kind is None else (kind.code, pack(ident))


class Ingest:
    """Writes batches. *Thread*: store thread."""

    def __init__(self, database: Database, clock: Clock, words: Words, bodies: Bodies, cursors: Cursors) -> None:
        self._database = database
        self._clock = clock
        self._words = words
        self._bodies = bodies
        self._cursors = cursors

    def take_all(self, batches: Sequence[Batch]) -> list[Summary]:
        """Apply several batches in one transaction: all of them or none."""
        try:
            with self._database.transaction(is_lasting=False):
                return [self._apply(batch) for batch in batches]
        except BaseException:
            self._words.forget()
            self._bodies.forget()
            raise

    def _apply(self, batch: Batch) -> Summary:
        tally = _Tally()
        if batch.pages:
            good = self._sort_out(batch, tally)
            had = self._existing(batch.portal, good)
            self._clear_quarantine(batch.portal, good)
            self._write(batch, good, had, tally)
        if batch.cursor is not None:
            self._cursors.write(batch.portal, batch.person, batch.cursor, self._clock)
        return tally.summary()

    def _sort_out(self, batch: Batch, tally: _Tally) -> dict[Key, Entry]:
        good: dict[Key, Entry] = {}
        bad: dict[Key, tuple[Entry, str]] = {}
        expected = batch.expected_patient
        for page in batch.pages:
            for entry in page.entries:
                head = entry.head
                reason = entry.reason
                if reason is None and head is not None and expected is not None and head.owners and expected not in head.owners:
                    if entry.mode == "include" and entry.type == "Patient":
                        continue
                    reason = "person"
                elif reason is not None and expected is not None and _names_only_others(entry.raw, expected):
                    reason = "person"
                key = key_of(entry.type, entry.id)
                if reason is not None or head is None:
                    bad[key] = (entry, reason or "shape")
                    continue
                before = good.get(key)
                if before is None or before.last_updated <= entry.last_updated:
                    good[key] = entry
        for key, (entry, reason) in bad.items():
            newer = good.get(key)
            if newer is not None and newer.version_id != entry.version_id and newer.last_updated > entry.last_updated > "":
                continue
            good.pop(key, None)
            self._set_aside(batch, key, entry, reason, tally)
        return good

    def _set_aside(self, batch: Batch, key: Key, entry: Entry, reason: str, tally: _Tally) -> None:
        ident = entry.id or entry.version_id
        raw = entry.raw[:65_536] if reason == "size" else entry.raw
        # What is only a stranger's, or was not asked for, does not push out what is set aside in the record that it belongs to.
        self._database.run("INSERT INTO quarantine (portal, type, id, version, person, reason, at, size_bytes, raw) "
                           "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (portal, type, id) DO UPDATE SET version = excluded.version, "
                           "person = excluded.person, reason = excluded.reason, at = excluded.at, size_bytes = excluded.size_bytes, "
                           "raw = excluded.raw WHERE excluded.reason NOT IN ('person', 'unasked') OR reason IN ('person', 'unasked')",
                           (batch.portal, entry.type, ident, entry.version_id, batch.person, reason,
                            self._clock.now().isoformat(), len(entry.raw), zstandard.compress(raw, 3)))
        tally.quarantined += 1
        if not entry.id or reason in ("person", "unasked"):
            # Another person's resource, or one that nobody asked for, says nothing about the copy that is here under the same id.
            return
        kind, packed = key
        for row, person in self._database.all("SELECT row, person FROM resource WHERE id = ? AND kind = ? AND portal = ? AND person >= 0",
                                              (packed, kind, batch.portal)):
            self._database.run("UPDATE resource SET person = ? WHERE row = ?", (-1 - person, row))
            self._database.run("DELETE FROM search WHERE rowid = ?", (row,))
            tally.touch(kind, entry.id)

    def _existing(self, portal: int, good: dict[Key, Entry]) -> dict[Key, _Had]:
        by_kind: dict[int, list[Packed]] = {}
        for kind, packed in good:
            by_kind.setdefault(kind, []).append(packed)
        had: dict[Key, _Had] = {}
        for kind, ids in by_kind.items():
            for start in range(0, len(ids), _ASK):
                some = ids[start:start + _ASK]
                marks = ",".join("?" * len(some))
                for row in self._database.all(f"SELECT id, row, person, version, dictionary, body FROM resource "
                                              f"WHERE id IN ({marks}) AND kind = ? AND portal = ?", (*some, kind, portal)):
                    had[(kind, row[0])] = _Had(*row[1:])
        return had

    def _clear_quarantine(self, portal: int, good: dict[Key, Entry]) -> None:
        aside = self._database.all("SELECT type, id, version FROM quarantine WHERE portal = ?", (portal,))
        for type_name, ident, _version in aside:
            if key_of(type_name, ident) in good:
                self._database.run("DELETE FROM quarantine WHERE portal = ? AND type = ? AND id = ?", (portal, type_name, ident))

    def _write(self, batch: Batch, good: dict[Key, Entry], had: dict[Key, _Had], tally: _Tally) -> None:
        fresh: dict[int, list[tuple[Packed, Entry]]] = {}
        seen: list[int] = []
        for key, entry in good.items():
            before = had.get(key)
            if before is None:
                fresh.setdefault(key[0], []).append((key[1], entry))
            else:
                self._compare(batch, key, entry, before, tally)
                seen.append(before.row)
        if batch.generation is not None and seen:
            self._database.many("INSERT OR REPLACE INTO seen (row, generation) VALUES (?, ?)", [(row, batch.generation) for row in seen])
        if fresh:
            self._insert(batch, fresh, tally)

    def _insert(self, batch: Batch, fresh: dict[int, list[tuple[Packed, Entry]]], tally: _Tally) -> None:
        last = self._database.one("SELECT max(row) FROM resource")
        row = int(last[0] or 0) if last else 0
        rows: list[tuple[Any, ...]] = []
        found: list[tuple[int, str]] = []
        number, portal, of_texts, search_bytes = self._words.number, batch.portal, stems.of_texts, columns.search_bytes
        for kind, entries in fresh.items():
            dictionary, writer = self._bodies.writer(kind, [entry.raw for _, entry in entries])
            compress = writer.compress
            person = owner_of(kind, batch.person)
            touched = tally.keys.setdefault(topic_of(kind), [])
            for packed, entry in entries:
                row += 1
                head = entry.head
                assert head is not None
                raw = entry.raw
                rows.append((row, person, kind, head.moment, number(head.code), number(head.status), head.flags, portal, packed,
                             pack(entry.version_id), dictionary, compress(raw)))
                found.append((row, of_texts(search_bytes(raw))))
                touched.append(entry.id)
        self._database.many(_INSERT, rows)
        self._database.many(_FIND, found)
        tally.new += len(rows)

    def _compare(self, batch: Batch, key: Key, entry: Entry, before: _Had, tally: _Tally) -> None:
        kind = key[0]
        stored = self._bodies.read(before.dictionary, before.body)
        is_hidden = before.person < 0
        if stored == entry.raw and not is_hidden:
            tally.unchanged += 1
            return
        old = read_entry(stored)
        if not batch.accepts_older and _is_older(entry, old) and not is_hidden:
            tally.unchanged += 1
            return
        head = entry.head
        assert head is not None
        # The portal has put it into another person's record: it must not stay in the one it left.
        patient = batch.expected_patient
        has_moved = patient is not None and patient in head.owners and old.head is not None and patient not in old.head.owners
        dictionary, writer = self._bodies.writer(kind, ())
        person = owner_of(kind, batch.person) if is_hidden or has_moved else before.person
        self._database.run(_UPDATE, (person, head.moment, self._words.number(head.code), self._words.number(head.status), head.flags,
                                     pack(entry.version_id), dictionary, writer.compress(entry.raw), before.row))
        self._database.run("DELETE FROM search WHERE rowid = ?", (before.row,))
        self._database.run(_FIND, (before.row, stems.of_texts(columns.search_bytes(entry.raw))))
        tally.changed += 1
        tally.touch(kind, entry.id)


def _names_only_others(raw: bytes, patient: str) -> bool:
    """Say whether what cannot be read names patients, and not this one: a record that it belongs to is elsewhere."""
    return b'"Patient/' in raw and f'"Patient/{patient}"'.encode() not in raw


def owner_of(kind: int, person: int) -> int:
    """Return the person a row of this kind belongs to: nobody for what all people share."""
    known = BY_CODE.get(kind)
    return 0 if known is not None and known.is_shared else person


def _is_older(entry: Entry, stored: Entry) -> bool:
    """Say whether what came is older than what is kept: by their versions where these are counts, else by the server's own time."""
    came, kept = entry.version_id, stored.version_id
    if is_lower(came, kept) or is_lower(kept, came):
        return is_lower(came, kept)
    earlier, later = _instant(entry.last_updated), _instant(stored.last_updated)
    return earlier is not None and later is not None and earlier < later


def _instant(text: str) -> datetime | None:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def removed(keys: Iterable[tuple[int, str]]) -> Summary:
    """Sum up a removal."""
    tally = _Tally()
    for kind, ident in keys:
        tally.removed += 1
        tally.touch(kind, ident)
    return tally.summary()
