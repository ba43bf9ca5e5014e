"""Which acts may leave, and which of them side by side."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from desktop.record.intents import BUSY, Intent, Seen, State, at_once, departures, is_asked_to_wait, sendable, together

NOW = datetime(2026, 5, 14, 9, 0, tzinfo=UTC)


def act(kind: str, seq: int, *, person: int = 1, seen: Seen | None = None, **body: Any) -> Intent:
    """Return an act that is ready to leave."""
    return Intent(
        id=f"i{seq}", seq=seq, portal=1, person=person, kind=kind, subject=str(body.get("booking", f"i{seq}")), body=body, seen=seen or Seen(),
        created_at=NOW, release_at=NOW, state=State.READY,
    )  # fmt: skip


def names(intents: tuple[Intent, ...]) -> list[str]:
    """Return who they are."""
    return [one.id for one in intents]


def test_interrupted_act_waits_out_its_back_off_and_still_leads_its_booking() -> None:
    sent = replace(act("reschedule", 1, booking="b"), state=State.SENDING, tries=1, next_try_at=NOW + timedelta(seconds=30))
    later = act("cancel", 2, booking="b")
    assert sendable([sent, later], now=NOW) == ()
    assert names(sendable([sent, later], now=NOW + timedelta(seconds=30))) == ["i1"]


def test_now_means_now_for_our_own_back_off_and_not_for_the_portals_word() -> None:
    ours = replace(act("book", 1), state=State.SENDING, tries=3, next_try_at=NOW + timedelta(seconds=300), reason="retry")
    theirs = replace(ours, id="i2", subject="i2", reason=BUSY)
    assert names(sendable(at_once([ours, theirs]), now=NOW)) == ["i1"]
    assert is_asked_to_wait([ours, theirs], now=NOW)
    assert not is_asked_to_wait([ours, theirs], now=NOW + timedelta(seconds=301))


def test_what_has_nothing_to_do_with_each_other_goes_side_by_side() -> None:
    acts = (act("book", 1, slot="s1"), act("book", 2, person=2, slot="s2"), act("waitlist.join", 3), act("certificate.order", 4))
    assert names(together(acts, beside=(), room=9)) == ["i1", "i2", "i3", "i4"]
    assert names(together(acts, beside=(), room=2)) == ["i1", "i2"]


def test_two_acts_that_touch_the_same_thing_keep_their_order() -> None:
    frees = act("reschedule", 1, booking="b", slot="s2", seen=Seen(old_slot="s1"))
    pairs = (
        (frees, act("book", 2, person=2, slot="s1")),
        (act("book", 1, slot="s1"), act("book", 2, slot="s2")),
        (act("result.ask", 1, subject="DiagnosticReport/r"), act("result.comment", 2, subject="DiagnosticReport/r")),
        (act("profile.edit", 1, phone="1"), act("profile.edit", 2, phone="2")),
    )
    for first, second in pairs:
        assert names(together((first, second), beside=(), room=9)) == ["i1"]
        assert together((second,), beside=(first,), room=9) == ()


def test_a_third_act_does_not_overtake_the_second_that_waits_for_the_first() -> None:
    first, second = act("book", 1, slot="s1"), act("book", 2, slot="s2")
    third = act("book", 3, person=2, slot="s2")
    assert names(together((first, second, third), beside=(), room=9)) == ["i1"]


def test_nothing_takes_a_place_while_an_act_that_frees_one_is_under_way() -> None:
    cancel, book = act("cancel", 2, booking="b7"), act("book", 1, person=2, slot="s1")
    assert names(together(sendable([book, cancel], now=NOW), beside=(), room=9)) == ["i2"]
    assert together((book,), beside=(cancel,), room=9) == ()
    assert names(together((cancel,), beside=(book,), room=9)) == ["i2"]


def test_every_act_of_a_portal_that_asks_to_wait_leaves_after_its_word() -> None:
    until = NOW + timedelta(seconds=120)
    busy = replace(act("book", 1), state=State.SENDING, tries=1, next_try_at=until, reason=BUSY)
    other = replace(act("book", 2), portal=2)
    assert departures([busy, act("cancel", 3), other], now=NOW) == (until, until, NOW)
