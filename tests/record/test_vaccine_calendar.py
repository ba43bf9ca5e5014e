"""The calendar against the order's own lines and against ten thousand invented lives."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from pathlib import Path

import pytest

from desktop.record.ages import add_months, months_between, years_between
from desktop.record.vaccine_calendar import Given, Planned, plan, read_calendar

ROOT = Path(__file__).resolve().parents[2]
CALENDAR = read_calendar(json.loads((ROOT / "resources/calendars/vaccination_1122n.json").read_text("utf-8")))
BIRTH = date(2024, 1, 10)


def lines(
    months: float, given: list[Given] | None = None, *, risk: tuple[str, ...] = (), sex: str = "female"
) -> dict[str, Planned]:
    found = plan(CALENDAR, birth=BIRTH, sex=sex, given=given or [], today=add_months(BIRTH, months), risk_groups=risk)
    return {line.dose.id: line for line in found}


def on_time(until_months: float, *, skip: str = "", risk: tuple[str, ...] = ()) -> list[Given]:
    """Give every routine dose on the first day of its window up to an age."""
    limit = add_months(BIRTH, until_months)
    return [
        Given(on=dose.opens(BIRTH), antigens=dose.antigens)
        for dose in CALENDAR.doses
        if not (dose.is_catch_up or dose.every_years or dose.season)
        and dose.id != skip
        and (dose.risk_group is None or dose.risk_group in risk)
        and not any(other.replaces == dose.id and other.risk_group in risk for other in CALENDAR.doses)
        and dose.opens(BIRTH) < limit
    ]


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        (3, {"dtp-v1", "hib-v1", "polio-v1"}),
        (4.5, {"dtp-v2", "hib-v2", "pcv-v2", "polio-v2"}),
        (6, {"dtp-v3", "hepb-v3", "hib-v3", "polio-v3"}),
        (12, {"mmr-v"}),
        (15, {"pcv-rv"}),
        (18, {"dtp-rv1", "hib-rv", "polio-rv1"}),
        (20, {"polio-rv2"}),
        (72, {"bcg-rv", "dt-rv2", "mmr-rv", "polio-rv3"}),
        (168, {"dt-rv3"}),
    ],
)
def test_child_vaccinated_in_time_has_only_its_month_due(months: float, expected: set[str]) -> None:
    found = lines(months, on_time(months))
    assert {name for name, line in found.items() if line.standing == "due" and not line.dose.season} == expected
    assert not [name for name, line in found.items() if line.standing == "overdue"]


def test_risk_group_follows_its_own_scheme() -> None:
    found = lines(12, on_time(12, risk=("hepb_newborn",)), risk=("hepb_newborn",))
    assert "hepb-v3" not in found
    assert found["hepb-v4-risk"].standing == "due"


def test_combined_vaccine_closes_a_line_for_each_antigen() -> None:
    shot = Given(on=add_months(BIRTH, 3), antigens=frozenset({"diphtheria", "pertussis", "tetanus", "polio", "hib"}))
    found = lines(3.5, [shot])
    assert [found[name].standing for name in ("dtp-v1", "polio-v1", "hib-v1")] == ["done"] * 3


def test_missed_polio_at_twenty_months_is_overdue_after_its_grace() -> None:
    given = on_time(25, skip="polio-rv2")
    assert lines(25, given)["polio-rv2"].standing == "overdue"


def test_shifted_schedule_keeps_its_intervals() -> None:
    late = [Given(on=add_months(BIRTH, 9), antigens=frozenset({"diphtheria", "pertussis", "tetanus"}))]
    found = lines(9.1, late)
    assert found["dtp-v2"].from_day == add_months(BIRTH, 9) + timedelta(days=30)
    assert found["dtp-v3"].from_day >= found["dtp-v2"].from_day + timedelta(days=30)


def test_adult_booster_counts_ten_years_from_the_last_dose() -> None:
    birth, today = date(1985, 3, 12), date(2026, 5, 14)
    shot = Given(on=date(2015, 4, 1), antigens=frozenset({"diphtheria", "tetanus"}))
    found = {line.dose.id: line for line in plan(CALENDAR, birth=birth, sex="female", given=[shot], today=today)}
    assert found["dt-rvn"].from_day == date(2025, 4, 1)
    assert found["dt-rvn"].standing == "overdue"
    assert found["hepb-catch"].standing == "due"
    assert "measles-catch" not in found
    assert "rubella-catch" not in found


def test_flu_is_due_in_its_season_and_done_once() -> None:
    birth = date(2016, 9, 3)
    october = date(2026, 10, 5)
    shot = Given(on=date(2026, 9, 20), antigens=frozenset({"influenza"}))
    before = {line.dose.id: line for line in plan(CALENDAR, birth=birth, sex="male", given=[], today=october)}
    after = {line.dose.id: line for line in plan(CALENDAR, birth=birth, sex="male", given=[shot], today=october)}
    summer = {line.dose.id: line for line in plan(CALENDAR, birth=birth, sex="male", given=[], today=date(2026, 7, 1))}
    assert (before["flu-child"].standing, after["flu-child"].standing, summer["flu-child"].standing) == (
        "due",
        "done",
        "later",
    )


def test_ten_thousand_lives_keep_ages_and_intervals_and_never_repeat_what_is_done() -> None:
    dice = random.Random(20260514)
    antigens = sorted(CALENDAR.antigen_names)
    for number in range(10_000):
        birth = date(1940, 1, 1) + timedelta(days=dice.randrange(31_000))
        today = min(birth + timedelta(days=dice.randrange(1, 365 * dice.choice((2, 8, 20, 80)))), date(2026, 12, 31))
        alive = max((today - birth).days, 1)
        given = [
            Given(
                on=birth + timedelta(days=dice.randrange(alive)),
                antigens=frozenset(dice.sample(antigens, dice.randrange(1, 6))),
            )
            for _ in range(dice.randrange(0, 14))
        ]
        sex = dice.choice(("male", "female"))
        risk = ("hepb_newborn",) if dice.random() < 0.1 else ()
        found = plan(CALENDAR, birth=birth, sex=sex, given=given, today=today, risk_groups=risk)
        assert len({line.dose.id for line in found}) == len(found)
        for line in found:
            check(line, birth=birth, today=today, given=given)
        if number % 10:
            continue  # the two costly comparisons are made for every tenth life
        assert found == plan(CALENDAR, birth=birth, sex=sex, given=given[::-1], today=today, risk_groups=risk)
        fresh = [line for line in found if line.standing in ("due", "overdue") and not line.dose.season]
        if fresh:
            line = dice.choice(fresh)
            again = plan(
                CALENDAR,
                birth=birth,
                sex=sex,
                given=[*given, Given(on=today, antigens=line.dose.antigens)],
                today=today,
                risk_groups=risk,
            )
            assert not [one for one in again if one.dose.id == line.dose.id and one.standing in ("due", "overdue")]


def check(line: Planned, *, birth: date, today: date, given: list[Given]) -> None:
    if line.standing == "done":
        assert line.done_on in {one.on for one in given}
        return
    assert line.from_day >= line.dose.opens(birth)
    assert (line.standing == "later") or line.from_day <= today
    days = [one.on for one in given if one.antigens & line.missing and one.on <= line.from_day]
    if line.dose.interval_days and days and line.standing in ("due", "overdue"):
        assert line.from_day >= max(days) + timedelta(days=line.dose.interval_days) or line.from_day <= min(days)


def test_ages_are_completed_units() -> None:
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert months_between(date(2024, 1, 31), date(2024, 2, 28)) == 0
    assert months_between(date(2024, 1, 31), date(2024, 2, 29)) == 1
    assert years_between(date(1985, 3, 12), date(2026, 3, 11)) == 40
    assert months_between(date(2026, 1, 1), date(2020, 1, 1)) == 0
