"""A СЭМД as a sheet of ours for the printer: the header's facts and every text of the narrative, in its order."""

from __future__ import annotations

from collections.abc import Iterator

from desktop.record.semd import Block, Bullets, Paragraph, Semd, Table
from desktop.views import typeset
from desktop.views.parts.semd_view import header_facts
from desktop.words import tr

_WIDEST = 8


def sheet(document: Semd, title: str) -> typeset.Sheet:
    """Compose the sheet."""
    blocks: list[typeset.Block] = [typeset.Facts(pairs=header_facts(document))]
    for section in document.sections:
        if section.title:
            blocks.append(typeset.Heading(text=section.title))
        for block in section.blocks:
            blocks += _blocks(block)
    kind, origin = tr("documents.paper_kind"), tr("documents.paper_made")
    return typeset.Sheet(kind=kind, title=document.title or title, blocks=tuple(blocks), origin=origin)


def _blocks(block: Block) -> Iterator[typeset.Block]:
    match block:
        case Paragraph(text=text, kind=kind):
            yield typeset.Text(text=text, is_strong=kind == "caption")
        case Bullets(items=items, is_ordered=is_ordered):
            for number, item in enumerate(items, start=1):
                yield typeset.Text(text=f"{number}. {item}" if is_ordered else f"– {item}")
        case Table(header=header, rows=rows):
            yield from _table(header, rows)


def _table(header: tuple[tuple[str, ...], ...], rows: tuple[tuple[str, ...], ...]) -> Iterator[typeset.Block]:
    """Give a table with every cell; one too wide for paper becomes lines of text."""
    wide = max((len(cells) for cells in (*header, *rows)), default=0)
    if wide > _WIDEST:
        for cells in (*header, *rows):
            yield typeset.Text(text="; ".join(cell for cell in cells if cell))
    elif wide:
        lines = [*header[1:], *rows] if header else list(rows)
        padded = [[*cells, *[""] * (wide - len(cells))] for cells in lines]
        first = [*header[0], *[""] * (wide - len(header[0]))] if header else [""] * wide
        yield typeset.Grid(header=first, rows=padded, widths=[100 // wide] * wide)
