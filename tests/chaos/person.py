"""Who sits at a computer of the chaos machine: books, moves, cancels, answers a clinic, decides, and thinks again.

Does not own: the process and its disk (computer), what happens by itself (happenings).
"""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import msgspec

from desktop.errors import DiskFull, UsageError
from desktop.record.fhir import acts as wire
from desktop.record.intents import Intent, Seen, State

if TYPE_CHECKING:
    from tests.chaos.computer import Computer

ACTS_OF_A_PERSON: Final = (
    "book", "book", "book", "book", "reschedule", "reschedule", "cancel", "cancel", "edit", "edit", "withdraw", "waitlist", "house_call",
    "ask", "decide", "decide", "decide",
)  # fmt: skip
ANSWERS: Final = ("accept", "accept", "accept", "cancel", "reschedule")
UNDO_S: Final = 10.0


class Person:
    """The acts of the people at one computer; whatever they do, they begin the program first where it is not up."""

    def __init__(self, computer: Computer, *, seed: int) -> None:
        self._computer = computer
        self.rng = random.Random(f"{seed}/{computer.name}/person")
        self.words = random.Random(f"{seed}/{computer.name}/answers")
        """Answers and second thoughts are drawn from a number of their own, so that the other acts fall as they always did."""

    def act(self) -> None:
        """Do one thing that a person does."""
        people = self._sit_down()
        if not people:
            return
        kind = self.rng.choice(ACTS_OF_A_PERSON)
        try:
            self._act(kind, self.rng.choice(people))
        except DiskFull:
            self._refused()
        self._computer.oracle.counts[f"person:{kind}"] += 1

    def send_for_help(self) -> None:
        """Ask for what a person asks for when nothing else works."""
        for kind in ("waitlist", "house_call", "book", "book"):
            if people := self._sit_down():
                self._act(kind, self.rng.choice(people))

    def answer(self) -> None:
        """Say yes or no to a time that a clinic proposes, or take another one."""
        self._sit_down()
        asked = [(owner, booking) for owner, booking in self._bookings() if wire.is_asked(booking)]
        if not asked:
            return
        owner, booking = self.words.choice(asked)
        kind, slot = self.words.choice(ANSWERS), self._slot_body(self.words)
        body: dict[str, Any] = {"booking": booking["id"]}
        if kind == "accept":
            body["starts_at"] = booking["start"]
        elif kind == "reschedule":
            if slot is None:
                return
            body |= slot
        try:
            self._accept(kind, owner, body, self._seen(booking), rng=self.words)
        except DiskFull:
            self._refused()
        self._computer.oracle.counts[f"answer:{kind}"] += 1

    def move_something(self) -> None:
        """Ask for another time for one visit."""
        self._sit_down()
        mine, slot = self._bookings(), self._slot_body(self.words)
        if mine and slot:
            owner, booking = self.words.choice(mine)
            self._accept("reschedule", owner, {"booking": booking["id"], **slot}, self._seen(booking), rng=self.words)

    def settle_something(self) -> None:
        """Decide one thing that waits, for good."""
        self._sit_down()
        self._decide(self.words, slot=self._slot_body(self.words))

    def think_again(self, after_s: float | None = None) -> None:
        """Decide something, and a little later take the decision back: within the ten seconds, or when it may be too late."""
        self._sit_down()
        try:
            decided = self._decide(self.words, hold_s=UNDO_S)
        except DiskFull:
            self._refused()
            return
        if decided is None:
            return
        later = asyncio.get_running_loop().call_later
        if decided[1] and after_s is None and self.words.random() < 0.5:
            later(self.words.uniform(UNDO_S, 9.0 * UNDO_S), self._withdraw_decided, decided[1])
        else:
            later(self.words.uniform(0.5, 3.0 * UNDO_S) if after_s is None else after_s, self._take_back, *decided, after_s is not None)

    def _withdraw_decided(self, made: str) -> None:
        self._sit_down()
        if self._computer.acting.get(made) is not None:
            with suppress(DiskFull, UsageError):
                self._computer.acting.withdraw(made)
                self._computer.oracle.counts["decided_withdrawn"] += 1

    def _take_back(self, clash: str, made: str, must_be_back: bool) -> None:
        self._sit_down()
        oracle = self._computer.oracle
        try:
            is_back = self._computer.acting.take_back(clash, made)
        except DiskFull:
            self._refused()
            return
        oracle.counts["thought_again" if is_back else "thought_again_too_late"] += 1
        if must_be_back and not is_back:
            oracle.say("I20", f"{self._computer.name} could not take a decision back at once")

    def regret(self) -> None:
        """Take back what the program was about when it died."""
        self._sit_down()
        for one in self._computer.acting.open(self._computer.portal):
            if self._computer.oracle.ledger[one.id].attempts:
                with suppress(DiskFull):
                    self._computer.acting.withdraw(one.id)

    # --- one act

    def _sit_down(self) -> list[int]:
        if not self._computer.is_up:
            self._computer.start()
        return self._computer.people()

    def _refused(self) -> None:
        self._computer.oracle.counts["act_refused_by_disk"] += 1

    def _slot_body(self, rng: random.Random) -> dict[str, Any] | None:
        # People want the soonest: that is where they meet.
        place = int(rng.expovariate(0.6))
        rows = self._computer.vault.replica.rows("Slot", person=0, status="free", newest_first=False, limit=place + 1)
        if not rows:
            return None
        slot = msgspec.json.decode(rows[-1].body or b"{}")
        return {"slot": slot["id"], "starts_at": slot["start"], "ends_at": slot["end"]}

    def _bookings(self) -> list[tuple[int, dict[str, Any]]]:
        found = []
        for row in self._computer.vault.replica.rows("Appointment", person=None):
            body = msgspec.json.decode(row.body or b"{}")
            if body.get("status") in ("booked", "pending", "proposed") and body.get("slot"):
                found.append((row.person, body))
        return found

    def _seen(self, booking: dict[str, Any]) -> Seen:
        old = wire.booking_seen(booking).slots[0]
        held = self._computer.vault.replica.get("Slot", old)
        return Seen(
            booking_version=wire.version_of(booking), starts_at=str(booking.get("start", "")), old_slot=old,
            old_slot_version=wire.version_of(msgspec.json.decode(held)) if held else "",
        )  # fmt: skip

    def _accept(self, kind: str, person: int, body: dict[str, Any], seen: Seen | None = None, *, rng: random.Random | None = None) -> None:
        hold_s = (rng or self.rng).choice((0.0, UNDO_S))
        self._computer.acting.accept(kind, portal=self._computer.portal, person=person, body=body, seen=seen, hold_s=hold_s)

    def _act(self, kind: str, person: int) -> None:
        rng, slot, acting = self.rng, self._slot_body(self.rng), self._computer.acting
        mine = self._bookings()
        open_acts = list(acting.open(self._computer.portal))
        books = [one for one in open_acts if one.kind == "book"]
        match kind:
            case "book" if slot:
                self._accept("book", person, slot)
            case "reschedule" if slot and mine:
                owner, booking = rng.choice(mine)
                self._accept("reschedule", owner, {"booking": booking["id"], **slot}, self._seen(booking))
            case "cancel" if mine:
                owner, booking = rng.choice(mine)
                self._accept("cancel", owner, {"booking": booking["id"], "reason": "cant_come"}, self._seen(booking))
            case "edit" if books and slot:
                book = rng.choice(books)
                if rng.random() < 0.6:
                    self._accept("reschedule", book.person, {"booking": book.id, **slot})
                else:
                    self._accept("cancel", book.person, {"booking": book.id})
            case "withdraw" if open_acts:
                self._withdraw(open_acts)
            case "waitlist":
                self._accept("waitlist.join", person, {"specialty": "Окулист", "from": "2026-05-15", "to": "2026-06-15"})
            case "house_call":
                body = {"address": "ул. Речная, 3", "phone": "+70000000000", "symptoms": "жар", "on": "2026-05-14", "no_red_flags": True}
                self._accept("house_call", person, body)
            case "ask":
                self._accept("document.request", person, {"type": "extract"})
            case "decide":
                self._decide(rng, slot=slot)

    def _code(self) -> str:
        """Ask the relative, who reads out the newest message, most often without a mistake."""
        sent = self._computer.box.relatives.messages
        is_right = bool(sent) and self.words.random() < 0.7
        self._computer.oracle.counts["code:right" if is_right else "code:wrong"] += 1
        return sent[-1].code if is_right else "ошибка"

    def _withdraw(self, open_acts: list[Intent]) -> None:
        leaving = [one for one in open_acts if one.state is State.SENDING]
        one = self.rng.choice(leaving or open_acts)
        if not self._computer.acting.withdraw(one.id) and one.kind == "book":
            self._accept("cancel", one.person, {"booking": one.id})

    def _decide(self, rng: random.Random, *, slot: dict[str, Any] | None = None, hold_s: float = 0.0) -> tuple[str, str] | None:
        """Decide what waits; return the clash and the act that it became."""
        waiting = self._computer.acting.clashes()
        if not waiting:
            return None
        clash = rng.choice(waiting)
        choice = rng.choice(clash.choices)
        is_timed = choice == "other_slot"
        slot = (slot or self._slot_body(rng)) if hold_s and is_timed else slot
        if is_timed and slot is None:
            return None
        code = self._code() if choice == "enter_code" else ""
        made = self._computer.acting.decide(clash.id, choice, slot=slot if is_timed else None, code=code, hold_s=hold_s)
        return clash.id, made.id if made else ""
