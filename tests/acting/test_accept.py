"""A time that the clinic proposes: said yes to once, to that time and no other."""

from __future__ import annotations

from typing import Any

import pytest

from tests.acting.desk import Desk, booked, desk, moved_by_both, seen_of


async def proposed(at: Desk) -> tuple[str, dict[str, Any]]:
    """Book, and let the clinic ask for another time; return the booking and what it looks like now."""
    old, new = at.free_slots()[:2]
    _, booking = await booked(at, old)
    at.box.clinic.propose(booking, new)
    return booking, standing(at, booking)


def standing(at: Desk, booking: str) -> dict[str, Any]:
    """Return a booking as the portal has it."""
    found = at.box.resource("Appointment", booking)
    assert found is not None
    return found


async def say_yes(at: Desk, booking: str, found: dict[str, Any]) -> None:
    await at.accept("accept", {"booking": booking, "starts_at": found["start"]}, seen=seen_of(at, booking))


@pytest.mark.parametrize("faults", ["", "lose_answer@PUT/Appointment=x1", "412@PUT/Appointment=x1", "500=0.4"])
async def test_proposed_time_is_accepted_once_whatever_the_line_does(faults: str) -> None:
    async with desk() as at:
        booking, asked = await proposed(at)
        at.box.faults.parse(faults)
        await say_yes(at, booking, asked)
        await at.push_until_quiet()
        found = standing(at, booking)
        assert (found["status"], found["start"]) == ("booked", asked["start"])
        assert {one["status"] for one in found["participant"]} == {"accepted"}
        assert len(found["identifier"]) == len(asked["identifier"]) + 1
        assert await at.store.call(at.acting.clashes) == ()


async def test_proposal_that_changed_meanwhile_is_asked_again_and_its_choice_accepts() -> None:
    async with desk() as at:
        booking, asked = await proposed(at)
        await say_yes(at, booking, asked)
        at.box.clinic.propose(booking, at.free_slots()[3])
        await at.push()
        (clash,) = await at.store.call(at.acting.clashes)
        assert (clash.kind, clash.choices) == ("proposed", ("accept_time", "other_slot", "cancel"))
        made = await at.store.call(at.acting.decide, clash.id, "accept_time")
        assert made is not None
        assert made.kind == "accept"
        await at.push()
        found = standing(at, booking)
        assert found["status"] == "booked"
        assert found["start"] != asked["start"]


async def test_moving_a_visit_for_which_the_clinic_proposes_a_time_leaves_the_choice() -> None:
    for choice in ("accept_time", "mine"):
        async with desk() as at:
            _, mine, theirs = at.free_slots()[:3]
            booking, clash = await moved_by_both(at, proposes=True)
            assert clash.choices == ("accept_time", "mine", "other_slot", "cancel")
            await at.store.call(at.acting.decide, clash.id, choice)
            await at.push()
            stands = at.box.resource("Slot", theirs if choice == "accept_time" else mine)
            assert stands is not None
            found = standing(at, booking)
            assert found["start"] == stands["start"]
            assert found["status"] == "booked"
            assert {one["status"] for one in found["participant"]} == {"accepted"}


async def test_yes_to_what_the_clinic_has_booked_by_itself_is_done_already() -> None:
    async with desk() as at:
        booking, asked = await proposed(at)
        await say_yes(at, booking, asked)
        at.box.clinic.confirm(booking)
        tally = await at.push()
        assert (tally.applied, tally.clashes) == (1, 0)


async def test_yes_to_a_visit_that_the_clinic_cancelled_is_a_decision() -> None:
    async with desk() as at:
        booking, asked = await proposed(at)
        await say_yes(at, booking, asked)
        at.box.clinic.cancel(booking)
        await at.push()
        (clash,) = await at.store.call(at.acting.clashes)
        assert clash.kind == "clinic_cancelled"
