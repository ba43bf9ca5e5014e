"""Leaving for good: the whole record is removed from this computer, after the passphrase. What the portal has stays there."""

from __future__ import annotations

from desktop.errors import KnownError
from desktop.views import wording
from desktop.views.page import Host
from desktop.views.parts import STRETCH, Body, Box, Button, Card, Field, Heading, Meta, Notice, clear, column, row
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
        self.phrase = Field(tr("settings.old_passphrase"), password=True, hint=tr("settings.erase_step_up"))
        self.yes = Button(tr("settings.erase_yes"), role="danger")
        leave = Button(tr("settings.erase_no"))
        leave.clicked.connect(self._put_away)
        self.yes.clicked.connect(lambda: self.host.spawn(self._erase()))
        self.phrase.submitted.connect(lambda: self.host.spawn(self._erase()))
        parts: list[object] = [Body(tr("settings.erase_sure"))]
        if unsent:
            parts.append(Notice(tr("settings.erase_unsent", unsent), kind="warn"))
        parts += [Meta(tr("settings.erase_stays")), self.phrase, row(leave, self.yes, STRETCH, gap=8)]
        self._show(Card(column(*parts, gap=12), role="sunken", pad=(16, 16)))
        self.phrase.edit.setFocus()

    def _show(self, card: Card | None) -> None:
        place = self.form.layout()
        assert place is not None
        clear(place)
        if card is not None:
            place.addWidget(card)
        self.form.setVisible(card is not None)
        self.begin.setVisible(card is None)

    def _put_away(self) -> None:
        self._show(None)
        self.begin.setFocus()

    async def _erase(self) -> None:
        if self.yes.busy:
            return
        self.yes.set_busy(True, tr("settings.erasing"))
        self.phrase.set_error("")
        try:
            await self.host.session.erase(self.phrase.value())
        except KnownError as error:
            self.phrase.set_error(wording.error(error))
            self.yes.set_busy(False)
            return
        self.host.lock()
