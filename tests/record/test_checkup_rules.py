"""Check-ups by age and sex, against the cases that the tables were verified with, and over ten thousand lives."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from desktop.record.ages import add_months
from desktop.record.checkup_rules import adult_programme, minor_programme
from desktop.session import checkups

ROOT = Path(__file__).resolve().parents[2]
ADULTS = json.loads((ROOT / "resources/calendars/checkups_404n.json").read_text("utf-8"))
MINORS = json.loads((ROOT / "resources/calendars/checkups_211n.json").read_text("utf-8"))


def keys(age: int, sex: str) -> set[str]:
    programme = adult_programme(ADULTS, birth=date(2026 - age, 6, 1), sex=sex, year=2026)
    assert programme is not None
    return {item.key for item in programme.items}


@pytest.mark.parametrize(
    ("age", "sex", "inside", "outside"),
    [
        (45, "male", {"psa", "egds", "anti_hcv", "ecg", "iop", "cbc"}, set()),
        (45, "female", set(), {"psa", "mammography"}),
        (46, "female", {"mammography"}, {"psa"}),
        (18, "female", {"cervical"}, set()),
        (63, "female", {"cervical"}, set()),
        (66, "female", set(), {"cervical"}),
        (65, "male", {"fobt"}, set()),
        (75, "male", {"fobt"}, set()),
        (76, "male", set(), {"fobt"}),
        (41, "male", set(), {"fobt"}),
        (35, "male", {"ecg"}, set()),
        (34, "male", set(), {"ecg"}),
        (18, "male", {"fluorography"}, set()),
        (19, "male", set(), {"fluorography"}),
    ],
)
def test_examinations_follow_age_and_sex(age: int, sex: str, inside: set[str], outside: set[str]) -> None:
    found = keys(age, sex)
    assert inside <= found
    assert not outside & found


def test_no_woman_is_sent_where_only_men_go_at_any_age() -> None:
    assert [age for age in range(18, 100) if "psa" in keys(age, "female")] == []


def test_windows_of_minors_follow_each_other_up_to_eighteen_and_name_known_specialists() -> None:
    months = [(one["from"][0] * 12 + one["from"][1], one["to"][0] * 12 + one["to"][1]) for one in MINORS["periods"]]
    specialists, studies = ({one["key"] for one in MINORS[name]} for name in ("specialists", "studies"))
    assert (len(months), months[-1][1]) == (31, 216)
    assert all(first < last for first, last in months)
    assert all(one[0] < two[0] for one, two in pairwise(months))
    for one in MINORS["periods"]:
        assert set(one["specialists"]) <= specialists
        assert set(one["studies"]) <= studies
        assert one["specialists"][0] == "pediatrician"


def test_wide_programme_comes_every_three_years_until_forty_and_yearly_after() -> None:
    kinds = {
        age: adult_programme(ADULTS, birth=date(2026 - age, 1, 1), sex="female", year=2026) for age in range(18, 60)
    }
    wide = {age for age, programme in kinds.items() if programme is not None and programme.kind == "disp"}
    assert wide == {18, 21, 24, 27, 30, 33, 36, 39, *range(40, 60)}


def test_minor_is_in_the_window_of_the_age_and_leaves_at_eighteen() -> None:
    newborn = minor_programme(MINORS, birth=date(2026, 5, 1), sex="female", today=date(2026, 5, 14))
    assert newborn is not None
    assert {item.key for item in newborn.items} >= {"pediatrician", "neo", "aud"}
    assert minor_programme(MINORS, birth=date(2008, 5, 14), sex="male", today=date(2026, 5, 14)) is None


def hits(age: int, sex: str) -> set[str]:
    """The domain's own rule (verify_domain): what the table gives an age and a sex, by counting years up from the first one."""
    is_wide = age >= 40 or age in range(18, 40, 3)
    found = set()
    for one in ADULTS["items"]:
        ages = one["ages"]
        due = ages["list"] if "list" in ages else range(ages["from"], (ages["to"] or 120) + 1, ages["step"])
        if one["stage"] == 1 and one["sex"] in (None, sex) and age in due and (is_wide or one["programme"] == "pmo"):
            found.add(one["key"])
    return found


def window(birth: date, today: date) -> dict[str, Any]:
    """The last window of the order for minors that has begun by a day and not ended, else the next one."""
    months = (today.year - birth.year) * 12 + today.month - birth.month - (today.day < birth.day)
    known = [(one["from"][0] * 12 + one["from"][1], one["to"][0] * 12 + one["to"][1], one) for one in MINORS["periods"]]
    begun = [one for first, last, one in known if first <= months < last]
    return begun[-1] if begun else next(one for first, _last, one in known if first > months)


def test_ten_thousand_lives_have_what_the_orders_give_their_age_and_sex_and_what_is_done_is_not_left() -> None:
    dice, today = random.Random(7), date(2026, 5, 14)
    specialists = {one["key"]: one.get("sex") for one in MINORS["specialists"]}
    for number in range(10_000):
        birth = date(1930, 1, 1) + timedelta(days=dice.randrange(35_000))
        sex = dice.choice(("male", "female"))
        age = today.year - birth.year
        adult = adult_programme(ADULTS, birth=birth, sex=sex, year=today.year)
        assert (adult is not None) == (age >= 18)
        if adult is not None:
            assert {item.key for item in adult.items} == hits(age, sex)
            assert (adult.opens, adult.closes) == (date(2026, 1, 1), date(2026, 12, 31))
        minor = minor_programme(MINORS, birth=birth, sex=sex, today=today) if birth <= today else None
        assert (minor is not None) == (birth <= today < add_months(birth, 18 * 12))
        if minor is not None:
            wanted = window(birth, today)
            assert {item.key for item in minor.items} == {
                key for key in (*wanted["specialists"], *wanted["studies"]) if specialists.get(key) in (None, sex)}  # fmt: skip
            assert minor.opens < minor.closes
        for programme in (adult, minor):
            if programme is None or number % 10:
                continue
            codes = sorted({item.code for item in programme.items if item.code})
            done = dict.fromkeys(dice.sample(codes, dice.randrange(len(codes) + 1)), today)
            standing = {(step.code, step.standing) for step in checkups.steps_of(programme, done)}
            assert {code for code, how in standing if how == "done"} == set(done)
            assert not {code for code, how in standing if how == "left"} & set(done)
