"""How something leaves the record: saved, printed, handed to the mail program. Each asks the profile first and is written down.

Owns the order of these steps and their words; the system's own windows are behind views/asking.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QWidget

from desktop.errors import KnownError, NotAllowed
from desktop.record.documents import is_what_it_says
from desktop.session import files
from desktop.views import asking, typeset
from desktop.views.page import Host
from desktop.views.pages import documents_words
from desktop.views.pages.step_up import confirmed
from desktop.views.parts.pdf_paper import Reader, packed_page, unpacked
from desktop.words import tr

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

PAPER_DPI: Final = 200


def sheet_name(title: str) -> str:
    """Return a safe name for a sheet of ours: letters and digits of its title."""
    words = "".join(sign if sign.isalnum() else " " for sign in title)
    return ("_".join(words.split())[:60] or "medkarta") + ".pdf"


class Leaving:
    """The three ways out, for the page that owns `parent`."""

    def __init__(self, host: Host, parent: QWidget) -> None:
        self._host, self._parent = host, parent

    # --- a document of the record
    async def save(self, id: str, *, anyway: bool = False) -> Path | None:
        """Save a document where the person says; None when they changed their mind. *Raises* NotAllowed, KnownError."""
        path = await self._saved(id, anyway=anyway)
        if path is not None:
            await self._host.session.documents.note(id, "document.saved")
            self._host.toast(tr("documents.saved", name=path.name), icon="save")
        return path

    async def mail(self, id: str) -> bool:
        """Save a document where the person says, after the passphrase, then open the mail program with a subject alone."""
        if not self._host.profile.may_mail:
            raise NotAllowed("document.mailed")
        path = await self._saved(id, anyway=False) if await confirmed(self._host, "sharing") else None
        if path is None:
            return False
        await self._host.session.documents.note(id, "document.mailed")
        self._mailed(path)
        return True

    async def print(self, id: str) -> bool:
        """Print a PDF as the worker process painted it, after a preview."""
        if not self._host.profile.may_print:
            raise NotAllowed("document.printed")
        reader: Reader = await self._host.session.documents.open_pdf(id)
        try:
            pages = [await _paper_page(reader, n) for n in range(await reader.open())]
        finally:
            reader.close()
        if not await asking.print_preview(self._parent, tr("documents.paper_kind"), lambda printer: paint_pages(printer, pages)):
            return False
        await self._host.session.documents.note(id, "document.printed")
        self._host.toast(tr("documents.printed"), icon="print")
        return True

    async def _saved(self, id: str, *, anyway: bool) -> Path | None:
        if not self._host.profile.may_save:
            raise NotAllowed("document.saved")
        desk = self._host.session.documents
        row = await desk.get(id)
        data = await desk.content(id)
        if not anyway and not is_what_it_says(data, row.content_type):
            raise KnownError("document.wrong_type")
        path = await self._where(await desk.saved_name(id))
        if path is not None:
            await files.written(path, data)
            if row.content_type == documents_words.PDF:
                self._host.spawn(self._warn(data))
        return path

    async def _warn(self, data: bytes) -> None:
        """Say beside the saved file, which waits for nothing, that it carries commands for the program that opens it."""
        if await self._host.session.documents.carries_commands(data):
            self._host.toast(tr("documents.carries"), icon="alert")

    # --- a sheet of ours
    async def save_sheet(self, sheet: typeset.Sheet, *, name: str = "", event: str = "document.saved") -> Path | None:
        """Save a sheet as PDF where the person says; `name` is what the file is to be called where the title is not."""
        if not self._host.profile.may_save:
            raise NotAllowed("document.saved")
        path = await self._where(sheet_name(name or sheet.title))
        if path is not None:
            await typeset.write_pdf(sheet, path)
            await self._note(event, sheet)
            self._host.toast(tr("documents.saved", name=path.name), icon="save")
        return path

    async def mail_sheet(self, sheet: typeset.Sheet) -> bool:
        """Save a sheet, after the passphrase, and open the mail program."""
        if not self._host.profile.may_mail:
            raise NotAllowed("document.mailed")
        path = await self._where(sheet_name(sheet.title)) if await confirmed(self._host, "sharing") else None
        if path is None:
            return False
        await typeset.write_pdf(sheet, path)
        await self._note("document.mailed", sheet)
        self._mailed(path)
        return True

    async def print_sheet(self, sheet: typeset.Sheet, *, id: str = "", event: str = "document.printed") -> bool:
        """Print a sheet after a preview; `id` is the document it was made of."""
        if not self._host.profile.may_print:
            raise NotAllowed("document.printed")
        done = await asking.print_sheet(self._parent, sheet)
        if done:
            if id:
                await self._host.session.documents.note(id, "document.printed")
            else:
                await self._note(event, sheet)
            self._host.toast(tr("documents.printed"), icon="print")
        return done

    async def _note(self, event: str, sheet: typeset.Sheet) -> None:
        current = self._host.session.current
        await self._host.session.journal.write(event, person=current.id if current else 0, facts={"title": sheet.title})

    async def _where(self, name: str) -> Path | None:
        suffix = Path(name).suffix
        pattern = tr("documents.file_pattern", suffix=suffix)
        return await asking.where_to_save(self._parent, tr("documents.save_title"), name, pattern)

    def _mailed(self, path: Path) -> None:
        opened = asking.open_mail(tr("documents.mail_subject"))
        self._host.toast(tr("documents.mailed" if opened else "documents.mail_none", name=path.name), icon="mail")


def paint_pages(printer: QPrinter, pages: Sequence[tuple[int, int, bytes]]) -> None:
    """Paint page pictures on a printer, each as large as its sheet allows."""
    painter = QPainter()
    if not painter.begin(printer):
        return
    for number, page in enumerate(pages):
        if number:
            printer.newPage()
        image = unpacked(page)
        room = QRectF(0, 0, painter.viewport().width(), painter.viewport().height())
        factor = min(room.width() / image.width(), room.height() / image.height())
        wide, high = image.width() * factor, image.height() * factor
        painter.drawImage(QRectF((room.width() - wide) / 2, 0, wide, high), image, QRectF(QImage(image).rect()))
    painter.end()


async def _paper_page(reader: Reader, number: int) -> tuple[int, int, bytes]:
    wide_pt = reader.page_sizes[number][0]
    width_px = min(max(round(wide_pt / 72 * PAPER_DPI), 1), 3_000)
    return await asyncio.to_thread(packed_page, await reader.page(number, width_px=width_px))
