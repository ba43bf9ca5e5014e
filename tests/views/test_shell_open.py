"""The open record in the window: a real vault synced from the portal in the box, driven by keys."""

from __future__ import annotations

import asyncio
import gc
import inspect
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from desktop import preferences
from desktop.preferences import Preferences
from desktop.views import sections
from desktop.views.parts import PlainLabel, Toast
from desktop.views.resting import settle, until
from desktop.views.window import Window
from tests.views.family import PHRASE, family
from tests.views.looking import cut, unnamed
from tests.views.opened import close, put_up
from tests.waiting import turn

CONTROL = Qt.KeyboardModifier.ControlModifier
SECTIONS = [section.key for section in sections.TABLE]


@pytest.fixture
async def record(tmp_path: Path, look):
    # Windows of earlier tests go here, on this thread: see desktop/views/sweeping.py.
    gc.collect()
    made: list[Window] = []
    left: list[object] = []

    async def locked(session) -> None:
        left.append(session)
        await session.lock()

    async def build(*, enters: bool = True, size: tuple[int, int] = (1440, 900), **choices: object) -> Window:
        preferences.save(tmp_path, Preferences(theme="light", reduce_motion=True, **choices))  # type: ignore[arg-type]
        window = put_up(family(tmp_path), tmp_path, on_lock=locked, size=size)
        window.left = left  # type: ignore[attr-defined]
        made.append(window)
        window.show_door()
        await until(window.isActiveWindow)
        if enters:
            window.enter(await window.doors.unlock(PHRASE))
            await settle(window)
        return window

    yield build
    for window in made:
        await close(window)


def texts(window: QWidget) -> str:
    return "\n".join(label.text() for label in window.findChildren(PlainLabel) if label.isVisible())


def key(window: Window, code: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget() or window, code, modifier)


def found(window: Window) -> str:
    rows = window.shell.popup.list
    return "\n".join(rows.item(n).text() for n in range(rows.count()))


def type_text(field: QWidget, text: str) -> None:
    """Type letters that QTest's own typing does not know."""
    for char in text:
        QTest.sendKeyEvent(QTest.KeyAction.Click, field, Qt.Key.Key_unknown, char, Qt.KeyboardModifier.NoModifier)


async def test_story_by_keyboard_alone_unlock_search_switch_person_lock(record):
    window = await record(enters=False)
    edit = window.front.passphrase.edit
    await turn()
    edit.setFocus()
    type_text(edit, "не та фраза")
    key(window, Qt.Key.Key_Return)
    await settle(window)
    assert "не подходит" in window.front.passphrase.error()
    edit.setText(PHRASE)
    key(window, Qt.Key.Key_Return)
    await settle(window)
    assert window.shell is not None
    assert "Кардиолог" in texts(window)
    key(window, Qt.Key.Key_K, CONTROL)
    type_text(window.shell.topbar.search, "результаты")
    await settle(window)
    key(window, Qt.Key.Key_Return)
    await settle(window)
    assert window.shell.section == "results"
    second = window.session.people[1]
    key(window, Qt.Key.Key_2, CONTROL)
    await settle(window)
    assert window.session.current == second
    assert second.given in window.shell.topbar.pill.text()
    assert window.shell.spine.hue == second.hue
    assert window.shell.section == "results"
    key(window, Qt.Key.Key_Escape)
    assert window.shell.section == "home"
    window.copy(second.policy_number)
    assert QGuiApplication.clipboard().text()
    key(window, Qt.Key.Key_L, CONTROL)
    assert QGuiApplication.clipboard().text() == ""
    await turn()
    await window._leaving
    assert window.shell is None
    assert len(window.left) == 1
    assert second.given not in texts(window)


# In the largest text every page is looked at by tests/scenes.
@pytest.mark.parametrize("language", ["ru", "en"])
async def test_every_page_names_its_controls_and_cuts_nothing(record, language):
    window = await record(size=(1024, 640), language=language)
    found = {}
    for name in [section.key for section in sections.TABLE]:
        window.shell.go(name)
        await settle(window)
        found[name] = (unnamed(window), cut(window))
    window.shell.open_switcher()
    await settle(window)
    found["switcher"] = (unnamed(window.shell.over), cut(window.shell.over))
    assert {name: wrong for name, wrong in found.items() if wrong != ([], [])} == {}


@pytest.mark.parametrize(("name", "value"), [("theme", "contrastDark"), ("theme", "dark"), ("language", "en"), ("text_scale", 1.5)])
async def test_look_and_language_change_at_once_at_the_same_place_and_come_back(record, name, value):
    window = await record()
    window.shell.go("settings")
    await settle(window)
    before = getattr(window.preferences, name)
    window.shell.page.simple.setFocus()
    window.change(**{name: value})
    window.shell.toast("…", undo=lambda: window.change(**{name: before}))
    await settle(window)
    assert window.shell.section == "settings"
    assert QApplication.focusWidget() is window.shell.page.simple
    assert cut(window) == []
    assert preferences.load(window._folder).language == window.preferences.language
    toast = next(toast for toast in window.findChildren(Toast) if toast.isVisible())
    toast.action.click()
    await settle(window)
    assert getattr(window.preferences, name) == before
    assert window.shell.section == "settings"


async def test_focus_stays_in_the_list_it_was_in_when_the_look_changes_and_is_not_taken_from_where_one_went_meanwhile(record):
    window = await record()
    window.shell.go("bookings")
    await settle(window)
    page = window.shell.page
    name = page._shown_rows()[2].id
    move = page.tickets.ticket(name).findChild(QPushButton)
    move.setFocus()
    window.change(theme="dark")
    await settle(window)
    assert QApplication.focusWidget() is window.shell.page.tickets.ticket(name).findChild(QPushButton) is not move
    window.change(theme="light")
    window.shell.topbar.bell.setFocus()
    await settle(window)
    assert QApplication.focusWidget() is window.shell.topbar.bell


async def test_late_answer_of_the_person_before_is_never_shown(record):
    window = await record()
    shell = window.shell
    first, second = window.session.people[:2]
    for _ in range(6):
        shell.page.reload()
        shell.switch(second.id)
        shell.page.reload()
        await turn()
        shell.switch(first.id)
    await until(lambda: shell.page.is_loaded)
    assert shell.page._view.person == first.id
    shell.switch(second.id)
    # The second person's page may stand there in the same turn; the first one's may not.
    assert shell.page._view is None or shell.page._view.person == second.id
    assert "Кардиолог" not in texts(shell.stack)
    await settle(window)
    assert shell.page._view.person == second.id


async def test_every_question_under_way_is_dropped_when_the_record_is_left(record):
    asked = (await record()).shell._asked
    asked.spoil()
    old = asyncio.ensure_future(asked.facts())
    await turn()
    asked.spoil()
    new = asyncio.ensure_future(asked.facts())
    await turn()
    asked.stop()
    ends = await asyncio.gather(old, new, return_exceptions=True)
    assert [type(end) for end in ends] == [asyncio.CancelledError, asyncio.CancelledError]


async def test_work_that_is_dropped_before_its_first_step_is_closed(record):
    window = await record()
    work = window.shell.refresh_frame()
    window.shell.spawn(work).cancel()
    await settle(window)
    assert inspect.getcoroutinestate(work) == inspect.CORO_CLOSED


async def test_f6_visits_every_part_of_the_window_and_comes_round(record):
    window = await record()
    window.shell.toast("Сделано", undo=lambda: None)
    seen = []
    for _ in range(5):
        key(window, Qt.Key.Key_F6)
        focus = QApplication.focusWidget()
        seen.append(next(name for name, part in (("toast", window.findChild(Toast)), ("side", window.shell.sidebar),
                                                 ("bar", window.shell.topbar), ("page", window.shell.page))
                         if part.isAncestorOf(focus)))  # fmt: skip
    assert set(seen) == {"side", "bar", "page", "toast"}
    assert seen[0] == seen[4]


async def test_control_with_a_cyrillic_letter_opens_search(record):
    window = await record()
    QTest.sendKeyEvent(QTest.KeyAction.Click, window, Qt.Key(0x041B), "Л", CONTROL)
    assert window.shell.topbar.search.hasFocus()
    assert window.shell.popup.isVisible()


@pytest.mark.parametrize(("typed", "meant"), [(",bcjghjkjk", "бисопролол"), ("<BCJGHJKJK", "бисопролол")])
async def test_word_typed_in_the_other_layout_is_found_as_it_was_meant(record, typed: str, meant: str):
    window = await record()
    window.shell.open_search()
    type_text(window.shell.topbar.search, typed)
    await until(lambda: f"Ищем «{meant}»" in window.shell.popup.head.text())
    rows = [window.shell.popup.list.item(n).text() for n in range(window.shell.popup.list.count())]
    assert any("Бисопролол" in row for row in rows)


async def test_what_is_not_in_either_layout_takes_no_more_place_than_its_words(record):
    window = await record()
    window.shell.open_search()
    type_text(window.shell.topbar.search, "pfgbcb")
    await until(lambda: window.shell.popup.list.count() > 1 and window.shell.popup.list.item(1).text() == "Записи")
    tall = window.shell.popup.height()
    window.shell.topbar.search.clear()
    type_text(window.shell.topbar.search, "qqqq")
    await until(lambda: "ничего нет" in window.shell.popup.none.text() and window.shell.popup.none.isVisible())
    assert window.shell.popup.height() < tall / 2


async def test_search_finds_in_the_record_and_opens_the_section(record):
    window = await record()
    key(window, Qt.Key.Key_K, CONTROL)
    type_text(window.shell.topbar.search, "бисопролол")
    await until(lambda: "исопролол" in found(window))
    rows = window.shell.popup.list
    wanted = next(rows.item(n) for n in range(rows.count()) if "исопролол" in rows.item(n).text())
    rows.setCurrentItem(wanted)
    section = sections.by_key(wanted.data(Qt.ItemDataRole.UserRole)).key
    key(window, Qt.Key.Key_Return)
    await settle(window)
    assert window.shell.section == section
    assert not window.shell.popup.isVisible()


async def test_idle_window_warns_then_locks(record):
    window = await record()
    window.clock.advance(window.profile.idle_limit_s - 20)
    window.idle.look()
    assert any("Карта закроется" in toast.accessibleName() for toast in window.findChildren(Toast))
    window.clock.advance(30)
    window.idle.look()
    await window._leaving
    assert window.shell is None


async def test_window_shows_nothing_that_portal_text_could_turn_into_markup(record):
    window = await record()
    for label in window.findChildren(PlainLabel):
        assert label.textFormat() == Qt.TextFormat.PlainText
    for text in ("<5", "a<b>c", "x &lt; y", "1<2 & 3>2"):
        label = PlainLabel(text)
        assert label.text() == text
        label.deleteLater()


async def test_large_text_keeps_six_items_and_the_rest_behind_all_sections(record):
    window = await record(text_scale=1.25)
    assert len(window.shell.sidebar.items) == 6
    window.shell.sidebar.items["all"].click()
    await settle(window)
    window.shell.step_back()
    assert window.shell.section == "home"


class _Strays(QObject):
    """Hears every widget that is shown as a window of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow() and not isinstance(watched, Window):
            self.heard.append(type(watched).__name__)
        return False


async def test_no_part_of_a_page_flashes_as_a_window_of_its_own(record, qapp):
    strays = _Strays()
    qapp.installEventFilter(strays)
    window = await record()
    for name in SECTIONS:
        window.shell.go(name)
        await settle(window)
    window.change(text_scale=1.25)
    await settle(window)
    qapp.removeEventFilter(strays)
    assert strays.heard == []
