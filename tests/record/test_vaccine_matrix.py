"""The portal's recommendation over the calendar's plan, and where a stop stands."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from desktop.record.ages import add_months
from desktop.record.prevention import Forecast, Injection
from desktop.record.vaccine_calendar import Given, plan, read_calendar
from desktop.record.vaccine_matrix import adult_matrix, child_matrix, counts, merged

ROOT = Path(__file__).resolve().parents[2]
CALENDAR = read_calendar(json.loads((ROOT / "resources/calendars/vaccination_1122n.json").read_text("utf-8")))
BIRTH, TODAY = date(2022, 6, 8), date(2026, 5, 14)


def forecast(icd: str, standing: str, on: date | None) -> Forecast:
    return Forecast(id="portal.0", title="Болезнь", standing=standing, on=on, diseases=(icd,))  # type: ignore[arg-type]


def injection(id: str, on: date) -> Injection:
    return Injection(id=id, title="Вакцина", on=on, lot="", expires_on=None, number="", clinic="", doctor="", codes=(), diseases=(),
                     certificate="")  # fmt: skip


def planned(given: list[Given] | None = None):
    return plan(CALENDAR, birth=BIRTH, sex="female", given=given or [], today=TODAY)


def test_the_portals_word_wins_over_the_calendar():
    lines = merged(planned(), [forecast("A80", "later", date(2026, 9, 1))], given=[])
    line = next(one for one in lines if one.source == "portal")
    assert (line.series, line.standing, line.on) == ("polio", "later", date(2026, 9, 1))
    assert sum(one.source == "portal" for one in lines) == 1


def test_what_the_calendar_does_not_know_stands_as_a_line_of_its_own():
    lines = merged(planned(), [forecast("A84", "due", None)], given=[])
    assert [(one.id, one.dose, one.title) for one in lines if one.source == "portal"] == [("portal.0", None, "Болезнь")]


def test_a_dose_given_carries_the_vaccination_that_closed_it():
    on = add_months(BIRTH, 12)
    has = frozenset({"measles", "rubella", "mumps"})
    lines = merged(planned([Given(on=on, antigens=has)]), [], given=[(injection("i1", on), has)])
    done = next(one for one in lines if one.id == "mmr-v")
    assert (done.standing, done.injection) == ("done", "i1")
    assert counts(lines)[0] == 1


def test_the_present_stands_between_what_was_due_and_what_comes():
    matrix = child_matrix(merged(planned(), [], given=[]), birth=BIRTH, today=TODAY)
    kinds = [(one.kind, one.value) for one in matrix.columns]
    assert kinds.index(("now", 0)) == matrix.now
    assert kinds[matrix.now - 1] == ("months", 20)
    assert kinds[matrix.now + 1] == ("years", 6)


def test_doses_of_one_year_of_an_adult_are_one_stop_and_the_late_one_stays_in_its_year():
    birth, has = date(1985, 3, 12), frozenset({"diphtheria", "tetanus"})
    days = [date(2014, 6, 10), date(2014, 7, 10)]
    given = [(injection(f"i{n}", day), has) for n, day in enumerate(days)]
    lines = merged(plan(CALENDAR, birth=birth, sex="female", given=[Given(on=day, antigens=has) for day in days], today=TODAY), [], given=given)
    rows = dict(adult_matrix(lines, given=given, today=TODAY).rows)
    assert [(mark.count, mark.line.standing) for mark in rows["dtp"]] == [(2, "done"), (1, "overdue")]
