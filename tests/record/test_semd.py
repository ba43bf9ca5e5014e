"""СЭМД: every text of the narrative is shown, nothing is fetched or run, and a damaged file ends in words."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from lxml import etree

from desktop.record.semd import Bullets, Paragraph, Section, Semd, Table
from desktop.record.semd_xml import XmlUnreadable, read_semd
from tests.worker.made import URL
from tests.worker.trial import Canary

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


def test_five_hundred_mutants_show_every_word_or_are_refused_and_call_nobody() -> None:
    dice, canary = random.Random(20260514), Canary()
    ends = {"shown": 0, "refused": 0}
    began = time.process_time()
    for number in range(500):
        data = canary.heard(asking(mutant(LAB if number % 2 else CONSULTATION, dice), dice))
        try:
            document = read_semd(data)
        except XmlUnreadable:
            ends["refused"] += 1
            continue
        shown = shown_text(document)
        missing = [word for word in narrative_words(data) if word not in shown]
        assert not missing, (number, missing[:5])
        ends["shown"] += 1
    canary.close()
    assert canary.calls == 0
    assert ends["shown"] > 100
    assert ends["refused"] > 50
    assert time.process_time() - began < 60


ASKS = (
    (b"<ClinicalDocument", b'<?xml-stylesheet type="text/xsl" href="%s"?><ClinicalDocument'),
    (b"<ClinicalDocument", b'<!DOCTYPE ClinicalDocument SYSTEM "%s"><ClinicalDocument'),
    (b"</paragraph>", b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="%s" parse="text"/></paragraph>'),
    (b"</paragraph>", b'<linkHtml href="%s">link</linkHtml><img src="%s"/></paragraph>'),
    (b"</paragraph>", b'<script src="%s">fetch("%s")</script></paragraph>'),
    (b"</paragraph>", b'<svg xmlns="http://www.w3.org/2000/svg"><image href="%s"/><text>x</text></svg></paragraph>'),
)


def asking(data: bytes, dice: random.Random) -> bytes:
    """Put something that asks for an address into every other document."""
    if dice.random() < 0.5:
        return data
    place, ask = dice.choice(ASKS)
    return data.replace(place, ask.replace(b"%s", URL), 1)


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


def cda(narrative: bytes) -> bytes:
    """A document whose only section says `narrative`."""
    body = b"<structuredBody><component><section><text>%b</text></section></component></structuredBody>" % narrative
    return b'<ClinicalDocument xmlns="urn:hl7-org:v3"><component>%b</component></ClinicalDocument>' % body


_LEVELS = b"".join(b'<!ENTITY e%d "%b">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 12))
HOSTILE = {
    "laughs": (b'<!DOCTYPE x [<!ENTITY e0 "ha">' + _LEVELS + b"]><x>&e11;</x>", "broken"),
    "laughs in an attribute": (b'<!DOCTYPE x [<!ENTITY e0 "ha">' + _LEVELS + b']><x a="&e11;"/>', "broken"),
    "quadratic": (b'<!DOCTYPE x [<!ENTITY a "' + b"a" * 50_000 + b'">]><x>' + b"&a;" * 50_000 + b"</x>", "broken"),
    "outer DTD": (b'<!DOCTYPE x SYSTEM "' + URL + b'"><x/>', "doctype"),
    "outer entity, file": (b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><x>&e;</x>', "doctype"),
    "outer entity, address": (b'<!DOCTYPE x [<!ENTITY e SYSTEM "' + URL + b'">]><x>&e;</x>', "doctype"),
    "outer entity, share": (b'<!DOCTYPE x [<!ENTITY e SYSTEM "\\\\127.0.0.1\\s\\x">]><x>&e;</x>', "doctype"),
    "parameter entity": (b'<!DOCTYPE x [<!ENTITY % p SYSTEM "' + URL + b'"> %p;]><x/>', "doctype"),
    "empty DTD": (b"<!DOCTYPE ClinicalDocument>" + cda(b"a"), "doctype"),
    "DTD in UTF-16": ("\ufeff<!DOCTYPE x [<!ENTITY e 'a'>]><x>&e;</x>".encode("utf-16-le"), "doctype"),
    "400 deep": (b"<x>" * 400 + b"</x>" * 400, "broken"),
    "a million deep": (b"<x>" * 1_000_000, "broken"),
    "three million elements": (b"<x>" + b"<a/>" * 2_500_000 + b"</x>", "too_heavy"),
    "600,000 elements": (b"<x>" + b"<a/>" * 600_000 + b"</x>", "too_heavy"),
    "ten megabytes": (b"<a>" + b" " * (10 * 2**20) + b"</a>", "too_heavy"),
    "700,000 attributes": (b"<a " + b" ".join(b'a%d="1"' % n for n in range(700_000)) + b"/>", "not_cda"),
    "no end": (b"<x" + b"/>" * 2, "broken"),
    "empty": (b"", "broken"),
    "page": (b"<html><body>no</body></html>", "not_cda"),
    "unknown encoding": (b'<?xml version="1.0" encoding="utf-7"?><x/>', "not_cda"),
    "zeros": (bytes(1_000), "broken"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_xml_is_refused_in_words_at_once_and_calls_nobody(name: str) -> None:
    data, code = HOSTILE[name]
    canary = Canary()
    began = time.thread_time()
    with pytest.raises(XmlUnreadable) as caught:
        read_semd(canary.heard(data))
    took_s = time.thread_time() - began
    canary.close()
    assert (caught.value.code, canary.calls) == (f"document.xml_{code}", 0)
    assert took_s < 3.0


_DEEP = 230


@pytest.mark.parametrize("narrative", [
    b"<content>" * _DEEP + b"<sub/>" * 40_000 + b"<paragraph>x</paragraph>" + b"</content>" * _DEEP,
    b"<table>" + b"<tbody>" * _DEEP + b"<sub/>" * 40_000 + b"</tbody>" * _DEEP + b"</table>",
    b"<paragraph>" + b"<content>" * _DEEP + b"<sub/>" * 40_000 + b"</content>" * _DEEP + b"</paragraph>",
    b"<content>" * _DEEP + b"<paragraph>a</paragraph>" * 40_000 + b"</content>" * _DEEP,
], ids=["search", "table", "text", "blocks"])  # fmt: skip
def test_work_grows_with_the_document_not_with_its_depth(narrative: bytes) -> None:
    began = time.thread_time()
    read_semd(cda(narrative))
    assert time.thread_time() - began < 2.0


def test_tables_inside_tables_say_their_text_once() -> None:
    inner = b"word " * 10_000
    shown = shown_text(read_semd(cda(b"<table><tr><td>" * 60 + inner + b"</td></tr></table>" * 60)))
    assert shown.split() == ["word"] * 10_000


def test_style_sheet_of_the_document_is_ignored() -> None:
    styled = LAB.replace(
        b"<ClinicalDocument", b'<?xml-stylesheet type="text/xsl" href="http://127.0.0.1:9/x.xsl"?><ClinicalDocument', 1
    )
    assert read_semd(styled) == read_semd(LAB)
