"""What every list owes a person: Ctrl+F to its filter, an order that is kept, words where it is empty, the same with no network."""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QApplication, QWidget
from shiboken6 import isValid

import desktop.views
from desktop.session.prevention_rows import PastCheckup
from desktop.views.pages.checkup_parts import PastCard
from desktop.views.parts import Box, EmptyState, PressRow, ScrollPage
from desktop.views.parts.ordering import OrderButton
from desktop.views.resting import settle
from desktop.views.sections import TABLE
from desktop.views.window import Window
from tests.views.opened import CONTROL, key, opened, person, texts, typed

VIEWS: Final = Path(desktop.views.__file__).parent


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
    "health": lambda page: facts(page),
}
"""Each list with what stands in it from top to bottom; visits have a drop-down for their order, and tests of their own."""


NO_LISTS: Final = {
    "home": "what is next, each with a list of its own", "history": "a list, with its tests in test_visits",
    "policies": "the pile of the family", "cover": "four services",
    "wizard": "a form", "house_call": "a form", "exchange": "decisions one by one", "help": "guides", "sitemap": "every section",
    "settings": "choices",
}  # fmt: skip
"""The other sections, and what they are instead."""


SHORT: Final = ("checkups",)
"""Lists of the family's record that are too short to be searched: sorted, not narrowed."""


WITHIN: Final = {
    "all_sections": "the sections", "sidebar": "the sections", "notice_panel": "the newest eight, the rest on their page",
    "bookings_ticket": "one visit", "bookings_track": "the steps", "care_parts": "facts of one thing", "checkup_parts": "one check-up",
    "clinic_card": "doctors and letters of one clinic", "component_sheet": "not of the record", "cover_insurer": "a form",
    "decision": "the choices of one", "draft": "no rows: names of fields", "decision_outbox": "what has no outcome yet", "documents_requests": "what has no outcome yet",
    "exchange_aside": "what is put away one by one", "home_parts": "quick acts", "look_tiles": "looks", "paper_form": "a form",
    "policies_cards": "the pile of the family", "policies_form": "edits that wait", "prescription_detail": "one prescription", "recovery_panel": "words of the code",
    "results_ask": "notes on one result", "results_measure": "one measure, by its period", "results_own": "what the person typed in",
    "results_report": "measures of one report", "settings_more": "what a portal cannot", "settings_notices": "occasions",
    "search_popup": "the first of each section, the rest in it", "settings_security": "keys of this computer", "vaccination_parts": "within the page of vaccinations",
    "visits_panels": "facts of one visit", "wizard_clinic": "clinics with one specialty, narrowed to those with free times",
    "wizard_referral": "clinics near the one that is named", "wizard_steps": "answers", "wizard_ticket": "one visit",
}  # fmt: skip
"""The modules beside the sections' own in which rows are laid in a row, and why they need no filter: what bounds them."""


def named(page: QWidget, begins: str) -> list[str]:
    """Return what is named so on a page, from top to bottom."""
    found = [one for one in page.findChildren(QAbstractButton) if one.objectName().startswith(begins) and one.isVisible()]
    return [one.objectName() for one in sorted(found, key=lambda one: one.mapTo(page, QPoint()).y())]


def facts(page: QWidget) -> list[str]:
    """Return the facts on the health page, from top to bottom."""
    found = [one for one in page.findChildren(Box) if one.objectName().startswith("fact_") and one.isVisible()]
    return [one.objectName() for one in sorted(found, key=lambda one: one.mapTo(page, QPoint()).y())]


def reachable(page: QWidget) -> list[QAbstractButton]:
    """Return the buttons of a page that take the focus."""
    return [one for one in page.findChildren(QAbstractButton) if one.isVisible() and one.isEnabled() and one.focusPolicy()]


def test_every_section_says_whether_it_is_a_list():
    assert sorted([*LISTS, *NO_LISTS]) == sorted(one.key for one in TABLE)


def test_every_module_that_lays_rows_is_a_section_or_says_what_bounds_them():
    paths = (one for one in (*VIEWS.glob("*.py"), *VIEWS.glob("pages/*.py")) if not one.stem.startswith("scenes"))
    rows = {path.stem for path in paths if lays_rows(path)}
    sections = {one.page.partition(":")[0].rpartition(".")[2] for one in TABLE}
    assert sorted(rows - sections) == sorted(WITHIN)


def lays_rows(path: Path) -> bool:
    """Say whether a module puts one widget for each of something that it was given."""
    loops = [one for one in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(one, ast.For) and not isinstance(one.iter, ast.Tuple)]
    calls = (call.func for one in loops for call in ast.walk(one) if isinstance(call, ast.Call))
    named = (call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "") for call in calls)
    return any(name in ("addWidget", "addLayout", "addItem", "add", "_row", "PressRow", "PolicyCard") for name in named)


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
        if section not in SHORT:
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
        if section in ("journal", "services", "health"):
            continue  # A journal begins with that it was begun, services need no record, and each card of health says what it lacks.
        page = await go(window, section)
        said = [one for one in page.findChildren(EmptyState) if one.isVisible()]
        assert said, section
        assert all(one.title.text() and one.text.text() for one in said), section


async def test_every_list_is_read_with_no_network_says_how_old_it_is_and_keeps_its_place(qtbot, tmp_path, look):
    async with opened(tmp_path, size=(1100, 640)) as here:  # The least room for a page: the sidebar is whole.
        here.line.is_cut = True
        await here.sync()
        for section, listed in LISTS.items():
            page = await here.go(section)
            assert listed(page), section
            assert "Нет связи" in here.window.shell.sidebar.chip.accessibleName(), section
            places = [one.verticalScrollBar() for one in page.findChildren(QAbstractScrollArea) if one.isVisible()]
            for bar in places:
                bar.setValue(bar.maximum() // 2)
            stood = [bar.value() for bar in places]
            page.reload()
            await here.settle()
            assert [bar.value() if isValid(bar) else 0 for bar in places] == stood, section
        for section in (*LISTS, *(one for one in NO_LISTS if one not in ("wizard", "house_call"))):
            assert sideways(await here.go(section)) == [], section
        for width in (1220, 1360):  # A list has its detail beside it from 1200 on, and of a laptop's screen that is all there is.
            here.window.resize(width, 640)
            for section in ("results", "prescriptions", "vaccinations", "checkups", "exchange"):
                page = await here.go(section)
                page.reload()
                await here.settle()
                assert sideways(page) == [], (section, width)


def sideways(page: QWidget) -> list[ScrollPage]:
    """Return what of a page would have to be moved sideways to be read."""
    return [one for one in page.findChildren(ScrollPage) if one.isVisible() and one.horizontalScrollBar().maximum()]


async def test_done_vaccinations_are_found_by_name_and_stay_narrowed_until_the_person_is_another(record):
    window = await record("vaccinations")
    page = window.shell.page
    everything = LISTS["vaccinations"](page)
    key(window, Qt.Key.Key_F, CONTROL)
    typed("грипп")
    await settle(window)
    found = LISTS["vaccinations"](page)
    assert 0 < len(found) < len(everything)
    page.reload()
    await settle(window)
    assert LISTS["vaccinations"](page) == found
    assert QApplication.focusWidget() is page.done.narrowing.search
    typed(" щщ")
    await settle(window)
    assert LISTS["vaccinations"](page) == []
    assert "Такой прививки среди выполненных нет" in texts(page)
    await person(window, "Тимофей")
    assert page.done.narrowing.wanted() == ""


def test_past_checkups_are_found_by_what_is_known_of_them_once_they_are_many(qtbot, look):
    facts = {"group": "", "document": "", "counts_until": None, "repeat_year": None, "clinic": "Поликлиника № 2"}
    past = [PastCheckup(id=str(year), title=f"Осмотр {year}", on=date(year, 3, 2), **facts) for year in range(2021, 2026)]
    card = PastCard(past, today=date(2026, 5, 14), kept=("", ""))
    qtbot.addWidget(card)
    card.show()
    assert len(named(card, "past_save_")) == 5
    card.narrowing.search.setText("марта 2023")
    QApplication.processEvents()
    assert named(card, "past_save_") == ["past_save_2023"]
    card.narrowing.search.setText("поликлиника 7")
    QApplication.processEvents()
    assert named(card, "past_save_") == []
    assert "Такого осмотра среди прошлых нет." in texts(card)
    few = PastCard(past[:3], today=date(2026, 5, 14), kept=("", ""))
    qtbot.addWidget(few)
    assert few.narrowing.search.isHidden()


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



async def test_facts_are_found_by_what_is_written_of_them_and_a_card_says_when_it_has_none_such(record):
    window = await record("health")
    page = window.shell.page
    page.past.setChecked(True)
    await settle(window)
    everything = LISTS["health"](page)
    assert len(everything) > 3
    key(window, Qt.Key.Key_F, CONTROL)
    typed("пенициллин")
    await settle(window)
    assert 0 < len(LISTS["health"](page)) < len(everything)
    assert "Такого здесь нет" in texts(page)
    page.reload()
    await settle(window)
    assert 0 < len(LISTS["health"](page)) < len(everything)
    await person(window, "Тимофей")
    assert page.narrowing.wanted() == ""
