"""The question to a doctor: a form in the page, and the honest state of a question that was asked."""

from __future__ import annotations

from PySide6.QtCore import Signal

from desktop.session.rows import OutboxRow
from desktop.views.parts import STRETCH, Button, Card, Heading, TextArea, column, row
from desktop.words import tr


def ask_words(act: OutboxRow) -> str:
    """Say where a question is: it is sent when the portal has it, not before."""
    if act.state == "rejected":
        return tr("results.ask_refused", reason=act.reason)
    return tr("results.ask_sending" if act.state == "sending" else "results.ask_waits")


class AskForm(Card):
    """A few words to the doctor. `sent` gives what was written; `closed` says that nothing is to be sent."""

    sent = Signal(str)
    closed = Signal()

    def __init__(self, *, about: str) -> None:
        self.area = TextArea(about, hint=tr("results.ask_hint"), lines=3)
        self.send = Button(tr("results.ask_send"), role="primary", icon="send")
        self.keep = Button(tr("results.ask_not"))
        super().__init__(column(Heading(tr("results.ask_title")), self.area, row(self.send, self.keep, STRETCH), gap=12), pad=(16, 20))
        self.send.clicked.connect(self._send)
        self.keep.clicked.connect(self.closed)

    def _send(self) -> None:
        text = self.area.value().strip()
        self.area.set_error("" if text else tr("results.ask_empty"))
        if text:
            self.sent.emit(text)
        else:
            self.area.edit.setFocus()
