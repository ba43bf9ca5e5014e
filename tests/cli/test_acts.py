"""Acts from the command line: accepted with no network, shown as not done, done once, decided in words."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.clock import SystemClock, local_date
from desktop.demo.portal import DemoPortal
from desktop.demo.serve import running
from desktop.record.fhir import acts as wire
from tests import kept
from tests.cli.conftest import ROOT, Program


@pytest.fixture
def guarded() -> Iterator[DemoPortal]:
    """The invented family behind its sign-in."""
    portal = kept.portal(SystemClock(), open_access=False)
    yield portal
    portal.close()


def first_slot(program: Program, *more: str) -> dict[str, Any]:
    return program("slots", "--specialty", "окулист", *more, "--json").rows[0]


def appointments(box: DemoPortal, intent: str) -> list[dict[str, Any]]:
    rows = box.shelf.rows("SELECT id FROM item WHERE live AND type='Appointment'")
    found = [box.resource("Appointment", row[0]) for row in rows]
    return [one for one in found if one is not None and intent in wire.intents_of(one)]


def test_act_is_accepted_offline_shown_as_pending_and_sent_once(program: Program, box: DemoPortal) -> None:
    with running(box) as base:
        program("connect", base)
        program("sync", "--documents", "none")
    slot = first_slot(program)
    assert "Последний день раньше первого" in program("slots", "--from", "2026-12-31", "--to", "2026-01-01", code=2).err
    assert program("book", slot["id"], "--json", code=2).answer["error"] == "person.needed"
    made = program("book", slot["id"], "--person", "Наталья", "--json").answer
    assert (made["ok"], made["state"]) == (True, "held")
    shown = {row["id"]: row for row in program("show", "bookings", "--json").rows}
    assert shown[made["intent"]]["state"] == "pending"
    (waiting,) = program("show", "outbox", "--json").rows
    assert (waiting["id"], waiting["kind"], waiting["body"]["slot"]) == (made["intent"], "book", slot["id"])
    assert program("sync", "--json", code=3).answer["pushed"]["waiting"] == 1
    assert appointments(box, made["intent"]) == []


def test_sign_in_by_the_browser_books_and_cancels_for_the_family(program: Program, guarded: DemoPortal) -> None:
    browser = f"{sys.executable} {ROOT / 'tests/cli/browser.py'} %s"
    with running(guarded) as base:
        said = program("connect", base, "--auth", "oauth", "--json", env={"BROWSER": browser}).answer
        assert len(said["people"]) == 4
        assert program("sync", "--documents", "none", "--json").answer["quarantined"] == 0
        slot = first_slot(program, "--clinic", "Детская")
        intent = program("book", f"Slot/{slot['id']}", "--person", "Тимофей", "--json").answer["intent"]
        report = program("sync", "--documents", "none", "--json").answer
        assert report["pushed"] == {"applied": 1, "clashes": 0, "rejected": 0, "waiting": 0}
        (made,) = appointments(guarded, intent)
        program("cancel", made["id"], "--reason", "cant_come")
        program("sync", "--documents", "none")
        found = guarded.resource("Appointment", made["id"])
        assert found is not None
        assert found["status"] == "cancelled"
        assert program("show", "outbox", "--json").rows == []
        program("sign-out")
        assert program("sync", "--json", code=4).answer["sign_in_needed"] is True
    assert guarded.violations == []


def test_slot_that_was_taken_is_decided_from_the_command_line(program: Program, box: DemoPortal) -> None:
    with running(box) as base:
        program("connect", base)
        program("sync", "--documents", "none")
        slot, other = program("slots", "--specialty", "окулист", "--json").rows[:2]
        program("book", slot["id"], "--person", "Наталья")
        box.clinic.another_patient_takes(slot["id"])
        assert program("sync", "--documents", "none", "--json", code=5).answer["pushed"]["clashes"] == 1
        (clash,) = program("show", "clashes", "--json").rows
        assert (clash["kind"], clash["choices"]) == ("slot_gone", ["other_slot", "watch", "drop"])
        said = program("show", "clashes").out.split("  ")
        assert ("Наталья", "slot_gone: Окулист", clash["id"]) == tuple(part.strip() for part in said if part.strip())[2:5]
        assert said[-1].strip() == "(other_slot, watch, drop)"
        assert program("decide", clash["id"], "teleport", "--json", code=2).answer["error"] == "decide.unknown_choice"
        chosen = program("decide", clash["id"], "other_slot", "--slot", other["id"], "--json").answer["intent"]
        assert program("show", "clashes", "--json").rows == []
        assert program("withdraw", chosen, "--json", code=5).answer == {"ok": True, "intent": "", "clash": clash["id"]}
        assert [one["id"] for one in program("show", "clashes", "--json").rows] == [clash["id"]]
        chosen = program("decide", clash["id"], "other_slot", "--slot", other["id"], "--json").answer["intent"]
        program("sync", "--documents", "none")
        assert len(appointments(box, chosen)) == 1
        assert program("show", "clashes", "--json").rows == []


def test_relatives_code_is_given_on_standard_input_and_the_booking_goes(program: Program, box: DemoPortal) -> None:
    with running(box) as base:
        program("connect", base)
        program("sync", "--documents", "none")
        box.relatives.asked |= {row["patient_id"] for row in program("show", "people", "--json").rows}
        slot = first_slot(program)
        program("book", slot["id"], "--person", "Наталья")
        program("sync", "--documents", "none", code=5)
        (clash,) = program("show", "clashes", "--json").rows
        assert (clash["kind"], clash["choices"]) == ("needs_code", ["enter_code", "retry", "drop"])
        assert program("decide", clash["id"], "enter_code", "--json", code=2).answer["error"] == "decide.needs_code"
        (sent,) = box.relatives.messages
        intent = program("decide", clash["id"], "enter_code", "--json", input=f"{sent.code}\n".encode()).answer["intent"]
        program("sync", "--documents", "none")
    assert [one["status"] for one in appointments(box, intent)] == ["booked"]


def test_bodies_are_checked_and_the_kinds_listed(synced: Program, tmp_path: Path) -> None:
    kinds = {row["kind"]: row["fields"] for row in synced("act", "--list", "--json").rows}
    assert {"book", "house_call", "certificate.order", "visit.dispute"} <= set(kinds)
    assert {"name": "text", "type": "text", "required": True, "choices": [], "max_chars": 2_000} in kinds["clinic.write"]
    said = synced("act", "--list").out
    assert "visit.rate: subject (id), stars=1|2|3|4|5, text? (1000)" in said
    body = tmp_path / "body.json"
    body.write_text(json.dumps({"certificate": "156u", "colour": "red"}), "utf-8")
    said = synced("act", "certificate.order", "--person", "Варвара", "--body", str(body), "--json", code=2)
    assert said.answer["error"] == "act.unknown_field"
    body.write_text(json.dumps({"certificate": "156u"}), "utf-8")
    made = synced("act", "certificate.order", "--person", "Варвара", "--body", str(body), "--json").answer["intent"]
    assert synced("withdraw", made, "--json").answer == {"ok": True, "intent": "", "clash": ""}
    assert synced("show", "outbox", "--json").rows == []
    body.write_text(json.dumps({"consent": "transfer", "agreed": True}), "utf-8")
    made = synced("act", "consent.give", "--person", "Варвара", "--body", str(body), "--json").answer
    assert made["ok"], "the passphrase was given for this very verb"
    for bad in (b"{", b'{"certificate": "156u", "comment": "\\ud800"}', b'{"certificate": "pool", "certificate": "156u"}', b"[" * 9_999, b"\xff"):
        body.write_bytes(bad)
        said = synced("act", "certificate.order", "--person", "Варвара", "--body", str(body), "--json", code=2)
        assert said.answer["error"] == "act.bad_body"
    for encoding in ("utf-8-sig", "utf-16"):
        body.write_text(json.dumps({"certificate": "156u", "comment": "срочно"}, ensure_ascii=False), encoding)
        synced("act", "certificate.order", "--person", "Варвара", "--body", str(body), "--json")


def test_script_learns_what_each_certificate_asks_for_and_is_told_what_it_left_out(synced: Program, tmp_path: Path) -> None:
    (order,) = [row for row in synced("act", "--list", "--json").rows if row["kind"] == "certificate.order"]
    asked = {one["key"]: one["fields"] for one in order["certificates"]}
    assert {"name": "answers.sport", "type": "text", "required": True} in asked["sport"]
    assert [one["name"] for one in asked["095u"]] == ["clinic_id", "answers.purpose", "from", "to"]
    assert "  pool  Медицинская справка в бассейн: clinic_id (id), answers.purpose (text)" in synced("act", "--list").out
    body = tmp_path / "body.json"
    body.write_text(json.dumps({"certificate": "tax", "answers": {"taxpayer": "Орлова Н. С."}}), "utf-8")
    wanted = ("act", "certificate.order", "--person", "Варвара", "--body", str(body))
    assert synced(*wanted, "--json", code=2).answer == {"ok": False, "error": "act.missing_field", "field": "answers.year"}
    body.write_text(json.dumps({"certificate": "tax", "answers": {"taxpayer": "Орлова Н. С.", "year": "в том году"}}), "utf-8")
    assert "В поле answers.year должен стоять год" in synced(*wanted, code=2).err
    assert "takes a year of four digits" in synced("--lang", "en", *wanted, code=2).err


def test_file_is_handed_in_with_its_act_and_refused_when_it_is_not_taken(synced: Program, tmp_path: Path) -> None:
    scan, body = tmp_path / "скан.pdf", tmp_path / "body.json"
    body.write_text(json.dumps({"document": "passport"}), "utf-8")
    asked = ("act", "identity.submit", "--person", "Наталья", "--body", str(body), "--json")
    scan.write_bytes(b"MZ not a scan")
    assert synced(*asked, "--file", f"scan={scan}", code=2).answer["error"] == "upload.kind"
    assert synced(*asked, "--file", f"paper={scan}", code=2).answer["error"] == "act.unknown_field"
    assert synced(*asked, code=2).answer["error"] == "act.missing_field"
    scan.write_bytes(b"%PDF-1.7 a scan")
    assert synced(*asked, "--file", f"scan={scan}").answer["ok"] is True
    (waiting,) = synced("show", "outbox", "--json").rows
    assert waiting["body"]["scan"] == "скан.pdf"


def test_house_call_asks_about_danger_first(synced: Program) -> None:
    said = ("house-call", "--person", "Людмила", "--address", "ул. Речная, 3", "--phone", "+70000000000", "--symptoms", "жар", "--on", "2030-01-01")
    refused = synced(*said, "--json", code=2)
    assert refused.answer["error"] == "act.red_flags"
    assert "103" in refused.err
    made = synced(*said, "--no-red-flags", "--json").answer["intent"]
    refused = synced(*said, "--no-red-flags", "--json", code=2)
    assert refused.answer["error"] == "house_call.again"
    assert made in refused.err
    assert synced(*said, "--no-red-flags", "--again", "--json").answer["ok"] is True


def test_waiting_list_is_joined_from_today_where_no_day_is_named(synced: Program) -> None:
    assert synced("waitlist", "join", "--person", "Людмила", "--specialty", "Окулист", "--to", "2030-01-01", "--json").answer["ok"] is True
    (waits,) = synced("show", "outbox", "--json").rows
    assert (waits["kind"], waits["body"]["from"]) == ("waitlist.join", local_date(SystemClock()).isoformat())


def test_proposed_time_is_accepted_and_a_waiting_list_is_left(synced: Program) -> None:
    rows = synced("show", "bookings", "--json").rows
    waiting = next(row for row in rows if row["kind"] == "waiting")
    (proposed,) = [row for row in rows if row["is_proposed"]]
    assert synced("waitlist", "leave", f"Appointment/{waiting['id']}", "--json").answer["ok"] is True
    assert synced("accept", proposed["id"], "--json").answer["ok"] is True
    assert synced("accept", waiting["id"], "--json", code=2).answer["error"] == "booking.not_proposed"
    assert {row["kind"] for row in synced("show", "outbox", "--json").rows} == {"waitlist.leave", "accept"}
