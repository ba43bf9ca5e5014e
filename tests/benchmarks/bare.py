"""The store half of the raw pipeline: the same bytes into the same schema, with nothing that makes it a product.

No door, no quarantine, no look at what is there already, no person check, no news. It bounds what `Replica.take` can reach.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import sqlcipher3.dbapi2 as sqlcipher
import zstandard

from desktop.record.kinds import BY_TYPE
from desktop.store import stems
from desktop.store.migrate import MIGRATIONS, statements
from desktop.store.packing import DICTIONARY_BYTES, SAMPLES_MOST

COMMIT_ROWS = 5_000


class _Coding(msgspec.Struct):
    code: str | None = None


class _Concept(msgspec.Struct):
    coding: list[_Coding] | None = None


class _Period(msgspec.Struct):
    start: str | None = None


class _Meta(msgspec.Struct):
    versionId: str = ""


class _Lean(msgspec.Struct):
    resourceType: str
    id: str
    meta: _Meta | None = None
    status: str | None = None
    code: _Concept | list[_Concept] | None = None
    effectiveDateTime: str | None = None
    authoredOn: str | None = None
    recorded: str | None = None
    start: str | None = None
    period: _Period | None = None


class _Row(msgspec.Struct):
    resource: msgspec.Raw


class _Bundle(msgspec.Struct):
    entry: list[_Row]


_BUNDLE = msgspec.json.Decoder(_Bundle)
_LEAN = msgspec.json.Decoder(_Lean)
_TEXTS = re.compile(
    rb'"(?:display|text|title|name|family|description|comment|conclusion|valueString|contentString|patientInstruction|alias|given)"'
    rb'\s*:\s*(?:"((?:[^"\\]|\\.)*+)"|\[([^\[\]{}]*)\])')
_WORD = re.compile(r"[^\W_]+")


def connect(file: Path, key: bytes) -> Any:
    """Open a fresh encrypted database with the product's schema and the product's pragmas."""
    base = sqlcipher.connect(str(file), isolation_level=None)
    for line in ("cipher_log_level = NONE", f"key = \"x'{key.hex()}'\"", "locking_mode = EXCLUSIVE",
                 "journal_mode = WAL", "synchronous = NORMAL", "temp_store = MEMORY", "secure_delete = ON", "cache_size = -32768",
                 "wal_autocheckpoint = 4000", "foreign_keys = ON", "trusted_schema = OFF", "busy_timeout = 3000"):
        base.execute("PRAGMA " + line)
    for step in sorted(MIGRATIONS.glob("*.sql")):
        for statement in statements(step.read_text("utf-8")):
            base.execute(statement)
    base.execute("INSERT INTO search (search, rank) VALUES ('hashsize', ?)", (16 * 2**20,))
    return base


class Bare:
    """Takes pages in, as bare as it gets."""

    def __init__(self, file: Path) -> None:
        self.base = connect(file, b"k" * 32)
        self._row = 0
        self._numbers: dict[str, int] = {}
        self._stems: dict[str, str] = {}
        self._texts: dict[Any, str] = {}
        self._stem = stems.RussianStemmer().stemWord
        self._days: dict[str, int] = {}
        self._writers: dict[int, tuple[int, zstandard.ZstdCompressor]] = {}

    def take(self, pages: Iterable[bytes]) -> None:
        """Store pages, in commits of 5,000 rows."""
        rows: list[tuple[Any, ...]] = []
        texts: list[tuple[int, str]] = []
        for page in pages:
            raws = [bytes(row.resource) for row in _BUNDLE.decode(page).entry]
            for raw in raws:
                self._row += 1
                lean = _LEAN.decode(raw)
                kind = BY_TYPE[lean.resourceType].code
                if kind not in self._writers:
                    self._writers[kind] = self._train(kind, raws)
                number, writer = self._writers[kind]
                when = lean.effectiveDateTime or lean.authoredOn or lean.start or lean.recorded or (lean.period and lean.period.start)
                code = lean.code.coding[0].code if isinstance(lean.code, _Concept) and lean.code.coding else None
                rows.append((self._row, 1, kind, self._day(when), self._number(code), self._number(lean.status), 0, 1,
                             bytes.fromhex(lean.id.replace("-", "")), lean.meta.versionId if lean.meta else "", number,
                             writer.compress(raw)))
                texts.append((self._row, self._stemmed(tuple(_TEXTS.findall(raw)))))
            if len(rows) >= COMMIT_ROWS:
                self._commit(rows, texts)
                rows, texts = [], []
        self._commit(rows, texts)

    def _train(self, kind: int, raws: list[bytes]) -> tuple[int, zstandard.ZstdCompressor]:
        if len(raws) < 64:
            return 0, zstandard.ZstdCompressor(level=3)
        some = raws[:SAMPLES_MOST]
        trained = zstandard.train_dictionary(min(DICTIONARY_BYTES, sum(map(len, some)) // 4), some, k=256, d=8)
        self.base.execute("INSERT INTO dictionary (kind, bytes) VALUES (?, ?)", (kind, trained.as_bytes()))
        trained.precompute_compress(level=3)
        return len(self._writers) + 1, zstandard.ZstdCompressor(level=3, dict_data=trained, write_dict_id=False)

    def _number(self, text: str | None) -> int | None:
        if text is None:
            return None
        number = self._numbers.get(text)
        if number is None:
            number = self._numbers[text] = len(self._numbers) + 1
            self.base.execute("INSERT INTO word (id, text) VALUES (?, ?)", (number, text))
        return number

    def _day(self, when: str | None) -> int | None:
        if not when:
            return None
        found = self._days.get(when)
        if found is None:
            minutes = int(when[11:13]) * 60 + int(when[14:16]) if len(when) > 10 else 0
            found = self._days[when] = (date.fromisoformat(when[:10]).toordinal() - 719163) * 1440 + minutes
        return found

    def _stemmed(self, pieces: tuple[tuple[bytes, bytes], ...]) -> str:
        known = self._texts.get(pieces)
        if known is None:
            found = _WORD.findall(b" ".join(one or many for one, many in pieces).decode().lower().replace("ё", "е"))
            stems = self._stems
            for word in found:
                if word not in stems:
                    stems[word] = self._stem(word)
            known = self._texts[pieces] = " ".join(dict.fromkeys(stems[word] for word in found))
        return known

    def _commit(self, rows: list[tuple[Any, ...]], texts: list[tuple[int, str]]) -> None:
        self.base.execute("BEGIN IMMEDIATE") if not self.base.in_transaction else None
        self.base.executemany("INSERT INTO resource (row, person, kind, moment, code, status, flags, portal, id, version, dictionary, "
                              "body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        self.base.executemany("INSERT INTO search (rowid, stems) VALUES (?, ?)", texts)
        self.base.execute("COMMIT")
