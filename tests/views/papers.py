"""A window on a record whose documents are here: a vault synced once from the portal in the box, copied for each test."""

from __future__ import annotations

import asyncio
import gc
import shutil
import tempfile
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from desktop import preferences
from desktop.clock import ManualClock, local_date
from desktop.demo.families import build
from desktop.demo.portal import DemoPortal
from desktop.demo.serve import running
from desktop.preferences import Preferences
from desktop.views import asking
from desktop.views.parts import PlainLabel
from desktop.views.staging import settle
from desktop.views.window import Window
from tests.views.family import DAY, PHRASE, doors

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
_KEPT = tempfile.TemporaryDirectory(prefix="medkarta-papers-", ignore_cleanup_errors=True)
Record = Callable[..., Awaitable[Window]]


async def _sync(folder: Path) -> None:
    clock = ManualClock(DAY)
    world = build("demo", today=local_date(clock))
    portal = DemoPortal(world, clock=clock)
    session, _code = await doors(folder).create(PHRASE)
    with running(portal) as base:
        await session.exchange.connect(base, auth="token", token=portal.token_for(world.accounts[0].grants))
        await session.exchange.run_or_raise(documents="needed")
    await session.lock()


@cache
def _synced() -> Path:
    folder = Path(_KEPT.name) / "vault"
    worker = threading.Thread(target=lambda: asyncio.run(_sync(folder)))
    worker.start()
    worker.join()
    return folder


@pytest.fixture
async def record(qtbot, tmp_path: Path, look) -> AsyncIterator[Record]:
    """Give a way to open the family's record on a section."""
    gc.collect()
    made: list[Window] = []

    async def locked(session) -> None:
        await session.lock()

    async def open_it(section: str, *, size: tuple[int, int] = (1440, 900), empty: bool = False, **choices: object) -> Window:
        folder = tmp_path / "record"
        if not empty:
            shutil.copytree(_synced(), folder)
        folder.mkdir(exist_ok=True)
        settings = Preferences(**{"theme": "light", "reduce_motion": True, "section": section, **choices})  # type: ignore[arg-type]
        preferences.save(tmp_path, settings)
        here = doors(folder)
        session = (await here.create(PHRASE))[0] if empty else await here.unlock(PHRASE)
        window = Window(here, tmp_path, on_lock=locked)
        qtbot.addWidget(window)
        made.append(window)
        window.resize(*size)
        window.enter(session)
        window.show()
        window.activateWindow()
        async with asyncio.timeout(5):
            while not window.isActiveWindow():
                await settle(window)
        await settle(window)
        return window

    yield open_it
    for window in made:
        session, window.session = window.session, None
        pages = window.shell.pages if window.shell is not None else {}
        for section in pages.keys() & {"documents", "results"}:
            pages[section].clear()
        if isValid(window):
            window.close()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        if session is not None:
            await session.lock()
    await asyncio.sleep(0)


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
