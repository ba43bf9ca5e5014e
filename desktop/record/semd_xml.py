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
    sections = tuple(_sections(body, 0)) if body is not None else ()
    return Semd(
        title=_text(root.find(f"{_NS}title")) or (code.get("displayName", "") if code is not None else ""),
        type_code=code.get("code", "") if code is not None else "",
        created=_value(root.find(f"{_NS}effectiveTime")),
        patient=_name(person),
        birth=_value(person.find(f"{_NS}birthTime")) if person is not None else "",
        author=_name(author),
        custodian=_text(custodian),
        sections=sections,
    )


def _root(data: bytes) -> etree._Element:
    """Pass the strict door: size, no DTD, no entities, depth, number of elements."""
    if len(data) > limits.XML_BYTES:
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


def _sections(parent: etree._Element, depth: int) -> Iterator[Section]:
    for section in parent.iterfind(f"{_NS}component/{_NS}section"):
        narrative = section.find(f"{_NS}text")
        blocks = tuple(_blocks(narrative)) if narrative is not None else ()
        yield Section(title=_text(section.find(f"{_NS}title")), depth=depth, blocks=blocks)
        yield from _sections(section, depth + 1)


def _blocks(parent: etree._Element) -> Iterator[Block]:
    """Give the blocks of a narrative in reading order; loose text between them becomes paragraphs."""
    loose = [parent.text or ""]
    for child in parent:
        name = etree.QName(child).localname
        if name in _BLOCKS or _holds_blocks(child):
            yield from _paragraph("".join(loose))
            loose = [child.tail or ""]
            yield from _block(child, name)
        else:
            loose += [_line_break(name), "".join(_flat(child)), child.tail or ""]
    yield from _paragraph("".join(loose))


def _block(element: etree._Element, name: str) -> Iterator[Block]:
    if name == "table":
        yield from _table(element)
    elif name == "list" and not any(_holds_blocks(item) for item in element):
        yield from _paragraph(element.text or "")
        captions = [child for child in element if etree.QName(child).localname == "caption"]
        for caption in captions:
            yield from _paragraph("".join(_flat(caption)), kind="caption")
        items = [_clean("".join(_flat(child)) + (child.tail or "")) for child in element if child not in captions]
        yield Bullets(items=tuple(item for item in items if item), is_ordered=element.get("listType") == "ordered")
        for caption in captions:
            yield from _paragraph(caption.tail or "")
    elif name in ("caption", "title"):
        yield from _paragraph("".join(_flat(element)), kind="caption")
    else:
        yield from _blocks(element)


def _table(table: etree._Element) -> Iterator[Block]:
    header: list[tuple[str, ...]] = []
    rows: list[tuple[str, ...]] = []
    strays: list[str] = [table.text or ""]
    for child in table.iterdescendants():
        name = etree.QName(child).localname
        if name == "caption":
            yield from _paragraph("".join(_flat(child)), kind="caption")
            strays.append(child.tail or "")
        elif name == "tr":
            cells = tuple(_clean("".join(_flat(cell)) + (cell.tail or "")) for cell in child)
            is_header = any(etree.QName(up).localname == "thead" for up in child.iterancestors())
            (header if is_header else rows).append(
                (*cells, _clean(child.text or "")) if _clean(child.text or "") else cells
            )
            strays.append(child.tail or "")
        elif not any(etree.QName(up).localname in ("tr", "caption") for up in _up_to(child, table)):
            strays += [child.text or "", child.tail or ""]
    yield Table(header=tuple(header), rows=tuple(rows))
    yield from _paragraph(" ".join(strays))


def _up_to(element: etree._Element, top: etree._Element) -> Iterator[etree._Element]:
    for up in element.iterancestors():
        if up is top:
            return
        yield up


def _holds_blocks(element: etree._Element) -> bool:
    return any(etree.QName(child).localname in ("paragraph", "list", "table") for child in element.iterdescendants())


def _flat(element: etree._Element) -> Iterator[str]:
    """Give every text inside an element, with a space where a block or a line break stood."""
    name = etree.QName(element).localname
    yield _line_break(name)
    yield element.text or ""
    for child in element:
        yield from _flat(child)
        yield child.tail or ""
    if name in _BLOCKS:
        yield " "


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
