"""The person's acts as typed intents over the outbox: accept, begin, settle, withdraw, decide, end with the right to act.

Every public method is one durable transaction (FULL, then a truncating checkpoint) before it returns.
Owns: how an intent lies in the outbox, what follows an outcome (children re-based, a clash recorded, a journal line).
Does not own: what may be sent and when (record/intents), what a step is (record/merge), the portal's rows (replica).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from desktop import limits
from desktop.errors import UsageError
from desktop.record import clashes as kinds
from desktop.record.acts import ACTS, checked
from desktop.record.intents import OPEN, Intent, Seen, State
from desktop.record.uploads import Upload, described, files_of
from desktop.store.deciding import DECIDED, OPEN_NAMES, Deciding
from desktop.store.outbox import GONE, Act
from desktop.store.vault import Vault

NewId = Callable[[], str]
SHOWN: Final = (*OPEN, State.CLASHED, State.REJECTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How one attempt ended, as the store keeps it. `retry_at` is set when the act stays on its way."""

    intent: Intent
    state: State
    reason: str = ""
    answer: str = ""
    clash: str = ""
    theirs: Mapping[str, Any] | None = None
    retry_at: datetime | None = None
    before: Intent | None = None
    """Set when no byte of the attempt left: the act is again what it was before it."""


class Acting(Deciding):
    """*Thread*: store thread."""

    def __init__(self, vault: Vault, *, new_id: NewId) -> None:
        self._vault = vault
        self._new_id = new_id
        self._read: dict[str, tuple[Act, Intent]] = {}

    # --- reading

    def shown(self, *, person: int | None = None) -> tuple[Intent, ...]:
        """Return every act that still says something: open ones, those that clashed, those refused and not yet dismissed."""
        return tuple(one for one in self._shown(person) if one.reason != DECIDED)

    def _shown(self, person: int | None) -> list[Intent]:
        return [self._intent(act) for act in self._vault.outbox.by_state([str(state) for state in SHOWN], person=person)]

    def open(self, portal: int) -> tuple[Intent, ...]:
        """Return the acts of a portal that have no outcome."""
        acts = self._vault.outbox.by_state(OPEN_NAMES)
        return tuple(self._intent(act) for act in acts if act.portal == portal)

    def ended(self, portal: int) -> tuple[Intent, ...]:
        """Return the acts of a portal that ended without their effect, those behind a decision among them."""
        acts = self._vault.outbox.by_state((str(State.CLASHED), str(State.REJECTED)))
        return tuple(self._intent(act) for act in acts if act.portal == portal)

    def get(self, id: str) -> Intent | None:
        """Return one act that is not gone."""
        act = self._vault.outbox.get(id)
        return None if act is None or act.state == GONE else self._intent(act)

    def _intent(self, act: Act) -> Intent:
        """Read an act as an intent; the outbox gives the same object while the row is the same."""
        known = self._read.get(act.id)
        if known is None or known[0] is not act:
            if len(self._read) >= limits.ACTS_REMEMBERED:
                self._read.clear()
            known = self._read[act.id] = (act, _intent(act))
        return known[1]

    # --- the person

    def accept(
        self,
        kind: str,
        *,
        portal: int,
        person: int,
        body: Mapping[str, Any],
        seen: Seen | None = None,
        hold_s: float = 0.0,
        facts: Mapping[str, object] | None = None,
        files: Mapping[str, Upload] | None = None,
    ) -> Intent:
        """Take an act with its files: on disk when this returns. It may leave `hold_s` later.

        *Raises* UsageError for a body that does not fit.
        """
        kept = {self._new_id(): (name, one) for name, one in (files or {}).items()}
        clean = checked(kind, {**body, **{name: described(id, one) for id, (name, one) in kept.items()}})
        with self._vault.acts():
            for id, (_, one) in kept.items():
                self._vault.blobs.keep(id, one.data, one.content_type, portal=portal, person=person)
            return self._add(
                kind, portal=portal, person=person, body=clean, seen=seen or Seen(), hold_s=hold_s, facts=facts
            )

    def withdraw(self, id: str) -> bool:
        """Take back an act that the portal cannot know of, or dismiss one that was refused. False when it may already have left.

        The decision that it came of waits again. *Raises* UsageError act.unknown.
        """
        with self._vault.acts():
            intent = self._known(id)
            if intent.is_open and intent.may_have_left:
                return False
            if intent.is_open and intent.decides and self.take_back(intent.decides, id):
                return True
            self._take_away(intent)
            for clash in self._vault.clashes.list(person=intent.person):
                if clash.intent == id:
                    self._vault.clashes.settle(clash.id, "drop")
        return True

    def rewrite(self, id: str, body: Mapping[str, Any]) -> Intent:
        """Change what an unsent act says; an answer to the earlier words will not settle it. *Raises* UsageError act.has_left."""
        with self._vault.acts():
            intent = self._known(id)
            if intent.may_have_left or not intent.is_open:
                raise UsageError("act.has_left")
            self._vault.outbox.rewrite(id, body=checked(intent.kind, body), precondition=asdict(intent.seen))
        return self._known(id)

    # --- the engine

    def turn(
        self, ends: Sequence[End], choose: Callable[[], Sequence[Intent]]
    ) -> tuple[tuple[bool, ...], tuple[Intent, ...]]:
        """Store how attempts ended and note those that `choose` then names as on their way: one durable transaction for all of them."""
        chosen = () if ends else tuple(choose())
        if not ends and not chosen:
            return (), ()
        with self._vault.acts():
            settled = tuple(self.end(end) for end in ends)
            begun = tuple(self.begin(one) for one in (choose() if ends else chosen))
        return settled, begun

    def begin(self, intent: Intent) -> Intent:
        """Note that an act is on its way, before its first byte leaves."""
        ready = intent if intent.state in (State.SENDING, State.WAITING, State.READY) else intent.moved(State.READY)
        sending = ready.moved(State.SENDING)
        with self._vault.acts():
            self._save(sending)
        return sending

    def end(self, end: End) -> bool:
        """Store an outcome. False when the person changed the act meanwhile: it stays open with its newer words."""
        intent = end.intent
        with self._vault.acts():
            stored = self._vault.outbox.get(intent.id)
            if stored is None or stored.state == GONE:
                return False
            if end.before is not None:
                was = end.before
                self._save(replace(_intent(stored), state=was.state, tries=was.tries, next_try_at=was.next_try_at, reason=was.reason))
                return False
            if stored.revision != intent.revision:
                self._save(replace(_intent(stored), state=State.READY))
                return False
            if end.state is State.APPLIED:
                self._rebase_children(intent, end.answer)
                self._remove(intent)
                self._vault.journal.add("act.applied", intent.person, {"kind": intent.kind, "intent": intent.id}, by="portal")
            elif end.state in (State.CLASHED, State.REJECTED):
                self._save(intent.moved(end.state, reason=end.clash, answer=end.answer))
                self._record_clash(intent, end)
                self._inherit(intent)
            else:
                # Still the same attempt: it is not counted twice.
                self._save(replace(intent, state=end.state, reason=end.reason, next_try_at=end.retry_at))
        return True

    def notice_effects(self, seen: Iterable[tuple[str, str]]) -> tuple[Intent, ...]:
        """Settle acts whose effect shows up late: (act's id, the resource that carries it) pairs from pulled pages (invariant I12)."""
        overturned = []
        with self._vault.acts():
            for id, resource in seen:
                intent = self.get(id)
                if intent is None or intent.state not in (State.CLASHED, State.REJECTED):
                    continue
                self._rebase_children(intent, resource)
                for clash in self._vault.clashes.list(person=intent.person):
                    if clash.intent == id:
                        self._vault.clashes.settle(clash.id, "done_after_all")
                self._remove(intent)
                self._vault.journal.add("act.applied_late", intent.person, {"kind": intent.kind, "intent": id}, by="portal")
                overturned.append(intent)
        return tuple(overturned)

    def end_rights(self, person: int) -> tuple[Intent, ...]:
        """End every act on a person whose right to be acted for has gone, and return them to be named in the notice."""
        ended = self._shown(person)
        with self._vault.acts():
            for intent in ended:
                self._remove(intent)
        return tuple(one for one in ended if one.reason != DECIDED)

    # --- inside a transaction

    def _add(
        self,
        kind: str,
        *,
        portal: int,
        person: int,
        body: Mapping[str, Any],
        seen: Seen,
        hold_s: float,
        facts: Mapping[str, object] | None,
        decides: str = "",
    ) -> Intent:
        now = self._vault.clock.now()
        id = self._new_id()
        named = str(body.get("booking", ""))
        parent = self.get(named) if named else None
        # An act on a booking that is not there yet waits for the act that will make it.
        subject = parent.subject if parent else named or id
        intent = Intent(
            id=id, seq=0, portal=portal, person=person, kind=kind, subject=subject, body=body, seen=seen, created_at=now,
            release_at=now + timedelta(seconds=hold_s), after=parent.id if parent else None, decides=decides,
        )  # fmt: skip
        seq = self._vault.outbox.append(
            id=id,
            kind=kind,
            portal=portal,
            person=person,
            subject=subject,
            body=body,
            precondition=asdict(seen),
            state=str(intent.state),
        )
        self._save(intent)
        self._vault.journal.add("act.accepted", person, {"kind": kind, "intent": id, **(facts or {})})
        return replace(intent, seq=seq)

    def _remove(self, intent: Intent, *, but: Mapping[str, Any] | None = None) -> None:
        """Settle an act for good together with its files, except those that another body goes on carrying."""
        self._vault.outbox.remove(intent.id)
        going_on = {one["id"] for _, one in files_of(but or {})}
        for _, one in files_of(intent.body):
            if one["id"] not in going_on:
                self._vault.blobs.release(one["id"])

    def _take_away(self, intent: Intent, *, but: Mapping[str, Any] | None = None) -> None:
        self._let_go(intent, but=but)
        self._vault.journal.add("act.withdrawn", intent.person, {"kind": intent.kind, "intent": intent.id})
        for child in self._children(intent.id):
            self._remove(child)
            self._vault.journal.add("act.withdrawn", child.person, {"kind": child.kind})

    def _known(self, id: str) -> Intent:
        intent = self.get(id)
        # What is kept behind a decision is out of the person's reach: only taking the decision back brings it again.
        if intent is None or intent.reason == DECIDED:
            raise UsageError("act.unknown")
        return intent

    def _save(self, intent: Intent) -> None:
        facts = {
            "tries": intent.tries,
            "release_at": intent.release_at.isoformat(),
            "next_try_at": intent.next_try_at.isoformat() if intent.next_try_at else None,
            "after": intent.after,
            "reason": intent.reason,
            "answer": intent.answer,
            "decides": intent.decides,
        }
        self._vault.outbox.set_state(intent.id, str(intent.state), facts=facts)

    def _children(self, id: str) -> Sequence[Intent]:
        return [self._intent(act) for act in self._vault.outbox.after(id, OPEN_NAMES)]

    def _rebase_children(self, parent: Intent, answer: str) -> None:
        """Point the acts that waited for this one at the booking that it made or changed."""
        for child in self._children(parent.id):
            body = {**child.body, "booking": answer} if answer and "booking" in child.body else dict(child.body)
            seen = replace(
                child.seen,
                starts_at=str(parent.body.get("starts_at", child.seen.starts_at)),
                old_slot=str(parent.body.get("slot", "")),
            )
            self._vault.outbox.rewrite(child.id, body=body, precondition=asdict(seen), subject=answer or None)
            self._save(replace(child, after=None))

    def _record_clash(self, intent: Intent, end: End) -> None:
        self._vault.clashes.add(
            id=self._new_id(),
            intent=intent.id,
            portal=intent.portal,
            person=intent.person,
            subject=intent.subject,
            basis={"kind": end.clash, **asdict(intent.seen)},
            mine=dict(intent.body),
            theirs=dict(end.theirs or {}),
            choices=kinds.CHOICES[end.clash],
        )
        self._vault.journal.add("clash.found", intent.person, {"kind": end.clash, "act": intent.kind, "intent": intent.id}, by="portal")

    def _inherit(self, parent: Intent) -> None:
        """A child of an act that made no booking has nothing to act on: cancelling it is done, anything else ends named in the journal."""
        if ACTS[parent.kind].effect not in ("book", "create"):
            return
        for child in self._children(parent.id):
            self._remove(child)
            self._vault.journal.add("act.ended_with_parent", child.person, {"kind": child.kind}, by="portal")


def _intent(act: Act) -> Intent:
    facts = act.facts
    return Intent(
        id=act.id,
        seq=act.seq,
        portal=act.portal,
        person=act.person,
        kind=act.kind,
        subject=act.subject,
        body=act.body,
        seen=Seen(**act.precondition),
        created_at=act.created_at,
        release_at=datetime.fromisoformat(facts["release_at"]),
        state=State(act.state),
        revision=act.revision,
        tries=facts["tries"],
        next_try_at=datetime.fromisoformat(facts["next_try_at"]) if facts["next_try_at"] else None,
        after=facts["after"],
        reason=facts["reason"],
        answer=facts["answer"],
        decides=facts.get("decides", ""),
    )
