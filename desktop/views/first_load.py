"""Step 3 of the first run: what to load, the sign-in in the browser, and the progress of the first load with a way out.

The home page opens as soon as the first screen has come; the rest goes on behind it.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QWidget

from desktop.errors import KnownError
from desktop.views import asking, wording
from desktop.views.choice_card import ChoiceCard, ChoiceCards
from desktop.views.doors import Gate, Glance
from desktop.views.parts import STRETCH, Body, Box, Button, Field, Notice, column, row, shown
from desktop.words import tr

if TYPE_CHECKING:
    from desktop.session.session import Session

_TOPICS = ("people", "bookings", "results")
_EXTENTS: Final[tuple[Literal["needed", "all", "asked"], ...]] = ("needed", "all", "asked")


class FirstLoad(QWidget):
    """What to load, then how far it is."""

    failed = Signal()
    running = Signal(bool)

    def __init__(self, gate: Gate, session: Session, glance: Glance) -> None:
        super().__init__()
        self._gate, self._session, self._glance = gate, session, glance
        self._task: asyncio.Task[object] | None = None
        self._is_connected = False
        self._is_entered = False
        cards = tuple(
            ChoiceCard(key, tr(f"first_run.load_{key}"), tr(f"first_run.load_{key}_more"))
            for key in _EXTENTS
        )
        self.what = ChoiceCards(cards, name=tr("first_run.title_4"))
        self.token = Field(tr("first_run.token"), hint=tr("first_run.token_hint"), password=True)
        if glance.auth != "token":
            self.token.hide()
        self.say = Body(tr(f"first_run.sign_in_{glance.auth}", portal=shown(glance.title)), tone="ink2")
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("first_run.progress"))
        self.count = Body(tr("first_run.progress_begins"))
        self.cancel = Button(tr("first_run.cancel"), icon="close")
        self.cancel.clicked.connect(self.stop)
        self.progress = Box(column(self.count, self.bar, row(self.cancel, STRETCH), gap=12))
        self.progress.hide()
        self.error = Notice("", kind="bad")
        self.error.hide()
        self.setLayout(column(self.what, self.say, self.token, self.progress, self.error, gap=16))
        self._offs = [session.events.on(topic, self._news) for topic in (*_TOPICS, "exchange")]

    def start(self) -> None:
        """Sign in and load."""
        self.error.hide()
        self.progress.show()
        self.running.emit(True)
        self._task = self._gate.spawn(self._run(), self._refused)

    async def _run(self) -> None:
        exchange = self._session.exchange
        if not self._is_connected:
            token = self.token.value().strip() if self._glance.auth == "token" else None
            browser = asking.open_browser if self._glance.auth == "oauth" else None
            if browser is not None:
                self.count.set_text(tr("first_run.in_browser"))
            await exchange.connect(self._glance.base_url, auth=self._glance.auth, token=token, open_browser=browser)
            self._is_connected = True
        self.count.set_text(tr("first_run.progress_begins"))
        await exchange.bring(next(key for key in _EXTENTS if key == self.what.chosen()))
        await exchange.run_or_raise()
        self._enter()

    def stop(self) -> None:
        """Stop loading. What has come stays, and the record opens with it."""
        if self._task is not None:
            self._task.cancel()
        if self._session.people:
            self._enter()
            return
        self.progress.hide()
        self.running.emit(False)

    def _refused(self, error: KnownError) -> None:
        if self._session.people:
            self._enter()
            return
        self.progress.hide()
        self.error.set_text(wording.error(error))
        self.error.show()
        self.failed.emit()

    def _news(self, *_what: object) -> None:
        self._gate.spawn(self._look())

    async def _look(self) -> None:
        view = await self._session.exchange.view()
        if self._is_entered:
            return  # The page is gone: another look, or the end of the load, was quicker.
        if view.progress_total:
            self.bar.setRange(0, view.progress_total)
            self.bar.setValue(view.progress_done)
        if view.progress_done:
            self.count.set_text(tr("first_run.progress_n", view.progress_done))
        if self._session.current is not None and (await self._session.home.view()).has_come:
            self._enter()

    def _enter(self) -> None:
        if not self._is_entered:
            self._is_entered = True
            for off in self._offs:
                off()
            self._gate.enter(self._session)
