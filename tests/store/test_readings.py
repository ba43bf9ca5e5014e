"""What was read is remembered: from a body by the body itself, in a list until the next write, and not longer than the person is here."""

from __future__ import annotations

from typing import Any

import pytest
import zstandard

from desktop import limits
from desktop.record.fhir import read
from desktop.store.readings import Readings
from tests.store.kit import Home, observation


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


def _value(body: read.Json) -> tuple[str, float]:
    return read.text(body, "id"), float(read.obj(body, "valueQuantity", "value") or 0)


def test_a_list_is_read_once_and_anew_after_anything_was_written(home: Home) -> None:
    replica = home.vault.replica

    def values() -> tuple[tuple[str, float], ...]:
        return replica.values(_value, "Observation", person=home.anna)

    home.take(observation("a", value=1))
    first = values()
    assert first == (("a", 1.0),)
    assert values() is first
    assert replica.values(_value, "Observation", person=home.oleg) == ()
    assert [row.id for row, _ in replica.read(_value, "Observation", person=home.anna)] == ["a"]
    home.take(observation("a", value=2, version="2"))
    assert values() == (("a", 2.0),)
    home.vault.people.seal(home.anna)
    assert values() == ()


def test_a_list_read_amid_a_write_that_is_taken_back_is_not_remembered(home: Home) -> None:
    home.take(observation("a"))
    database, replica = home.vault.database, home.vault.replica
    with pytest.raises(ZeroDivisionError), database.transaction():
        database.run("DELETE FROM resource")
        assert replica.values(_value, "Observation", person=home.anna) == ()
        raise ZeroDivisionError
    assert replica.values(_value, "Observation", person=home.anna) == (("a", 131.5),)


def test_no_more_lists_are_remembered_than_the_limit_says(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ANSWERS_KEPT", 2)
    home.take(observation("a"))
    first = home.vault.replica.values(_value, "Observation", person=home.anna)
    for limit in (1, 2, 3):
        home.vault.replica.values(_value, "Observation", person=home.anna, limit=limit)
    again = home.vault.replica.values(_value, "Observation", person=home.anna)
    assert again == first
    assert again is not first
