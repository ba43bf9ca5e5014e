"""One attempt at one act: look at the portal, take the one next step that record/merge names, look again.

Nothing is decided from a status code: a refused or a lost write leads back to a look.
Owns: the order of looking and writing, what an answer says. Does not own: decisions (record/merge), FHIR paths (record/fhir), which acts
are attempted and what is kept of it (push.py).
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Literal

import msgspec

from desktop import limits
from desktop.clock import Clock
from desktop.record import merge, uploads
from desktop.record.acts import ACTS
from desktop.record.clashes import BY_PORTAL_CODE
from desktop.record.fhir import acts as wire
from desktop.record.intents import Intent
from desktop.sync.portal import Answer, Portal, Refused, Reply
from desktop.sync.wire import Unreached

STEPS_PER_ACT: Final = 16
_LOOK_AGAIN: Final = frozenset({409, 410, 412})
Json = dict[str, Any]
File = Callable[[str], Awaitable[bytes | None]]
"""Gives the bytes of a file that an act carries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The end of one attempt. `seen` are resources as the portal has them now, to be stored together with the outcome.

    `is_portals_word`: it was the portal that named `retry_after_s`. `before` is the act as it was, where nothing of the attempt has left.
    """

    kind: Literal["applied", "already_done", "clash", "retry", "sign_in", "unsent"]
    intent: Intent
    clash: str = ""
    theirs: Mapping[str, Any] = field(default_factory=dict)
    retry_after_s: float = 0.0
    is_portals_word: bool = False
    seen: tuple[Json, ...] = ()
    before: Intent | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """An act noted as on its way, and what it was before that."""

    before: Intent
    intent: Intent


class Unclear(Exception):
    """The portal did not answer clearly; the act stays on its way. `is_unsent`: there was no line, so this request did not leave."""

    def __init__(
        self,
        retry_after_s: float | None = None,
        *,
        is_sign_in: bool = False,
        is_poison: bool = False,
        is_unsent: bool = False,
    ) -> None:
        super().__init__()
        self.retry_after_s = retry_after_s
        self.is_sign_in = is_sign_in
        self.is_poison = is_poison
        self.is_unsent = is_unsent


class Attempt:
    """One attempt at one act."""

    def __init__(
        self, portal: Portal, patient: str | None, one: Started, *, turn: asyncio.Lock, file: File, clock: Clock, rng: random.Random
    ) -> None:
        self._portal = portal
        self._turn = turn
        self._file = file
        self._patient = patient or ""
        self._before = one.before
        self._intent = one.intent
        self._clock = clock
        self._rng = rng
        self._server_now: datetime | None = None
        self._refusal = ""
        self._raw: dict[str, Json] = {}
        self._etags: dict[str, str] = {}
        self._answered: dict[str, Json] = {}
        self._own: Json | None = None
        # A first attempt cannot have left an effect; any other may have, and looks for it before it writes.
        self._must_search = one.before.may_have_left
        self._has_written = False
        self._may_claim = True
        self._unreleasable: set[str] = set()

    async def carry_out(self) -> Outcome:
        """Take steps until the act is settled, clashes, or the portal stays unclear."""
        if not self._patient:
            return self._clash("rights_lost", "")
        try:
            for _ in range(STEPS_PER_ACT):
                step = await self._next()
                if isinstance(step, merge.Settled):
                    return self._done(step)
                if isinstance(step, merge.Clashed):
                    return self._clash(step.kind, step.booking)
                await self._take(step)
        except Unclear as unclear:
            return await self._unclear(unclear)
        return Outcome(kind="retry", intent=self._intent, retry_after_s=self._backoff_s())

    async def _unclear(self, unclear: Unclear) -> Outcome:
        if unclear.is_sign_in:
            return Outcome(kind="sign_in", intent=self._intent)
        if unclear.is_unsent and not self._has_written:
            return Outcome(kind="unsent", intent=self._intent, before=self._before)
        if unclear.is_poison and self._intent.tries >= limits.POISON_TRIES:
            return await self.give_back()
        return Outcome(
            kind="retry", intent=self._intent, retry_after_s=unclear.retry_after_s or self._backoff_s(),
            is_portals_word=bool(unclear.retry_after_s),
        )

    async def give_back(self) -> Outcome:
        """End an act that the portal has failed at too often, or that has ended before its claim landed.

        A slot that it holds is handed back: else it stays held for nobody.
        """
        if not self._patient:
            return self._clash("rights_lost", "")
        self._refusal = "refused"
        self._must_search = self._own is None
        try:
            for _ in range(STEPS_PER_ACT):
                step = await self._next()
                if isinstance(step, merge.Settled):
                    return self._done(step)
                if not isinstance(step, merge.Release):
                    break
                await self._take(step)
        except Unclear:
            # The portal fails at this too; its clinic sees who holds the slot.
            pass
        return self._clash("refused", "")

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
            return merge.next_cancel(self._intent, booking=booking, slot=slot, refusal=self._refusal)
        if effect == "reschedule":
            return await self._next_reschedule()
        if effect == "accept":
            booking = await self._booking(str(self._intent.body["booking"]))
            return merge.next_accept(self._intent, booking=booking, now=self._now(), refusal=self._refusal)
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
        if (answered := self._answered.pop(f"{kind}/{id}", None)) is not None:
            return answered
        reply = await self._portal.read(kind, id)
        if isinstance(reply, Refused) and reply.status in (404, 410) and self._is_heard(reply):
            self._raw.pop(f"{kind}/{id}", None)
            return None
        body = self._body(reply)
        if body is None or body.get("resourceType") != kind:
            raise Unclear
        self._keep(f"{kind}/{id}", body, reply)
        return body

    def _keep(self, name: str, body: Json, reply: Reply) -> None:
        self._raw[name] = body
        self._etags[name] = (reply.etag if isinstance(reply, Answer) else None) or f'W/"{wire.version_of(body)}"'

    def _body(self, reply: Reply) -> Json | None:
        """Return the JSON of an answer. *Raises* Unclear for anything that is not one."""
        if isinstance(reply, Answer):
            self._server_now = reply.server_time or self._server_now
            try:
                body = msgspec.json.decode(reply.body) if reply.body else None
            except (msgspec.MsgspecError, RecursionError) as error:
                raise Unclear from error
            return body if isinstance(body, dict) else None
        if isinstance(reply, Refused):
            if reply.status == 401:
                raise Unclear(is_sign_in=True)
            raise Unclear(reply.retry_after_s)
        raise Unclear(is_unsent=not reply.has_left)

    # --- writing

    async def _take(self, step: merge.Step) -> None:
        match step:
            case merge.Claim(slot=id):
                reply = await self._put("Slot", id, wire.claimed(self._raw[f"Slot/{id}"], self._intent))
                if isinstance(reply, Refused) and reply.status in (403, 405) and self._is_heard(reply):
                    self._may_claim = False
                else:
                    self._note(reply)
                    self._believe("Slot", id, reply)
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
            case merge.Agree(booking=id):
                self._note(
                    await self._put("Appointment", id, wire.agreed(self._raw[f"Appointment/{id}"], self._intent))
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
        return await self._write("PUT", f"{kind}/{id}", body, if_match=self._etags[f"{kind}/{id}"])

    async def _write(self, method: str, path: str, body: Json, **conditions: str) -> Reply:
        async with self._turn:
            reply = await self._portal.write(method, path, msgspec.json.encode(body), **conditions)
        self._has_written |= not isinstance(reply, Unreached) or reply.has_left
        return reply

    def _believe(self, kind: str, id: str, reply: Reply) -> None:
        """Take a write's answer for the look after it, where the portal shows the whole thing as it stands now with our act on it."""
        body = self._body(reply) if isinstance(reply, Answer) else None
        if body is None or (body.get("resourceType"), body.get("id")) != (kind, id) or not wire.version_of(body):
            return
        if self._intent.id in wire.intents_of(body):
            self._keep(f"{kind}/{id}", body, reply)
            self._answered[f"{kind}/{id}"] = body

    async def _create(self) -> None:
        slot = self._raw.get(f"Slot/{self._intent.body.get('slot')}")
        files = await self._hand_over()
        if self._refusal:
            return
        body = wire.created(self._intent, patient=self._patient, slot=slot, files=files)
        kind = ACTS[self._intent.kind].resource
        reply = await self._write("POST", kind, body, if_none_exist=f"identifier={self._intent.identifier}")
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
            data = await self._file(str(one["id"]))
            if data is None:
                self._refusal = "refused"
                break
            reply = await self._write("POST", "Binary", wire.binary(data, str(one["content_type"]), patient=self._patient))
            self._note(reply)
            if self._refusal:
                break
            id = wire.made("Binary", self._body(reply), reply.location) if isinstance(reply, Answer) else ""
            if not id:
                raise Unclear(is_poison=True)
            files[name] = f"Binary/{id}"
        return files

    def _note(self, reply: Reply, *, is_refusal: bool = True) -> None:
        """Learn from the answer to a write. *Raises* Unclear when it may or may not have been done."""
        if isinstance(reply, Answer):
            self._server_now = reply.server_time or self._server_now
            return
        if isinstance(reply, Refused):
            if reply.status == 401:
                raise Unclear(is_sign_in=True)
            if reply.status == 429 or reply.status >= 500:
                raise Unclear(reply.retry_after_s, is_poison=reply.status >= 500)
            if not self._is_heard(reply):
                raise Unclear(is_poison=True)
            known = [BY_PORTAL_CODE[code] for code in reply.codes if code in BY_PORTAL_CODE]
            if is_refusal and (known or reply.status not in _LOOK_AGAIN):
                self._refusal = known[0] if known else "refused"
            return
        raise Unclear(is_unsent=not reply.has_left)

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
