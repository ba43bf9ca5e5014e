"""Values on a line, values over time, the month: what they say, mark and do."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop import words
from desktop.views.parts import DayMark, MonthView, Point, RangeBar, Reading, TrendChart, figure
from tests.views.parts_shown import has_role, image_of, on_show

READINGS = [
    (Reading(value=114, low=117, high=155, previous=119), "114, ниже нормы 117–155, было 119", "badMark"),
    (Reading(value=6.2, low=4, high=9), "6,2, в норме 4–9", "goodMark"),
    (Reading(value=7, high=5), "7, выше нормы до 5", "badMark"),
    (Reading(value=41, low=40), "41, в норме от 40", "goodMark"),
    (Reading(value=3), "3", "ink2"),
]


@pytest.mark.parametrize(("reading", "said", "mark"), READINGS)
def test_range_bar_says_and_marks_the_standing(look: QApplication, qtbot, reading: Reading, said: str, mark: str) -> None:
    bar = RangeBar(reading)
    on_show(qtbot, bar)
    assert bar.accessibleName() == said
    assert has_role(image_of(bar), mark)


def test_figures_follow_the_language(look: QApplication) -> None:
    assert figure(6.2) == "6,2"
    assert (figure(4_000_000), figure(1_234_567.5), figure(11.4 * 10)) == ("4000000", "1234567,5", "114")
    words.set_language("en")
    assert (figure(6.2), figure(114.0)) == ("6.2", "114")


def _chart(values: list[float]) -> TrendChart:
    points = [Point(f"м{n}", value) for n, value in enumerate(values)]
    return TrendChart(points, label="Гемоглобин", unit="г/л", low=117, high=155)


def test_trend_says_itself(look: QApplication, qtbot) -> None:
    chart = _chart([131, 114])
    qtbot.addWidget(chart)
    assert chart.accessibleName() == "Гемоглобин: м0 131 г/л, м1 114 г/л, норма 117–155"


@pytest.mark.parametrize("values", [[1.0] * 12, [131, 127, 124, 119, 114], [5, 5.1] * 8, [120], [1, 1_000, 1] * 5])
@pytest.mark.parametrize("width", [280, 410, 900])
def test_labels_of_a_trend_never_touch_and_the_last_is_kept(
    look: QApplication, qtbot, values: list[float], width: int
) -> None:
    chart = _chart(values)
    qtbot.addWidget(chart)
    chart.resize(width, 182)
    labels = chart.label_rects()
    assert labels[-1][0] == len(values) - 1
    rects = [rect for _, rect in labels]
    assert not any(a.intersects(b) for n, a in enumerate(rects) for b in rects[:n])
    assert not image_of(chart).isNull()


def test_values_stand_higher_when_they_are_greater(look: QApplication, qtbot) -> None:
    chart = _chart([114, 131, 155])
    qtbot.addWidget(chart)
    chart.resize(400, 182)
    places: tuple[QPointF, ...] = chart.places()
    assert places[0].y() > places[1].y() > places[2].y()
    assert places[0].x() < places[1].x() < places[2].x()


def test_month_is_walked_and_chosen_by_keys(look: QApplication, qtbot) -> None:
    month = MonthView(today=date(2026, 5, 14))
    on_show(qtbot, month)
    month.set_marks({date(2026, 5, 15): (DayMark("dot", 1, "Наталья: кардиолог"),)})
    month.grid.setFocus()
    QTest.keyClick(month.grid, Qt.Key.Key_Right)
    assert month.grid.accessibleName() == "15 мая: Наталья: кардиолог"
    with qtbot.waitSignal(month.chosen) as heard:
        QTest.keyClick(month.grid, Qt.Key.Key_Return)
    assert heard.args == [date(2026, 5, 15)]
    with qtbot.waitSignal(month.turned) as turned:
        QTest.keyClick(month.grid, Qt.Key.Key_PageDown)
    assert turned.args == [date(2026, 6, 1)]


def test_month_turns_over_the_year_and_short_months(look: QApplication, qtbot) -> None:
    month = MonthView(today=date(2026, 1, 31))
    on_show(qtbot, month)
    month.later.click()
    assert month.grid.month == date(2026, 2, 1)
    month.earlier.click()
    month.earlier.click()
    assert month.grid.month == date(2025, 12, 1)


def test_month_is_chosen_by_mouse(look: QApplication, qtbot) -> None:
    month = MonthView(today=date(2026, 5, 14))
    on_show(qtbot, month)
    with qtbot.waitSignal(month.chosen) as heard:
        place = month.grid.cell(date(2026, 5, 31)).center()
        QTest.mouseClick(month.grid, Qt.MouseButton.LeftButton, pos=place)
    assert heard.args == [date(2026, 5, 31)]
