"""The warning before something of the record goes to the mail program: in the page, with the safe choice in focus."""

from __future__ import annotations

from PySide6.QtCore import Signal

from desktop.views.parts import Body, Box, Button, Card, FlowLayout, Heading, column
from desktop.words import tr


class MailCard(Card):
    """What will happen and what to think of first. `agreed` goes on, `closed` does not."""

    agreed = Signal()
    closed = Signal()

    def __init__(self) -> None:
        self.keep = Button(tr("documents.mail_not"))
        self.go_on = Button(tr("documents.mail_go"), icon="mail")
        how = Body(tr("documents.mail_how"), tone="ink2")
        texts = column(Heading(tr("documents.mail_title")), Body(tr("documents.mail_warning")), how, gap=6)
        super().__init__(column(texts, Box(FlowLayout(self.keep, self.go_on, gap=8)), gap=12), role="conflict", pad=(16, 20))
        self.keep.clicked.connect(self.closed)
        self.go_on.clicked.connect(self.agreed)
