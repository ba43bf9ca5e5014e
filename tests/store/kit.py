"""What store tests build with: vaults with a cheap KDF, small resources, pages as a portal sends them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.clock import ManualClock
from desktop.record.bundle import Page, read_page
from desktop.store import keys
from desktop.store import vault as vaults
from desktop.store.cursors import CursorStep
from desktop.store.ingest import Batch, Summary
from desktop.store.vault import Vault

PASSPHRASE = "зелёный чайник у окна"
ANNA = "patient-anna"
OLEG = "patient-oleg"


@dataclass
class Home:
    """A vault with one portal and two people."""

    vault: Vault
    portal: int
    anna: int
    oleg: int
    code: str
    clock: ManualClock

    def take(self, *resources: dict[str, Any] | bytes, person: int | None = None, patient: str = ANNA, kind: int = 7,
             position: str | None = None, **more: Any) -> Summary:
        """Store resources as one page of Anna's (or another's) record."""
        cursor = CursorStep(kind=kind, position=position) if position else None
        return self.vault.replica.take(Batch(portal=self.portal, person=self.anna if person is None else person, pages=[page(*resources)],
                                             expected_patient=patient, cursor=cursor, **more))


def new_home(folder: Path, clock: ManualClock | None = None) -> Home:
    """Make a vault and furnish it."""
    clock = clock or ManualClock()
    vault, code = vaults.create(folder, passphrase=PASSPHRASE, clock=clock, kdf=keys.CHEAP)
    return furnish(vault, code, clock)


def furnish(vault: Vault, code: str, clock: ManualClock) -> Home:
    """Add a portal and two people."""
    portal = vault.portals.put("https://portal.example/fhir", auth="none", display="Портал")
    return Home(vault, portal, vault.people.add(portal, ANNA), vault.people.add(portal, OLEG), code, clock)


def page(*resources: dict[str, Any] | bytes) -> Page:
    """Read resources as one searchset page."""
    return read_page(page_bytes(*resources))


def page_bytes(*resources: dict[str, Any] | bytes, next_link: str = "") -> bytes:
    """Write a searchset; bytes go in as they are, however wrong."""
    entries = b",".join(b'{"resource":' + (one if isinstance(one, bytes) else json.dumps(one, ensure_ascii=False).encode()) + b"}"
                        for one in resources)
    links = f'"link":[{{"relation":"next","url":"{next_link}"}}],' if next_link else ""
    return b'{"resourceType":"Bundle","type":"searchset",' + links.encode() + b'"entry":[' + entries + b"]}"


def observation(ident: str, *, text: str = "Гемоглобин", day: str = "2026-03-01", value: float = 131.5, version: str = "1",
                patient: str = ANNA, code: str = "718-7", **more: Any) -> dict[str, Any]:
    """Make one result."""
    return {"resourceType": "Observation", "id": ident,
            "meta": {"versionId": version, "lastUpdated": f"2026-05-01T10:00:{int(version):02d}Z"},
            "status": "final", "code": {"coding": [{"system": "http://loinc.org", "code": code}], "text": text},
            "subject": {"reference": f"Patient/{patient}"}, "effectiveDateTime": f"{day}T08:30:00+03:00",
            "valueQuantity": {"value": value, "unit": "г/л"}} | more


def ids(rows: Sequence[Any]) -> list[str]:
    """Return the ids of rows."""
    return [row.id for row in rows]
