"""Where the wizard begins: a start such as «clinic:<id>» or «again:<booking>» as answers that are given already."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from desktop.errors import UsageError
from desktop.session.rows import BookingRow
from desktop.views.pages import wizard_choices as choices
from desktop.views.pages.wizard_choices import Answers
from desktop.views.pages.wizard_referral import referral_of, specialty_of
from desktop.views.pages.wizard_steps import Data

if TYPE_CHECKING:
    from desktop.session.session import Session


async def start_of(start: str, data: Data, session: Session) -> tuple[Answers, BookingRow | None]:
    """Return the answers that a start brings, and the booking that is to be moved."""
    kind, _, id = start.partition(":")
    here = session.current.id if session.current is not None else 0
    made, was = Answers(person=here if id or len(data.people) < 2 else 0), None
    match kind:
        case "person":
            made = Answers(person=int(id)) if id.isdigit() and data.person(int(id)) else made
        case "specialty":
            made = Answers(person=here, specialty=specialty_of(data, id))
        case "clinic":
            made = Answers(person=here, clinic=_clinic(data, id))
        case "doctor":
            name, _, place = id.partition("@")
            clinic = _clinic(data, place)
            doctor = data.doctor(name, clinic)
            made = Answers(person=here, clinic=clinic)
            if doctor is not None:
                made = replace(made, specialty=doctor.specialty, clinic=doctor.clinic_id, doctor=name)
        case "referral":
            made = await referral_of(id, here, data, session)
        case "again" | "move":
            row = await session.bookings.get(id)
            made = _like(row.person, row.specialty, row.clinic_id, row.doctor_id, data)
            if kind == "move":
                made, was = replace(made, moves=id, clinic=made.clinic or choices.ANY, doctor=made.doctor or choices.ANY), row
        case "clash":
            made = await _clash(id, session, data)
        case "watch":
            made = await _watch(id, session)
    return choices.settle(made, data.doctors, data.free), was


def _clinic(data: Data, id: str) -> str:
    """Return a clinic as the timetables name it, from its place or from its organization."""
    return next((one.id for one in data.clinics if id in (one.id, one.organization_id)), id)


def _like(person: int, specialty: str, clinic: str, doctor: str, data: Data) -> Answers:
    known = data.doctor(doctor, clinic) or data.doctor(doctor)
    if known is not None:
        return Answers(person=person, specialty=known.specialty, clinic=known.clinic_id, doctor=known.id)
    return Answers(person=person, specialty=specialty_of(data, specialty) if specialty else "", clinic=clinic)


async def _clash(id: str, session: Session, data: Data) -> Answers:
    found = next((one for one in await session.bookings.clashes() if one.id == id), None)
    if found is None:
        raise UsageError("decide.unknown")
    mine, theirs = dict(found.mine), dict(found.theirs)
    facts = {name: mine.get(name) or theirs.get(name, "") for name in ("specialty", "clinic_id", "doctor_id")}
    if not facts["specialty"] and mine.get("booking"):
        row = next((one for one in data.family if one.id == mine["booking"]), None)
        if row is not None:
            facts = {"specialty": row.specialty, "clinic_id": row.clinic_id, "doctor_id": row.doctor_id}
    made = _like(found.person, facts["specialty"], facts["clinic_id"], facts["doctor_id"], data)
    return replace(made, clash=id, clinic=made.clinic or choices.ANY, doctor=made.doctor or choices.ANY)


async def _watch(id: str, session: Session) -> Answers:
    row = next((one for one in await session.watches.all() if one.watch.id == id), None)
    if row is None:
        raise UsageError("watch.unknown")
    watch = row.watch
    clinic = next(iter(watch.clinics), choices.ANY)
    doctor = next(iter(watch.doctors), choices.ANY)
    return Answers(person=watch.person, specialty=watch.specialty, clinic=clinic, doctor=doctor, slot=row.slot, watch=id)
