"""A report and, in its place when asked for, the pages that the laboratory printed, or what the person put in themselves."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget

from desktop.session.asked import AskedRow
from desktop.views.page import Host
from desktop.views.pages.documents_detail import DocumentPanel
from desktop.views.pages.results_own import OwnPanel, OwnResultForm
from desktop.views.pages.results_report import ReportPanel
from desktop.views.parts import STRETCH, Box, Button, Card, column, row
from desktop.words import tr


class ReportAndPaper(QStackedWidget):
    """The values in front, or the pages. `reading` asks for the whole page, or gives it back.

    `own_shown`: one's own results came to the front, `own_left`: they were put away for the laboratories'.
    """

    reading = Signal(bool)
    own_shown = Signal()
    own_left = Signal()

    def __init__(self, host: Host, report: ReportPanel) -> None:
        super().__init__()
        self.host, self.report = host, report
        self.paper: DocumentPanel | None = None
        self.own: OwnPanel | None = None
        self.form: OwnResultForm | None = None
        self._of = ""
        self._is_own = False
        self.setAccessibleName(tr("results.detail"))
        self.addWidget(report)
        report.paper_asked.connect(lambda id: host.spawn(self._show(id)))

    # --- one's own results
    async def show_own(self) -> None:
        """Show what the person put in, apart from the laboratories' results."""
        rows = await self.host.session.documents.own()
        acts = await self.host.session.asked.of("result.add")
        if self.own is None:
            self.own = OwnPanel(self.host)
            self.own.closed.connect(self.close_own)
            self.own.opened.connect(lambda id: self.host.spawn(self._show_own_paper(id)))
            self.own.added.connect(lambda: self.host.spawn(self._add_own()))
            self.own.corrected.connect(lambda refused: self.host.spawn(self._add_own(refused)))
            self.addWidget(self.own)
        self.own.show_rows(rows, acts)
        self.setCurrentWidget(self.own)
        self.own.take_focus()
        self.own_shown.emit()

    async def refresh_own(self) -> None:
        """Show what has become of them, where they are in front."""
        if self.own is not None and self.shows_own:
            self.own.show_rows(await self.host.session.documents.own(), await self.host.session.asked.of("result.add"))

    async def _show_own_paper(self, id: str) -> None:
        self._is_own = True
        await self._open_paper(id, of="")

    async def _add_own(self, refused: AskedRow | None = None) -> None:
        if self.form is None:
            self.form = OwnResultForm(self.host)
            self.form.closed.connect(lambda: self.host.spawn(self.show_own()))
            self.form.done.connect(self._added)
            self._form_card = Card(column(self.form, gap=0), pad=(12, 1, 1))
            self.addWidget(self._form_card)
        await self.form.begin()
        if refused is not None:
            self.form.take_up(refused)
        self.setCurrentWidget(self._form_card)

    async def put_in(self, path: Path) -> None:
        """Put a file into the form of an own result, which is opened for it."""
        if self.form is None or not self.form.isVisible():
            await self.show_own()
            await self._add_own()
        assert self.form is not None
        await self.form.page.take(path)

    def _added(self, intent: str) -> None:
        self.host.toast(tr("papers.own_kept"), undo=lambda: self.host.spawn(self._withdraw(intent)))
        self.host.spawn(self.show_own())

    async def _withdraw(self, intent: str) -> None:
        await self.host.session.bookings.withdraw(intent)
        await self.refresh_own()

    # --- pages
    async def _show(self, id: str) -> None:
        if self.report.view is not None and self.report.view.document == id:
            self._is_own = False
            await self._open_paper(id, of=self.report.id)

    async def _open_paper(self, id: str, *, of: str) -> None:
        row_ = await self.host.session.documents.get(id)
        if self.paper is None:
            self._build()
        assert self.paper is not None
        self._of = of
        self.back.setText(tr("papers.own_back" if self._is_own else "results.back_to_values"))
        self.setCurrentWidget(self._paper_box)
        await self.paper.open(row_)
        self.back.setFocus(Qt.FocusReason.OtherFocusReason)

    def _build(self) -> None:
        self.paper = DocumentPanel(self.host)
        self.paper.reading.connect(self._reading)
        self.back = Button(tr("results.back_to_values"), role="text", icon="arrow-left")
        self.back.setObjectName("back_to_values")
        self.back.clicked.connect(self._leave_paper)
        self.back_line = Box(row(self.back, STRETCH))
        whole = column(self.back_line, gap=8)
        whole.addWidget(self.paper, 1)
        self._paper_box = Box(whole)
        self.addWidget(self._paper_box)

    def _leave_paper(self) -> None:
        if self._is_own:
            self.host.spawn(self.show_own())
        else:
            self.close_paper()

    def _reading(self, on: bool) -> None:
        self.back_line.setVisible(not on)
        self.reading.emit(on)

    @property
    def shows_paper(self) -> bool:
        """Say whether the pages are in front."""
        return self.paper is not None and self.currentWidget() is self._paper_box

    def close_paper(self) -> bool:
        """Show the values again; say whether something else was in front."""
        was = self.currentWidget() is not self.report
        if self.paper is not None:
            self.paper.set_reading(False)
            self.paper.clear()
        if self.form is not None:
            self.form.clear()
        is_of_report = was and bool(self._of)
        self._of = ""
        self.setCurrentWidget(self.report)
        if is_of_report:
            self.report.pdf.setFocus(Qt.FocusReason.OtherFocusReason)
        return was

    @property
    def shows_own(self) -> bool:
        """Say whether the list of one's own results is in front."""
        return self.own is not None and self.currentWidget() is self.own

    @property
    def is_of_report(self) -> bool:
        """Say whether what is in front belongs to the chosen report: its values, or the pages it was printed on."""
        return self.currentWidget() is self.report or (self.shows_paper and not self._is_own)

    def close_own(self) -> bool:
        """Put the list of one's own results away; say whether it was in front."""
        if was := self.shows_own:
            self.close_paper()
            self.own_left.emit()
        return was

    def forget(self) -> None:
        """Let go of everything in this turn: another person's record is being opened."""
        self.close_paper()
        if self.own is not None:
            self.own.show_rows((), ())

    def keep_for(self, report: str) -> None:
        """Put the pages away where they are of another report."""
        if self._of and self._of != report:
            self.close_paper()

    def open_values(self) -> None:
        """Put everything but the values away: a result was chosen by hand."""
        if self.currentWidget() is not self.report and not self._of:
            self.close_paper()

    def step_back(self) -> bool:
        """Close the innermost open thing."""
        if self.shows_paper and self.paper is not None:
            if not self.paper.step_back():
                self._leave_paper()
            return True
        if self.form is not None and self.currentWidget() is self._form_card:
            self.host.spawn(self.show_own())
            return True
        return self.report.step_back() if self.currentWidget() is self.report else False

    def print_it(self) -> bool:
        """Print what is in front."""
        return self.paper.print_it() if self.shows_paper and self.paper is not None else self.report.print_it()

    def save_it(self) -> bool:
        """Save what is in front."""
        return self.paper.save_it() if self.shows_paper and self.paper is not None else self.report.save_it()
