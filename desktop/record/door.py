"""The strict door: what bytes from outside must be before anything of ours believes them.

Owns: the rules of security.md R-42 (size, depth, numbers, duplicate keys, surrogates, UTF-8, element count) and a fast way to
apply them. Does not own: what a resource means, or splitting a page (record/bundle.py).

`strict` reads every byte with a slow, plain decoder and is the definition. `entry_is_fit` gives the same verdict for one entry that
a syntax check has already passed, at a tenth of the cost: it blanks the values and looks the rest, the *shape*, up among shapes
that `strict` has accepted. What a shape cannot carry (a number out of the ordinary, an escape) stays in it, so that it is never known.
"""

from __future__ import annotations

import json
import math
import re
from typing import Final, NoReturn

from desktop import limits
from desktop.errors import KnownError

SHAPES_KEPT: Final = 8_192
_SHAPE_BYTES: Final = 8_192

_NUMBER_CHARS: Final = frozenset("0123456789")
# A closing quote is followed by one of , } ] : or a space, so a quote that is not must be an opening one: the place is never lost.
_VALUE = re.compile(rb'":\s*+(?:"(?![,}\]:\s])[^"]*+"|-?[0-9.]{1,17}+(?=[\s,}\]]))')
_COLON_KEY = re.compile(rb'[{,]\s*":')
_LONE = re.compile("[\ud800-\udfff]")
_REPEATS = re.compile(rb"(\{[^{}]*\})(?:\s*,\s*\1)+")


class Unreadable(KnownError):
    """Bytes that are refused. `reason`: size, depth, number, duplicate, surrogate, utf8, elements, syntax or shape."""

    exit_code = 3

    def __init__(self, reason: str) -> None:
        super().__init__("unreadable." + reason, reason=reason)
        self.reason = reason


def strict(data: bytes, *, limit_bytes: int = limits.RESPONSE_BYTES) -> None:
    """Refuse `data` unless it is one JSON text within every bound. *Raises* Unreadable."""
    loads(data, limit_bytes=limit_bytes)


def loads(data: bytes, *, limit_bytes: int = limits.RESPONSE_BYTES) -> object:
    """Read `data` by the strict rules. Whole numbers come as int, others as float. *Raises* Unreadable."""
    if len(data) > limit_bytes:
        raise Unreadable("size")
    text = _utf8(data)
    _count(text)
    try:
        value = json.loads(text, object_pairs_hook=_pairs, parse_int=_int, parse_float=_float, parse_constant=_constant)
    except Unreadable:
        raise
    except RecursionError:
        raise Unreadable("depth") from None
    except ValueError:
        raise Unreadable("syntax") from None
    if "\\u" in text:
        _no_lone_surrogates(value)
    return value


def _utf8(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable("utf8") from None


def _count(text: str) -> None:
    """Bound depth and element count before any decoder recurses. Works on the text outside strings."""
    bare = text.replace("\\\\", "").replace('\\"', "") if "\\" in text else text
    outside = "".join(bare.split('"')[::2])
    commas = outside.count(",")
    opened = outside.count("[") + outside.count("{")
    if commas + opened > limits.JSON_ELEMENTS:
        raise Unreadable("elements")
    if opened <= limits.JSON_DEPTH:
        return
    depth = 0
    for char in outside:
        if char in "[{":
            depth += 1
            if depth > limits.JSON_DEPTH:
                raise Unreadable("depth")
        elif char in "]}":
            depth -= 1


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise Unreadable("duplicate")
    return made


def _int(text: str) -> int:
    if len(text) > 20:
        raise Unreadable("number")
    value = int(text)
    if not -(2**63) <= value < 2**63:
        raise Unreadable("number")
    return value


def _float(text: str) -> float:
    # More than 18 digits are no reason to refuse: the body keeps a number's text, whatever a float makes of it.
    value = float(text) if len(text) <= limits.JSON_NUMBER_CHARS else math.inf
    if not math.isfinite(value):
        raise Unreadable("number")
    return value


def _constant(text: str) -> NoReturn:
    raise Unreadable("number")


def _no_lone_surrogates(value: object) -> None:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            if _LONE.search(item):
                raise Unreadable("surrogate")
        elif isinstance(item, dict):
            waiting.extend(item)
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)


_known: set[bytes] = set()


def entry_is_fit(raw: bytes, *, is_utf8: bool) -> str | None:
    """Return the reason to refuse one entry, or None. The entry's syntax must have been checked (msgspec does when it splits).

    `is_utf8`: the page has been decoded as a whole.
    """
    if len(raw) > limits.RESOURCE_BYTES:
        return "size"
    bare = raw
    if b"\\" in raw:
        if b"\\ud" in raw or b"\\uD" in raw:
            return _slow(raw)
        bare = raw.replace(b"\\\\", b"\x01").replace(b'\\"', b"\x02")
    shape = _VALUE.sub(b'":', bare)
    if is_utf8 and shape in _known:
        return None
    small = _REPEATS.sub(rb"\1", shape) if len(shape) <= _SHAPE_BYTES else shape
    if is_utf8 and small in _known:
        _remember(shape)
        return None
    reason = _slow(raw)
    if reason is None:
        _remember(shape)
        _remember(small)
    return reason


def _remember(shape: bytes) -> None:
    if len(shape) > _SHAPE_BYTES or _COLON_KEY.search(shape):
        return
    if len(_known) >= SHAPES_KEPT:
        _known.clear()
    _known.add(shape)


def _slow(raw: bytes) -> str | None:
    try:
        strict(raw, limit_bytes=limits.RESOURCE_BYTES)
    except Unreadable as refusal:
        return refusal.reason
    return None
