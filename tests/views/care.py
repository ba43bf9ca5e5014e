"""A window on a real record whose portal is in this process: the line to it can be cut, and it can be told to refuse."""

from __future__ import annotations

import asyncio
import gc
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from desktop import preferences
from desktop.clock import ManualClock, local_date
from desktop.demo.families import build
from desktop.demo.portal import DemoPortal
from desktop.demo.world import World
from desktop.preferences import Preferences
from desktop.profile import DEMO
from desktop.session.session import Session
from desktop.views.parts import PlainLabel
from desktop.views.scenes import settle
from desktop.views.window import Window
from tests.views.family import DAY, PHRASE, doors
from tests.waiting import until


@cache
def _world() -> World:
    return build("demo", today=local_date(ManualClock(DAY)))


class Line(httpx.AsyncBaseTransport):
    """The line to the portal; `is_cut` says whether anything comes through."""

    def __init__(self, box: DemoPortal) -> None:
        self._inner = httpx.ASGITransport(box.app)
        self.is_cut = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.is_cut:
            raise httpx.ConnectError("no way out")
        return await self._inner.handle_async_request(request)


@dataclass
class Place:
    """What a test holds in its hands."""

    window: Window
    session: Session
    box: DemoPortal
    line: Line
    clock: ManualClock

    @property
    def page(self) -> Any:
        assert self.window.shell is not None
        return self.window.shell.page

    async def go(self, section: str, subject: str | None = None) -> Any:
        assert self.window.shell is not None
        self.window.shell.go(section, subject)
        await settle(self.window)
        return self.page

    async def settle(self) -> None:
        await settle(self.window)

    async def sync(self) -> None:
        """Let the seconds of grace pass and check with the portal."""
        self.clock.advance(20)
        await self.session.exchange.run_now(documents="none")
        await self.settle()

    def find(self, name: str, kind: type[QWidget] = QWidget) -> Any:
        found = self.page.findChild(kind, name)
        assert found is not None, name
        return found

    async def press(self, widget: QWidget) -> None:
        """Press by the keyboard, as a person without a mouse does."""
        widget.setFocus()
        QTest.keyClick(widget, Qt.Key.Key_Return)
        await self.settle()

    def texts(self) -> str:
        return "\n".join(label.text() for label in self.window.findChildren(PlainLabel) if label.isVisible())

    async def outbox(self) -> list[tuple[str, str]]:
        return [(row.kind, row.state) for row in await self.session.bookings.outbox()]


@asynccontextmanager
async def place(qtbot: Any, folder: Path, *, size: tuple[int, int] = (1440, 900), syncs: bool = True, **choices: Any) -> AsyncIterator[Place]:
    """Open a record that has met its portal once (unless `syncs` is False), in a window of its own."""
    gc.collect()
    clock = ManualClock(DAY)
    box = DemoPortal(_world(), clock=clock, open_access=True, base="https://portal.test/fhir")
    line = Line(box)
    session, _ = await Session.create(
        folder / "vault", passphrase=PHRASE, clock=clock, profile=replace(DEMO, name="home"), rng=random.Random(1), is_live=False, transport=line
    )
    if syncs:
        await session.exchange.connect(box.base, auth="none")
        await session.exchange.run_now(documents="none")
    preferences.save(folder, Preferences(**{"theme": "light", "reduce_motion": True, **choices}))

    async def locked(_session: Session) -> None:
        return None

    opened = doors(folder)
    opened.clock = clock
    window = Window(opened, folder, on_lock=locked)
    qtbot.addWidget(window)
    window.resize(*size)
    window.show()
    window.activateWindow()
    await until(window.isActiveWindow)
    window.enter(session)
    await settle(window)
    try:
        yield Place(window=window, session=session, box=box, line=line, clock=clock)
    finally:
        # qtbot closes the window after the loop: closing the last window in it would stop the loop.
        if window.shell is not None:
            window.shell.leave()
        window.session = None
        await session.lock()
        await asyncio.sleep(0)
        assert box.violations == []
        box.close()
