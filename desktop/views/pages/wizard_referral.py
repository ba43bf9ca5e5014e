"""The wizard's way from a referral whose doctor the clinic does not have: that it is so, and which clinics have one, nearest first.

Owns the answers that a referral brings and the step where no timetable has its doctor. Another specialty is never offered for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.errors import UsageError
from desktop.record.care import Place
from desktop.record.slots import distance_km
from desktop.views import wording
from desktop.views.pages.wizard_choices import Answers, Option, fold
from desktop.views.pages.wizard_steps import Choices, Data
from desktop.views.parts import STRETCH, Body, Heading, IconLabel, column
from desktop.words import tr

if TYPE_CHECKING:
    from desktop.session.clinics import ClinicRow
    from desktop.session.session import Session


def specialty_of(data: Data, name: str) -> str:
    """Return a specialty as the timetables write it, nothing where none is meant."""
    known = {one.specialty for one in data.doctors} | {slot.specialty for slot in data.free}
    return next((one for one in sorted(known) if fold(one) == fold(name)),
                next((one for one in sorted(known) if one and (fold(one) in fold(name) or fold(name) in fold(one))), ""))  # fmt: skip


async def referral_of(id: str, person: int, data: Data, session: Session) -> Answers:
    """Return what a referral answers. *Raises* UsageError referral.unknown."""
    told = await session.openings.referral(id)
    if told is None:
        raise UsageError("referral.unknown")
    wanted = next((found for text in (told.specialty, told.title) if text and (found := specialty_of(data, text))), "")
    named = next((one.id for one in data.clinics if told.clinic and fold(one.name) == fold(told.clinic)), "")
    has_it = any(one.clinic_id == named and one.specialty == wanted for one in data.doctors)
    return Answers(person=person, specialty=wanted, clinic=named if has_it else "", referral=told.id, asked=told.title,
                   sent_to="" if has_it else named)  # fmt: skip


def near_first(options: Iterable[Option], data: Data, answers: Answers) -> tuple[Option, ...]:
    """Order clinics by how far they are from the one that the referral names."""
    at = {one.id: _place(one) for one in data.clinics}
    return tuple(sorted(options, key=lambda one: (distance_km(at.get(one.key), at.get(answers.sent_to)), one.title)))


def _place(one: Place) -> tuple[float, float] | None:
    return (one.latitude, one.longitude) if one.latitude is not None and one.longitude is not None else None


async def offering(session: Session, answers: Answers) -> tuple[ClinicRow, ...]:
    """Return the clinics that say they have what the referral asks for, nearest to where it sends, else to one's own clinic."""
    rows = await session.clinics.all()
    whole = {row.id: (row.clinic.latitude, row.clinic.longitude) for row in rows}
    at = {id: (one, other) for id, (one, other) in whole.items() if one is not None and other is not None}
    origin = at.get(answers.sent_to) or next((at[row.id] for row in rows if row.id in at), None)
    asked = fold(answers.asked)
    have = [row for row in rows if any(fold(one) == asked for one in row.clinic.specialties)]
    return tuple(sorted(have, key=lambda row: (distance_km(at.get(row.id), origin), row.clinic.name)))


class ReferralStep(QWidget):
    """Nobody whose timetable is here receives for this referral. `picked` gives a clinic to look at."""

    picked = Signal(str)

    def __init__(self, data: Data, answers: Answers) -> None:
        super().__init__()
        clinic = data.clinic_name(answers.sent_to)
        nowhere = tr("wizard.referral_nowhere_at", clinic=clinic) if clinic else tr("wizard.referral_nowhere")
        parts: list[QWidget] = [Heading(tr("wizard.referral_asks", what=answers.asked), level=2), Body(nowhere, tone="ink2")]
        if data.offering:
            card = Choices()
            card.picked.connect(self.picked)
            for row in data.offering:
                about = ". ".join(part for part in (row.clinic.address, wording.phone(row.clinic.phone)) if part)
                card.add(row.id, row.clinic.name, about, IconLabel("clinic", "accent", 24))
            parts += [Body(tr("wizard.referral_have"), bold=True), card]
        else:
            parts.append(Body(tr("wizard.referral_nobody")))
        self.setLayout(column(*parts, STRETCH, gap=12))
