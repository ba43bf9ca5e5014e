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
