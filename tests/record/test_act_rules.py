"""What cannot be is refused by its field, and why: in words of the command line, in both languages."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from desktop import words
from desktop.cli import wording
from desktop.errors import UsageError
from desktop.record import act_rules
from desktop.record.acts import ACTS, checked
from tests.record.test_acts import EXAMPLES, full_body

TODAY = date(2026, 5, 14)
WHOLE: dict[str, Any] = {"snils": "112-233-445 95", "number": "5000434612889857", "document": "45 10 123456", "phone": "+7 900 000-00-00",
                         "email": "natalya@example.ru", "sections": ["results"], "answers": {"purpose": "Бассейн"}}  # fmt: skip
LONG = "а" * 5_000


def body_of(kind: str, **changed: Any) -> dict[str, Any]:
    names = {field.name for field in ACTS[kind].fields if field.type not in ("choice", "file")}
    past = dict.fromkeys(act_rules.BEHIND.get(kind, ()), "2026-05-01")
    wanted = {name: value for name, value in (WHOLE | past).items() if name in names}
    return full_body(ACTS[kind]) | wanted | changed


def refusal(kind: str, body: dict[str, Any]) -> UsageError:
    with pytest.raises(UsageError) as told:
        try:
            act_rules.check(kind, body, today=TODAY)
            checked(kind, body)
        except UsageError as error:
            raise act_rules.explained(kind, body, error) from None
    return told.value


@pytest.mark.parametrize("kind", sorted(ACTS))
def test_whole_body_breaks_no_rule_and_a_blank_one_is_named_by_its_first_empty_field(kind: str) -> None:
    act_rules.check(kind, body_of(kind), today=TODAY)
    asked = next((field for field in ACTS[kind].fields if field.is_required and field.type == "text"), None)
    if asked is not None:
        told = refusal(kind, body_of(kind, **{asked.name: "   "}))
        assert (told.code, told.facts["field"]) == ("act.missing_field", asked.name)


@pytest.mark.parametrize(
    ("kind", "changed", "field", "why"),
    [
        ("profile.edit", {"phone": "звонить вечером"}, "phone", "letters"),
        ("profile.edit", {"phone": "+7 900"}, "phone", "digits"),
        ("profile.edit", {"email": "natalya.example.ru"}, "email", "email_shape"),
        ("policy.edit", {"snils": "112-233-445 96"}, "snils", "control"),
        ("policy.edit", {"number": "5000434612889858"}, "number", "control"),
        ("policy.order", {"document": "паспорт"}, "document", "document_shape"),
        ("insurer.choose", {"snils": "1"}, "snils", "digits"),
        ("house_call", {"phone": "нет"}, "phone", "callable"),
        ("house_call", {"temperature": 99}, "temperature", "degrees"),
        ("statement.order", {"from": "2026-05-15", "to": "2026-05-16"}, "from", "future"),
        ("result.add", {"on": "2026-05-15"}, "on", "future"),
        ("insurer.choose", {"registered_on": "2026-05-15"}, "registered_on", "future"),
        ("document.request", {"visited_on": "2026-05-15"}, "visited_on", "future"),
        ("records.pass_on", {"sections": ["poems"]}, "sections", "choice"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_its_field_and_says_why(kind: str, changed: dict[str, Any], field: str, why: str) -> None:
    told = refusal(kind, body_of(kind, **changed))
    assert (told.code, told.facts["field"], told.facts["why"]) == ("act.bad_field", field, why)


@pytest.mark.parametrize(
    ("kind", "changed", "code"),
    [
        ("document.request", {"from": "2026-05-10", "to": "2026-01-01"}, "watch.days"),
        ("policy.order", {"from": "2026-05-20", "to": "2026-05-19"}, "watch.days"),
        ("waitlist.join", {"from": "2026-06-20", "to": "2026-06-01"}, "watch.days"),
        ("checkup.book", {"on": "2026-05-13"}, "act.past_day"),
        ("house_call", {"on": "2026-05-13"}, "act.past_day"),
        ("policy.edit", {"number": "", "snils": "", "document": ""}, "act.missing_field"),
        ("profile.edit", dict.fromkeys(("phone", "email", "address", "address_of_stay"), ""), "act.missing_field"),
        ("records.pass_on", {"sections": [], "subject": ""}, "act.missing_field"),
        ("records.pass_on", {"receiver": "clinic", "clinic_id": ""}, "act.missing_field"),
    ],
)  # fmt: skip
def test_nothing_said_and_days_on_the_wrong_side_are_refused(kind: str, changed: dict[str, Any], code: str) -> None:
    assert refusal(kind, body_of(kind, **changed)).code == code


@pytest.mark.parametrize("kind", sorted(ACTS))
def test_each_field_of_a_wrong_shape_says_in_both_languages_what_it_wants(kind: str) -> None:
    before = words.language()
    for field in ACTS[kind].fields:
        wrong = LONG if field.type == "text" else {"a": 1} if field.type == "answers" else "?"
        if field.name in WHOLE and field.type == "text":
            continue  # Its number is looked at before its length.
        told = refusal(kind, body_of(kind, **{field.name: wrong}))
        assert told.facts["field"] == field.name
        for language in words.LANGUAGES:
            words.set_language(language)
            said = wording.error(told)
            assert field.name in said
            assert said != words.tr("errors.act_bad_field", field=field.name)
            assert "{" not in said
    words.set_language(before)


def test_every_reason_has_words_of_its_own() -> None:
    whys = {"long", "callable", "degrees", "digits", "letters", "control", "document_shape", "email_shape", "future", "unknown", "choice"}
    assert not [why for why in whys | set(EXAMPLES) if not words.has(f"errors.act_bad_field_{why}")]
