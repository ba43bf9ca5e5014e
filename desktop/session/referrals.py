"""Referrals of the open person: those that may be acted on, those that are history, and the bookings made by them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from desktop import limits
from desktop.clock import Clock, local_date
from desktop.record.care import Referral
from desktop.record.fhir import lens_care, read
from desktop.session.scope import Scope
from desktop.store.acting import Acting
from desktop.store.vault import Vault

ReferralState = Literal["open", "used", "revoked", "ended", "held"]
_RECENT: Final = 400
_STANDING: Final = frozenset({"booked", "pending", "proposed", "arrived", "checked-in", "waitlist"})
_LABORATORY: Final = frozenset({"laboratory", "108252007"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralRow:
    """One referral. `booking` is the booking made by it, `is_waiting` that the booking has not left this computer."""

    facts: Referral
    state: ReferralState
    days_left: int | None
    booking: str = ""
    booked_at: datetime | None = None
    is_waiting: bool = False
    waits_for_lab: bool = False


class ReferralsDesk:
    """Referrals."""

    def __init__(self, scope: Scope, acting: Acting, clock: Clock) -> None:
        self._scope = scope
        self._acting = acting
        self._clock = clock

    async def rows(self) -> tuple[ReferralRow, ...]:
        """Return the open ones, those that end first before the others, then history, newest first."""
        today = local_date(self._clock)
        return await self._scope.ask(_rows, self._scope.vault, self._acting, self._scope.person, today)


def _facts(body: read.Json) -> tuple[Referral, bool]:
    return lens_care.referral(body), any(code in _LABORATORY for _, code in read.codes(body, "category"))


def _ordered(body: read.Json) -> tuple[str, tuple[str, ...], datetime | None]:
    """Return a booking's id, the referrals by which it was made if it stands, and when it begins."""
    id = read.text(body, "id")
    if read.text(body, "status") not in _STANDING:
        return id, (), None
    named = (read.reference(one) for one in read.each(body, "basedOn"))
    return id, tuple(name for kind, name in named if kind == "ServiceRequest"), read.moment(body.get("start"))


def _rows(vault: Vault, acting: Acting, person: int, today: date) -> tuple[ReferralRow, ...]:
    booked = _booked(vault, acting, person)
    found = []
    for facts, waits_for_lab in vault.replica.values(_facts, "ServiceRequest", person=person, limit=limits.REFERRALS):
        id, at, is_waiting = booked.get(facts.id, ("", None, False))
        found.append(
            ReferralRow(
                facts=facts,
                state=state_of(facts, today=today),
                days_left=(facts.valid_until - today).days if facts.valid_until else None,
                booking=id,
                booked_at=at,
                is_waiting=is_waiting,
                waits_for_lab=waits_for_lab,
            )
        )
    found.sort(key=lambda row: (row.facts.valid_until or date.max) if row.state in ("open", "held") else date.max)
    return tuple(sorted(found, key=lambda row: row.state not in ("open", "held")))


def state_of(facts: Referral, *, today: date) -> ReferralState:
    """Say whether a person may still act on a referral. A referral whose day has passed is over, whatever its status says."""
    if facts.status == "completed":
        return "used"
    if facts.status in ("revoked", "entered-in-error"):
        return "revoked"
    if facts.valid_until is not None and facts.valid_until < today:
        return "ended"
    return "held" if facts.status in ("on-hold", "draft") else "open"


def _booked(vault: Vault, acting: Acting, person: int) -> dict[str, tuple[str, datetime | None, bool]]:
    found: dict[str, tuple[str, datetime | None, bool]] = {}
    for booking, orders, at in vault.replica.values(_ordered, "Appointment", person=person, limit=_RECENT):
        for id in orders:
            found.setdefault(id, (booking, at, False))
    for intent in acting.shown(person=person):
        if intent.kind == "book" and intent.is_open and intent.body.get("referral"):
            at = read.moment(intent.body.get("starts_at"))
            found[str(intent.body["referral"]).rpartition("/")[2]] = (intent.id, at, True)
    return found
