"""Read FHIR JSON without trusting its shape: what is missing or strange gives nothing, never an error.

Owns: the small words of FHIR (references, concepts, dates, numbers). *Source*: HL7 FHIR R4 datatypes; servers.md quirks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

import msgspec

Json = dict[str, Any]
_DATE: Final = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)?)?)?)?$"
)


def parse(body: bytes) -> Json:
    """Return the object of a stored body. Bodies have passed the strict door."""
    tree = msgspec.json.decode(body)
    return tree if isinstance(tree, dict) else {}


def obj(tree: Any, *path: str | int) -> Any:
    """Walk down keys and positions; None where the way ends."""
    # Bodies are parsed JSON: their parts have exactly these types, and a list of a page walks here ten thousand times.
    for step in path:
        kind = type(tree)
        if kind is dict:
            tree = tree.get(step)
        elif kind is list and type(step) is int and -len(tree) <= step < len(tree):
            tree = tree[step]
        else:
            return None
    return tree


def text(tree: Any, *path: str | int) -> str:
    """Return the text at a path, or nothing."""
    found = tree.get(path[0]) if len(path) == 1 and type(tree) is dict else obj(tree, *path)
    return found if type(found) is str else ""


def each(tree: Any, *path: str | int) -> Iterator[Json]:
    """Give the objects of a list at a path; a lone object counts as a list of one."""
    found = obj(tree, *path)
    if type(found) is dict:
        return iter((found,))
    return iter([one for one in found if type(one) is dict]) if type(found) is list else iter(())


def concept(tree: Any, *path: str | int) -> str:
    """Return the words of a CodeableConcept: its text, else the first display, else the first code."""
    found = obj(tree, *path)
    if isinstance(found, list):
        found = found[0] if found else None
    words = text(found, "text")
    if words:
        return words
    for key in ("display", "code"):
        for coding in each(found, "coding"):
            if words := text(coding, key):
                return words
    return ""


def codes(tree: Any, *path: str | int) -> tuple[tuple[str, str], ...]:
    """Return (system, code) of every coding of a concept or a list of concepts."""
    return tuple(
        (text(one, "system"), code_)
        for found in each(tree, *path)
        for one in each(found, "coding")
        if (code_ := text(one, "code"))
    )


def code(tree: Any, *path: str | int, system: str = "") -> str:
    """Return the first code, of one system if it is named."""
    return next((found for owner, found in codes(tree, *path) if not system or owner == system), "")


def reference(tree: Any, *path: str | int) -> tuple[str, str]:
    """Return (type, id) of a reference, without version and server address; ("", "") where there is none."""
    words = text(tree, *path, "reference")
    if "/_history/" in words:
        words = words.split("/_history/")[0]
    parts = words.rsplit("/", 2)
    return (parts[-2], parts[-1]) if len(parts) >= 2 else ("", "")


def display(tree: Any, *path: str | int) -> str:
    """Return the words that a reference carries for people."""
    return text(tree, *path, "display")


def extension(tree: Any, name: str) -> Any:
    """Return the value of the extension whose address ends with `name`, whatever its type."""
    for one in each(tree, "extension"):
        if text(one, "url").rsplit("/", 1)[-1] == name:
            return next((value for key, value in one.items() if key.startswith("value")), None)
    return None


def moment(words: object) -> datetime | None:
    """Parse a FHIR dateTime or instant. Partial dates begin their period; no offset means the clinic's own clock, taken as UTC.

    Leap seconds and 24:00, which servers write, are the moment after. *Source*: FHIR R4 dateTime; security requirement R-43.
    """
    match = _DATE.match(words) if isinstance(words, str) else None
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    try:
        base = datetime(int(year), int(month or 1), int(day or 1), tzinfo=_zone(zone))
        micro = int((fraction or "0").ljust(6, "0")[:6])
        hours, minutes, seconds = int(hour or 0), int(minute or 0), int(second or 0)
        if hours > 24 or minutes > 59 or seconds > 60 or (hours == 24 and (minutes or seconds)):
            return None
        return base + timedelta(hours=hours, minutes=minutes, seconds=seconds, microseconds=micro)
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=64)
def _zone(words: str | None) -> Any:
    if words in (None, "Z"):
        return UTC
    assert words is not None
    return datetime.strptime(words.replace(":", ""), "%z").tzinfo


def day(words: object) -> date | None:
    """Return the calendar day as it is written, on the writer's own clock; partial dates begin their period."""
    match = _DATE.match(words) if isinstance(words, str) else None
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        return None


def number(tree: Any, *path: str | int) -> float | None:
    """Return a number at a path as a float for drawing; its digits for people come from `digits`."""
    found = obj(tree, *path)
    return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None


def digits(value: float | None, raw: object = None) -> str:
    """Write a number as the portal did: whole numbers without a point, no exponent."""
    if value is None:
        return raw if isinstance(raw, str) else ""
    return f"{value:.10f}".rstrip("0").rstrip(".")


def is_safe(resource: Mapping[str, Any]) -> bool:
    """Say whether a resource may be shown as what it seems: no modifier that we do not know on it or on its parts, not entered in error."""
    if resource.get("modifierExtension") or resource.get("status") == "entered-in-error":
        return False
    parts = (one for value in resource.values() if isinstance(value, list) for one in value)
    return not any(isinstance(one, dict) and one.get("modifierExtension") for one in parts)
