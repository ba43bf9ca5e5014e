"""To which clinic a document goes: a choice in the page, nothing leaves before it is made."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal

from desktop.views.parts import Body, Box, Button, Card, Combo, FlowLayout, Heading, column
from desktop.words import tr


class SendForm(Card):
    """A clinic of those the portal knows. `chosen` gives its id and name."""

    chosen = Signal(str, str)
    closed = Signal()

    def __init__(self, clinics: Sequence[tuple[str, str]]) -> None:
        self._clinics = dict(clinics)
        self.clinic = Combo(tr("documents.send_clinic"), [("", tr("documents.send_choose")), *self._clinics.items()], chosen="")
        self.send = Button(tr("documents.send_go"), role="primary", icon="send")
        self.keep = Button(tr("documents.send_not"))
        buttons = Box(FlowLayout(self.send, self.keep, gap=8))
        what = Body(tr("documents.send_what"), tone="ink2")
        super().__init__(column(Heading(tr("documents.send")), what, self.clinic, buttons, gap=10), pad=(16, 20))
        self.keep.clicked.connect(self.closed)
        self.send.clicked.connect(self._send)

    def _send(self) -> None:
        id = self.clinic.chosen()
        self.clinic.set_error("" if id else tr("documents.send_no_clinic"))
        if id:
            self.chosen.emit(id, self._clinics[id])
