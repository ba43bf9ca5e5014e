"""What the portal says, kept and read back: lists, one resource, trends, quarantine, removal.

Owns: every query on `resource`. Does not own: how entries get in (ingest.py), full-text search (search.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, TypedDict, TypeVar, Unpack

import msgspec
import zstandard

from desktop import limits
from desktop.clock import Clock
from desktop.record.fhir import columns
from desktop.record.kinds import BY_CODE, BY_TYPE, OTHER_CODE
from desktop.store.cursors import Cursors
from desktop.store.database import Database, Row
from desktop.store.ingest import Batch, Ingest, Summary, key_of, kind_of, removed
from desktop.store.packing import Bodies, Words, unpack
from desktop.store.readings import Answers, Lens, Readings

_COLUMNS: Final = "row, person, kind, moment, code, status, flags, portal, id, version, dictionary, body"
_NEVER: Final = -4_000_000_000
"""The place of a row without a moment: before every date."""
_ONE: Final = ("SELECT {} FROM resource WHERE id = ?1 AND kind = ?2 AND (?3 IS NULL OR portal = ?3) AND person >= 0 "
               "AND person NOT IN (SELECT id FROM person WHERE is_sealed)")
_SEVERAL: Final = ("SELECT id, dictionary, body FROM resource WHERE kind = ?1 AND (?2 IS NULL OR portal = ?2) AND person >= 0 "
                   "AND person NOT IN (SELECT id FROM person WHERE is_sealed) AND id IN ({})")
_WALK: Final = "FROM resource INDEXED BY resource_list WHERE person = ? AND kind = ?"
_ASK: Final = 400
_PAGE: Final = 50

T = TypeVar("T")
Place = tuple[int, int]
Arm = tuple[str, list[Any]]


class Which(TypedDict, total=False):
    """What of a list is asked for beyond its types and people; `Replica.page` says what each means."""

    after: Place | None
    limit: int
    status: str | Sequence[str] | None
    code: str | None
    since: date | None
    until: date | None
    undated: bool
    newest_first: bool


class StoredRow(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One resource of a list. `place` is what `rows(after=…)` takes to go on from here; `body` is the portal's own JSON."""

    type: str
    id: str
    portal: int
    person: int
    version: str
    moment: int | None
    code: str | None
    status: str | None
    is_modified: bool
    is_mistaken: bool
    body: bytes | None
    place: Place
    kept_title: str | None = None

    @property
    def title(self) -> str:
        """What it is in the portal's own words; read from the body only when it is asked for."""
        return columns.title_of(msgspec.json.decode(self.body or b"null")) if self.kept_title is None else self.kept_title

    @property
    def day(self) -> date | None:
        """The day of `moment`, on the clinic's own clock."""
        return columns.date_of(self.moment)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """A resource kept aside, with the reason as a stable word."""

    portal: int
    person: int
    type: str
    id: str
    version: str
    reason: str
    at: datetime
    size_bytes: int


class Replica:
    """*Thread*: store thread."""

    def __init__(self, database: Database, clock: Clock, cursors: Cursors) -> None:
        self._database = database
        self._words = Words(database)
        self._bodies = Bodies(database)
        self._readings = Readings(self._bodies)
        self._answers = Answers(database)
        self._cursors = cursors
        self._total: int | None = None
        self._ingest = Ingest(database, clock, self._words, self._bodies, cursors)

    def take(self, batch: Batch) -> Summary:
        """Store a batch of pages with its cursor, or nothing of it."""
        return self.take_all((batch,))[0]

    def take_all(self, batches: Sequence[Batch]) -> list[Summary]:
        """Store several batches with their cursors in one transaction, or nothing of them."""
        self._total = None
        return self._ingest.take_all(batches)

    def get(self, type_name: str, ident: str, *, portal: int | None = None) -> bytes | None:
        """Return the exact JSON of one resource, or None. A copy whose newer version is in quarantine is not returned."""
        kind, packed = key_of(type_name, ident)
        row = self._database.one(_ONE.format("dictionary, body"), (packed, kind, portal))
        return None if row is None else self._bodies.read(row[0], row[1])

    def row(self, type_name: str, ident: str, *, portal: int | None = None) -> StoredRow | None:
        """Return one resource as a list row with its body."""
        kind, packed = key_of(type_name, ident)
        found = self._database.one(_ONE.format(_COLUMNS), (packed, kind, portal))
        return None if found is None else self._row(found, body=self._bodies.read(*found[10:]))

    def rows(self, types: Sequence[str] | str, *, person: int | Sequence[int] | None, with_body: bool = True,
             **which: Unpack[Which]) -> list[StoredRow]:
        """Return one page of a list in the order of `page`, which says what else may be asked."""
        found = self._list(_COLUMNS, types, person=person, **which)
        return [self._row(row, body=self._bodies.read(row[10], row[11]) if with_body else None) for row in found]

    def read(self, lens: Lens[T], types: Sequence[str] | str, *, person: int | Sequence[int] | None,
             **which: Unpack[Which]) -> tuple[tuple[StoredRow, T], ...]:
        """Return one page of a list in the order of `page`, each row (without its body) with what `lens` makes of it."""
        of = self._readings.of
        return self._answers.of((Replica.read, lens, repr((types, person, which))), lambda: tuple(
            (self._row(row), of(lens, row[10], row[11])) for row in self._list(_COLUMNS, types, person=person, **which)))

    def values(self, lens: Lens[T], types: Sequence[str] | str, *, person: int | Sequence[int] | None,
               **which: Unpack[Which]) -> tuple[T, ...]:
        """Return what `lens` makes of one page of a list in the order of `page`: cheaper than `read` where the row itself says nothing."""
        of = self._readings.of
        return self._answers.of((Replica.values, lens, repr((types, person, which))), lambda: tuple(
            of(lens, row[1], row[2]) for row in self._list("row, dictionary, body", types, person=person, **which)))

    def page(self, types: Sequence[str] | str, *, person: int | Sequence[int] | None, **which: Unpack[Which]) -> list[int]:
        """Return the row numbers of one page, in order of (moment, row); rows without a moment come last when newest come first.

        `person`: one, several, or None for all that are not sealed; 0 is what all share. `until` is the last day included.
        `undated` lets rows without a moment count as being since `since`.
        """
        return self._merged(self._arms(types, person, which), which)

    def _list(self, asked: str, types: Sequence[str] | str, *, person: int | Sequence[int] | None, **which: Unpack[Which]) -> list[Row]:
        """Return columns of one page, the row number first. One walk of the index answers alone; of several, bodies wait for the merge."""
        arms = self._arms(types, person, which)
        if len(arms) == 1:
            ((where, values),) = arms
            return self._database.all(f"SELECT {asked} {where}", values)
        return self._fetched(self._merged(arms, which), asked)

    def _merged(self, arms: Sequence[Arm], which: Which) -> list[int]:
        places: list[Place] = []
        for where, values in arms:
            places += self._database.all(f"SELECT coalesce(moment, {_NEVER}), row {where}", values)
        places.sort(reverse=which.get("newest_first", True))
        return [row for _, row in places[:which.get("limit", _PAGE)]]

    def _arms(self, types: Sequence[str] | str, person: int | Sequence[int] | None, which: Which) -> list[Arm]:
        """Return one walk of the index for each (kind, person), each stopping at the limit."""
        named = (types,) if isinstance(types, str) else types
        people = self._people(person)
        where, values = self._where(which.get("status"), which.get("code"), since := which.get("since"), which.get("until"))
        if where is None:
            return []
        limit = which.get("limit", _PAGE)
        direction, beyond = ("DESC", "<") if which.get("newest_first", True) else ("ASC", ">")
        if (after := which.get("after")) is not None:
            where += f" AND (coalesce(moment, {_NEVER}), row) {beyond} (?, ?) AND (moment {beyond}= ? OR moment IS NULL)"
            values += [*after, after[0]]
        found: list[Arm] = []
        for kind in sorted({kind_of(name) for name in named}):
            others = [name + "/%" for name in named if kind_of(name) == OTHER_CODE] if kind == OTHER_CODE else []
            narrowed = where + (f" AND ({' OR '.join(['id LIKE ?'] * len(others))})" if others else "")
            for one in people:
                found.append((f"{_WALK}{narrowed} ORDER BY moment {direction}, row {direction} LIMIT ?",
                              [one, kind, *values, *others, limit]))
                if which.get("undated") and since is not None and after is None and not others:
                    found.append((f"{_WALK} AND moment IS NULL ORDER BY row LIMIT ?", [one, kind, limit]))
        return found

    def _people(self, person: int | Sequence[int] | None) -> list[int]:
        sealed = {row[0] for row in self._database.all("SELECT id FROM person WHERE is_sealed")}
        if person is None:
            asked = [0, *(row[0] for row in self._database.all("SELECT id FROM person ORDER BY position"))]
        else:
            asked = [person] if isinstance(person, int) else list(person)
        return [one for one in asked if one not in sealed]

    def _where(self, status: str | Sequence[str] | None, code: str | None, since: date | None,
               until: date | None) -> tuple[str | None, list[Any]]:
        where, values = "", []
        if status is not None:
            numbers = [self._words.known(one) for one in ((status,) if isinstance(status, str) else status)]
            known = [number for number in numbers if number is not None]
            if not known:
                return None, []
            where += f" AND status IN ({','.join('?' * len(known))})"
            values += known
        if code is not None:
            number = self._words.known(code)
            if number is None:
                return None, []
            where += " AND code = ?"
            values.append(number)
        if since is not None:
            where += " AND moment >= ?"
            values.append(columns.moment_of_day(since))
        if until is not None:
            where += " AND moment < ?"
            values.append(columns.moment_of_day(until + timedelta(days=1)))
        return where, values

    def _row(self, row: tuple[Any, ...], *, body: bytes | None = None, title: str | None = None) -> StoredRow:
        number, person, kind, moment, code, status, flags, portal, packed, version = row[:10]
        text = self._words.text
        ident = unpack(packed)
        if kind == OTHER_CODE:
            type_name, _, ident = ident.partition("/")
        else:
            type_name = BY_CODE[kind].type
        return StoredRow(type=type_name, id=ident, portal=portal, person=person, version=unpack(version), moment=moment,
                         code=text(code), status=text(status), is_modified=bool(flags & columns.MODIFIED),
                         is_mistaken=bool(flags & columns.MISTAKEN), body=body,
                         place=(_NEVER if moment is None else moment, number), kept_title=title)

    def numbered(self, rows: Sequence[int]) -> list[StoredRow]:
        """Return resources by row number with their titles, in the order given (search uses it)."""
        return [self._row(row, title=self._readings.of(columns.title_of, row[10], row[11])) for row in self._fetched(rows)]

    def _fetched(self, rows: Sequence[int], asked: str = _COLUMNS) -> list[Row]:
        found = {row[0]: row for row in self._database.all(
            f"SELECT {asked} FROM resource WHERE row IN ({','.join('?' * len(rows))})", list(rows))}
        return [found[row] for row in rows if row in found]

    def trend(self, person: int, code: str, limit: int = 200) -> list[StoredRow]:
        """Return the latest `limit` observations of one code, oldest first."""
        number = self._words.known(code)
        if number is None or not self._people(person):
            return []
        found = self._database.all(f"SELECT {_COLUMNS} FROM resource INDEXED BY resource_trend WHERE code = ? AND person = ? AND kind = 7 "
                                   "AND moment IS NOT NULL ORDER BY moment DESC, row DESC LIMIT ?", (number, person, limit))
        return [self._row(row, body=self._bodies.read(row[10], row[11])) for row in reversed(found)]

    def count(self, types: Sequence[str] | str, person: int | None = None) -> int:
        """Count resources of some types, of one person or of all that are not sealed."""
        kinds = {kind_of(name) for name in ((types,) if isinstance(types, str) else types)}
        total = 0
        for kind in kinds:
            for one in self._people(person):
                row = self._database.one("SELECT count(*) FROM resource INDEXED BY resource_list WHERE person = ? AND kind = ?",
                                         (one, kind))
                total += int(row[0]) if row else 0
        return total

    def total(self) -> int:
        """Count every resource that is kept, shared ones too. Counted anew only after a write that may have changed it."""
        if self._total is None:
            row = self._database.one("SELECT count(*) FROM resource WHERE person >= 0")
            self._total = int(row[0]) if row else 0
        return self._total

    def set_aside(self) -> int:
        """Count what is in quarantine and was not dismissed."""
        row = self._database.one("SELECT count(*) FROM quarantine WHERE dismissed IS NOT version")
        return int(row[0]) if row else 0

    def codes(self, person: int, type_name: str = "Observation") -> list[tuple[str, int]]:
        """Return (code, how many) for a type of one person, the most frequent first."""
        return [(str(text), int(n)) for text, n in self._database.all(
            "SELECT w.text, count(*) AS n FROM resource r JOIN word w ON w.id = r.code WHERE r.person = ? AND r.kind = ? "
            "GROUP BY r.code ORDER BY n DESC", (person, kind_of(type_name)))]

    def manifest_of(self, portal: int, person: int) -> dict[tuple[str, str], str]:
        """Return (type, id) → version of all that is kept for a person, what is in quarantine included: neither is to be fetched again."""
        kept: dict[tuple[str, str], str] = {}
        for kind, packed, version in self._database.all("SELECT kind, id, version FROM resource WHERE portal = ? AND person = ?",
                                                        (portal, person)):
            ident = unpack(packed)
            type_name = BY_CODE[kind].type if kind != OTHER_CODE else ident.partition("/")[0]
            kept[(type_name, ident if kind != OTHER_CODE else ident.partition("/")[2])] = unpack(version)
        for type_name, ident, version in self._database.all("SELECT type, id, version FROM quarantine WHERE portal = ? AND person = ?",
                                                            (portal, person)):
            kept[(type_name, ident)] = version
        return kept

    def by_reference(self, type_name: str, ids: Iterable[str], *, portal: int | None = None) -> dict[str, bytes]:
        """Return id → JSON of the resources that are here, in the order asked."""
        asked = {key_of(type_name, ident): ident for ident in ids}
        kind, found = kind_of(type_name), dict[str, bytes]()
        names = list(asked)
        for start in range(0, len(names), _ASK):
            some = [packed for _, packed in names[start:start + _ASK]]
            for packed, dictionary, body in self._database.all(_SEVERAL.format(",".join("?" * len(some))), (kind, portal, *some)):
                found.setdefault(asked[(kind, packed)], self._bodies.read(dictionary, body))
        return {ident: found[ident] for ident in asked.values() if ident in found}

    def remove(self, portal: int, person: int, keys: Iterable[tuple[str, str]]) -> Summary:
        """Remove resources of one person (0: what all share), with what search and quarantine know of them.

        What a list of Anna's lacks may well lie in Oleg's record: a stranger's entry that was set aside as hers names his.
        """
        gone: list[tuple[int, str]] = []
        with self._database.transaction():
            for type_name, ident in keys:
                kind, packed = key_of(type_name, ident)
                self._database.run("DELETE FROM quarantine WHERE portal = ? AND type = ? AND id = ? AND person = ?",
                                   (portal, type_name, ident, person))
                for (row,) in self._database.all("SELECT row FROM resource WHERE id = ? AND kind = ? AND portal = ? AND person IN (?, ?)",
                                                 (packed, kind, portal, person, -1 - person)):
                    self._drop(row)
                    gone.append((kind, ident))
        return removed(gone)

    def _drop(self, row: int) -> None:
        self._total = None
        self._database.run("DELETE FROM search WHERE rowid = ?", (row,))
        self._database.run("DELETE FROM seen WHERE row = ?", (row,))
        self._database.run("DELETE FROM resource WHERE row = ?", (row,))

    def unseen(self, portal: int, person: int, kind: int, generation: int) -> list[tuple[str, str]]:
        """Return (type, id) of what a full pass did not meet: what `sweep` would remove. Lets the caller count first."""
        return [(BY_CODE[kind].type, unpack(packed)) for _, packed in self._unseen(portal, person, kind, generation)]

    def _unseen(self, portal: int, person: int, kind: int, generation: int) -> Iterator[tuple[int, Any]]:
        begun = self._database.one("SELECT first_row FROM cursor WHERE portal = ? AND person = ? AND kind = ? AND generation = ?",
                                   (portal, person, kind, generation))
        if begun is None:
            return iter(())
        rows = self._database.all("SELECT row, id FROM resource r WHERE portal = ? AND person IN (?, ?) AND kind = ? AND row < ? AND "
                                  "NOT EXISTS (SELECT 1 FROM seen s WHERE s.row = r.row AND s.generation = ?) AND NOT EXISTS "
                                  "(SELECT 1 FROM quarantine q WHERE q.portal = r.portal AND r.person < 0 AND q.person = ?)",
                                  (portal, person, -1 - person, kind, begun[0], generation, person))
        return iter([(int(row), packed) for row, packed in rows])

    def sweep(self, portal: int, person: int, kind: int, generation: int) -> Summary:
        """Remove what a complete full pass did not meet."""
        gone: list[tuple[int, str]] = []
        with self._database.transaction():
            for row, packed in self._unseen(portal, person, kind, generation):
                self._drop(row)
                gone.append((kind, unpack(packed)))
            self._database.run("DELETE FROM seen WHERE generation = ? AND row IN (SELECT row FROM resource WHERE portal = ? AND person = ? "
                               "AND kind = ?)", (generation, portal, person, kind))
        return removed(gone)

    def wash(self) -> None:
        """Remove what compression and numbering remember of resources that are gone. Inside the transaction that removed them."""
        self._total = None
        self._readings.forget()
        self._answers.forget()
        self._bodies.renew()
        self._database.run("DELETE FROM word WHERE id NOT IN (SELECT code FROM resource WHERE code IS NOT NULL) "
                           "AND id NOT IN (SELECT status FROM resource WHERE status IS NOT NULL)")
        self._words.forget()

    def rest(self) -> None:
        """Put the tools of compression away: each kind's take a third of a megabyte, and are made again when they are needed."""
        self._bodies.forget()

    def quarantine(self, person: int | None = None) -> list[Quarantined]:
        """Return what is kept aside and was not dismissed, newest first."""
        return [Quarantined(portal=row[0], person=row[1], type=row[2], id=row[3], version=row[4], reason=row[5],
                            at=datetime.fromisoformat(row[6]), size_bytes=row[7])
                for row in self._database.all("SELECT portal, person, type, id, version, reason, at, size_bytes FROM quarantine "
                                              "WHERE (?1 IS NULL OR person = ?1) AND dismissed IS NOT version "
                                              "ORDER BY at DESC, type, id", (person,))]

    def dismiss(self, portal: int, type_name: str, ident: str, *, is_dismissed: bool = True) -> None:
        """Keep what was set aside out of the list until the portal has another version of it, or list it again. Inside a transaction."""
        self._database.run("UPDATE quarantine SET dismissed = iif(?, version, NULL) WHERE portal = ? AND type = ? AND id = ?",
                           (is_dismissed, portal, type_name, ident))

    def forget_unasked(self, *, before: str) -> None:
        """Let go of what was set aside though nobody asks for it, unless it was met since: no list will ever say that it is gone."""
        known = ",".join(f"'{name}'" for name in sorted(BY_TYPE))
        unasked = f"(reason = 'unasked' OR type NOT IN ({known})) AND at < ?"
        if self._database.one(f"SELECT 1 FROM quarantine WHERE {unasked} LIMIT 1", (before,)):
            with self._database.transaction(is_lasting=False):
                self._database.run(f"DELETE FROM quarantine WHERE {unasked}", (before,))

    def quarantined_bytes(self, portal: int, type_name: str, ident: str) -> bytes | None:
        """Return the bytes that were refused, as they came (cut at 64 KB when size was the reason)."""
        row = self._database.one("SELECT raw FROM quarantine WHERE portal = ? AND type = ? AND id = ?", (portal, type_name, ident))
        return None if row is None else zstandard.decompress(row[0], max_output_size=limits.RESPONSE_BYTES)
