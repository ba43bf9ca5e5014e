"""Free times, the vaccination calendar, dates written by hand: keys, names, what is chosen."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from desktop.views import theme
from desktop.views.pages.vaccination_parts import Sideways
from desktop.views.parts import DateField, MonthView, Slot, SlotDay, SlotGrid, Stop, VaccineLine, VaccineMatrix
from desktop.views.parts.dates import read_date, write_date
from tests.views.parts_shown import on_show


def _days() -> list[SlotDay]:
    return [
        SlotDay(weekday="Пн", number="18", slots=(Slot(id="a", time="14:20", part=1), Slot(id="b", time="18:20", part=2))),
        SlotDay(weekday="Вт", number="19", reason="Врач на учёбе"),
        SlotDay(weekday="Ср", number="20", slots=(Slot(id="c", time="8:40", part=0, said="20 мая, среда, 8:40"),
                                                  Slot(id="d", time="18:00", part=2))),
    ]  # fmt: skip


def test_slots_are_one_stop_of_tab_walked_by_arrows_and_chosen_by_enter(look: QApplication, qtbot) -> None:
    before, grid, after = QLineEdit(), SlotGrid(_days(), name="Окна"), QLineEdit()
    window = on_show(qtbot, before, grid, after, size=(900, 500))
    first, second, third, fourth = grid.buttons()
    heard: list[str] = []
    grid.chosen.connect(heard.append)
    before.setFocus()
    QTest.keyClick(before, Qt.Key.Key_Tab)
    assert window.focusWidget() is first
    QTest.keyClick(first, Qt.Key.Key_Down)
    assert window.focusWidget() is second
    QTest.keyClick(second, Qt.Key.Key_Right)
    assert window.focusWidget() is fourth
    QTest.keyClick(fourth, Qt.Key.Key_Up)
    assert (window.focusWidget(), heard) == (third, [])
    QTest.keyClick(third, Qt.Key.Key_Return)
    assert (heard, grid.chosen_id()) == (["c"], "c")
    QTest.keyClick(third, Qt.Key.Key_Tab)
    assert window.focusWidget() is after


def test_slots_are_named_and_wide_enough(look: QApplication, qtbot) -> None:
    grid = SlotGrid(_days(), name="Окна")
    on_show(qtbot, grid, size=(900, 500))
    names = [button.accessibleName() for button in grid.buttons()]
    assert names == ["Пн 18, 14:20", "Пн 18, 18:20", "20 мая, среда, 8:40", "Ср 20, 18:00"]
    assert all(button.width() >= 72 and button.height() >= 44 for button in grid.buttons())


def test_new_days_take_the_place_of_the_old_without_a_word(look: QApplication, qtbot) -> None:
    grid = SlotGrid(_days(), name="Окна", chosen="a")
    on_show(qtbot, grid, size=(900, 500))
    with qtbot.assertNotEmitted(grid.chosen):
        grid.show_days(_days()[2:], chosen="d")
    assert ([button.slot.id for button in grid.buttons()], grid.chosen_id()) == (["c", "d"], "d")
    QTest.mouseClick(grid.buttons()[0], Qt.MouseButton.LeftButton)
    assert grid.chosen_id() == "c"


def test_day_of_the_chosen_time_is_tinted(look: QApplication, qtbot) -> None:
    grid = SlotGrid(_days(), name="Окна", chosen="c")
    on_show(qtbot, grid, size=(900, 500))
    image = grid.grab().toImage()
    x = grid.buttons()[2].mapTo(grid, grid.buttons()[2].rect().center()).x()
    assert image.pixelColor(x, 6).name().upper() == theme.current().role("accentTint")


def _matrix() -> VaccineMatrix:
    lines = (
        VaccineLine("Гепатит B", (Stop(id="h0", column=0, kind="done", said="Гепатит B, 0 месяцев, сделана"),)),
        VaccineLine("Пусто", ()),
        VaccineLine("Полиомиелит", (Stop(id="p2", column=2, kind="done", said="Полиомиелит, 6 месяцев, сделана"),
                                    Stop(id="p3", column=3, kind="missed", said="Полиомиелит, 20 месяцев, пропущена"))),
    )  # fmt: skip
    return VaccineMatrix(lines, columns=("0", "1", "6", "20", "3 года"), now=4, name="Прививки")


def test_vaccine_stops_are_walked_by_arrows_and_opened(look: QApplication, qtbot) -> None:
    matrix = _matrix()
    on_show(qtbot, matrix, size=(900, 500))
    matrix.setFocus()
    assert matrix.accessibleName() == "Прививки. Гепатит B, 0 месяцев, сделана"
    QTest.keyClick(matrix, Qt.Key.Key_Down)
    QTest.keyClick(matrix, Qt.Key.Key_Right)
    assert matrix.accessibleName() == "Прививки. Полиомиелит, 20 месяцев, пропущена"
    with qtbot.waitSignal(matrix.opened) as heard:
        QTest.keyClick(matrix, Qt.Key.Key_Return)
    assert heard.args == ["p3"]
    with qtbot.waitSignal(matrix.opened) as heard:
        QTest.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=matrix.place(0, 0).toPoint())
    assert heard.args == ["h0"]


@pytest.mark.parametrize("name", theme.NAMES)
def test_missed_dose_is_amber_and_not_red(look: QApplication, qtbot, name: str) -> None:
    theme.apply(look, name)
    matrix = _matrix()
    on_show(qtbot, matrix, size=(900, 500))
    image, middle = matrix.grab().toImage(), matrix.place(1, 3).toPoint()
    assert image.pixelColor(middle.x() - 8, middle.y()).name().upper() == theme.current().role("warnMark")


def test_calendar_too_wide_for_its_window_begins_at_the_present(look: QApplication, qtbot) -> None:
    lines = [VaccineLine(name="Гепатит B", stops=(Stop(id="a", column=0, kind="done", said="0 месяцев, сделана"),))]
    matrix = VaccineMatrix(lines, columns=[str(n) for n in range(20)], now=19, name="Прививки")
    sideways = Sideways(matrix)
    on_show(qtbot, sideways, size=(400, 500))
    now, left = matrix.now_rect(), sideways.horizontalScrollBar().value()
    assert now is not None
    assert left <= now.left()
    assert now.right() <= left + sideways.viewport().width()


def test_matrix_without_lines_takes_keys_without_harm(look: QApplication, qtbot) -> None:
    matrix = VaccineMatrix(columns=("0",), name="Прививки")
    on_show(qtbot, matrix, size=(900, 500))
    QTest.keyClick(matrix, Qt.Key.Key_Down)
    assert (matrix.stop(), matrix.accessibleName()) == (None, "Прививки")


@given(st.dates())
def test_written_date_reads_back(day: date) -> None:
    assert read_date(write_date(day)) == day


@pytest.mark.parametrize("text", ["31.02.2026", "", "12", "1.1.26", "00.00.0000", "12.13.2026", "9 июня 2026"])
def test_impossible_date_reads_as_none(text: str) -> None:
    assert read_date(text) is None


def test_impossible_date_is_told_when_the_focus_leaves(look: QApplication, qtbot) -> None:
    field, other = DateField("Дата рождения", today=date(2026, 5, 14)), QLineEdit()
    on_show(qtbot, field, other, size=(900, 500))
    field.edit.setFocus()
    QTest.keyClicks(field.edit, "31.02.2026")
    assert (field.error(), field.date()) == ("", None)
    other.setFocus()
    assert field.error().startswith("Такой даты нет")
    field.set_date(date(2026, 2, 28))
    assert (field.error(), field.value()) == ("", "28.02.2026")


def test_date_is_taken_from_the_month(look: QApplication, qtbot) -> None:
    field = DateField("Дата рождения", today=date(2026, 5, 14))
    on_show(qtbot, field, size=(900, 500))
    field.open.click()
    month = field.findChild(MonthView)
    with qtbot.waitSignal(field.changed_date) as heard:
        QTest.keyClick(month.grid, Qt.Key.Key_Return)
    assert heard.args == [date(2026, 5, 14)]
    assert field.value() == "14.05.2026"
