"""The product's own acts under watch: every outcome goes into the oracle's ledger as it goes onto the disk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from desktop.record.intents import Intent, State
from desktop.store.acting import Acting, End
from desktop.store.vault import Vault
from tests.chaos.oracle import Oracle


class WatchedActing(Acting):
    """The product's own acts, each outcome written into the ledger too."""

    def __init__(self, vault: Vault, *, new_id: Callable[[], str], oracle: Oracle, sealed_now: Callable[[int], str]) -> None:
        super().__init__(vault, new_id=new_id)
        self._oracle = oracle
        self._patient = sealed_now
        self.added: Callable[[Intent, float], None] = lambda intent, hold_s: None
        self._unsaid: list[Callable[[], None]] | None = None

    def _say(self, words: Callable[[], None]) -> None:
        """Tell the ledger, but not before what is told is on the disk."""
        if self._unsaid is None:
            words()
        else:
            self._unsaid.append(words)

    @contextmanager
    def _when_on_disk(self) -> Iterator[None]:
        """Hold back what is told until all of it is on the disk; of what failed nothing is told."""
        self._unsaid = unsaid = []
        try:
            yield
        finally:
            self._unsaid = None
        for words in unsaid:
            words()

    def turn(self, ends: Sequence[End], choose: Callable[[], Sequence[Intent]]) -> tuple[tuple[bool, ...], tuple[Intent, ...]]:
        with self._when_on_disk():
            return super().turn(ends, choose)

    def accept(self, kind: str, *, hold_s: float = 0.0, **more: Any) -> Intent:
        intent = super().accept(kind, hold_s=hold_s, **more)
        self.added(intent, hold_s)
        return intent

    def begin(self, intent: Intent) -> Intent:
        sending = super().begin(intent)
        self._say(lambda: self._oracle.began(sending))
        return sending

    def end(self, end: End) -> bool:
        children = [child.id for child in self._children(end.intent.id)]
        is_settled = super().end(end)
        told: list[tuple[str, str]] = []
        if is_settled and end.state in (State.APPLIED, State.CLASHED, State.REJECTED):
            told.append((end.intent.id, "applied" if end.state is State.APPLIED else f"clash:{end.clash}"))
            told += [(child, "ended_with_parent") for child in children if self.get(child) is None]

        def say() -> None:
            if end.clash == "slot_gone" and told:
                self._oracle.was_gone(end.intent)
            for one, outcome in told:
                self._oracle.ended(one, outcome)

        self._say(say)
        return is_settled

    def withdraw(self, id: str) -> bool:
        children = [child.id for child in self._children(id)]
        before = self.get(id)
        with self._when_on_disk():
            is_done = super().withdraw(id)
        if is_done:
            if before is not None and before.is_open and before.decides and not any(one.id == before.decides for one in self.clashes()):
                self._oracle.say("I1", f"{self._oracle._name(id)} was taken back, and the decision that it came of does not wait again")
            for one in (id, *children):
                outcome = self._oracle.ledger[one].outcome
                self._oracle.ended(one, "dropped" if outcome.startswith("clash") else "withdrawn")
        return is_done

    def decide(
        self, clash_id: str, choice: str, *, slot: Mapping[str, Any] | None = None, code: str = "", hold_s: float = 0.0
    ) -> Intent | None:
        stored = self._vault.clashes.get(clash_id)
        new = super().decide(clash_id, choice, slot=slot, code=code, hold_s=hold_s)
        if stored is not None:
            self._oracle.ended(stored.intent, f"decided:{choice}")
        if new is not None:
            self.added(new, hold_s)
        return new

    def take_back(self, clash_id: str, made: str = "") -> bool:
        stored = self._vault.clashes.get(clash_id)
        gone = [made, *(child.id for child in self._children(made))] if made else []
        is_back = super().take_back(clash_id, made)

        def say() -> None:
            for one in gone:
                self._oracle.ended(one, "withdrawn")
            if stored is not None:
                self._oracle.ended(stored.intent, f"clash:{stored.basis['kind']}")

        if is_back:
            self._say(say)
        return is_back

    def notice_effects(self, seen: Iterable[tuple[str, str]]) -> tuple[Intent, ...]:
        overturned = super().notice_effects(seen)
        for intent in overturned:
            self._oracle.ended(intent.id, "applied")
            self._oracle.counts["overturned"] += 1
        return overturned
