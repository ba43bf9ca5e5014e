"""Intents: what a person wants, from the click until the portal's word, as values.

Owns: the shape of an intent, its states and the moves between them, which intents may be sent now and in which order.
Does not own: keeping them (store/outbox), sending them (sync/push), showing them (record/project).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from desktop import limits
from desktop.record.acts import ACTS

IDENTIFIER_SYSTEM: Final = "urn:medkarta:intent"
"""System of the identifier under which an act's effect is recognised on the portal, whatever the network did."""

BUSY: Final = "busy"
"""Why an act waits when the portal itself has named the time: nobody may be quicker than that."""


class State(StrEnum):
    """Where an intent is. HELD, READY, SENDING, WAITING are open; the others are ends."""

    HELD = "held"
    READY = "ready"
    SENDING = "sending"
    WAITING = "waiting"
    APPLIED = "applied"
    CLASHED = "clashed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


OPEN: Final = frozenset({State.HELD, State.READY, State.SENDING, State.WAITING})
MOVES: Final[Mapping[State, frozenset[State]]] = {
    State.HELD: frozenset({State.READY, State.WITHDRAWN, State.ENDED}),
    State.READY: frozenset({State.SENDING, State.WITHDRAWN, State.CLASHED, State.REJECTED, State.ENDED, State.WAITING}),
    State.SENDING: frozenset({State.READY, State.APPLIED, State.CLASHED, State.REJECTED, State.WAITING, State.ENDED}),
    State.WAITING: frozenset({State.READY, State.SENDING, State.WITHDRAWN, State.CLASHED, State.REJECTED, State.ENDED}),
    # An effect that shows up late overturns what was believed (invariant I12).
    State.CLASHED: frozenset({State.APPLIED, State.WITHDRAWN, State.ENDED}),
    State.REJECTED: frozenset({State.APPLIED, State.WITHDRAWN, State.ENDED}),
    State.WITHDRAWN: frozenset({State.APPLIED}),
    State.APPLIED: frozenset(),
    State.ENDED: frozenset({State.APPLIED}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The precondition: what the person saw when they decided. Versions are the portal's opaque words."""

    booking_version: str = ""
    starts_at: str = ""
    slot_version: str = ""
    old_slot: str = ""
    old_slot_version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """One act. `id` is a UUID made here; `seq` is the outbox's gap-free number; `after` names the intent whose outcome it needs.

    `revision` grows when the person changes an unsent act: an answer settles only the revision that was sent.
    """

    id: str
    seq: int
    portal: int
    person: int
    kind: str
    subject: str
    body: Mapping[str, Any] = field(default_factory=dict)
    seen: Seen = Seen()
    created_at: datetime
    release_at: datetime
    state: State = State.HELD
    revision: int = 1
    tries: int = 0
    next_try_at: datetime | None = None
    after: str | None = None
    reason: str = ""
    answer: str = ""
    decides: str = ""
    """The clash that it settles by a person's choice: while it has not left, taking it back lets that decision wait again."""

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def may_have_left(self) -> bool:
        """Say whether the portal may already know of it: then it cannot simply be forgotten."""
        return self.state is State.SENDING or self.tries > 0

    @property
    def identifier(self) -> str:
        """Return the token under which a portal is searched for this act's effect."""
        return f"{IDENTIFIER_SYSTEM}|{self.id}"

    def moved(self, state: State, *, reason: str = "", answer: str = "", next_try_at: datetime | None = None) -> Intent:
        """Return the intent in another state. *Raises* ValueError for a move that the table forbids."""
        if state is not self.state and state not in MOVES[self.state]:
            raise ValueError(f"{self.state} -> {state}")
        tries = self.tries + 1 if state is State.SENDING else self.tries
        return replace(
            self, state=state, reason=reason, answer=answer or self.answer, next_try_at=next_try_at, tries=tries
        )


def sendable(intents: Iterable[Intent], *, now: datetime) -> tuple[Intent, ...]:
    """Return the intents that may leave now, in the order of leaving.

    At most one per subject, the oldest: what came later on the same booking waits for its outcome. Acts that free a place go first.
    An act that was interrupted (SENDING) leads its subject, and is asked about again when its back-off is over, not before.
    """
    everything = sorted(intents, key=lambda one: one.seq)
    by_id = {one.id: one for one in everything}
    taken: set[tuple[int, str]] = set()
    chosen = []
    for one in everything:
        lane = (one.person, one.subject)
        if not one.is_open or lane in taken:
            continue
        taken.add(lane)
        is_held = one.state is not State.SENDING and _is_ahead(one.release_at, now)
        if is_held or _is_ahead(one.next_try_at, now):
            continue
        parent = by_id.get(one.after) if one.after else None
        if parent is not None and parent.is_open:
            continue
        chosen.append(one)
    chosen.sort(key=lambda one: (not _is_first(one), one.seq))
    return tuple(chosen)


def at_once(intents: Iterable[Intent]) -> tuple[Intent, ...]:
    """Return the intents as they stand when a person says "send now": our own back-off is over, the portal's wish to wait is not."""
    return tuple(replace(one, next_try_at=None) if one.next_try_at and one.reason != BUSY else one for one in intents)


def together(ready: Iterable[Intent], *, beside: Iterable[Intent], room: int) -> tuple[Intent, ...]:
    """Choose, of those that may leave, the ones that may be on their way at the same time as each other and those `beside` them.

    Two acts that touch the same thing keep their order, and nothing takes a place while an act that frees one is under way.
    """
    under_way = list(beside)
    touched = {thing for one in under_way for thing in _touches(one)}
    waiting = list(ready)
    frees_first = any(_is_first(one) for one in (*under_way, *waiting))
    chosen: list[Intent] = []
    for one in waiting:
        if len(chosen) >= room:
            break
        mine = _touches(one)
        if not mine & touched and _is_first(one) == frees_first:
            chosen.append(one)
        touched |= mine
    return tuple(chosen)


def _is_first(intent: Intent) -> bool:
    return intent.kind in ACTS and ACTS[intent.kind].is_first


def _touches(intent: Intent) -> set[tuple[object, ...]]:
    """Name what an act changes or depends on: its booking, its slots, the person's hours, whatever it asks about."""
    body, person = intent.body, intent.person
    things: set[tuple[object, ...]] = {("subject", person, intent.subject)}
    things |= {("slot", name) for name in (body.get("slot"), intent.seen.old_slot) if name}
    if body.get("booking"):
        things.add(("booking", body["booking"]))
    act = ACTS.get(intent.kind)
    if act is None or act.effect in ("book", "reschedule", "accept"):
        things.add(("hours", person))
    elif act.effect == "create" and act.resource != "Appointment":
        things.add(("about", person, body["subject"]) if body.get("subject") else (intent.kind, person, body.get("clinic_id")))
    return things


def _is_ahead(moment: datetime | None, now: datetime) -> bool:
    """Say whether to wait for a moment. One further ahead than any wait of ours was noted by a clock that has been set back since."""
    return moment is not None and now < moment <= now + timedelta(seconds=2 * limits.RETRY_CAP_S)


def is_asked_to_wait(intents: Iterable[Intent], *, now: datetime) -> bool:
    """Say whether the portal has named a time before which it wants nothing more of these acts."""
    return any(one.is_open and one.reason == BUSY and _is_ahead(one.next_try_at, now) for one in intents)


def departures(intents: Iterable[Intent], *, now: datetime) -> tuple[datetime, ...]:
    """Return when each open act may leave by itself: after its grace, its back-off, and what its portal has asked for."""
    some = [one for one in intents if one.is_open]
    floor: dict[int, datetime] = {}
    for one in some:
        if one.reason == BUSY and one.next_try_at is not None and _is_ahead(one.next_try_at, now):
            floor[one.portal] = max(one.next_try_at, floor.get(one.portal, now))
    return tuple(max(one.release_at, one.next_try_at or one.release_at, floor.get(one.portal, one.release_at)) for one in some)
