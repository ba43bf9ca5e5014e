"""An act that carries files: on disk with the act, handed over before it, gone with it."""

from __future__ import annotations

import pytest

from desktop.record import uploads
from desktop.record.fhir import acts as wire
from tests.acting.desk import Desk, desk

SCAN = uploads.examined("Паспорт.pdf", b"%PDF-1.7 " + b"x" * 700_000)
BODY = {"document": "passport"}


async def handed_in(at: Desk) -> str:
    person = next(iter(at.people.values()))
    intent = await at.store.call(at.acting.accept, "identity.submit", portal=at.portal_id, person=person, body=BODY, files={"scan": SCAN})
    return intent.id


def tasks(at: Desk) -> list[dict[str, object]]:
    rows = at.box.shelf.rows("SELECT id FROM item WHERE live AND type='Task'")
    found = [at.box.resource("Task", row[0]) for row in rows]
    return [one for one in found if one is not None and wire.intents_of(one)]


async def arrives_once(at: Desk) -> None:
    """Hand a paper in and let it go: the portal has one task with it, and this computer keeps no copy."""
    id = await handed_in(at)
    await at.push_until_quiet()
    (task,) = tasks(at)
    assert wire.intents_of(task) == (id,)
    (scan,) = [one["valueAttachment"] for one in task["input"] if "valueAttachment" in one]  # type: ignore[attr-defined]
    blob = at.box.shelf.blob(scan["url"].removeprefix("Binary/"))
    assert blob is not None
    assert (scan["title"], scan["contentType"], blob[3]) == ("Паспорт.pdf", uploads.PDF, SCAN.data)
    assert await at.store.call(at.vault.blobs.counts) == {}


@pytest.mark.parametrize(
    "faults", ["", "lose_answer@POST/Binary=x2", "lose_answer@POST/Task=x2", "500@POST/Binary=x2", "lose_request@POST/Task=x1"]
)
async def test_file_arrives_once_with_its_act_whatever_is_lost(faults: str) -> None:
    async with desk(faults) as at:
        await arrives_once(at)


async def test_act_taken_back_takes_its_file_along() -> None:
    async with desk() as at:
        id = await handed_in(at)
        assert await at.store.call(at.vault.blobs.counts) == {"here": 1}
        await at.store.call(at.acting.withdraw, id)
        assert await at.store.call(at.vault.blobs.counts) == {}


async def test_refused_act_keeps_its_file_until_it_is_dismissed() -> None:
    async with desk("403@POST/Task=x1") as at:
        id = await handed_in(at)
        await at.push()
        refused = await at.store.call(at.acting.get, id)
        assert refused is not None
        assert str(refused.state) == "rejected"
        assert await at.store.call(at.vault.blobs.counts) == {"here": 1}
        await at.store.call(at.acting.withdraw, id)
        assert await at.store.call(at.vault.blobs.counts) == {}
