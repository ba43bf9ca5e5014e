"""What a person says about a result: a comment or a question to the doctor, the form for it, and the honest state of what was said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QLayout, QWidget

from desktop.clock import local_date
from desktop.record.acts import ACTS
from desktop.session.report_notes import NoteRow
from desktop.session.rows import MeasureRow, OutboxRow, ReportView
from desktop.views import theme, wording
from desktop.views.draft import Draft
from desktop.views.focus_kept import Opener
from desktop.views.page import Host
from desktop.views.pages.care_parts import take_back
from desktop.views.pages.results_words import full_day
from desktop.views.parts import (
    STRETCH,
    Body,
    Box,
    Button,
    Card,
    Divider,
    FlowLayout,
    Heading,
    IconLabel,
    Meta,
    ScrollPage,
    Tag,
    TextArea,
    clear,
    column,
    row,
)
from desktop.words import tr


def ask_words(act: OutboxRow) -> str:
    """Say where a question is: it is sent when the portal has it, not before."""
    if act.state == "rejected":
        return tr("results.ask_refused", reason=wording.refusal(act.reason))
    return tr("results.ask_unconfirmed" if act.state == "sending" else "results.ask_waits")


class AskForm(Card):
    """A few words: `kind` is "ask" or "note". `sent` gives what was written; `closed` says that nothing is to be sent."""

    sent = Signal(str)
    closed = Signal()

    def __init__(self, kind: str, host: Host, *, report: str, about: str) -> None:
        self.kind = kind
        self.area = TextArea(about, hint=tr(f"results.{kind}_hint"), lines=3)
        self.draft = Draft(host, f"{kind}:{report}")
        self.draft.hold(text=self.area)
        self.send = Button(tr(f"results.{kind}_send"), role="primary", icon="send")
        self.keep = Button(tr(f"results.{kind}_not"))
        title = Heading(tr(f"results.{kind}_title"))
        super().__init__(column(title, self.draft.notice, self.area, Box(FlowLayout(self.send, self.keep, gap=8)), gap=12), pad=(16, 20))
        self.send.clicked.connect(self._send)
        self.keep.clicked.connect(self.closed)

    def _send(self) -> None:
        text = self.area.value().strip()
        self.area.set_error("" if text else tr(f"results.{self.kind}_empty"))
        if text:
            self.sent.emit(text)
        else:
            self.area.edit.setFocus()


_MARKS = {"waiting": ("clock", "dashed"), "unconfirmed": ("hourglass", "dashed"), "sent": ("check", "good"), "refused": ("alert", "bad")}


class NotesCard(Card):
    """Everything said about a result, oldest first. `withdrawn` gives the act to be taken back or put away, `corrected` a refused note."""

    withdrawn = Signal(str)
    corrected = Signal(object)

    def __init__(self, notes: Sequence[NoteRow], *, today: date) -> None:
        inside = column(Heading(tr("results.notes")), gap=12)
        for n, one in enumerate(notes):
            if n:
                inside.addWidget(Divider())
            inside.addWidget(self._line(one, today))
        super().__init__(inside, pad=(16, 20))
        self.setObjectName("report_notes")

    def _line(self, one: NoteRow, today: date) -> QWidget:
        who = one.by if one.kind == "answer" and one.by else tr(f"results.note_kind_{one.kind}")
        head = f"{who}, {wording.moment(one.at, today=today)}" if one.at is not None else who
        line = row(gap=12)
        line.addWidget(Meta(head), 1)
        if one.kind != "answer":
            icon, kind = _MARKS[one.state]
            line.addWidget(Tag(tr(f"results.note_{one.state}"), icon=icon, kind=kind), 0, Qt.AlignmentFlag.AlignTop)
        whole = column(line, Body(one.text), gap=4)
        if one.state == "refused":
            whole.addWidget(Meta(tr("results.note_refused_why", reason=wording.refusal(one.reason)), tone="warn"))
        under: list[QWidget] = []
        if one.state == "refused":
            again = Button(tr("documents.correct"), role="text", tight=True, name=f"{tr('documents.correct')}: {one.text[:60]}")
            again.setObjectName("note_again")
            again.clicked.connect(lambda: self.corrected.emit(one))
            under.append(again)
        if one.intent and one.state in ("waiting", "refused"):
            word = tr("asks.withdraw" if one.state == "waiting" else "asks.put_away")
            button = Button(word, role="text", tight=True, name=f"{word}: {one.text[:60]}")
            button.setObjectName(f"withdraw_{one.intent}")
            button.clicked.connect(lambda: self.withdrawn.emit(one.intent))
            under.append(button)
        if under:
            whole.addWidget(Box(FlowLayout(*under, gap=8)))
        return Box(whole)


class Talk(QObject):
    """The form and what was said, in their places of an open report. `changed` says that there is something new to show."""

    changed = Signal()

    def __init__(self, host: Host, scroll: ScrollPage) -> None:
        super().__init__(scroll)
        self._host, self._scroll = host, scroll
        self._opener = Opener(scroll)
        self.form: AskForm | None = None
        self.notes: tuple[NoteRow, ...] = ()
        self.place = column(gap=0, pad=(0, 24))
        self._said = column(gap=0, pad=(0, 24))

    def forget(self) -> None:
        """Let the widgets go: the report is built anew."""
        self.form = None

    def build(self, view: ReportView) -> QLayout:
        """Return the places, filled with what was said."""
        self._view = view
        self.place, self._said = column(gap=0), column(gap=0)
        buttons = []
        if view.row.status not in ("pending", "cancelled"):
            # The doctor's own words have the question beside them.
            offered = (("note", "comment", self.note), ("pass", "send", self._pass_on), ("ask", "help", lambda: self.ask(None)))
            for key, icon, act in offered[: 2 if view.conclusion else 3]:
                button = Button(tr(f"results.{key}"), role="text", icon=icon, tight=True)
                button.setObjectName(f"report_{key}")
                button.clicked.connect(lambda _on=False, act=act: act())
                buttons.append(button)
        if self.notes:
            card = NotesCard(self.notes, today=local_date(self._host.clock))
            card.withdrawn.connect(lambda intent: self._host.spawn(self._withdraw(intent)))
            card.corrected.connect(self._correct)
            self._said.addSpacing(theme.px(8))
            self._said.addWidget(card)
        whole = column(gap=4, pad=(4, 24))
        whole.addLayout(self._said)
        whole.addWidget(Box(FlowLayout(*buttons, gap=8)))
        whole.addLayout(self.place)
        return whole

    def _pass_on(self) -> None:
        self._host.go("documents", f"pass:DiagnosticReport/{self._view.row.id}")

    def note(self) -> None:
        """Show the form for a comment."""
        self._open("note", self._view.row.title, None)

    def _correct(self, refused: NoteRow) -> None:
        """Open a refused comment or question with its words; what is being written already stays."""
        self._open("note" if refused.kind == "comment" else "ask", self._view.row.title, None)
        if self.form is not None and not self.form.area.value().strip():
            self.form.area.set_value(refused.text)

    def ask(self, measure: MeasureRow | None) -> None:
        """Show the form for a question about the report, or about one of its values."""
        self._open("ask", measure.title if measure is not None else self._view.row.title, measure)

    def _open(self, kind: str, about: str, measure: MeasureRow | None) -> None:
        if self.form is not None and self.form.kind != kind:
            self.close_form()
        if self.form is None:
            self._opener.note()
            self.form = AskForm(kind, self._host, report=self._view.row.id, about=about)
            self.form.sent.connect(lambda text: self._host.spawn(self._send(kind, text, measure)))
            self.form.closed.connect(self.close_form)
            self.place.addWidget(self.form)
        self.form.area.edit.setFocus()
        self._scroll.reveal(self.form)

    def close_form(self) -> None:
        """Put the form away; what was written stays a draft."""
        self._opener.take_from(self.form)
        self.form = None
        clear(self.place)

    async def _send(self, kind: str, text: str, measure: MeasureRow | None) -> None:
        form = self.form
        if form is None:
            return
        act, row_ = {"ask": "result.ask", "note": "result.comment"}[kind], self._view.row
        words = tr("results.ask_about", title=measure.title, text=text) if measure is not None else text
        limit = next(field.max_chars for field in ACTS[act].fields if field.name == "text")
        if len(words) > limit:
            form.area.set_error(tr(f"results.{kind}_long"))
            return
        body = {"subject": f"DiagnosticReport/{row_.id}", "text": words}
        intent = await form.draft.send(self._host.session.bookings.act(act, row_.person, body))
        if not intent:
            return
        self.close_form()
        said = tr("results.asked" if kind == "ask" else "results.noted")
        self._host.toast(said, undo=lambda: self._host.spawn(self._withdraw(intent)))
        self.changed.emit()

    async def _withdraw(self, intent: str) -> None:
        await take_back(self._host, intent)
        self.changed.emit()


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
