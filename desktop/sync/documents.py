"""Bring documents, one after another, each resumable and checked before it counts as here.

Owns: what is wanted, where the bytes are now, resuming, sniffing, the least speed.  Does not own: keeping bytes, size and
hash (store/blobs.py).  *Source*: architecture.md §4 (Documents); servers.md §2 (Binary, attachment.url); R-41, R-51, R-61.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import msgspec

from desktop import limits
from desktop.clock import Clock
from desktop.store.blobs import Document, paper_id, resource_of
from desktop.store.thread import StoreThread
from desktop.store.vault import Vault
from desktop.sync import shapes
from desktop.sync.portal import Answer, Portal
from desktop.sync.wire import Head, Unreached

Mode = Literal["needed", "all", "asked", "none"]
"""What a run brings: current documents that are small, every one, those that the person asked for, nothing."""
_MAGIC: Final[Mapping[str, tuple[bytes, ...]]] = {
    "application/pdf": (b"%PDF-",), "image/png": (b"\x89PNG\r\n",), "image/jpeg": (b"\xff\xd8\xff",), "image/gif": (b"GIF8",),
    "image/tiff": (b"II*\x00", b"MM\x00*"), "application/zip": (b"PK\x03\x04", b"PK\x05\x06"), "application/rtf": (b"{\\rtf",),
    "application/dicom": (b"",),
}
_PROGRAMS: Final = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xfe\xed\xfa")
_TRIES: Final = 5


@dataclass(slots=True)
class Brought:
    """What one run brought."""

    stored: int = 0
    waiting: int = 0
    failed: int = 0
    bytes: int = 0


class _Binary(msgspec.Struct, rename="camel"):
    resource_type: str = ""
    content_type: str | None = None
    data: str = ""


class _Slow(Exception):
    """The bytes come slower than we wait for."""


class _Wrong(Exception):
    """What came is not what was promised."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def plan(vault: Vault, *, portal: int, people: Sequence[int], mode: Mode) -> None:
    """Put into the queue what is wanted and not here. *Thread*: the store's."""
    for person in people:
        addresses = set[str]()
        # A laboratory often files the paper of a report as a document too: it is fetched once.
        for kind in ("DocumentReference", "DiagnosticReport"):
            after = None
            while rows := vault.replica.rows(kind, person=person, after=after, limit=200):
                for row in rows:
                    found = shapes.attachment(row.body or b"")
                    if found is None or row.portal != portal or (found.url and found.url in addresses):
                        continue
                    addresses.add(found.url)
                    _plan_one(vault, paper_id(kind, row.id), found, portal=portal, person=person, mode=mode)
                after = rows[-1].place


def _plan_one(
    vault: Vault, id: str, found: shapes.Attachment, *, portal: int, person: int, mode: Mode
) -> None:
    if not found.url:
        _keep_inline(vault, id, found, portal=portal, person=person)
        return
    small = found.size is None or found.size <= limits.DOCUMENT_NEEDED_BYTES
    is_possible = found.size is None or found.size <= limits.ATTACHMENT_BYTES
    is_wanted = is_possible and (mode == "all" or (mode == "needed" and small and found.is_current))
    known = vault.blobs.state(id)
    is_same = known is not None and (known.size_bytes, known.hash) == (found.size, found.hash)
    if known is not None and is_same and (found.hash or known.url == found.url) and not (known.state == "absent" and is_wanted):
        return
    vault.blobs.plan(
        id, found.url, found.size, found.hash, found.content_type, portal=portal, person=person, is_wanted=is_wanted
    )


def _keep_inline(vault: Vault, id: str, found: shapes.Attachment, *, portal: int, person: int) -> None:
    """Put away bytes that came inside their resource: the same checks, no journey."""
    address = "data:" + hashlib.sha1(found.data.encode(), usedforsecurity=False).hexdigest()
    known = vault.blobs.state(id)
    if known is not None and known.url == address and known.state in ("here", "failed"):
        return
    vault.blobs.plan(
        id, address, found.size, found.hash, found.content_type, portal=portal, person=person, is_wanted=False
    )
    try:
        data = base64.b64decode(found.data, validate=True)
        _check_type(data, found.content_type)
    except (binascii.Error, ValueError, _Wrong):
        vault.blobs.fail(id, "type")
        return
    if not 0 < len(data) <= limits.ATTACHMENT_BYTES:
        vault.blobs.fail(id, "size")
        return
    vault.blobs.append(id, 0, data)
    vault.blobs.finish(id)


class Documents:
    """The queue of a run."""

    def __init__(self, store: StoreThread, vault: Vault, *, portals: Mapping[int, Portal], clock: Clock) -> None:
        self._store = store
        self._vault = vault
        self._portals = portals
        self._clock = clock
        self.brought = Brought()

    async def run(self) -> Brought:
        """Fetch what the queue wants, until it is empty or the portal is not reached."""
        tried: set[str] = set()
        while (wanted := await self._store.call(self._vault.blobs.next_wanted)) is not None and wanted.id not in tried:
            tried.add(wanted.id)
            portal = self._portals.get(wanted.portal)
            if portal is None or not await self._one(portal, wanted):
                break
        counts = await self._store.call(self._vault.blobs.counts)
        self.brought.waiting = counts.get("queued", 0) + counts.get("loading", 0)
        return self.brought

    async def _one(self, portal: Portal, wanted: Document) -> bool:
        """Fetch one document; False when the portal was not reached, so that the others need not be tried."""
        url = await self._where(portal, wanted)
        if isinstance(url, Unreached):
            return False
        if url is None:
            await self._failed(wanted, "address")
            return True
        intake = _Intake(self._store, self._vault, wanted, self._clock)
        size = wanted.size_bytes if wanted.size_bytes is not None else limits.ATTACHMENT_BYTES
        try:
            head = await portal.download(
                url, headers=intake.headers(), limit_bytes=2 * limits.ATTACHMENT_BYTES, wants=intake.wants, take=intake.take,
                deadline_s=limits.EXCHANGE_DEADLINE_S + size / limits.ATTACHMENT_FLOOR_BYTES_PER_S,
            )
            if isinstance(head, Head) and intake.is_good:
                await intake.end()
        except _Slow:
            await intake.keep_what_came()
            await self._later(wanted, "slow")
            return True
        except _Wrong as wrong:
            await self._failed(wanted, wrong.reason)
            return True
        if isinstance(head, Unreached):
            await intake.keep_what_came()
            await self._later(wanted, head.reason)
            return head.reason not in ("network", "deadline", "tls")
        if not intake.is_good:
            is_passing = head.status in (401, 408, 425, 429) or head.status >= 500 or head.status < 300
            await (self._later(wanted, "refused") if is_passing else self._failed(wanted, "refused"))
            return head.status not in (401, 429, 503)
        if await self._store.ingest(self._vault.blobs.finish, wanted.id, content_type=intake.content_type):
            self.brought.stored += 1
        else:
            self.brought.failed += 1
        self.brought.bytes += intake.came_bytes
        return True

    async def _where(self, portal: Portal, wanted: Document) -> str | Unreached | None:
        """Return where the bytes are now. An address off the portal may have run out: it is read again each time."""
        url = portal.document_address(wanted.url)
        if url is not None and portal.is_own(url):
            return url
        reply = await portal.read(*resource_of(wanted.id))
        if isinstance(reply, Unreached):
            return reply
        found = shapes.attachment(reply.body) if isinstance(reply, Answer) else None
        return portal.document_address(found.url) if found is not None else None

    async def _later(self, wanted: Document, reason: str) -> None:
        is_final = wanted.tries + 1 >= _TRIES and reason not in ("network", "deadline", "tls")
        self.brought.failed += is_final
        await self._store.call(self._vault.blobs.fail, wanted.id, reason, is_final=is_final)

    async def _failed(self, wanted: Document, reason: str) -> None:
        self.brought.failed += 1
        await self._store.call(self._vault.blobs.fail, wanted.id, reason)


@dataclass(slots=True)
class _Intake:
    """Bytes of one document on their way in."""

    store: StoreThread
    vault: Vault
    wanted: Document
    clock: Clock
    is_good: bool = False
    is_json: bool = False
    content_type: str | None = None
    came_bytes: int = 0
    _offset: int = 0
    _etag: str = ""
    _began: float = 0.0
    _buffer: bytearray = field(default_factory=bytearray)

    def headers(self) -> dict[str, str]:
        """Return what to ask with: the bytes themselves, from where the last try ended if the version is still the same."""
        kind = self.wanted.content_type
        headers = {"Accept": f"{kind}, */*;q=0.5" if kind and "json" not in kind else "*/*"}
        if self.wanted.got_bytes and self.wanted.etag:
            headers["Range"] = f"bytes={self.wanted.got_bytes}-"
            if not self.wanted.etag.startswith("W/"):
                headers["If-Range"] = self.wanted.etag
        return headers

    async def wants(self, head: Head) -> bool:
        """Decide by the head whether the body is the document. *Source*: servers.md: append only on 206."""
        self._began = self.clock.monotonic()
        etag = head.headers.get("etag", "")
        start = f"bytes {self.wanted.got_bytes}-"
        is_rest = head.status == 206 and head.headers.get("content-range", "").startswith(start)
        if head.status == 206 and not (is_rest and etag == self.wanted.etag):
            return False
        if head.status not in (200, 206):
            return False
        expected = self.wanted.content_type.partition(";")[0].strip().lower()
        self.is_json = "json" in head.media and "json" not in expected
        if head.media == "text/html" and expected != "text/html":
            return False
        self._offset = self.wanted.got_bytes if is_rest else 0
        self._etag = etag
        self.content_type = head.media if head.media and not self.is_json and head.media != "application/octet-stream" else None
        self.is_good = True
        return True

    async def take(self, chunk: bytes) -> None:
        self.came_bytes += len(chunk)
        elapsed_s = self.clock.monotonic() - self._began
        if elapsed_s > limits.ATTACHMENT_PATIENCE_S and self.came_bytes < elapsed_s * limits.ATTACHMENT_FLOOR_BYTES_PER_S:
            raise _Slow
        self._buffer += chunk
        if self._offset + len(self._buffer) > limits.ATTACHMENT_BYTES * (2 if self.is_json else 1):
            raise _Wrong("size")
        if not self.is_json and len(self._buffer) >= limits.DOCUMENT_CHUNK_BYTES:
            await self._flush()

    async def end(self) -> None:
        """Put the last bytes away."""
        if self.is_json:
            self._buffer = bytearray(self._unwrapped())
        await self._flush()

    async def keep_what_came(self) -> None:
        """Keep the beginning of a broken download where it can be gone on with."""
        if self.is_good and not self.is_json and self._etag and self._buffer:
            await self._flush()

    async def _flush(self) -> None:
        data = bytes(self._buffer)
        self._buffer.clear()
        if self._offset == 0:
            _check_type(data, self.wanted.content_type)
        await self.store.ingest(self.vault.blobs.append, self.wanted.id, self._offset, data, etag=self._etag)
        self._offset += len(data)

    def _unwrapped(self) -> bytes:
        try:
            found = msgspec.json.decode(bytes(self._buffer), type=_Binary)
            data = base64.b64decode(found.data, validate=True)
        except (msgspec.MsgspecError, UnicodeDecodeError, binascii.Error, RecursionError) as error:
            raise _Wrong("type") from error
        if found.resource_type != "Binary" or len(data) > limits.ATTACHMENT_BYTES:
            raise _Wrong("type")
        return data


def _check_type(beginning: bytes, content_type: str) -> None:
    """Refuse bytes that are not what they are called. *Source*: security.md R-51."""
    kind = content_type.partition(";")[0].strip().lower()
    promised = _MAGIC.get(kind)
    if promised is not None:
        window = beginning[:1024] if kind == "application/pdf" else beginning[:16]
        is_there = any(mark in window if kind == "application/pdf" else window.startswith(mark) for mark in promised)
        if not is_there:
            raise _Wrong("type")
    elif beginning.startswith(_PROGRAMS):
        raise _Wrong("type")
