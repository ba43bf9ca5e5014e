"""The card as files, by the command line: FHIR JSON and XML with every record, a table, a calendar, a typeset PDF; and files put in."""

from __future__ import annotations

import csv
import hashlib
import json
import zipfile
from contextlib import closing
from pathlib import Path

import icalendar
from lxml import etree
from pypdf import PdfReader

from desktop.clock import SystemClock
from desktop.store import vault as vaults
from tests.cli.conftest import PASSPHRASE, Program

FHIR = "{http://hl7.org/fhir}"


def test_card_is_exported_in_every_format_whole_and_never_over_a_file_that_is_there(synced: Program, tmp_path: Path) -> None:
    for format in ("fhir", "xml", "csv", "pdf"):
        assert synced("export", "--format", format, "--out", str(tmp_path / f"card.{format}"), "--person", "Наталья", "--json").answer["ok"]
    bundle = json.loads((tmp_path / "card.fhir").read_text("utf-8"))
    names = [f"{one['resource']['resourceType']}/{one['resource']['id']}" for one in bundle["entry"]]
    assert len(names) == len(set(names)) > 300
    with closing(vaults.unlock(synced.folder, passphrase=PASSPHRASE, clock=SystemClock())) as vault:
        whose = next(one for one in vault.people.of() if f"Patient/{one.patient_id}" == names[-1])
        kept = {f"{kind}/{id}" for kind, id in vault.replica.manifest_of(whose.portal, whose.id)}
        assert {one for one in names if vault.replica.row(*one.split("/")).person == whose.id} == kept
        assert all(json.loads(vault.replica.get(*one.split("/"))) == entry["resource"]
                   for one, entry in zip(names, bundle["entry"], strict=True))  # fmt: skip
    assert {"Appointment", "Consent", "Task", "Communication", "Provenance"} <= {one.partition("/")[0] for one in names}
    root = etree.parse(tmp_path / "card.xml").getroot()
    in_xml = [f"{etree.QName(one[0]).localname}/{one[0].find(f'{FHIR}id').get('value')}" for one in root.iter(f"{FHIR}resource")]
    assert in_xml == names
    table = (tmp_path / "card.csv").read_text("utf-8-sig").splitlines()
    assert len(table) >= len(names)
    pages = PdfReader(tmp_path / "card.pdf").pages
    text = "\n".join(page.extract_text() for page in pages)
    assert f"1 из {len(pages)}" in text
    for words in ("Медицинская карта", "Гемоглобин", "Ниже нормы".lower(), "История посещений", "не заменяет официальную выписку"):
        assert words in " ".join(text.split())  # Some spaces on paper are those that no line ends at.
    assert "Тимофей" not in text
    assert (tmp_path / "card.fhir").stat().st_mode & 0o077 == 0
    assert synced("export", "--format", "xml", "--out", str(tmp_path / "card.xml"), "--person", "Наталья", code=2).out == ""
    assert synced("export", "--format", "xml", "--out", str(tmp_path / "other.xml"), code=2).out == ""
    assert "card.exported" in {row["event"] for row in synced("show", "journal", "--json").rows}


def test_archive_has_the_records_every_documents_file_and_a_list_with_digests(synced: Program, tmp_path: Path) -> None:
    file, other, whose = tmp_path / "card.zip", tmp_path / "one.pdf", ("--person", "Наталья")
    answer = synced("export", "--format", "zip", "--out", str(file), *whose, "--json").answer
    with zipfile.ZipFile(file) as made:
        assert made.testzip() is None
        inside = {one.filename: one for one in made.infolist()}
        bundle = json.loads(made.read("card.json"))
        listed = list(csv.DictReader(made.read("documents.csv").decode("utf-8-sig").splitlines(), delimiter=";"))
        here = [row for row in listed if row["file"]]
        assert {row["file"] for row in here} | {"card.json", "documents.csv"} == inside.keys()
        assert all(hashlib.sha256(made.read(row["file"])).hexdigest() == row["sha256"] for row in here)
        synced("document", here[0]["id"], "--out", str(other))
        assert other.read_bytes() == made.read(here[0]["file"])
    assert (answer["documents"], answer["documents_missing"]) == (len(here), len(listed) - len(here))
    assert len(here) > 5 < answer["resources"] == len(bundle["entry"])
    assert {"DocumentReference"} < {one["resource"]["resourceType"] for one in bundle["entry"]}
    assert len({row["id"] for row in listed}) == len(listed)
    assert [one.name for one in tmp_path.glob("card*")] == ["card.zip"]
    assert file.stat().st_mode & 0o077 == 0


def test_nothing_half_written_stays_where_a_file_cannot_be_written(synced: Program, tmp_path: Path) -> None:
    for format in ("xml", "zip", "pdf"):
        assert synced("export", "--format", format, "--out", str(tmp_path / "no" / "card"), "--person", "Наталья", code=2).out == ""
    assert list(tmp_path.glob("*card*")) == []


def test_bookings_become_a_calendar_of_one_person_and_earlier_ones_when_a_day_is_named(synced: Program, tmp_path: Path) -> None:
    shown = synced("show", "bookings", "--person", "Наталья", "--json").rows
    ahead = {row["id"] for row in shown if row["certainty"] == "confirmed" and row["starts_at"]}
    answers = {}
    for name, since in (("ahead", ()), ("all", ("--since", "2000-01-01"))):
        file = tmp_path / f"{name}.ics"
        answers[name] = synced("export", "--format", "ics", "--out", str(file), "--person", "Наталья", *since, "--json").answer
        events = icalendar.Calendar.from_ical(file.read_bytes()).walk("VEVENT")
        assert len(events) == answers[name]["events"] > 0
        assert {str(one["uid"]).removesuffix("@medkarta") for one in events} >= ahead != set()
        assert file.stat().st_mode & 0o077 == 0
    assert answers["all"]["events"] > answers["ahead"]["events"]


def test_files_are_put_in_as_results_of_ones_own_all_or_none(synced: Program, tmp_path: Path) -> None:
    good, bad = tmp_path / "Витамин D.pdf", tmp_path / "архив.pdf"
    good.write_bytes(b"%PDF-1.4\n" + b"0" * 2_000)
    bad.write_bytes(b"PK\x03\x04" + b"0" * 2_000)
    whose = ("--person", "Наталья", "--on", "2026-05-02")
    refused = synced("import", str(good), str(bad), *whose, "--json", code=2)
    assert refused.answer["error"] == "upload.archive"
    assert synced("show", "outbox", "--json").rows == []
    assert synced("import", str(good), "--json", code=2).answer["error"] == "person.needed"
    assert len(synced("import", str(good), *whose, "--json").answer["intents"]) == 1
    (act,) = synced("show", "outbox", "--json").rows
    assert (act["kind"], dict(act["body"])["title"]) == ("result.add", "Витамин D")
    assert synced("import", str(tmp_path / "нет.pdf"), *whose, "--json", code=2).answer["error"] == "file.refused"
