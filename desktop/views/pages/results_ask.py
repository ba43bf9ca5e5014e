"""The question to a doctor: a form in the page, and the honest state of a question that was asked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal

from desktop.session.rows import OutboxRow, ReportView
from desktop.views.pages.results_words import full_day
from desktop.views.parts import STRETCH, Body, Button, Card, Heading, IconLabel, Meta, Tag, TextArea, column, row
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


class ConclusionCard(Card):
    """What the doctor concluded, who and when, and the way to ask."""

    def __init__(self, view: ReportView, acts: Sequence[OutboxRow]) -> None:
        head = row(IconLabel("comment", "accent", 20), gap=8)
        head.addWidget(Meta(tr("results.conclusion"), tone="ink", bold=True), 1)
        inside = column(head, Body(view.conclusion), gap=6)
        by = view.conclusion_by
        if by and view.conclusion_on is not None:
            by = tr("results.conclusion_by", name=by, on=full_day(view.conclusion_on))
        if by:
            inside.addWidget(Meta(by))
        for act in acts:
            inside.addLayout(row(Tag(ask_words(act), icon="hourglass", kind="dashed"), STRETCH))
        self.ask = Button(tr("results.ask"), role="text", tight=True)
        self.ask.setObjectName("ask_report")
        inside.addLayout(row(self.ask, STRETCH))
        super().__init__(inside, pad=(16, 20, 8))
