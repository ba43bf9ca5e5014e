"""The seams where a person is asked by a window of the system: files, the browser, a yes or no.

Tests and scenes answer through `answers`; pages never call a modal dialog themselves, so nothing ever blocks in `exec()`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QUrl, QUrlQuery
from PySide6.QtGui import QDesktopServices, QPageLayout
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget
from shiboken6 import isValid

from desktop.views import typeset

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

_T = TypeVar("_T")

answers: dict[str, Callable[..., object]] = {}
"""What tests put in place of the system's windows: "save", "open", "browser", "print", "mail"."""


def give(waiting: asyncio.Future[_T], answer: _T) -> None:
    """Answer what waits, unless it was answered or has gone."""
    if not waiting.done():
        waiting.set_result(answer)


async def finished(dialog: QDialog) -> bool:
    """Show a dialog and wait for it without blocking the loop; say whether it was accepted."""
    done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    dialog.finished.connect(lambda code: give(done, code))
    dialog.open()
    try:
        return await done == QDialog.DialogCode.Accepted
    finally:
        # The lock takes the page, and the dialog with it, while this waits.
        if isValid(dialog):
            dialog.deleteLater()


async def where_to_save(parent: QWidget, title: str, name: str, pattern: str) -> Path | None:
    """Ask where to write a file called `name`; the system asks before it is written over."""
    if "save" in answers:
        answer = answers["save"](name)
        return Path(str(answer)) if answer else None
    dialog = QFileDialog(parent, title, name, pattern)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.selectFile(name)
    return await _chosen(dialog)


async def which_to_open(parent: QWidget, title: str, pattern: str) -> Path | None:
    """Ask which file to read."""
    if "open" in answers:
        answer = answers["open"]()
        return Path(str(answer)) if answer else None
    dialog = QFileDialog(parent, title, "", pattern)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    return await _chosen(dialog)


async def _chosen(dialog: QFileDialog) -> Path | None:
    picked: list[str] = []
    dialog.fileSelected.connect(picked.append)
    return Path(picked[0]) if await finished(dialog) and picked else None


def open_browser(url: str) -> None:
    """Open the portal's own page in the system browser; only https without a user's name in the address, or loopback for the
    portal in the box. Anything else is not opened."""
    if "browser" in answers:
        answers["browser"](url)
        return
    target = QUrl(url, QUrl.ParsingMode.StrictMode)
    is_loopback = target.host() in ("127.0.0.1", "localhost", "::1")
    is_whole = target.isValid() and bool(target.host()) and not target.userInfo()
    if is_whole and (target.scheme() == "https" or (target.scheme() == "http" and is_loopback)):
        QDesktopServices.openUrl(target)


async def print_sheet(parent: QWidget, sheet: typeset.Sheet) -> bool:
    """Show a sheet of ours as it will look on paper, within its margins, and let it be printed; say whether it was."""
    return await print_preview(parent, sheet.kind, lambda printer: typeset.paint(sheet, printer), paper=typeset.a_sheet())


async def print_preview(
    parent: QWidget, title: str, paint: Callable[[QPrinter], object], *, paper: QPageLayout | None = None
) -> bool:
    """Show how something will look on paper and let it be printed; say whether it was. `paint` may be called many times.

    Others who use the printer see `title`: it says what sort of paper it is, and nothing of the record.
    """
    from PySide6.QtPrintSupport import QPrinter, QPrintPreviewDialog

    if "print" in answers:
        return bool(answers["print"](paint))
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(title)
    if paper is not None:
        printer.setPageLayout(paper)
    dialog = QPrintPreviewDialog(printer, parent)
    dialog.setWindowTitle(title)
    dialog.resize(parent.window().size() * 0.9)
    dialog.paintRequested.connect(paint)
    return await finished(dialog)


def open_mail(subject: str) -> bool:
    """Open the system's mail program with a subject and nothing else; say whether there is one."""
    if "mail" in answers:
        return bool(answers["mail"](subject))
    target = QUrl("mailto:")
    query = QUrlQuery()
    query.addQueryItem("subject", subject)
    target.setQuery(query)
    return QDesktopServices.openUrl(target)
