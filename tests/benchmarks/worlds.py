"""Generated records for benchmarks: pages of one person in any number, and a whole family in a vault.

The pages are the demo family's resources, multiplied with new ids, dates and values until a size is reached: for storing. The
family is the portal's own of that size, references and all, stored without a network: for asking.
"""

from __future__ import annotations

import json
import random
import re
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from desktop.clock import Clock
from desktop.demo.families import build
from desktop.record.bundle import read_page
from desktop.record.fhir import columns
from desktop.store import keys
from desktop.store import vault as vaults
from desktop.store.cursors import CursorStep
from desktop.store.ingest import Batch
from desktop.store.vault import Vault

PHRASE = "берег лист окно гроза"
SIZES = {"S": 2_000, "M": 20_000, "L": 200_000}
PAGE = 200
_SHARED = {"Slot", "Schedule", "Organization", "Location", "HealthcareService", "Practitioner", "PractitionerRole", "Patient", "Binary"}
_DATE = re.compile(r'"202[3-6]-\d\d-\d\d')
_VALUE = re.compile(r'("valueQuantity":\{"value":)[0-9.]+')


def pages(size: str, *, seed: int = 1, patient: str = "bench-patient") -> Iterator[bytes]:
    """Yield searchset pages of 200, one type after another, all of one patient."""
    rng = random.Random(seed)
    world = build("M", seed=seed, today=date(2026, 5, 14))
    own = [resource for resource in world.resources if resource["resourceType"] not in _SHARED]
    texts = [json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in own]
    patients = {one["id"] for one in world.resources if one["resourceType"] == "Patient"}
    for known in patients:
        texts = [text.replace(f"Patient/{known}", f"Patient/{patient}") for text in texts]
    rounds = SIZES[size] // len(texts) + 1
    left = SIZES[size]
    by_type: dict[str, list[dict[str, Any]]] = {}
    for text in texts:
        tree = json.loads(text)
        by_type.setdefault(tree["resourceType"], []).append(tree)
    for trees in by_type.values():
        waiting: list[bytes] = []
        for _ in range(rounds):
            for tree in trees:
                if left <= 0:
                    break
                left -= 1
                waiting.append(_varied(tree, rng))
                if len(waiting) == PAGE:
                    yield _page(waiting)
                    waiting = []
        if waiting:
            yield _page(waiting)


def _varied(tree: dict[str, Any], rng: random.Random) -> bytes:
    text = json.dumps(tree | {"id": str(uuid.UUID(int=rng.getrandbits(128), version=4))}, ensure_ascii=False, separators=(",", ":"))
    day = date(2016, 1, 1) + timedelta(days=rng.randrange(3700))
    text = _DATE.sub('"' + day.isoformat(), text)
    text = _VALUE.sub(lambda found: f"{found[1]}{rng.randrange(10, 2000) / 10}", text, count=1)
    return text.encode()


def _page(entries: list[bytes]) -> bytes:
    rows = b",".join(b'{"fullUrl":"urn:uuid:0","resource":' + one + b',"search":{"mode":"match"}}' for one in entries)
    return b'{"resourceType":"Bundle","type":"searchset","link":[{"relation":"self","url":"x"}],"entry":[' + rows + b"]}"


def family(folder: Path, size: str, clock: Clock, *, seed: int = 1) -> Vault:
    """Make a vault that holds the portal's family of a size, as its first exchange would leave it (without documents' bytes)."""
    world = build(size, seed=seed, today=clock.now().date())
    vault, _ = vaults.create(folder, passphrase=PHRASE, clock=clock, kdf=keys.CHEAP)
    portal = vault.portals.put("https://portal.example/fhir", auth="none")
    people = {one: vault.people.add(portal, one) for one in world.accounts[0].grants}
    waiting: dict[str, list[bytes]] = {}

    def take(owner: str) -> None:
        rows = waiting.pop(owner)
        vault.replica.take(Batch(portal=portal, person=people.get(owner, 0), pages=[read_page(_page(rows))],
                                 expected_patient=owner or None, cursor=CursorStep(kind=7, position="x")))

    for resource in world.resources:
        raw = json.dumps(resource, ensure_ascii=False, separators=(",", ":")).encode()
        owner = next((one for one in columns.read_head(raw).owners if one in people), "")
        waiting.setdefault(owner, []).append(raw)
        if len(waiting[owner]) == 1_000:
            take(owner)
    for owner in list(waiting):
        take(owner)
    vault.settings.set("sync.checked_at", clock.now().isoformat())
    vault.database.checkpoint()
    return vault
