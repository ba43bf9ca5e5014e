"""Numbers of people and papers, against computed vectors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop.record import identifiers

VECTORS = json.loads((Path(__file__).parents[1] / "golden" / "identifiers" / "vectors.json").read_text("utf-8"))


@pytest.mark.parametrize("number", [*VECTORS["snils"]["valid"], *VECTORS["boundary"]["snils_weighted_sum"].values()])
def test_good_snils_is_taken_however_it_is_written(number):
    assert identifiers.snils(number).value == number
    assert identifiers.snils(number.replace("-", "").replace(" ", "")).value == number


@pytest.mark.parametrize("number", VECTORS["snils"]["invalid"])
def test_bad_snils_is_refused(number):
    assert not identifiers.snils(number).is_good


@pytest.mark.parametrize("number", VECTORS["enp"]["valid"])
def test_good_policy_number_is_taken_with_and_without_spaces(number):
    spaced = " ".join(number[at : at + 4] for at in range(0, 16, 4))
    assert identifiers.policy_number(spaced).value == number


@pytest.mark.parametrize("number", [*VECTORS["enp"]["invalid"], *(one["to"] for one in VECTORS["enp"]["transposition_detected"])])
def test_bad_policy_number_is_refused(number):
    assert not identifiers.policy_number(number).is_good


def test_every_single_wrong_digit_of_a_policy_is_noticed():
    good = VECTORS["enp"]["valid"][0]
    for place in range(16):
        for digit in "0123456789":
            changed = good[:place] + digit + good[place + 1 :]
            assert identifiers.policy_number(changed).is_good == (changed == good)


def test_short_policy_number_says_how_many_digits_there_are():
    found = identifiers.policy_number("5048 8108 4000 208")
    assert (found.fault, found.has, found.needs) == ("digits", 15, 16)


def test_temporary_certificate_of_nine_digits_is_taken():
    assert identifiers.policy_number("123 456 789").value == "123456789"


@pytest.mark.parametrize(
    ("written", "sent"),
    [("0000120385", "00 00 120385"), ("00 00 120385", "00 00 120385"), ("iv-ик № 123456", "IV-ИК № 123456"), ("IV\u2013ИК № 123456", "IV-ИК № 123456"),
     ("I-ЗР 000248", "I-ЗР № 000248"), ("ХІ-АБ №123456", "XI-АБ № 123456")],
)  # fmt: skip
def test_documents_are_taken_in_the_forms_people_write(written, sent):
    assert identifiers.document(written).value == sent


@pytest.mark.parametrize(("written", "fault"), [("12 34 5678", "digits"), ("паспорт", "shape"), ("", "shape"), ("IV-ИК", "shape")])
def test_impossible_documents_name_their_fault(written, fault):
    assert identifiers.document(written).fault == fault


@pytest.mark.parametrize("written", ["+7 (900) 000-00-00", "89000000000", "9000000000", "7 900 000 00 00"])
def test_phone_is_sent_in_one_form(written):
    assert identifiers.phone(written).value == "+79000000000"


@pytest.mark.parametrize(("written", "fault"), [("900 000", "digits"), ("звоните", "letters"), ("+1 900 000 00 00", "letters")])
def test_impossible_phones_name_their_fault(written, fault):
    assert identifiers.phone(written).fault == fault


@pytest.mark.parametrize(("written", "is_good"), [
    ("n.orlova@pochta.example", True), ("почта@пример.рф", True), ("a@xn--e1aybc.xn--p1ai", True), ("a@10.0.0.1", False), ("n.orlova", False), ("a@b", False), ("a@b..ru", False),
    ("a b@c.ru", False), ("a@b.ru, c@d.ru", False), ("x" * 130 + "@c.ru", False),
])  # fmt: skip
def test_email_is_checked_for_the_impossible_only(written, is_good):
    assert identifiers.email(written).is_good == is_good
