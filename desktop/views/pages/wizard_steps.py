"""The steps of the wizard before the check: each a widget that asks one thing and says what was chosen.

Owns how choices are drawn. What may be chosen is wizard_choices; what an answer does is the page's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.record.care import Place
from desktop.record.slots import FreeSlot
from desktop.session.clinics import ClinicRow
from desktop.session.openings import Away, DoctorRow
from desktop.session.rows import BookingRow, PersonRow
from desktop.views import theme, visit_words, wording
from desktop.views.pages import wizard_choices as choices
from desktop.views.pages.wizard_choices import ANY, Answers, Option
from desktop.views.parts import (
    STRETCH,
    Avatar,
    Body,
    Box,
    Button,
    Card,
    Choice,
    Divider,
    Edit,
    EmptyState,
    FilterChip,
    Heading,
    IconLabel,
    Meta,
    PressRow,
    clear,
    column,
    row,
)
from desktop.words import tr


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """Everything the steps stand on, from one asking of the desks."""

    today: date
    now: datetime
    people: tuple[PersonRow, ...] = ()
    doctors: tuple[DoctorRow, ...] = ()
    free: tuple[FreeSlot, ...] = ()
    clinics: tuple[Place, ...] = ()
    away: tuple[Away, ...] = ()
    family: tuple[BookingRow, ...] = field(default=())
    as_of: datetime | None = None
    is_offline: bool = False
    unattached: frozenset[int] = frozenset()
    offering: tuple[ClinicRow, ...] = ()

    @property
    def matter(self) -> tuple[object, ...]:
        """Return what a step would have to be built anew for."""
        return self.people, self.doctors, [slot.id for slot in self.free], self.family, self.is_offline, self.away

    def person(self, id: int) -> PersonRow | None:
        """Return one of the family."""
        return next((one for one in self.people if one.id == id), None)

    def slot(self, id: str) -> FreeSlot | None:
        """Return a free time by its id."""
        return next((one for one in self.free if one.id == id), None)

    def doctor(self, id: str, clinic: str = "") -> DoctorRow | None:
        """Return a doctor, in one clinic if it is named."""
        return next((one for one in self.doctors if one.id == id and clinic in ("", ANY, one.clinic_id)), None)

    def clinic_name(self, id: str) -> str:
        """Return a clinic's name as the timetables write it."""
        return next((one.clinic for one in self.doctors if one.clinic_id == id),
                    next((one.name for one in self.clinics if one.id == id), ""))  # fmt: skip

    def address(self, id: str) -> str:
        """Return the address of a clinic, or nothing."""
        return next((one.address for one in self.clinics if one.id == id), "")


def counted(option: Option, *, today: date) -> str:
    """Write «3 окна, ближайшее завтра, 17:40»."""
    if not option.free or option.soonest is None:
        return tr("wizard.free_none")
    return tr("wizard.free_soonest", free=tr("wizard.free", option.free), at=visit_words.near(option.soonest, today=today))


def doctor_facts(doctor: DoctorRow, *, today: date) -> str:
    """Write «стаж 14 лет. Кабинет 208. Оценка 4,8», as far as the portal says it."""
    parts = []
    if doctor.since is not None and doctor.since <= today.year:
        since = tr("wizard.since", today.year - doctor.since)
        parts.append(since[0].upper() + since[1:])
    if doctor.room:
        parts.append(doctor.room)
    if doctor.rating is not None:
        parts.append(tr("wizard.rating", value=f"{doctor.rating:.1f}".replace(".", tr("parts.decimal"))))
    return ". ".join(parts)


class Choices(Card):
    """Rows to press under each other in one card."""

    picked = Signal(str)

    def __init__(self) -> None:
        super().__init__(pad=(0,), gap=0)

    def add(self, key: str, title: str, detail: str, leading: QWidget | None = None) -> PressRow:
        """Add a row."""
        if self.body.count():
            self.body.addWidget(Divider())
        made = PressRow(title, detail, leading=leading)
        made.setObjectName(f"option_{key}")
        made.clicked.connect(lambda _on=False, key=key: self.picked.emit(key))
        self.body.addWidget(made)
        return made


class WhoStep(QWidget):
    """Whose visit. `picked` gives the person's number."""

    picked = Signal(str)

    def __init__(self, data: Data) -> None:
        super().__init__()
        if not data.people:
            self.setLayout(column(EmptyState(tr("wizard.no_people"), tr("wizard.no_people_more"), icon="users"), STRETCH))
            return
        card = Choices()
        card.picked.connect(self.picked)
        for person in data.people:
            full = " ".join(part for part in (person.family, person.given, person.middle) if part)
            about = [wording.person_line(person, between=", ")]
            if person.birth_date is not None:
                about.append(tr("wizard.born", year=person.birth_date.year))
            card.add(str(person.id), full, ", ".join(part for part in about if part),
                     Avatar(person.initials, hue=person.hue))  # fmt: skip
        self.setLayout(column(card, Meta(tr("wizard.who_more")), STRETCH, gap=12))


class SpecialtyStep(QWidget):
    """Which specialty; a search finds by specialty, surname and service code. `picked`: specialty, `doctor_picked`: schedule."""

    picked = Signal(str)
    doctor_picked = Signal(str)

    def __init__(self, data: Data, answers: Answers, text: str = "") -> None:
        super().__init__()
        self._data, self._answers = data, answers
        self.search = Edit(text, name=tr("wizard.search"), placeholder=tr("wizard.search"))
        self.search.set_start(IconLabel("search", "ink3", 20))
        self.search.setMinimumHeight(theme.px(48))
        self.search.textChanged.connect(self._fill)
        self.search.returnPressed.connect(self._first)
        self._list = column(gap=12)
        self.setLayout(column(self.search, Meta(tr("wizard.search_hint")), self._list, STRETCH, gap=8))
        self._first_row: PressRow | None = None
        self._fill(text)

    def _fill(self, text: str) -> None:
        clear(self._list)
        self._first_row = None
        today = self._data.today
        found = choices.found_doctors(self._data.doctors, self._data.free, text=text)
        if found:
            self._list.addWidget(Heading(tr("wizard.doctors")))
            card = Choices()
            card.picked.connect(self.doctor_picked)
            for one in found[:8]:
                assert one.doctor is not None
                about = f"{one.doctor.specialty}, {one.doctor.clinic}. {counted(one, today=today)}"
                self._take(card.add(one.key, one.title, about, IconLabel("stethoscope", "accent", 24)))
            self._list.addWidget(card)
        options = choices.specialties(self._data.doctors, self._data.free, text=text, clinic=self._answers.clinic)
        if options:
            if found:
                self._list.addWidget(Heading(tr("wizard.specialties")))
            card = Choices()
            card.picked.connect(self.picked)
            for one in options:
                self._take(card.add(one.key, one.title, counted(one, today=today)))
            self._list.addWidget(card)
        if not options and not found:
            key = "nothing" if self._data.doctors else "no_doctors"
            self._list.addWidget(EmptyState(tr(f"wizard.{key}"), tr(f"wizard.{key}_more"), icon="search"))

    def _take(self, made: PressRow) -> None:
        self._first_row = self._first_row or made

    def _first(self) -> None:
        if self._first_row is not None:
            self._first_row.click()


class DoctorStep(QWidget):
    """Which doctor, with years of practice, room and rating to compare. `picked` gives the id, or «any»."""

    picked = Signal(str)

    def __init__(self, data: Data, answers: Answers) -> None:
        super().__init__()
        self._data, self._answers = data, answers
        self.only_free = FilterChip(tr("wizard.only_free"))
        self.only_free.toggled.connect(self._fill)
        orders = [(key, tr(f"wizard.sort_{key}")) for key in ("soonest", "rating", "name")]
        self.order = Choice(orders, name=tr("wizard.sort"), chosen="soonest")
        self.order.chosen_changed.connect(self._fill)
        self._list = column(gap=0)
        self.setLayout(column(row(self.only_free, self.order, STRETCH), self._list, STRETCH, gap=12))
        self._fill()

    def _fill(self, *_: object) -> None:
        clear(self._list)
        card = Choices()
        card.picked.connect(self.picked)
        card.add(ANY, tr("wizard.any_doctor"), "", IconLabel("users", "ink2", 24))
        found = choices.doctors_of(
            self._data.doctors,
            self._data.free,
            self._answers,
            only_free=self.only_free.isChecked(),
            by=self.order.chosen(),
        )
        today = self._data.today
        for one in found:
            assert one.doctor is not None
            clinic = one.doctor.clinic if self._answers.clinic == ANY else ""
            about = ". ".join(
                part for part in (clinic, doctor_facts(one.doctor, today=today), counted(one, today=today)) if part
            )
            card.add(one.key, one.title, about, IconLabel("stethoscope", "accent", 24))
        self._list.addWidget(card)
        if not found:
            self._list.addWidget(none_free())


def none_free() -> Meta:
    """Return the words where only those with free times are wanted and there are none."""
    return Meta(tr("wizard.none_free", only_free=tr("wizard.only_free")))


def facts_card(lines: Sequence[tuple[str, str, str, str, Callable[[], None] | None]]) -> Card:
    """Return the card of the check: caption, bold line, small line, and «Изменить» where it may be changed (step, action)."""
    card = Card(pad=(4, 0), gap=0)
    for n, (name, strong, small, step, act) in enumerate(lines):
        if n:
            card.body.addWidget(Divider())
        caption = Body(name, tone="ink2")
        caption.setFixedWidth(theme.px(130))
        words = column(Body(strong, bold=True), gap=0)
        if small:
            words.addWidget(Meta(small))
        line = row(gap=20, pad=(14, 12, 14, 24))
        line.addWidget(caption)
        line.addLayout(words, 1)
        if act is not None:
            change = Button(tr("wizard.change"), role="text", tight=True, name=tr("wizard.edit", what=name))
            change.setObjectName(f"change_{step}")
            change.clicked.connect(act)
            line.addWidget(change)
        card.body.addWidget(Box(line))
    return card
