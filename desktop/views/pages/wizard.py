"""The booking wizard (mockups 04, 04b): кому → специальность → клиника → врач → время → проверка. The ticket at the left fills in.

It starts anew with `host.go("wizard", start)`, where `start` is one of: new, person:<n>, specialty:<name>, clinic:<id>,
doctor:<id> or doctor:<id>@<clinic>, referral:<id>, again:<booking>, move:<booking>, clash:<id>, watch:<id>. Without a start it goes on
where it stood.
Owns the answers and the way between the steps; the steps draw themselves, the session acts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.clock import local_date
from desktop.session.rows import BookingRow
from desktop.views import theme, visit_words, wording
from desktop.views.page import Host, Memory, Page
from desktop.views.pages import wizard_choices as choices
from desktop.views.pages.wizard_acts import WizardActs
from desktop.views.pages.wizard_check import CheckStep
from desktop.views.pages.wizard_choices import ANY, STEPS, Answers, Step
from desktop.views.pages.wizard_clinic import ClinicStep
from desktop.views.pages.wizard_kept import Kept
from desktop.views.pages.wizard_referral import ReferralStep, offering
from desktop.views.pages.wizard_start import start_of
from desktop.views.pages.wizard_steps import Data, DoctorStep, SpecialtyStep, WhoStep
from desktop.views.pages.wizard_ticket import Line, TicketPanel
from desktop.views.pages.wizard_time import TimeStep
from desktop.views.pages.wizard_wait import WaitStep
from desktop.views.parts import Box, Button, Face, Heading, Meta, ScrollPage, clear, column, row
from desktop.views.streets import Streets
from desktop.words import tr

_OFFLINE: Final = ("offline", "portal_down", "signed_out")
_TICKET_FROM_PX: Final = 1000
_HORIZON_DAYS: Final = 60


class WizardPage(WizardActs, Page):
    """«Запись к врачу»."""

    section = "wizard"
    topics = ("bookings", "exchange", "people")

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        today = local_date(host.clock)
        self.answers = Answers()
        self.step: Step = "who"
        self.data = Data(today=today, now=host.clock.now())
        self.was: BookingRow | None = None
        self._start = "new"
        self._carried: Answers | None = None
        self.kept = Kept(host)
        self._by_map = False
        self._began: Step = "who"
        self.part: QWidget | None = None
        self.ticket = TicketPanel()
        self.ticket.edit.connect(self.open_step)
        self._short = Meta(tone="ink2", weight=500)
        self._place = column(gap=16)
        self.scroller = ScrollPage(self._place, pad=(0, 4, 16), gap=16)
        self.back = Button(tr("wizard.back"), icon="arrow-left")
        self.next = Button(tr("wizard.next"), role="primary")
        self.back.clicked.connect(self._back)
        self.next.clicked.connect(self._next)
        foot = row(gap=12, pad=(12, 4, 0))
        foot.addWidget(self.back)
        foot.addStretch(1)
        foot.addWidget(self.next)
        self._right = Box(column(self._short, self.scroller, foot, gap=8))
        left = QVBoxLayout()
        left.addWidget(self.ticket)
        left.addStretch(1)
        side = 28 if theme.scale().large else 40
        self._left = ScrollPage(left, pad=(0,), gap=0)
        self._left.setFixedWidth(theme.px(288))
        whole = QHBoxLayout(self)
        whole.setContentsMargins(theme.px(side), 0, theme.px(side - 4), theme.px(24))
        whole.setSpacing(theme.px(28))
        whole.addWidget(self._left)
        whole.addWidget(self._right, 1)

    # --- page
    def title(self) -> str:
        return tr("wizard.title_move" if self.answers.moves else "wizard.title")

    def clear(self) -> None:
        carried, self._carried = self._carried, None
        self.answers, self._start = carried or Answers(), "" if carried else "new"
        self.kept.at = self.kept.at if carried else None
        self.was = None if carried is None else self.was
        self.data = Data(today=local_date(self.host.clock), now=self.host.clock.now())
        clear(self._place)
        self.part = None
        self.ticket.show_lines([], number=1, total=5)

    def regions(self) -> tuple[QWidget, ...]:
        return (self.ticket, self._right)

    def filter_field(self) -> QWidget | None:
        if isinstance(self.part, SpecialtyStep):
            return self.part.search
        return self.part.only_free if isinstance(self.part, (ClinicStep, DoctorStep)) else None

    def step_back(self) -> bool:
        """Open the step before; say whether there was one on the way from where the wizard began."""
        if self.step == self._began or self._before() is None:
            return False
        self._back()
        return True

    def show_subject(self, subject: str) -> None:
        self._start = subject
        if self.isVisible():
            self.reload()

    def remember(self) -> Memory:
        return {"answers": asdict(self.answers), "step": self.step}

    def restore(self, memory: Mapping[str, object]) -> None:
        kept, step = memory.get("answers"), memory.get("step")
        if isinstance(kept, dict) and isinstance(step, str):
            self.answers = Answers(**kept)
            self.step = step  # type: ignore[assignment]
            self._start = ""

    async def refresh(self) -> None:
        session = self.host.session
        today = local_date(self.host.clock)
        view = await session.exchange.view()
        data = Data(
            today=today,
            now=self.host.clock.now(),
            people=session.people,
            doctors=await session.openings.doctors(),
            free=await session.bookings.free(limit=20_000),
            clinics=await session.openings.clinics(),
            away=await session.openings.away(first=today, last=today + timedelta(days=_HORIZON_DAYS)),
            family=await session.bookings.upcoming(family=True),
            as_of=view.checked_at,
            is_offline=view.state in _OFFLINE,
            unattached=await session.family.unattached([one.id for one in session.people]),
        )
        start, self._start = self._start, ""
        begun = await start_of(start, data, session) if start else None
        is_same = begun is None and self.part is not None and data.matter == self.data.matter
        self.data = data
        if is_same:
            if isinstance(self.part, TimeStep):
                self.part.show_age(visit_words.age(data.as_of, now=data.now)[0])
            return
        if begun is not None:
            self.answers, self.was = begun
            if start == "new":
                self.answers = choices.settle(self.kept.back(self.answers, person=self._open_person()), data.doctors, data.free)
            self.step = choices.next_step(self.answers)
            self._began = "who" if start == "new" else self.step
            if self._switched():
                return
            self._title()
        if self.answers.moves and self.was is None:
            self.was = next((one for one in data.family if one.id == self.answers.moves), None)
        if self.answers.referral and not self.answers.specialty:
            self.data = replace(data, offering=await offering(session, self.answers))
        if self.step != "check":
            # On the check the person is told that the time is gone; before it the answer is simply asked again.
            self.answers = choices.settle(self.answers, data.doctors, data.free)
        self._show()

    # --- steps
    def open_step(self, step: str) -> None:
        """Open a step; every answer is kept."""
        if isinstance(self.part, CheckStep):
            self.answers = replace(self.answers, remind=self.part.wanted())
        self.kept.at, self.step = None, step  # type: ignore[assignment]
        self._show()

    def answer(self, **given: object) -> None:
        """Take an answer, drop what no longer fits it, and open the first step without one."""
        self.kept.at = None
        if self.answers == Answers() and isinstance(person := given.get("person"), int):
            self.answers = self.kept.back(self.answers, person=person)
        self.answers = choices.settle(replace(self.answers, **given), self.data.doctors, self.data.free)  # type: ignore[arg-type]
        self.step = choices.next_step(self.answers)
        if self._switched():
            return
        self._show()

    def _begin_anew(self) -> None:
        self.kept.forget(self.answers.person)
        self.answers = Answers()
        self.open_step("who")

    def _switched(self) -> bool:
        """Open the record of the person who is booked, so that header and spine name them; say whether it was another's."""
        current = self.host.session.current
        if not self.answers.person or (current is not None and current.id == self.answers.person):
            return False
        self._carried = self.answers
        self.host.switch(self.answers.person)
        return True

    def _before(self) -> Step | None:
        if self.step == "wait":
            return "time"
        if self.step == "time" and self.answers.is_only_time:
            return None
        at = STEPS.index(self.step)
        return STEPS[at - 1] if at > (2 if self.answers.referral else 0) else None

    def _show(self) -> None:
        self.kept.keep(self.answers)
        clear(self._place)
        if (said := self.kept.notice(self._begin_anew)) is not None:
            self._place.addWidget(said)
        self.part = self._made()
        if not isinstance(self.part, (TimeStep, CheckStep, WaitStep, ReferralStep)):
            self._place.addWidget(Heading(tr(f"wizard.ask_{self.step}"), level=2))
        self._place.addWidget(self.part, 1)
        self.scroller.restore({})
        self._show_ticket()
        self._show_foot()
        QTimer.singleShot(0, self, self._focus)

    def _made(self) -> QWidget:
        data, answers = self.data, self.answers
        match self.step:
            case "who":
                who = WhoStep(data)
                who.picked.connect(lambda key: self.answer(person=int(key)))
                return who
            case "specialty" if answers.referral:
                told = ReferralStep(data, answers)
                told.picked.connect(lambda key: self.host.go("clinics", key))
                return told
            case "specialty":
                part = SpecialtyStep(data, answers)
                part.picked.connect(lambda key: self.answer(specialty=key))
                part.doctor_picked.connect(self._doctor_found)
                return part
            case "clinic":
                clinic = ClinicStep(data, answers, by_map=self._by_map)
                Streets(self.host, clinic.map)
                clinic.viewed.connect(self._clinics_viewed)
                clinic.picked.connect(lambda key: self.answer(clinic=key))
                return clinic
            case "doctor":
                doctor = DoctorStep(data, answers)
                doctor.picked.connect(lambda key: self.answer(doctor=key))
                return doctor
            case "wait":
                return WaitStep(data, answers)
            case "check":
                check = CheckStep(data, answers, self.was)
                check.edit.connect(self.open_step)
                return check
        time = TimeStep(data, answers)
        time.picked.connect(self._time_picked)
        time.waits.connect(lambda: self.open_step("wait"))
        return time

    def _clinics_viewed(self, by_map: bool) -> None:
        self._by_map = by_map

    def _doctor_found(self, schedule: str) -> None:
        one = next((one for one in self.data.doctors if one.schedule == schedule), None)
        if one is not None:
            self.answer(specialty=one.specialty, clinic=one.clinic_id, doctor=one.id)

    def _time_picked(self, id: str) -> None:
        slot = self.data.slot(id)
        if slot is None or not isinstance(self.part, TimeStep):
            return
        if not choices.fits(slot, self.answers):
            self.answers = replace(self.answers, clinic=slot.clinic_id, doctor=slot.doctor_id, slot=id)
            self._show()
            return
        self.answers = replace(self.answers, slot=id)
        self.kept.keep(self.answers)
        self.part.take(self.answers)
        self._show_ticket()
        self._show_foot()

    def _focus(self) -> None:
        """Stand where the next key is wanted: the chosen time, the search, the first row, the main button."""
        if self.part is None or not self.isVisible():
            return
        target: QWidget | None = self.next
        if isinstance(self.part, TimeStep):
            buttons = self.part.grid.buttons()
            chosen = next((button for button in buttons if button.isChecked()), None)
            target = chosen or next(iter(buttons), self.part.wait)
        elif isinstance(self.part, SpecialtyStep):
            target = self.part.search
        elif isinstance(self.part, WaitStep):
            target = self.part.first.edit
        elif not isinstance(self.part, CheckStep):
            key = {"who": str(self.answers.person or self._open_person()), "clinic": self.answers.clinic,
                   "doctor": self.answers.doctor}.get(self.step, "")  # fmt: skip
            rows = [one for one in self.part.findChildren(QWidget) if one.objectName().startswith("option_")]
            target = next((one for one in rows if key and one.objectName() == f"option_{key}"), rows[0] if rows else None)
        # Where a step has nothing to press, the page itself holds the keyboard.
        (target if target is not None and target.isVisible() else self).setFocus(Qt.FocusReason.OtherFocusReason)

    def _open_person(self) -> int:
        current = self.host.session.current
        return current.id if current is not None else 0

    # --- ticket and foot
    def _show_ticket(self) -> None:
        data, answers = self.data, self.answers
        person, slot = data.person(answers.person), data.slot(answers.slot)
        face = Face(name=wording.person_name(person), hue=person.hue, initials=person.initials) if person else None
        who = data.doctor(answers.doctor, answers.clinic)
        doctor = tr("wizard.any_doctor") if answers.doctor == ANY else who.short if who else ""
        if slot is not None and answers.doctor in ("", ANY):
            doctor = slot.doctor
        clinic = tr("wizard.any_clinic") if answers.clinic == ANY else data.clinic_name(answers.clinic)
        if slot is not None and answers.clinic in ("", ANY):
            clinic = slot.clinic
        values = {
            "who": wording.person_name(person) if person else "",
            "specialty": answers.specialty or answers.asked,
            "clinic": clinic,
            "doctor": doctor,
            "time": visit_words.when(slot.starts_at, today=data.today) if slot else "",
            "check": tr("wizard.clinic_confirms"),
        }
        now = "time" if self.step == "wait" else self.step
        lines = [
            Line(step=step, value=values[step], is_now=step == now, face=face if step == "who" else None,
                 may_edit=bool(values[step]) and step not in answers.fixed and now != "check")
            for step in STEPS
        ]  # fmt: skip
        number = max(1, STEPS.index(now))
        self.ticket.show_lines(lines, number=number, total=len(STEPS) - 1)
        said = [values[step] for step in STEPS[:-1] if values[step]]
        step = tr("wizard.step_of", n_step=number, total=len(STEPS) - 1)
        self._short.set_text(f"{step}. {', '.join(said)}" if said else step)

    def _show_foot(self) -> None:
        self.back.setVisible(self._before() is not None)
        words, icon, may = tr("wizard.next"), None, False
        match self.step:
            case "time":
                words, may = tr("wizard.next_check"), bool(self.answers.slot)
            case "wait":
                words, icon, may = tr("wizard.wait_save"), "hourglass", True
            case "check":
                icon = "clock" if self.data.is_offline else "check"
                words = tr("wizard.save_later" if self.data.is_offline else "wizard.move" if self.answers.moves else "wizard.book")
                may = isinstance(self.part, CheckStep) and not self.part.blocked
            case _:
                may = bool(getattr(self.answers, {"who": "person"}.get(self.step, self.step)))
        self.next.setText(words)
        self.next.set_icon(icon or "arrow-right", trailing=icon is None)
        self.next.setEnabled(may)
        self.next.setVisible(may or self.step in ("time", "check"))

    def _back(self) -> None:
        if (before := self._before()) is not None:
            self.open_step(before)

    def _next(self) -> None:
        if self.step == "check":
            self.host.spawn(self._book())
        elif self.step == "wait":
            if isinstance(self.part, WaitStep) and self.part.check():
                self.host.spawn(self._wait(self.part))
        else:
            at = STEPS.index(self.step)
            self.open_step(STEPS[at + 1])

    def _leave(self, subject: str) -> None:
        self.kept.forget(self.answers.person)
        self.answers, self.was, self.step, self._start = Answers(), None, "who", "new"
        self.part = None
        clear(self._place)
        self._is_due = True
        self.host.go("bookings", subject)

    def _title(self) -> None:
        show = getattr(self.host, "show_title", None)
        if show is not None and self.isVisible():
            show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold the ticket into one line where the page is narrow."""
        super().resizeEvent(event)
        wide = self.width() >= theme.px(_TICKET_FROM_PX)
        self._left.setVisible(wide)
        self._short.setVisible(not wide)
