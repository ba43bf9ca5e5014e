"""The wizard's way to the waiting list: a wish kept here and held against free times at every check, and the clinic's own list."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtWidgets import QWidget

from desktop.record.slots import Watch
from desktop.views.pages.wizard_choices import ANY, PARTS, Answers
from desktop.views.pages.wizard_steps import Data
from desktop.views.parts import (
    STRETCH,
    Body,
    Box,
    Card,
    Check,
    DateField,
    FlowLayout,
    Heading,
    Meta,
    Radio,
    column,
    row,
)
from desktop.words import tr

_SPAN_DAYS = 28


class WaitStep(QWidget):
    """Which days and hours to wait for, and what to do when a time appears."""

    def __init__(self, data: Data, answers: Answers) -> None:
        super().__init__()
        self._data, self._answers = data, answers
        today = data.today
        self.first = DateField(tr("wizard.wait_from"), today=today, value=today)
        self.last = DateField(tr("wizard.wait_to"), today=today, value=today + timedelta(days=_SPAN_DAYS))
        self.parts = {part: Check(tr(f"wizard.part_{part}"), checked=True) for part in PARTS}
        self.weekdays = {n: Check(tr(f"parts.weekday_{n}"), checked=True, name=tr(f"shell.weekday_{n}")) for n in range(7)}
        self.notice = Radio(tr("wizard.wait_notice"), checked=True)
        self.book = Radio(tr("wizard.wait_book"))
        self.clinic = Check(tr("wizard.wait_clinic"))
        dates = row(self.first, self.last, gap=16)
        card = Card(gap=10)
        card.body.addLayout(dates)
        for name, checks in (("wait_parts", self.parts), ("wait_days", self.weekdays)):
            card.body.addWidget(Body(tr(f"wizard.{name}"), bold=True))
            card.body.addWidget(Box(FlowLayout(*checks.values(), gap=20, line_gap=0)))
        card.body.addWidget(Body(tr("wizard.wait_what"), bold=True))
        card.body.addWidget(Box(column(self.notice, self.book, gap=0)))
        card.body.addWidget(self.clinic)
        card.body.addWidget(Meta(tr("wizard.wait_hint")))
        about = self.about()
        self.setLayout(column(Heading(tr("wizard.ask_wait"), level=2), Body(about, tone="ink2"), card, STRETCH, gap=12))

    def about(self) -> str:
        """Return what is waited for, in words."""
        who = self._data.doctor(self._answers.doctor, self._answers.clinic)
        where = who.short if who else self._data.clinic_name(self._answers.clinic) or tr("wizard.any_clinic")
        return tr("wizard.wait_for", specialty=self._answers.specialty, where=where)

    def check(self) -> bool:
        """Name what is wrong by its field; return whether all is right."""
        good = self.first.check() and self.last.check()
        first, last = self.first.date(), self.last.date()
        if good and first is not None and first < self._data.today:
            self.first.set_error(tr("wizard.wait_error_past"))
            good = False
        if good and first is not None and last is not None and last < first:
            self.last.set_error(tr("wizard.wait_error_days"))
            good = False
        if not good:
            (self.first if self.first.error() else self.last).setFocus()
        return good

    def watch(self) -> Watch:
        """Return the wish as it stands; nothing ticked means anything."""
        parts = frozenset(part for part, box in self.parts.items() if box.isChecked())
        days = frozenset(n for n, box in self.weekdays.items() if box.isChecked())
        doctor, clinic = self._answers.doctor, self._answers.clinic
        return Watch(
            id="",
            person=self._answers.person,
            specialty=self._answers.specialty,
            doctors=frozenset({doctor}) if doctor not in ("", ANY) else frozenset(),
            clinics=frozenset({clinic}) if clinic not in ("", ANY) else frozenset(),
            first_day=self.first.date(),
            last_day=self.last.date(),
            weekdays=frozenset() if len(days) == 7 else days,
            parts=frozenset() if len(parts) == 3 else parts,  # type: ignore[arg-type]
            books_by_itself=self.book.isChecked(),
        )

    def clinic_body(self) -> dict[str, str]:
        """Return the body of the act that joins the clinic's own waiting list."""
        today = self._data.today
        who = self._data.doctor(self._answers.doctor, self._answers.clinic)
        ticked = [part for part, box in self.parts.items() if box.isChecked()]
        first: date = self.first.date() or today
        last: date = self.last.date() or first + timedelta(days=_SPAN_DAYS)
        whole = {
            "specialty": self._answers.specialty,
            "doctor": who.short if who else "",
            "doctor_id": who.id if who else "",
            "clinic": self._data.clinic_name(self._answers.clinic),
            "clinic_id": "" if self._answers.clinic == ANY else self._answers.clinic,
            "from": first.isoformat(),
            "to": last.isoformat(),
            "part_of_day": ticked[0] if len(ticked) == 1 else "any",
        }
        return {name: value for name, value in whole.items() if value}
