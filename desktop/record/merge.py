"""Decide the next step of an act from what the portal shows now. Pure: observations in, one step out.

Every step is safe to repeat: a run that died anywhere observes again and arrives at the same effect once, because an effect
carries the act's own identifier. Nothing is decided from a status code; a refused write leads back to an observation.
Does not own: reading and writing resources (sync/push), what a person chooses at a clash (record/clashes).
*Source*: HL7 FHIR R4 Appointment and Slot; measured behaviour of servers (conditional updates hold, transactions need not).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from desktop.record.acts import instant
from desktop.record.intents import Intent

OVER: Final = frozenset({"cancelled", "noshow", "entered-in-error"})
BEGUN: Final = frozenset({"arrived", "checked-in", "fulfilled"})
HELD: Final = frozenset({"busy", "busy-tentative"})
"""States of a slot in which somebody has it; one that the clinic took out of its timetable is nobody's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotSeen:
    """A slot as the portal has it now. `claimed_by` are the acts that it is held for."""

    id: str
    version: str
    status: str
    starts_at: datetime | None
    claimed_by: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingSeen:
    """A booking as the portal has it now. `intents` are the acts whose identifiers it carries, oldest first."""

    id: str
    version: str
    status: str
    starts_at: datetime | None
    slots: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """Mark the slot busy and ours, if its version still is `version`."""

    slot: str
    version: str


@dataclass(frozen=True, slots=True)
class Release:
    """Give back a slot that we claimed (or held), if its version still is `version`."""

    slot: str
    version: str


@dataclass(frozen=True, slots=True)
class Create:
    """Create the booking (conditionally, under the act's identifier)."""


@dataclass(frozen=True, slots=True)
class Move:
    """Point the booking at the new slot, if its version still is `version`."""

    booking: str
    version: str


@dataclass(frozen=True, slots=True)
class Agree:
    """Say yes to the time that the clinic proposes, if the booking's version still is `version`."""

    booking: str
    version: str


@dataclass(frozen=True, slots=True)
class Annul:
    """Set the booking cancelled, if its version still is `version`."""

    booking: str
    version: str


@dataclass(frozen=True, slots=True)
class Settled:
    """The effect is there (`booking` names it), or was there already without us (`is_ours` False)."""

    booking: str
    is_ours: bool = True


@dataclass(frozen=True, slots=True)
class Clashed:
    """The world has moved: the person decides. `kind` is a key of record/clashes."""

    kind: str
    booking: str = ""


Step = Claim | Release | Create | Move | Agree | Annul | Settled | Clashed


def next_book(
    intent: Intent, *, own: BookingSeen | None, slot: SlotSeen | None, now: datetime, refusal: str = ""
) -> Step:
    """Decide for an act that books.

    `own` is the booking found under the act's identifier; `refusal` is the portal's word on the last write.
    """
    if own is not None:
        return Settled(own.id)
    stop = refusal or _unusable(intent, slot, now=now)
    if stop:
        return Release(slot.id, slot.version) if slot is not None and intent.id in slot.claimed_by else Clashed(stop)
    assert slot is not None
    return Create() if intent.id in slot.claimed_by else Claim(slot.id, slot.version)


def next_reschedule(
    intent: Intent,
    *,
    booking: BookingSeen | None,
    slot: SlotSeen | None,
    old_slot: SlotSeen | None,
    now: datetime,
    refusal: str = "",
) -> Step:
    """Decide for an act that moves a booking. The old slot is given back only after the booking has moved."""
    if booking is not None and intent.id in booking.intents:
        if old_slot is not None and _may_give_back(
            old_slot, booking=booking, version_seen=intent.seen.old_slot_version
        ):
            return Release(old_slot.id, old_slot.version)
        return Settled(booking.id)
    stop = _unmovable(intent, booking) or refusal or _unusable(intent, slot, now=now)
    if stop:
        if slot is not None and intent.id in slot.claimed_by:
            return Release(slot.id, slot.version)
        return Clashed(stop, booking.id if booking else "")
    assert slot is not None
    assert booking is not None
    return Move(booking.id, booking.version) if intent.id in slot.claimed_by else Claim(slot.id, slot.version)


def next_accept(intent: Intent, *, booking: BookingSeen | None, now: datetime, refusal: str = "") -> Step:
    """Decide for an act that says yes to a proposed time: to that time and no other."""
    if booking is not None and intent.id in booking.intents:
        return Settled(booking.id)
    wanted = instant(str(intent.body["starts_at"]))
    stop = _unmovable(intent, booking)
    if booking is None or stop:
        return Clashed(stop, booking.id if booking else "")
    if booking.starts_at != wanted:
        return Clashed(_displaced(booking), booking.id)
    if booking.status == "booked":
        return Settled(booking.id, is_ours=False)
    if refusal or wanted <= now:
        return Clashed(refusal or "expired", booking.id)
    return Agree(booking.id, booking.version)


def next_cancel(
    intent: Intent, *, booking: BookingSeen | None, slot: SlotSeen | None = None, refusal: str = ""
) -> Step:
    """Decide for an act that cancels. It is never re-validated: wherever the clinic moved the booking, the person does not want it."""
    if booking is None:
        return Settled("", is_ours=False)
    if booking.status in OVER:
        if (
            intent.id in booking.intents
            and slot is not None
            and _may_give_back(slot, booking=booking, version_seen=intent.seen.old_slot_version)
        ):
            return Release(slot.id, slot.version)
        return Settled(booking.id, is_ours=intent.id in booking.intents)
    if booking.status in BEGUN:
        return Clashed("too_late", booking.id)
    return Clashed(refusal, booking.id) if refusal else Annul(booking.id, booking.version)


def _unusable(intent: Intent, slot: SlotSeen | None, *, now: datetime) -> str:
    """Say why the wanted slot cannot be had, or nothing."""
    wanted = instant(str(intent.body["starts_at"]))
    if wanted <= now:
        return "expired"
    if slot is None:
        return "slot_gone"
    if intent.id in slot.claimed_by:
        return "" if slot.starts_at is None or slot.starts_at == wanted else "slot_gone"
    return "" if slot.status == "free" and slot.starts_at == wanted else "slot_gone"


def _unmovable(intent: Intent, booking: BookingSeen | None) -> str:
    if booking is None:
        return "booking_gone"
    if booking.status in OVER:
        return "clinic_cancelled"
    if booking.status in BEGUN:
        return "too_late"
    is_elsewhere = bool(intent.seen.old_slot and booking.slots) and intent.seen.old_slot not in booking.slots
    is_later = (
        bool(intent.seen.starts_at)
        and booking.starts_at is not None
        and booking.starts_at != instant(intent.seen.starts_at)
    )
    if is_elsewhere or is_later:
        return _displaced(booking)
    return ""


def _displaced(booking: BookingSeen) -> str:
    """Say whether the clinic has chosen another time, or asks if another one would do."""
    return "proposed" if booking.status == "proposed" else "moved"


def _may_give_back(slot: SlotSeen, *, booking: BookingSeen, version_seen: str) -> bool:
    """Say whether a slot that the booking has left is still held for it: nobody else's claim is ever released."""
    if slot.status not in HELD or (slot.id in booking.slots and booking.status not in OVER):
        return False
    if slot.claimed_by:
        return slot.claimed_by <= set(booking.intents)
    return bool(version_seen) and slot.version == version_seen
