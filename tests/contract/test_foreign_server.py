"""The foreign portals answer as FHIR servers do, before our client is held against them."""

from __future__ import annotations

import os

import httpx
import pytest

from tests.contract.foreign import foreign_portals

# An empty list of parameters would count as a skip; what did not take part is said at the end of the run instead.
if foreign_portals():

    @pytest.mark.parametrize("name", foreign_portals())
    def test_foreign_portal_has_patients(name: str, request: pytest.FixtureRequest) -> None:
        base = os.environ["PORTAL_URL"] if name == "url" else request.getfixturevalue("npm_server")
        answer = httpx.get(f"{base}/Patient", params={"_count": "2"}, headers={"Accept": "application/fhir+json"})
        assert answer.status_code == 200
        found = [entry["resource"]["resourceType"] for entry in answer.json()["entry"]]
        assert set(found) == {"Patient"}
