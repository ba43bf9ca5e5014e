"""The whole way of a record through the command line, as real processes."""

from __future__ import annotations

import json
from pathlib import Path

import httpx

from desktop.demo.portal import DemoPortal
from desktop.demo.serve import running
from tests.cli.conftest import Program

REPORT_KEYS = {"ok", "duration_s", "requests", "pulled", "pushed", "documents", "quarantined", "people"}


def test_record_lives_from_init_to_recovery(bare: Program, box: DemoPortal, tmp_path: Path) -> None:
    code = tmp_path / "code"
    made = bare("--json", "init", "--recovery-code-file", str(code)).answer
    assert made["ok"] is True
    assert len(code.read_text("utf-8").split()) == 12
    assert code.stat().st_mode & 0o077 == 0
    with running(box) as base:
        assert len(bare("connect", base, "--json").answer["people"]) == 4
        first = bare("sync", "--json").answer
        second = bare("sync", "--json").answer
        shown = bare("show", "results", "--json").rows
    assert set(first) >= REPORT_KEYS
    assert (first["ok"], first["quarantined"], first["people"]) == (True, 0, 4)
    assert first["pulled"]["new"] > 1_500
    assert second["pulled"] == {"new": 0, "changed": 0, "removed": 0, "unchanged": first["pulled"]["new"]}
    assert second["requests"] <= 15
    assert bare("show", "results", "--json").rows == shown != []
    assert bare("check", "--json").answer["problems"] == []

    bare("backup", str(tmp_path / "copy.medkarta"))
    other = Program(tmp_path / "elsewhere", bare.phrase)
    assert other("restore", str(tmp_path / "copy.medkarta"), "--json").answer["people"] == 4
    assert other("show", "results", "--json").rows == shown

    new = tmp_path / "new"
    new.write_text("совсем другая фраза", "utf-8")
    new.chmod(0o600)
    other("passphrase", "--new-passphrase-file", str(new))
    other("show", "people", code=6)
    changed = Program(other.folder, new)
    assert len(changed("show", "people", "--json").rows) == 4
    other("recover", "--recovery-code-file", str(code))
    assert len(other("show", "people", "--json").rows) == 4


def test_every_subject_is_shown_with_id_person_and_state(synced: Program) -> None:
    full = ("people", "policies", "bookings", "referrals", "documents", "prescriptions", "results", "vaccinations", "checkups",
            "visits", "clinics", "services", "notices", "health", "journal")  # fmt: skip
    for subject in full:
        rows = synced("show", subject, "--json").rows
        assert rows, subject
        assert all({"id", "person", "state"} <= set(row) for row in rows), subject
    for subject in ("outbox", "clashes", "quarantine", "saved-searches"):
        assert synced("show", subject, "--json").out == ""


def test_person_limit_and_day_narrow_what_is_shown(synced: Program) -> None:
    family = synced("show", "people", "--json").rows
    child = next(one for one in family if one["relation"] == "child")
    rows = synced("show", "visits", "--person", child["patient_id"], "--json").rows
    assert rows
    assert {row["person"] for row in rows} == {child["person"]}
    assert len(synced("show", "results", "--limit", "2", "--json").rows) == 2
    late = synced("show", "visits", "--since", "2026-01-01", "--json").rows
    assert late
    assert all(row["started_at"] >= "2026-01-01" for row in late)
    synced("show", "visits", "--person", "никто", code=2)
    synced("show", "visits", "--since", "вчера", code=2)


def test_resource_is_what_the_portal_has(synced: Program, met: tuple[Path, DemoPortal]) -> None:
    name = synced("show", "results", "--json").rows[0]["id"]
    with running(met[1]) as base:
        there = httpx.get(f"{base}/{name}", trust_env=False).json()
    assert json.loads(synced("resource", name).out) == there
    synced("resource", "Observation/none", code=2)
    synced("resource", "Observation", code=2)


def test_word_forms_are_found(synced: Program) -> None:
    hits = synced("search", "гемоглобина", "--json").rows
    assert any(hit["title"] == "Гемоглобин" for hit in hits)
    assert synced("search", '"*', "--json").out == ""


def test_document_is_written_once_and_under_a_name_of_ours(synced: Program, tmp_path: Path) -> None:
    papers = [row for row in synced("show", "documents", "--json").rows if row["content_type"] == "application/pdf"]
    out = tmp_path / "out"
    out.mkdir()
    done = synced("document", papers[0]["id"], "--out", str(out), "--json").answer
    written = Path(done["file"])
    assert written.parent == out
    assert written.suffix == ".pdf"
    assert written.read_bytes().startswith(b"%PDF-")
    assert synced("document", papers[0]["id"], "--out", str(written), code=2).err.startswith("Файл с таким именем уже есть")
    synced("document", "none", "--out", str(out / "x"), code=2)
    assert [row["event"] for row in synced("show", "journal", "--json").rows].count("document.saved") == 1


def test_nothing_of_the_family_is_readable_in_any_file(synced: Program, tmp_path: Path) -> None:
    written = b"".join(path.read_bytes() for path in synced.folder.rglob("*") if path.is_file())
    said = synced("-v", "search", "Орлова").err
    for word in ("Орлова", "Наталья", "Гемоглобин"):
        assert word.encode() not in written
        assert word.encode("utf-16-le") not in written
        assert word not in said
