"""Every fault that the box can deliver, then calm: what is here equals what the portal has, and nothing was lost on the way."""

from __future__ import annotations

import pytest

from desktop.sync.portal import Refused
from tests.sync.conftest import Make, Rig

SPOILED = [
    "lose_request=0.3", "lose_answer=0.3", "cut=0.3", "short=0.3", "html=0.3", "empty=0.4", "malformed=0.3", "foreign=0.3",
    "401=0.2", "404=0.2", "429=0.3", "500=0.3", "502=0.3", "503=0.3", "after_500=0.3", "delay=0.3:1ms",
    "deny_batch", "no_next_links", "relative_next", "seconds_precision", "skew=86400s", "skew=-86400s",
    "deny_batch, lose_answer=0.2, relative_next", "deny_batch, empty=0.3", "empty=0.2, html=0.2, cut=0.2, 503=0.1",
]


async def calm(rig: Rig) -> None:
    """End every fault and run as often as a day would, until nothing is left to do."""
    rig.box.faults.clear()
    for _ in range(2):
        rig.clock.advance(25 * 3600)
        report = await rig.run()
        assert report.ok


@pytest.mark.parametrize("spec", SPOILED)
async def test_after_faults_replica_equals_portal(make: Make, spec: str) -> None:
    rig = make("demo")
    await rig.connect()
    rig.box.faults.parse(spec)
    for _ in range(3):
        await rig.run()
    if "=" in spec and "skew" not in spec:
        assert sum(rig.box.faults.delivered.values()) > 0
    await calm(rig)
    rig.assert_equal()


@pytest.mark.parametrize("spec", ["empty", "html", "404", "500", "short", "lose_answer", "401", "cut"])
async def test_bad_day_removes_nothing(make: Make, spec: str) -> None:
    rig = make("demo")
    await rig.connect()
    await rig.run()
    before = {patient: rig.replica(patient) for patient in rig.patients}
    places = [rig.vault.cursors.get(1, one.id, 4) for one in rig.vault.people.of(1)]
    rig.clock.advance(25 * 3600)
    rig.box.faults.parse(spec)
    for _ in range(3):
        report = await rig.run()
        assert report.pulled.removed == 0
        assert report.revoked == []
    assert {patient: rig.replica(patient) for patient in rig.patients} == before
    if spec in ("html", "500", "short", "lose_answer", "401", "cut"):
        assert [rig.vault.cursors.get(1, one.id, 4) for one in rig.vault.people.of(1)] == places
        assert not report.ok
    await calm(rig)
    rig.assert_equal()


async def test_captive_portal_is_not_reached_and_changes_nothing(make: Make) -> None:
    rig = make("demo")
    await rig.connect()
    rig.box.faults.parse("html")
    report = await rig.run()
    assert (report.ok, report.unreached, report.pulled.new) == (False, "not_fhir", 0)
    assert rig.vault.replica.total() == 0


async def test_expired_sign_in_is_said_and_reading_goes_on(make: Make) -> None:
    rig = make("demo")
    await rig.connect()
    await rig.run()
    kept = rig.vault.replica.total()
    rig.box.access.expire_all()
    report = await rig.run()
    assert report.needs_sign_in
    assert rig.vault.replica.total() == kept


async def test_wrong_persons_resource_is_set_aside_with_its_reason(make: Make) -> None:
    rig = make("demo")
    rig.token, rig.patients = rig.box.token_for(rig.patients[:1]), rig.patients[:1]
    await rig.connect()
    rig.box.faults.parse("deny_batch, foreign@GET/Observation")
    report = await rig.run()
    assert report.quarantined == 1
    assert rig.vault.replica.quarantine()[0].reason == "person"
    assert report.waits_for_decision
    rig.assert_equal()


async def test_unreadable_resource_leaves_quarantine_when_it_is_mended(make: Make) -> None:
    rig = make("demo")
    await rig.connect()
    await rig.run()
    patient = rig.patients[0]
    whole = {"resourceType": "Observation", "id": "odd", "status": "final", "code": {"text": "Гемоглобин"},
             "subject": {"reference": f"Patient/{patient}"}}
    rig.clock.advance(300)
    deep: dict[str, object] = {"url": "urn:deep", "valueString": "x"}
    for _ in range(40):
        deep = {"url": "urn:deep", "extension": [deep]}
    rig.box.put({**whole, "extension": [deep]})
    report = await rig.run()
    assert [(one.id, one.reason) for one in rig.vault.replica.quarantine()] == [("odd", "depth")]
    assert (report.ok, report.quarantined) == (True, 1)
    rig.clock.advance(300)
    rig.box.put({**whole, "valueString": "128"})
    report = await rig.run()
    assert (report.quarantined, report.pulled.new) == (0, 1)
    rig.assert_equal()


async def test_one_refused_type_does_not_end_the_run(make: Make) -> None:
    rig = make("demo")
    await rig.connect()
    rig.box.faults.parse("deny_batch, 404@GET/Coverage, 404@GET/EpisodeOfCare, 404@GET/Consent")
    report = await rig.run()
    assert report.ok
    assert report.refused == {"Coverage", "EpisodeOfCare", "Consent"}
    assert "capability.without_policies" in report.cannot
    assert "capability.no_batch" in report.cannot
    assert rig.vault.replica.count("Observation") > 0
    await calm(rig)
    rig.assert_equal()


async def test_pull_waits_too_when_a_write_was_asked_to(make: Make) -> None:
    rig = make("demo")
    await rig.connect()
    rig.box.faults.parse("429@POST/Task=100s")
    (stored,) = rig.vault.portals.all()
    await (await rig.engine.portal(stored)).write("POST", "Task", b"{}", if_none_exist="identifier=urn:medkarta:intent|a")
    report = await rig.run()
    assert (report.ok, report.requests, report.retry_after_s) == (False, 0, 100)
    rig.clock.advance(101)
    assert (await rig.run()).ok


async def test_wait_that_the_portal_asks_for_reaches_the_report(make: Make) -> None:
    rig = make("demo")
    await rig.connect()
    rig.box.faults.parse("429=500s")
    report = await rig.run()
    assert not report.ok
    assert report.retry_after_s == 500
    assert isinstance(await (await rig.engine.portal(rig.vault.portals.all()[0])).read("Patient", rig.patients[0]), Refused)
