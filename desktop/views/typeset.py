"""Typeset sheets for paper and for PDF files: tickets, certificates, lists, the emergency sheet.

Owns: page geometry, fonts of paper (embedded, selectable text), page numbers, tables, QR codes. Does not own: where pages end
(page_breaks.py), what is on a sheet (each page composes its own), asking where to save (views/asking).
Server text enters as plain text only. *Thread*: GUI.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSizeF, Qt, QUrl
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextImageFormat,
    QTextLength,
    QTextTableCellFormat,
    QTextTableFormat,
)

from desktop.session import files
from desktop.views import page_breaks
from desktop.views.ties import tied
from desktop.words import language, tr, tr_in

FAMILY: Final = "Golos Text"
MARGINS_MM: Final = QMarginsF(18, 16, 18, 16)
FOOTER_PT: Final = 24.0
QR_PT: Final = 170.0
QR_QUIET_MODULES: Final = 4
QR_MODULE_PX: Final = 8
_INK: Final = QColor(0x1C, 0x1B, 0x2E)
_SOFT: Final = QColor(0x50, 0x4F, 0x66)
_RULE: Final = QColor(0xB8, 0xB4, 0xA6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A paragraph; `is_strong` for what must be seen first, `is_small` for notes."""

    text: str
    is_strong: bool = False
    is_small: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading inside the sheet, with a small line under it where one is needed; neither is left alone at the foot of a page."""

    text: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Label and value, one pair a line."""

    pairs: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table with a header that repeats on every page; `widths` are percentages."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Qr:
    """A QR code with its text in letters under it."""

    payload: str
    caption: str


Block = Text | Heading | Facts | Grid | Qr


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A document to be typeset. `origin` is the line at the top: whose program, which day.

    `kind` is what sort of paper it is, with nothing of the record in it: programs that only list files and a printer that others
    share show it. `language` is its reader's, where that is not the person at this window.
    """

    kind: str
    title: str
    subtitle: str = ""
    origin: str = ""
    language: str = ""
    blocks: Sequence[Block] = field(default_factory=tuple)


async def write_pdf(sheet: Sheet, path: Path) -> int:
    """Write a sheet as an A4 PDF and return its number of pages. *Raises* DiskFull, UsageError file.refused."""
    data, pages = _set(sheet)
    await files.written(path, data)
    return pages


def pdf_bytes(sheet: Sheet) -> bytes:
    """Return a sheet as an A4 PDF in memory: it goes into the vault or to the portal, never onto the disk."""
    return _set(sheet)[0]


def _set(sheet: Sheet) -> tuple[bytes, int]:
    """Typeset in memory: a PDF writer says nothing of a disk that is full."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    prepare(writer, sheet.kind)
    pages = paint(sheet, writer)
    return bytes(buffer.data().data()), pages


def a_sheet() -> QPageLayout:
    """Return the paper that a sheet is made for."""
    a4, upright = QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait
    return QPageLayout(a4, upright, MARGINS_MM, QPageLayout.Unit.Millimeter)


def prepare(writer: QPdfWriter, title: str) -> None:
    """Set the paper of a PDF that is about to be painted."""
    writer.setPdfVersion(QPdfWriter.PdfVersion.PdfVersion_1_6)
    writer.setTitle(title)
    writer.setCreator("Медкарта")
    writer.setResolution(300)
    writer.setPageLayout(a_sheet())


def paint(sheet: Sheet, device: QPagedPaintDevice) -> int:
    """Paint a sheet on a printer or a PDF writer and return its number of pages; 0 when the device refuses."""
    painter = QPainter()
    if not painter.begin(device):
        return 0
    try:
        scale = device.logicalDpiX() / 72.0
        area = device.pageLayout().paintRect(QPageLayout.Unit.Point)
        document = compose(sheet, width_pt=area.width(), height_pt=area.height() - FOOTER_PT)
        painter.scale(scale, scale)
        for number in range(document.pageCount()):
            if number:
                device.newPage()
            paint_page(painter, document, number, area.width(), area.height(), shown=(number + 1, document.pageCount()),
                       reader=sheet.language)  # fmt: skip
        return document.pageCount()
    finally:
        painter.end()


def compose(sheet: Sheet, *, width_pt: float, height_pt: float) -> QTextDocument:
    """Lay a sheet out on pages of a size in *points*."""
    document = QTextDocument()
    # One device pixel of the layout is one point: the painter scales it to the paper.
    document.documentLayout().setPaintDevice(_points())
    document.setDocumentMargin(0)
    document.setDefaultFont(_font(10.5))
    document.setPageSize(QSizeF(width_pt, height_pt))
    cursor = QTextCursor(document)
    # Laid out once, at the end: every cell would else lay out its whole table anew.
    cursor.beginEditBlock()
    if sheet.origin:
        _line(cursor, sheet.origin, size_pt=8.5, colour=_SOFT, after_pt=10)
    _line(cursor, sheet.title, size_pt=18, weight=QFont.Weight.Bold, after_pt=2 if sheet.subtitle else 12)
    if sheet.subtitle:
        _line(cursor, sheet.subtitle, size_pt=10.5, colour=_SOFT, after_pt=12)
    for block in sheet.blocks:
        _lay(document, cursor, block)
    cursor.endEditBlock()
    page_breaks.set_breaks(document, height_pt)
    return document


@cache
def _points() -> QImage:
    """Return a device of one dot to the point, kept: QTextDocument does not own its layout's paint device."""
    image = QImage(1, 1, QImage.Format.Format_RGB32)
    image.setDotsPerMeterX(round(72 / 0.0254))
    image.setDotsPerMeterY(round(72 / 0.0254))
    return image


def _lay(document: QTextDocument, cursor: QTextCursor, block: Block) -> None:
    match block:
        case Heading(text=text, note=note):
            _line(cursor, text, size_pt=12.5, weight=QFont.Weight.DemiBold, before_pt=10, after_pt=4, is_lead=True)
            if note:
                _line(cursor, note, size_pt=9, colour=_SOFT, after_pt=6, is_lead=True)
        case Text(text=text, is_strong=is_strong, is_small=is_small):
            weight = QFont.Weight.DemiBold if is_strong else QFont.Weight.Normal
            _line(
                cursor,
                text,
                size_pt=9 if is_small else 10.5,
                weight=weight,
                colour=_SOFT if is_small else _INK,
                after_pt=6,
            )
        case Facts(pairs=pairs):
            _table(cursor, [], [list(pair) for pair in pairs], (32, 68), is_ruled=False)
        case Grid(rows=[]):
            _line(cursor, tr("paper.none"), size_pt=10.5, after_pt=6)
        case Grid(header=header, rows=rows, widths=widths):
            _table(cursor, header, rows, widths, is_ruled=True)
        case Qr(payload=payload, caption=caption):
            _qr(document, cursor, payload, caption)


def _line(
    cursor: QTextCursor,
    text: str,
    *,
    size_pt: float,
    weight: QFont.Weight = QFont.Weight.Normal,
    colour: QColor = _INK,
    before_pt: float = 0,
    after_pt: float = 0,
    is_centred: bool = False,
    is_lead: bool = False,
    line_percent: int = 132,
) -> None:
    """Lay a paragraph; one that is a lead stays on the page of what comes after it."""
    shape = QTextBlockFormat()
    if is_lead:
        shape.setProperty(page_breaks.IS_LEAD, True)
    shape.setTopMargin(before_pt)
    shape.setBottomMargin(after_pt)
    shape.setLineHeight(line_percent, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    if is_centred:
        shape.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    if not cursor.atStart():
        cursor.insertBlock()
    cursor.setBlockFormat(shape)
    cursor.insertText(tied(text), _ink(size_pt, weight, colour))


def _ink(size_pt: float, weight: QFont.Weight, colour: QColor) -> QTextCharFormat:
    ink = QTextCharFormat()
    ink.setFont(_font(size_pt, weight))
    ink.setForeground(colour)
    return ink


def _font(size_pt: float, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    font = QFont(FAMILY)
    font.setPointSizeF(size_pt)
    font.setWeight(weight)
    return _plain(font)


def _plain(font: QFont) -> QFont:
    """Keep «A» and the space of Latin words as they are: the copies that the font puts there have no letter that a PDF could name."""
    font.setFeature(QFont.Tag("locl"), 0)
    return font


def _table(
    cursor: QTextCursor, header: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int], *, is_ruled: bool
) -> None:
    lines = [list(header), *rows] if header else list(rows)
    if not lines:
        return
    shape = QTextTableFormat()
    shape.setCellPadding(page_breaks.PADDING)
    shape.setCellSpacing(0)
    shape.setBorder(0)
    shape.setBorderCollapse(True)
    shape.setHeaderRowCount(1 if header else 0)
    shape.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    shape.setColumnWidthConstraints([QTextLength(QTextLength.Type.PercentageLength, width) for width in widths])
    shape.setTopMargin(2)
    shape.setBottomMargin(8)
    table = cursor.insertTable(len(lines), len(widths), shape)
    for row, cells in enumerate(lines):
        for column, text in enumerate(list(cells)[: len(widths)]):
            is_label = (bool(header) and row == 0) or (not header and column == 0 and not is_ruled)
            colour = _SOFT if is_label else _INK
            weight = QFont.Weight.DemiBold if header and row == 0 else QFont.Weight.Normal
            cell, ink = table.cellAt(row, column), _ink(9.5, weight, colour)
            cell.setFormat(_cell(ink, is_ruled=is_ruled))
            cell.firstCursorPosition().insertText(tied(text), ink)
    cursor.movePosition(QTextCursor.MoveOperation.End)


def _cell(ink: QTextCharFormat, *, is_ruled: bool) -> QTextTableCellFormat:
    """Return a cell whose line has its height also where nothing is written, with a rule under it in a table.

    A border of the table itself would be drawn round each cell, or not at all.
    """
    shape = QTextTableCellFormat()
    shape.merge(ink)
    if is_ruled:
        shape.setBottomBorder(0.5)
        shape.setBottomBorderBrush(_RULE)
        shape.setBottomBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    return shape


def qr_image(payload: str, *, module_px: int = QR_MODULE_PX) -> QImage:
    """Draw a QR code, black on white with its quiet zone, `module_px` pixels a module. *Source*: ISO/IEC 18004."""
    import segno  # Every sheet is typeset here, few carry a code.

    rows = [bytes(row) for row in segno.make(payload, error="m", micro=False).matrix]
    side = (len(rows) + 2 * QR_QUIET_MODULES) * module_px
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(QColor(255, 255, 255))
    painter = QPainter(image)
    for y, row in enumerate(rows):
        for x, is_dark in enumerate(row):
            if is_dark:
                left, top = (x + QR_QUIET_MODULES) * module_px, (y + QR_QUIET_MODULES) * module_px
                painter.fillRect(left, top, module_px, module_px, QColor(0, 0, 0))
    painter.end()
    return image


def _qr(document: QTextDocument, cursor: QTextCursor, payload: str, caption: str) -> None:
    name = QUrl(f"qr:{document.characterCount()}")
    document.addResource(QTextDocument.ResourceType.ImageResource, name, qr_image(payload))
    _line(cursor, "", size_pt=4, is_centred=True, is_lead=True, before_pt=6, line_percent=100)
    picture = QTextImageFormat()
    picture.setName(name.toString())
    picture.setWidth(QR_PT * page_breaks.SCREEN_DOTS_IN_A_POINT)
    picture.setHeight(QR_PT * page_breaks.SCREEN_DOTS_IN_A_POINT)
    cursor.insertImage(picture)
    _line(cursor, caption, size_pt=11, weight=QFont.Weight.DemiBold, after_pt=8, is_centred=True)


def paint_page(
    painter: QPainter, document: QTextDocument, number: int, width_pt: float, height_pt: float, *, shown: tuple[int, int], reader: str = ""
) -> None:
    """Paint one page of a composed sheet; `shown` is its number and how many there are, `reader` the language of the sheet's reader."""
    body_pt = height_pt - FOOTER_PT
    painter.save()
    painter.translate(0, -number * body_pt)
    document.drawContents(painter, QRectF(0, number * body_pt, width_pt, body_pt))
    painter.restore()
    font = QFont(FAMILY)
    font.setPixelSize(9)
    painter.setFont(_plain(font))
    painter.setPen(_SOFT)
    footer = QRectF(0, height_pt - FOOTER_PT, width_pt, FOOTER_PT)
    painter.drawText(footer, int(Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft), tr_in(reader or language(), "paper.made_by"))
    words = tr_in(reader or language(), "paper.page_of", page=shown[0], pages=shown[1])
    painter.drawText(footer, int(Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignRight), words)
