"""All that is left of a check-up on one day, around what is booked."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from desktop.record.checkup_day import arrange, day_of, is_last
from desktop.record.prevention import Step

ZONE = timezone(timedelta(hours=3))
TODAY, DAY = date(2026, 5, 14), date(2026, 5, 21)


def step(title: str, *, minutes: int | None = None, at: str = "", code: str = "", standing: str = "left") -> Step:
    starts = datetime.combine(DAY, datetime.strptime(at, "%H:%M").time(), ZONE) if at else None  # noqa: DTZ007
    return Step(title=title, code=code, standing="booked" if at else standing, starts_at=starts,  # type: ignore[arg-type]
                ends_at=starts + timedelta(minutes=20) if starts else None, minutes=minutes, place="", result=("", ""))  # fmt: skip


HERS = (
    step("Маммография", at="9:00"), step("Осмотр гинеколога", at="9:40"), step("Измерение давления", minutes=10),
    step("Глюкоза", minutes=10), step("Флюорография", minutes=10), step("Приём терапевта", minutes=25, code="B01.047.001"),
)  # fmt: skip


def test_tests_go_before_what_is_booked_and_the_therapist_after_it():
    assert day_of(HERS, today=TODAY) == DAY
    stops = arrange(HERS, on=DAY, zone=ZONE)
    assert [(f"{stop.at:%H:%M}", stop.minutes, len(stop.steps)) for stop in stops] == [
        ("08:20", 30, 3), ("09:00", 20, 1), ("09:40", 20, 1), ("10:10", 25, 1)]  # fmt: skip


def test_a_day_is_proposed_only_while_something_is_left():
    assert day_of([step("ЭКГ", standing="done")], today=TODAY) is None
    assert day_of([], today=TODAY) is None


def test_with_nothing_booked_the_day_is_a_working_one():
    assert day_of([step("ЭКГ")], today=date(2026, 5, 13)) == date(2026, 5, 18)


def test_a_questionnaire_with_the_therapist_code_is_not_the_conclusion():
    assert not is_last(step("Анкета о здоровье", code="B01.047.001"))
    assert is_last(step("Осмотр педиатра", code="B01.031.001"))


@given(st.lists(st.integers(5, 60), max_size=12), st.sets(st.integers(8 * 6, 17 * 6), max_size=5))
def test_nothing_overlaps_what_is_booked_and_nothing_is_lost(lengths, tens):
    spread = [ten for ten in sorted(tens) if not any(0 < ten - other < 3 for other in tens)]
    steps = [step(f"Запись {ten}", at=f"{ten // 6}:{ten % 6}0") for ten in spread]
    steps += [step(f"Исследование {n}", minutes=length) for n, length in enumerate(lengths)]
    stops = arrange([*steps, step("Приём терапевта", minutes=20)], on=DAY, zone=ZONE)
    ends = [stop.at + timedelta(minutes=stop.minutes) for stop in stops]
    assert all(end <= later.at for end, later in zip(ends, stops[1:], strict=False))
    assert sorted(one.title for stop in stops for one in stop.steps) == sorted([*(one.title for one in steps), "Приём терапевта"])
    assert stops[-1].steps[0].title == "Приём терапевта"
