"""A window on the family's record, with its portal in this process: the one way in which tests of the window begin.

The line to the portal can be cut, the clinic can be told to answer; the record is a copy of one that met its portal already.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QMenu, QWidget
from shiboken6 import isValid

from desktop import preferences
from desktop.app_doors import VaultDoors
from desktop.clock import ManualClock
from desktop.demo.portal import DemoPortal
from desktop.preferences import Preferences
from desktop.profile import DEMO, Profile
from desktop.record.fhir.acts import ACT_SYSTEM
from desktop.session.session import Session
from desktop.store.vault import Vault
from desktop.views.over import CardOver
from desktop.views.parts import Button, PlainLabel
from desktop.views.resting import settle, until
from desktop.views.window import Window
from tests import kept
from tests.views.looking import stale
from tests.waiting import turn

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


class Line(httpx.AsyncBaseTransport):
    """The line to the portal; `is_cut`: nothing comes through, `is_deaf`: what is written arrives and no answer comes back."""

    def __init__(self, box: DemoPortal) -> None:
        self._inner = httpx.ASGITransport(box.app)
        self.is_cut = False
        self.is_deaf = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.is_cut:
            raise httpx.ConnectError("no way out")
        answer = await self._inner.handle_async_request(request)
        if self.is_deaf and request.method != "GET":
            raise httpx.ReadError("no way back")
        return answer


class Doors(VaultDoors):
    """Doors to a record whose portal is reached over `line`; its session does nothing by itself."""

    is_live = False

    def __init__(self, folder: Path, *, profile: Profile, clock: ManualClock, line: Line | None = None) -> None:
        super().__init__(folder, profile=profile, clock=clock)
        self.line = line

    async def unlock(self, passphrase: str) -> Session:
        return await kept.opened(self.folder, clock=self.clock, transport=self.line, profile=self.profile, passphrase=passphrase)


@dataclass
class Opened:
    """What a test holds in its hands: the window, the session behind it and the portal in front of it."""

    window: Window
    session: Session
    box: DemoPortal
    line: Line
    clock: ManualClock

    @property
    def page(self) -> Any:
        assert self.window.shell is not None
        return self.window.shell.page

    @property
    def section(self) -> str:
        assert self.window.shell is not None
        return self.window.shell.section

    async def settle(self) -> None:
        await settle(self.window)

    async def go(self, section: str, subject: str | None = None) -> Any:
        assert self.window.shell is not None
        self.window.shell.go(section, subject)
        await self.settle()
        return self.page

    # --- what is seen

    def find(self, name: str, kind: type[QWidget] = QWidget) -> Any:
        """Return the page's part of this object name."""
        found = self.page.findChild(kind, name)
        assert found is not None, name
        return found

    def texts(self) -> str:
        """Return everything that is written in the window now."""
        return texts(self.window)

    def focus(self) -> QWidget | None:
        return QApplication.focusWidget()

    def toast(self) -> str:
        assert self.window.shell is not None
        return self.window.shell._toasts[-1].accessibleName() if self.window.shell._toasts else ""

    async def close_toast(self) -> None:
        """Let the ten seconds of the toast be over."""
        assert self.window.shell is not None
        for toast in list(self.window.shell._toasts):
            toast.close_now()
        await self.settle()

    # --- the keyboard

    async def key(self, code: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press one key where the focus is."""
        QTest.keyClick(QApplication.focusWidget() or self.window, code, modifier)
        await self.settle()

    async def write(self, text: str) -> None:
        """Type where the focus is."""
        focus = QApplication.focusWidget()
        if isinstance(focus, QComboBox):
            # A list adds letters to the word before until somebody pauses.
            focus.view().keyboardSearch("")
        typed(text)
        await self.settle()

    async def tab_to(self, name: str, *, back: bool = False) -> None:
        """Move with Tab until the thing with this object name or these words has the focus."""
        for _ in range(120):
            focus = QApplication.focusWidget()
            if focus is not None and name in (focus.objectName(), getattr(focus, "text", str)()):
                return
            QTest.keyClick(focus or self.window, Qt.Key.Key_Backtab if back else Qt.Key.Key_Tab)
        raise AssertionError(f"Tab does not reach {name!r}")

    async def choose(self, what: str) -> None:
        """Open the menu of what has the focus with Enter and choose an entry of these words with the arrows."""
        await self.key(Qt.Key.Key_Return)
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        for _ in menu.actions():
            QTest.keyClick(menu, Qt.Key.Key_Down)
            if menu.activeAction().text() == what:
                break
        assert menu.activeAction().text() == what
        QTest.keyClick(menu, Qt.Key.Key_Return)
        await self.settle()

    async def press(self, what: QWidget | str) -> None:
        """Press Enter on a widget that is given the focus, or on the thing of this name after going there by Tab."""
        if isinstance(what, str):
            await self.tab_to(what)
            await self.key(Qt.Key.Key_Return)
            return
        press(what)
        await self.settle()

    async def step_up(self) -> None:
        """Give the passphrase that is asked once more."""
        await step_up(self.window)

    # --- the portal

    def offline(self) -> None:
        """Take the network away."""
        self.line.is_cut = True

    def online(self) -> None:
        """Give the network back."""
        self.line.is_cut = False

    async def sync(self) -> None:
        """Check with the portal some minutes later, when every wait between tries is over."""
        self.clock.advance(700)
        await self.session.exchange.run_now(documents="none")
        await self.settle()

    async def outbox(self) -> list[tuple[str, str]]:
        return [(row.kind, row.state) for row in await self.session.bookings.outbox()]

    def live(self, **wanted: str) -> list[dict[str, object]]:
        """Return the portal's appointments that are active and have these values."""
        rows = self.box.shelf.rows("SELECT id FROM item WHERE live AND type='Appointment'")
        found = [self.box.resource("Appointment", row[0]) for row in rows]
        return [one for one in found if one and one["status"] not in ("cancelled", "noshow", "fulfilled")
                and all(one.get(name) == value for name, value in wanted.items())]  # fmt: skip


@asynccontextmanager
async def opened(folder: Path, *, size: tuple[int, int] = (1440, 900), documents: str = "none", profile: Profile = kept.PROFILE,
                 **choices: Any) -> AsyncIterator[Opened]:  # fmt: skip
    """Open the family's record; at the end the portal must have nothing to complain of.

    `documents`: which of them came when the record met its portal; "never" gives a record that has not met it.
    """
    clock = ManualClock(kept.DAY)
    box = kept.portal(clock)
    doors = Doors(folder / "record", profile=profile, clock=clock, line=Line(box))
    kept.record(doors.folder, documents=documents)
    preferences.save(folder, Preferences(**{"theme": "light", "reduce_motion": True, **choices}))
    session = await doors.unlock(kept.PASSPHRASE)
    window = put_up(doors, folder, size=size)
    await until(window.isActiveWindow)
    window.enter(session)
    window.idle.stop()  # Nobody is locked out by a test that moves the clock.
    await settle(window)
    try:
        yield Opened(window, session, box, doors.line, clock)
    finally:
        await close(window)
    assert box.violations == []
    box.close()


async def locked(left: Session) -> None:
    """Stand where the product would start anew: the record is shut and the window stays."""
    await left.lock()


def put_up(doors: VaultDoors, folder: Path, *, on_lock: Callable[[Session], Awaitable[None]] = locked,
           size: tuple[int, int] = (1440, 900)) -> Window:  # fmt: skip
    """Put the window of what `folder` holds on the screen, with no page in it yet."""
    QApplication.setQuitOnLastWindowClosed(False)
    window = Window(doors, folder, on_lock=on_lock)
    window.resize(*size)
    window.show()
    window.activateWindow()
    return window


async def close(window: Window) -> None:
    """Close a window and its record, and let its work end."""
    session, window.session = window.session, None
    pages = window.shell.pages if window.shell is not None else {}
    for section in pages.keys() & {"documents", "results"}:
        pages[section].clear()  # The process that paints goes with its page.
    if isValid(window):
        window.close()
    left = stale()
    work = asyncio.all_tasks() - {asyncio.current_task()}
    for task in work:
        task.cancel()
    await asyncio.gather(*work, return_exceptions=True)
    if session is not None:
        await session.lock()
    if isValid(window):
        window.deleteLater()
    await turn()
    assert not left, left


@asynccontextmanager
async def window_on(folder: Path, **choices: Any) -> AsyncIterator[Window]:
    """Open the family's record in a window with no network behind it."""
    async with opened(folder, profile=DEMO, **choices) as one:
        one.offline()
        yield one.window


async def step_up(window: Window, phrase: str = kept.PASSPHRASE) -> None:
    """Type the passphrase that is asked once more, and press Enter."""
    over = window.shell.over
    assert isinstance(over, CardOver)
    assert QApplication.focusWidget() is over.card.phrase.edit
    typed(phrase)
    key(window, Qt.Key.Key_Return)
    await settle(window)


async def exchange(window: Window) -> None:
    """Let the ten seconds pass and check with the portal."""
    window.clock.advance(30)  # type: ignore[attr-defined]
    await window.session.exchange.run_or_raise(documents="none")
    await settle(window)


async def undo(window: Window) -> None:
    """Press «Вернуть» of the message that stands there."""
    (button,) = [one for one in window.shell.findChildren(Button) if one.label() == "Вернуть"]
    button.click()
    await settle(window)


async def page_of(window: Window, section: str, *, given: str = "") -> Any:
    """Open a section of somebody's record and return its page."""
    person = window.session.person(given) if given else None
    if person is not None:
        window.shell.switch(person.id)
    window.shell.go(section)
    await settle(window)
    return window.shell.page


def answered(portal: DemoPortal, kind: str, **changes: Any) -> dict[str, Any]:
    """Let the other side answer the newest request of a kind; return it."""
    tasks = [item.resource for item in portal.shelf.items("WHERE live AND type='Task'")]
    task = next(one for one in tasks if any(code == {"system": ACT_SYSTEM, "code": kind} for code in one["code"]["coding"]))
    return portal.put({**task, **changes})


def texts(widget: QWidget) -> str:
    """Return everything that is written in a window now."""
    QApplication.sendPostedEvents()
    return "\n".join(label.text() for label in widget.findChildren(PlainLabel) if label.isVisible())


def key(window: Window, code: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key where the focus is."""
    QTest.keyClick(QApplication.focusWidget() or window.focusWidget() or window, code, modifier)


async def person(window: Window, given: str) -> None:
    """Open the record of a person of the family."""
    window.shell.switch(next(one.id for one in window.session.people if one.given == given))
    await settle(window)


async def painted(pane: Any) -> None:
    """Wait until the pages in sight are there."""
    while not pane.is_painted():
        await settle(pane.window())


async def put(window: Window, id: str, data: bytes) -> None:
    """Put another PDF in the place of a document that is here."""

    def keep(vault: Vault) -> None:
        known = vault.blobs.state(id)
        assert known is not None
        vault.blobs.drop(id, person=known.person)
        vault.blobs.keep(id, data, "application/pdf", portal=known.portal, person=known.person)

    await window.session.store.call(keep, window.session.vault)


def press(widget: QWidget, code: Qt.Key = Qt.Key.Key_Return) -> None:
    """Press a key where the focus stands, after it was put on `widget`."""
    widget.setFocus()
    QTest.keyClick(QApplication.focusWidget() or widget, code)


def clicked_twice(widget: QWidget) -> None:
    """Click twice as fast as a hand does: Qt tells the second press as one of its own kind."""
    left, at = Qt.MouseButton.LeftButton, QPointF(widget.rect().center())
    QTest.mouseClick(widget, left)
    second = QMouseEvent(QEvent.Type.MouseButtonDblClick, at, QPointF(widget.mapToGlobal(at)), left, left, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, second)
    QTest.mouseRelease(widget, left)


def typed(text: str) -> None:
    """Type letters that QTest's own typing does not know."""
    for char in text:
        QTest.sendKeyEvent(QTest.KeyAction.Click, QApplication.focusWidget(), Qt.Key.Key_unknown, char, Qt.KeyboardModifier.NoModifier)


def codes_in(image: QImage) -> list[str]:
    """Return what an independent decoder reads from a picture."""
    from PIL import Image
    from zxingcpp import read_barcodes

    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    wide, high = grey.width(), grey.height()
    picture = Image.frombytes("L", (grey.bytesPerLine(), high), bytes(grey.constBits())).crop((0, 0, wide, high))
    return [one.text for one in read_barcodes(picture)]
