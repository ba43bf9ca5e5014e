"""Documents and requests for them, as facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from desktop.record.results import Report

Category = Literal["discharge", "certificate", "conclusion", "sick_leave", "statement", "other"]
RequestStatus = Literal["waiting", "sent", "in_progress", "done", "refused"]
_DEVICES: Final = frozenset({"con", "prn", "aux", "nul"} | {f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"})
SUFFIXES: Final = {
    "application/pdf": ".pdf",
    "text/xml": ".xml",
    "application/xml": ".xml",
    "application/hl7-cda+xml": ".xml",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "application/dicom": ".dcm",
    "application/zip": ".zip",
    "text/plain": ".txt",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document. `is_signed` repeats what the portal states, nothing more; `stage` is the portal's word («Закрыт» of a sick leave).

    `starts_on` and `ends_on` are the days it is about; `is_own`: a person put it in, no clinic answers for it.
    """

    id: str
    title: str
    category: Category
    type_code: str
    created_on: date | None
    clinic: str
    author: str
    status: str
    content_type: str
    url: str
    size_bytes: int | None
    is_signed: bool
    about: str
    starts_on: date | None = None
    ends_on: date | None = None
    stage: str = ""
    is_own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request that a clinic or the portal works on. `stage` is the portal's own word for where it stands."""

    id: str
    kind: str
    title: str
    status: RequestStatus
    stage: str
    due_on: date | None
    asked_on: date | None
    reason: str
    about: tuple[str, str]
    result: tuple[str, str]
    clinic: str
    corrects: str


def saved_name(document: Document | Report) -> str:
    """Return a file name made by us: letters and digits of the title, the day, a suffix for the type. Never the portal's own name.

    *Source*: security requirement R-50: reserved names, separators, control and direction characters cannot occur.
    """
    words = "".join(sign if sign.isalnum() else " " for sign in document.title)
    stem = "_".join(words.split())[:60] or "document"
    if stem.lower() in _DEVICES:
        stem = f"document_{stem}"  # Windows opens a device under such a name whatever follows the dot.
    day = getattr(document, "created_on", None)
    suffix = SUFFIXES.get(getattr(document, "content_type", "application/pdf").split(";")[0].strip(), ".bin")
    return f"{stem}_{day.isoformat()}{suffix}" if day else f"{stem}{suffix}"


_MAGIC: Final = {
    "application/pdf": (b"%PDF-",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "application/zip": (b"PK",),
}


def is_what_it_says(data: bytes, content_type: str) -> bool:
    """Say whether bytes begin as their type does; a type without a known beginning is believed. *Source*: security requirement R-51."""
    kind = content_type.split(";")[0].strip().lower()
    marks = _MAGIC.get(kind)
    if marks is None:
        return True
    # PDF readers accept the mark anywhere in the first kilobyte.
    return any(mark in data[:1024] if kind == "application/pdf" else data.startswith(mark) for mark in marks)
