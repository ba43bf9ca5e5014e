"""What the program copies: marked secret, gone after ten seconds, on lock and on quit, and only while it is still ours."""

from __future__ import annotations

import os
from typing import Final

from PySide6.QtCore import QByteArray, QMimeData, QObject, QTimer
from PySide6.QtGui import QGuiApplication

from desktop import limits

_OURS: Final = "application/x-medkarta-copy"
_SECRET: Final = {
    "x-kde-passwordManagerHint": b"secret",
    'application/x-qt-windows-mime;value="ExcludeClipboardContentFromMonitorProcessing"': b"\x01\x00\x00\x00",
    'application/x-qt-windows-mime;value="CanIncludeInClipboardHistory"': b"\x00\x00\x00\x00",
    'application/x-qt-windows-mime;value="CanUploadToCloudClipboard"': b"\x00\x00\x00\x00",
}


class Clipboard(QObject):
    """The one place that copies."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mark = b""
        self._timer = QTimer(self, singleShot=True, interval=round(limits.CLIPBOARD_S * 1000))
        self._timer.timeout.connect(self.clear)

    def copy(self, text: str) -> None:
        """Put `text` on the clipboard for ten seconds."""
        self._mark = os.urandom(16)
        data = QMimeData()
        data.setText(text)
        data.setData(_OURS, QByteArray(self._mark))
        for kind, value in _SECRET.items():
            data.setData(kind, QByteArray(value))
        QGuiApplication.clipboard().setMimeData(data)
        self._timer.start()

    def clear(self) -> None:
        """Take our copy back; what another program put there stays."""
        self._timer.stop()
        board = QGuiApplication.clipboard()
        held = board.mimeData() if self._mark else None
        if held is not None and bytes(held.data(_OURS).data()) == self._mark:
            board.clear()
        self._mark = b""
