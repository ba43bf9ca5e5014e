"""The card with its documents as one ZIP: the records as FHIR JSON, each document's file under a name of ours, a list with digests.

Owns: what stands where inside and under which name. Does not own: what belongs to a choice and how records are written (export), nor
where the archive goes (files). *Source*: security.md R-84; R-50 for names.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import IO, BinaryIO, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from desktop.record.documents import Document, saved_name
from desktop.session import files

RECORDS: Final = "card.json"
LIST: Final = "documents.csv"
FOLDER: Final = "documents"
_HEADER: Final = ("id", "date", "title", "state", "file", "bytes", "sha256")


class Archive:
    """An archive in the making. *Thread*: any, one at a time."""

    def __init__(self, made: ZipFile, at: datetime) -> None:
        self._made = made
        self._at = at
        self._rows: list[tuple[str, ...]] = []
        self.missing = 0

    def records(self) -> IO[bytes]:
        """Open the file of the records to write; nothing else goes in before it is closed."""
        return self._made.open(self._inside(RECORDS), "w", force_zip64=True)

    def add(self, paper: Document, data: bytes | None) -> None:
        """Put one document in, or only its line where this computer does not keep its bytes."""
        name, size, digest = "", "", ""
        if data is None:
            self.missing += 1
        else:
            name = f"{FOLDER}/{len(self._rows) + 1:04d}_{saved_name(paper)}"
            size, digest = str(len(data)), hashlib.sha256(data).hexdigest()
            self._made.writestr(self._inside(name), data)
        day = paper.created_on.isoformat() if paper.created_on else ""
        self._rows.append((paper.id, day, paper.title, paper.status, name, size, digest))

    def end(self) -> None:
        """Put the list of documents in."""
        self._made.writestr(self._inside(LIST), files.table(_HEADER, self._rows))

    def _inside(self, name: str) -> ZipInfo:
        info = ZipInfo(name, self._at.timetuple()[:6])
        info.compress_type = ZIP_DEFLATED
        info.external_attr = 0o600 << 16
        return info


@contextmanager
def archive(out: BinaryIO, at: datetime) -> Iterator[Archive]:
    """Begin an archive in a file that is open for writing; it is complete when the block ends."""
    with ZipFile(out, "w") as made:
        yield Archive(made, at)
