"""Bookings for pages: what the portal has with the person's acts laid over it, free time, and the acts themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Protocol

from desktop import limits
from desktop.clock import Clock, local_date
from desktop.errors import BugError, NotAllowed, UsageError
from desktop.profile import Profile
from desktop.record import act_rules
from desktop.record.acts import ACTS, step_up
from desktop.record.acts_cover import NEEDS_CONFIRMED
from desktop.record.clashes import Clash
from desktop.record.fhir import lens_bookings, read
from desktop.record.fhir.acts import version_of
from desktop.record.intents import Intent, Seen
from desktop.record.project import Shown
from desktop.record.slots import FreeSlot, Wanted, nearest, overlaps
from desktop.record.uploads import Upload
from desktop.session import named
from desktop.session.act_rows import clash_row, outbox_row
from desktop.session.booking_rows import Places, begins, booking_row, free_slots, has_passed, one_slot, shown, shown_one
from desktop.session.rows import BookingRow, ClashRow, OutboxRow, Withdrawal
from desktop.session.scope import Scope
from desktop.store.acting import Acting

_AHEAD_SINCE: Final = timedelta(days=366)
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)
"""How long ago something that is still ahead can have begun: a place in a waiting list lasts for months."""


NewAct = tuple[str, Mapping[str, Any], Mapping[str, Upload]]
"""An act that is wanted: its kind, its body, its files."""


class Wishes(Protocol):
    """The wishes that a decision to wait for a time becomes (session/watches)."""

    async def wait_for(self, clash: ClashRow) -> None:
        """Keep the wish for what a decision lost."""

    async def forget(self, clash: str) -> None:
        """Let go of a decision's wish, if there is one."""


class BookingsDesk:
    """Bookings of the open person, or of the whole family. Acts return as soon as they are on disk; nothing here waits for a network."""

    def __init__(
        self, scope: Scope, acting: Acting, clock: Clock, *, profile: Profile, on_act: Callable[[], None], wishes: Callable[[], Wishes]
    ) -> None:
        """Take the desk into use; `wishes` is asked when a decision becomes a wish, or ceases to be one."""
        self._scope = scope
        self._acting = acting
        self._clock = clock
        self._may_queue = profile.may_queue
        self._on_act = on_act
        self._wishes = wishes
        self.hold_s: float = limits.TOAST_S
        """How long an act may be taken back before it leaves; 0 where nothing leaves until the person says so."""
        self.asks_passphrase = True
        """Whether acts with a `step_up` want the passphrase; not where it was given for this very act (the command line, scenes)."""

    # --- reading

    async def upcoming(self, family: bool = False) -> tuple[BookingRow, ...]:
        """Return what is ahead: decisions first, then by date."""
        return await self._scope.ask(self._upcoming, self._people(family))

    async def past(self, family: bool = False) -> tuple[BookingRow, ...]:
        """Return what is over or cancelled, newest first."""
        return await self._scope.ask(self._past, self._people(family))

    async def get(self, id: str) -> BookingRow:
        """Return one ticket. *Raises* UsageError booking.unknown."""
        return await self._scope.tell(self._one, id)

    async def house_call_on(self, on: date, person: int) -> BookingRow | None:
        """Return the house call of a person that stands for a day: a second one is asked about before it is made."""
        for one in await self._scope.tell(self._upcoming, [person]):
            is_that = one.kind == "house_call" and one.starts_at is not None and one.starts_at.date() == on
            if is_that and one.certainty in ("confirmed", "pending") and one.pending != "house_call.cancel":
                return one
        return None

    async def free(
        self,
        *,
        specialty: str = "",
        clinic: str = "",
        doctor: str = "",
        first_day: date | None = None,
        last_day: date | None = None,
        limit: int = 2_000,
    ) -> tuple[FreeSlot, ...]:
        """Return free time as it was last seen, soonest first; names match by their beginning of a word, any case."""
        return await self._scope.tell(self._free, specialty, clinic, doctor, first_day, last_day, limit)

    async def alternatives(self, clash: str, *, limit: int = 3) -> tuple[FreeSlot, ...]:
        """Return the free slots nearest to what a clash lost, at none of which the person is elsewhere."""
        return await self._scope.tell(self._alternatives, clash, limit)

    async def clashes(self, *, person: int | None = None) -> tuple[ClashRow, ...]:
        """Return the decisions that wait, oldest first."""
        return await self._scope.tell(lambda: tuple(clash_row(one, self._of_booking(one)) for one in self._acting.clashes(person=person)))

    async def outbox(self, *, person: int | None = None) -> tuple[OutboxRow, ...]:
        """Return every act that has no outcome or was refused, oldest first."""
        found = await self._scope.tell(self._acting.shown, person=person)
        return tuple(outbox_row(one) for one in found)

    # --- acts

    async def book(self, slot: str, person: int, *, comment: str = "", referral: str = "") -> str:
        """Take a free slot for a person; return the act's id. *Raises* UsageError slot.*, NotAllowed."""

        def prepare() -> tuple[dict[str, Any], Seen]:
            return self._slot_body(slot, person, comment=comment, referral=referral), Seen()

        return await self._accept("book", person, prepare)

    async def reschedule(self, booking: str, slot: str) -> str:
        """Move a booking to another slot in one step; return the act's id. *Raises* UsageError booking.*, slot.*."""
        row = await self._standing(booking)
        if row.certainty == "cancelled":
            raise UsageError("booking.over")

        def prepare() -> tuple[dict[str, Any], Seen]:
            return {"booking": booking, **self._slot_body(slot, row.person, but=booking)}, self._seen(booking)

        return await self._accept("reschedule", row.person, prepare)

    async def cancel(self, booking: str, reason: str = "") -> str:
        """Cancel a booking, a house call or a place in a waiting list; return the act's id. *Raises* UsageError booking.*."""
        row = await self._standing(booking)
        kind = {"house_call": "house_call.cancel", "waiting": "waitlist.leave"}.get(row.kind, "cancel")
        body = {"booking": booking, **({"reason": reason} if reason and kind != "waitlist.leave" else {})}
        return await self._accept(kind, row.person, lambda: (body, self._seen(booking)))

    async def _standing(self, booking: str) -> BookingRow:
        """Return a booking whose time is not over. *Raises* UsageError booking.unknown, booking.over, booking.over_decide."""
        row = await self.get(booking)
        if row.certainty == "past" or await self._scope.tell(has_passed, self._scope.vault, booking, now=self._clock.now()):
            raise UsageError("booking.over_decide" if row.clash else "booking.over")
        return row

    async def act(
        self, kind: str, person: int, body: Mapping[str, Any], *, files: Mapping[str, Upload] | None = None, passphrase: str = ""
    ) -> str:
        """Accept any other act with its files; return its id. *Raises* UsageError act.*, watch.days, and as `acts` does."""
        (made,) = await self.acts(person, [(kind, body, files or {})], passphrase=passphrase)
        return made

    async def acts(self, person: int, wanted: Sequence[NewAct], *, passphrase: str = "") -> list[str]:
        """Accept acts that belong together, in their order, after the passphrase where one of them has a `step_up`.

        *Raises* WrongPassphrase, UsageError act.*, watch.days; BugError passphrase.needed where nobody asked for it.
        """
        if self.asks_passphrase and step_up(*(kind for kind, _, _ in wanted)):
            if not passphrase:
                raise BugError("passphrase.needed")
            await asyncio.to_thread(self._scope.vault.prove, passphrase)
        return [await self._accept_new(person, *one) for one in wanted]

    async def _accept_new(self, person: int, kind: str, body: Mapping[str, Any], files: Mapping[str, Upload]) -> str:
        act_rules.check(kind, body, today=local_date(self._clock))
        if isinstance(booking := body.get("booking"), str) and (await self._standing(booking)).person != person:
            raise UsageError("booking.unknown")
        try:
            return await self._accept(kind, person, lambda: self._new_body(kind, person, body), files=files)
        except UsageError as refused:
            raise act_rules.explained(kind, body, refused) from None

    def _new_body(self, kind: str, person: int, body: Mapping[str, Any]) -> tuple[dict[str, Any], Seen]:
        """Return a body that came whole, with what the record knows of its time and booking. *Raises* UsageError slot.*, act.bad_field."""
        named.check(self._scope.vault, kind, person, body)
        booking, slot = (str(body.get(name) or "") for name in ("booking", "slot"))
        told = self._slot_body(slot, person, but=booking) if slot else {}
        return {**body, **told}, self._seen(booking) if booking else Seen()

    async def withdraw(self, intent: str) -> Withdrawal:
        """Take an act back, or undo one that may have left. *Raises* UsageError act.unknown, act.has_left."""
        known = await self._scope.tell(self._acting.get, intent)
        if known is None:
            raise UsageError("act.unknown")
        if await self._scope.tell(self._acting.withdraw, intent):
            self._on_act()
            waiting = await self._scope.tell(self._acting.clashes, person=known.person)
            return Withdrawal(reopened=next((one.id for one in waiting if one.id == known.decides), ""))
        if ACTS[known.kind].effect in ("book", "create") and ACTS[known.kind].resource == "Appointment":
            return Withdrawal(opposite=await self._accept("cancel", known.person, lambda: ({"booking": intent}, Seen())))
        raise UsageError("act.has_left")

    async def decide(self, clash: str, choice: str, *, slot: str | None = None, code: str = "") -> str:
        """Settle a clash; return the id of the act that the choice became, or "". *Raises* UsageError decide.*."""

        def work() -> Intent | None:
            about = next((one.intent for one in self._acting.clashes() if one.id == clash), None)
            body = self._slot_body(slot, about.person, but=str(about.body.get("booking", ""))) if slot and about else None
            return self._acting.decide(clash, choice, slot=body, code=code.strip(), hold_s=self.hold_s)

        # The wish comes first: if the program ends between the two, it is there and the decision still waits.
        for one in await self.clashes() if choice == "watch" else ():
            if one.id == clash and choice in one.choices:
                await self._wishes().wait_for(one)
        made = await self._scope.tell(work)
        self._on_act()
        return made.id if made else ""

    async def take_back(self, clash: str, act: str = "") -> bool:
        """Open a decision again and withdraw the act that it became; False when that may have left already."""
        is_back = await self._scope.tell(self._acting.take_back, clash, act)
        if is_back:
            await self._wishes().forget(clash)
        self._on_act()
        return is_back

    async def accept_time(self, booking: str) -> str:
        """Say yes to the time that the clinic proposes; return the act's id. *Raises* UsageError booking.not_proposed."""
        row = await self.get(booking)
        if not row.is_proposed or row.starts_at is None:
            raise UsageError("booking.not_proposed")
        named = {"specialty": row.specialty, "doctor": row.doctor, "clinic": row.clinic, "room": row.room}

        def prepare() -> tuple[dict[str, Any], Seen]:
            seen = self._seen(booking)
            body = {"booking": booking, "starts_at": seen.starts_at, **{name: value for name, value in named.items() if value}}
            return body, seen

        return await self._accept("accept", row.person, prepare)

    async def _accept(
        self, kind: str, person: int, prepare: Callable[[], tuple[dict[str, Any], Seen]], *, files: Mapping[str, Upload] | None = None
    ) -> str:
        if not self._may_queue:
            raise NotAllowed("profile.no_queue")

        def work() -> Intent:
            stored = next(
                (one for one in self._scope.vault.people.of() if one.id == person and not one.is_sealed), None
            )
            if stored is None:
                raise UsageError("person.unknown")
            level = self._scope.vault.settings.get(f"portal.level.{stored.portal}", "confirmed")
            if kind in NEEDS_CONFIRMED and level != "confirmed":
                raise NotAllowed("account.level")
            body, seen = prepare()
            facts = {"booking": body["booking"]} if "booking" in body else {}
            facts |= {"at": body["starts_at"]} if "starts_at" in body else {}
            return self._acting.accept(
                kind, portal=stored.portal, person=person, body=body, seen=seen, hold_s=self.hold_s, facts=facts, files=files
            )

        intent = await self._scope.tell(work)
        self._on_act()
        return intent.id

    # --- on the store thread

    def _people(self, family: bool) -> list[int]:
        return self._all_people() if family else [self._scope.person]

    def _all_people(self) -> list[int]:
        return [one.id for one in self._scope.vault.people.of() if not one.is_sealed]

    def _shown(self, people: Sequence[int], *, since: date | None = None) -> tuple[Shown, ...]:
        return shown(self._scope.vault, self._acting, people, now=self._clock.now(), since=since)

    def _one(self, id: str) -> BookingRow:
        entry = shown_one(self._scope.vault, self._acting, id, now=self._clock.now())
        if entry is None:
            raise UsageError("booking.unknown")
        return booking_row(entry, Places(self._scope.vault))

    def _tickets(self, entries: Iterable[Shown]) -> list[BookingRow]:
        places = Places(self._scope.vault)
        return [booking_row(one, places) for one in entries]

    def _upcoming(self, people: Sequence[int]) -> tuple[BookingRow, ...]:
        since = (self._clock.now() - _AHEAD_SINCE).date()
        entries = self._shown(people, since=since)
        return tuple(self._tickets(one for one in entries if one.certainty in ("confirmed", "pending", "clash")))

    def _past(self, people: Sequence[int]) -> tuple[BookingRow, ...]:
        over = [one for one in self._shown(people) if one.certainty in ("past", "cancelled")]
        over.sort(key=lambda one: (one.visit.starts_at or _LONG_AGO, one.visit.id), reverse=True)
        return tuple(self._tickets(over[: limits.PAST_BOOKINGS]))

    def _free(
        self, specialty: str, clinic: str, doctor: str, first: date | None, last: date | None, limit: int
    ) -> tuple[FreeSlot, ...]:
        now = self._clock.now()
        found = []
        for slot in free_slots(self._scope.vault, first=first, last=last):
            if slot.starts_at <= now or not (begins(slot.specialty, specialty) and begins(slot.doctor, doctor)):
                continue
            if clinic and slot.clinic_id != clinic and not begins(slot.clinic, clinic):
                continue
            found.append(slot)
        return tuple(sorted(found, key=lambda slot: (slot.starts_at, slot.id))[:limit])

    def _alternatives(self, clash: str, limit: int) -> tuple[FreeSlot, ...]:
        found = next((one for one in self._acting.clashes() if one.id == clash), None)
        if found is None:
            raise UsageError("decide.unknown")
        body = found.intent.body
        starts_at = read.moment(body.get("starts_at")) or self._clock.now()
        wanted = Wanted(
            starts_at=starts_at,
            specialty=str(body.get("specialty", "")),
            doctor_id=str(body.get("doctor_id", "")),
            clinic_id=str(body.get("clinic_id", "")),
        )
        taken = self._taken(found.intent.person, but=str(body.get("booking", "")))
        free = [slot for slot in free_slots(self._scope.vault) if slot.id != body.get("slot") and not overlaps(slot, taken)]
        if found.kind == "other_age":
            # The clinic's other times are for the same patients.
            free = [slot for slot in free if not slot.clinic_id or slot.clinic_id != body.get("clinic_id")]
        return nearest(free, wanted, now=self._clock.now(), limit=limit)

    def _taken(self, person: int, *, but: str = "") -> list[tuple[datetime, datetime | None]]:
        """Return when a person is at a doctor's or wants to be, but for the visit that is about to move."""
        standing = [
            one.visit for one in self._shown([person])
            if one.certainty in ("confirmed", "pending") and one.pending != "cancel" and one.visit.kind == "visit"
        ]
        return [(visit.starts_at, visit.ends_at) for visit in standing if visit.starts_at is not None and visit.id != but]

    def _of_booking(self, clash: Clash) -> dict[str, str]:
        """Return who and where of the booking that a clash is about, as the portal has it."""
        body = self._scope.vault.replica.get("Appointment", str(clash.theirs.get("booking", "")))
        if body is None:
            return {}
        visit = lens_bookings.visit(read.parse(body), person=clash.intent.person)
        return {"specialty": visit.specialty, "doctor": visit.doctor, "room": visit.room}

    def _slot_body(self, slot: str, person: int, *, but: str = "", comment: str = "", referral: str = "") -> dict[str, Any]:
        """Return what an act says of a free time. *Raises* UsageError for one that has begun, or at which the person is elsewhere."""
        found = one_slot(self._scope.vault, slot)
        if found is None:
            raise UsageError("slot.unknown")
        if found.starts_at <= self._clock.now():
            raise UsageError("slot.past")
        if overlaps(found, self._taken(person, but=but)):
            raise UsageError("slot.overlaps")
        whole = {
            "slot": found.id,
            "starts_at": found.starts_at.isoformat(),
            "ends_at": found.ends_at.isoformat() if found.ends_at else "",
            "schedule": found.schedule,
            "specialty": found.specialty,
            "doctor": found.doctor,
            "doctor_id": found.doctor_id,
            "clinic": found.clinic,
            "clinic_id": found.clinic_id,
            "room": found.room,
            "comment": comment,
            "referral": referral,
        }
        return {name: value for name, value in whole.items() if value}

    def _seen(self, booking: str) -> Seen:
        body = self._scope.vault.replica.get("Appointment", booking)
        if body is None:
            return Seen()
        resource = read.parse(body)
        visit = lens_bookings.visit(resource, person=0)
        old = visit.slots[0] if visit.slots else ""
        held = self._scope.vault.replica.get("Slot", old) if old else None
        return Seen(
            booking_version=visit.version,
            starts_at=str(resource.get("start", "")),
            old_slot=old,
            old_slot_version=version_of(read.parse(held)) if held else "",
        )
