"""The warning before something of the record goes to the mail program: in the page, with the safe choice in focus."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractButton

from desktop.views.parts import Body, Box, Button, Card, FlowLayout, Heading, ScrollPage, clear, column
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


class MailAsk(Box):
    """The place where a button's warning stands while it is asked; nothing until then, and the focus goes back to the button."""

    def __init__(self, button: QAbstractButton, agreed: Callable[[], object], scroller: ScrollPage | None = None) -> None:
        self._place = column()
        super().__init__(self._place)
        self._button, self._agreed, self._scroller = button, agreed, scroller
        button.clicked.connect(self._ask)
        self.card: MailCard | None = None
        self.hide()

    def _ask(self) -> None:
        if self.card is not None:
            return
        self.card = MailCard()
        self.card.agreed.connect(self._go_on)
        self.card.closed.connect(self.close_card)
        self._place.addWidget(self.card)
        self.show()
        if self._scroller is not None:
            self._scroller.reveal(self)
        self.card.keep.setFocus()

    def close_card(self) -> None:
        """Put the warning away."""
        self.card = None
        clear(self._place)
        self.hide()
        self._button.setFocus()

    def _go_on(self) -> None:
        self.close_card()
        self._agreed()
