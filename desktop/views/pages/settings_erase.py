"""Leaving for good: the whole record is removed from this computer, after the passphrase. What the portal has stays there."""

from __future__ import annotations

from desktop.views.page import Host
from desktop.views.pages.step_up import StepUp
from desktop.views.parts import STRETCH, Body, Box, Button, Card, Heading, Meta, Notice, clear, column, row
from desktop.views.parts.given import layout_of
from desktop.words import tr


class EraseCard(Card):
    """«Стереть карту с этого компьютера»."""

    def __init__(self, host: Host) -> None:
        super().__init__(pad=(20, 24), gap=12)
        self.host = host
        self.begin = Button(tr("settings.erase"), icon="close")
        self.begin.clicked.connect(lambda: host.spawn(self._ask()))
        self.form = Box(column())
        for part in (Heading(tr("settings.erase_title")), Body(tr("settings.erase_what"), tone="ink2")):
            self.body.addWidget(part)
        self.body.addLayout(row(self.begin, STRETCH))
        self.body.addWidget(self.form)
        self.form.hide()

    async def _ask(self) -> None:
        unsent = (await self.host.session.exchange.view()).waiting
        waiting = [Notice(tr("settings.erase_unsent", unsent), kind="warn")] if unsent else []
        self.ask = StepUp(self.host, Body(tr("settings.erase_sure")), *waiting, Meta(tr("settings.erase_stays")), do=self._erase,
                          yes=tr("settings.erase_yes"), no=tr("settings.erase_no"), busy=tr("settings.erasing"),
                          hint=tr("settings.erase_step_up"), role="sunken")  # fmt: skip
        self.ask.left.connect(self._put_away)
        self._show(self.ask)
        self.ask.phrase.edit.setFocus()

    def _show(self, card: Card | None) -> None:
        place = layout_of(self.form)
        clear(place)
        if card is not None:
            place.addWidget(card)
        self.form.setVisible(card is not None)
        self.begin.setVisible(card is None)

    def _put_away(self) -> None:
        self._show(None)
        self.begin.setFocus()

    async def _erase(self, passphrase: str) -> None:
        await self.host.session.erase(passphrase)
        self.host.lock()
