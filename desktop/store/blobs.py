"""Documents: bytes in encrypted chunk rows, with the queue that fetches them.

Owns: the queue's states, the order of chunks, the check of size and digest. Does not own: downloading (sync/documents.py).
A document row leads to complete, verified bytes or says that it does not; resuming never mixes two versions.
Commits here need not outlive a power cut (the bytes can be fetched again), only stay in order: no waiting for the disk.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from desktop import limits
from desktop.store.database import Database

State = Literal["absent", "queued", "loading", "here", "failed"]
_COLUMNS: Final = "id, portal, person, url, content_type, size_bytes, hash, state, got_bytes, etag, tries, reason"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document's place in the queue. `hash` is the portal's base64 SHA-1 (FHIR Attachment.hash), may be empty."""

    id: str
    portal: int
    person: int
    url: str
    content_type: str
    size_bytes: int | None
    hash: str
    state: State
    got_bytes: int
    etag: str
    tries: int
    reason: str


def paper_id(type_name: str, id: str) -> str:
    """Return the name under which the bytes of a resource are kept: a document's own id, with the type before it for all else."""
    return id if type_name == "DocumentReference" else f"{type_name}/{id}"


def resource_of(doc_id: str) -> tuple[str, str]:
    """Return the type and id of the resource whose bytes are kept under a name."""
    type_name, _, id = doc_id.rpartition("/")
    return type_name or "DocumentReference", id


class Blobs:
    """*Thread*: store thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def plan(self, doc_id: str, url: str, size: int | None, hash: str = "", content_type: str = "", *, portal: int, person: int,
             is_wanted: bool = True, is_first: bool = False) -> None:
        """Put a document into the queue (`is_wanted`) or only know of it. What is here stays unless its url, size or hash changed."""
        with self._database.transaction(is_lasting=False):
            before = self.state(doc_id)
            if before is not None and (before.size_bytes, before.hash) == (size, hash) and (hash or before.url == url):
                state: State = "queued" if is_wanted and before.state in ("absent", "failed") else before.state
                self._database.run("UPDATE document SET url = ?, state = ? WHERE id = ?", (url, state, doc_id))
            else:
                self._database.run("DELETE FROM chunk WHERE document = ?", (doc_id,))
                self._database.run(
                    "INSERT OR REPLACE INTO document (id, portal, person, url, content_type, size_bytes, hash, state, position) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, (SELECT coalesce(max(position), 0) + 1 FROM document))",
                    (doc_id, portal, person, url, content_type, size, hash, "queued" if is_wanted else "absent"))
            if is_first:
                self._database.run("UPDATE document SET position = (SELECT min(position) - 1 FROM document) WHERE id = ?", (doc_id,))

    def next_wanted(self) -> Document | None:
        """Return the document to fetch next: one that was begun, else the first in the queue."""
        row = self._database.one(f"SELECT {_COLUMNS} FROM document WHERE state IN ('loading', 'queued') ORDER BY position LIMIT 1")
        return None if row is None else Document(**dict(zip(_COLUMNS.split(", "), row, strict=True)))

    def state(self, doc_id: str) -> Document | None:
        """Return what is known of a document."""
        row = self._database.one(f"SELECT {_COLUMNS} FROM document WHERE id = ?", (doc_id,))
        return None if row is None else Document(**dict(zip(_COLUMNS.split(", "), row, strict=True)))

    def states(self, ids: Sequence[str]) -> dict[str, Document]:
        """Return what is known of some documents, by their ids."""
        names = _COLUMNS.split(", ")
        rows = self._database.all(f"SELECT {_COLUMNS} FROM document WHERE id IN ({','.join('?' * len(ids))})", ids)
        return {str(row[0]): Document(**dict(zip(names, row, strict=True))) for row in rows}

    def counts(self) -> dict[str, int]:
        """Return state → how many documents."""
        return {str(state): int(count) for state, count in self._database.all("SELECT state, count(*) FROM document GROUP BY state")}

    def append(self, doc_id: str, offset: int, data: bytes, *, etag: str = "") -> int:
        """Keep bytes that start at `offset`; returns how many bytes are here now.

        An offset other than the bytes already here, or another etag in the middle, starts again (and keeps nothing when offset > 0).
        """
        with self._database.transaction(is_lasting=False):
            known = self.state(doc_id)
            if known is None:
                return 0
            got = known.got_bytes
            if offset != got or (offset and etag and known.etag and etag != known.etag):
                self._database.run("DELETE FROM chunk WHERE document = ?", (doc_id,))
                got = 0
                if offset:
                    data = b""
            if got + len(data) > limits.ATTACHMENT_BYTES:
                self._fail(doc_id, "size")
                return 0
            numbered = self._database.one("SELECT coalesce(max(number), -1) FROM chunk WHERE document = ?", (doc_id,))
            number = int(numbered[0]) + 1 if numbered else 0
            step = limits.DOCUMENT_CHUNK_BYTES
            self._database.many("INSERT INTO chunk (document, number, bytes) VALUES (?, ?, ?)",
                                [(doc_id, number + at // step, data[at:at + step]) for at in range(0, len(data), step)])
            got += len(data)
            self._database.run("UPDATE document SET got_bytes = ?, etag = ?, state = 'loading' WHERE id = ?",
                               (got, etag or known.etag, doc_id))
        return got

    def finish(self, doc_id: str, *, content_type: str | None = None) -> bool:
        """Check the whole against its size and hash; True when it is here, False when it failed and its bytes were dropped."""
        with self._database.transaction(is_lasting=False):
            known = self.state(doc_id)
            if known is None:
                return False
            sha1, sha256, size = hashlib.sha1(usedforsecurity=False), hashlib.sha256(), 0
            for (data,) in self._database.all("SELECT bytes FROM chunk WHERE document = ? ORDER BY number", (doc_id,)):
                sha1.update(data)
                sha256.update(data)
                size += len(data)
            if known.size_bytes is not None and known.size_bytes != size:
                self._fail(doc_id, "size")
                return False
            if known.hash and known.hash not in (base64.b64encode(sha1.digest()).decode(), base64.b64encode(sha256.digest()).decode(),
                                                 sha256.hexdigest(), sha1.hexdigest()):
                self._fail(doc_id, "hash")
                return False
            self._database.run("UPDATE document SET state = 'here', sha256 = ?, reason = '', content_type = coalesce(?, content_type) "
                               "WHERE id = ?", (sha256.digest(), content_type, doc_id))
        return True

    def fail(self, doc_id: str, reason: str, *, is_final: bool = True) -> None:
        """Note that fetching failed; not final: it stays in the queue behind the others, with what has come."""
        with self._database.transaction(is_lasting=False):
            if is_final:
                self._fail(doc_id, reason)
            else:
                self._database.run("UPDATE document SET tries = tries + 1, reason = ?, position = "
                                   "(SELECT max(position) + 1 FROM document) WHERE id = ?", (reason, doc_id))

    def _fail(self, doc_id: str, reason: str) -> None:
        self._database.run("DELETE FROM chunk WHERE document = ?", (doc_id,))
        self._database.run("UPDATE document SET state = 'failed', got_bytes = 0, etag = '', tries = tries + 1, reason = ? WHERE id = ?",
                           (reason, doc_id))

    def read(self, doc_id: str) -> bytes | None:
        """Return the verified bytes of a document that is here, else None."""
        known = self.state(doc_id)
        if known is None or known.state != "here":
            return None
        return b"".join(row[0] for row in self._database.all("SELECT bytes FROM chunk WHERE document = ? ORDER BY number", (doc_id,)))

    def keep(self, doc_id: str, data: bytes, content_type: str, *, portal: int, person: int) -> None:
        """Keep a file that the person hands in, in the same transaction as the act that carries it: it can be fetched from nowhere."""
        step = limits.DOCUMENT_CHUNK_BYTES
        self._database.run(
            "INSERT INTO document (id, portal, person, url, content_type, size_bytes, state, got_bytes, sha256, position) "
            "VALUES (?, ?, ?, '', ?, ?, 'here', ?, ?, (SELECT coalesce(max(position), 0) + 1 FROM document))",
            (doc_id, portal, person, content_type, len(data), len(data), hashlib.sha256(data).digest()))
        self._database.many("INSERT INTO chunk (document, number, bytes) VALUES (?, ?, ?)",
                            [(doc_id, at // step, data[at:at + step]) for at in range(0, len(data), step)])

    def release(self, doc_id: str) -> None:
        """Forget a document and its bytes, inside a transaction."""
        self._database.run("DELETE FROM chunk WHERE document = ?", (doc_id,))
        self._database.run("DELETE FROM document WHERE id = ?", (doc_id,))

    def drop(self, doc_id: str, *, person: int) -> None:
        """Forget a person's document and its bytes."""
        with self._database.transaction(is_lasting=False):
            if self._database.one("SELECT 1 FROM document WHERE id = ? AND person = ?", (doc_id, person)):
                self.release(doc_id)

    def broken(self) -> list[str]:
        """Return the ids of documents whose bytes do not have the digest they were stored with (`check` asks)."""
        bad = []
        for doc_id, digest in self._database.all("SELECT id, sha256 FROM document WHERE state = 'here'"):
            found = hashlib.sha256()
            for (data,) in self._database.all("SELECT bytes FROM chunk WHERE document = ? ORDER BY number", (doc_id,)):
                found.update(data)
            if found.digest() != digest:
                bad.append(str(doc_id))
        return bad
