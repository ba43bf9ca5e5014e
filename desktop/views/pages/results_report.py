"""The open report: what it is, how its values stand, the doctor's words, and the ways out of the record."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QWidget

from desktop.clock import local_date
from desktop.session.rows import MeasureRow, OutboxRow, ReportView
from desktop.views import theme, typeset
from desktop.views.columns import Columns
from desktop.views.focus_kept import Opener
from desktop.views.page import Host, Memory
from desktop.views.pages import results_paper, results_words
from desktop.views.pages.documents_leave import Leaving
from desktop.views.pages.documents_mail import MailCard
from desktop.views.pages.results_ask import AskForm, ConclusionCard, Talk, ask_words
from desktop.views.pages.results_measure import WIDE_FROM_PX, MeasureLine
from desktop.views.parts import (
    STRETCH,
    Box,
    Button,
    Divider,
    EmptyState,
    FlowLayout,
    Heading,
    MarkLegend,
    Meta,
    Notice,
    ScrollPage,
    clear,
    column,
    row,
)
from desktop.words import tr

_FIRST_ROWS = 4
_SIDE = 24


class ReportPanel(QFrame):
    """One report, read from the top; it keeps what is open in it while the same report is asked for again."""

    paper_asked = Signal(str)

    def __init__(self, host: Host) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setAccessibleName(tr("results.detail"))
        self.host = host
        self.leaving = Leaving(host, self)
        self.id = ""
        self.view: ReportView | None = None
        self.is_here = False
        self._acts: tuple[OutboxRow, ...] = ()
        self._shows_all = False
        self._open_lines: set[str] = set()
        self.lines: dict[str, MeasureLine] = {}
        self.header: QWidget | None = None
        self._opener = Opener(self)
        self.mail_card: MailCard | None = None
        self.scroller = ScrollPage(pad=(18, 0, 16), gap=0)
        self.talk = Talk(host, self.scroller)
        self.talk.changed.connect(lambda: host.spawn(self.open(self.id)) if self.id else None)
        self.body = self.scroller.body
        self.setLayout(column(self.scroller, gap=0, pad=(1,)))
        self.show_nothing()

    # --- asking
    async def open(self, id: str) -> None:
        """Show a report; the one that is open already is built anew only where it changed."""
        try:
            view = await self.host.session.results.open(id)
        except KeyError:
            self._put(EmptyState(tr("results.gone"), tr("results.gone_text"), icon="info"))
            return
        is_here = False
        if view.document is not None:
            is_here = (await self.host.session.documents.get(view.document)).place == "here"
        outbox = await self.host.session.bookings.outbox(person=view.row.person)
        acts = tuple(one for one in outbox if one.kind == "result.ask" and dict(one.body).get("subject", "").endswith(f"/{id}"))
        notes = await self.host.session.results.notes(id)
        if id == self.id and (view, acts, is_here, notes) == (self.view, self._acts, self.is_here, self.talk.notes):
            return
        if id == self.id and self.form is not None:
            return
        if id != self.id:
            self._shows_all = False
            if self.id or not self._open_lines:
                self._open_lines = {one.id for one in view.measures if results_words.is_out(one)} & {_worst(view)}
        self.id, self.view, self._acts, self.is_here, self.talk.notes = id, view, acts, is_here, notes
        self._build(view)

    def clear(self) -> None:
        """Forget the report in this turn."""
        self.id, self.view, self._acts, self._open_lines, self.talk.notes = "", None, (), set(), ()
        self.show_nothing()

    def show_nothing(self) -> None:
        """Say that nothing is chosen."""
        self.id, self.view = "", None
        self._put(EmptyState(tr("results.choose"), tr("results.choose_text"), icon="flask"))

    def _put(self, widget: QWidget) -> None:
        self._wipe()
        self.body.addWidget(_padded(widget, pad=(24, _SIDE)))
        self.body.addStretch(1)

    def _wipe(self) -> None:
        self.lines, self.mail_card, self.header = {}, None, None
        self.talk.forget()
        clear(self.body)

    # --- building
    def _build(self, view: ReportView) -> None:
        at = self.scroller.remember()
        self._wipe()
        head = column(Heading(view.row.title, level=2), Meta(self._meta(view)), gap=2, pad=(0, _SIDE))
        self.body.addLayout(head)
        self.body.addSpacing(theme.px(12))
        self.body.addWidget(_padded(self._buttons(view)))
        self._mail_place = column(gap=0, pad=(0, _SIDE))
        self.body.addLayout(self._mail_place)
        self.body.addSpacing(theme.px(14))
        notice = self._notice(view)
        if notice is not None:
            self.body.addWidget(_padded(notice))
            self.body.addSpacing(theme.px(8))
        if view.measures:
            self._table(view)
        if view.conclusion and not any(one.note for one in view.measures):
            self.body.addWidget(_padded(self._conclusion(view), pad=(8, _SIDE)))
        self.body.addLayout(self.talk.build(view))
        self.body.addStretch(1)
        self.scroller.restore(at)

    def _meta(self, view: ReportView) -> str:
        at = view.row.taken_at or view.row.issued_at
        taken = tr("results.no_date")
        if at is not None:
            taken = ", ".join(part for part in (results_words.full_day(at.date()), results_words.clock(at)) if part)
        doctor = tr("results.meta_doctor", name=view.requested_by) if view.requested_by else ""
        return ". ".join(part.rstrip(".") if not part.endswith(" О.") else part for part in (taken, view.clinic, doctor) if part)

    def _buttons(self, view: ReportView) -> QWidget:
        self.pdf = Button(tr("results.open_pdf"), icon="document")
        self.pdf.clicked.connect(self.open_pdf)
        self.pdf.setEnabled(view.document is not None)
        made = [self.pdf]
        if view.row.status in ("final", "partial") or view.document is not None:
            for key, icon, act in (("save", "save", self.save_it), ("print", "print", self.print_it), ("mail", "mail", self.ask_mail)):
                button = Button(tr(f"results.{key}"), icon=icon)
                button.setObjectName(f"report_{key}")
                button.clicked.connect(lambda _on=False, act=act: act())
                made.append(button)
        whole = column(Box(FlowLayout(*made, gap=8)), gap=6)
        if view.document is None and view.row.status in ("final", "partial"):
            whole.addWidget(Meta(tr("results.no_pdf")))
        return Box(whole)

    def _notice(self, view: ReportView) -> Notice | None:
        status = view.row.status
        if status == "unknown":
            return Notice(tr("results.unsafe_text"), strong=tr("results.unsafe_strong"), kind="warn")
        if status in ("pending", "cancelled"):
            icon = "hourglass" if status == "pending" else "ban"
            return Notice(tr(f"results.{status}_text"), strong=tr(f"results.{status}_strong"), kind="quiet", icon=icon)
        if not view.measures:
            return Notice(tr("results.not_diagnosis"), kind="aside") if view.conclusion else None
        strong, text = results_words.counts(view.row)
        if status == "partial":
            strong = f"{tr('results.partial_strong')} {strong}"
        return Notice(text, strong=strong, kind="aside")

    def _table(self, view: ReportView) -> None:
        self.header = self._header()
        self.body.addWidget(self.header)
        self._fit_header()
        self.body.addWidget(_padded(Divider()))
        ordered = sorted(view.measures, key=lambda one: not results_words.is_out(one))
        out = sum(results_words.is_out(one) for one in ordered)
        first = ordered if self._shows_all else ordered[: max(_FIRST_ROWS, out)]
        for measure in first:
            line = self._line(measure)
            self.body.addWidget(line)
            if measure.id in self._open_lines:
                line.open()
        self.body.addWidget(_padded(self._foot(ordered, shown=len(first)), pad=(0, _SIDE)))

    def _fit_header(self) -> None:
        """Show the heads of the columns only where there are columns."""
        if self.header is not None:
            self.header.setVisible(self.width() >= theme.px(WIDE_FROM_PX))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show or hide the heads of the columns."""
        super().resizeEvent(event)
        self._fit_header()

    def _header(self) -> QWidget:
        line = row(gap=0, pad=(0, _SIDE))
        for key, wide in (("title", 200), ("value", 124), ("bar", 230)):
            label = Meta(tr(f"results.column_{key}"))
            label.setFixedWidth(theme.px(wide))
            line.addWidget(label)
        last = Meta(tr("results.column_range"), wrap=False)
        line.addStretch(1)
        line.addWidget(last)
        made = Box(line)
        made.setFixedHeight(theme.px(36))
        return made

    def _line(self, measure: MeasureRow) -> MeasureLine:
        begins = f"{measure.title}: "
        asked = [one for one in self._acts if dict(one.body).get("text", "").startswith(begins)]
        line = MeasureLine(measure, today=local_date(self.host.clock), question=ask_words(asked[-1]) if asked else "")
        line.opened.connect(lambda: self._opened(line))
        line.asked.connect(lambda: self.ask(measure))
        line.head.toggled.connect(lambda on: self._open_lines.add(measure.id) if on else self._open_lines.discard(measure.id))
        self.lines[measure.id] = line
        return line

    def _foot(self, ordered: list[MeasureRow], *, shown: int) -> QWidget:
        rest = ordered[shown:]
        line = row(STRETCH, gap=8)
        if rest or (self._shows_all and len(ordered) > _FIRST_ROWS):
            key = "more" if all(one.standing == "in" for one in rest) else "more_any"
            self.more = Button(tr(f"results.{key}", len(rest)) if rest else tr("results.less"), role="text", tight=True,
                               icon="chevron-down" if rest else "chevron-up", trailing=True)  # fmt: skip
            self.more.setObjectName("more_measures")
            self.more.clicked.connect(self._toggle_all)
            line.insertWidget(0, self.more)
        legend = []
        for mark, key in (("within", "within"), ("above", "out"), ("previous", "previous")):
            legend.append(Box(row(MarkLegend(mark), Meta(tr(f"results.legend_{key}"), wrap=False), gap=6)))
        made = Columns(Box(line), Box(column(STRETCH, FlowLayout(*legend, gap=10), STRETCH)), gap=8, share=(1, 0))
        made.setMinimumHeight(theme.px(44))
        return made

    def _conclusion(self, view: ReportView) -> QWidget:
        made = ConclusionCard(view, self._acts)
        made.ask.clicked.connect(lambda: self.ask(None))
        return made

    # --- what the person does
    def _toggle_all(self) -> None:
        self._shows_all = not self._shows_all
        if self.view is not None:
            self._build(self.view)
            self.more.setFocus()

    def _opened(self, line: MeasureLine) -> None:
        self.host.spawn(self._course(line))

    async def _course(self, line: MeasureLine) -> None:
        measure = line.measure
        desk = self.host.session.results
        points = await desk.trend(measure.code, unit=measure.unit, unit_code=measure.unit_code) if measure.code else ()
        if self.lines.get(measure.id) is line:
            line.show_course(points)

    def ask(self, measure: MeasureRow | None) -> None:
        """Show the form for a question about the report, or about one of its values."""
        if self.view is not None:
            self.talk.ask(measure)

    @property
    def form(self) -> AskForm | None:
        """Return the form that is open."""
        return self.talk.form

    # --- out of the record
    def sheet(self) -> typeset.Sheet | None:
        """Return the sheet of ours for a report whose document is not here."""
        if self.view is None:
            return None
        return results_paper.sheet(self.view, self.host.session.current, today=local_date(self.host.clock))

    def open_pdf(self) -> bool:
        """Ask for the pages of the report in place of its values."""
        if self.view is None or self.view.document is None:
            return False
        self.paper_asked.emit(self.view.document)
        return True

    def save_it(self) -> bool:
        """Save the document, or the sheet of ours."""
        return self._leave(self.leaving.save, self.leaving.save_sheet)

    def print_it(self) -> bool:
        """Print the document, or the sheet of ours."""
        return self._leave(self.leaving.print, self.leaving.print_sheet)

    def ask_mail(self) -> bool:
        """Warn before the mail program is opened."""
        if self.view is None or self.mail_card is not None:
            return False
        self._opener.note()
        self.mail_card = MailCard()
        self.mail_card.agreed.connect(self._mail)
        self.mail_card.closed.connect(self._close_mail)
        self._mail_place.addSpacing(theme.px(12))
        self._mail_place.addWidget(self.mail_card)
        self.mail_card.keep.setFocus()
        return True

    def _close_mail(self) -> None:
        self._opener.take_from(self.mail_card)
        self.mail_card = None
        clear(self._mail_place)

    def _mail(self) -> None:
        self._close_mail()
        self._leave(self.leaving.mail, self.leaving.mail_sheet)

    def _leave(self, document: Callable[[str], object], sheet: Callable[[typeset.Sheet], object]) -> bool:
        made = self.sheet()
        if self.view is None or made is None or self.view.row.status in ("pending", "cancelled"):
            return False
        of_clinic = self.view.document if self.is_here else None
        self.host.spawn(document(of_clinic) if of_clinic is not None else sheet(made))  # type: ignore[arg-type]
        return True

    def entries(self) -> list[tuple[str, Callable[[], object]]]:
        """Return what the row's menu offers for the open report."""
        pairs: list[tuple[str, Callable[[], object]]] = [
            ("save", self.save_it), ("print", self.print_it), ("mail", self.ask_mail), ("note", self.talk.note),
            ("ask", lambda: self.ask(None)),
        ]  # fmt: skip
        return [(tr(f"results.{key}"), act) for key, act in pairs]

    # --- keeping its place
    def step_back(self) -> bool:
        """Close the innermost open thing."""
        if self.mail_card is not None:
            self._close_mail()
            return True
        if self.form is not None:
            self.talk.close_form()
            return True
        return False

    def remember(self) -> Memory:
        """Return what is open in the report."""
        return {"open": sorted(self._open_lines), "all": self._shows_all, "scroll": self.scroller.remember()}

    def restore(self, memory: Mapping[str, object]) -> None:
        """Open the same lines again."""
        opened = memory.get("open")
        if isinstance(opened, list):
            self._open_lines = {str(one) for one in opened}


def _worst(view: ReportView) -> str:
    """Return the first value out of range: it opens by itself."""
    return next((one.id for one in view.measures if results_words.is_out(one)), "")


def _padded(widget: QWidget, *, pad: tuple[float, ...] = (0, _SIDE)) -> QWidget:
    return Box(column(widget, gap=0, pad=pad))
