"""A СЭМД as a page of ours: the header's facts, then every text of the narrative in its order. Nothing is fetched or run."""

from __future__ import annotations

import re
from collections.abc import Iterator

from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.record.semd import Block, Bullets, Paragraph, Section, Semd, Table
from desktop.views import theme
from desktop.views.parts.buttons import Button
from desktop.views.parts.layouts import STRETCH, Box, Divider, clear, column, row, take_out
from desktop.views.parts.plain import Body, Heading, Meta, PlainLabel
from desktop.views.parts.scrolling import ScrollPage
from desktop.words import tr

BLOCKS_SHOWN = 150
CELLS_SHOWN = 600
_STAMP = re.compile(r"(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2}))?.*")


def written_date(stamp: str) -> str:
    """Write a CDA time stamp as a day; one of another shape stays as it is."""
    match = _STAMP.fullmatch(stamp)
    if match is None:
        return stamp
    year, month, day = (int(part) for part in match.groups()[:3])
    if not 1 <= month <= 12:
        return stamp
    return tr("shell.day_year", day=day, month=tr(f"shell.month_{month}"), year=year)


def header_facts(document: Semd) -> list[tuple[str, str]]:
    """Return what the header says, as label and value."""
    facts = (("patient", document.patient), ("birth", written_date(document.birth)), ("author", document.author),
             ("custodian", document.custodian), ("created", written_date(document.created)))  # fmt: skip
    return [(tr(f"documents.semd_{key}"), value) for key, value in facts if value]


class SemdView(ScrollPage):
    """One document. A long one is shown part by part, so that the window never waits."""

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(pad=(20, 28, 28), gap=10, parent=parent)
        self._rest: Iterator[QWidget] = iter(())
        self._more: Button | None = None

    def show_document(self, document: Semd) -> None:
        """Show another document from its beginning."""
        clear(self.body)
        self.body.addStretch(1)
        self.verticalScrollBar().setValue(0)
        self.setAccessibleName(document.title)
        self._rest = _parts(document)
        self._next()

    def clear_document(self) -> None:
        """Forget the document."""
        self._rest = iter(())
        clear(self.body)

    def _next(self) -> None:
        if self._more is not None:
            take_out(self.body, self._more)
            self._more.hide()
            self._more.deleteLater()
            self._more = None
        for _ in range(BLOCKS_SHOWN):
            part = next(self._rest, None)
            if part is None:
                return
            self._put(part)
        self._more = Button(tr("documents.semd_more"))
        self._more.clicked.connect(self._next)
        self._put(self._more)

    def _put(self, part: QWidget) -> None:
        """Put a part at the end, above the space that is left."""
        self.body.insertWidget(self.body.count() - 1, part)


def _parts(document: Semd) -> Iterator[QWidget]:
    yield Heading(document.title or tr("documents.semd_untitled"), level=2)
    yield _facts(header_facts(document))
    yield Divider()
    for section in document.sections:
        yield from _section(section)


def _facts(pairs: list[tuple[str, str]]) -> QWidget:
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(theme.px(20))
    grid.setVerticalSpacing(theme.px(6))
    for line, (label, value) in enumerate(pairs):
        grid.addWidget(Meta(label), line, 0)
        grid.addWidget(Body(value), line, 1)
    grid.setColumnStretch(1, 1)
    return Box(grid)


def _section(section: Section) -> Iterator[QWidget]:
    if section.title:
        yield PlainLabel(section.title, style="h3" if section.depth == 0 else "bodyStrong")
    for block in section.blocks:
        yield from _block(block)


def _block(block: Block) -> Iterator[QWidget]:
    match block:
        case Paragraph(text=text, kind=kind):
            yield Body(text, bold=kind == "caption")
        case Bullets(items=items, is_ordered=is_ordered):
            for number, item in enumerate(items, start=1):
                mark = Body(f"{number}." if is_ordered else "–", tone="ink2", wrap=False)
                line = row(mark, gap=8)
                line.addWidget(Body(item), 1)
                yield Box(line)
        case Table():
            yield from _table(block)


def _table(table: Table) -> Iterator[QWidget]:
    """Give a table in pieces: each has a bounded number of cells."""
    lines = [(cells, True) for cells in table.header] + [(cells, False) for cells in table.rows]
    wide = max((len(cells) for cells, _ in lines), default=1)
    step = max(CELLS_SHOWN // max(wide, 1), 1)
    for start in range(0, len(lines), step):
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.px(16))
        grid.setVerticalSpacing(theme.px(4))
        for number, (cells, is_header) in enumerate(lines[start : start + step]):
            for at, text in enumerate(cells[:40]):
                grid.addWidget(Meta(text) if is_header else Body(text, tnum=True), number, at)
            if len(cells) > 40:
                grid.addWidget(Body(" ".join(cells[40:])), number, 40)
        yield Box(column(Box(grid), STRETCH, gap=0))
