"""What changes between two runs: new, changed, deleted, restored, taken away."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from desktop.errors import PortalError, UsageError
from desktop.record.bundle import read_page
from desktop.store.ingest import Batch
from desktop.sync.pull import only
from tests.sync.conftest import Make, Rig

DAY_S = 25 * 3600


def note(patient: str, n: int, **more: Any) -> dict[str, Any]:
    return {"resourceType": "Communication", "id": f"note-{n}", "status": "completed",
            "subject": {"reference": f"Patient/{patient}"}, "payload": [{"contentString": f"№ {n}"}], **more}


@pytest.fixture
async def here(make: Make) -> Rig:
    """A family whose record is here."""
    rig = make("demo")
    await rig.connect()
    await rig.run()
    rig.clock.advance(600)
    rig.news.clear()
    return rig


async def test_new_and_changed_come_with_the_next_run_and_its_news(here: Rig) -> None:
    patient = here.patients[0]
    here.box.put(note(patient, 1))
    person = next(one.id for one in here.vault.people.of() if one.patient_id == patient)
    report = await here.run()
    assert (report.pulled.new, report.pulled.changed) == (1, 0)
    assert [(one.person, dict(one.topics)) for one in here.news] == [(person, {"notices": ("note-1",)})]
    here.clock.advance(600)
    here.box.put(note(patient, 1, sent="2026-05-14"))
    report = await here.run()
    assert (report.pulled.new, report.pulled.changed) == (0, 1)
    here.assert_equal()


async def test_late_commit_with_an_older_time_is_not_missed(here: Rig) -> None:
    here.clock.advance(-60)
    here.box.put(note(here.patients[0], 1))
    here.clock.advance(60)
    report = await here.run()
    assert report.pulled.new == 1


async def test_many_changes_at_once_are_paged(here: Rig) -> None:
    for n in range(450):
        here.box.put(note(here.patients[0], n))
    report = await here.run()
    assert report.pulled.new == 450
    here.assert_equal()


async def test_newest_resource_gone_is_noticed_at_once(here: Rig) -> None:
    here.box.put(note(here.patients[0], 1))
    await here.run()
    here.box.delete("Communication", "note-1")
    here.clock.advance(600)
    report = await here.run()
    assert report.pulled.removed == 1
    here.assert_equal()


async def test_deletes_are_found_within_a_day(here: Rig) -> None:
    gone = [name for name in here.replica(here.patients[0]) if name[0] in ("Observation", "Slot")][:15:2]
    for type_, id in gone:
        here.box.delete(type_, id)
    here.clock.advance(DAY_S)
    report = await here.run()
    assert report.pulled.removed == len(gone)
    here.assert_equal()


async def test_portal_restored_from_a_backup_is_read_anew(here: Rig) -> None:
    backup = here.box.backup()
    for n in range(30):
        here.box.put(note(here.patients[n % 2], n))
    changed = next(id for type_, id in here.replica(here.patients[0]) if type_ == "Appointment")
    here.box.put({**here.box.resource("Appointment", changed), "comment": "после копии"})  # type: ignore[dict-item]
    await here.run()
    here.assert_equal()
    here.clock.advance(600)
    here.box.restore(backup)
    here.box.put(note(here.patients[0], 1, sent="2026-05-15"))
    report = await here.run()
    assert report.ok
    assert here.vault.portals.all()[0].epoch == 2
    here.assert_equal()
    here.clock.advance(600)
    after = await here.run()
    assert (after.ok, after.pulled.new, after.pulled.changed, after.requests <= 15) == (True, 0, 0, True)


async def test_mass_removal_asks_first_and_goes_on_when_allowed(here: Rig) -> None:
    patient = here.patients[0]
    person = next(one.id for one in here.vault.people.of() if one.patient_id == patient)
    mine = [name for name in here.vault.replica.manifest_of(1, person) if name[0] != "Patient"]
    for type_, id in mine:
        here.box.delete(type_, id)
    for _ in range(2):
        here.clock.advance(DAY_S)
        report = await here.run()
        assert report.pulled.removed == 0
        assert [(one.person, one.rows) for one in report.removals] == [(person, len(mine))]
        assert report.waits_for_decision
    await here.engine.confirm_removal(person)
    report = await here.run()
    assert report.pulled.removed == len(mine)
    assert report.removals == []
    here.assert_equal()


async def test_what_was_set_aside_does_not_make_a_mass_removal_look_small(here: Rig) -> None:
    patient = here.patients[0]
    person = next(one.id for one in here.vault.people.of() if one.patient_id == patient)
    mine = [name for name in here.vault.replica.manifest_of(1, person) if name[0] != "Patient"]
    deep: dict[str, Any] = {"url": "urn:deep", "valueString": "x"}
    for _ in range(40):
        deep = {"url": "urn:deep", "extension": [deep]}
    for n in range(len(mine)):
        here.box.put(note(patient, n, extension=[deep]))
    assert (await here.run()).quarantined == len(mine)
    going = mine[:len(mine) * 2 // 3]
    for type_, id in going:
        here.box.delete(type_, id)
    here.clock.advance(DAY_S)
    report = await here.run()
    assert report.pulled.removed == 0
    assert [(one.person, one.rows) for one in report.removals] == [(person, len(going))]


async def test_ended_right_seals_and_purges_and_names_what_was_not_sent(here: Rig) -> None:
    patient = here.patients[1]
    person = next(one for one in here.vault.people.of() if one.patient_id == patient)
    with here.vault.acts():
        here.vault.outbox.append(
            id="a", kind="booking.cancel", portal=1, person=person.id, subject="Appointment/x", body={}, precondition={}
        )
    here.box.revoke(here.token, patient)
    here.box.put(note(here.patients[0], 1))
    report = await here.run()
    assert [(one.person, one.unsent) for one in report.revoked] == [(person.id, ("booking.cancel",))]
    assert report.pulled.new == 1
    assert patient not in [one.patient_id for one in here.vault.people.of()]
    assert here.vault.replica.manifest_of(1, person.id) == {}
    assert here.vault.outbox.open(person=person.id) == []
    event = here.vault.journal.page()[0]
    assert any(row.event == "rights.ended" and row.facts["unsent"] == ["booking.cancel"] for row in here.vault.journal.page())
    assert event is not None
    later = await here.run()
    assert (later.ok, later.revoked) == (True, [])
    here.patients = tuple(one for one in here.patients if one != patient)
    here.assert_equal()


async def test_clock_of_this_computer_does_not_matter(make: Make) -> None:
    rig = make("demo")
    await rig.connect()
    for jump in (10 * 365 * 86400.0, -20 * 365 * 86400.0):
        rig.box.faults.skew_s = -jump
        rig.clock.jump(jump)
        rig.clock.advance(600)
        await rig.run()
        rig.assert_equal()


async def test_paging_goes_on_while_the_portal_inserts(make: Make) -> None:
    rig = make("demo")
    inner = httpx.ASGITransport(rig.box.app)
    number = iter(range(10_000))
    is_busy = [True]

    class Busy(httpx.AsyncBaseTransport):
        """A portal where something happens between any two requests."""

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            rig.clock.advance(0.01)
            if is_busy:
                rig.box.put(note(rig.patients[0], next(number) % 40))
            return await inner.handle_async_request(request)

    busy = make("demo", transport=Busy(), box=rig.box)
    busy.box.faults.weak.add("deny_batch")
    await busy.connect()
    await busy.run()
    is_busy.clear()
    busy.box.faults.clear()
    busy.clock.advance(600)
    rig.clock.advance(600)
    report = await busy.run()
    assert report.ok
    busy.assert_equal()


@pytest.mark.parametrize("is_answered", [False, True], ids=["as a request leaves", "as its answer comes"])
async def test_run_that_is_cancelled_anywhere_is_made_good_by_the_next(make: Make, is_answered: bool) -> None:
    inner: list[httpx.ASGITransport] = []
    left = [0]
    running: list[asyncio.Task[Any]] = []

    class Cut(httpx.AsyncBaseTransport):
        """A portal at whose n-th request the run that asks is cancelled."""

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            left[0] -= 1
            reply = await inner[0].handle_async_request(request) if is_answered or left[0] else None
            if left[0] == 0:
                running[-1].cancel()
                if reply is None:
                    await asyncio.Event().wait()
            assert reply is not None
            return reply

    rig = make("demo", transport=Cut())
    inner.append(httpx.ASGITransport(rig.box.app))
    await rig.connect()
    for requests in (1, 2, 3, 5, 9, 20):
        left[0] = requests
        running.append(asyncio.create_task(rig.run()))
        with pytest.raises(asyncio.CancelledError):
            await running[-1]
    assert (await rig.run()).ok
    rig.assert_equal()


async def test_only_named_people_are_kept(make: Make) -> None:
    rig = make("demo")
    await rig.connect(named=[rig.patients[0]])
    assert [one.patient_id for one in rig.vault.people.of()] == [rig.patients[0]]
    rig.patients = rig.patients[:1]
    await rig.run()
    rig.assert_equal()


async def test_unknown_person_and_a_crowd_are_refused(make: Make) -> None:
    rig = make("demo")
    rig.box.access.open_access = True
    with pytest.raises(UsageError, match="no_such_person"):
        await rig.connect(auth="none", token=None, named=["nobody"])
    for n in range(13 - len(rig.patients) + 1):
        rig.box.put({"resourceType": "Patient", "id": f"p{n}"})
    with pytest.raises(UsageError, match="name_people"):
        await rig.connect(auth="none", token=None)
    assert rig.vault.portals.all() == ()


async def test_address_without_fhir_is_refused(make: Make) -> None:
    rig = make("demo")
    rig.box.faults.parse("html")
    with pytest.raises(PortalError, match="not_fhir"):
        await rig.connect()
    rig.box.faults.parse("lose_request")
    with pytest.raises(PortalError, match="unreached"):
        await rig.connect()
    assert rig.vault.portals.all() == ()


@pytest.mark.parametrize("is_broken", [False, True])
@pytest.mark.parametrize("is_shared", [False, True])
async def test_an_answer_that_was_not_asked_for_hides_nothing_that_is_here(here: Rig, is_broken: bool, is_shared: bool) -> None:
    patient = here.patients[0]
    person = next(one.id for one in here.vault.people.of() if one.patient_id == patient)
    row = here.vault.replica.rows("Observation", person=person)[0]
    sent = row.body or b""
    if is_broken:
        sent = sent[:-1] + b',"deep":' + b"[" * 300 + b"]" * 300 + b"}"
    page = only(read_page(b'{"resourceType":"Bundle","type":"searchset","entry":[{"resource":%s}]}' % sent), frozenset({"Slot"}))
    summary = here.vault.replica.take(
        Batch(portal=1, person=0 if is_shared else person, pages=(page,), expected_patient=None if is_shared else patient)
    )
    assert [(one.id, one.reason) for one in here.vault.replica.quarantine()] == [(row.id, "unasked")]
    assert summary.quarantined == 1
    assert here.vault.replica.get("Observation", row.id) == row.body


async def test_what_nobody_asks_for_is_set_aside_only_as_long_as_it_is_sent(here: Rig) -> None:
    person = here.vault.people.of()[0]
    odd = b'{"resource":{"resourceType":"Basic","id":"odd","subject":{"reference":"Patient/%s"},"note":%s}}'
    spoiled = odd % (person.patient_id.encode(), b"[" * 80 + b"]" * 80)
    page = read_page(b'{"resourceType":"Bundle","type":"searchset","entry":[%s]}' % spoiled)
    here.vault.replica.take(Batch(portal=1, person=person.id, pages=(page,), expected_patient=person.patient_id))
    assert [one.id for one in here.vault.replica.quarantine()] == ["odd"]
    here.clock.advance(60)
    report = await here.run()
    assert (report.ok, report.quarantined) == (True, 0)
    assert here.vault.replica.quarantine() == []
