"""The quick reading of how a value stands says what the whole reading says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from desktop.record.fhir import lens_results, read
from tests import kept

LOW_HIGH = [{"low": {"value": 1}, "high": {"value": 2}}]
CASES: dict[str, dict[str, Any]] = {
    "nothing": {},
    "inside": {"valueQuantity": {"value": 1.5}, "referenceRange": LOW_HIGH},
    "below": {"valueQuantity": {"value": 0.5}, "referenceRange": LOW_HIGH},
    "above": {"valueQuantity": {"value": 3}, "referenceRange": LOW_HIGH},
    "a limit only": {"valueQuantity": {"value": 3}, "referenceRange": [{"high": {"value": 2}}]},
    "less than": {"valueQuantity": {"value": 0.5, "comparator": "<"}, "referenceRange": LOW_HIGH},
    "whole number": {"valueInteger": 3, "referenceRange": LOW_HIGH},
    "yes is no number": {"valueInteger": True, "referenceRange": LOW_HIGH},
    "number as text": {"valueQuantity": {"value": "3"}, "referenceRange": LOW_HIGH},
    "the laboratory's word": {"valueQuantity": {"value": 3}, "interpretation": [{"coding": [{"code": "N"}]}], "referenceRange": LOW_HIGH},
    "a word without a code": {"interpretation": [{"text": "high"}, {"coding": [{"display": "x"}, {"code": "HH"}]}]},
    "two ranges": {"valueQuantity": {"value": 3}, "referenceRange": [*LOW_HIGH, *LOW_HIGH]},
    "a lone range": {"valueQuantity": {"value": 3}, "referenceRange": LOW_HIGH[0]},
    "a range in another unit": {"valueQuantity": {"value": 132, "code": "g/L"},
                                "referenceRange": [{"low": {"value": 12, "code": "g/dL"}, "high": {"value": 16, "code": "g/dL"}}]},
    "a range in a unit of another kind": {"valueQuantity": {"value": 5, "code": "mmol/L"},
                                          "referenceRange": [{"low": {"value": 70}, "high": {"value": 100, "code": "mg/dL"}}]},
    "null": {"valueQuantity": None, "valueDecimal": 3.5, "referenceRange": LOW_HIGH, "interpretation": None},
}


@pytest.mark.parametrize("name", CASES)
def test_the_quick_reading_of_a_shape_agrees_with_the_whole_one(name: str) -> None:
    body = json.dumps({"resourceType": "Observation", "id": "a", **CASES[name]}).encode()
    assert lens_results.standing(body) == lens_results.measure(read.parse(body)).standing


def test_a_value_is_held_to_a_range_of_another_unit_only_where_the_two_can_be_compared() -> None:
    seen = {name: lens_results.measure({"resourceType": "Observation", "id": "a", **CASES[name]}) for name in CASES}
    same = seen["a range in another unit"]
    assert (same.low, same.high, same.standing) == (120, 160, "in")
    other = seen["a range in a unit of another kind"]
    assert (other.low, other.high, other.standing, other.range_text) == (None, None, "unknown", "70–100 mg/dL")


def test_the_quick_reading_agrees_on_every_value_of_the_family() -> None:
    bodies = [json.dumps(one).encode() for one in kept.world().resources
              if one["resourceType"] == "Observation"]
    standings = [lens_results.standing(body) for body in bodies]
    assert standings == [lens_results.measure(read.parse(body)).standing for body in bodies]
    assert {"in", "below", "above"} <= set(standings)
