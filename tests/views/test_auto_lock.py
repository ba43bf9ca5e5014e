"""Nobody at the computer (R-10): whatever the window is in the middle of, it locks within a second of its limit, and on a jump of the clock."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QToolTip

from desktop.views import asking, typeset
from desktop.views.over import CardOver
from desktop.views.parts import DateField, Toast
from desktop.views.resting import settle, until
from tests import kept
from tests.views.opened import CONTROL, Opened, opened, painted, texts, typed

Stage = Callable[[Opened], Awaitable[object]]
TICK_MS: Final = 5
SHEET: Final = typeset.Sheet(kind="Выписка", title="Выписка", blocks=(typeset.Text(text="Орлова Наталья"),))


def popup() -> Any:
    found = QApplication.activePopupWidget()
    assert found is not None
    return found


async def _section(at: Opened, section: str) -> None:
    await at.go(section)


async def _search(at: Opened) -> None:
    await at.key(Qt.Key.Key_K, CONTROL)
    await at.write("бисопролол")
    await until(lambda: at.window.shell.popup.isVisible())  # type: ignore[union-attr]


async def _switcher(at: Opened) -> None:
    at.window.shell.open_switcher()  # type: ignore[union-attr]


async def _notices(at: Opened) -> None:
    at.window.shell.notices.toggle()  # type: ignore[union-attr]
    await at.settle()


async def _menu(at: Opened) -> None:
    page = await at.go("documents")
    page.panel.pop_up()
    assert isinstance(popup(), QMenu)


async def _choice(at: Opened) -> None:
    page = await at.go("health")
    page.kind.box.showPopup()
    assert popup().isVisible()


async def _days(at: Opened) -> None:
    page = await at.go("cover")
    page.open_form("statement")
    field = page.panes.panel.findChild(DateField)
    field._open()
    assert field._popup.isVisible()


async def _tooltip(at: Opened) -> None:
    QToolTip.showText(QCursor.pos(), at.session.people[0].given, at.window)
    assert QToolTip.isVisible()


async def _pdf(at: Opened) -> Any:
    page = await at.go("documents")
    page.show_subject(next(row.id for row in page.model.rows() if row.place == "here" and row.content_type == "application/pdf"))
    await at.settle()
    await painted(page.panel.pane)
    return page


async def _pdf_alone(at: Opened) -> None:
    (await _pdf(at)).panel.set_reading(True)


async def _preview(at: Opened) -> None:
    at.window.spawn(asking.print_sheet(at.page, SHEET))
    await until(lambda: at.window.findChild(QDialog) is not None)


async def _save_as(at: Opened) -> None:
    at.window.spawn(asking.where_to_save(at.page, "Куда", "лист.pdf", "PDF (*.pdf)"))
    await until(lambda: at.window.findChild(QDialog) is not None)


async def _step_up(at: Opened) -> None:
    page = await at.go("cover")
    page.open_form("policy")
    page.panes.panel.kind.choose("regional")
    page.panes.panel.consent.check.setChecked(True)
    page.panes.panel.submit.click()
    await at.settle()
    assert isinstance(at.window.shell.over, CardOver)  # type: ignore[union-attr]
    typed("половина фра")


async def _exchange(at: Opened) -> None:
    begun = asyncio.Event()

    async def never(_request: httpx.Request) -> httpx.Response:
        begun.set()
        await asyncio.Event().wait()
        raise AssertionError

    at.line.handle_async_request = never  # type: ignore[method-assign]
    at.window.shell.spawn(at.session.exchange.run_now())  # type: ignore[union-attr]
    await begun.wait()


async def _wizard(at: Opened) -> None:
    at.window.shell.book(specialty="Кардиолог")  # type: ignore[union-attr]
    await at.settle()


async def _house_call(at: Opened) -> None:
    page = await at.go("house_call", "new")
    page._show_form()
    page.symptoms.edit.setFocus()
    typed("Жар третий день")


async def _note(at: Opened) -> None:
    page = await at.go("health")
    page.text.edit.setFocus()
    typed("Колет в боку")


async def _map_held(at: Opened) -> None:
    page = await at.go("clinics")
    page._to_map()
    town = page.map
    QTest.mousePress(town.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(40, 40))
    QTest.mouseMove(town.viewport(), QPoint(80, 90))


async def _code(at: Opened) -> None:
    page = await at.go("prescriptions")
    page.show_full()
    assert page.screen_.isVisible()


async def _undo(at: Opened) -> None:
    page = await at.go("vaccinations")
    await page._refresh()
    assert [toast for toast in at.window.findChildren(Toast) if toast.isVisible()]


async def _decision(at: Opened) -> None:
    (slot, *_) = await at.session.bookings.free(specialty="Окулист")
    await at.session.bookings.book(slot.id, at.session.people[0].id)
    at.box.clinic.another_patient_takes(slot.id)
    at.clock.advance(60)
    await at.session.exchange.run_now(documents="none")
    await at.go("exchange")
    assert await at.session.bookings.clashes()


async def _code_words(at: Opened) -> None:
    page = await at.go("settings")
    await page.security._make_code(kept.PASSPHRASE)


async def _warned(at: Opened) -> None:
    at.clock.advance(at.window.idle.limit_s - 20)
    at.window.idle.look()
    assert any("Карта закроется" in toast.accessibleName() for toast in at.window.findChildren(Toast))


async def _minimised(at: Opened) -> None:
    at.window.showMinimized()


async def _export(at: Opened) -> None:
    page = await at.go("documents")
    await page.open_paper("export")
    page.forms["export"].since.edit.setText("01.01.20")


STATES: Final[dict[str, Stage]] = {
    "home at rest": lambda at: _section(at, "home"),
    "search box filled": _search,
    "whose record": _switcher,
    "notices under the bell": _notices,
    "menu open": _menu,
    "choice open": _choice,
    "days of a date open": _days,
    "tooltip": _tooltip,
    "PDF open": _pdf,
    "PDF over the whole page": _pdf_alone,
    "print preview": _preview,
    "the system's file dialog": _save_as,
    "passphrase asked once more": _step_up,
    "exchange without an answer": _exchange,
    "booking half chosen": _wizard,
    "house call": _house_call,
    "text being typed": _note,
    "map held by the mouse": _map_held,
    "code over the whole screen": _code,
    "seconds of undo running": _undo,
    "decision waiting": _decision,
    "recovery code shown": _code_words,
    "warning shown": _warned,
    "window minimised": _minimised,
    "export being filled in": _export,
    "emergency sheet": lambda at: _section(at, "health"),
    "help": lambda at: _section(at, "help"),
    "settings": lambda at: _section(at, "settings"),
}

ALSO_AFTER_SLEEP: Final = ("menu open", "the system's file dialog", "exchange without an answer", "text being typed")


@pytest.fixture
async def at(tmp_path: Path, look: Any) -> Any:
    async with opened(tmp_path, documents="needed") as one:
        one.window.idle.start()
        yield one


async def locked(at: Opened, how: str) -> None:
    """Let the limit pass, or the clock jump, and see the window shut with nothing left on the screen."""
    window = at.window
    window.idle._timer.setInterval(TICK_MS)
    if how == "idle":
        left = window.idle.limit_s - (at.clock.monotonic() - window.idle._last_s)
        at.clock.advance(left - 0.1)
        window.idle.look()
        assert window.session is not None, "before its time"
        at.clock.advance(1.1)
    else:
        at.clock.jump(3_600)
    await until(lambda: window.session is None, timeout_s=10)
    await window._leaving
    QApplication.sendPostedEvents()
    await settle(window)
    assert window.shell is None
    assert texts(window) == ""
    assert [one for one in QApplication.topLevelWidgets() if one.isVisible() and one is not window] == []


async def again(at: Opened) -> None:
    """Open the record anew in the window, which the product would do in a new process."""
    window = at.window
    window.showNormal()
    window.activateWindow()
    await until(window.isActiveWindow)
    at.line.__dict__.pop("handle_async_request", None)
    window._is_locking = False
    at.session = await window.doors.unlock(kept.PASSPHRASE)
    # Sessions of tests begin with the same chance, and their acts would have the same names.
    at.session._rng.seed(at.clock.now().timestamp())
    window.enter(at.session)
    await settle(window)


async def test_window_locks_in_time_whatever_it_is_in_the_middle_of(at: Opened) -> None:
    assert len(STATES) >= 20
    for name, how in (*((name, "idle") for name in STATES), *((name, "jump") for name in ALSO_AFTER_SLEEP)):
        try:
            await STATES[name](at)
            await locked(at, how)
        except BaseException as error:
            error.add_note(f"{how}: {name}")
            raise
        await again(at)
