"""Read the envelopes of the wire: links of a page, entries of a batch, outcomes, ids and versions, dates.

Owns: what the exchange itself must know before a page reaches the store.  Does not own: what is inside a resource
(record), and never judges it: a page goes through the strict door on the store thread.
"""

from __future__ import annotations

import email.utils
import re
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

import msgspec

_DIGITS: Final = re.compile(r"\s*(\d{3})")
_USUAL_INSTANT: Final = re.compile(r"[0-9]{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_INSTANT: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$")


class Link(msgspec.Struct):
    """One link of a Bundle."""

    relation: str = ""
    url: str = ""


class Envelope(msgspec.Struct, rename="camel"):
    """What a page says about itself; its entries stay bytes."""

    resource_type: str = ""
    type: str = ""
    total: int | None = None
    link: list[Link] = []
    entry: list[msgspec.Raw] = []

    def link_to(self, relation: str) -> str | None:
        """Return the address of the first link of that relation."""
        return next((link.url for link in self.link if link.relation == relation and link.url), None)


class _Response(msgspec.Struct):
    status: str = ""
    outcome: msgspec.Raw = msgspec.Raw(b"")


class _BatchEntry(msgspec.Struct):
    resource: msgspec.Raw = msgspec.Raw(b"")
    response: _Response = msgspec.field(default_factory=_Response)


class _Batch(msgspec.Struct, rename="camel"):
    resource_type: str = ""
    type: str = ""
    entry: list[_BatchEntry] = []


class _Meta(msgspec.Struct, rename="camel"):
    version_id: str | None = None
    last_updated: str | None = None


class _Sketch(msgspec.Struct, rename="camel"):
    resource_type: str = ""
    id: str = ""
    meta: _Meta = msgspec.field(default_factory=_Meta)


class _SearchMode(msgspec.Struct):
    mode: str = "match"


class _SketchEntry(msgspec.Struct):
    resource: _Sketch = msgspec.field(default_factory=_Sketch)
    search: _SearchMode = msgspec.field(default_factory=_SearchMode)


class _SketchPage(msgspec.Struct):
    entry: list[_SketchEntry] = []


class _Coding(msgspec.Struct):
    code: str = ""


class _Concept(msgspec.Struct):
    coding: list[_Coding] = []


class _Issue(msgspec.Struct):
    code: str = ""
    details: _Concept = msgspec.field(default_factory=_Concept)


class _Outcome(msgspec.Struct, rename="camel"):
    resource_type: str = ""
    issue: list[_Issue] = []


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """Where a document says its bytes are, and what they should be; `data` holds them in base64 where they came inside."""

    url: str
    data: str = ""
    content_type: str = ""
    size: int | None = None
    hash: str = ""
    is_current: bool = True


class _Attached(msgspec.Struct, rename="camel"):
    url: str = ""
    data: str = ""
    content_type: str = ""
    size: int | None = None
    hash: str = ""


class _Content(msgspec.Struct):
    attachment: _Attached = msgspec.field(default_factory=_Attached)


class _Reference(msgspec.Struct, rename="camel"):
    status: str = ""
    content: list[_Content] = []
    presented_form: list[_Attached] = []


_reference = msgspec.json.Decoder(_Reference)
_envelope = msgspec.json.Decoder(Envelope)
_batch = msgspec.json.Decoder(_Batch)
_sketches = msgspec.json.Decoder(_SketchPage)
_outcome = msgspec.json.Decoder(_Outcome)
_sketch = msgspec.json.Decoder(_Sketch)
_UNREADABLE: Final = (msgspec.MsgspecError, RecursionError, UnicodeDecodeError)


def envelope(body: bytes) -> Envelope | None:
    """Return what a Bundle says about itself, or None where `body` is no Bundle."""
    try:
        found = _envelope.decode(body)
    except _UNREADABLE:
        return None
    return found if found.resource_type == "Bundle" else None


def batch_answers(body: bytes) -> tuple[tuple[int, bytes], ...] | None:
    """Split a batch answer into (status, resource or outcome bytes) of each entry; None where it is not one.

    *Source*: servers.md: "201" and "201 Created" are the same; a 200 may hide a failure.
    """
    try:
        found = _batch.decode(body)
    except _UNREADABLE:
        return None
    if found.resource_type != "Bundle" or found.type not in ("batch-response", "transaction-response"):
        return None
    return tuple(
        (_status(one.response.status), bytes(one.resource) or bytes(one.response.outcome)) for one in found.entry
    )


def _status(text: str) -> int:
    digits = _DIGITS.match(text)
    return int(digits.group(1)) if digits else 0


class Sketch(msgspec.Struct, frozen=True):
    """One resource by name and version only."""

    type: str
    id: str
    version: str | None
    last_updated: str | None


def sketches(body: bytes) -> tuple[Sketch, ...] | None:
    """Return id and version of every match of a page, leaving outcomes and includes out; None where unreadable."""
    try:
        page = _sketches.decode(body)
    except _UNREADABLE:
        return None
    return tuple(
        _sketch_of(one.resource)
        for one in page.entry
        if one.resource.id and one.resource.resource_type != "OperationOutcome" and one.search.mode == "match"
    )


def sketch(body: bytes) -> Sketch | None:
    """Return id and version of one resource."""
    try:
        one = _sketch.decode(body)
    except _UNREADABLE:
        return None
    return _sketch_of(one)


def _sketch_of(one: _Sketch) -> Sketch:
    return Sketch(one.resource_type, one.id, one.meta.version_id, one.meta.last_updated)


def attachment(body: bytes) -> Attachment | None:
    """Return the paper of a DocumentReference or of a DiagnosticReport: the first PDF, else the first that has bytes or an address."""
    try:
        found = _reference.decode(body)
    except _UNREADABLE:
        return None
    known = [one for one in (*(content.attachment for content in found.content), *found.presented_form) if one.url or one.data]
    pages = [one for one in found.presented_form if one in known and one.content_type.startswith("application/pdf")]
    for one in (*pages, *known):
        return Attachment(
            url=one.url, data="" if one.url else one.data, content_type=one.content_type, size=one.size, hash=one.hash,
            is_current=found.status not in ("superseded", "entered-in-error", "cancelled"),
        )
    return None


def issue_codes(body: bytes) -> tuple[str, ...]:
    """Return every code an OperationOutcome names; empty where `body` is none."""
    try:
        found = _outcome.decode(body)
    except _UNREADABLE:
        return ()
    if found.resource_type != "OperationOutcome":
        return ()
    codes = [code for issue in found.issue for code in (issue.code, *(one.code for one in issue.details.coding))]
    return tuple(code for code in codes if code) or ("unknown",)


def http_time(text: str | None) -> datetime | None:
    """Read an HTTP date. *Source*: RFC 9110 §5.6.7."""
    if not text:
        return None
    try:
        at = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def instant(text: str | None) -> datetime | None:
    """Read a FHIR instant with 0 to 9 fraction digits, `:60` included; None where it is none.

    *Source*: servers.md quirk 15.
    """
    if not text:
        return None
    if _USUAL_INSTANT.fullmatch(text):
        with suppress(ValueError):
            return datetime.fromisoformat(text)
    match = _INSTANT.match(text)
    if match is None:
        return None
    whole, fraction, zone = match.groups()
    micro = (fraction or "0")[:6].ljust(6, "0")
    try:
        return datetime.fromisoformat(f"{whole.replace(':60', ':59')}.{micro}{'+00:00' if zone == 'Z' else zone}")
    except ValueError:
        return None


def fhir_time(at: datetime) -> str:
    """Write an instant the way every server takes it: UTC, milliseconds, Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
