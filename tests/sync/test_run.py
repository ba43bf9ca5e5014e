"""Whole runs against the portal in the box: what comes, what is asked, what a second run costs."""

from __future__ import annotations

from tests.sync.conftest import Rig


async def test_first_run_brings_everything(rig: Rig) -> None:
    await rig.connect()
    report = await rig.run()
    assert report.ok
    assert report.quarantined == 0
    assert report.pulled.new == sum(len(rig.replica(patient)) for patient in rig.patients)
    rig.assert_equal()


async def test_requests_of_a_quiet_run_do_not_grow_with_the_record(rig: Rig) -> None:
    await rig.connect()
    await rig.run()
    rig.clock.advance(600)
    small = await rig.run()
    for n in range(3_000):
        rig.box.put({"resourceType": "Observation", "id": f"many-{n}", "status": "final", "code": {"text": "x"},
                     "subject": {"reference": f"Patient/{rig.patients[0]}"}})
    rig.clock.advance(600)
    grown = await rig.run()
    assert grown.pulled.new == 3_000
    rig.clock.advance(600)
    await rig.run()
    rig.clock.advance(600)
    large = await rig.run()
    assert (large.requests, large.pulled.new, large.pulled.changed) == (small.requests, 0, 0)


async def test_second_run_moves_nothing_and_asks_little(rig: Rig) -> None:
    await rig.connect()
    first = await rig.run()
    rig.news.clear()
    second = await rig.run()
    assert second.ok
    pulled = second.as_json()["pulled"]
    assert pulled == {"new": 0, "changed": 0, "removed": 0, "unchanged": first.pulled.new}
    assert second.requests <= 15
    assert rig.news == []
