"""A report and, in its place when asked for, the pages that the laboratory printed: opened, saved, printed, mailed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget

from desktop.views.page import Host
from desktop.views.pages.documents_detail import DocumentPanel
from desktop.views.pages.results_report import ReportPanel
from desktop.views.parts import STRETCH, Box, Button, column, row
from desktop.words import tr


class ReportAndPaper(QStackedWidget):
    """The values in front, or the pages. `reading` asks for the whole page, or gives it back."""

    reading = Signal(bool)

    def __init__(self, host: Host, report: ReportPanel) -> None:
        super().__init__()
        self.host, self.report = host, report
        self.paper: DocumentPanel | None = None
        self._of = ""
        self.setAccessibleName(tr("results.detail"))
        self.addWidget(report)
        report.paper_asked.connect(lambda id: host.spawn(self._show(id)))

    async def _show(self, id: str) -> None:
        row_ = await self.host.session.documents.get(id)
        if self.report.view is None or self.report.view.document != id:
            return
        if self.paper is None:
            self._build()
        assert self.paper is not None
        self._of = self.report.id
        self.setCurrentIndex(1)
        await self.paper.open(row_)
        self.back.setFocus(Qt.FocusReason.OtherFocusReason)

    def _build(self) -> None:
        self.paper = DocumentPanel(self.host)
        self.paper.reading.connect(self._reading)
        self.back = Button(tr("results.back_to_values"), role="text", icon="arrow-left")
        self.back.setObjectName("back_to_values")
        self.back.clicked.connect(self.close_paper)
        self.back_line = Box(row(self.back, STRETCH))
        whole = column(self.back_line, gap=8)
        whole.addWidget(self.paper, 1)
        self.addWidget(Box(whole))

    def _reading(self, on: bool) -> None:
        self.back_line.setVisible(not on)
        self.reading.emit(on)

    @property
    def shows_paper(self) -> bool:
        """Say whether the pages are in front."""
        return self.currentIndex() == 1

    def close_paper(self) -> bool:
        """Show the values again; say whether the pages were in front."""
        was = self.shows_paper
        if self.paper is not None:
            self.paper.set_reading(False)
            self.paper.clear()
        self._of = ""
        self.setCurrentIndex(0)
        if was:
            self.report.pdf.setFocus(Qt.FocusReason.OtherFocusReason)
        return was

    def keep_for(self, report: str) -> None:
        """Put the pages away where they are of another report."""
        if self._of and self._of != report:
            self.close_paper()

    def step_back(self) -> bool:
        """Close the innermost open thing."""
        if self.shows_paper and self.paper is not None:
            return self.paper.step_back() or self.close_paper()
        return self.report.step_back()

    def print_it(self) -> bool:
        """Print what is in front."""
        return self.paper.print_it() if self.shows_paper and self.paper is not None else self.report.print_it()

    def save_it(self) -> bool:
        """Save what is in front."""
        return self.paper.save_it() if self.shows_paper and self.paper is not None else self.report.save_it()
