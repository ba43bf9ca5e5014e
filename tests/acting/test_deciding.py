"""A decision is on disk at the click; for ten seconds it can be taken back whole."""

from __future__ import annotations

import pytest

from desktop import limits
from desktop.errors import UsageError
from desktop.record.clashes import Clash
from desktop.record.intents import State
from desktop.store.deciding import unsent
from tests.acting.desk import Desk, desk, moved_by_both

HOLD_S = limits.TOAST_S


async def decide(at: Desk, clash: Clash, choice: str) -> str:
    made = await at.store.call(at.acting.decide, clash.id, choice, hold_s=HOLD_S)
    return made.id if made else ""


async def gone_once_no_claim_can_land(at: Desk, clash: Clash) -> None:
    """The act has claimed a slot: it is kept until the portal was read after the last moment at which that may land."""
    for read_after_s, is_kept in ((0.0, True), (limits.LATE_CLAIM_S, False)):
        at.clock.advance(read_after_s)
        await at.push()
        assert await at.store.call(at.acting.get, clash.intent.id) is not None
        await at.read_portal()
        await at.push()
        assert (await at.store.call(at.acting.get, clash.intent.id) is not None) == is_kept


@pytest.mark.parametrize("choice", ["keep_theirs", "mine", "cancel"])
async def test_decision_taken_back_waits_again_and_its_act_never_leaves(choice: str) -> None:
    async with desk() as at:
        booking, clash = await moved_by_both(at)
        before = at.box.resource("Appointment", booking)
        act = await decide(at, clash, choice)
        assert await at.store.call(at.acting.clashes) == ()
        assert [one.id for one in await at.store.call(at.acting.shown)] == ([act] if act else [])
        await at.push()
        assert await at.store.call(at.acting.take_back, clash.id, act)
        (again,) = await at.store.call(at.acting.clashes)
        assert (again.id, again.choices, again.intent.body) == (clash.id, clash.choices, clash.intent.body)
        at.clock.advance(60)
        await at.push()
        assert at.box.resource("Appointment", booking) == before


async def test_decision_that_has_left_is_not_taken_back() -> None:
    async with desk() as at:
        _, clash = await moved_by_both(at)
        at.box.faults.parse("lose_answer@PUT/Slot=x9")
        act = await decide(at, clash, "mine")
        at.clock.advance(HOLD_S)
        await at.push()
        assert not await at.store.call(at.acting.take_back, clash.id, act)
        assert [one.state for one in await at.store.call(at.acting.shown)] == [State.SENDING]
        at.box.faults.clear()
        await at.push_until_quiet()


async def test_act_behind_a_decision_goes_when_its_seconds_are_over() -> None:
    async with desk() as at:
        _, clash = await moved_by_both(at)
        await decide(at, clash, "keep_theirs")
        await at.push()
        at.clock.advance(HOLD_S)
        await at.push()
        assert not await at.store.call(at.acting.take_back, clash.id)
        with pytest.raises(UsageError):
            await at.store.call(at.acting.decide, clash.id, "mine")
        await gone_once_no_claim_can_land(at, clash)


async def test_refused_act_that_is_sent_again_and_taken_back_is_refused_as_before() -> None:
    async with desk("403@POST/Appointment=x1") as at:
        await at.accept("waitlist.join", {"specialty": "Окулист", "from": "2026-05-15", "to": "2026-06-15"})
        await at.push()
        (clash,) = await at.store.call(at.acting.clashes)
        act = await decide(at, clash, "retry")
        assert [one.state for one in await at.store.call(at.acting.shown)] == [State.HELD]
        assert await at.store.call(at.acting.take_back, clash.id, act)
        (kept,) = await at.store.call(at.acting.shown)
        assert (kept.id, kept.state, kept.reason) == (clash.intent.id, State.REJECTED, "refused")


@pytest.mark.parametrize("hold_s", [0.0, HOLD_S])
async def test_withdrawing_what_a_decision_became_lets_the_decision_wait_again(hold_s: float) -> None:
    async with desk() as at:
        booking, clash = await moved_by_both(at)
        before = at.box.resource("Appointment", booking)
        made = await at.store.call(at.acting.decide, clash.id, "mine", hold_s=hold_s)
        assert made is not None
        at.clock.advance(7_200)
        await at.store.call(at.acting.tidy)
        assert await at.store.call(unsent, at.vault, clash.intent.person) == (made.kind,)
        assert await at.store.call(at.acting.withdraw, made.id)
        (again,) = await at.store.call(at.acting.clashes)
        assert (again.id, again.choices, again.intent.body) == (clash.id, clash.choices, clash.intent.body)
        await at.push()
        assert at.box.resource("Appointment", booking) == before


async def test_act_that_is_decided_about_cannot_be_taken_from_behind_its_decision() -> None:
    async with desk() as at:
        _, clash = await moved_by_both(at)
        made = await decide(at, clash, "mine")
        with pytest.raises(UsageError, match="act.unknown"):
            await at.store.call(at.acting.withdraw, clash.intent.id)
        assert await at.store.call(at.acting.withdraw, made)
        assert [one.id for one in await at.store.call(at.acting.clashes)] == [clash.id]


async def test_what_was_decided_about_goes_once_what_it_became_has_ended() -> None:
    async with desk() as at:
        _, clash = await moved_by_both(at)
        await at.store.call(at.acting.decide, clash.id, "mine")
        await at.push()
        at.clock.advance(HOLD_S)
        await at.push()
        assert await at.store.call(at.acting.shown) == ()
        await gone_once_no_claim_can_land(at, clash)


async def test_decision_taken_back_takes_along_what_waited_for_its_act() -> None:
    async with desk() as at:
        first, second, third = at.free_slots()[:3]
        intent = await at.accept("book", at.slot_body(first))
        at.box.clinic.another_patient_takes(first)
        await at.push()
        (clash,) = await at.store.call(at.acting.clashes)
        made = await at.store.call(at.acting.decide, clash.id, "other_slot", slot=at.slot_body(second), hold_s=HOLD_S)
        assert made is not None
        await at.accept("reschedule", {"booking": made.id, **at.slot_body(third)})
        assert await at.store.call(at.acting.take_back, clash.id, made.id)
        assert [one.id for one in await at.store.call(at.acting.shown)] == [intent.id]
