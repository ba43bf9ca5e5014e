"""What the box says a person may read is what a patient crawl of it finds, whatever happens meanwhile."""

from __future__ import annotations

import random
from collections.abc import Callable

import httpx
import pytest

from desktop.clock import ManualClock
from desktop.demo import DemoPortal
from desktop.demo.terms import SHARED
from tests.demo.conftest import MOTHER, link, observation, visit


async def crawl(http: httpx.AsyncClient, url: str, found: dict[tuple[str, str], str], meddle: Callable[[], None] | None = None) -> None:
    """Read every page into `found`, letting `meddle` act between pages."""
    following: str | None = url
    while following:
        page = (await http.get(following)).json()
        for entry in page.get("entry", []):
            resource = entry["resource"]
            found[resource["resourceType"], resource["id"]] = resource["meta"]["versionId"]
        following = link(page, "next")
        if following and meddle is not None:
            meddle()


def edit(portal: DemoPortal, rng: random.Random, live: list[str]) -> None:
    """Do one thing that a clinic might do."""
    act = rng.choice(("new", "change", "change", "delete", "clinic"))
    if act == "new":
        live.append(portal.put(observation(f"n{rng.randrange(10**9)}", rng.choice(("anna", "timofey", "oleg"))))["id"])
    elif act == "clinic":
        portal.clinic.notice(rng.choice(MOTHER.grants), "Приём перенесён")
        portal.put(visit("anna", None, str(rng.randrange(10**9))))
    elif live:
        name = rng.choice(live)
        if act == "delete":
            live.remove(name)
            portal.delete("Observation", name)
        else:
            portal.put({**(portal.resource("Observation", name) or {}), "note": [{"text": str(rng.random())}]})


@pytest.mark.parametrize("seed", range(12))
async def test_crawl_in_small_pages_equals_the_oracle(portal: DemoPortal, http: httpx.AsyncClient, clock: ManualClock, seed: int) -> None:
    rng = random.Random(seed)
    live = [f"a{n}" for n in range(7)]
    for _ in range(40):
        clock.advance(rng.choice((0, 0.001, 5)))
        edit(portal, rng, live)
    for person in MOTHER.grants:
        found: dict[tuple[str, str], str] = {}
        size = rng.choice((1, 3, 50))
        for kind in ("Observation", "Appointment", "Communication", "DocumentReference"):
            await crawl(http, f"/{kind}?patient={person}&_count={size}&_elements=id,meta", found)
        await crawl(http, f"/Patient?_id={person}", found)
        await crawl(http, f"/?_type={','.join(sorted(SHARED))}&_count={size}", found)
        assert found == portal.snapshot(person)
    assert portal.violations == []


@pytest.mark.parametrize("seed", range(6))
async def test_nothing_that_stays_is_missed_while_pages_are_read_under_edits(
    portal: DemoPortal, http: httpx.AsyncClient, clock: ManualClock, seed: int
) -> None:
    rng = random.Random(100 + seed)
    live = [portal.put(observation(f"m{number}", "anna"))["id"] for number in range(40)]
    budget = [30]

    def meddle() -> None:
        clock.advance(0.01)
        if budget[0]:
            budget[0] -= 1
            edit(portal, rng, live)

    found: dict[tuple[str, str], str] = {}
    await crawl(http, "/Observation?patient=anna&_count=4&_sort=_lastUpdated", found, meddle)
    there = {key: version for key, version in portal.snapshot("anna").items() if key[0] == "Observation"}
    assert there.items() <= found.items()


@pytest.mark.parametrize("seed", range(4))
async def test_restore_brings_back_exactly_what_was_saved(portal: DemoPortal, clock: ManualClock, seed: int) -> None:
    rng = random.Random(seed)
    live = [f"a{n}" for n in range(7)]
    for _ in range(10):
        edit(portal, rng, live)
    saved, before = portal.backup(), portal.snapshot("anna")
    versions = {version for name in ("anna", "timofey", "oleg") for version in portal.snapshot(name).values()}
    for _ in range(20):
        edit(portal, rng, live)
        versions |= set(portal.snapshot("anna").values())
    portal.restore(saved)
    assert portal.snapshot("anna") == before
    fresh = portal.put(observation("after", "anna"))["meta"]["versionId"]
    assert fresh not in versions
