"""What was read from a body is remembered by the body itself, within a bound, and not longer than the person is here."""

from __future__ import annotations

from typing import Any

import pytest
import zstandard

from desktop import limits
from desktop.record.fhir import read
from desktop.store.readings import Readings


class Packed:
    """Bodies that were packed without a dictionary."""

    def read(self, _number: int, body: bytes) -> bytes:
        return zstandard.decompress(body)


def packed(ident: str) -> bytes:
    return zstandard.compress(b'{"id":"%s"}' % ident.encode())


def test_a_body_is_read_once_for_each_lens_and_anew_when_it_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "READINGS_KEPT", 8)
    asked: list[str] = []

    def ident(body: read.Json) -> str:
        asked.append(read.text(body, "id"))
        return asked[-1]

    readings: Any = Readings(Packed())  # type: ignore[arg-type]
    assert [readings.of(ident, 0, packed("a")) for _ in range(3)] == ["a", "a", "a"]
    assert readings.of(ident, 0, packed("b")) == "b"
    assert asked == ["a", "b"]
    assert readings.of(len, 0, packed("a")) == 1
    for number in range(20):
        readings.of(ident, 0, packed(str(number)))
    assert readings.of(ident, 0, packed("19")) == "19"
    assert asked.count("19") == 1
    readings.forget()
    readings.of(ident, 0, packed("19"))
    assert asked.count("19") == 2
