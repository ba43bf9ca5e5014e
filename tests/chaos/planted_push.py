"""Bugs in sending, settling, choosing and removing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from desktop.record import intents, merge
from desktop.record.fhir import acts as wire
from desktop.record.intents import State
from desktop.store.acting import Acting
from desktop.store.database import Database
from desktop.store.people import People
from desktop.sync import attempt, engine, keeping, manifest, people, portal_run, push, shelf
from desktop.sync.portal import Portal, Refused
from desktop.sync.wire import Unreached
from tests.chaos.planting import PLANTED, bug, swapped

_Act = attempt.Attempt


def _without(header: str) -> Callable[[Any], Any]:
    def make(write: Any) -> Any:
        async def without(self: Portal, *sent: Any, **more: Any) -> Any:
            return await write(self, *sent, **{**more, header: None})

        return without

    return make


bug(Portal, "write", _without("if_none_exist"), called="no idempotency key on a create")
bug(Portal, "write", _without("if_match"), called="no If-Match on an update")


def _never_searches(find: Any) -> Any:
    async def finds(self: Any) -> Any:
        self._must_search = False
        return await find(self)

    return finds


PLANTED["no search before sending again, and no idempotency key"] = lambda: swapped(
    (_Act, "_find_own", _never_searches(_Act.__dict__["_find_own"])), (Portal, "write", _without("if_none_exist")(Portal.write))
)


def _lost_is_refused(note: Any) -> Any:
    def notes(self: Any, reply: Any, **more: Any) -> None:
        if isinstance(reply, Unreached):
            self._refusal = "refused"
            return
        note(self, reply, **more)

    return notes


bug(_Act, "_note", _lost_is_refused, called="a lost answer taken for a refusal")


def _lost_is_done(carry: Any) -> Any:
    async def carries(self: Any) -> Any:
        outcome = await carry(self)
        if outcome.kind == "retry" and self._raw:
            return replace(outcome, kind="applied")
        return outcome

    return carries


bug(_Act, "carry_out", _lost_is_done, called="a lost answer taken for success")


def _by_status(note: Any) -> Any:
    def notes(self: Any, reply: Any, **more: Any) -> None:
        if isinstance(reply, Refused) and reply.status in (409, 410, 412):
            self._refusal = "slot_gone"
            return
        note(self, reply, **more)

    return notes


bug(_Act, "_note", _by_status, called="outcome by status code only: no look after a 412")


def _forever(note: Any) -> Any:
    def notes(self: Any, reply: Any, **more: Any) -> None:
        if isinstance(reply, Refused):
            raise attempt.Unclear
        note(self, reply, **more)

    return notes


PLANTED["a refusal tried again for ever"] = lambda: swapped(
    (_Act, "_note", _forever(_Act.__dict__["_note"])), (merge, "_unusable", lambda intent, slot, *, now: "")
)


def _dropped_before_ack(begin: Any) -> Any:
    def begins(self: Acting, intent: Any) -> Any:
        sending = begin(self, intent)
        with self._vault.acts():
            self._vault.outbox.remove(intent.id)
        return sending

    return begins


bug(Acting, "begin", _dropped_before_ack, called="the act leaves the outbox before it is acknowledged")


def _forgotten_begin(begin: Any) -> Any:
    def begins(self: Acting, intent: Any) -> Any:
        return intent.moved(State.READY).moved(State.SENDING) if intent.state is State.HELD else intent.moved(State.SENDING)

    return begins


bug(Acting, "begin", _forgotten_begin, called="on its way, and not noted on the disk")

# --- what the person is told


def _silent(record: Any) -> Any:
    return lambda self, intent, end: None


bug(Acting, "_record_clash", _silent, called="dropped clash: a refusal without a decision")


async def _nothing_noticed(self: Any) -> None:
    return None


bug(shelf.VaultShelf, "notice_effects", lambda old: _nothing_noticed, called="an effect that lands late overturns nothing")


def _forgets_parent(_rebase: Any) -> Any:
    def rebases(self: Acting, parent: Any, answer: str) -> None:
        for child in self._children(parent.id):
            self._save(replace(child, after=None))

    return rebases


bug(Acting, "_rebase_children", _forgets_parent, called="an id made here goes on the wire")
bug(Acting, "_inherit", lambda old: lambda self, parent: None, called="a child outlives the booking that was never made")


def _always_withdraws(withdraw: Any) -> Any:
    def withdraws(self: Acting, id: str) -> bool:
        with self._vault.acts():
            intent = self._known(id)
            if intent.is_open:
                self._save(replace(intent, state=State.HELD, tries=0))
        return bool(withdraw(self, id))

    return withdraws


bug(Acting, "withdraw", _always_withdraws, called="what has left is taken back as if it had not")


def _accepts_in_memory(acts: Any) -> Any:
    @contextmanager
    def without_sync(self: Database) -> Iterator[None]:
        if self.connection.in_transaction:
            yield
            return
        with self.transaction(is_lasting=False):
            yield

    return without_sync


bug(Database, "acts", _accepts_in_memory, called="an act is said to be kept before it is synced")


def _finished_anyway(finish: Any) -> Any:
    def finishes(vault: Any, report: Any, now: str) -> None:
        finish(vault, report, now)
        vault.settings.set("sync.checked_at", now)

    return finishes


bug(engine, "_finish", _finished_anyway, called="up to date after a run that failed")

# --- order, time


def _all_at_once(sendable: Any) -> Any:
    def every(intents: Any, *, now: Any) -> Any:
        return tuple(sorted((one for one in intents if one.is_open and one.release_at <= now), key=lambda one: -one.seq))

    return every


bug(push, "sendable", _all_at_once, called="no order among the acts on one booking")


def _no_window(sendable: Any) -> Any:
    return lambda intents, *, now: sendable([replace(one, release_at=one.created_at) for one in intents], now=now)


bug(push, "sendable", _no_window, called="undo window ignored")


bug(intents, "_is_ahead", lambda old: lambda moment, now: moment is not None and moment > now,
    called="an hour noted by a clock that was set back is waited for")  # fmt: skip


def _no_renewal(once: Any) -> Any:
    async def asks(self: Portal, *asked: Any) -> Any:
        async def no(stale: Any) -> str:
            return "sign_in"

        key = self._key
        self._key = type("Stale", (), {"bearer": key.bearer, "renew": staticmethod(no)})()
        try:
            return await once(self, *asked)
        finally:
            self._key = key

    return asks


bug(Portal, "_once", _no_renewal, called="no renewal of the token after a 401")

# --- the world that moves

bug(merge, "_unmovable", lambda old: lambda intent, booking: "" if old(intent, booking) == "moved" else old(intent, booking),
    called="blind re-base: a booking that the clinic moved is moved again")  # fmt: skip


def _current(following: Any) -> Any:
    async def follows(self: Any) -> Any:
        booking = await self._booking(str(self._intent.body["booking"]))
        if booking is not None and booking.slots and self._intent.id not in booking.intents:
            now = self._raw[f"Appointment/{booking.id}"].get("start", "")
            self._intent = replace(self._intent, seen=replace(self._intent.seen, old_slot=booking.slots[0], starts_at=now))
        return await following(self)

    return follows


bug(_Act, "_next_reschedule", _current, called="re-based on whatever stands now")


def _cancel_and_book(take: Any) -> Any:
    async def takes(self: Any, step: Any) -> None:
        if isinstance(step, merge.Move):
            body = wire.annulled(self._raw[f"Appointment/{step.booking}"], self._intent)
            self._note(await self._put("Appointment", step.booking, body))
            mine, self._intent = self._intent, replace(self._intent, kind="book")
            await self._create()
            self._intent = mine
            return
        await take(self, step)

    return takes


bug(_Act, "_take", _cancel_and_book, called="reschedule as cancel and book")


def _only_ours(annulled: Any) -> Any:
    def changes(appointment: Any, intent: Any, *more: Any) -> Any:
        whole = annulled(appointment, intent, *more)
        return {key: value for key, value in whole.items() if key not in ("comment", "created")}

    return changes


bug(wire, "annulled", _only_ours, called="a cancel sends only the fields that we know")
bug(wire, "moved", _only_ours, called="a move sends only the fields that we know")


def _clashes_with_claim(choose: Any) -> Any:
    def chooses(intent: Any, **seen: Any) -> Any:
        step = choose(intent, **seen)
        return merge.Clashed("slot_gone") if isinstance(step, merge.Release) and step.slot == intent.body["slot"] else step

    return chooses


PLANTED["a claim that came to nothing is never given back"] = lambda: swapped(
    (merge, "next_book", _clashes_with_claim(merge.next_book)), (merge, "next_reschedule", _clashes_with_claim(merge.next_reschedule))
)


def _keeps_old(choose: Any) -> Any:
    return lambda intent, **seen: choose(intent, **{**seen, "old_slot": None})


bug(merge, "next_reschedule", _keeps_old, called="the old slot is never freed")
bug(merge, "next_cancel", lambda old: lambda intent, *, booking, slot=None, refusal="": old(intent, booking=booking, refusal=refusal), called="a cancelled slot is never freed")
bug(_Act, "_is_heard", lambda old: lambda self, reply: isinstance(reply, Refused), called="a proxy's refusal is believed")


bug(merge, "next_cancel", lambda old: lambda intent, *, booking, slot=None, refusal="": old(intent, booking=booking, slot=slot),
    called="a cancel that was refused is sent for ever")  # fmt: skip


async def _gives_up_at_once(self: Any) -> Any:
    return self._clash("refused", "")


bug(_Act, "give_back", lambda old: _gives_up_at_once, called="an act is given up and its slot stays held")

# --- whose record


def _another(find: Any) -> Any:
    async def finds(self: Any, person: int) -> str | None:
        found = await find(self, person)
        return {"anna": "oleg", "oleg": "anna"}.get(found or "", found)

    return finds


bug(shelf.VaultShelf, "patient_of", _another, called="an act for a person of another family")
bug(shelf.VaultShelf, "_take", lambda take: lambda self, person, found: take(self, 1 if person else 0, found),
    called="what a write answered is stored for the first person")  # fmt: skip


def _unexpected(batches: Any) -> Any:
    return lambda portal, load: [replace(one, expected_patient=None) for one in batches(portal, load)]


bug(keeping, "_batches", _unexpected, called="a stranger's rows are stored")
bug(portal_run, "only", lambda only: lambda page, kinds: page, called="a stranger's result in an answer about clinics is stored")


def _half_purged(purge: Any) -> Any:
    def purges(self: People, person: int) -> None:
        clashes = self._database.all("SELECT id, intent, portal, person, subject, basis, mine, theirs, choices, at FROM clash WHERE person = ?",
                                     (person,))  # fmt: skip
        rows = self._database.all("SELECT portal, person, kind, position, generation, is_complete FROM cursor WHERE person = ?", (person,))
        purge(self, person)
        with self._database.transaction():
            for row in clashes:
                self._database.run("INSERT INTO clash (id, intent, portal, person, subject, basis, mine, theirs, choices, at) "
                                   "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)  # fmt: skip
            for row in rows:
                self._database.run("INSERT INTO cursor (portal, person, kind, position, generation, is_complete) VALUES (?, ?, ?, ?, ?, ?)", row)

    return purges


bug(People, "purge", _half_purged, called="a purge leaves clashes and cursors")


async def _always_granted(*asked: Any, **more: Any) -> str:
    return "granted"


bug(people, "standing", lambda old: _always_granted, called="an ended right is never learnt")
bug(manifest, "is_massive", lambda old: lambda removed, *, rows: False, called="half a record removed unasked")
