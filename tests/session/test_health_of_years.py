"""An allergy written years ago is not lost behind the values of later laboratories."""

from __future__ import annotations

import json
from datetime import date, timedelta

from desktop.clock import ManualClock
from desktop.record.bundle import read_page
from desktop.session.health import facts_of
from desktop.store import vault as vaults
from desktop.store.ingest import Batch


def page(*resources: dict[str, object]) -> bytes:
    entries = [{"resource": one, "search": {"mode": "match"}} for one in resources]
    return json.dumps({"resourceType": "Bundle", "type": "searchset", "entry": entries}).encode()


def test_an_old_allergy_and_blood_group_stand_before_a_thousand_later_values() -> None:
    vault = vaults.ephemeral(ManualClock())
    portal = vault.portals.put("https://portal.example/fhir", auth="none")
    person = vault.people.add(portal, "anna")
    who = {"reference": "Patient/anna"}
    loinc = {"coding": [{"system": "http://loinc.org", "code": "883-9"}]}
    old = [
        {"resourceType": "AllergyIntolerance", "id": "a", "patient": who, "code": {"text": "Пенициллин"}, "recordedDate": "2009-03-01"},
        {"resourceType": "Observation", "id": "g", "status": "final", "subject": who, "code": loinc, "effectiveDateTime": "2008-01-01",
         "valueString": "A(II) Rh+"},
    ]
    later = [
        {"resourceType": "Observation", "id": f"o{n}", "status": "final", "subject": who, "code": {"coding": [{"code": "718-7"}]},
         "effectiveDateTime": (date(2020, 1, 1) + timedelta(days=n)).isoformat()}
        for n in range(900)
    ]
    for some in (old, later):
        vault.replica.take(Batch(portal=portal, person=person, pages=[read_page(page(*some))], expected_patient="anna"))
    found = {one.kind: one.title for one in facts_of(vault, person)}
    vault.close()
    assert found == {"allergy": "Пенициллин", "blood_group": "A(II) Rh+"}
