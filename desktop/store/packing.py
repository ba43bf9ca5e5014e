"""How a resource becomes narrow: ids and versions as numbers or 16 bytes, repeated words as numbers, bodies by zstd with dictionaries.

Owns: the tables `word` and `dictionary`. Does not own: rows (ingest.py, replica.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import zstandard

from desktop import limits
from desktop.errors import VaultDamaged
from desktop.store.database import Database

Packed = int | bytes | str

DICTIONARY_BYTES: Final = 16 * 1024
SAMPLES_LEAST: Final = 64
SAMPLES_MOST: Final = 128
_LEVEL: Final = 3
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_WORDS_KEPT: Final = 50_000


def pack(text: str) -> Packed:
    """Return the shortest exact form of an id or a version: 16 bytes for a UUID, a number for digits, else the text."""
    if len(text) < 18:
        return int(text) if text.isdecimal() and text.isascii() and (text[0] != "0" or text == "0") else text
    if len(text) == 36 and _UUID.fullmatch(text):
        return bytes.fromhex(text.replace("-", ""))
    return text


def unpack(packed: Packed) -> str:
    """Return the text that was packed."""
    if type(packed) is bytes:
        text = packed.hex()
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
    return str(packed)


class Words:
    """Numbers for texts that repeat from row to row: codes and states."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._numbers: dict[str, int] = {}
        self._texts: dict[int, str] = {}

    def number(self, text: str | None) -> int | None:
        """Return the number of a text, giving it one if it has none. Inside a transaction."""
        if text is None:
            return None
        number = self._numbers.get(text)
        if number is None:
            number = self.known(text)
            if number is None:
                number = self._database.insert("INSERT INTO word (text) VALUES (?)", (text,))
            self._keep(text, number)
        return number

    def known(self, text: str) -> int | None:
        """Return the number of a text, or None."""
        number = self._numbers.get(text)
        if number is None:
            row = self._database.one("SELECT id FROM word WHERE text = ?", (text,))
            number = int(row[0]) if row else None
        return number

    def text(self, number: int | None) -> str | None:
        """Return the text of a number."""
        if number is None:
            return None
        text = self._texts.get(number)
        if text is None:
            row = self._database.one("SELECT text FROM word WHERE id = ?", (number,))
            if row is None:
                raise VaultDamaged("vault.word")
            if len(self._texts) >= _WORDS_KEPT:
                self._texts.clear()
            text = self._texts[number] = str(row[0])
        return text

    def forget(self) -> None:
        """Drop what a rolled-back transaction may have added."""
        self._numbers.clear()
        self._texts.clear()

    def _keep(self, text: str, number: int) -> None:
        if len(self._numbers) >= _WORDS_KEPT:
            self._numbers.clear()
        self._numbers[text] = number


class Bodies:
    """Compresses and reads bodies. Dictionary 0 is none; every row says which one it needs."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._readers: dict[int, zstandard.ZstdDecompressor] = {}
        self._writers: dict[int, zstandard.ZstdCompressor] = {}
        self._by_kind: dict[int, int] = {}
        self.forget()

    def forget(self) -> None:
        """Read the list of dictionaries again (after a rollback, or at the start)."""
        self._readers = {0: zstandard.ZstdDecompressor()}
        self._writers = {0: _writer(None)}
        self._by_kind = {int(kind): int(number) for kind, number in
                         self._database.all("SELECT kind, max(id) FROM dictionary GROUP BY kind")}

    def writer(self, kind: int, samples: Sequence[bytes]) -> tuple[int, zstandard.ZstdCompressor]:
        """Return (dictionary number, compressor) for a kind, training one on `samples` when they are enough. Inside a transaction."""
        number = self._by_kind.get(kind)
        if number is None:
            number = self._train(kind, samples) if len(samples) >= SAMPLES_LEAST else self._by_kind.get(0, 0)
        if number not in self._writers:
            self._writers[number] = _writer(self._dictionary(number))
        return number, self._writers[number]

    def _train(self, kind: int, samples: Sequence[bytes]) -> int:
        step = max(1, len(samples) // SAMPLES_MOST)
        chosen: list[bytes | bytearray | memoryview[int]] = [bytes(sample[:8192]) for sample in samples[::step][:SAMPLES_MOST]]
        try:
            trained = zstandard.train_dictionary(min(DICTIONARY_BYTES, sum(map(len, chosen)) // 4), chosen, k=256, d=8)
        except zstandard.ZstdError:
            return 0
        number = self._database.insert("INSERT INTO dictionary (kind, bytes) VALUES (?, ?)", (kind, trained.as_bytes()))
        self._by_kind[kind] = number
        return number

    def renew(self) -> None:
        """Write every body again under dictionaries trained on what is here now. Inside a transaction.

        A dictionary is made of pieces of bodies, so it must go when the person whose bodies they were goes.
        """
        database = self._database
        last = database.one("SELECT coalesce(max(id), 0) FROM dictionary")
        stale = int(last[0]) if last else 0
        for (kind,) in database.all("SELECT DISTINCT kind FROM dictionary"):
            self._by_kind.pop(kind, None)
            some = database.all("SELECT dictionary, body FROM resource WHERE kind = ? ORDER BY row LIMIT ?", (kind, SAMPLES_MOST))
            number, writer = self.writer(kind, [self.read(*row) for row in some])
            after = 0
            while rows := database.all("SELECT row, dictionary, body FROM resource WHERE kind = ? AND row > ? AND dictionary <= ? "
                                       "AND dictionary > 0 ORDER BY row LIMIT 500", (kind, after, stale)):
                database.many("UPDATE resource SET dictionary = ?, body = ? WHERE row = ?",
                              [(number, writer.compress(self.read(old, body)), row) for row, old, body in rows])
                after = rows[-1][0]
        database.run("DELETE FROM dictionary WHERE id <= ?", (stale,))
        self.forget()

    def _dictionary(self, number: int) -> zstandard.ZstdCompressionDict | None:
        if number == 0:
            return None
        row = self._database.one("SELECT bytes FROM dictionary WHERE id = ?", (number,))
        if row is None:
            raise VaultDamaged("vault.dictionary")
        return zstandard.ZstdCompressionDict(row[0])

    def read(self, number: int, body: bytes) -> bytes:
        """Return the exact bytes of a body."""
        reader = self._readers.get(number)
        if reader is None:
            reader = self._readers[number] = zstandard.ZstdDecompressor(dict_data=self._dictionary(number))
        try:
            return reader.decompress(body, max_output_size=limits.RESOURCE_BYTES)
        except zstandard.ZstdError:
            raise VaultDamaged("vault.body") from None


def _writer(dictionary: zstandard.ZstdCompressionDict | None) -> zstandard.ZstdCompressor:
    if dictionary is not None:
        dictionary.precompute_compress(level=_LEVEL)
        return zstandard.ZstdCompressor(level=_LEVEL, dict_data=dictionary, write_dict_id=False, write_checksum=False)
    return zstandard.ZstdCompressor(level=_LEVEL, write_checksum=False)
