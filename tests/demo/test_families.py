"""The invented families: what the demo portal is filled with is whole, correct and the same every time."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from datetime import date, timedelta
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from lxml import etree
from pypdf import PdfReader

from desktop.demo.families import build
from desktop.demo.families.dates import StoryCalendar
from desktop.demo.families.numbers import luhn_passes
from desktop.demo.world import World

MOCKUPS = date(2026, 5, 14)
DAY = re.compile(r"^\d{4}-\d\d-\d\d$")
MOMENT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+03:00$")


@cache
def world(size: str = "demo", *, today: date = MOCKUPS, seed: int = 1) -> World:
    return build(size, seed=seed, today=today)


@cache
def of(kind: str, person: str | None = None, *, size: str = "demo") -> list[dict[str, Any]]:
    """Give the resources of a kind, or those of one person (by given name)."""
    if person is not None:
        target = f"Patient/{patient(person)['id']}"
        return [row for row in of(kind, size=size) if target in _references(row)]
    return [row for row in world(size).resources if row["resourceType"] == kind]


def patient(given: str) -> dict[str, Any]:
    return next(row for row in of("Patient") if row["name"][0]["given"][0] == given)


def _references(node: object) -> list[str]:
    found: list[str] = []
    if isinstance(node, dict):
        found += [node["reference"]] if isinstance(node.get("reference"), str) else []
        for value in node.values():
            found += _references(value)
    elif isinstance(node, list):
        for value in node:
            found += _references(value)
    return found


def _strings(node: object, key: str = "") -> list[tuple[str, str]]:
    if isinstance(node, dict):
        return [pair for name, value in node.items() for pair in _strings(value, name)]
    if isinstance(node, list):
        return [pair for value in node for pair in _strings(value, key)]
    return [(key, node)] if isinstance(node, str) else []


def snils_passes(text: str) -> bool:
    digits = [int(letter) for letter in text if letter.isdigit()]
    total = sum(digit * (9 - index) for index, digit in enumerate(digits[:9])) % 101
    return len(digits) == 11 and total % 100 == digits[9] * 10 + digits[10]


@pytest.mark.parametrize(("size", "count"), [("S", 2_000), ("M", 20_000)])
def test_sizes_are_exact(size: str, count: int) -> None:
    assert len(world(size).resources) == count


def test_family_of_the_demo_is_rich_but_small() -> None:
    assert 1_500 <= len(world().resources) <= 2_500


def test_unknown_size_is_refused() -> None:
    with pytest.raises(ValueError, match="XXL"):
        build("XXL", today=MOCKUPS)


@pytest.mark.parametrize("size", ["demo", "S"])
def test_same_seed_and_day_give_the_same_world(size: str) -> None:
    again = build(size, seed=1, today=MOCKUPS)
    assert again.resources == world(size).resources
    assert again.binaries == world(size).binaries
    assert again.accounts == world(size).accounts


def test_another_seed_gives_other_ids() -> None:
    mine = {row["id"] for row in world().resources}
    assert mine.isdisjoint(row["id"] for row in build("demo", seed=2, today=MOCKUPS).resources)


@pytest.mark.parametrize("size", ["demo", "S", "M"])
def test_every_reference_leads_somewhere(size: str) -> None:
    known = [f"{row['resourceType']}/{row['id']}" for row in world(size).resources]
    assert [name for name, count in Counter(known).items() if count > 1] == []
    missing = {target for row in world(size).resources for target in _references(row)} - set(known)
    assert missing == set()


@pytest.mark.parametrize("size", ["demo", "M"])
def test_resources_stand_oldest_first_and_none_is_from_the_future(size: str) -> None:
    stamps = [row["meta"]["lastUpdated"] for row in world(size).resources]
    assert stamps == sorted(stamps)
    assert all(MOMENT.match(stamp) for stamp in stamps)
    assert stamps[-1] < "2026-05-14T00:00:00+03:00"


@pytest.mark.parametrize("today", [MOCKUPS, date(2026, 11, 22), date(2028, 2, 29), date(2026, 1, 1)])
def test_every_date_is_a_real_one_on_any_day(today: date) -> None:
    fields = {"birthDate", "effectiveDateTime", "authoredOn", "start", "end", "issued", "date", "occurrenceDateTime", "sent"}
    for row in world(today=today).resources:
        for key, text in _strings(row):
            if key in fields and row["resourceType"] != "Practitioner":  # a diploma has only a year
                assert DAY.match(text) or MOMENT.match(text), (row["resourceType"], key, text)
                date.fromisoformat(text[:10])


@pytest.mark.parametrize("ahead", range(8))
def test_working_day_of_the_story_stays_one_whatever_the_day(ahead: int) -> None:
    calendar = StoryCalendar(MOCKUPS + timedelta(days=ahead))
    for day in (MOCKUPS + timedelta(days=offset) for offset in range(-60, 60)):
        carried = calendar.day(day.isoformat())
        if day.weekday() < 5 and day != MOCKUPS:
            assert carried.weekday() < 5
        assert (carried < calendar.today) == (day < MOCKUPS)


def test_no_booking_falls_on_a_weekend_on_another_day() -> None:
    booked = [row for row in world(today=date(2026, 11, 22)).resources if row["resourceType"] == "Appointment" and "slot" in row]
    assert len(booked) > 20
    assert {date.fromisoformat(row["start"][:10]).weekday() for row in booked} <= {0, 1, 2, 3, 4}


def test_numbers_pass_their_check_digits_and_belong_to_no_one() -> None:
    for row in of("Patient"):
        numbers = {item["system"].rsplit("/", 1)[1]: item["value"] for item in row["identifier"]}
        assert luhn_passes(numbers["oms"])
        assert re.fullmatch(r"5000\d{12}", numbers["oms"])
        assert snils_passes(numbers["snils"])
    phones = [item["value"] for row in world().resources for item in row.get("telecom", ()) if item["system"] == "phone"]
    assert len(phones) > 30
    assert all(re.sub(r"\D", "", phone).startswith("7000") for phone in phones)


def test_account_opens_the_four_records() -> None:
    (account,) = world().accounts
    assert account.grants[0] == account.person == patient("Наталья")["id"]
    assert set(account.grants) == {row["id"] for row in of("Patient")}


def test_family_is_the_family_of_the_mockups() -> None:
    people = {row["name"][0]["given"][0]: row for row in of("Patient")}
    assert people["Наталья"]["name"][0]["text"] == "Орлова Наталья Сергеевна"
    assert people["Наталья"]["birthDate"] == "1985-03-12"
    assert people["Тимофей"]["birthDate"] == "2016-08-24"
    endings = {name: row["identifier"][0]["value"][-4:] for name, row in people.items()}
    assert endings == {"Наталья": "4417", "Тимофей": "2086", "Варвара": "7730", "Людмила": endings["Людмила"]}
    marks = {name: of("Coverage", name)[0]["identifier"][0]["use"] for name in people}
    assert marks == {"Наталья": "official", "Тимофей": "official", "Варвара": "official", "Людмила": "temp"}


@pytest.mark.parametrize("size", ["demo", "S", "M"])
def test_haemoglobin_falls_as_in_the_mockup(size: str) -> None:
    told = [
        (row["effectiveDateTime"][:7], row["valueQuantity"]["value"], row["referenceRange"][0]["text"])
        for row in sorted(of("Observation", "Наталья", size=size), key=lambda row: row["effectiveDateTime"])
        if row["code"].get("text") == "Гемоглобин" and row["effectiveDateTime"] > "2023-02"
    ]
    assert told == [("2024-03", 131, "117–155"), ("2024-11", 127, "117–155"), ("2025-05", 124, "117–155"),
                    ("2025-12", 119, "117–155"), ("2026-05", 114, "117–155")]


def test_last_blood_count_has_two_of_eighteen_below_and_the_doctors_words() -> None:
    report = max(
        (row for row in of("DiagnosticReport", "Наталья") if row["code"]["text"] == "Общий анализ крови"),
        key=lambda row: row["effectiveDateTime"],
    )
    by_id = {f"Observation/{row['id']}": row for row in of("Observation")}
    flags = Counter(by_id[item["reference"]]["interpretation"][0]["coding"][0]["code"] for item in report["result"])
    assert flags == {"N": 16, "L": 2}
    assert report["conclusion"] == "Немного снижен. Сдайте ферритин, направление готово."
    assert report["presentedForm"][0]["contentType"] == "application/pdf"


def test_one_analysis_is_still_under_way() -> None:
    (waiting,) = [row for row in of("DiagnosticReport", "Наталья") if row["status"] == "registered"]
    assert waiting["code"]["text"] == "Витамин D"
    assert waiting["extension"][0]["valueDate"] == "2026-05-15"
    assert "result" not in waiting


def test_next_visit_is_the_one_of_the_mockup() -> None:
    coming = [row for row in of("Appointment", "Наталья") if row["status"] == "booked"]
    first = min(coming, key=lambda row: row["start"])
    assert first["start"] == "2026-05-19T10:40:00+03:00"
    assert [item["actor"]["display"] for item in first["participant"][1:]] == ["Гусев А. В.", "Городская поликлиника № 2"]
    assert "кабинет 312" in first["comment"]
    assert first["patientInstruction"] == "Возьмите паспорт и результаты ЭКГ"
    slot = next(row for row in of("Slot") if first["slot"][0]["reference"] == f"Slot/{row['id']}")
    assert slot["status"] == "busy"


def test_bookings_show_every_state() -> None:
    states = {row["status"] for row in of("Appointment")}
    assert states >= {"booked", "pending", "proposed", "waitlist", "cancelled", "fulfilled", "noshow"}


def test_house_call_of_today_shows_its_steps() -> None:
    (call,) = [row for row in of("Appointment", "Людмила") if row["start"].startswith("2026-05-14")]
    steps = [part["extension"][1]["valueString"] for part in call["extension"] if part["url"].endswith("status-track")]
    assert steps == ["Принят", "Врач назначен", "В пути"]
    assert call["end"] == "2026-05-14T18:00:00+03:00"


@pytest.mark.parametrize("name", ["Наталья", "Тимофей", "Варвара", "Людмила"])
@pytest.mark.parametrize("kind", [
    "Coverage", "EpisodeOfCare", "Appointment", "ServiceRequest", "DocumentReference", "DiagnosticReport", "Observation",
    "MedicationRequest", "MedicationDispense", "MedicationStatement", "Immunization", "CarePlan", "Procedure", "Encounter", "Condition",
    "AllergyIntolerance", "Communication", "Provenance", "AuditEvent", "ChargeItem", "ExplanationOfBenefit", "Task", "Consent",
])
def test_every_person_has_something_in_every_section(name: str, kind: str) -> None:
    assert of(kind, name) != []


def test_prescriptions_in_force_are_those_of_the_mockup() -> None:
    active = {row["medicationCodeableConcept"]["coding"][0]["display"]: row
              for row in of("MedicationRequest", "Наталья") if row["status"] == "active"}
    ends = {name: row["dispenseRequest"]["validityPeriod"]["end"] for name, row in active.items()}
    assert ends == {"Бисопролол": "2026-05-17", "Левотироксин натрия": "2026-07-20", "Железа сульфат": "2026-06-12"}
    assert active["Бисопролол"]["identifier"][0]["value"] == "0000502177190042"
    codes = [row["extension"][1]["valueString"] for row in of("MedicationRequest")]
    secrets = [part for row in of("Patient") for part in row["name"][0]["text"].split()]
    assert all(len(code.encode()) <= 120 for code in codes)
    assert not [word for word in secrets for code in codes if word in code]


def test_one_vaccination_of_the_younger_child_is_missed() -> None:
    done = Counter(part["series"] for row in of("Immunization", "Варвара") for part in row["protocolApplied"])
    assert done == {"hepb": 3, "bcg": 1, "pcv": 3, "dtp": 4, "polio": 4, "hib": 4, "mmr": 1}
    measles = next(row for row in of("Immunization", "Варвара") if row["vaccineCode"]["text"] == "Вактривир")
    assert (measles["occurrenceDateTime"][:10], measles["lotNumber"], measles["expirationDate"]) == (
        "2023-06-09", "А 0417", "2024-03-01")
    overdue = [row["recommendation"][0]["series"] for row in of("ImmunizationRecommendation", "Варвара")
               if row["recommendation"][0]["forecastStatus"]["coding"][0]["code"] == "overdue"]
    assert overdue == ["polio"]


def test_check_up_has_three_of_nine_steps_done() -> None:
    (plan,) = [row for row in of("CarePlan", "Наталья") if row["status"] == "active"]
    assert Counter(step["detail"]["status"] for step in plan["activity"]) == {"completed": 3, "scheduled": 2, "not-started": 4}


def test_one_visit_was_never_booked() -> None:
    (visit,) = [row for row in of("Encounter", "Наталья") if row["period"]["start"].startswith("2026-05-11")]
    assert visit["type"][0]["text"] == "Приём дерматолога"
    booked = {row["start"][:10] for row in of("Appointment", "Наталья")}
    assert "2026-05-11" not in booked


def test_requests_show_one_in_work_and_one_refused_with_its_reason() -> None:
    states = {row["status"]: row for row in of("Task") if row["code"]["coding"][0]["code"] == "certificate"}
    assert states["in-progress"]["description"] == "Справка для бассейна"
    assert states["in-progress"]["restriction"]["period"]["end"].startswith("2026-05-15")
    assert "энтеробиоз" in states["rejected"]["statusReason"]["text"]


def _attachments(size: str = "demo") -> list[tuple[dict[str, Any], dict[str, Any]]]:
    found = [(row, part["attachment"]) for row in of("DocumentReference", size=size) for part in row["content"]]
    return found + [(row, form) for row in of("DiagnosticReport", size=size) for form in row.get("presentedForm", ())]


def test_stored_bytes_match_what_the_attachments_say() -> None:
    stored = [(part, world().binaries.get(part["url"].removeprefix("Binary/"))) for _, part in _attachments()]
    given = [(part, pair) for part, pair in stored if pair]
    assert len(given) > 50
    for part, (kind, data) in given:
        assert (kind, len(data)) == (part["contentType"], part["size"])
        assert base64.b64encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode() == part["hash"]


def test_archive_of_pictures_stays_on_the_portal() -> None:
    (archive,) = [part for _, part in _attachments() if part["contentType"] == "application/zip"]
    assert archive["size"] == 148 * 2**20
    assert archive["url"].removeprefix("Binary/") not in world().binaries


def test_every_pdf_opens_and_names_its_person() -> None:
    names = {f"Patient/{row['id']}": row["name"][0]["text"] for row in of("Patient")}
    opened = 0
    for row, part in _attachments():
        kind, data = world().binaries.get(part["url"].removeprefix("Binary/"), ("", b""))
        if kind == "application/pdf":
            reader = PdfReader(BytesIO(data))
            text = "\n".join(page.extract_text() for page in reader.pages)
            assert names[row["subject"]["reference"]] in text
            assert f"1 из {len(reader.pages)}" in text
            opened += 1
    assert opened > 50


def test_discharge_summary_has_three_pages_and_tells_the_story() -> None:
    (row,) = [row for row in of("DocumentReference", "Наталья") if row["type"]["text"] == "Выписной эпикриз"]
    reader = PdfReader(BytesIO(world().binaries[row["content"][0]["attachment"]["url"].removeprefix("Binary/")][1]))
    text = "\n".join(page.extract_text() for page in reader.pages)
    assert len(reader.pages) == 3
    assert row["description"] == "Выписной эпикриз № 1184"
    assert "Наблюдение у кардиолога, явка 19 мая 2026." in text
    assert "с 20.04.2026 по 27.04.2026" in text


def test_documents_in_the_states_xml_are_made_out_to_the_family() -> None:
    papers = [data for kind, data in world().binaries.values() if kind == "application/xml"]
    assert len(papers) == 2
    names = {"v3": "urn:hl7-org:v3"}
    for paper in papers:
        root = etree.fromstring(paper)
        assert root.findtext(".//v3:patient/v3:name/v3:family", namespaces=names) == "Орлова"
        assert root.find(".//v3:legalAuthenticator/v3:time", namespaces=names).get("nullFlavor") == "NI"
        assert "Соколова" not in paper.decode("utf-8")


def test_clinics_say_where_they_are_when_they_work_and_how_to_ring() -> None:
    clinics = of("Location")
    assert len(clinics) == 33
    for row in clinics:
        assert 54 < row["position"]["latitude"] < 57
        assert row["hoursOfOperation"] != []
        assert row["telecom"][0]["value"].startswith("+7 (000)")


def test_free_time_of_the_wizard_is_that_of_the_mockup() -> None:
    names = {f"Schedule/{row['id']}": row["actor"][0]["display"] for row in of("Schedule")}
    free = sorted(row["start"][5:16] for row in of("Slot")
                  if row["status"] == "free" and names[row["schedule"]["reference"]].startswith("Ахметов")
                  and "2026-05-22" in row["start"])
    assert free == [f"05-22T{hour}" for hour in ("08:00", "09:20", "11:00", "13:00", "15:40", "17:40")]


# Where R4 keeps the patient of each kind: what a search by patient (or the patient's compartment) reads.
_OWNED: dict[str, tuple[str, ...]] = {
    "RelatedPerson": ("patient",), "Coverage": ("beneficiary",), "EpisodeOfCare": ("patient",), "Consent": ("patient",),
    "AllergyIntolerance": ("patient",), "Immunization": ("patient",), "ImmunizationRecommendation": ("patient",),
    "ExplanationOfBenefit": ("patient",), "Task": ("for",), "Appointment": ("participant",), "AppointmentResponse": ("actor",),
    "Provenance": ("target",), "AuditEvent": ("entity",), "Patient": (),
}
_SHARED = {"Organization", "Practitioner", "PractitionerRole", "Location", "HealthcareService", "Schedule", "Slot"}


@pytest.mark.parametrize("size", ["demo", "S", "M"])
def test_searches_by_patient_and_the_shared_kinds_reach_every_resource(size: str) -> None:
    people = {f"Patient/{row['id']}" for row in of("Patient", size=size)}
    for row in world(size).resources:
        kind = row["resourceType"]
        if kind != "Patient" and kind not in _SHARED:
            fields = _OWNED.get(kind, ("subject",))
            owners = {name for field in fields for name in _references(row.get(field))} & people
            assert len(owners) == 1, (kind, row["id"])
