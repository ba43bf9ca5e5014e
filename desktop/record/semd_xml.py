"""Read a СЭМД (HL7 CDA R2) as plain blocks for our own pages. A style sheet that comes with a document is never looked at.

Owns: the strict door for XML, the header facts that a person recognises, every text of the narrative in its order.
Does not own: what comes out (semd.py); drawing; checking the signature (it travels apart from the document, and so does its time).
*Source*: HL7 CDA R2 narrative block; security requirement R-49. An element outside the white list loses its markup, never its text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

from lxml import etree

from desktop import limits
from desktop.errors import KnownError
from desktop.record.semd import Block, Bullets, Paragraph, Section, Semd, Table

_NS: Final = "{urn:hl7-org:v3}"
_BLOCKS: Final = frozenset(
    {"paragraph", "list", "table", "title", "caption", "item", "tr", "footnote", "renderMultiMedia"}
)


Holders = frozenset[etree._Element]


class XmlUnreadable(KnownError):
    """The document cannot be shown as text; its bytes are safe. Codes: document.xml_doctype, .xml_too_heavy, .xml_broken, .xml_not_cda."""


def read_semd(data: bytes) -> Semd:
    """Read a document. *Raises* XmlUnreadable."""
    root = _root(data)
    if root.tag != f"{_NS}ClinicalDocument":
        raise XmlUnreadable("document.xml_not_cda")
    code = root.find(f"{_NS}code")
    person = root.find(f"{_NS}recordTarget/{_NS}patientRole/{_NS}patient")
    author = root.find(f"{_NS}author/{_NS}assignedAuthor/{_NS}assignedPerson")
    custodian = root.find(f"{_NS}custodian/{_NS}assignedCustodian/{_NS}representedCustodianOrganization/{_NS}name")
    body = root.find(f"{_NS}component/{_NS}structuredBody")
    sections: list[Section] = []
    if body is not None:
        _sections(body, 0, sections)
    return Semd(
        title=_text(root.find(f"{_NS}title")) or (code.get("displayName", "") if code is not None else ""),
        type_code=code.get("code", "") if code is not None else "",
        created=_value(root.find(f"{_NS}effectiveTime")),
        patient=_name(person),
        birth=_value(person.find(f"{_NS}birthTime")) if person is not None else "",
        author=_name(author),
        custodian=_text(custodian),
        sections=tuple(sections),
    )


def _root(data: bytes) -> etree._Element:
    """Pass the strict door: size, no DTD, no entities, depth, number of elements."""
    # A tree of elements takes fifty times its text: they are counted before there is one.
    if len(data) > limits.XML_BYTES or data.count(b"<") > 2 * limits.JSON_ELEMENTS:
        raise XmlUnreadable("document.xml_too_heavy")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        dtd_validation=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise XmlUnreadable("document.xml_broken") from error
    if root.getroottree().docinfo.doctype or root.getroottree().docinfo.internalDTD is not None:
        raise XmlUnreadable("document.xml_doctype")
    _measure(root)
    return root


def _measure(root: etree._Element) -> None:
    depth, count = 0, 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        count += event == "start"
        if depth > limits.XML_DEPTH or count > limits.JSON_ELEMENTS:
            raise XmlUnreadable("document.xml_too_heavy")


def _sections(parent: etree._Element, depth: int, out: list[Section]) -> None:
    for section in parent.iterfind(f"{_NS}component/{_NS}section"):
        narrative = section.find(f"{_NS}text")
        blocks: list[Block] = []
        if narrative is not None:
            _blocks(narrative, _holders(narrative), blocks)
        out.append(Section(title=_text(section.find(f"{_NS}title")), depth=depth, blocks=tuple(blocks)))
        _sections(section, depth + 1, out)


def _holders(narrative: etree._Element) -> Holders:
    """Return the elements with a block somewhere inside them, found in one pass."""
    found: set[etree._Element] = set()
    for block in narrative.iter("{*}paragraph", "{*}list", "{*}table"):
        for up in block.iterancestors():
            if up in found:
                break
            found.add(up)
            if up is narrative:
                break
    return frozenset(found)


def _blocks(parent: etree._Element, holders: Holders, out: list[Block]) -> None:
    """Give the blocks of a narrative in reading order; loose text between them becomes paragraphs."""
    loose = [parent.text or ""]
    for child in parent:
        name = _local(child)
        if name in _BLOCKS or child in holders:
            out += _paragraph("".join(loose))
            loose = [child.tail or ""]
            _block(child, name, holders, out)
        else:
            loose += [_line_break(name), "".join(_flat(child)), child.tail or ""]
    out += _paragraph("".join(loose))


def _block(element: etree._Element, name: str, holders: Holders, out: list[Block]) -> None:
    if name == "table":
        _table(element, out)
    elif name == "list" and not any(item in holders for item in element):
        out += _paragraph(element.text or "")
        captions = [child for child in element if _local(child) == "caption"]
        for caption in captions:
            out += _paragraph("".join(_flat(caption)), kind="caption")
        items = [
            _clean("".join(_flat(child)) + (child.tail or "")) for child in element if _local(child) != "caption"
        ]
        out.append(Bullets(items=tuple(item for item in items if item), is_ordered=element.get("listType") == "ordered"))
        for caption in captions:
            out += _paragraph(caption.tail or "")
    elif name in ("caption", "title"):
        out += _paragraph("".join(_flat(element)), kind="caption")
    else:
        _blocks(element, holders, out)


def _table(table: etree._Element, out: list[Block]) -> None:
    """Read rows, captions and strays in one pass; what stands inside a row or a caption is text of its cell already."""
    header: list[tuple[str, ...]] = []
    rows: list[tuple[str, ...]] = []
    strays: list[str] = [table.text or ""]
    heads = sum(_local(up) == "thead" for up in table.iterancestors())
    inside = 0
    for event, child in etree.iterwalk(table, events=("start", "end")):
        name = _local(child)
        step = 1 if event == "start" else -1
        if child is table:
            continue
        if event == "start" and not inside:
            if name == "caption":
                out += _paragraph("".join(_flat(child)), kind="caption")
            elif name == "tr":
                (header if heads else rows).append(_row(child))
            else:
                strays.append(child.text or "")
        heads += step * (name == "thead")
        inside += step * (name in ("tr", "caption"))
        if event == "end" and not inside:
            strays.append(child.tail or "")
    out.append(Table(header=tuple(header), rows=tuple(rows)))
    out += _paragraph(" ".join(strays))


def _row(line: etree._Element) -> tuple[str, ...]:
    cells = tuple(_clean("".join(_flat(cell)) + (cell.tail or "")) for cell in line)
    loose = _clean(line.text or "")
    return (*cells, loose) if loose else cells


def _flat(element: etree._Element) -> Iterator[str]:
    """Give every text inside an element, with a space where a block or a line break stood."""
    for event, one in etree.iterwalk(element, events=("start", "end")):
        name = _local(one)
        if event == "start":
            yield _line_break(name)
            yield one.text or ""
            continue
        if name in _BLOCKS:
            yield " "
        if one is not element:
            yield one.tail or ""


def _local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _line_break(name: str) -> str:
    return " " if name in _BLOCKS or name in ("br", "td", "th") else ""


def _paragraph(text: str, *, kind: Literal["text", "caption"] = "text") -> Iterator[Paragraph]:
    clean = _clean(text)
    if clean:
        yield Paragraph(text=clean, kind=kind)


def _clean(text: str) -> str:
    return " ".join(text.split())


def _text(element: etree._Element | None) -> str:
    return _clean("".join(_flat(element))) if element is not None else ""


def _value(element: etree._Element | None) -> str:
    return element.get("value", "") if element is not None and element.get("nullFlavor") is None else ""


def _name(person: etree._Element | None) -> str:
    """Join the parts of a person's name: family, given and the patronymic of the Russian extension."""
    name = person.find(f"{_NS}name") if person is not None else None
    if name is None:
        return ""
    return _clean(" ".join(part.text or "" for part in name)) or _text(name)
