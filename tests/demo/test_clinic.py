"""The clinic's side: each act is a new version that the person's program will see."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from desktop.clock import ManualClock
from desktop.demo import DemoPortal
from desktop.demo.clinic import Clinic
from tests.demo.conftest import START, at, visit


@pytest.fixture
def booked(portal: DemoPortal) -> str:
    """A visit of the mother on slot s0."""
    slot = portal.resource("Slot", "s0") or {}
    portal.put({**slot, "status": "busy", "identifier": [{"system": "urn:medkarta:intent", "value": "i"}]})
    return str(portal.put({**visit("anna", "s0", "i"), "start": slot["start"], "end": slot["end"]})["id"])


def get(portal: DemoPortal, kind: str, name: str) -> dict[str, Any]:
    found = portal.resource(kind, name)
    assert found is not None
    return found


def test_move_changes_the_visit_and_both_slots(portal: DemoPortal, booked: str, clock: ManualClock) -> None:
    before = get(portal, "Appointment", booked)["meta"]
    clock.advance(5)
    portal.clinic.move(booked, "s3")
    moved = get(portal, "Appointment", booked)
    assert moved["slot"] == [{"reference": "Slot/s3"}]
    assert moved["start"] == get(portal, "Slot", "s3")["start"]
    assert moved["meta"]["versionId"] != before["versionId"]
    assert moved["meta"]["lastUpdated"] == at(5 / 60)
    assert get(portal, "Slot", "s0")["status"] == "free"
    assert get(portal, "Slot", "s3")["identifier"] == moved["identifier"]


def test_cancel_says_why_and_takes_the_slot_away(portal: DemoPortal, booked: str) -> None:
    portal.clinic.cancel(booked, "Изменилось расписание")
    cancelled = get(portal, "Appointment", booked)
    assert cancelled["status"] == "cancelled"
    assert cancelled["cancelationReason"]["coding"][0]["code"] == "prov"
    assert cancelled["cancelationReason"]["text"] == "Изменилось расписание"
    assert get(portal, "Slot", "s0")["status"] == "busy-unavailable"


def test_asked_visit_is_confirmed_once(portal: DemoPortal) -> None:
    name = portal.put(visit("anna", None, "p", status="proposed"))["id"]
    portal.clinic.confirm(name)
    assert get(portal, "Appointment", name)["status"] == "booked"
    with pytest.raises(ValueError):
        portal.clinic.confirm(name)


def test_visit_ends_as_no_show_or_fulfilled(portal: DemoPortal, booked: str) -> None:
    portal.clinic.no_show(booked)
    assert get(portal, "Appointment", booked)["status"] == "noshow"
    portal.clinic.fulfil(booked)
    assert [each["status"] for each in portal.history("Appointment", booked)] == ["fulfilled", "noshow", "booked"]


def test_slot_goes_to_another_family_without_a_trace_of_them(portal: DemoPortal) -> None:
    portal.clinic.another_patient_takes("s2")
    assert get(portal, "Slot", "s2")["status"] == "busy"
    assert "identifier" not in get(portal, "Slot", "s2")
    with pytest.raises(ValueError):
        portal.clinic.another_patient_takes("s2")


def test_free_slots_are_added_and_found_soonest_first(portal: DemoPortal) -> None:
    before = portal.clinic.free_slots()
    added = portal.clinic.add_free("sch1", START + timedelta(hours=1), minutes=10, count=3)
    assert portal.clinic.free_slots() == added + before
    with pytest.raises(KeyError):
        portal.clinic.add_free("nowhere", START)


def test_timetable_is_filled_for_every_doctor_once(portal: DemoPortal) -> None:
    portal.put({"resourceType": "PractitionerRole", "id": "role2", "practitioner": {"reference": "Practitioner/doc1"}})
    added = portal.clinic.fill(weeks=2)
    assert added == 2 * 10 * 24
    assert len(portal.clinic.free_slots()) == added + 6
    assert portal.clinic.fill(weeks=2) == 0


def test_waiting_list_is_offered_a_kept_slot(portal: DemoPortal) -> None:
    name = portal.put(visit("timofey", None, "w", status="waitlist"))["id"]
    portal.clinic.offer(name, "s4")
    offered = get(portal, "Appointment", name)
    assert (offered["status"], offered["slot"]) == ("proposed", [{"reference": "Slot/s4"}])
    assert get(portal, "Slot", "s4")["status"] == "busy"
    with pytest.raises(ValueError):
        portal.clinic.offer(name, "s5")


def test_house_call_goes_step_by_step(portal: DemoPortal) -> None:
    call = {key: value for key, value in visit("anna", None, "h", status="proposed").items() if key not in ("start", "end")}
    name = portal.put(call)["id"]
    assert [portal.clinic.house_call_step(name) for _ in range(4)] == ["pending", "booked", "arrived", "fulfilled"]
    assert "start" in get(portal, "Appointment", name)
    with pytest.raises(IndexError):
        portal.clinic.house_call_step(name)


def test_notice_is_the_persons_own(portal: DemoPortal) -> None:
    name = portal.clinic.notice("timofey", "Пора на прививку", about="Patient/timofey")
    assert ("Communication", name) in portal.snapshot("timofey")
    assert ("Communication", name) not in portal.snapshot("anna")


async def test_clinic_at_work_answers_what_people_ask(portal: DemoPortal, http: httpx.AsyncClient, clock: ManualClock) -> None:
    portal.put({**visit("anna", "s5", "from the world", status="proposed"), "id": "older"})
    portal.clinic = Clinic(portal.shelf, portal.rules, portal.clock)
    portal.clinic.works_after_s = 20
    asked = {}
    for intent, slot, more in (("v", "s1", {}), ("call", None, {"serviceType": [{"text": "Вызов врача на дом"}]})):
        body = {**visit("anna", slot, intent, status="proposed"), **more}
        headers = {"If-None-Exist": f"identifier=urn:medkarta:intent|{intent}"}
        asked[intent] = (await http.post("/Appointment", json=body, headers=headers)).json()["id"]
    waiting = portal.put(visit("timofey", None, "w", status="waitlist"))["id"]
    portal.clinic.offer(waiting, "s4")
    assert portal.clinic.work() == 0
    clock.advance(21)
    await http.get("/Patient/anna")
    statuses = {name: get(portal, "Appointment", name)["status"] for name in (asked["v"], asked["call"], waiting, "older")}
    assert list(statuses.values()) == ["booked", "pending", "proposed", "proposed"]


def test_booking_and_cancelling_are_confirmed_by_e_mail_and_the_notice_says_so(portal: DemoPortal, booked: str, clock: ManualClock) -> None:
    def letters() -> list[tuple[str, str]]:
        rows = portal.shelf.items("WHERE live AND type='Communication' ORDER BY seq")
        return [(one.resource["topic"]["text"], one.resource["payload"][0]["contentString"]) for one in rows if "topic" in one.resource]

    anna = get(portal, "Patient", "anna")
    portal.put({**anna, "telecom": [{"system": "email", "value": "anna@post.example"}]})
    portal.deliver_late()
    portal.put({**get(portal, "Appointment", booked), "comment": "Кабинет 3"})
    portal.clinic.works_after_s = 20
    portal.deliver_late()
    assert letters() == []
    visit_now = get(portal, "Appointment", booked)
    portal.put({**visit_now, "status": "cancelled"})
    portal.deliver_late()
    portal.deliver_late()
    portal.put({**visit_now, "status": "booked"})
    portal.deliver_late()
    topics = letters()
    assert [topic for topic, _ in topics] == ["Запись отменена", "Запись подтверждена"]
    assert all("отправлено на anna@post.example" in words for _, words in topics)
