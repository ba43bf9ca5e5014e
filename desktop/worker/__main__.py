"""The worker process: opens one PDF from a pipe, answers with pictures and text. It never touches disk or network."""

from __future__ import annotations

import os
import sys
from typing import IO, Any

from desktop import limits
from desktop.worker import cage, protocol


def main() -> int:
    """Serve requests from stdin until it closes."""
    # Libraries may print; the protocol keeps a private copy of stdout and everything else goes nowhere.
    out = os.fdopen(os.dup(1), "wb")
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    cage.enter()
    from PySide6.QtGui import QGuiApplication

    application = QGuiApplication(["worker", "-platform", "offscreen"])
    desk = _Desk()
    protocol.send(out, {"ok": True})
    while True:
        try:
            header, payload = protocol.receive(sys.stdin.buffer, limit_bytes=limits.ATTACHMENT_BYTES)
        except protocol.Broken:
            del desk, application
            return 0
        cage.rearm_cpu()
        try:
            desk.answer(out, header, payload)
        except MemoryError:
            protocol.send(out, {"ok": False, "reason": "too_heavy"})
        except Exception:
            # WORKAROUND(py-pdf/pypdf#3430 and kin): readers leak arbitrary exceptions on damaged files; the reason code is enough.
            protocol.send(out, {"ok": False, "reason": "unreadable"})
        # The desk has its own copy; the file must not weigh twice while its pages are painted.
        payload = b""


class _Desk:
    """The one document that this process has open."""

    def __init__(self) -> None:
        from PySide6.QtCore import QBuffer
        from PySide6.QtPdf import QPdfDocument

        self._document = QPdfDocument()
        self._buffer = QBuffer()

    def answer(self, out: IO[bytes], header: dict[str, Any], payload: bytes) -> None:
        """Do one request and send its answer."""
        work = header.get("op")
        if work == "open":
            self._open(out, payload)
        elif work == "page":
            self._page(out, int(header["index"]), int(header["width"]))
        elif work == "text":
            text = self._document.getAllText(int(header["index"])).text()
            protocol.send(out, {"ok": True}, text[: limits.TEXT_SHOWN_CHARS].encode("utf-8", "replace"))
        elif work == "facts":
            from desktop.worker.facts import facts

            protocol.send(out, {"ok": True, **facts(payload)})
        else:
            protocol.send(out, {"ok": False, "reason": "unreadable"})

    def _open(self, out: IO[bytes], payload: bytes) -> None:
        from PySide6.QtCore import QIODevice
        from PySide6.QtPdf import QPdfDocument

        self._document.close()
        self._buffer.close()
        self._buffer.setData(payload)
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self._document.load(self._buffer)
        error = self._document.error()
        if error is QPdfDocument.Error.IncorrectPassword:
            protocol.send(out, {"ok": False, "reason": "password"})
        elif self._document.status() is not QPdfDocument.Status.Ready:
            protocol.send(out, {"ok": False, "reason": "unreadable"})
        elif self._document.pageCount() > limits.PDF_PAGES:
            protocol.send(out, {"ok": False, "reason": "too_heavy"})
        else:
            sizes = [self._document.pagePointSize(index) for index in range(self._document.pageCount())]
            protocol.send(out, {"ok": True, "pages": [[size.width(), size.height()] for size in sizes]})

    def _page(self, out: IO[bytes], index: int, width: int) -> None:
        from PySide6.QtCore import QSize
        from PySide6.QtGui import QImage

        points = self._document.pagePointSize(index)
        if not 0 <= index < self._document.pageCount() or points.width() <= 0 or points.height() <= 0:
            protocol.send(out, {"ok": False, "reason": "unreadable"})
            return
        height = round(width * points.height() / points.width())
        if width * height * 4 > limits.PAGE_PICTURE_BYTES:
            protocol.send(out, {"ok": False, "reason": "too_heavy"})
            return
        image = self._document.render(index, QSize(width, height))
        # Paper is white in every theme: a transparent page would be read on a dark ground.
        paper = QImage(width, height, QImage.Format.Format_RGB32)
        paper.fill(0xFFFFFFFF)
        from PySide6.QtGui import QPainter

        painter = QPainter(paper)
        painter.drawImage(0, 0, image)
        painter.end()
        protocol.send(out, {"ok": True, "width": width, "height": height}, paper.constBits())


if __name__ == "__main__":
    sys.exit(main())
