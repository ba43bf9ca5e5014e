"""A window on a record whose documents are here: a vault synced once from the portal in the box, copied for each test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop.profile import DEMO
from desktop.views import asking
from desktop.views.parts import PlainLabel
from desktop.views.staging import settle
from desktop.views.window import Window
from tests.views.opened import opened

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
Record = Callable[..., Awaitable[Window]]


@pytest.fixture
async def record(qtbot, tmp_path: Path, look) -> AsyncIterator[Record]:
    """Give a way to open the family's record, its documents here and its portal away, on a section."""
    async with AsyncExitStack() as stack:

        async def open_it(section: str, *, empty: bool = False, **choices: object) -> Window:
            one = await stack.enter_async_context(opened(tmp_path, documents="never" if empty else "needed", profile=DEMO, section=section, **choices))
            one.offline()
            return one.window

        yield open_it


@pytest.fixture
def answers() -> Iterator[dict[str, Callable[..., object]]]:
    """Answer in place of the system's windows."""
    yield asking.answers
    asking.answers.clear()


def texts(window: QWidget) -> str:
    """Return every text in sight."""
    QApplication.sendPostedEvents()
    return "\n".join(label.text() for label in window.findChildren(PlainLabel) if label.isVisible())


def key(window: Window, code: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key where the focus is."""
    QTest.keyClick(QApplication.focusWidget() or window, code, modifier)


async def person(window: Window, given: str) -> None:
    """Open the record of a person of the family."""
    window.shell.switch(next(one.id for one in window.session.people if one.given == given))
    await settle(window)


async def painted(pane) -> None:
    """Wait until the pages in sight are there."""
    async with asyncio.timeout(20):
        while not pane.is_painted():
            await settle(pane.window())
