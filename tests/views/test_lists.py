"""What every list owes a person: Ctrl+F to its filter, an order that is kept, words where it is empty, the same with no network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from desktop.views.parts import EmptyState, PressRow
from desktop.views.parts.ordering import OrderButton
from desktop.views.resting import settle
from desktop.views.window import Window
from tests.views.opened import CONTROL, key, opened

LISTS: Final[dict[str, Callable[[Any], list[str]]]] = {
    "results": lambda page: [row.id for row in page.model.rows()],
    "documents": lambda page: [row.id for row in page.model.rows()],
    "prescriptions": lambda page: [row.id for row in page.found()],
    "referrals": lambda page: [row.facts.id for row in page._chosen()],
    "notices": lambda page: [row.objectName() for row in page.findChildren(PressRow) if row.isVisible()],
    "journal": lambda page: [row.id for row in page._chosen(page._rows)],
    "clinics": lambda page: [row.id for row in page._rows],
    "services": lambda page: [row.id for row in page._rows],
    "bookings": lambda page: [row.id for row in page._shown_rows()],
    "vaccinations": lambda page: named(page, "given_"),
    "checkups": lambda page: named(page, "past_save_"),
}
"""Each list with what stands in it from top to bottom; visits have a drop-down for their order, and tests of their own."""


UNFILTERED: Final = ("vaccinations", "checkups")
"""Lists that are one card of a page and short: sorted, not narrowed."""


def named(page: QWidget, begins: str) -> list[str]:
    """Return what is named so on a page, from top to bottom."""
    found = [one for one in page.findChildren(QAbstractButton) if one.objectName().startswith(begins) and one.isVisible()]
    return [one.objectName() for one in sorted(found, key=lambda one: one.mapTo(page, QPoint()).y())]


def reachable(page: QWidget) -> list[QAbstractButton]:
    """Return the buttons of a page that take the focus."""
    return [one for one in page.findChildren(QAbstractButton) if one.isVisible() and one.isEnabled() and one.focusPolicy()]


async def go(window: Window, section: str) -> Any:
    assert window.shell is not None
    window.shell.go(section)
    await settle(window)
    return window.shell.page


def sorting(page: QWidget) -> OrderButton:
    found = page.findChild(OrderButton, "list_order")
    assert found is not None
    return found


async def test_every_list_is_narrowed_from_the_keyboard_sorted_and_keeps_its_order_when_the_window_is_built_anew(record):
    window = await record("home")
    await window.session.journal.write("vault.checked")
    chosen = {}
    for section, listed in LISTS.items():
        page = await go(window, section)
        if section == "prescriptions":
            page.filters.choose("paid")
        if section == "documents":
            page.period.choose("all")
        await settle(window)
        usual = listed(page)
        assert len(usual) > 1, section
        if section not in UNFILTERED:
            key(window, Qt.Key.Key_F, CONTROL)
            assert QApplication.focusWidget() is not None
            assert page.isAncestorOf(QApplication.focusWidget()), section
        button = sorting(page)
        menu = button.menu_of()
        assert len(menu.actions()) > 1, section
        menu.actions()[1].trigger()
        menu.deleteLater()
        await settle(window)
        assert sorted(listed(page)) == sorted(usual) or section in ("results", "documents"), section
        assert listed(page) != usual, section
        assert button.accessibleName().startswith("Порядок: "), section
        chosen[section] = button.chosen()
    window.change(theme="dark")
    await settle(window)
    assert {section: sorting(await go(window, section)).chosen() for section in LISTS} == chosen


async def test_every_list_says_in_words_that_it_is_empty_and_what_will_be_there(record):
    window = await record("home", empty=True)
    for section in (*LISTS, "history"):
        if section in ("journal", "services"):
            continue  # A journal begins with that it was begun, and the program's own services need no record.
        page = await go(window, section)
        said = [one for one in page.findChildren(EmptyState) if one.isVisible()]
        assert said, section
        assert all(one.title.text() and one.text.text() for one in said), section


async def test_every_list_is_read_with_no_network_and_says_how_old_it_is(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        here.line.is_cut = True
        await here.sync()
        for section, listed in LISTS.items():
            page = await here.go(section)
            assert listed(page), section
            assert "Нет связи" in here.window.shell.sidebar.chip.accessibleName(), section


async def test_focus_stays_on_what_it_was_when_the_record_changes_under_the_page(qtbot, tmp_path, look):
    def said(one: Any) -> str:
        return one.accessibleName() or one.text()

    async with opened(tmp_path) as here:
        for section in (*LISTS, "history", "policies", "health", "exchange", "home"):
            page = await here.go(section)
            for share in (0.5, 1):
                able = reachable(page)
                one = able[round((len(able) - 1) * share)]
                one.setFocus()
                words = said(one)
                page.reload()
                await here.settle()
                assert said(here.focus()) == words, section
        page = await here.go("prescriptions")
        page.setFocus()
        page.reload()
        await here.settle()
        assert here.focus() is page
        reachable(page)[-1].setFocus()
        page.reload()
        page.search.setFocus()  # Who moves on while the answer is awaited is not called back.
        await here.settle()
        assert here.focus() is page.search
