"""Where the pages of a typeset document end: a row of a table stays whole, a heading stays with what it heads.

Does not own: what is on the pages (typeset.py). *Thread*: GUI.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from PySide6.QtGui import QTextBlock, QTextCursor, QTextDocument, QTextFormat, QTextTable

PADDING: Final = 3.0
SCREEN_DOTS_IN_A_POINT: Final = 96 / 72
"""Qt takes the padding of a cell and the size of a picture for pixels of a screen of 96 to the inch, on whatever device."""
IS_LEAD: Final = QTextFormat.Property.UserProperty.value + 1
"""The property of a paragraph that stays on the page of what comes after it."""
_ROOM_PT: Final = 60.0
"""What a page keeps for the header of a table: a row taller than the rest has to break."""


def set_breaks(document: QTextDocument, page_pt: float) -> None:
    """End the pages of a document that is laid out, from its first to its last, where nothing is torn apart."""
    leads: list[QTextBlock] = []
    for part in list(_parts(document)):
        if isinstance(part, QTextBlock) and part.blockFormat().property(IS_LEAD):
            leads.append(part)
            continue
        if leads:
            _keep_with(document, leads[0], _end(document, part), page_pt)
            leads.clear()
        if isinstance(part, QTextTable):
            _keep_rows_whole(document, part, page_pt)


def _parts(document: QTextDocument) -> Iterator[QTextBlock | QTextTable]:
    at = document.rootFrame().begin()
    while not at.atEnd():
        frame = at.currentFrame()
        yield frame if isinstance(frame, QTextTable) else at.currentBlock()
        at += 1


def _end(document: QTextDocument, part: QTextBlock | QTextTable) -> float:
    """Return where the least of a part ends that a heading needs under it: its first line, or the first row under the header."""
    if isinstance(part, QTextBlock):
        return _top(document, part) + part.layout().lineAt(0).height()
    row = min(part.format().toTableFormat().headerRowCount(), part.rows() - 1)
    return sum(_standing(document, part, row))


def _keep_with(document: QTextDocument, lead: QTextBlock, end_pt: float, page_pt: float) -> None:
    """Let a heading begin the next page where what it heads would; one that begins its page stays."""
    top_pt = _top(document, lead)
    if top_pt // page_pt == (end_pt - 1) // page_pt or top_pt % page_pt < _ROOM_PT:
        return
    shape = lead.blockFormat()
    shape.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
    QTextCursor(lead).setBlockFormat(shape)


def _keep_rows_whole(document: QTextDocument, table: QTextTable, page_pt: float) -> None:
    """Let a row that fits on a page begin on the next one rather than break: Qt breaks between any two lines.

    The row before is made taller by the room that is left, because a page break within a cell is taken once for each cell. Where
    the rows come to stand is reckoned beforehand: laying a table out once for each of its pages takes minutes for a long one.
    """
    headers = table.format().toTableFormat().headerRowCount()
    rows = [_standing(document, table, row) for row in range(table.rows())]
    if len(rows) < 2:
        return
    between_pt = rows[1][0] - rows[0][0] - rows[0][1]
    header_pt = rows[headers][0] - rows[0][0]
    edit = QTextCursor(document)
    edit.beginEditBlock()
    at = rows[headers][0]
    for row, (_row_top, tall_pt) in enumerate(rows[headers:], start=headers):
        left_pt = page_pt - at % page_pt
        if left_pt < tall_pt < page_pt - _ROOM_PT:
            _push(table, row, left_pt, is_first=row == headers)
            at += left_pt + header_pt + between_pt
        at += tall_pt + between_pt
    edit.endEditBlock()


def _push(table: QTextTable, row: int, left_pt: float, *, is_first: bool) -> None:
    """Let a row begin on the next page: the whole table where it is the first, else by the height of the row before."""
    if is_first:
        shape = table.format().toTableFormat()
        shape.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
        table.setFormat(shape)
        return
    for column in range(table.columns()):
        cell = table.cellAt(row - 1, column)
        padded = cell.format().toTableCellFormat()
        padded.setBottomPadding(PADDING + left_pt * SCREEN_DOTS_IN_A_POINT)
        # Its rule would stand alone at the foot of the page.
        padded.setBottomBorder(0)
        cell.setFormat(padded)


def _standing(document: QTextDocument, table: QTextTable, row: int) -> tuple[float, float]:
    """Return where the text of a row begins, counted from the top of the first page, and how tall it is in one piece, in *points*."""
    tops: list[float] = []
    heights = [0.0]
    for column in range(table.columns()):
        block = table.cellAt(row, column).firstCursorPosition().block()
        lines = block.layout()
        if lines.lineCount():
            tops.append(_top(document, block))
            heights.append(sum(lines.lineAt(n).height() for n in range(lines.lineCount())))
    return min(tops, default=0.0), max(heights)


def _top(document: QTextDocument, block: QTextBlock) -> float:
    """Return where the first line of a paragraph begins, counted from the top of the first page."""
    return document.documentLayout().blockBoundingRect(block).top() + block.layout().lineAt(0).y()
