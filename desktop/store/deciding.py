"""Decisions of a person about acts that clashed: on disk at the click, and for a few seconds more able to be taken back.

Owns: settling a clash, the act that a choice becomes, bringing a decision back.
Does not own: the choices (record/clashes), how an act lies in the outbox (acting).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from desktop import limits
from desktop.errors import UsageError
from desktop.record import clashes as kinds
from desktop.record.acts import checked
from desktop.record.fhir import acts as wire
from desktop.record.fhir import lens_bookings, read
from desktop.record.intents import OPEN, Intent, Seen, State
from desktop.record.project import is_past
from desktop.record.uploads import files_of
from desktop.store.clashes import StoredClash
from desktop.store.vault import Vault

DECIDED: Final = "decided"
"""Reason of an act whose clash is settled: kept as long as its decision can be taken back, or a claim of it may land late."""
OPEN_NAMES: Final = tuple(sorted(str(state) for state in OPEN))


class Deciding:
    """What acts (store/acting) know of decisions. *Thread*: store thread."""

    _vault: Vault

    def get(self, id: str) -> Intent | None:
        """Return one act that is not gone."""
        raise NotImplementedError

    def _add(
        self, kind: str, *, portal: int, person: int, body: Mapping[str, Any], seen: Seen, hold_s: float,
        facts: Mapping[str, object] | None, decides: str = "",
    ) -> Intent:
        raise NotImplementedError

    def _save(self, intent: Intent) -> None:
        raise NotImplementedError

    def _remove(self, intent: Intent, *, but: Mapping[str, Any] | None = None) -> None:
        raise NotImplementedError

    def _take_away(self, intent: Intent, *, but: Mapping[str, Any] | None = None) -> None:
        raise NotImplementedError

    def clashes(self, *, person: int | None = None) -> tuple[kinds.Clash, ...]:
        """Return the decisions that wait, oldest first."""
        found = []
        for stored in self._vault.clashes.list(person=person):
            intent = self.get(stored.intent)
            if intent is not None:
                found.append(self._clash(stored, intent))
        return tuple(found)

    def _clash(self, stored: StoredClash, intent: Intent) -> kinds.Clash:
        """Read a clash as it stands today: once the visit that it is about is over, nothing of it can be changed any more."""
        kind = str(stored.basis["kind"])
        booking = str(stored.theirs.get("booking", "")) if kinds.needs_visit(kind, intent.kind) else ""
        if booking and (body := self._vault.replica.get("Appointment", booking)) is not None:
            visit = lens_bookings.visit(read.parse(body), person=intent.person)
            kind = "too_late" if is_past(visit, self._vault.clock.now()) else kind
        return kinds.Clash(
            id=stored.id, intent=intent, kind=kind, theirs=stored.theirs, found_at=stored.at, decided_at=stored.settled_at
        )

    def decide(
        self, clash_id: str, choice: str, *, slot: Mapping[str, Any] | None = None, code: str = "", hold_s: float = 0.0
    ) -> Intent | None:
        """Carry out a choice: the clash is settled, its act ends, and the act that the choice becomes is accepted, all at once.

        For `take_back` the ended act is kept as long as what it became is open, and `hold_s` in any case. *Raises* UsageError decide.*.
        """
        with self._vault.acts():
            stored = self._vault.clashes.get(clash_id)
            intent = self.get(stored.intent) if stored else None
            if stored is None or intent is None:
                raise UsageError("decide.unknown")
            clash = self._clash(stored, intent)
            new = kinds.decide(clash, choice, slot=slot, code=code)
            self._vault.clashes.settle(clash_id, choice)
            if new is not None or hold_s > 0:
                self._save(replace(intent, reason=DECIDED))
            else:
                self._let_go(intent)
            self._vault.journal.add("clash.decided", intent.person, {"kind": clash.kind, "choice": choice, "intent": intent.id})
            if new is None:
                return None
            body = checked(new.kind, new.body)
            return self._add(
                new.kind, portal=intent.portal, person=intent.person, body=body, seen=new.seen, hold_s=hold_s, facts=None, decides=clash_id
            )

    def take_back(self, clash_id: str, made: str = "") -> bool:
        """Open a decision again and withdraw the act that it had become. False when that may have left or ended, or time is over."""
        with self._vault.acts():
            stored = self._vault.clashes.get(clash_id)
            intent = self.get(stored.intent) if stored else None
            if stored is None or intent is None or intent.reason != DECIDED:
                return False
            new = self.get(made) if made else None
            is_in_time = new is not None and not new.may_have_left if made else _is_fresh(stored, self._vault.clock.now())
            if not is_in_time:
                return False
            if new is not None:
                self._take_away(new, but=intent.body)
            kind = str(stored.basis["kind"])
            self._save(replace(intent, reason=kind))
            self._vault.clashes.reopen(clash_id)
            self._vault.journal.add("clash.reopened", intent.person, {"kind": kind, "act": intent.kind, "intent": intent.id})
        return True

    def _let_go(self, intent: Intent, *, but: Mapping[str, Any] | None = None) -> None:
        """Settle an act that is over: at once, or, where a claim of it may land late and must be handed back then, by `tidy`."""
        if _may_land(intent):
            self._save(replace(intent, reason=DECIDED))
        else:
            self._remove(intent, but=but)

    def effects(self, kind: str, person: int) -> Iterator[tuple[str, str]]:
        """Return the acts whose effect a person's stored resources of a kind show: (act's id, resource's id) pairs."""
        place = None
        while rows := self._vault.replica.rows(kind, person=person, after=place, limit=limits.PAGE_COUNT):
            for row in rows:
                resource = msgspec.json.decode(row.body or b"{}")
                yield from ((id, str(resource["id"])) for id in wire.intents_of(resource))
            place = rows[-1].place

    def is_held_in_vain(self, intent: Intent) -> bool:
        """Say whether a slot, as last seen, is held for an act that has ended, and no booking of it stands."""
        body = self._vault.replica.get("Slot", str(intent.body["slot"]), portal=intent.portal) if "slot" in intent.body else None
        if body is None or intent.id not in wire.slot_seen(msgspec.json.decode(body)).claimed_by:
            return False
        return all(id != intent.id for id, _ in self.effects("Appointment", intent.person))

    def tidy(self) -> None:
        """Let go of the acts behind decisions that can no longer be taken back, and whose claims have landed if they ever do."""
        ends = (str(State.CLASHED), str(State.REJECTED))
        decided = [act.id for act in self._vault.outbox.by_state(ends) if act.facts.get("reason") == DECIDED]
        if not decided:
            return
        now, checked_at = self._vault.clock.now(), read.moment(self._vault.settings.get("sync.checked_at"))
        settled = {one.intent: one for one in self._vault.clashes.list(is_open=False)}
        others = [act for act in self._vault.outbox.by_state((*OPEN_NAMES, *ends)) if act.facts.get("reason") != DECIDED]
        waited_for = {act.facts.get("decides") for act in others if act.state in OPEN_NAMES}
        going_on = [one for act in others for _, one in files_of(act.body)]
        with self._vault.acts():
            for id in decided:
                clash, intent = settled.get(id), self.get(id)
                if intent is None or (clash is not None and (clash.id in waited_for or _is_fresh(clash, now))):
                    continue
                if clash is not None and _may_land(intent) and (not _is_seen(clash, checked_at) or self.is_held_in_vain(intent)):
                    continue
                self._remove(intent, but={str(number): one for number, one in enumerate(going_on)})


def _may_land(intent: Intent) -> bool:
    return intent.may_have_left and "slot" in intent.body


def _is_fresh(clash: StoredClash, now: datetime) -> bool:
    return clash.settled_at is not None and clash.settled_at <= now < clash.settled_at + timedelta(seconds=limits.TOAST_S)


def _is_seen(clash: StoredClash, checked_at: datetime | None) -> bool:
    """Say whether the portal was read when no claim from before the decision could be under way any more."""
    late = timedelta(seconds=limits.LATE_CLAIM_S)
    return checked_at is not None and clash.settled_at is not None and checked_at >= clash.settled_at + late


def unsent(vault: Vault, person: int) -> tuple[str, ...]:
    """Return the kinds of a person's acts that have no end yet, for the notice that they go; what stands behind a decision is none."""
    return tuple(act.kind for act in vault.outbox.open(person=person) if act.facts.get("reason") != DECIDED)
