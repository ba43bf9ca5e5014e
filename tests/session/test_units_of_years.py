"""Values of one analyte are drawn together only where their units can be told to be of one kind."""

from __future__ import annotations

import json

from desktop.clock import ManualClock
from desktop.record.bundle import read_page
from desktop.session.results import trend
from desktop.store import vault as vaults
from desktop.store.ingest import Batch


def test_a_value_whose_unit_has_no_code_joins_the_trend_only_under_the_same_writing() -> None:
    vault = vaults.ephemeral(ManualClock())
    portal = vault.portals.put("https://portal.example/fhir", auth="none")
    person = vault.people.add(portal, "anna")
    said = ({"value": 13.1, "unit": "г/дл", "code": "g/dL"}, {"value": 13.2, "unit": "г/дл"}, {"value": 133, "unit": "г/л"},
            {"value": 13.4}, {"value": 135, "unit": "г/л", "code": "g/L"})  # fmt: skip
    values = [{"resourceType": "Observation", "id": f"o{n}", "status": "final", "subject": {"reference": "Patient/anna"},
               "code": {"coding": [{"system": "http://loinc.org", "code": "718-7"}]}, "effectiveDateTime": f"2020-01-0{n + 1}",
               "valueQuantity": one} for n, one in enumerate(said)]
    page = json.dumps({"resourceType": "Bundle", "type": "searchset",
                       "entry": [{"resource": one, "search": {"mode": "match"}} for one in values]}).encode()
    vault.replica.take(Batch(portal=portal, person=person, pages=[read_page(page)], expected_patient="anna"))
    points = trend(vault, person, "718-7", "г/л", "g/L")
    vault.close()
    assert [round(one.value, 6) for one in points] == [131, 133, 135]
