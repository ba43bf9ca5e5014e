"""Several sheets as one PDF: pages numbered through, painted in turns so that the window stays alive, nothing half-written left behind."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from PySide6.QtGui import QPageLayout, QPainter, QPdfWriter

from desktop.views import typeset

Moved = Callable[[int, int], object]


async def write_book(sheets: Sequence[typeset.Sheet], path: Path, moved: Moved) -> int:
    """Write the file and return its number of pages; cancelled or failed, nothing of it stays. *Raises* OSError."""
    part = path.with_name(f"{path.name}.part")
    try:
        # Qt only warns about a file it cannot open; opening it first raises the system's own reason.
        part.open("wb").close()
        os.chmod(part, 0o600)
        pages = await _paint(sheets, QPdfWriter(str(part)), moved)
        if pages == 0 or part.stat().st_size == 0:
            raise OSError(path.name)
        os.replace(part, path)
        return pages
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


async def _paint(sheets: Sequence[typeset.Sheet], writer: QPdfWriter, moved: Moved) -> int:
    typeset.prepare(writer, sheets[0].title)
    area = writer.pageLayout().paintRect(QPageLayout.Unit.Point)
    documents = []
    for sheet in sheets:
        documents.append(typeset.compose(sheet, width_pt=area.width(), height_pt=area.height() - typeset.FOOTER_PT))
        await asyncio.sleep(0)
    total = sum(one.pageCount() for one in documents)
    painter = QPainter()
    if not painter.begin(writer):
        return 0
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
