"""The card as files, by the command line: FHIR JSON and XML with every record, a table, a typeset PDF."""

from __future__ import annotations

import json
from pathlib import Path

from lxml import etree
from pypdf import PdfReader

from tests.cli.conftest import Program

FHIR = "{http://hl7.org/fhir}"


def test_card_is_exported_in_every_format_whole_and_never_over_a_file_that_is_there(synced: Program, tmp_path: Path) -> None:
    for format in ("fhir", "xml", "csv", "pdf"):
        assert synced("export", "--format", format, "--out", str(tmp_path / f"card.{format}"), "--person", "Наталья", "--json").answer["ok"]
    bundle = json.loads((tmp_path / "card.fhir").read_text("utf-8"))
    names = [f"{one['resource']['resourceType']}/{one['resource']['id']}" for one in bundle["entry"]]
    assert len(names) == len(set(names)) > 300
    root = etree.parse(tmp_path / "card.xml").getroot()
    in_xml = [f"{etree.QName(one[0]).localname}/{one[0].find(f'{FHIR}id').get('value')}" for one in root.iter(f"{FHIR}resource")]
    assert in_xml == names
    table = (tmp_path / "card.csv").read_text("utf-8-sig").splitlines()
    assert len(table) >= len(names)
    pages = PdfReader(tmp_path / "card.pdf").pages
    text = "\n".join(page.extract_text() for page in pages)
    assert f"1 из {len(pages)}" in text
    for words in ("Медицинская карта", "Гемоглобин", "Ниже нормы".lower(), "История посещений", "не заменяет официальную выписку"):
        assert words in text.replace("\n", " ") or words in text
    assert "Тимофей" not in text
    assert (tmp_path / "card.fhir").stat().st_mode & 0o077 == 0
    assert synced("export", "--format", "xml", "--out", str(tmp_path / "card.xml"), "--person", "Наталья", code=2).out == ""
    assert synced("export", "--format", "xml", "--out", str(tmp_path / "other.xml"), code=2).out == ""
    assert "card.exported" in {row["event"] for row in synced("show", "journal", "--json").rows}


def test_nothing_half_written_stays_where_a_file_cannot_be_written(synced: Program, tmp_path: Path) -> None:
    for format in ("xml", "pdf"):
        assert synced("export", "--format", format, "--out", str(tmp_path / "no" / "card"), "--person", "Наталья", code=2).out == ""
    assert list(tmp_path.glob("*card*")) == []
