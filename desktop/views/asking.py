"""The seams where a person is asked by a window of the system: files, the browser, a yes or no.

Tests and scenes answer through `answers`; pages never call a modal dialog themselves, so nothing ever blocks in `exec()`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

answers: dict[str, Callable[..., object]] = {}
"""What tests put in place of the system's windows: "save", "open", "browser"."""


async def finished(dialog: QDialog) -> bool:
    """Show a dialog and wait for it without blocking the loop; say whether it was accepted."""
    done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    dialog.finished.connect(lambda code: done.done() or done.set_result(code))
    dialog.open()
    try:
        return await done == QDialog.DialogCode.Accepted
    finally:
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
    """Open the portal's own page in the system browser; only https, or loopback for the portal in the box."""
    if "browser" in answers:
        answers["browser"](url)
        return
    target = QUrl(url, QUrl.ParsingMode.StrictMode)
    is_loopback = target.host() in ("127.0.0.1", "localhost", "::1")
    if target.isValid() and (target.scheme() == "https" or (target.scheme() == "http" and is_loopback)):
        QDesktopServices.openUrl(target)
