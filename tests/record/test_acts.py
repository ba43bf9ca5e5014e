"""The catalogue of acts: bodies are checked at the door, and every kind has its shape on the wire."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from desktop.errors import UsageError
from desktop.record.act_shape import Act, Field
from desktop.record.acts import ACTS, checked
from desktop.record.fhir import acts as wire
from desktop.record.intents import Intent

NOW = datetime(2026, 5, 14, 9, 40, tzinfo=UTC)
EXAMPLES: dict[str, Any] = {
    "text": "слово",
    "id": "Encounter/e1",
    "date": "2026-05-20",
    "instant": "2026-05-20T09:00:00+03:00",
    "flag": True,
    "number": 38.2,
    "ids": ["a", "b"],
    "answers": {"цель": "бассейн"},
    "file": {"id": "f1", "title": "Скан.pdf", "content_type": "application/pdf", "size_bytes": 9, "hash": "aa="},
}


def full_body(act: Act) -> dict[str, Any]:
    return {field.name: field.choices[0] if field.type == "choice" else EXAMPLES[field.type] for field in act.fields}


@pytest.mark.parametrize("kind", sorted(ACTS))
def test_full_body_passes_and_each_missing_field_is_named(kind: str) -> None:
    body = full_body(ACTS[kind])
    assert checked(kind, body) == body
    for field in ACTS[kind].fields:
        if field.is_required:
            with pytest.raises(UsageError) as caught:
                checked(kind, {name: value for name, value in body.items() if name != field.name})
            assert (caught.value.code, caught.value.facts["field"]) == ("act.missing_field", field.name)


@pytest.mark.parametrize("kind", sorted(ACTS))
def test_field_of_a_wrong_shape_is_named(kind: str) -> None:
    wrong = {
        "text": 5,
        "id": "a b",
        "date": "20.05.2026",
        "instant": "2026-05-20T09:00:00",
        "flag": "yes",
        "number": True,
        "ids": "a",
        "answers": {"a": 1},
        "choice": "?",
        "file": {"id": "f1"},
    }
    for field in ACTS[kind].fields:
        with pytest.raises(UsageError) as caught:
            checked(kind, full_body(ACTS[kind]) | {field.name: wrong[field.type]})
        assert caught.value.facts["field"] == field.name


@pytest.mark.parametrize("kind", sorted(kind for kind, act in ACTS.items() if act.effect in ("create", "book")))
def test_every_creating_act_carries_its_identifier_and_its_person(kind: str) -> None:
    intent = Intent(
        id="11111111-2222",
        seq=1,
        portal=1,
        person=1,
        kind=kind,
        subject="s",
        body=full_body(ACTS[kind]),
        created_at=NOW,
        release_at=NOW,
    )
    body = wire.created(intent, patient="p1", slot={"id": "s1", "start": "2026-05-20T09:00:00+03:00"})
    assert body["resourceType"] == ACTS[kind].resource
    assert wire.intents_of(body) == ("11111111-2222",)
    assert "Patient/p1" in str(body)
    assert "id" not in body


@pytest.mark.parametrize("on", ["2026-W21-3", "20260520", "2026-140", "２０２６-05-20", "2026-05-20 "])
def test_day_and_moment_are_written_as_the_portal_reads_them(on: str) -> None:
    with pytest.raises(UsageError, match="act.bad_field"):
        checked("statement.order", full_body(ACTS["statement.order"]) | {"from": on})
    with pytest.raises(UsageError, match="act.bad_field"):
        checked("book", full_body(ACTS["book"]) | {"starts_at": f"{on}T09:00:00+03:00"})


def test_unknown_kind_and_unknown_field_are_refused() -> None:
    with pytest.raises(UsageError, match="act.unknown_kind"):
        checked("teleport", {})
    with pytest.raises(UsageError, match="act.unknown_field"):
        checked("cancel", {"booking": "b", "colour": "red"})


def test_house_call_needs_the_word_that_no_life_is_in_danger() -> None:
    body = full_body(ACTS["house_call"]) | {"no_red_flags": False}
    with pytest.raises(UsageError, match="act.red_flags"):
        checked("house_call", body)


def test_moved_booking_keeps_everything_that_we_do_not_know() -> None:
    before = {
        "resourceType": "Appointment",
        "id": "b",
        "extension": [{"url": "u", "valueString": "v"}],
        "status": "booked",
        "start": "2026-05-20T09:00:00+03:00",
        "slot": [{"reference": "Slot/old"}],
        "identifier": [{"system": "x", "value": "1"}],
    }
    intent = Intent(
        id="i1",
        seq=1,
        portal=1,
        person=1,
        kind="reschedule",
        subject="b",
        body={"slot": "new"},
        created_at=NOW,
        release_at=NOW,
    )
    after = wire.moved(before, intent, {"id": "new", "start": "2026-05-21T09:00:00+03:00"})
    assert after["extension"] == before["extension"]
    assert after["identifier"][0] == {"system": "x", "value": "1"}
    assert wire.booking_seen(after).slots == ("new",)
    assert wire.booking_seen(after).intents == ("i1",)
    assert after["end"] == "2026-05-21T09:15:00+03:00"


def test_field_types_of_the_catalogue_all_have_an_example() -> None:
    assert {field.type for act in ACTS.values() for field in act.fields} <= {*EXAMPLES, "choice"}
    assert isinstance(ACTS["book"].fields[0], Field)


def test_own_result_needs_a_page_or_words() -> None:
    body = {"title": "Витамин D", "on": "2026-05-02"}
    with pytest.raises(UsageError) as caught:
        checked("result.add", body)
    assert (caught.value.code, caught.value.facts["field"]) == ("act.missing_field", "page")
    assert checked("result.add", body | {"text": "22 нг/мл"})["text"] == "22 нг/мл"


@pytest.mark.parametrize("kind", ["card.send_to_clinic", "records.pass_on"])
def test_nothing_of_the_record_is_passed_on_without_a_yes(kind: str) -> None:
    with pytest.raises(UsageError) as caught:
        checked(kind, full_body(ACTS[kind]) | {"consent": False})
    assert caught.value.code == "act.must_agree"
