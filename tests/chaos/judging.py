"""What must hold when a seed has come to rest; oracle.py watches what must hold all the while."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from desktop import limits
from desktop.demo.portal import DemoPortal
from desktop.record.acts import ACTS
from desktop.record.fhir import acts as wire
from desktop.record.fhir import read
from desktop.record.kinds import BY_TYPE
from desktop.store.deciding import DECIDED
from tests.chaos import small
from tests.chaos.computer import Computer
from tests.chaos.oracle import ACTIVE, Oracle

_TYPES: Final = frozenset(kind.type for kind in small.KINDS)


class Judge:
    """Looks at the box and at every computer."""

    def __init__(self, box: DemoPortal, oracle: Oracle, computers: Sequence[Computer], *, excused: set[str]) -> None:
        self.box = box
        self.oracle = oracle
        self.computers = computers
        self.excused = excused

    def differences(self, computer: Computer) -> list[str]:
        """Return what a computer has otherwise than the portal."""
        kept = computer.kept()
        aside = {(one.type, one.id) for one in computer.vault.replica.quarantine()}
        shared = kept.pop("")
        found = []
        for who, rows in kept.items():
            there = {name: version for name, version in self.box.snapshot(who).items() if name not in aside and name[0] in _TYPES}
            here = {**rows, **shared}
            found += [f"{type_}/{id} {here.get((type_, id))} {there.get((type_, id))}" for type_, id in sorted(
                name for name in here.keys() | there.keys() if here.get(name) != there.get(name))]
        return found

    def judge(self) -> None:
        """Hold everything that must hold at rest, and say what does not."""
        oracle = self.oracle
        for words in self.box.violations:
            oracle.say("I5", words)
        for computer in self.computers:
            for words in self.differences(computer)[:3]:
                oracle.say("I3", f"{computer.name}: {words}")
            self._judge_rows(computer)
        shown = {one.id: one for computer in self.computers for one in computer.acting.shown()}
        waiting = {clash.intent.id for computer in self.computers for clash in computer.acting.clashes()}
        purged = {who for computer in self.computers for who in small.FAMILIES[computer.family]
                  if who not in {one.patient_id for one in computer.vault.people.of()}}  # fmt: skip
        for act in oracle.ledger.values():
            if act.person in purged:
                continue
            self._judge_act(act, shown, waiting)
        self._judge_claims(purged)

    def _judge_act(self, act: Any, shown: dict[str, Any], waiting: set[str]) -> None:
        oracle, name = self.oracle, self.oracle._name(act.id)
        state = shown[act.id].state if act.id in shown else None
        if state is not None and shown[act.id].is_open:
            oracle.say("I8", f"{name} is still {state} after {act.attempts} attempts")
        elif state is None and not act.outcome:
            oracle.say("I2", f"{name} is gone without an outcome")
        elif state is not None and act.id not in waiting:
            oracle.say("I1", f"{name} is {state} and no decision is shown")
        if act.writes > 120:
            oracle.say("I10", f"{name} was written {act.writes} times")
        if act.outcome.startswith("clash") and state is None:
            oracle.say("I1", f"{name} is told to wait for a decision ({act.outcome}), and there is none")
        if act.outcome == "applied" and ACTS[act.kind].effect != "cancel" and act.id not in oracle.effects and not self._stood(act):
            oracle.say("I2", f"{name} is told to be done and was not")
        if oracle.was_restored and act.born <= oracle.restored_at:
            # What was under way when the portal went back may land in another history: no client can fence that.
            return
        if act.outcome == "withdrawn" and act.id in oracle.effects:
            oracle.say("I20", f"{name} was taken back and happened")
        if act.outcome.startswith("clash") and oracle.is_alive(act):
            oracle.say("I12", f"{name} is told to have failed ({act.outcome}) and stands")
        if act.outcome == "applied" and ACTS[act.kind].effect == "cancel":
            found = self.box.resource("Appointment", str(act.body.get("booking")))
            if found is not None and found["status"] in ACTIVE:
                oracle.say("I2", f"{name} is told to be done and the booking stands")

    def _stood(self, act: Any) -> bool:
        """Say whether what a person agreed to was settled without this word of theirs, by another of the family or by telephone."""
        return act.kind == "accept" and (act.body["booking"], datetime.fromisoformat(act.body["starts_at"])) in self.oracle.stood

    def _judge_rows(self, computer: Computer) -> None:
        database, oracle = computer.vault.database, self.oracle
        for one in computer.vault.replica.quarantine():
            if computer.vault.replica.get(one.type, one.id) is not None and one.reason not in ("person", "unasked"):
                oracle.say("I7", f"{computer.name} shows an old copy of {one.type}/{one.id}")
            there = self.box.shelf.current(one.type, one.id)
            is_asked = one.type in _TYPES and (BY_TYPE[one.type].is_shared == (one.person == 0))
            # What a spoiled page brought under a type that is not asked for there stays aside until the person clears it.
            if not is_asked:
                continue
            if there is None or not there.live or there.version != one.version:
                oracle.say("I7", f"{computer.name} keeps {one.type}/{one.id} aside that is not there so")
        known = {one.id for one in computer.vault.people.of()} | {0}
        for table in ("resource", "clash", "cursor", "quarantine", "document"):
            rows = {row[0] for row in database.all(f"SELECT DISTINCT person FROM {table}")}
            strange = {row for row in rows if row not in known and -1 - row not in known}
            if strange:
                oracle.say("I14", f"{computer.name}: {table} has rows of {strange}")
        if any(one.is_sealed for one in computer.vault.people.of()):
            oracle.say("I14", f"{computer.name}: somebody is sealed and never purged")
        left = database.all("SELECT DISTINCT person FROM outbox WHERE state <> 'GONE'")
        if {row[0] for row in left} - known:
            oracle.say("I14", f"{computer.name}: the outbox has acts of somebody who is gone")
        # What the next exchange would begin with: the last one of a seed has only just read the portal, and may have seen a claim come back.
        computer.acting.tidy()
        checked_at = read.moment(computer.vault.settings.get("sync.checked_at"))
        settled = {one.intent: one.settled_at for one in computer.vault.clashes.list(is_open=False)}
        kept = [
            one.id for one in computer.acting.ended(computer.portal)
            if one.reason == DECIDED and not computer.acting.is_held_in_vain(one)
            and not ("slot" in one.body and one.tries and _may_land(settled.get(one.id), checked_at))
        ]  # fmt: skip
        if kept:
            oracle.say("I8", f"{computer.name} keeps {len(kept)} acts for decisions that nobody can take back any more")
        if not computer.vault.outbox.is_whole():
            oracle.say("I15", f"{computer.name}: the outbox has a gap")
        for one in computer.vault.people.of():
            for row in computer.vault.replica.rows(("Observation", "Appointment"), person=one.id, limit=500):
                if f'Patient/{one.patient_id}"'.encode() not in (row.body or b""):
                    oracle.say("I5", f"{computer.name}: {row.type}/{row.id} lies in another person's record")

    def _judge_claims(self, purged: set[str]) -> None:
        held = {slot for slots in self.oracle.slots_of.values() for slot in slots}
        for item in self.box.shelf.items("WHERE live AND type='Slot' ORDER BY id"):
            slot = item.resource
            claims = wire.intents_of(slot)
            if slot["status"] == "busy" and claims and item.id not in held | self.excused:
                acts = [self.oracle.ledger[one] for one in claims if one in self.oracle.ledger]
                is_old = self.oracle.was_restored and any(act.born <= self.oracle.restored_at for act in acts)
                if not is_old and not any(act.person in purged for act in acts):
                    self.oracle.say("I8", f"{item.id} is held for {[self.oracle._name(act.id) + ' ' + act.outcome for act in acts]}")


def _may_land(settled_at: datetime | None, checked_at: datetime | None) -> bool:
    """Say whether a claim from before a decision may land after the portal was last read."""
    return settled_at is not None and (checked_at is None or (checked_at - settled_at).total_seconds() < limits.LATE_CLAIM_S)
