"""The lenses against dates as servers write them, foreign bundles, and resources that are bent out of shape."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.record.fhir import (
    lens_bookings,
    lens_care,
    lens_documents,
    lens_people,
    lens_prevention,
    lens_results,
    lens_visits,
    read,
)
from desktop.record.results import converted

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "synthea"
TODAY = date(2026, 5, 14)
LENSES = {
    "Patient": lens_people.person, "RelatedPerson": lens_people.relation, "Coverage": lens_people.policy,
    "EpisodeOfCare": lens_people.attachment, "DiagnosticReport": lens_results.report, "Observation": lens_results.measure,
    "MedicationRequest": lens_care.prescription, "Immunization": lens_care.vaccination, "CarePlan": lens_care.checkup,
    "ImmunizationRecommendation": lambda one: lens_prevention.forecasts(one, today=TODAY), "Encounter": lens_care.past_visit,
    "ServiceRequest": lens_care.referral, "Condition": lens_care.health_fact, "AllergyIntolerance": lens_care.health_fact,
    "MedicationStatement": lens_care.health_fact, "Communication": lens_care.message, "Location": lens_care.place,
    "HealthcareService": lens_care.service, "DocumentReference": lens_documents.document, "Task": lens_documents.request,
    "Appointment": lambda one: lens_bookings.visit(one, person=1),
}  # fmt: skip


def synthea() -> Iterator[dict[str, Any]]:
    for path in sorted(GOLDEN.glob("*.json")):
        for entry in json.loads(path.read_text("utf-8"))["entry"]:
            yield entry["resource"]


RESOURCES = tuple(synthea())

WRITTEN = (
    ("2024", "2024-01-01T00:00:00+00:00"), ("2024-02", "2024-02-01T00:00:00+00:00"), ("2024-02-29", "2024-02-29T00:00:00+00:00"),
    ("0001-01-01", "0001-01-01T00:00:00+00:00"), ("9999-12-31", "9999-12-31T00:00:00+00:00"),
    ("2024-01-02T03:04:05Z", "2024-01-02T03:04:05+00:00"), ("2024-01-02T03:04:05+03:00", "2024-01-02T03:04:05+03:00"),
    ("2024-01-02T03:04:05-11:30", "2024-01-02T03:04:05-11:30"), ("2024-01-02T03:04:05.1Z", "2024-01-02T03:04:05.100000+00:00"),
    ("2024-01-02T03:04:05.12Z", "2024-01-02T03:04:05.120000+00:00"), ("2024-01-02T03:04:05.123Z", "2024-01-02T03:04:05.123000+00:00"),
    ("2024-01-02T03:04:05.123456Z", "2024-01-02T03:04:05.123456+00:00"),
    ("2024-01-02T03:04:05.123456789Z", "2024-01-02T03:04:05.123456+00:00"),
    ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00+00:00"), ("2024-01-02T24:00:00Z", "2024-01-03T00:00:00+00:00"),
    ("2024-12-31T24:00:00+03:00", "2025-01-01T00:00:00+03:00"), ("2024-01-02T03:04Z", "2024-01-02T03:04:00+00:00"),
    ("2024-01-02T03:04:05", "2024-01-02T03:04:05+00:00"), ("2024-01-02T00:00:00+14:00", "2024-01-02T00:00:00+14:00"),
    ("2000-02-29T12:00:00Z", "2000-02-29T12:00:00+00:00"),
)  # fmt: skip
REFUSED = (
    "", " ", "20240101", "202401", "2024-1-1", "2024-13", "2024-00", "2024-02-30", "2023-02-29", "0000", "0000-01-01", "10000-01-01",
    "24-01-01", "2024/01/01", "01.02.2024", "2024-01-02 03:04:05", "2024-01-02T", "2024-01-02T03", "2024-01-02T25:00:00Z",
    "2024-01-02T24:00:01Z", "2024-01-02T24:01:00Z", "2024-01-02T03:60:00Z", "2024-01-02T03:04:61Z", "2024-01-02T03:04:05.Z",
    "2024-01-02T03:04:05.1234567890Z", "2024-01-02T03:04:05+3", "2024-01-02T03:04:05+03", "2024-01-02T03:04:05z",
    "2024-01-02T03:04:05+0300", "2024-W01", "2024-001", "+2024", "-2024", "2024-01-02T03:04:05+24:00", "2024-01-02T03:04:05+99:99",
    "9999-12-31T24:00:00Z", "now", "вчера",
)  # fmt: skip


@pytest.mark.parametrize(("written", "meant"), WRITTEN)
def test_moment_is_read_as_it_is_written(written: str, meant: str) -> None:
    found = read.moment(written)
    assert found is not None
    assert found.isoformat() == meant
    assert read.day(written) == date.fromisoformat((written + "-01-01")[:10] if len(written) < 10 else written[:10])


@pytest.mark.parametrize("written", [*REFUSED, None, 2024, True, [], {}])
def test_what_is_no_moment_gives_none(written: object) -> None:
    assert read.moment(written) is None


def test_foreign_bundles_are_read_whole() -> None:
    read_types = set()
    for resource in RESOURCES:
        lens = LENSES.get(resource["resourceType"])
        if lens is not None:
            assert lens(resource) is not None or resource["resourceType"] == "Observation"
            read_types.add(resource["resourceType"])
    assert {"Patient", "Observation", "DiagnosticReport", "Encounter", "Immunization", "Condition", "CarePlan"} <= read_types


def test_foreign_patient_has_a_name_and_a_birthday() -> None:
    people = [lens_people.person(one) for one in RESOURCES if one["resourceType"] == "Patient"]
    assert people
    assert all(one.given and one.family and one.birth_date and one.patient_id for one in people)


ANY = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
ODD = st.recursive(ANY, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
    st.sampled_from(["coding", "code", "text", "reference", "value", "start", "display", "extension", "url"]), inner, max_size=3))


def _paths(tree: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    steps = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for step, inner in steps:
        yield (*way, step)
        yield from _paths(inner, (*way, step))


@given(data=st.data())
def test_bent_resource_never_breaks_a_lens(data: st.DataObject) -> None:
    resource = json.loads(json.dumps(data.draw(st.sampled_from(RESOURCES))))
    for _ in range(data.draw(st.integers(1, 4))):
        way = data.draw(st.sampled_from(sorted(_paths(resource), key=str)))
        inner = resource
        for step in way[:-1]:
            inner = inner[step]
        inner[way[-1]] = data.draw(ODD)
    for lens in LENSES.values():
        lens(resource)


@pytest.mark.parametrize("name", sorted(LENSES))
@given(content=st.dictionaries(st.sampled_from([
    "status", "name", "code", "category", "period", "effectiveDateTime", "valueQuantity", "referenceRange", "interpretation", "content",
    "participant", "activity", "recommendation", "start", "identifier", "extension", "dosageInstruction", "position", "telecom", "address",
    "modifierExtension", "relationship", "patient", "payor", "hoursOfOperation", "statusReason", "output", "note", "date", "id"]),
    ODD, max_size=8))  # fmt: skip
def test_strange_resource_never_breaks_a_lens(name: str, content: dict[str, Any]) -> None:
    LENSES[name]({"resourceType": name, **content})


def quantity(value: float, low: float | None = None, high: float | None = None, **more: Any) -> dict[str, Any]:
    ends = {name: {"value": end} for name, end in (("low", low), ("high", high)) if end is not None}
    return {"resourceType": "Observation", "status": "final", "valueQuantity": {"value": value}, "referenceRange": [ends] if ends else [], **more}


@pytest.mark.parametrize(("value", "low", "high", "standing"), [
    (114, 117, 155, "below"), (117, 117, 155, "in"), (155, 117, 155, "in"), (156, 117, 155, "above"), (5, None, 4, "above"),
    (5, 6, None, "below"), (5, None, None, "unknown"),
])  # fmt: skip
def test_value_stands_against_its_own_range_or_nothing(value: float, low: float | None, high: float | None, standing: str) -> None:
    assert lens_results.measure(quantity(value, low, high)).standing == standing


def test_laboratory_has_the_last_word() -> None:
    seen = {"interpretation": [{"coding": [{"code": "H"}]}]}
    assert lens_results.measure(quantity(5, 1, 10, **seen)).standing == "above"


def test_range_is_chosen_by_age_and_sex_and_never_guessed() -> None:
    child = {"low": {"value": 110}, "high": {"value": 140}, "age": {"high": {"value": 17}}}
    woman = {"low": {"value": 117}, "high": {"value": 155}, "age": {"low": {"value": 18}}, "appliesTo": [{"coding": [{"code": "female"}]}]}
    man = {**woman, "low": {"value": 130}, "appliesTo": [{"coding": [{"code": "male"}]}]}
    seen = {**quantity(115), "referenceRange": [child, woman, man], "effectiveDateTime": "2026-05-12"}

    def standing(birth: date | None, gender: str) -> str:
        return lens_results.measure(seen, birth=birth, gender=gender).standing

    assert standing(date(2016, 8, 24), "male") == "in"
    assert standing(date(1985, 3, 12), "female") == "below"
    assert standing(None, "female") == "unknown"


def test_modifier_that_is_not_known_is_not_shown_as_sure() -> None:
    bent = quantity(5, 1, 10, modifierExtension=[{"url": "https://example.org/not", "valueBoolean": True}])
    assert lens_results.measure(bent).is_safe is False
    assert lens_results.measure({**quantity(5, 1, 10), "status": "entered-in-error"}).is_safe is False
    assert lens_results.report({"status": "invented"}).status == "unknown"


@pytest.mark.parametrize(("unit", "code", "shown"), [("", "1", ""), ("", "[pH]", ""), ("", "mmol/L", "mmol/L"), ("г/л", "g/L", "г/л")])
def test_code_of_a_unit_is_shown_only_where_it_says_something(unit: str, code: str, shown: str) -> None:
    seen = lens_results.measure({"resourceType": "Observation", "status": "final", "valueQuantity": {"value": 6.5, "unit": unit, "code": code}})
    assert (seen.unit, seen.unit_code) == (shown, code)


def test_units_are_reconciled_only_where_that_is_sure() -> None:
    assert converted(11.4, unit="g/dL", into="g/L") == pytest.approx(114)
    assert converted(5.0, unit="mmol/L", into="mg/dL") is None
    assert converted(5.0, unit="", into="g/L") is None


@pytest.mark.parametrize(("one", "other"), [
    ((1.0, "g/L"), (0.1, "g/dL")), ((1.0, "g/L"), (1_000.0, "mg/L")), ((1.0, "g/L"), (100.0, "mg/dL")), ((1.0, "g/L"), (1e6, "ug/L")),
    ((1.0, "mmol/L"), (1_000.0, "umol/L")), ((1.0, "mmol/L"), (0.001, "mol/L")), ((1.0, "10*12/L"), (1_000.0, "10*9/L")),
    ((1.0, "10*9/L"), (1.0, "10*3/uL")), ((1.0, "10*12/L"), (1.0, "10*6/uL")),
])  # fmt: skip
def test_every_unit_is_worth_what_it_says_both_ways(one: tuple[float, str], other: tuple[float, str]) -> None:
    assert converted(one[0], unit=one[1], into=other[1]) == pytest.approx(other[0])
    assert converted(other[0], unit=other[1], into=one[1]) == pytest.approx(one[0])


def test_a_range_in_weeks_ends_with_the_last_day_of_its_week() -> None:
    born = date(2026, 1, 1)
    seen = {**quantity(5), "referenceRange": [{"high": {"value": 4}, "age": {"high": {"value": 2, "code": "wk"}}}]}
    standings = [lens_results.measure({**seen, "effectiveDateTime": on}, birth=born).standing for on in ("2026-01-21", "2026-01-22")]
    assert standings == ["above", "unknown"]


@pytest.mark.parametrize(("unit", "standing"), [
    ({}, "in"), ({"unit": "лет"}, "in"), ({"unit": "years"}, "in"), ({"code": "a"}, "in"), ({"unit": "мес."}, "unknown"), ({"unit": "months"}, "unknown"),
    ({"code": "mo", "unit": "лет"}, "unknown"), ({"unit": "дней"}, "unknown"),
])  # fmt: skip
def test_a_range_of_an_age_in_months_is_none_of_the_same_number_of_years(unit: dict[str, str], standing: str) -> None:
    age = {"low": {"value": 6, **unit}, "high": {"value": 12, **unit}}
    seen = {**quantity(5), "referenceRange": [{"low": {"value": 4}, "high": {"value": 6}, "age": age}], "effectiveDateTime": "2026-05-12"}
    assert lens_results.measure(seen, birth=date(2018, 1, 1)).standing == standing


@pytest.mark.parametrize(
    ("encounter", "conditions", "said"),
    [
        ({"extension": [{"url": "urn:x/complaints", "valueString": "Кашель"}], "reasonCode": [{"text": "Жар"}]}, [], "Кашель"),
        ({"reasonCode": [{"coding": [{"code": "I10"}], "text": "Гипертония"}, {"text": "Головная боль"}]}, [], "Головная боль"),
        ({}, [{"note": [{"text": "Без особенностей"}, {"text": "Жалобы: сыпь, зуд"}]}], "сыпь, зуд"),
        ({"reasonCode": "нет"}, [{"note": "нет"}, {}], ""),
    ],
)
def test_complaints_are_read_where_a_clinic_writes_them(encounter: dict[str, Any], conditions: list[dict[str, Any]], said: str) -> None:
    assert lens_visits.complaints(encounter, conditions) == said
