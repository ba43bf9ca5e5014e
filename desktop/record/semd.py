"""What a СЭМД (HL7 CDA R2) is on our own pages: header facts and plain blocks in reading order.

Owns: these shapes. Does not own: reading them (semd_xml.py, which loads the XML library: a page that can show a document has none yet).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One paragraph; `kind` "caption" names what follows."""

    text: str
    kind: Literal["text", "caption"] = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullets:
    """A list; `is_ordered` means numbered."""

    items: tuple[str, ...]
    is_ordered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table; rows may differ in length, as they came."""

    header: tuple[tuple[str, ...], ...]
    rows: tuple[tuple[str, ...], ...]


Block = Paragraph | Bullets | Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section with those below it (`depth` from 0)."""

    title: str
    depth: int
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Semd:
    """A document: header facts as the document writes them, then sections in reading order."""

    title: str
    type_code: str
    created: str
    patient: str
    birth: str
    author: str
    custodian: str
    sections: tuple[Section, ...]
