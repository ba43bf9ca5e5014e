"""Send the person's acts, each exactly once whatever the network does.

One act at a time: note durably that it is on its way, look at the portal, take the one next step that record/merge names, look again.
Nothing is decided from a status code: a refused or a lost write leads back to a look. An act whose answer was lost stays SENDING and is
resolved under its own identifier by the next run.
Owns: the order of looking and writing, what is asked again later. Does not own: decisions (record/merge), FHIR paths (record/fhir), disk.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Literal, Protocol

import msgspec

from desktop import limits
from desktop.clock import Clock
from desktop.record import merge, uploads
from desktop.record.acts import ACTS
from desktop.record.clashes import BY_PORTAL_CODE
from desktop.record.fhir import acts as wire
from desktop.record.intents import Intent, sendable
from desktop.sync.portal import Answer, Portal, Refused, Reply

STEPS_PER_ACT: Final = 16
_LOOK_AGAIN: Final = frozenset({409, 410, 412})
Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The end of one attempt. `seen` are resources as the portal has them now, to be stored together with the outcome."""

    kind: Literal["applied", "already_done", "clash", "retry", "sign_in"]
    intent: Intent
    clash: str = ""
    theirs: Mapping[str, Any] = field(default_factory=dict)
    retry_after_s: float = 0.0
    seen: tuple[Json, ...] = ()


@dataclass(slots=True)
class Tally:
    """What a push did, as the report counts it."""

    applied: int = 0
    clashes: int = 0
    rejected: int = 0
    waiting: int = 0
    needs_sign_in: bool = False


class Shelf(Protocol):
    """What push asks of the store; every call is one durable transaction."""

    async def open_intents(self) -> tuple[Intent, ...]:
        """Return every open intent of this portal."""
        ...

    async def begin(self, intent: Intent) -> Intent:
        """Note that the act is on its way (SENDING) before the first byte leaves."""
        ...

    async def end(self, outcome: Outcome) -> bool:
        """Store an outcome with what was seen; False when the person changed the act meanwhile and it stays open."""
        ...

    async def notice_effects(self) -> None:
        """Overturn refusals and decisions whose effect has been pulled after all: a request may land late (invariant I12)."""
        ...

    async def patient_of(self, person: int) -> str | None:
        """Return the portal's id of a person, None when the right to act for them has ended."""
        ...

    async def file(self, id: str) -> bytes | None:
        """Return the bytes of a file that an act carries."""
        ...


class _Unclear(Exception):
    """The portal did not answer clearly; the act stays on its way."""

    def __init__(
        self, retry_after_s: float | None = None, *, is_sign_in: bool = False, is_poison: bool = False
    ) -> None:
        super().__init__()
        self.retry_after_s = retry_after_s
        self.is_sign_in = is_sign_in
        self.is_poison = is_poison


async def push(portal: Portal, shelf: Shelf, *, clock: Clock, rng: random.Random) -> Tally:
    """Send what may be sent, oldest first, places freed before places taken. Stops early only when the person must sign in."""
    tally = Tally()
    tried: set[str] = set()
    await shelf.notice_effects()
    while True:
        ready = [one for one in sendable(await shelf.open_intents(), now=clock.now()) if one.id not in tried]
        if not ready:
            break
        intent = await shelf.begin(ready[0])
        tried.add(intent.id)
        outcome = await _Act(
            portal, shelf, intent, clock=clock, rng=rng, may_have_left=ready[0].may_have_left
        ).carry_out()
        is_settled = await shelf.end(outcome)
        if outcome.kind == "sign_in":
            tally.needs_sign_in = True
            break
        if outcome.kind in ("applied", "already_done") and is_settled:
            tally.applied += 1
        elif outcome.kind == "clash":
            tally.rejected += outcome.clash == "refused"
            tally.clashes += outcome.clash != "refused"
    tally.waiting = sum(one.is_open for one in await shelf.open_intents())
    return tally


class _Act:
    """One attempt at one act."""

    def __init__(
        self, portal: Portal, shelf: Shelf, intent: Intent, *, clock: Clock, rng: random.Random, may_have_left: bool
    ) -> None:
        self._portal = portal
        self._shelf = shelf
        self._intent = intent
        self._clock = clock
        self._rng = rng
        self._patient = ""
        self._server_now: datetime | None = None
        self._refusal = ""
        self._raw: dict[str, Json] = {}
        self._etags: dict[str, str] = {}
        self._own: Json | None = None
        # A first attempt cannot have left an effect; any other may have, and looks for it before it writes.
        self._must_search = may_have_left
        self._may_claim = True
        self._unreleasable: set[str] = set()

    async def carry_out(self) -> Outcome:
        """Take steps until the act is settled, clashes, or the portal stays unclear."""
        patient = await self._shelf.patient_of(self._intent.person)
        if patient is None:
            return self._clash("rights_lost", "")
        self._patient = patient
        try:
            for _ in range(STEPS_PER_ACT):
                step = await self._next()
                if isinstance(step, merge.Settled):
                    return self._done(step)
                if isinstance(step, merge.Clashed):
                    return self._clash(step.kind, step.booking)
                await self._take(step)
        except _Unclear as unclear:
            if unclear.is_sign_in:
                return Outcome(kind="sign_in", intent=self._intent)
            if unclear.is_poison and self._intent.tries >= limits.POISON_TRIES:
                return self._clash("refused", "")
            return Outcome(kind="retry", intent=self._intent, retry_after_s=unclear.retry_after_s or self._backoff_s())
        return Outcome(kind="retry", intent=self._intent, retry_after_s=self._backoff_s())

    # --- looking

    async def _next(self) -> merge.Step:
        effect = ACTS[self._intent.kind].effect
        if effect == "cancel":
            booking = await self._booking(str(self._intent.body["booking"]))
            slot = None
            if (
                booking is not None
                and booking.status in merge.OVER
                and self._intent.id in booking.intents
                and booking.slots
            ):
                slot = await self._slot(booking.slots[0])
            return merge.next_cancel(self._intent, booking=booking, slot=slot)
        if effect == "reschedule":
            return await self._next_reschedule()
        own = await self._find_own()
        if effect == "create":
            return merge.Settled(own.id) if own else merge.Clashed(self._refusal) if self._refusal else merge.Create()
        slot = None if own else await self._slot(str(self._intent.body["slot"]))
        step = merge.next_book(self._intent, own=own, slot=slot, now=self._now(), refusal=self._refusal)
        return merge.Create() if isinstance(step, merge.Claim) and not self._may_claim else step

    async def _next_reschedule(self) -> merge.Step:
        intent = self._intent
        booking = await self._booking(str(intent.body["booking"]))
        is_moved = booking is not None and intent.id in booking.intents
        slot = None if is_moved else await self._slot(str(intent.body["slot"]))
        old = await self._slot(intent.seen.old_slot) if is_moved and intent.seen.old_slot else None
        step = merge.next_reschedule(
            intent, booking=booking, slot=slot, old_slot=old, now=self._now(), refusal=self._refusal
        )
        if isinstance(step, merge.Claim) and not self._may_claim and booking is not None:
            return merge.Move(booking.id, booking.version)
        return step

    async def _find_own(self) -> merge.BookingSeen | None:
        if self._own is None and self._must_search:
            for params in ((("identifier", self._intent.identifier),), (("patient", self._patient),)):
                reply = await self._portal.search(ACTS[self._intent.kind].resource, [*params, ("_count", "200")])
                body = self._body(reply)
                found = [entry.get("resource", {}) for entry in body.get("entry", [])] if body else []
                self._own = next(
                    (one for one in found if isinstance(one, dict) and self._intent.id in wire.intents_of(one)), None
                )
                if self._own is not None or _echoes(body, params[0][0]):
                    break
            self._must_search = False
        return wire.booking_seen(self._own) if self._own else None

    async def _booking(self, id: str) -> merge.BookingSeen | None:
        found = await self._read("Appointment", id)
        return wire.booking_seen(found) if found else None

    async def _slot(self, id: str) -> merge.SlotSeen | None:
        if id in self._unreleasable:
            return None
        found = await self._read("Slot", id)
        return wire.slot_seen(found) if found else None

    async def _read(self, kind: str, id: str) -> Json | None:
        reply = await self._portal.read(kind, id)
        if isinstance(reply, Refused) and reply.status in (404, 410) and self._is_heard(reply):
            self._raw.pop(f"{kind}/{id}", None)
            return None
        body = self._body(reply)
        if body is None or body.get("resourceType") != kind:
            raise _Unclear
        self._raw[f"{kind}/{id}"] = body
        self._etags[f"{kind}/{id}"] = (
            reply.etag if isinstance(reply, Answer) else None
        ) or f'W/"{wire.version_of(body)}"'
        return body

    def _body(self, reply: Reply) -> Json | None:
        """Return the JSON of an answer. *Raises* _Unclear for anything that is not one."""
        if isinstance(reply, Answer):
            self._server_now = reply.server_time or self._server_now
            try:
                body = msgspec.json.decode(reply.body) if reply.body else None
            except (msgspec.MsgspecError, RecursionError) as error:
                raise _Unclear from error
            return body if isinstance(body, dict) else None
        if isinstance(reply, Refused):
            if reply.status == 401:
                raise _Unclear(is_sign_in=True)
            raise _Unclear(reply.retry_after_s)
        raise _Unclear

    # --- writing

    async def _take(self, step: merge.Step) -> None:
        match step:
            case merge.Claim(slot=id):
                reply = await self._put("Slot", id, wire.claimed(self._raw[f"Slot/{id}"], self._intent))
                if isinstance(reply, Refused) and reply.status in (403, 405) and self._is_heard(reply):
                    self._may_claim = False
                else:
                    self._note(reply)
            case merge.Release(slot=id):
                reply = await self._put("Slot", id, wire.released(self._raw[f"Slot/{id}"]))
                if self._is_final(reply) and self._is_heard(reply):
                    self._unreleasable.add(id)
                else:
                    self._note(reply, is_refusal=False)
            case merge.Move(booking=id):
                slot = self._raw[f"Slot/{self._intent.body['slot']}"]
                self._note(
                    await self._put("Appointment", id, wire.moved(self._raw[f"Appointment/{id}"], self._intent, slot))
                )
            case merge.Annul(booking=id):
                self._note(
                    await self._put("Appointment", id, wire.annulled(self._raw[f"Appointment/{id}"], self._intent))
                )
            case merge.Create():
                await self._create()
            case _:
                raise AssertionError(step)

    async def _put(self, kind: str, id: str, body: Json) -> Reply:
        return await self._portal.write(
            "PUT", f"{kind}/{id}", msgspec.json.encode(body), if_match=self._etags[f"{kind}/{id}"]
        )

    async def _create(self) -> None:
        slot = self._raw.get(f"Slot/{self._intent.body.get('slot')}")
        files = await self._hand_over()
        if self._refusal:
            return
        body = wire.created(self._intent, patient=self._patient, slot=slot, files=files)
        kind = ACTS[self._intent.kind].resource
        reply = await self._portal.write(
            "POST", kind, msgspec.json.encode(body), if_none_exist=f"identifier={self._intent.identifier}"
        )
        self._note(reply)
        answer = self._body(reply) if isinstance(reply, Answer) else None
        if answer is not None and self._intent.id in wire.intents_of(answer) and answer.get("id"):
            self._own = answer
        else:
            self._must_search = True

    async def _hand_over(self) -> dict[str, str]:
        """Give the portal the act's files first; the act then names them. A file that no act names in the end has no effect."""
        files: dict[str, str] = {}
        for name, one in uploads.files_of(self._intent.body):
            data = await self._shelf.file(str(one["id"]))
            if data is None:
                self._refusal = "refused"
                break
            whole = msgspec.json.encode(wire.binary(data, str(one["content_type"]), patient=self._patient))
            reply = await self._portal.write("POST", "Binary", whole)
            self._note(reply)
            if self._refusal:
                break
            id = (self._body(reply) or {}).get("id")
            if not isinstance(id, str):
                raise _Unclear(is_poison=True)
            files[name] = f"Binary/{id}"
        return files

    def _note(self, reply: Reply, *, is_refusal: bool = True) -> None:
        """Learn from the answer to a write. *Raises* _Unclear when it may or may not have been done."""
        if isinstance(reply, Answer):
            self._server_now = reply.server_time or self._server_now
            return
        if isinstance(reply, Refused):
            if reply.status == 401:
                raise _Unclear(is_sign_in=True)
            if reply.status == 429 or reply.status >= 500:
                raise _Unclear(reply.retry_after_s, is_poison=reply.status >= 500)
            if not self._is_heard(reply):
                raise _Unclear(is_poison=True)
            known = [BY_PORTAL_CODE[code] for code in reply.codes if code in BY_PORTAL_CODE]
            if is_refusal and (known or reply.status not in _LOOK_AGAIN):
                self._refusal = known[0] if known else "refused"
            return
        raise _Unclear

    def _is_heard(self, reply: Reply) -> bool:
        """Say whether a refusal is the portal's own word: what a proxy or a captive Wi-Fi says ends nothing until it has said it often."""
        return isinstance(reply, Refused) and (reply.is_fhir or self._intent.tries >= limits.POISON_TRIES)

    @staticmethod
    def _is_final(reply: Reply) -> bool:
        return isinstance(reply, Refused) and reply.status not in (401, 412, 429) and reply.status < 500

    # --- ends

    def _done(self, step: merge.Settled) -> Outcome:
        kind: Literal["applied", "already_done"] = "applied" if step.is_ours else "already_done"
        seen = [*self._raw.values()]
        if self._own is not None:
            seen.append(self._own)
        return Outcome(kind=kind, intent=replace(self._intent, answer=step.booking), seen=tuple(seen))

    def _clash(self, kind: str, booking: str) -> Outcome:
        theirs: dict[str, Any] = {}
        mine = self._raw.get(f"Appointment/{booking or self._intent.body.get('booking')}")
        if mine is not None:
            seen = wire.booking_seen(mine)
            theirs = {
                "booking": seen.id,
                "version": seen.version,
                "status": seen.status,
                "starts_at": mine.get("start", ""),
            }
            theirs["slot"] = seen.slots[0] if seen.slots else ""
        return Outcome(kind="clash", intent=self._intent, clash=kind, theirs=theirs, seen=tuple(self._raw.values()))

    def _now(self) -> datetime:
        return self._server_now or self._clock.now()

    def _backoff_s(self) -> float:
        base = limits.RETRY_FIRST_S * 2.0 ** min(self._intent.tries - 1, 10)
        return min(base, limits.RETRY_CAP_S) * self._rng.uniform(0.5, 1.5)


def _echoes(bundle: Json | None, parameter: str) -> bool:
    """Say whether the answer's own link repeats the parameter: one that a server does not know may look like an empty success."""
    links = (bundle or {}).get("link", [])
    return any(
        isinstance(one, dict) and one.get("relation") == "self" and f"{parameter}=" in str(one.get("url", ""))
        for one in links
    )
