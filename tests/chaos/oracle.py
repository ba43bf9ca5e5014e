"""What must hold: the ledger of every act a person made, what the portal saw of it, and the invariants I1..I20.

Checked at every write of the portal: I1, I2a, I4, I9, I20 and one owner to a slot. After every run of a computer: I6, I13, I16, I18.
At rest: all others. Not applicable here: I5's token half is the box's own watch (`violations`, checked at rest); I17 is checked as what it
promises (kills at any await, then the same demands at rest as without them), not by comparing with a run that was not killed, because the
schedule after a kill is another; I19 (documents) belongs to tests/sync/test_documents and tests/chaos/kill_sync.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from desktop.demo import terms
from desktop.demo.portal import DemoPortal
from desktop.demo.shelf import Item
from desktop.record.acts import ACTS
from desktop.record.fhir import acts as wire
from desktop.record.intents import Intent

ACTIVE = frozenset({"proposed", "pending", "booked", "arrived", "checked-in", "waitlist"})
OVER = frozenset({"cancelled", "noshow", "entered-in-error", "fulfilled", "arrived", "checked-in"})
Json = dict[str, Any]
Name = tuple[str, str]
_MOVABLE = frozenset({"slot", "start", "end", "status", "participant", "identifier", "meta"})
_ANSWERABLE = frozenset({"status", "participant", "identifier", "meta"})
_ANNULLABLE = frozenset({"status", "identifier", "cancelationReason", "patientInstruction", "meta"})


def _is_patient(one: Json) -> bool:
    return str(one.get("actor", {}).get("reference", "")).startswith("Patient/")


def _asks(visit: Json) -> bool:
    """Say whether a clinic waits for the patient's word; the client's own reading of it is not trusted here."""
    return any(_is_patient(one) and one.get("status") == "needs-action" for one in visit.get("participant", []))


def _others(visit: Json) -> list[Json]:
    """Return who takes part, without what the patient says."""
    return [{**one, "status": ""} if _is_patient(one) else one for one in visit.get("participant", [])]


class Broken(AssertionError):
    """An invariant does not hold."""


@dataclass
class Line:
    """One act in the ledger."""

    id: str
    computer: str
    family: int
    person: str
    kind: str
    body: Json
    seq: int
    hold_until: float
    after: str | None
    old_slot: str = ""
    born: float = 0.0
    outcome: str = ""
    was_shown: bool = False
    attempts: int = 0
    writes: int = 0
    refusals: int = 0


@dataclass
class Oracle:
    """Watches one box for one seed."""

    box: DemoPortal
    was_restored: bool = False
    restored_at: float = 0.0
    ledger: dict[str, Line] = field(default_factory=dict)
    effects: set[str] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)
    carriers: defaultdict[str, set[Name]] = field(default_factory=lambda: defaultdict(set))
    slots_of: dict[str, tuple[str, ...]] = field(default_factory=dict)
    ever_of: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Every slot that a visit ever held, for the one who deletes its record."""
    order: defaultdict[Name, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    last_seq: dict[tuple[str, str], int] = field(default_factory=dict)
    history: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    changes: int = 0
    epoch: int = 0
    revoked: set[str] = field(default_factory=set)
    stood: set[tuple[str, datetime]] = field(default_factory=set)
    """Every visit and time that were ever settled between a clinic and a patient."""
    owners: dict[Name, tuple[str, ...]] = field(default_factory=dict)
    """Whose every resource is that the portal ever had; nobody's what all share."""
    backdated: set[int] = field(default_factory=set)
    _writer: str = ""

    def __post_init__(self) -> None:
        write, erase = self.box.shelf.write, self.box.shelf.erase
        for item in self.box.shelf.items("WHERE live"):
            self._index(item)

        def watched(resource: Json, method: str) -> Item:
            before = self.box.shelf.current(resource["resourceType"], resource["id"])
            item = write(resource, method)
            self._wrote(item, before)
            return item

        def erased(kind: str, name: str) -> None:
            erase(kind, name)
            self.slots_of.pop(name, None)
            # What the clinic deleted may come back by a duplicate that was under way: no client can fence that.
            for names in self.carriers.values():
                names.discard((kind, name))
            self.changes += 1
            self.history.append(f"{kind}/{name} deleted")

        self.box.shelf.write = watched  # type: ignore[method-assign]
        self.box.shelf.erase = erased  # type: ignore[method-assign]

    def say(self, invariant: str, words: str) -> None:
        """Note that an invariant is broken."""
        self.broken.append(f"{invariant}: {words}")

    @contextmanager
    def as_writer(self, name: str) -> Iterator[None]:
        """Say who writes while the body runs."""
        self._writer, before = name, self._writer
        try:
            yield
        finally:
            self._writer = before

    # --- the portal's side

    def _index(self, item: Item) -> Json:
        name = (item.type, item.id)
        self.order[name][item.version] = item.seq
        found: Json = msgspec.json.decode(item.body)
        self.owners[name] = terms.owners(found) if item.type not in terms.SHARED else ()
        if item.type != "Slot":
            for intent in wire.intents_of(found):
                self.effects.add(intent)
                known = self.ledger.get(intent)
                if known is None or ACTS[known.kind].effect in ("book", "create"):
                    self.carriers[intent].add(name)
        if item.type == "Appointment":
            is_active = found.get("status") in ACTIVE
            slots = wire.booking_seen(found).slots
            self.slots_of[item.id] = slots if is_active else ()
            self.ever_of[item.id].update(slots)
            if found.get("status") == "booked" and "start" in found:
                self.stood.add((item.id, datetime.fromisoformat(found["start"])))
        return found

    def _wrote(self, item: Item, before: Item | None) -> None:
        self.changes += 1
        found = self._index(item)
        self.history.append(f"{item.type}/{item.id} {item.version} {found.get('status', '')} {self._writer}")
        if before is not None and not before.live and self._writer:
            self.say("I4", f"{item.type}/{item.id} was deleted and is back")
        for intent in wire.intents_of(found) if item.type != "Slot" else ():
            if len(self.carriers[intent]) > 1:
                self.say("I1", f"{self._name(intent)} has {len(self.carriers[intent])} effects")
        if item.type == "Appointment":
            taken = Counter(slot for slots in self.slots_of.values() for slot in slots)
            if any(count > 1 for count in taken.values()):
                self.say("I1", "a slot has two owners")
        if self._writer and item.type != "Slot":
            self._judge(found, before.resource if before is not None and before.live else None, item)

    def _name(self, intent: str) -> str:
        known = self.ledger.get(intent)
        return f"{known.computer}'s {known.kind} {intent[-4:]}" if known else intent

    def _judge(self, found: Json, before: Json | None, item: Item) -> None:
        fresh = [one for one in wire.intents_of(found) if before is None or one not in wire.intents_of(before)]
        act = self.ledger.get(fresh[-1]) if len(fresh) == 1 else None
        if act is None:
            self.say("I9", f"a write to {item.type}/{item.id} carries {len(fresh)} new acts")
            return
        if act.hold_until > self.box.clock.monotonic():
            self.say("I20", f"{self._name(act.id)} left before its time to take it back was over")
        if act.outcome == "withdrawn":
            self.say("I20", f"{self._name(act.id)} was taken back and happened")
        lane = (act.computer, item.id)
        if self.last_seq.get(lane, 0) > act.seq:
            self.say("I9", f"{self._name(act.id)} overtaken by a later act on the same booking")
        self.last_seq[lane] = max(self.last_seq.get(lane, 0), act.seq)
        parent = self.ledger.get(act.after) if act.after else None
        if parent is not None and parent.id not in self.effects:
            self.say("I9", f"{self._name(act.id)} went before the act that it waits for")
        if before is None:
            return
        effect = ACTS[act.kind].effect
        loose = {"reschedule": _MOVABLE, "accept": _ANSWERABLE}.get(effect, _ANNULLABLE)
        lost = [key for key, value in before.items() if key not in loose and found.get(key) != value]
        if lost or set(wire.intents_of(before)) - set(wire.intents_of(found)):
            self.say("I2", f"{self._name(act.id)} lost {lost or 'identifiers'}")
        if before.get("status") in OVER:
            self.say("I2", f"{self._name(act.id)} changed a booking that was {before.get('status')}")
        if effect in ("reschedule", "accept"):
            self._judge_answer(act, found, before)
        if effect == "reschedule":
            slots = wire.booking_seen(before).slots
            if act.old_slot and act.old_slot not in slots:
                self.say("I2", f"{self._name(act.id)} moved a booking that the clinic had moved meanwhile")
            if wire.booking_seen(found).slots != (act.body.get("slot"),):
                self.say("I2", f"{self._name(act.id)} put the booking elsewhere")

    def _judge_answer(self, act: Line, found: Json, before: Json) -> None:
        """Look at a word of the patient's: it is one only to what was asked, changes nobody else's word, and leaves nothing to ask."""
        name = self._name(act.id)
        if act.kind == "accept" and not _asks(before):
            self.say("I2", f"{name} agreed to what nobody proposed")
        if act.kind == "accept" and datetime.fromisoformat(found["start"]) != datetime.fromisoformat(act.body["starts_at"]):
            self.say("I2", f"{name} agreed to a time that the person never saw")
        if _asks(before) and (_asks(found) or found.get("status") != "booked"):
            self.say("I2", f"{name} answered, and the clinic still asks")
        if _others(before) != _others(found) or (not _asks(before) and before.get("participant") != found.get("participant")):
            self.say("I2", f"{name} spoke for somebody else")

    def restored(self) -> None:
        """The portal went back: what it holds is read anew; what happened once has happened."""
        self.was_restored = True
        self.restored_at = self.box.clock.monotonic()
        self.epoch += 1
        self.changes += 1
        self.carriers.clear()
        self.slots_of.clear()
        self.order.clear()
        self.last_seq.clear()
        kept = set(self.effects)
        for item in self.box.shelf.items("WHERE body <> x''"):
            self.order[item.type, item.id][item.version] = item.seq
            if item.live:
                self._index(item)
        self.effects |= kept

    # --- the wire

    def saw_address(self, path: tuple[str, ...]) -> None:
        """Look at where a request goes."""
        if len(path) > 1 and path[1] in self.ledger:
            self.say("I9", "an id made here went on the wire as an address")

    def saw_write(self, computer: str, path: tuple[str, ...], body: bytes) -> Line | None:
        """Look at a write before the line does anything to it; return whose it is."""
        try:
            found = msgspec.json.decode(body)
        except msgspec.MsgspecError:
            return None
        carried = wire.intents_of(found) if isinstance(found, dict) else ()
        act = self.ledger.get(carried[-1]) if carried else None
        if act is not None:
            act.writes += 1
        return act

    # --- the person's side

    def accepted(self, intent: Intent, *, computer: str, family: int, person: str, hold_until: float) -> None:
        """Note an act that is on disk."""
        self.ledger[intent.id] = Line(
            intent.id, computer, family, person, intent.kind, dict(intent.body), intent.seq, hold_until, intent.after, intent.seen.old_slot,
            self.box.clock.monotonic(),
        )

    def began(self, intent: Intent) -> None:
        """Note an attempt, and what the act has become by re-basing."""
        act = self.ledger[intent.id]
        act.attempts += 1
        act.body, act.old_slot = dict(intent.body), intent.seen.old_slot

    def ended(self, id: str, outcome: str) -> None:
        """Note what the person was told; a refusal that nobody uttered must not be told (I12)."""
        if outcome == "clash:refused" and not self.ledger[id].refusals:
            self.say("I12", f"{self._name(id)} is told to be refused, and nobody refused it")
        self.ledger[id].outcome = outcome
        self.history.append(f"end {self._name(id)} {outcome}")
        self.counts[outcome] += 1

    def was_gone(self, intent: Intent) -> None:
        """Check the reason of a decision: a time that is told to be gone must not have been free all the while (I12)."""
        item = self.box.shelf.current("Slot", str(intent.body.get("slot")))
        if item is None or not item.live or self.was_restored:
            return
        if item.resource["status"] == "free" and item.updated < self.box.shelf.now_ms() - 120_000:
            self.say("I12", f"{self._name(intent.id)} is told that {item.id} is gone, and it was free all the while")

    def is_alive(self, act: Line) -> bool:
        """Say whether the portal carries the effect of an act now."""
        if ACTS[act.kind].effect in ("book", "create"):
            names = self.carriers.get(act.id, set())
        else:
            names = {("Appointment", str(act.body.get("booking")))}
        for kind, id in names:
            found = self.box.resource(kind, id)
            if found is not None and act.id in wire.intents_of(found):
                return True
        return False
