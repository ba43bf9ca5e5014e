"""A page of a FHIR answer: its links, and its entries as raw bytes that have passed the strict door.

Owns: splitting, the tolerance of servers.md §4 (no mode, urn fullUrl, OperationOutcome entries, no meta), quarantine reasons per entry.
Does not own: the door's rules (door.py) and what is inside a resource (fhir/columns.py).
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

import msgspec

from desktop import limits
from desktop.record import door
from desktop.record.door import Unreadable
from desktop.record.fhir import columns
from desktop.record.fhir.columns import Head

NO_TYPE: Final = ""


class Entry(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One resource as it came. `reason` is set when it must be quarantined; `head` is what the columns need."""

    type: str
    id: str
    version_id: str
    last_updated: str
    raw: bytes
    mode: str = "match"
    reason: str | None = None
    head: Head | None = None


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """What one answer holds. `type` is the Bundle's, or the resource's own when no Bundle came; `next` is opaque."""

    type: str
    entries: tuple[Entry, ...]
    next: str | None = None
    self_url: str | None = None
    total: int | None = None
    outcomes: tuple[bytes, ...] = ()
    size_bytes: int = 0


class _Link(msgspec.Struct, gc=False):
    relation: str = ""
    url: str = ""


class _Search(msgspec.Struct, gc=False):
    mode: str = "match"


class _Row(msgspec.Struct):
    fullUrl: str | None = None
    resource: msgspec.Raw = msgspec.Raw()
    search: _Search | None = None


class _Bundle(msgspec.Struct):
    resourceType: str = ""
    type: str = ""
    total: int | None = None
    link: list[_Link] | None = None
    entry: list[_Row] | None = None


_BUNDLE = msgspec.json.Decoder(_Bundle)


def read_page(data: bytes, *, limit_bytes: int = limits.RESPONSE_BYTES) -> Page:
    """Split one answer into entries. *Raises* Unreadable when nothing of it can be trusted; a bad entry alone is marked, not raised."""
    if len(data) > limit_bytes:
        raise Unreadable("size")
    is_utf8 = _is_utf8(data)
    try:
        bundle = _BUNDLE.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _by_hand(data)
    if bundle.resourceType != "Bundle":
        return _single(data, bundle.resourceType)
    rows = bundle.entry or []
    if len(rows) > limits.PAGE_ENTRIES:
        raise Unreadable("elements")
    entries: list[Entry] = []
    outcomes: list[bytes] = []
    for row in rows:
        if not row.resource:
            continue
        mode = row.search.mode if row.search is not None else "match"
        _place(entries, outcomes, bytes(row.resource), mode, is_utf8=is_utf8, full_url=row.fullUrl)
    links = {link.relation: link.url for link in bundle.link or ()}
    return Page(type=bundle.type, entries=tuple(entries), next=links.get("next") or None, self_url=links.get("self") or None,
                total=bundle.total, outcomes=tuple(outcomes), size_bytes=len(data))


def read_entry(raw: bytes, *, mode: str = "match") -> Entry:
    """Read one resource that came alone (the answer to a read or a write)."""
    entries: list[Entry] = []
    outcomes: list[bytes] = []
    try:
        msgspec.json.Decoder(msgspec.Raw).decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as broken:
        return _bad(raw, "depth" if isinstance(broken, RecursionError) else "syntax", mode)
    _place(entries, outcomes, raw, mode, is_utf8=_is_utf8(raw))
    if not entries:
        return _bad(raw, "outcome", mode)
    return entries[0]


def _single(data: bytes, kind: str) -> Page:
    if not kind:
        raise Unreadable("shape")
    if kind == "OperationOutcome":
        return Page(type=kind, entries=(), outcomes=(data,), size_bytes=len(data))
    return Page(type=kind, entries=(read_entry(data),), size_bytes=len(data))


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _place(entries: list[Entry], outcomes: list[bytes], raw: bytes, mode: str, *, is_utf8: bool,
           full_url: str | None = None) -> None:
    reason = door.entry_is_fit(raw, is_utf8=is_utf8)
    if reason is not None:
        entries.append(_bad(raw, reason, mode))
        return
    try:
        head = columns.read_head(raw, full_url)
    except Unreadable as refusal:
        entries.append(_bad(raw, refusal.reason, mode))
        return
    if head.type == "OperationOutcome" or mode == "outcome":
        outcomes.append(raw)
        return
    entries.append(Entry(type=head.type, id=head.id, version_id=head.version or content_version(raw), last_updated=head.updated,
                         raw=raw, mode=mode, head=head))


def content_version(raw: bytes) -> str:
    """Name the version of a resource whose server names none: a digest of its bytes."""
    return "~" + hashlib.blake2b(raw, digest_size=9).hexdigest()


def _bad(raw: bytes, reason: str, mode: str) -> Entry:
    kind, ident, version = columns.guess_identity(raw)
    return Entry(type=kind, id=ident, version_id=version or content_version(raw), last_updated="", raw=raw, mode=mode, reason=reason)


def _by_hand(data: bytes) -> Page:
    """Save what can be saved from a page that is not JSON as a whole: cut its entries out and judge each alone."""
    start = data.find(b'"entry"')
    if b'"Bundle"' not in data[:4096] or start < 0:
        raise Unreadable("syntax" if _is_utf8(data) else "utf8")
    pieces, links = _cut(data, start)
    entries: list[Entry] = []
    outcomes: list[bytes] = []
    for piece in pieces:
        row = _row_of(piece)
        if row is None:
            raw = _inner_resource(piece)
            entries.append(_bad(raw, "syntax" if _is_utf8(raw) else "utf8", "match"))
        elif row.resource:
            _place(entries, outcomes, bytes(row.resource), row.search.mode if row.search else "match",
                   is_utf8=_is_utf8(piece), full_url=row.fullUrl)
        if len(entries) > limits.PAGE_ENTRIES:
            raise Unreadable("elements")
    if not entries:
        raise Unreadable("syntax")
    return Page(type="searchset", entries=tuple(entries), next=links.get("next") or None, self_url=links.get("self") or None,
                outcomes=tuple(outcomes), size_bytes=len(data))


_ENTRY_BEGINS = re.compile(rb'[\[,]\s*(?=\{\s*"(?:fullUrl|resource)"\s*:)')


def _cut(data: bytes, start: int) -> tuple[list[bytes], dict[str, str]]:
    """Cut a broken page into entries: by brackets, or, where those do not meet either, at what begins an entry.

    *Raises* Unreadable when the links cannot be read: then no position that leads on is to be trusted.
    """
    found = _pieces(data, data.find(b"[", start) + 1)
    links = _links_of(data[:start] + b'"entry":[' + data[found[-1][1]:]) if found else None
    if links is not None:
        return [piece for piece, _ in found], links
    begins = [match.end() for match in _ENTRY_BEGINS.finditer(data, start)]
    if not begins:
        raise Unreadable("syntax")
    pieces = [data[at:end].rstrip(b", \r\n\t") for at, end in zip(begins, [*begins[1:], len(data)], strict=True)]
    if _row_of(pieces[-1]) is not None:
        # Nothing closes the list after a whole entry: the page was cut off between two of them.
        raise Unreadable("syntax")
    pieces[-1] = pieces[-1].removesuffix(b"]}")
    links = _links_of(data[:start] + b'"entry":[]}')
    # A page that ends in the middle of an entry was cut off on its way: what else it held is unknown.
    if _row_of(pieces[-1]) is None or links is None or (not links and b'"next"' in data):
        raise Unreadable("syntax")
    return pieces, links


def _row_of(piece: bytes) -> _Row | None:
    try:
        return msgspec.json.decode(piece, type=_Row)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _inner_resource(piece: bytes) -> bytes:
    at = piece.find(b'"resource"')
    at = piece.find(b"{", at) if at >= 0 else -1
    if at < 0:
        return piece
    return next((inner for inner, _ in _pieces(piece, at)), piece[at:])


def _links_of(rest: bytes) -> dict[str, str] | None:
    """Read the links of a page whose entries were cut out; None when the page around them is broken too."""
    try:
        bundle = _BUNDLE.decode(rest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return {link.relation: link.url for link in bundle.link or ()}


def _pieces(data: bytes, at: int) -> list[tuple[bytes, int]]:
    """Cut the objects of an array that starts at `at`, by brackets outside strings; each with the place after it."""
    found: list[tuple[bytes, int]] = []
    depth, begun, in_string, skip = 0, at, False, False
    for place in range(at, len(data)):
        char = data[place]
        if skip:
            skip = False
        elif in_string:
            if char == 0x5C:
                skip = True
            elif char == 0x22:
                in_string = False
        elif char == 0x22:
            in_string = True
        elif char in b"{[":
            if depth == 0:
                begun = place
            depth += 1
        elif char in b"}]":
            depth -= 1
            if depth == 0:
                found.append((data[begun:place + 1], place + 1))
            elif depth < 0:
                break
    return found
