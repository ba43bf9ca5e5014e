"""JSON and instants of the box: bytes in, bytes out. Numbers keep the digits that they came with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

_encoder = msgspec.json.Encoder(decimal_format="number")
_decoder = msgspec.json.Decoder(float_hook=Decimal)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


def dump(value: object) -> bytes:
    """Write `value` as compact UTF-8 JSON."""
    return _encoder.encode(value)


def load(body: bytes) -> Any:
    """Read JSON; decimals keep their text. *Raises* ValueError."""
    try:
        return _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(str(error)) from error


def to_ms(moment: datetime) -> int:
    """Return whole *milliseconds* since 1970."""
    return (moment - _EPOCH) // _MS


def instant(ms: int) -> str:
    """Write a FHIR instant in UTC with milliseconds."""
    return (_EPOCH + ms * _MS).isoformat(timespec="milliseconds")[:-6] + "Z"


def span(text: str) -> tuple[int, int]:
    """Return the first and the last millisecond that a FHIR date, dateTime or instant covers. *Raises* ValueError.

    Times without an offset are read as UTC.
    """
    if len(text) >= 16:
        moment = datetime.fromisoformat(text)
        start = to_ms(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
        colons = text.count(":") - (text[-3:-2] == ":" and text[-6] in "+-")
        width = 1 if "." in text else 1_000 if colons >= 2 else 60_000
        return start, start + width - 1
    parts = [int(part) for part in text.split("-")]
    if not 1 <= len(parts) <= 3 or len(text) not in (4, 7, 10):
        raise ValueError(text)
    year, month, day = [*parts, 1, 1][:3]
    first = datetime(year, month, day, tzinfo=UTC)
    if len(parts) == 3:
        after = first + timedelta(days=1)
    elif len(parts) == 2:
        after = (first + timedelta(days=32)).replace(day=1)
    else:
        after = (first + timedelta(days=367)).replace(month=1, day=1)
    return to_ms(first), to_ms(after) - 1
