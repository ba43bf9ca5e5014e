"""Every section by the keyboard alone, in the smallest window with large text: from the bar to its rows, its acts and back.

What Tab cannot reach, what it reaches out of sight, or against the order of reading, fails here.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QComboBox, QPlainTextEdit, QWidget

from desktop import words
from desktop.views import sections
from desktop.views.resting import settle
from desktop.views.window import Window
from desktop.words import tr
from tests.views.looking import shown_widgets

ROWS_AND_ACTS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "home": (("quick_book", "section wizard"),),
    "bookings": (("move", "section wizard"), ("bookings.book", "section wizard")),
    "referrals": (("referrals.ask", "says referrals.form_title"), ("book_", "section wizard")),
    "history": (("rate_", "says visits.rate_send"), ("visit_", "shows not_me")),
    "results": (("results.list", "shows back_to_list"), ("report_note", "says results.note_title")),
    "documents": (("order_certificate", "shows form_back"), ("Escape", "shows order_certificate"), ("documents.list", "shows back_to_list")),
    "prescriptions": (("prescription_", "shows back_to_list"), ("prescription_send", "says prescriptions.send_title")),
    "vaccinations": (("vaccination_share", "says vaccinations.share_title"), ("vaccinations_refresh", "sends vaccination.refresh")),
    "checkups": (("step_0", "says checkups.answers"), ("checkup_book", "sends checkup.book")),
    "health": (("note_add", "says health.note_missing"),),
    "clinics": (("ClinicHead", "shows clinic_book"), ("clinic_book", "section wizard")),
    "services": (("services.more", "says services.less"), ("services.act_name", "section checkups")),
}
"""What is pressed in each section, named by its object, its kind or its words, and what must come of it: a row or a form, an act."""
_SMALL_PX: Final = 120


def focused() -> QWidget:
    focus = QApplication.focusWidget()
    assert focus is not None
    return focus


def press(code: Qt.Key) -> None:
    QTest.keyClick(focused(), code)


def is_called(widget: QWidget, name: str) -> bool:
    """Say whether a widget is what a step names: a key of the catalogue, a kind, the name of an object or its beginning."""
    if "." in name:
        said = tr(name, title="")
        return said in (widget.accessibleName(), getattr(widget, "text", str)()) or (said.endswith(": ") and widget.accessibleName().startswith(said))
    return name in (type(widget).__name__, widget.objectName()) or (name.endswith("_") and widget.objectName().startswith(name))


def tab_to(name: str) -> None:
    for _ in range(160):
        if is_called(focused(), name):
            return
        press(Qt.Key.Key_Tab)
    raise AssertionError(f"Tab does not reach {name}")


async def go(window: Window, section: str) -> Any:
    """Come to a section from the bar, by Tab and arrows; what large text leaves out of the bar stands behind «Все разделы»."""
    item = f"nav_{section if section in sections.SHORT else 'all'}"
    tab_to("nav_")
    for way in (Qt.Key.Key_Down, Qt.Key.Key_Up):
        for _ in sections.SHORT:
            if focused().objectName() != item:
                press(way)
    press(Qt.Key.Key_Return)
    await settle(window)
    if section not in sections.SHORT:
        tab_to(f"shell.section_{section}")
        press(Qt.Key.Key_Return)
        await settle(window)
    assert window.shell is not None
    assert window.shell.section == section
    return window.shell.page


def must_reach(page: QWidget) -> list[QWidget]:
    """Return what takes the focus by itself."""
    found = [one for one in shown_widgets(page) if one.isEnabled() and one.focusPolicy() & Qt.FocusPolicy.TabFocus]
    return [one for one in found if one.focusProxy() is None and not isinstance(one.parent(), QComboBox)]


def group_of(widget: QWidget) -> object:
    """Return what arrows move in, or the widget itself."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    return group if group is not None and group.exclusive() else widget


def top_of(widget: QWidget, page: QWidget) -> int:
    """Return how far down a page a widget stands, however far the page is scrolled."""
    at = widget.mapTo(page, QPoint(0, 0)).y()
    holder = widget.parentWidget()
    while holder is not None and holder is not page:
        if holder.objectName() == "qt_scrollarea_viewport":
            at -= holder.childrenRect().y()
        holder = holder.parentWidget()
    return at


def walked(page: QWidget) -> list[str]:
    """Go round by Tab once and return what was wrong on the way."""
    wanted, wrong, start = must_reach(page), [], focused()
    met: list[QWidget | None] = [start if page.isAncestorOf(start) else None]
    for _ in range(300):
        press(Qt.Key.Key_Tab)
        here = focused()
        if here is start:
            break
        met.append(here if page.isAncestorOf(here) else None)
        if met[-1] is None:
            continue
        seen = here.visibleRegion().boundingRect()
        is_cut = here.height() < _SMALL_PX and seen.height() < here.height() and not isinstance(here, QPlainTextEdit)
        if seen.isEmpty() or is_cut:
            wrong.append(f"out of sight: {named(here)}")
    groups = [group_of(one) for one in met if one is not None]
    wrong += [f"not reached: {named(one)}" for one in wanted if group_of(one) not in groups]
    both = [(one, two) for one, two in pairwise(met) if one is not None and two is not None]
    return wrong + [f"upwards: {named(one)} -> {named(two)}" for one, two in both if top_of(two, page) + two.height() <= top_of(one, page)]


def named(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.objectName()} {widget.accessibleName()[:40]}"


async def has_come(window: Window, what: str) -> bool:
    """Say whether the window is in the state that a step leads to."""
    verb, _, name = what.partition(" ")
    assert window.shell is not None
    assert window.session is not None
    if verb == "section":
        return window.shell.section == name
    if verb == "sends":
        return name in [row.kind for row in await window.session.bookings.outbox()]
    return any(is_called(one, name) for one in shown_widgets(window.shell.page))


@pytest.mark.parametrize("language", words.LANGUAGES)
async def test_every_section_is_used_by_the_keyboard_alone(record, language: str) -> None:
    window = await record("journal", size=(1024, 640), language=language, text_scale=1.5)
    window.shell.sidebar.focus_section("home")
    assert set(ROWS_AND_ACTS) == {section.key for section in sections.listed()}
    wrong = {}
    for section, steps in ROWS_AND_ACTS.items():
        page = await go(window, section)
        wrong[section] = walked(page)
        for where, comes in steps:
            if window.shell.section != section:
                await go(window, section)
            assert not await has_come(window, comes), (section, comes)
            if where != "Escape":
                tab_to(where)
            if isinstance(focused(), QAbstractItemView):
                press(Qt.Key.Key_Down)
            press(Qt.Key.Key_Escape if where == "Escape" else Qt.Key.Key_Return)
            await settle(window)
            if not await has_come(window, comes):
                wrong[section].append(f"{where} does not lead to: {comes}")
            focus = QApplication.focusWidget()
            if focus is None or not (page.isAncestorOf(focus) or window.shell.section != section):
                wrong[section].append(f"{where} loses the focus")
    assert [f"{section}: {one}" for section, found in wrong.items() for one in found] == []


async def test_esc_goes_back_to_what_opened_a_thing(record):
    window = await record("checkups", size=(1024, 640), text_scale=1.5)
    await go(window, "checkups")
    for starts, opener, leads in (
        ("", "step_1", "results"), ("results", "own_results", "results"), ("history", "strange_", "history"),
        ("prescriptions", "prescription_", "prescriptions"), ("", "F1", "help"), ("home", "visit_cancel", "bookings"),
    ):
        if starts:
            await go(window, starts)
        section, page = window.shell.section, window.shell.page
        if opener != "F1":
            tab_to(opener)
        at = named(focused())
        press(Qt.Key.Key_F1 if opener == "F1" else Qt.Key.Key_Return)
        await settle(window)
        assert window.shell.section == leads
        assert window.shell.page.isAncestorOf(focused()), opener
        assert named(focused()) != at
        press(Qt.Key.Key_Escape)
        await settle(window)
        assert (window.shell.section, window.shell.page, named(focused())) == (section, page, at)
