"""The recovery code, shown once: its words in order, print, copy, and a check that it was written down."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from PySide6.QtCore import QMarginsF, QRectF, Qt, Signal
from PySide6.QtGui import QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QGridLayout, QWidget

from desktop.views import theme
from desktop.views.parts import STRETCH, Body, Box, Button, Card, Check, Field, Meta, column, row
from desktop.words import tr

_COLUMNS = 4


class RecoveryPanel(QWidget):
    """The code and what can be done with it. `settled` says whether the person may go on."""

    settled = Signal(bool)

    def __init__(self, code: str, copy: Callable[[str], None], *, may_print: bool) -> None:
        super().__init__()
        self._code, self._words, self._copy = code, code.split(), copy
        self._asked = secrets.randbelow(len(self._words)) if self._words else 0
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(theme.px(8))
        columns = _COLUMNS if not theme.scale().large else 2
        for n, word in enumerate(self._words):
            cell = Card(row(Meta(str(n + 1), tone="ink3", wrap=False), Body(word, bold=True, wrap=False), STRETCH, gap=8),
                        role="sunken", pad=(8, 12))  # fmt: skip
            cell.setAccessibleName(f"{n + 1}: {word}")
            grid.addWidget(cell, n // columns, n % columns)
        copy_button = Button(tr("first_run.copy"), icon="document")
        copy_button.clicked.connect(lambda: self._copy(self._code))
        acts: list[object] = [copy_button]
        if may_print:
            print_button = Button(tr("first_run.print"), icon="print")
            print_button.clicked.connect(self.print_code)
            acts.insert(0, print_button)
        self.word = Field(tr("first_run.word_n", n=self._asked + 1), hint=tr("first_run.word_hint"))
        self.word.changed.connect(self._look)
        self.kept = Check(tr("first_run.kept"))
        self.kept.toggled.connect(self._look)
        self.setLayout(column(Box(grid), row(*acts, STRETCH, gap=8), self.word, self.kept, gap=16))

    def is_settled(self) -> bool:
        """Say whether the asked word was right and the box is ticked."""
        said = self.word.value().strip().lower().replace("ё", "е")
        return self.kept.isChecked() and bool(self._words) and said == self._words[self._asked].lower().replace("ё", "е")

    def _look(self, *_args: object) -> None:
        self.settled.emit(self.is_settled())

    def print_code(self) -> None:
        """Print the code on one sheet of the chosen printer; no file is kept."""
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        printer.setPageMargins(QMarginsF(20, 20, 20, 20), QPageLayout.Unit.Millimeter)
        printer.setDocName(tr("shell.app"))
        dialog = QPrintDialog(printer, self)
        dialog.accepted.connect(lambda: paint_code(printer, self._words))
        dialog.finished.connect(dialog.deleteLater)
        # Its own open() wants a receiver and hides the one of every dialog.
        QDialog.open(dialog)


def paint_code(printer: QPrinter, words: list[str]) -> None:
    """Paint the words of the code, numbered, on a sheet."""
    painter = QPainter(printer)
    line = printer.resolution() / 2.2
    font = theme.font("body")
    font.setPixelSize(round(printer.resolution() / 5))
    painter.setFont(font)
    width = painter.viewport().width()
    painter.drawText(QRectF(0, 0, width, line * 2), Qt.TextFlag.TextWordWrap, tr("first_run.code_sheet"))
    for n, word in enumerate(words):
        painter.drawText(QRectF(0, line * (n + 3), width, line), 0, f"{n + 1}. {word}")
    painter.end()
