"""The window on an open record for the tests of pages: a copy of the family's vault, or one with its portal at hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from zxingcpp import read_barcodes

from desktop import preferences
from desktop.clock import local_date
from desktop.demo.families import build
from desktop.demo.portal import DemoPortal
from desktop.demo.serve import running
from desktop.preferences import Preferences
from desktop.record.fhir.acts import ACT_SYSTEM
from desktop.views.parts import PlainLabel
from desktop.views.scenes import settle
from desktop.views.window import Window
from tests.views.family import PHRASE, doors, family
from tests.waiting import until


@asynccontextmanager
async def window_on(folder: Path, *, size: tuple[int, int] = (1440, 900), **choices: Any) -> AsyncIterator[Window]:
    """Open the family's record in a window with no network behind it."""
    async with _window(folder, family(folder), size, choices) as window:
        window.enter(await window.doors.unlock(PHRASE))
        await settle(window)
        yield window


@asynccontextmanager
async def window_with_portal(folder: Path) -> AsyncIterator[tuple[Window, DemoPortal]]:
    """Open a record that was just brought from a portal which is still there."""
    made = doors(folder)
    world = build("demo", today=local_date(made.clock))
    portal = DemoPortal(world, clock=made.clock)
    async with _window(folder, made, (1440, 900), {}) as window:
        session, _code = await made.create(PHRASE)
        with running(portal) as base:
            await session.exchange.connect(base, auth="token", token=portal.token_for(world.accounts[0].grants))
            await session.exchange.run_or_raise(documents="none")
            window.enter(session)
            await settle(window)
            yield window, portal


@asynccontextmanager
async def _window(folder: Path, made: Any, size: tuple[int, int], choices: dict[str, Any]) -> AsyncIterator[Window]:
    async def locked(session: Any) -> None:
        await session.lock()

    QApplication.setQuitOnLastWindowClosed(False)
    preferences.save(folder, Preferences(theme="light", reduce_motion=True, **choices))
    window = Window(made, folder, on_lock=locked)
    window.resize(*size)
    window.show()
    window.activateWindow()
    await until(window.isActiveWindow)
    try:
        yield window
    finally:
        session, window.session = window.session, None
        window.close()
        if session is not None:
            await session.lock()
        window.deleteLater()
        await asyncio.sleep(0)


async def page_of(window: Window, section: str, *, given: str = "") -> Any:
    """Open a section of somebody's record and return its page."""
    person = window.session.person(given) if given else None
    if person is not None:
        window.shell.switch(person.id)
    window.shell.go(section)
    await settle(window)
    return window.shell.page


async def exchange(window: Window) -> None:
    """Let the ten seconds pass and check with the portal."""
    window.clock.advance(30)  # type: ignore[attr-defined]
    await window.session.exchange.run_or_raise(documents="none")
    await settle(window)


def answered(portal: DemoPortal, kind: str, **changes: Any) -> dict[str, Any]:
    """Let the other side answer the newest request of a kind; return it."""
    tasks = [item.resource for item in portal.shelf.items("WHERE live AND type='Task'")]
    task = next(one for one in tasks if any(code == {"system": ACT_SYSTEM, "code": kind} for code in one["code"]["coding"]))
    return portal.put({**task, **changes})


def texts(window: QWidget) -> str:
    """Return everything that is written in the window now."""
    return "\n".join(label.text() for label in window.findChildren(PlainLabel) if label.isVisible())


def press(widget: QWidget, code: Qt.Key = Qt.Key.Key_Return) -> None:
    """Press a key where the focus stands, after it was put on `widget`."""
    widget.setFocus()
    QTest.keyClick(QApplication.focusWidget() or widget, code)


def typed(text: str) -> None:
    """Type letters that QTest's own typing does not know."""
    for char in text:
        QTest.sendKeyEvent(QTest.KeyAction.Click, QApplication.focusWidget(), Qt.Key.Key_unknown, char, Qt.KeyboardModifier.NoModifier)


def codes_in(image: QImage) -> list[str]:
    """Return what an independent decoder reads from a picture."""
    from PIL import Image

    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    wide, high = grey.width(), grey.height()
    picture = Image.frombytes("L", (grey.bytesPerLine(), high), bytes(grey.constBits())).crop((0, 0, wide, high))
    return [one.text for one in read_barcodes(picture)]
