"""Results that the person put in: apart from the laboratories', marked as theirs, in no count and in no chart.

*Source*: requirements C39 (and E9: only the clinic adds to the official record, so these stay a layer of their own).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame

from desktop.clock import local_date
from desktop.record.uploads import Upload
from desktop.session.asked import AskedRow
from desktop.session.rows import DocumentRow
from desktop.views.page import Host
from desktop.views.pages import documents_words
from desktop.views.pages.asked_line import AskedLine
from desktop.views.pages.form_fields import UploadField, day_problem, iso, text_problem
from desktop.views.pages.paper_form import PaperForm
from desktop.views.parts import (
    Box,
    Button,
    DateField,
    Divider,
    EmptyState,
    Field,
    FlowLayout,
    Heading,
    Labelled,
    Notice,
    PressRow,
    ScrollPage,
    TextArea,
    Tile,
    clear,
    column,
)
from desktop.words import tr


class OwnResultForm(PaperForm):
    """«Внести свой результат»."""

    words = "own"
    wants_files = True
    back = "papers.own_back"

    def ask(self) -> None:
        today = local_date(self.host.clock)
        self.title = Field(tr("papers.own_name"), hint=tr("papers.own_name_hint"))
        self.title.edit.setObjectName("own_name")
        self.on = DateField(tr("papers.own_on"), today=today)
        self.laboratory = Field(tr("papers.own_laboratory"), hint=tr("documents.form_optional"))
        self.text = TextArea(tr("papers.own_text"), hint=tr("papers.own_text_hint"), lines=4)
        self.page = UploadField(tr("papers.own_page"), self.host, hint=tr("papers.own_page_hint"))
        self.add(self.title)
        self.pair(self.on, self.laboratory)
        self.add(self.text, self.page)
        self.buttons()
        self.draft.hold(title=self.title, on=self.on, laboratory=self.laboratory, text=self.text)

    def problems(self) -> Sequence[tuple[Labelled, str]]:
        day = self.on.date()
        is_ahead = day is not None and day > local_date(self.host.clock)
        is_bare = not self.text.value().strip() and self.page.upload is None
        return (
            (self.title, text_problem(self.title, most=200, is_required=True)),
            (self.on, tr("papers.error_ahead") if is_ahead else day_problem(self.on)),
            (self.laboratory, text_problem(self.laboratory, most=300)),
            (self.text, tr("papers.error_own_bare") if is_bare else text_problem(self.text, most=4_000)),
            (self.page, self.page.problem),
        )

    def body(self) -> Mapping[str, Any]:
        return {
            "title": self.title.value().strip(), "on": iso(self.on.date()), "laboratory": self.laboratory.value().strip(),
            "text": self.text.value().strip(),
        }  # fmt: skip

    def files(self) -> Mapping[str, Upload]:
        return {"page": self.page.upload} if self.page.upload is not None else {}

    def act(self) -> str:
        return "result.add"

    def take_up(self, refused: AskedRow) -> None:
        """Write what was refused anew; what is being written already stays. A page is chosen again: it was not kept."""
        if self.title.value().strip():
            return
        for name, field in (("title", self.title), ("laboratory", self.laboratory), ("text", self.text)):
            field.set_value(refused.field(name))
        self.on.set_date(date.fromisoformat(refused.field("on")) if refused.field("on") else None)


class OwnPanel(QFrame):
    """The list of one's own results. `added` asks for the form, `opened` for one of them, `closed` for the laboratories' again,
    `corrected` for the form with what was refused."""

    added = Signal()
    corrected = Signal(object)
    opened = Signal(str)
    closed = Signal()

    def __init__(self, host: Host) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setAccessibleName(tr("papers.own_list"))
        self.host = host
        self.scroller = ScrollPage(pad=(18, 24, 16), gap=12)
        self.setLayout(column(self.scroller, gap=0, pad=(1,)))

    def show_rows(self, rows: Sequence[DocumentRow], acts: Sequence[AskedRow]) -> None:
        """Show them: those that have not left first."""
        clear(self.scroller.body)
        self.add = Button(tr("papers.own_add"), role="primary", icon="plus")
        self.add.setObjectName("own_add")
        self.add.clicked.connect(self.added)
        back = Button(tr("results.back_to_values"), icon="arrow-left")
        back.setObjectName("own_back")
        back.clicked.connect(self.closed)
        body = self.scroller.body
        body.addWidget(Heading(tr("papers.own_list"), level=2))
        body.addWidget(Notice(tr("papers.own_apart"), strong=tr("papers.own_strong"), kind="quiet", icon="user"))
        body.addWidget(Box(FlowLayout(self.add, back, gap=8)))
        for one in acts:
            body.addWidget(AskedLine(one, one.field("title"), self.host, again=partial(self.corrected.emit, one)))
            body.addWidget(Divider())
        for row_ in rows:
            body.addWidget(self._line(row_))
        if not rows and not acts:
            body.addWidget(EmptyState(tr("papers.own_empty"), tr("papers.own_empty_text"), icon="flask"))
        body.addStretch(1)

    def _line(self, one: DocumentRow) -> PressRow:
        where = f", {one.clinic}" if one.clinic else ""
        made = PressRow(one.title, f"{documents_words.own_day(one)}{where}", leading=Tile("user", kind="quiet", size_px=40))
        made.setObjectName(f"own_{one.id}")
        made.clicked.connect(lambda _on=False: self.opened.emit(one.id))
        return made

    def take_focus(self) -> None:
        """Put the focus on the way to add."""
        self.add.setFocus(Qt.FocusReason.OtherFocusReason)
