"""Values of years stand together only where their units are of one kind, and each is held to the range of its own day."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from desktop.clock import ManualClock
from desktop.record.bundle import read_page
from desktop.session.results import trend
from desktop.store import vault as vaults
from desktop.store.ingest import Batch


def taken(vault: vaults.Vault, *values: dict[str, Any]) -> int:
    """Put observations of one analyte into a vault, a day after another, and return whose they are."""
    portal = vault.portals.put("https://portal.example/fhir", auth="none")
    person = vault.people.add(portal, "anna")
    made = [{"resourceType": "Observation", "id": f"o{n}", "status": "final", "subject": {"reference": "Patient/anna"},
             "code": {"coding": [{"system": "http://loinc.org", "code": "718-7"}]}, "effectiveDateTime": f"2020-01-0{n + 1}", **one}
            for n, one in enumerate(values)]  # fmt: skip
    page = json.dumps({"resourceType": "Bundle", "type": "searchset",
                       "entry": [{"resource": one, "search": {"mode": "match"}} for one in made]}).encode()  # fmt: skip
    vault.replica.take(Batch(portal=portal, person=person, pages=[read_page(page)], expected_patient="anna"))
    return person


def test_a_value_of_childhood_is_held_to_the_range_of_childhood() -> None:
    vault = vaults.ephemeral(ManualClock())
    grams = {"unit": "г/л", "code": "g/L"}
    ranges = [{"low": {"value": 100}, "high": {"value": 140}, "age": {"high": {"value": 5, "code": "a"}}},
              {"low": {"value": 117}, "high": {"value": 155}, "age": {"low": {"value": 6, "code": "a"}}}]  # fmt: skip
    person = taken(vault, {"effectiveDateTime": "2012-03-01", "valueQuantity": {"value": 105, **grams}, "referenceRange": ranges},
                   {"effectiveDateTime": "2026-03-01", "valueQuantity": {"value": 105, **grams}, "referenceRange": ranges},
                   {"effectiveDateTime": "2026-04-01", "valueQuantity": {"value": 130, **grams},
                    "interpretation": [{"coding": [{"code": "H"}]}]})  # fmt: skip
    points = trend(vault, person, "718-7", "г/л", "g/L", born=(date(2010, 1, 1), "female"))
    vault.close()
    assert [one.standing for one in points] == ["in", "below", "above"]


def test_a_value_whose_unit_has_no_code_joins_the_trend_only_under_the_same_writing() -> None:
    vault = vaults.ephemeral(ManualClock())
    said = ({"value": 13.1, "unit": "г/дл", "code": "g/dL"}, {"value": 13.2, "unit": "г/дл"}, {"value": 133, "unit": "г/л"},
            {"value": 13.4}, {"value": 135, "unit": "г/л", "code": "g/L"})  # fmt: skip
    person = taken(vault, *({"valueQuantity": one} for one in said))
    points = trend(vault, person, "718-7", "г/л", "g/L", born=(None, ""))
    vault.close()
    assert [round(one.value, 6) for one in points] == [131, 133, 135]
