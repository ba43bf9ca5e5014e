"""The next step of an act: exactly one effect, no claim left behind, nobody else's slot ever released."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.record import merge
from desktop.record.intents import Intent, Seen
from tests.record.model import START, Portal, intent

NOW = datetime(2026, 5, 14, 9, 0, tzinfo=UTC)


def carry_out(portal: Portal, act: Intent, *, meddling: float) -> merge.Step:
    """Drive one act to its end the way the engine does: observe, decide, do, forget everything when it dies."""
    refusal = ""
    for _ in range(60):
        if portal.dice.random() < meddling:
            portal.meddle()
        slot = portal.slots.get(str(act.body.get("slot")))
        booking = portal.bookings.get(str(act.body.get("booking")))
        old_slot = portal.slots.get(act.seen.old_slot)
        step: merge.Step
        if act.kind == "book":
            step = merge.next_book(act, own=portal.own(act), slot=slot, now=NOW, refusal=refusal)
        elif act.kind == "reschedule":
            step = merge.next_reschedule(act, booking=booking, slot=slot, old_slot=old_slot, now=NOW, refusal=refusal)
        else:
            step = merge.next_cancel(act, booking=booking, slot=old_slot)
        if isinstance(step, merge.Settled | merge.Clashed):
            return step
        answer = portal.do(step, act)
        # A lost answer or a kill leaves the effect and loses the memory of it.
        refusal = "" if portal.dice.random() < 0.3 else answer or refusal
    raise AssertionError("the act never ended")


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10**9))
def test_booking_has_one_effect_or_a_clash_and_leaves_no_claim(seed: int) -> None:
    portal = Portal(random.Random(seed))
    portal.add_slot("s1", 1)
    act = intent("book", "i1", slot="s1", starts_at=(START + timedelta(hours=1)).isoformat())
    end = carry_out(portal, act, meddling=0.4)
    mine = [one for one in portal.bookings.values() if "i1" in one.intents]
    assert len(mine) == (1 if isinstance(end, merge.Settled) else 0)
    if isinstance(end, merge.Clashed):
        assert "i1" not in portal.slots["s1"].claimed_by


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10**9))
def test_reschedule_keeps_the_old_booking_until_the_new_slot_is_held(seed: int) -> None:
    portal = Portal(random.Random(seed))
    portal.add_slot("old", 1)
    portal.add_slot("new", 2)
    first = intent("book", "i0", slot="old", starts_at=(START + timedelta(hours=1)).isoformat())
    while isinstance(carry_out(portal, first, meddling=0), merge.Clashed):
        portal.dice.random()
    booking = portal.own(first)
    assert booking is not None
    act = replace(
        intent("reschedule", "i1", booking=booking.id, slot="new", starts_at=(START + timedelta(hours=2)).isoformat()),
        seen=Seen(
            starts_at=(START + timedelta(hours=1)).isoformat(),
            old_slot="old",
            old_slot_version=portal.slots["old"].version,
        ),
    )
    end = carry_out(portal, act, meddling=0.4)
    after = portal.bookings[booking.id]
    if isinstance(end, merge.Settled):
        assert "i1" in after.intents
        assert after.slots == ("new",)
        assert not portal.slots["old"].claimed_by & {"i0", "i1"}
    else:
        assert after.slots == ("old",)
        assert "i1" not in portal.slots["new"].claimed_by
    strangers = [slot for slot in portal.slots.values() if "stranger" in slot.claimed_by]
    assert all(slot.status == "busy" for slot in strangers)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10**9))
def test_cancel_ends_cancelled_wherever_the_clinic_moved_the_booking(seed: int) -> None:
    portal = Portal(random.Random(seed))
    portal.bookings["b"] = merge.BookingSeen(id="b", version="v0", status="booked", starts_at=START)
    end = carry_out(portal, intent("cancel", "i1", booking="b"), meddling=0.5)
    assert isinstance(end, merge.Settled)
    assert portal.bookings["b"].status == "cancelled"


def test_own_success_is_recognised_when_the_answer_was_lost() -> None:
    portal = Portal(random.Random(1))
    portal.bookings["b"] = merge.BookingSeen(id="b", version="v9", status="booked", starts_at=START, intents=("i1",))
    act = intent("book", "i1", slot="gone", starts_at=START.isoformat())
    assert merge.next_book(act, own=portal.own(act), slot=None, now=NOW) == merge.Settled("b")


@pytest.mark.parametrize(
    ("status", "starts_at", "kind"),
    [
        ("busy", START, "slot_gone"),
        ("free", START + timedelta(minutes=20), "slot_gone"),
        ("busy-unavailable", START, "slot_gone"),
    ],
)
def test_slot_that_is_not_what_was_seen_is_a_clash(status: str, starts_at: datetime, kind: str) -> None:
    slot = merge.SlotSeen(id="s", version="v", status=status, starts_at=starts_at)
    act = intent("book", "i1", slot="s", starts_at=START.isoformat())
    assert merge.next_book(act, own=None, slot=slot, now=NOW) == merge.Clashed(kind)


def test_time_that_passed_before_sending_is_never_booked() -> None:
    slot = merge.SlotSeen(id="s", version="v", status="free", starts_at=START)
    act = intent("book", "i1", slot="s", starts_at=START.isoformat())
    assert merge.next_book(act, own=None, slot=slot, now=START) == merge.Clashed("expired")


def test_booking_that_the_clinic_moved_meanwhile_is_not_moved_over_its_head() -> None:
    booking = merge.BookingSeen(id="b", version="v", status="booked", starts_at=START + timedelta(days=1))
    act = replace(
        intent("reschedule", "i1", booking="b", slot="s", starts_at=START.isoformat()),
        seen=Seen(starts_at=START.isoformat()),
    )
    slot = merge.SlotSeen(id="s", version="v", status="free", starts_at=START)
    assert merge.next_reschedule(act, booking=booking, slot=slot, old_slot=None, now=NOW) == merge.Clashed("moved", "b")


def test_cancel_that_the_portal_refused_is_not_sent_again() -> None:
    act = intent("cancel", "i1", booking="b1")
    booking = merge.BookingSeen(id="b1", version="3", status="booked", starts_at=START, slots=("s1",))
    assert merge.next_cancel(act, booking=booking) == merge.Annul("b1", "3")
    assert merge.next_cancel(act, booking=booking, refusal="too_late") == merge.Clashed("too_late", "b1")
    # It may have been our own success all the same: then there is nothing to refuse.
    done = replace(booking, status="cancelled", intents=("i1",))
    assert merge.next_cancel(act, booking=done, refusal="too_late") == merge.Settled("b1", is_ours=True)
