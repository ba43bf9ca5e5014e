"""СЭМД: every text of the narrative is shown, nothing is fetched or run, and a damaged file ends in words."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from lxml import etree

from desktop.record.semd import Bullets, Paragraph, Section, Semd, Table
from desktop.record.semd_xml import XmlUnreadable, read_semd

SAMPLES = Path(__file__).parent / "samples"
LAB = (SAMPLES / "semd_lab_protocol.xml").read_bytes()
CONSULTATION = (SAMPLES / "semd_consultation.xml").read_bytes()


def shown_text(document: Semd) -> str:
    return " ".join(words for section in document.sections for words in section_words(section))


def section_words(section: Section) -> list[str]:
    words = [section.title]
    for block in section.blocks:
        if isinstance(block, Paragraph):
            words.append(block.text)
        elif isinstance(block, Bullets):
            words += block.items
        else:
            words += [cell for line in (*block.header, *block.rows) for cell in line]
    return words


def narrative_words(data: bytes) -> list[str]:
    """Return every word of every narrative, by a way that shares nothing with the reader."""
    root = etree.fromstring(
        data, etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    )
    narratives = root.iterfind(".//{urn:hl7-org:v3}section/{urn:hl7-org:v3}text")
    return [word for narrative in narratives for text in narrative.itertext() for word in text.split()]


def test_lab_protocol_has_its_header_and_tables() -> None:
    document = read_semd(LAB)
    assert document.title == "Протокол лабораторного исследования"
    assert (document.type_code, document.patient) == ("7", "Соколова Анна Сергеевна")
    assert document.created == "202611100915+0300"
    assert any(isinstance(block, Table) and block.rows for section in document.sections for block in section.blocks)


@pytest.mark.parametrize("data", [LAB, CONSULTATION])
def test_every_word_of_the_narrative_is_shown(data: bytes) -> None:
    shown = shown_text(read_semd(data))
    assert not [word for word in narrative_words(data) if word not in shown]


def test_five_hundred_mutants_show_every_word_or_are_refused() -> None:
    dice = random.Random(20260514)
    ends = {"shown": 0, "refused": 0}
    for number in range(500):
        data = mutant(LAB if number % 2 else CONSULTATION, dice)
        try:
            document = read_semd(data)
        except XmlUnreadable:
            ends["refused"] += 1
            continue
        shown = shown_text(document)
        body = "urn:hl7-org:v3" in data.decode("utf-8", "replace")
        missing = [word for word in narrative_words(data) if word not in shown]
        assert not missing or not body or not document.sections, missing[:5]
        ends["shown"] += 1
    assert ends["shown"] > 100
    assert ends["refused"] > 50


def mutant(data: bytes, dice: random.Random) -> bytes:
    """Damage bytes, or rename, nest and repeat narrative elements while the XML stays well formed."""
    if dice.random() < 0.3:
        broken = bytearray(data)
        for _ in range(dice.randrange(1, 6)):
            broken[dice.randrange(len(broken))] = dice.randrange(32, 127)
        return bytes(broken)
    root = etree.fromstring(data)
    texts = list(root.iterfind(".//{urn:hl7-org:v3}section/{urn:hl7-org:v3}text"))
    inside = [element for text in texts for element in text.iterdescendants() if isinstance(element.tag, str)] + texts
    for _ in range(dice.randrange(1, 8)):
        element = dice.choice(inside)
        what = dice.randrange(4)
        names = (
            "paragraph",
            "content",
            "list",
            "item",
            "table",
            "tr",
            "td",
            "script",
            "linkHtml",
            "sub",
            "br",
            "footnote",
            "caption",
        )
        if what == 0 and element not in texts:
            element.tag = "{urn:hl7-org:v3}" + dice.choice(names)
        elif what == 1:
            new = etree.SubElement(element, "{urn:hl7-org:v3}" + dice.choice(names))
            new.text, new.tail = f"внутри{dice.randrange(999)}", f"хвост{dice.randrange(999)}"
        elif what == 2:
            element.text = (element.text or "") + f" добавка{dice.randrange(999)}"
        else:
            element.tail = (
                (element.tail or "") + f" позади{dice.randrange(999)}" if element not in texts else element.tail
            )
    return etree.tostring(root, encoding="utf-8")


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (BOMB, "document.xml_doctype"),
        (b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x/>', "document.xml_doctype"),
        (b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><x>&e;</x>', "document.xml_doctype"),
        (b"<x>" * 400 + b"</x>" * 400, "document.xml_too_heavy"),
        (b"<x" + b"/>" * 2, "document.xml_broken"),
        (b"", "document.xml_broken"),
        (b"<html><body>no</body></html>", "document.xml_not_cda"),
        (b"<a>" + b" " * (10 * 2**20) + b"</a>", "document.xml_too_heavy"),
    ],
)
def test_hostile_xml_is_refused_in_words(data: bytes, code: str) -> None:
    with pytest.raises(XmlUnreadable) as caught:
        read_semd(data)
    assert caught.value.code in (code, "document.xml_broken")


def test_style_sheet_of_the_document_is_ignored() -> None:
    styled = LAB.replace(
        b"<ClinicalDocument", b'<?xml-stylesheet type="text/xsl" href="http://127.0.0.1:9/x.xsl"?><ClinicalDocument', 1
    )
    assert read_semd(styled) == read_semd(LAB)
