"""Set a medical document in type: a real PDF with the clinic's heading, a block of facts, sections and numbered pages.

Owns the layout only; what a document says comes from `prose`. The fonts are the program's own, embedded, so the text can be
selected and searched. The same paper gives the same bytes.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import as_file, files
from typing import Any, Final

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, HRFlowable, PageTemplate, Paragraph, Spacer, Table

_INK: Final = HexColor("#1C1B29")
_FADED: Final = HexColor("#6A6878")
_RULE: Final = HexColor("#9A98A5")
_MARGIN: Final = 20 * mm


@dataclass(frozen=True, slots=True)
class Section:
    """A headed part: paragraphs, or rows of a table whose first row is its heading."""

    title: str
    lines: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    widths: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """A document before it is set in type."""

    heading: tuple[str, ...]
    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    signed: str
    registered: str
    language: str = field(default="ru-RU")


@cache
def _fonts() -> None:
    for name, weight in (("Golos", "Regular"), ("Golos-Bold", "SemiBold")):
        with as_file(files("resources") / "fonts" / f"GolosText-{weight}.ttf") as path:
            pdfmetrics.registerFont(TTFont(name, str(path)))


def _style(name: str, **changes: Any) -> ParagraphStyle:
    base: dict[str, Any] = {"fontName": "Golos", "fontSize": 9.8, "leading": 14, "textColor": _INK, "spaceAfter": 3}
    return ParagraphStyle(name, **(base | changes))


_HEAD: Final = _style("head", fontSize=7.6, leading=10.5, alignment=TA_CENTER, textColor=_FADED, spaceAfter=0)
_TITLE: Final = _style("title", fontName="Golos-Bold", fontSize=14, leading=18, alignment=TA_CENTER, spaceAfter=1)
_SUBTITLE: Final = _style("subtitle", alignment=TA_CENTER, spaceAfter=8)
_KEY: Final = _style("key", textColor=_FADED, spaceAfter=0)
_FACT: Final = _style("fact", fontName="Golos-Bold", spaceAfter=0)
_SECTION: Final = _style("section", fontName="Golos-Bold", fontSize=10.2, spaceBefore=8, spaceAfter=3, keepWithNext=1)
_TEXT: Final = _style("text")
_CELL: Final = _style("cell", fontSize=8.2, leading=10.6, spaceAfter=0)
_CELL_HEAD: Final = _style("cell-head", fontSize=7.8, leading=10, textColor=_FADED, spaceAfter=0)
_SMALL: Final = _style("small", fontSize=7.6, leading=10.4, textColor=_FADED)


def _text(words: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(words.replace("&", "&amp;").replace("<", "&lt;"), style)


class _Numbered(Canvas):  # type: ignore[misc]
    """A canvas that knows how many pages there will be: «1 из 3»."""

    def __init__(self, *args: Any, footer: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self._footer = footer
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        for number, page in enumerate(self._pages, start=1):
            self.__dict__.update(page)
            self.setFont("Golos", 7.6)
            self.setFillColor(_FADED)
            self.drawString(_MARGIN, 11 * mm, self._footer)
            self.drawRightString(A4[0] - _MARGIN, 11 * mm, f"{number} из {len(self._pages)}")
            super().showPage()
        super().save()


def set_in_type(paper: Paper) -> bytes:
    """Make the PDF."""
    _fonts()
    stream = io.BytesIO()
    document = BaseDocTemplate(
        stream, pagesize=A4, title=paper.title, author=paper.heading[-1], subject=paper.subtitle, lang=paper.language,
        invariant=1, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=16 * mm, bottomMargin=20 * mm,
    )
    frame = Frame(_MARGIN, 18 * mm, A4[0] - 2 * _MARGIN, A4[1] - 34 * mm, 0, 0, 0, 0)
    document.addPageTemplates(PageTemplate(id="page", frames=[frame]))

    def canvas(*args: Any, **options: Any) -> _Numbered:
        return _Numbered(*args, footer=paper.registered, **options)

    document.build(_story(paper), canvasmaker=canvas)
    return stream.getvalue()


def _story(paper: Paper) -> list[Flowable]:
    story: list[Flowable] = [Paragraph(line, _HEAD) for line in paper.heading]
    story.append(HRFlowable(width="100%", thickness=0.8, color=_RULE, spaceBefore=5, spaceAfter=9))
    story.append(Paragraph(paper.title, _TITLE))
    story.append(Paragraph(paper.subtitle, _SUBTITLE))
    story.append(_grid([[Paragraph(key, _KEY), Paragraph(value, _FACT)] for key, value in paper.facts], [40 * mm, None]))
    for section in paper.sections:
        if section.title:
            story.append(Paragraph(section.title, _SECTION))
        story.extend(_text(line, _TEXT) for line in section.lines)
        if section.rows:
            story.append(_table(section))
    story.append(Spacer(1, 9 * mm))
    story.append(Paragraph(paper.signed, _TEXT))
    story.append(Paragraph("Документ сформирован в электронном виде и подписан электронной подписью.", _SMALL))
    return story


def _grid(rows: list[list[Paragraph]], widths: list[float | None]) -> Table:
    return Table(rows, colWidths=widths, hAlign="LEFT", style=[
        ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 1.2), ("BOTTOMPADDING", (0, 0), (-1, -1), 1.2),
    ])


def _table(section: Section) -> Table:
    head, *rest = section.rows
    rows = [[_text(cell, _CELL_HEAD) for cell in head]]
    rows += [[_text(cell, _CELL) for cell in row] for row in rest]
    whole = A4[0] - 2 * _MARGIN
    widths = [whole * part for part in section.widths] or [whole / len(head)] * len(head)
    return Table(rows, colWidths=widths, hAlign="LEFT", repeatRows=1, style=[
        ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 2),
        ("LINEBELOW", (0, 0), (-1, 0), 0.6, _RULE), ("LINEBELOW", (0, 1), (-1, -1), 0.3, HexColor("#D8D6CF")),
        ("TOPPADDING", (0, 0), (-1, -1), 2.2), ("BOTTOMPADDING", (0, 0), (-1, -1), 2.2),
    ])
