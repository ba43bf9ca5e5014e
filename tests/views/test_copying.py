"""What a page says can be taken with Ctrl+C: picked with the mouse, or the card or row where the focus stands."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QWidget

from desktop.views.clipboard import _OURS
from desktop.views.parts import PlainLabel
from tests.views.opened import CONTROL, Opened, opened


def taken() -> str:
    return QGuiApplication.clipboard().text()


def label(here: Opened, begins: str) -> PlainLabel:
    return next(one for one in here.page.findChildren(PlainLabel) if one.isVisible() and one.text().startswith(begins))


def drag(over: PlainLabel, first: QPoint, last: QPoint) -> None:
    """Press, move and let go as a hand does: what a label leaves goes on to what is around it."""
    window, button = over.window().windowHandle(), Qt.MouseButton.LeftButton
    points = [over.mapTo(over.window(), at) for at in (first, (first + last) / 2, last)]
    QTest.mousePress(window, button, pos=points[0])
    for at in points[1:]:
        QTest.mouseMove(window, at)
    QTest.mouseRelease(window, button, pos=points[-1])


async def test_words_picked_with_the_mouse_are_copied_and_nothing_else(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        await here.go("results")
        found = label(here, "12 мая 2026, 8:15")
        drag(found, QPoint(0, 8), QPoint(found.width(), 8))
        await here.key(Qt.Key.Key_C, CONTROL)
        assert taken() == found.text().replace("\u00a0", " ")
        assert QGuiApplication.clipboard().mimeData().data(_OURS)
        assert here.toast().startswith("Скопировано")
        QTest.mouseDClick(found.window().windowHandle(), Qt.MouseButton.LeftButton, pos=found.mapTo(found.window(), QPoint(30, 8)))
        await here.key(Qt.Key.Key_C, CONTROL)
        assert taken() == "мая"
        QTest.mouseClick(found.window().windowHandle(), Qt.MouseButton.LeftButton, pos=here.page.mapTo(found.window(), QPoint(3, 3)))
        assert found.picked() == ""


async def test_card_and_row_where_the_focus_stands_are_copied_by_the_keyboard_alone(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        page = await here.go("prescriptions")
        page._open_card().setFocus()
        await here.key(Qt.Key.Key_C, CONTROL)
        assert taken().startswith("Бисопролол\n")
        assert "Железа сульфат" not in taken()
        page = await here.go("results")
        page.rows.setFocus()
        await here.key(Qt.Key.Key_C, CONTROL)
        assert "Общий анализ крови" in taken()
        assert QGuiApplication.clipboard().mimeData().data(_OURS), "a list of Qt copies by itself, for good"
        here.window.findChild(QWidget, "nav_home").setFocus()
        QGuiApplication.clipboard().clear()
        await here.key(Qt.Key.Key_C, CONTROL)
        assert (taken(), here.toast().startswith("Здесь нечего копировать")) == ("", True)


async def test_field_keeps_its_own_copy(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        page = await here.go("prescriptions")
        page.search.setFocus()
        await here.write("бисопролол")
        page.search.selectAll()
        await here.key(Qt.Key.Key_C, CONTROL)
        assert taken() == "бисопролол"
        assert not QGuiApplication.clipboard().mimeData().data(_OURS)


async def test_menu_of_the_mouse_copies_what_is_under_it(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        await here.go("results")
        found = label(here, "12 мая 2026, 8:15")
        QTest.mouseClick(found.window().windowHandle(), Qt.MouseButton.RightButton, pos=found.mapTo(found.window(), QPoint(9, 8)))
        await here.settle()
        (menu,) = [one for one in here.window.findChildren(QMenu) if one.isVisible()]
        menu.actions()[0].trigger()
        menu.close()
        assert taken() == found.text()
