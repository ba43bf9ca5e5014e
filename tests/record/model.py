"""A portal small enough to reason about: slots, bookings, versions, lost answers. For the tests of the pure decisions only."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from desktop.record import merge
from desktop.record.intents import Intent, Seen

START = datetime(2026, 5, 20, 9, 0, tzinfo=UTC)


@dataclass
class Portal:
    """Applies steps conditionally, as every server measured does; may lose an answer after the effect."""

    dice: random.Random
    slots: dict[str, merge.SlotSeen] = field(default_factory=dict)
    bookings: dict[str, merge.BookingSeen] = field(default_factory=dict)
    edits: int = 0

    def version(self) -> str:
        self.edits += 1
        return f"v{self.edits}"

    def add_slot(self, name: str, hours: int) -> None:
        self.slots[name] = merge.SlotSeen(
            id=name, version=self.version(), status="free", starts_at=START + timedelta(hours=hours)
        )

    def own(self, intent: Intent) -> merge.BookingSeen | None:
        return next((one for one in self.bookings.values() if intent.id in one.intents), None)

    def do(self, step: merge.Step, intent: Intent) -> str:
        """Apply a step if its precondition holds; return a refusal code or nothing, as a client that reads carefully would."""
        if isinstance(step, merge.Claim | merge.Release):
            slot = self.slots[step.slot]
            if slot.version == step.version:
                mine = isinstance(step, merge.Claim)
                claim = frozenset({intent.id}) if mine else frozenset()
                self.slots[step.slot] = replace(
                    slot, version=self.version(), status="busy" if mine else "free", claimed_by=claim
                )
        elif isinstance(step, merge.Create):
            if self.own(intent) is None:
                slot = self.slots[str(intent.body["slot"])]
                if self.dice.random() < 0.1:
                    return "already_booked"
                name = f"b{len(self.bookings)}"
                self.bookings[name] = merge.BookingSeen(
                    id=name,
                    version=self.version(),
                    status="booked",
                    starts_at=slot.starts_at,
                    slots=(slot.id,),
                    intents=(intent.id,),
                )
        elif isinstance(step, merge.Move):
            booking = self.bookings[step.booking]
            if booking.version == step.version:
                slot = self.slots[str(intent.body["slot"])]
                self.bookings[step.booking] = replace(
                    booking,
                    version=self.version(),
                    starts_at=slot.starts_at,
                    slots=(slot.id,),
                    intents=(*booking.intents, intent.id),
                )
        elif isinstance(step, merge.Annul):
            booking = self.bookings[step.booking]
            if booking.version == step.version:
                self.bookings[step.booking] = replace(
                    booking, version=self.version(), status="cancelled", intents=(*booking.intents, intent.id)
                )
        return ""

    def meddle(self) -> None:
        """Let the clinic or another patient do something between two steps."""
        what = self.dice.randrange(5)
        if what == 0:
            free = [slot for slot in self.slots.values() if slot.status == "free"]
            if free:
                slot = self.dice.choice(free)
                self.slots[slot.id] = replace(
                    slot, version=self.version(), status="busy", claimed_by=frozenset({"stranger"})
                )
        elif what == 1 and self.bookings:
            booking = self.dice.choice(list(self.bookings.values()))
            self.bookings[booking.id] = replace(
                booking, version=self.version(), status=self.dice.choice(["cancelled", "booked"])
            )
        elif what == 2 and self.bookings:
            booking = self.dice.choice(list(self.bookings.values()))
            if booking.starts_at is not None:
                self.bookings[booking.id] = replace(
                    booking, version=self.version(), starts_at=booking.starts_at + timedelta(minutes=20)
                )


def intent(kind: str, name: str, **body: object) -> Intent:
    """Return an open intent of the year's middle."""
    moment = datetime(2026, 5, 14, 9, 0, tzinfo=UTC)
    return Intent(
        id=name,
        seq=1,
        portal=1,
        person=1,
        kind=kind,
        subject=str(body.get("booking", name)),
        body=body,
        seen=Seen(),
        created_at=moment,
        release_at=moment,
    )
