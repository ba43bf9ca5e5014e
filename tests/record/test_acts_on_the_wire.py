"""What a person wrote in an act stands in what the clinic gets: every field of it, and in its own place."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import pytest

from desktop.record.act_shape import Field
from desktop.record.acts import ACTS
from desktop.record.fhir import acts as wire
from desktop.record.intents import Intent
from tests.record.test_acts import EXAMPLES, full_body

NOW: Final = datetime(2026, 5, 14, 9, tzinfo=UTC)
CREATING: Final = sorted(kind for kind, act in ACTS.items() if act.effect in ("create", "book"))
KEPT_HERE: Final = {
    "book": {"schedule", "ends_at", "address", "room", "advice"},  # The slot says them, and the portal has it.
    "clinic.write": {"clinic"},  # Its id is the address.
    "consent.give": {"agreed"},  # Nothing is sent without it.
    "house_call": {"no_red_flags"},  # Nothing is sent without it.
}
"""Fields that a clinic has no need of, by the act."""
OTHERS: Final[dict[str, Any]] = {
    "text": "иное", "id": "Encounter/e2", "date": "2026-05-27", "instant": "2026-05-27T09:00:00+03:00", "flag": False, "number": 39.9,
    "ids": ["c"], "answers": {"цель": "лагерь"}, "file": EXAMPLES["file"] | {"title": "Другой.pdf", "hash": "bb="},
}  # fmt: skip


def sent(kind: str, **changed: Any) -> dict[str, Any]:
    """Return what a creating act sends with every field filled, some of them otherwise."""
    body = full_body(ACTS[kind]) | changed
    intent = Intent(id="i1", seq=1, portal=1, person=1, kind=kind, subject="s", body=body, created_at=NOW, release_at=NOW)
    return wire.created(intent, patient="p1", slot={"id": "s1"})


def other(field: Field) -> Any:
    return field.choices[-1] if field.type == "choice" else OTHERS[field.type]


@pytest.mark.parametrize("kind", CREATING)
def test_every_word_that_a_person_puts_in_an_act_changes_what_the_clinic_gets(kind: str) -> None:
    usual = sent(kind)
    lost = {field.name for field in ACTS[kind].fields if sent(kind, **{field.name: other(field)}) == usual}
    assert lost == KEPT_HERE.get(kind, set())


@pytest.mark.parametrize("kind", sorted(kind for kind in CREATING if ACTS[kind].resource == "Task"))
def test_request_names_what_it_is_about_whom_it_is_for_and_what_it_corrects(kind: str) -> None:
    task, named = sent(kind), {field.name for field in ACTS[kind].fields}
    about = {"reference": "Encounter/e1"}
    assert task["code"] == {"coding": [{"system": wire.ACT_SYSTEM, "code": kind}]}
    assert task.get("focus") == (about if "subject" in named else None)
    assert task.get("basedOn") == ([about] if "corrects" in named else None)
    assert task.get("owner", {}).get("reference") == ("Organization/Encounter/e1" if "clinic_id" in named else None)
    given = {one["type"]["text"] for one in task.get("input", ())}
    plain = named - {"subject", "corrects", "clinic_id", "clinic", "comment", "answers"}
    assert given == plain | ({"цель"} if "answers" in named else set())


@pytest.mark.parametrize("kind", sorted(kind for kind in CREATING if ACTS[kind].resource == "Communication"))
def test_letter_names_its_clinic_or_what_it_is_about(kind: str) -> None:
    letter, named = sent(kind), {field.name for field in ACTS[kind].fields}
    assert letter["category"] == [{"coding": [{"system": wire.ACT_SYSTEM, "code": kind}]}]
    assert letter["payload"] == [{"contentString": "слово"}]
    assert letter.get("about") == ([{"reference": "Encounter/e1"}] if "subject" in named else None)
    assert letter.get("recipient") == ([{"reference": "Organization/Encounter/e1"}] if "clinic_id" in named else None)


def test_house_call_tells_the_doctor_of_the_contact_with_an_infection_only_where_there_was_one() -> None:
    assert wire.CONTACT in sent("house_call")["comment"].split("; ")
    assert wire.CONTACT not in sent("house_call", contact_with_infection=False)["comment"]


def test_waiting_list_is_joined_for_the_days_that_were_named() -> None:
    waits = sent("waitlist.join", to="2026-05-27")
    assert waits["status"] == "waitlist"
    assert waits["requestedPeriod"] == [{"start": "2026-05-20", "end": "2026-05-27"}]


def test_rating_has_the_stars_that_were_given_to_the_visit() -> None:
    rating = sent("visit.rate", stars="4")
    assert rating["encounter"] == {"reference": "Encounter/e1"}
    assert [one["answer"] for one in rating["item"]] == [[{"valueInteger": 4}], [{"valueString": "слово"}]]


@pytest.mark.parametrize("consent", ["processing", "transfer"])
def test_consent_permits_what_was_agreed_to_and_nothing_else(consent: str) -> None:
    given = sent("consent.give", consent=consent)
    assert given["provision"] == {"type": "permit"}
    assert [one["code"] for one in given["category"][0]["coding"]] == [consent]


def test_own_result_is_marked_as_the_person_s_own() -> None:
    assert sent("result.add")["meta"] == {"tag": [{"code": "patient-entered"}]}
