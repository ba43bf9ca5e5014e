"""The step «Когда вам удобно?»: days of free times with their age, the soonest of all, and the way to the waiting list."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.record.slots import FreeSlot
from desktop.views import theme, visit_words, wording
from desktop.views.pages import wizard_choices as choices
from desktop.views.pages.wizard_choices import ANY, Answers, Day
from desktop.views.pages.wizard_steps import Data, doctor_facts
from desktop.views.parts import (
    Body,
    Box,
    Button,
    Card,
    Heading,
    IconButton,
    Meta,
    Notice,
    PlainLabel,
    Slot,
    SlotDay,
    SlotGrid,
    column,
    row,
)
from desktop.words import tr

_MOST_DAYS = 7
_LEAST_DAYS = 3


class TimeStep(QWidget):
    """Free times by days. `picked` gives a slot's id; `waits` asks for the waiting list."""

    picked = Signal(str)
    waits = Signal()

    def __init__(self, data: Data, answers: Answers, *, first: date | None = None) -> None:
        super().__init__()
        self._data, self._answers = data, answers
        self._mine = [slot for slot in data.free if choices.fits(slot, answers)]
        self._count = _MOST_DAYS
        self.first = first or self._best_first()
        self._about = Body(tone="ink2")
        self.earlier = IconButton("chevron-left", tr("wizard.earlier"), framed=True)
        self.later = IconButton("chevron-right", tr("wizard.later"), framed=True)
        self.earlier.clicked.connect(lambda: self.turn(-1))
        self.later.clicked.connect(lambda: self.turn(1))
        self._week = PlainLabel(style="bodyStrong", tnum=True, wrap=False, align=Qt.AlignmentFlag.AlignHCenter)
        words = column(Heading(tr("wizard.ask_time"), level=2), self._about, gap=4)
        head = row(gap=12)
        head.addLayout(words, 1)
        for widget in (self.earlier, self._week, self.later):
            head.addWidget(widget)
        self.grid = SlotGrid(name=tr("wizard.grid"))
        self.grid.chosen.connect(self._chosen)
        self._card = Card(pad=(12, 16, 14), gap=0)
        self._card.body.addWidget(self.grid)
        self._empty = Notice("", kind="accent", icon="calendar", action=tr("wizard.show_next"))
        self._empty.acted.connect(self._go_next)
        self.wait = Button(tr("wizard.no_wait"), role="text", icon="hourglass", tight=True)
        self.wait.clicked.connect(self.waits)
        age, is_old = visit_words.age(data.as_of, now=data.now)
        self.age = Meta(age, bold=is_old, wrap=False)
        foot = row(gap=12)
        foot.addWidget(self.wait)
        foot.addStretch(1)
        foot.addWidget(self.age)
        whole = column(head, gap=16)
        self._soonest(whole)
        for part in (self._empty, self._card, Box(foot)):
            whole.addWidget(part)
        whole.addStretch(1)
        self.setLayout(whole)
        self._fill()

    def show_age(self, words: str) -> None:
        """Say another age of the times."""
        self.age.set_text(words)

    def _soonest(self, whole: QVBoxLayout) -> None:
        """Offer the soonest time of the specialty where it is sooner than what was asked for."""
        same = [slot for slot in self._data.free if slot.specialty == self._answers.specialty]
        best, mine = choices.soonest(same), choices.soonest(self._mine)
        if best is None or (mine is not None and best.starts_at >= mine.starts_at):
            return
        key = "soonest_doctor" if best.room else "soonest_doctor_only"
        said = Notice(
            tr(f"wizard.{key}", doctor=best.doctor, room=visit_words.within(best.room)),
            strong=tr("wizard.soonest", at=visit_words.near(best.starts_at, today=self._data.today)),
            kind="accent",
            icon="clock",
            action=tr("wizard.soonest_take"),
        )
        said.setObjectName("soonest")
        said.acted.connect(lambda: self.picked.emit(best.id))
        whole.addWidget(said)

    def _best_first(self) -> date:
        chosen = self._data.slot(self._answers.slot)
        best = chosen or choices.soonest(self._mine)
        on = best.starts_at.date() if best is not None else self._data.today
        return self._start_of(on)

    def _start_of(self, on: date) -> date:
        monday = on - timedelta(days=on.weekday())
        if self._count == _MOST_DAYS:
            return max(self._data.today, monday)
        return max(self._data.today, monday + timedelta(days=(on - monday).days // self._count * self._count))

    def turn(self, pages: int) -> None:
        """Show later (or earlier) days."""
        self.first = max(self._data.today, self.first + timedelta(days=pages * self._count))
        self._fill()

    def _go_next(self) -> None:
        best = choices.soonest([slot for slot in self._mine if slot.starts_at.date() >= self.first])
        best = best or choices.soonest(self._mine)
        if best is not None:
            self.first = self._start_of(best.starts_at.date())
            self._fill()
            buttons = self.grid.buttons()
            if buttons:
                buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.waits.emit()

    def _fill(self) -> None:
        days = choices.days(
            self._data.free, self._data.away, self._data.doctors, self._answers, first=self.first, count=self._count
        )
        self.grid.show_days([self._shown(day) for day in days], chosen=self._answers.slot)
        last = self.first + timedelta(days=self._count - 1)
        self._week.set_text(_span(self.first, last))
        self.earlier.setEnabled(self.first > self._data.today)
        ends = [slot.starts_at.date() for slot in self._mine]
        self.later.setEnabled(bool(ends) and max(ends) > last)
        has = any(day.slots for day in days)
        self._empty.setVisible(not has)
        self._card.setVisible(has or bool(self._mine))
        best = choices.soonest([s for s in self._mine if s.starts_at.date() >= self.first]) or choices.soonest(self._mine)
        if not has and best is not None:
            at = visit_words.near(best.starts_at, today=self._data.today)
            self._empty.set_text(tr("wizard.no_slots_next", at=at), strong=tr("wizard.no_slots"))
        elif not has:
            self._empty.set_text(tr("wizard.no_slots_at_all"))
            if self._empty.action is not None:
                self._empty.action.setText(tr("wizard.to_wait"))
        self._say_about()

    def _shown(self, day: Day) -> SlotDay:
        reason = "" if day.slots else day.said or tr(f"wizard.{day.why}")
        slots = tuple(
            Slot(id=slot.id, time=visit_words.hour(slot.starts_at), part=choices.part(slot), said=self._said(slot))
            for slot in day.slots
        )
        return SlotDay(
            weekday=tr(f"parts.weekday_{day.on.weekday()}"), number=str(day.on.day), slots=slots, reason=reason
        )

    def _said(self, slot: FreeSlot) -> str:
        return tr("wizard.slot_said", when=visit_words.when(slot.starts_at, today=self._data.today), doctor=slot.doctor)

    def _chosen(self, id: str) -> None:
        self.picked.emit(id)

    def take(self, answers: Answers) -> None:
        """Note the answer that was just given, without building anew."""
        self._answers = answers
        self._say_about()

    def _say_about(self) -> None:
        """Say who receives: the chosen doctor, or the one whose time was just chosen."""
        slot = self._data.slot(self._answers.slot)
        id = slot.doctor_id if slot is not None else self._answers.doctor
        doctor = self._data.doctor(id, slot.clinic_id if slot else self._answers.clinic) if id not in ("", ANY) else None
        if doctor is None:
            place = tr("wizard.any_clinic") if self._answers.clinic in ("", ANY) else self._data.clinic_name(self._answers.clinic)
            self._about.set_text(f"{self._answers.specialty}. {place}")
            return
        facts = doctor_facts(doctor, today=self._data.today)
        self._about.set_text(f"{doctor.name}. {facts}" if facts else doctor.name)

    def minimumSizeHint(self) -> QSize:
        """Ask for the width of the fewest days: the days shown now would hold the page as wide as they are."""
        return QSize(theme.px(32 + 56 + 8 + _LEAST_DAYS * 80), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many days as fit without squeezing a time."""
        super().resizeEvent(event)
        step = theme.px(72 + 8)
        room = self.width() - theme.px(32 + 56 + 8)
        count = max(_LEAST_DAYS, min(_MOST_DAYS, room // step))
        if count != self._count:
            kept = self.first
            self._count = count
            best = self._data.slot(self._answers.slot) or choices.soonest(self._mine)
            on = best.starts_at.date() if best is not None and kept <= best.starts_at.date() < kept + timedelta(days=7) else kept
            self.first = self._start_of(on)
            self._fill()


def _span(first: date, last: date) -> str:
    month = tr(f"shell.month_{last.month}")
    if first.month == last.month:
        return tr("wizard.week", first=first.day, last=tr("shell.day", day=last.day, month=month))
    return tr("wizard.week", first=wording.day(first, today=first), last=tr("shell.day", day=last.day, month=month))
