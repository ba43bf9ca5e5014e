"""Files that a person hands in with an act: what may be handed in, told by the bytes and never by the name.

An archive is refused whatever it holds: nothing is ever unpacked, so no bomb, path or link inside one can do anything.
Owns: the kinds and their bound, the value that stands for a file in an act's body. Does not own: keeping the bytes (store/blobs),
sending them (sync/push), reading them (a file is handed on as it is; nothing here opens it).
*Source*: requirements C77 (PDF and JPEG, no more than 5 MB); security.md R-52 for archives; RFC 5652 §3 for detached signatures.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from desktop import limits
from desktop.errors import UsageError

PDF: Final = "application/pdf"
JPEG: Final = "image/jpeg"
SIGNATURE: Final = "application/pkcs7-signature"
PAPERS: Final = (PDF, JPEG)
TITLE_CHARS: Final = 120
_SIGNED_DATA: Final = bytes.fromhex("06092a864886f70d010702")
_HEAD_BYTES: Final = 1_024
_ARCHIVES: Final = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"\x28\xb5\x2f\xfd")
_TAR: Final = slice(257, 262)
_FACTS: Final = ("id", "title", "content_type", "size_bytes", "hash")


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One file in memory, already examined. `title` is shown to the person and to the portal."""

    title: str
    content_type: str
    data: bytes = field(repr=False)


def examined(title: str, data: bytes, *, kinds: tuple[str, ...] = PAPERS) -> Upload:
    """Return a file that may be handed in.

    *Raises* UsageError upload.empty, upload.too_large (facts: size_bytes, limit_bytes), upload.archive, upload.kind,
    upload.not_a_signature.
    """
    if not data:
        raise UsageError("upload.empty")
    if len(data) > limits.UPLOAD_BYTES:
        raise UsageError("upload.too_large", size_bytes=len(data), limit_bytes=limits.UPLOAD_BYTES)
    if data.startswith(_ARCHIVES) or data[_TAR] == b"ustar":
        raise UsageError("upload.archive")
    kind = kind_of(data)
    if kind not in kinds:
        raise UsageError("upload.not_a_signature" if kinds == (SIGNATURE,) else "upload.kind")
    clean = " ".join("".join(one if one.isprintable() else " " for one in title).split())
    return Upload(title=clean[-TITLE_CHARS:], content_type=kind, data=data)


def kind_of(data: bytes) -> str:
    """Tell what a file is by its first bytes; nothing for anything that is not taken."""
    head = data[:_HEAD_BYTES]
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if b"%PDF-" in head:
        return PDF
    return SIGNATURE if _is_signature(head) else ""


def _is_signature(head: bytes) -> bool:
    """Look for SignedData at the start of a CMS file: as bytes, as bare base64, or in a PEM envelope."""
    if head.startswith(b"-----BEGIN"):
        head = head.partition(b"\n")[2].partition(b"-----")[0]
    if not head.startswith(b"\x30"):
        letters = b"".join(head.split())[:80]
        try:
            head = base64.b64decode(letters[: len(letters) // 4 * 4], validate=True)
        except ValueError:
            return False
    return head.startswith(b"\x30") and _SIGNED_DATA in head[:32]


def described(id: str, upload: Upload) -> dict[str, Any]:
    """Return what stands for a file in an act's body; the hash is that of a FHIR Attachment (SHA-1, base64)."""
    digest = base64.b64encode(hashlib.sha1(upload.data, usedforsecurity=False).digest()).decode()
    return {"id": id, "title": upload.title, "content_type": upload.content_type, "size_bytes": len(upload.data), "hash": digest}


def is_described(value: object) -> bool:
    """Say whether a value stands for a file."""
    return (
        isinstance(value, dict)
        and set(value) == set(_FACTS)
        and isinstance(value["size_bytes"], int)
        and 0 < value["size_bytes"] <= limits.UPLOAD_BYTES
        and all(isinstance(value[name], str) and len(value[name]) <= TITLE_CHARS for name in _FACTS if name != "size_bytes")
    )


def files_of(body: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the files that an act carries: the field's name and what stands for the file."""
    for name, value in body.items():
        if is_described(value):
            yield name, value


def in_words(value: object) -> str:
    """Return a field of a body as one line of text: a file by its title."""
    return str(value["title"]) if isinstance(value, dict) and is_described(value) else str(value)
