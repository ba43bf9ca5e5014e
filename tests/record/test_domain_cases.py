"""Tables of the domain against the program, row by row: what a laboratory, a list of documents and a clinic's door say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from desktop.demo.families.ledger import Ledger
from desktop.demo.families.places import build_places, post_title, sentence
from desktop.record import clinics
from desktop.record.ages import add_months
from desktop.record.fhir import lens_documents, lens_places, lens_results

RESOURCES: Final = Path(__file__).resolve().parents[2] / "resources"
SAMPLES: Final = Path(__file__).parent / "samples"
ON: Final = date(2026, 5, 14)
AGES_MONTHS: Final = (30, 66, 100, 150, 200, 220, 400, 620, 800)
DOCUMENT_KIND: Final = "urn:oid:1.2.643.5.1.13.13.11.1522"
SHOWN_AS: Final = {
    "certificate": "certificate", "discharge": "discharge", "consultation": "conclusion", "lab": "conclusion",
    "imaging": "conclusion", "procedure": "conclusion", "checkup": "conclusion",
}  # fmt: skip
WEEK: Final = {"mon-fri": range(5), "sat": (5,), "sun": (6,), "mon-sun": range(7)}


def read(name: str) -> Any:
    return json.loads((RESOURCES / "demo" / name).read_text("utf-8"))


def numeric() -> Iterator[dict[str, Any]]:
    return (one for one in read("laboratory.json")["analytes"] if one["kind"] == "numeric")


def meant(analyte: dict[str, Any], sex: str, months: int) -> dict[str, Any] | None:
    """The domain's own rule: [from, to) in months, the row of one sex before the common one, no flag where none fits."""
    fitting = [
        one for one in analyte["ranges"]
        if one["age_months"][0] <= months and (one["age_months"][1] is None or months < one["age_months"][1]) and one["sex"] in (sex, None)
    ]
    return min(fitting, key=lambda one: one["sex"] is None, default=None)


def told(analyte: dict[str, Any], value: float) -> dict[str, Any]:
    """Write a value as a laboratory does that sends every range of its table along."""
    ranges = []
    for one in analyte["ranges"]:
        low, high = one["age_months"]
        made: dict[str, Any] = {"age": {"low": {"value": low, "system": "http://unitsofmeasure.org", "code": "mo"}}}
        if high is not None:
            made["age"]["high"] = {"value": high, "system": "http://unitsofmeasure.org", "code": "mo"}
        made |= {end: {"value": one[end]} for end in ("low", "high") if one[end] is not None}
        if one["sex"]:
            made["appliesTo"] = [{"coding": [{"code": one["sex"]}]}]
        ranges.append(made)
    return {"resourceType": "Observation", "id": "1", "status": "final", "effectiveDateTime": ON.isoformat(),
            "valueQuantity": {"value": value, "unit": analyte["unit_ru"], "code": analyte["ucum"]}, "referenceRange": ranges}  # fmt: skip


@pytest.mark.parametrize("months", AGES_MONTHS)
@pytest.mark.parametrize("sex", ["male", "female"])
def test_every_analyte_is_placed_by_the_range_of_this_sex_and_age_in_months(sex: str, months: int) -> None:
    birth, flagged = add_months(ON, -months), 0
    for analyte in numeric():
        row = meant(analyte, sex, months) or {"low": None, "high": None}
        ends = {"below": row["low"] and row["low"] / 2, "above": row["high"] and row["high"] * 2, "in": row["high"] or row["low"] or 1}
        for standing, value in ends.items():
            if value:
                seen = lens_results.measure(told(analyte, value), birth=birth, gender=sex)
                assert (seen.low, seen.high) == (row["low"], row["high"]), analyte["key"]
                assert seen.standing == (standing if row != {"low": None, "high": None} else "unknown"), analyte["key"]
                flagged += seen.standing != "unknown"
    assert flagged > 100


def test_age_is_counted_in_the_unit_of_its_range_and_a_unit_that_is_not_known_fits_nobody() -> None:
    def standing(unit: str, birth: date) -> str:
        ranges = [{"low": {"value": 10}, "high": {"value": 20}, "age": {"high": {"value": 6, "code": unit}}},
                  {"low": {"value": 1}, "high": {"value": 5}, "age": {"low": {"value": 7, "code": unit}}}]  # fmt: skip
        seen = {"resourceType": "Observation", "valueQuantity": {"value": 8}, "effectiveDateTime": ON.isoformat(), "referenceRange": ranges}
        return lens_results.measure(seen, birth=birth).standing

    for unit, days in (("d", 1), ("wk", 7), ("mo", 31), ("a", 366)):
        assert standing(unit, ON - timedelta(days=5 * days)) == "below", unit
        assert standing(unit, ON - timedelta(days=9 * days)) == "above", unit
    assert standing("{lunar}", ON - timedelta(days=100)) == "unknown"


def test_row_of_ones_own_sex_goes_before_the_common_one() -> None:
    common = {"low": {"value": 10}, "high": {"value": 20}}
    own = {"low": {"value": 12}, "high": {"value": 22}, "appliesTo": [{"coding": [{"code": "female"}]}]}
    seen = {"resourceType": "Observation", "valueQuantity": {"value": 11}, "referenceRange": [common, own]}
    assert lens_results.measure(seen, gender="female").standing == "below"
    assert lens_results.measure(seen, gender="male").standing == "in"


def test_lone_range_for_another_age_or_sex_places_nobody_and_says_so() -> None:
    adult = {"low": {"value": 10}, "high": {"value": 20}, "age": {"low": {"value": 18, "code": "a"}}, "text": "10–20"}
    woman = {"low": {"value": 10}, "high": {"value": 20}, "appliesTo": [{"coding": [{"code": "female"}]}]}
    child, grown = ON - timedelta(days=9 * 366), ON - timedelta(days=40 * 366)
    for one, birth, gender, is_used in ((adult, child, "male", False), (adult, None, "male", False), (adult, grown, "male", True),
                                        (woman, grown, "male", False), (woman, grown, "female", True)):  # fmt: skip
        seen = {"resourceType": "Observation", "valueQuantity": {"value": 8}, "effectiveDateTime": ON.isoformat(), "referenceRange": [one]}
        known = lens_results.measure(seen, birth=birth, gender=gender)
        assert known.standing == ("below" if is_used else "unknown")
        assert known.has_other_range is not is_used
        assert (known.low, known.high) == ((10, 20) if is_used else (None, None))
        assert not known.range_text or is_used
        assert lens_results.standing(json.dumps(seen).encode(), birth=birth, gender=gender) == known.standing
    assert not lens_results.measure({"resourceType": "Observation"}).has_other_range


@pytest.mark.parametrize(
    ("word", "standing"),
    [("N", "in"), ("H", "above"), ("L", "below"), ("HH", "above"), ("LL", "below"), ("A", "abnormal"), ("POS", "abnormal"),
     ("NEG", "in"), ("IND", "unknown")],
)  # fmt: skip
def test_each_word_of_a_laboratory_is_told_as_it_was_meant(word: str, standing: str) -> None:
    seen = {"resourceType": "Observation", "valueString": "1:40", "interpretation": [{"coding": [{"code": word}]}]}
    assert lens_results.measure(seen).standing == standing


@pytest.mark.parametrize("row", json.loads((SAMPLES / "document_types.json").read_text("utf-8")), ids=lambda row: row["code"])
def test_document_is_sorted_by_its_national_type_whatever_its_title_says(row: dict[str, str]) -> None:
    wanted = {"53": "certificate", "368": "conclusion"}.get(row["code"]) or SHOWN_AS.get(row["category"], "other")
    for title in (row["official"], row["title"], "Документ"):
        kind = {"coding": [{"system": DOCUMENT_KIND, "code": row["code"]}], "text": title}
        assert lens_documents.document({"resourceType": "DocumentReference", "id": "1", "type": kind}).category == wanted


def places() -> Iterator[tuple[dict[str, Any], clinics.Clinic]]:
    ledger = Ledger(seed=1, today=ON)
    build_places(ledger)
    by_id = {f"{one['resourceType']}/{one['id']}": one for one in ledger.resources}
    offers = [lens_places.offer(one) for one in ledger.resources if one["resourceType"] == "HealthcareService"]
    rows = {one["short"]: one for one in read("clinics.json")["clinics"]}
    for one in ledger.resources:
        if one["resourceType"] == "Location" and one["name"] in rows:
            organization = by_id[one["managingOrganization"]["reference"]]
            given = [offer for offer in offers if one["id"] in offer.locations]
            yield rows[one["name"]], lens_places.clinic(one, organization, doctors=(), offers=given)


def test_every_clinic_of_the_region_is_read_as_its_table_has_it_and_its_door_opens_by_its_own_hours() -> None:
    found = list(places())
    assert len(found) == len(read("clinics.json")["clinics"]) > 20
    monday = datetime(2026, 5, 11, tzinfo=UTC)
    for row, clinic in found:
        assert (clinic.full_name, clinic.town, clinic.address, clinic.phone) == (row["name"], row["town"], row["address"], row["phone"])
        assert (clinic.latitude, clinic.longitude, clinic.rating, clinic.ratings) == (row["lat"], row["lon"], row["rating"], row["ratings"])
        assert (clinic.kind, clinic.kind_words) == (row["kind"], row["kind_ru"])
        assert set(clinic.specialties) == {sentence(post_title(key)) for key in row["specialties"]}
        spans = {day: text for key, text in row["hours"].items() if text for day in WEEK.get(key, ())}
        for passed_min in range(0, 7 * 24 * 60, 60 * 3 + 1):
            now = monday + timedelta(minutes=passed_min)
            opens, _, closes = spans.get(now.weekday(), "24:00-24:00").partition("-")
            is_open = opens <= now.strftime("%H:%M") < closes
            assert (clinics.doors(clinic.hours, now=now).standing in ("open", "round")) is is_open, (row["short"], now)
