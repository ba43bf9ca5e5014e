"""What a clinic took back, denied, or marked in a way nobody here understands is never read as an ordinary fact (security R-46)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from desktop.record import care
from desktop.record.fhir import lens_care, lens_results

MARK = {"modifierExtension": [{"url": "https://portal.example/not", "valueBoolean": True}]}
FACTS: dict[str, dict[str, Any]] = {
    "AllergyIntolerance": {"code": {"text": "Пенициллин"}}, "Condition": {"code": {"text": "Астма"}},
    "MedicationStatement": {"medicationCodeableConcept": {"text": "Лозартан"}, "status": "active"},
    "Observation": {"code": {"coding": [{"system": "http://loinc.org", "code": "883-9"}]}, "valueString": "A(II)", "status": "final"},
}


def fact(kind: str, **changes: Any) -> care.HealthFact:
    made = lens_care.health_fact({"resourceType": kind, "id": "x"} | FACTS[kind] | changes)
    assert made is not None
    return made


@pytest.mark.parametrize("kind", FACTS)
def test_a_mark_that_changes_the_meaning_makes_a_fact_unsafe(kind: str) -> None:
    assert fact(kind).is_safe
    assert not fact(kind, **MARK).is_safe


@pytest.mark.parametrize("kind", ["AllergyIntolerance", "Condition"])
@pytest.mark.parametrize("word", ["entered-in-error", "refuted"])
def test_what_was_denied_is_no_fact_whatever_its_clinical_state_says(kind: str, word: str) -> None:
    denied = {"verificationStatus": {"coding": [{"code": word}]}}
    for state in ({}, {"clinicalStatus": {"coding": [{"code": "active"}]}}):
        assert fact(kind, **denied, **state).status == word
        assert word in care.DENIED
    assert fact(kind, verificationStatus={"coding": [{"code": "confirmed"}]}).status == ""


PART = {"component": [{"code": {"text": "a"}, **MARK}]}


@pytest.mark.parametrize("twist", [MARK, {"status": "entered-in-error"}, PART, {"referenceRange": [{"high": {"value": 5}, **MARK}]}],
                         ids=["mark", "error", "part", "range"])  # fmt: skip
def test_a_value_of_doubtful_meaning_stands_neither_high_nor_normal(twist: dict[str, Any]) -> None:
    value = {"resourceType": "Observation", "id": "o", "status": "final", "valueQuantity": {"value": 9},
             "referenceRange": [{"high": {"value": 5}}]}  # fmt: skip
    assert (lens_results.standing(json.dumps(value).encode()), lens_results.measure(value).is_safe) == ("above", True)
    doubtful = value | twist
    assert not lens_results.measure(doubtful).is_safe
    assert lens_results.standing(json.dumps(doubtful).encode()) == "unknown"
