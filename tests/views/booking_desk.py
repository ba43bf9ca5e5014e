"""A window on a family whose portal answers in this process: what the tests of booking hold in their hands."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop import preferences
from desktop.app_doors import VaultDoors
from desktop.clock import ManualClock, local_date
from desktop.demo import families
from desktop.demo.portal import DemoPortal
from desktop.preferences import Preferences
from desktop.profile import DEMO
from desktop.session.session import Session
from desktop.views.page import Page
from desktop.views.parts import PlainLabel
from desktop.views.scenes import settle
from desktop.views.window import Window
from tests.views.family import DAY, PHRASE

PROFILE = replace(DEMO, name="home")
SECTION_KEYS = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)


@dataclass
class Desk:
    """The window, the session behind it and the clinic in front of it."""

    window: Window
    session: Session
    box: DemoPortal
    clock: ManualClock

    @property
    def page(self) -> Page:
        assert self.window.shell is not None
        return self.window.shell.page

    @property
    def section(self) -> str:
        assert self.window.shell is not None
        return self.window.shell.section

    async def settle(self) -> None:
        await settle(self.window)

    async def key(self, code: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press one key where the focus is."""
        QTest.keyClick(QApplication.focusWidget() or self.window, code, modifier)
        await self.settle()

    async def write(self, text: str) -> None:
        """Type where the focus is."""
        for char in text:
            QTest.sendKeyEvent(QTest.KeyAction.Click, QApplication.focusWidget(), Qt.Key.Key_unknown, char,
                               Qt.KeyboardModifier.NoModifier)  # fmt: skip
        await self.settle()

    async def tab_to(self, name: str, *, back: bool = False) -> None:
        """Move with Tab until the thing with this object name or these words has the focus."""
        for _ in range(120):
            focus = QApplication.focusWidget()
            if focus is not None and name in (focus.objectName(), getattr(focus, "text", str)()):
                return
            QTest.keyClick(focus or self.window, Qt.Key.Key_Backtab if back else Qt.Key.Key_Tab)
        raise AssertionError(f"Tab does not reach {name!r}")

    async def press(self, name: str) -> None:
        """Go to a thing by Tab and press Enter."""
        await self.tab_to(name)
        await self.key(Qt.Key.Key_Return)

    def texts(self) -> str:
        """Return every text that is seen."""
        return "\n".join(label.text() for label in self.window.findChildren(PlainLabel) if label.isVisible())

    def toast(self) -> str:
        assert self.window.shell is not None
        return self.window.shell._toasts[-1].accessibleName() if self.window.shell._toasts else ""

    async def close_toast(self) -> None:
        """Let the ten seconds of the toast be over."""
        assert self.window.shell is not None
        for toast in list(self.window.shell._toasts):
            toast.close_now()
        await self.settle()

    def offline(self) -> None:
        """Take the network away."""
        self.box.faults.parse("lose_request")

    def online(self) -> None:
        """Give the network back."""
        self.box.faults.clear()

    async def exchange(self) -> None:
        """Check with the portal a minute later, as the schedule would."""
        self.clock.advance(700)
        await self.session.exchange.run_now(documents="none")
        await self.settle()

    def focus(self) -> QWidget | None:
        return QApplication.focusWidget()

    def live(self, **wanted: str) -> list[dict[str, object]]:
        """Return the portal's appointments that are active and have these values."""
        rows = self.box.shelf.rows("SELECT id FROM item WHERE live AND type='Appointment'")
        found = [self.box.resource("Appointment", row[0]) for row in rows]
        return [one for one in found if one and one["status"] not in ("cancelled", "noshow", "fulfilled")
                and all(one.get(name) == value for name, value in wanted.items())]  # fmt: skip


@asynccontextmanager
async def desk(folder: Path, *, size: tuple[int, int] = (1440, 900), **choices: object) -> AsyncIterator[Desk]:
    """Open the window on a family that has met its portal once; at the end the portal must have nothing to complain of."""
    clock = ManualClock(DAY)
    box = DemoPortal(families.build("demo", today=local_date(clock)), clock=clock, open_access=True, base="https://portal.test/fhir")
    session, _ = await Session.create(
        folder / "record", passphrase=PHRASE, clock=clock, profile=PROFILE, rng=random.Random(1), is_live=False,
        transport=httpx.ASGITransport(box.app),
    )  # fmt: skip
    await session.exchange.connect(box.base, auth="none")
    await session.exchange.run_now(documents="none")
    preferences.save(folder, Preferences(theme="light", reduce_motion=True, **choices))  # type: ignore[arg-type]

    async def locked(_session: Session) -> None:
        return None

    window = Window(VaultDoors(folder, profile=PROFILE, clock=clock), folder, on_lock=locked)
    window.resize(*size)
    window.enter(session)
    window.show()
    window.activateWindow()
    await settle(window)
    try:
        yield Desk(window, session, box, clock)
    finally:
        window.session = None
        if window.shell is not None:
            window.shell.leave()
        # The last window that closes ends Qt's loop: the session goes first.
        await session.lock()
        window.close()
        window.deleteLater()
    assert box.violations == []
    box.close()
