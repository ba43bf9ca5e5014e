"""Several sheets as one PDF: pages numbered through, painted in turns so that the window stays alive."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QPageLayout, QPainter, QPdfWriter

from desktop.session import files
from desktop.views import typeset

Moved = Callable[[int, int], object]


async def write_book(sheets: Sequence[typeset.Sheet], path: Path, moved: Moved) -> int:
    """Write the file and return its number of pages; cancelled, nothing of it is there. *Raises* DiskFull, UsageError file.refused."""
    # In memory first: a PDF writer says nothing of a disk that is full.
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    pages = await _paint(sheets, QPdfWriter(buffer), moved)
    await files.written(path, bytes(buffer.data().data()))
    return pages


async def _paint(sheets: Sequence[typeset.Sheet], writer: QPdfWriter, moved: Moved) -> int:
    typeset.prepare(writer, sheets[0].title)
    area = writer.pageLayout().paintRect(QPageLayout.Unit.Point)
    documents = []
    for sheet in sheets:
        documents.append(typeset.compose(sheet, width_pt=area.width(), height_pt=area.height() - typeset.FOOTER_PT))
        await asyncio.sleep(0)
    total = sum(one.pageCount() for one in documents)
    painter = QPainter(writer)
    try:
        painter.scale(writer.logicalDpiX() / 72.0, writer.logicalDpiX() / 72.0)
        shown = 0
        for document in documents:
            for number in range(document.pageCount()):
                if shown:
                    writer.newPage()
                shown += 1
                typeset.paint_page(painter, document, number, area.width(), area.height(), shown=(shown, total))
                moved(shown, total)
                await asyncio.sleep(0)
        return total
    finally:
        # The writer ends its file when nothing paints on it any more.
        painter.end()
