"""The screen: pure, total, and honest about what is not done yet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.record.intents import OPEN, Intent, Seen, State, departures, sendable
from desktop.record.project import Visit, project

NOW = datetime(2026, 5, 14, 9, 40, tzinfo=UTC)
SOON = NOW + timedelta(days=5)


def visit(name: str = "b1", **changes: object) -> Visit:
    return msgspec.structs.replace(
        Visit(
            id=name,
            person=1,
            version="v1",
            kind="visit",
            status="booked",
            starts_at=SOON,
            slots=("s1",),
            doctor="Гусев А. В.",
        ),
        **changes,
    )


def act(
    kind: str, name: str = "i1", seq: int = 1, state: State = State.READY, subject: str = "", **body: object
) -> Intent:
    about = subject or str(body.get("booking", name))
    return Intent(
        id=name,
        seq=seq,
        portal=1,
        person=1,
        kind=kind,
        subject=about,
        body=body,
        seen=Seen(),
        created_at=NOW,
        release_at=NOW,
        state=state,
    )


def test_booking_made_here_is_pending_and_never_confirmed() -> None:
    (shown,) = project([], [act("book", slot="s9", starts_at=SOON.isoformat(), doctor="Рябова О. Л.")], now=NOW)
    assert (shown.certainty, shown.visit.doctor, shown.pending) == ("pending", "Рябова О. Л.", "book")


def test_booking_that_the_portal_already_carries_is_shown_once() -> None:
    (shown,) = project([visit(intents=("i1",))], [act("book", slot="s1", starts_at=SOON.isoformat())], now=NOW)
    assert (shown.visit.id, shown.certainty) == ("b1", "confirmed")


def test_reschedule_shows_the_new_time_and_remembers_the_portal_s() -> None:
    later = SOON + timedelta(days=1)
    (shown,) = project([visit()], [act("reschedule", booking="b1", slot="s2", starts_at=later.isoformat())], now=NOW)
    assert shown.certainty == "pending"
    assert shown.visit.starts_at == later
    assert shown.was is not None
    assert shown.was.starts_at == SOON


def test_cancel_keeps_the_ticket_until_the_clinic_knows() -> None:
    (shown,) = project([visit()], [act("cancel", booking="b1")], now=NOW)
    assert (shown.certainty, shown.pending, shown.visit.status) == ("pending", "cancel", "booked")


def test_booking_then_moving_it_before_sending_is_still_one_ticket() -> None:
    later = SOON + timedelta(days=1)
    book = act("book", slot="s9", starts_at=SOON.isoformat())
    move = act("reschedule", "i2", 2, subject="i1", booking="i1", slot="s2", starts_at=later.isoformat())
    (shown,) = project([], [book, move], now=NOW)
    assert (shown.pending, shown.visit.starts_at, shown.intent) == ("book", later, "i2")


def test_move_of_a_booking_known_by_its_act_finds_the_portal_s_copy() -> None:
    move = act("reschedule", "i2", 2, subject="i1", booking="i1", slot="s2", starts_at=SOON.isoformat())
    (shown,) = project([visit(intents=("i1",))], [move], now=NOW)
    assert shown.visit.id == "b1"


def test_decision_comes_first() -> None:
    clashed = act("book", slot="s9", starts_at=(SOON + timedelta(days=9)).isoformat(), state=State.CLASHED)
    first, second = project([visit()], [clashed], now=NOW, clashes={"i1": "c1"})
    assert (first.certainty, first.clash, second.certainty) == ("clash", "c1", "confirmed")


kinds = st.sampled_from(
    ["book", "reschedule", "cancel", "waitlist.join", "waitlist.leave", "house_call", "house_call.cancel", "unheard.of"]
)
bodies = st.dictionaries(
    st.sampled_from(["booking", "slot", "starts_at", "doctor"]),
    st.one_of(st.sampled_from(["b1", "b2", "i1", "i2", SOON.isoformat(), "no time"]), st.integers(), st.none()),
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(["b1", "b2", "b3"]), unique=True),
    st.lists(st.tuples(kinds, bodies, st.sampled_from(list(State))), max_size=8),
)
def test_projection_is_total_and_drops_no_booking_of_the_portal(
    base: list[str], acts: list[tuple[str, dict[str, object], State]]
) -> None:
    visits = [visit(name) for name in base]
    intents = [
        Intent(
            id=f"i{n}",
            seq=n,
            portal=1,
            person=1,
            kind=kind,
            subject=str(body.get("booking", f"i{n}")),
            body=body,
            created_at=NOW,
            release_at=NOW,
            state=state,
        )
        for n, (kind, body, state) in enumerate(acts)
    ]
    shown = project(visits, intents, now=NOW, clashes={one.id: "c" for one in intents if one.state is State.CLASHED})
    assert set(base) <= {entry.visit.id for entry in shown}
    assert len({entry.visit.id for entry in shown}) == len(shown)
    assert (
        project(visits, intents, now=NOW, clashes={one.id: "c" for one in intents if one.state is State.CLASHED})
        == shown
    )
    changed = {entry.visit.id for entry in shown if entry.intent}
    assert all(entry.certainty in ("pending", "clash") for entry in shown if entry.visit.id in changed)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["b1", "b2", "b3"]), kinds, st.sampled_from(list(State)), st.integers(-60, 60)),
        max_size=10,
    )
)
def test_only_the_oldest_open_act_of_a_booking_may_leave(acts: list[tuple[str, str, State, int]]) -> None:
    intents = [
        Intent(
            id=f"i{n}",
            seq=n,
            portal=1,
            person=1,
            kind=kind,
            subject=subject,
            created_at=NOW,
            release_at=NOW + timedelta(seconds=wait),
            state=state,
        )
        for n, (subject, kind, state, wait) in enumerate(acts)
    ]
    leaving = sendable(intents, now=NOW)
    assert len({one.subject for one in leaving}) == len(leaving)
    for one in leaving:
        assert one.state in OPEN
        assert one.state is State.SENDING or one.release_at <= NOW
        assert all(other.seq >= one.seq for other in intents if other.is_open and other.subject == one.subject)
    assert len(departures(intents, now=NOW)) == sum(one.is_open for one in intents)


def test_cancelling_leaves_before_booking() -> None:
    book = act("book", "i1", 1, slot="s", starts_at=SOON.isoformat())
    cancel = act("cancel", "i2", 2, booking="b7")
    assert [one.id for one in sendable([book, cancel], now=NOW)] == ["i2", "i1"]
