"""A doctor's house call: the danger first, the red flags as a gate, then a short form with errors by their fields.

Nothing here weighs symptoms: a flag that is ticked leads to 103 and 112 and to no form at all.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.clock import local_date
from desktop.record import house_calls
from desktop.session.rows import BookingRow, PersonRow
from desktop.views import theme, wording
from desktop.views.draft import Draft
from desktop.views.page import ColumnPage, Host
from desktop.views.pages.form_fields import room_problem
from desktop.views.pages.wizard_check import Dashed
from desktop.views.parts import (
    STRETCH,
    Avatar,
    Body,
    Button,
    Card,
    Check,
    EmptyState,
    Field,
    Heading,
    Meta,
    Notice,
    Segmented,
    TextArea,
    clear,
    column,
    row,
)
from desktop.words import tr

FLAGS: Final = ("breath", "chest", "faint", "speech", "blood", "child")
_OFFLINE: Final = ("offline", "portal_down", "signed_out")


class HouseCallPage(ColumnPage):
    """«Вызов врача на дом»."""

    section = "house_call"
    topics = ("people",)
    gap = 16

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._is_offline = False
        self._stage = "flags"
        self._called = ""
        self._body = column(gap=16)
        self.column.addLayout(self._body)
        self.column.addStretch(1)
        self.flags: dict[str, Check] = {}
        self.none = Check(tr("house_call.flags_none"))
        self.button = Button(tr("house_call.to_form"), role="primary")

    # --- page
    def clear(self) -> None:
        self._stage = "flags"
        clear(self._body)
        self.flags = {}

    def show_subject(self, subject: str) -> None:
        self._stage = "flags"
        if self.isVisible():
            self.reload()

    def step_back(self) -> bool:
        """Go back from the form to the question."""
        if self._stage != "form":
            return False
        self._stage = "flags"
        self._show()
        return True

    async def refresh(self) -> None:
        view = await self.host.session.exchange.view()
        self._is_offline = view.state in _OFFLINE
        if self._stage == "flags" or not self._body.count():
            self._show()

    # --- parts
    def _person(self) -> PersonRow | None:
        return self.host.session.current

    def _show(self) -> None:
        clear(self._body)
        danger = Notice(tr("house_call.danger_more"), strong=f"{tr('house_call.danger')}.", kind="bad", icon="phone")
        danger.setObjectName("danger")
        self._body.addWidget(danger)
        if self._person() is None:
            self._body.addWidget(EmptyState(tr("house_call.no_people"), tr("house_call.no_people_more"), icon="users"))
        elif self._stage == "flags":
            self._show_flags()
        else:
            self._show_form()

    def _show_flags(self) -> None:
        card = Card(gap=2)
        card.body.addWidget(Heading(tr("house_call.flags")))
        self.flags = {key: Check(tr(f"house_call.flag_{key}")) for key in FLAGS}
        self.none = Check(tr("house_call.flags_none"))
        for box in (*self.flags.values(), self.none):
            card.body.addWidget(box)
            box.toggled.connect(self._flagged)
        self.error = Body(tone="bad")
        self.error.hide()
        card.body.addWidget(self.error)
        self.halt = Notice(tr("house_call.flags_stop_more"), strong=tr("house_call.flags_stop"), kind="bad", icon="phone")
        self.halt.setObjectName("flags_stop")
        self.button = Button(tr("house_call.to_form"), role="primary")
        self.button.clicked.connect(self._to_form)
        self._body.addWidget(card)
        self._body.addWidget(self.halt)
        self._body.addLayout(row(self.button, STRETCH))
        self.halt.hide()
        QTimer.singleShot(0, self, lambda: self.flags["breath"].setFocus(Qt.FocusReason.OtherFocusReason))

    def _flagged(self, on: bool) -> None:
        box = self.sender()
        if on and box is self.none:
            for other in self.flags.values():
                other.setChecked(False)
        elif on:
            self.none.setChecked(False)
        is_stop = any(one.isChecked() for one in self.flags.values())
        if is_stop and self.halt.isHidden():
            self.host.announce(f"{tr('house_call.flags_stop')} {tr('house_call.flags_stop_more')}", urgent=True)
        self.halt.setVisible(is_stop)
        self.button.setVisible(not is_stop)
        self.error.hide()

    def _to_form(self) -> None:
        if not self.none.isChecked():
            self.error.set_text(tr("house_call.flags_error"))
            self.error.show()
            self.flags["breath"].setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self._stage = "form"
        self._show()

    def _show_form(self) -> None:
        person = self._person()
        if person is None:
            return
        if self._is_offline:
            self._body.addWidget(Dashed(tr("house_call.offline_more"), strong=tr("house_call.offline"), icon="cloud-off"))
        card = Card(gap=14)
        who = row(Avatar(person.initials, hue=person.hue), gap=12)
        about = wording.person_line(person, between=", ")
        who.addLayout(column(Body(tr("house_call.to_call", name=wording.person_name(person)), bold=True), Meta(about), gap=0), 1)
        card.body.addLayout(who)
        self.address = Field(tr("house_call.address"), hint=tr("house_call.address_hint"))
        self.entrance = Field(tr("house_call.entrance"))
        self.phone = Field(tr("house_call.phone"), hint=tr("house_call.phone_hint"))
        self.symptoms = TextArea(tr("house_call.symptoms"), hint=tr("house_call.symptoms_hint"), lines=3)
        self.temperature = Field(tr("house_call.temperature"), hint=tr("house_call.temperature_hint"))
        days = [("0", tr("house_call.day_today")), ("1", tr("house_call.day_tomorrow"))]
        self.day = Segmented(days, chosen="0", name=tr("house_call.day"))
        self.day.changed.connect(self._another_day)
        self.contact = Check(tr("house_call.contact"))
        self.draft = Draft(self.host, "house_call")
        self.draft.hold(address=self.address, entrance=self.entrance, phone=self.phone, symptoms=self.symptoms,
                        temperature=self.temperature)  # fmt: skip
        card.body.addWidget(self.draft.notice)
        for pair in ((self.address, self.entrance), (self.phone, self.temperature)):
            card.body.addLayout(column(*pair, gap=14) if theme.scale().large else _pair(*pair))
        card.body.addWidget(self.symptoms)
        card.body.addWidget(Body(tr("house_call.day"), bold=True))
        card.body.addLayout(row(self.day, STRETCH))
        card.body.addWidget(self.contact)
        self.button = Button(self._call_words(), role="primary", icon="clock" if self._is_offline else "house-call")
        self.button.clicked.connect(self._call)
        back = Button(tr("house_call.back"), icon="arrow-left")
        back.clicked.connect(self.step_back)
        self.again = Notice(tr("house_call.again_more"), kind="warn", action=tr("house_call.again_open"))
        self.again.hide()
        self.again.acted.connect(lambda: self.host.go("bookings", self._called))
        self._body.addWidget(card)
        self._body.addWidget(self.again)
        self._body.addLayout(row(back, STRETCH, self.button))
        QTimer.singleShot(0, self, lambda: self.address.edit.setFocus(Qt.FocusReason.OtherFocusReason))

    def _call_words(self) -> str:
        return tr("house_call.save_later" if self._is_offline else "house_call.call")

    # --- a second call
    def _ask_again(self, before: BookingRow, on: date) -> None:
        """Ask whether a second doctor is wanted; what was asked is answered by pressing the button once more."""
        self._called = before.id
        day = wording.near_day(on, today=local_date(self.host.clock))
        self.again.set_text(tr("house_call.again_more"), strong=tr("house_call.again", day=day))
        self.again.show()
        self.button.setText(tr("house_call.call_again"))
        self.host.announce(self.again.text())
        if self.again.action is not None:
            self.again.action.setFocus(Qt.FocusReason.OtherFocusReason)
        self.scroller.reveal(self.again)

    def _another_day(self, *_what: object) -> None:
        """Ask anew for another day."""
        self.again.hide()
        self.button.setText(self._call_words())

    # --- the act
    def check(self) -> bool:
        """Name what is wrong by its field, and stand at the first; return whether all is right."""
        wrong = {
            "address": not self.address.value().strip(),
            "phone": not house_calls.is_callable(self.phone.value()),
            "temperature": bool(self.temperature.value().strip()) and self._degrees() is None,
            "symptoms": not self.symptoms.value().strip(),
        }
        fields: dict[str, Field | TextArea] = {
            "address": self.address, "entrance": self.entrance, "phone": self.phone, "temperature": self.temperature,
            "symptoms": self.symptoms,
        }  # fmt: skip
        for name, field in fields.items():
            key = "no_phone" if name == "phone" and not self.phone.value().strip() else name
            longer = room_problem(field, "house_call", name)
            field.set_error(tr(f"house_call.error_{key}") if wrong.get(name) else longer)
        first = next((field for field in fields.values() if field.error()), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)
        return first is None

    def _degrees(self) -> float | None:
        try:
            value = float(self.temperature.value().strip().replace(",", "."))
        except ValueError:
            return None
        return value if house_calls.is_of_a_body(value) else None

    def _call(self) -> None:
        if self.check() and not self.button.busy:
            self.host.spawn(self._act())

    async def _act(self) -> None:
        person, session = self._person(), self.host.session
        if person is None:
            return
        on = local_date(self.host.clock) + timedelta(days=int(self.day.chosen() or "0"))
        if self.again.isHidden() and (before := await session.bookings.house_call_on(on, person.id)) is not None:
            self._ask_again(before, on)
            return
        degrees = self._degrees()
        body = {
            "address": self.address.value().strip(),
            "phone": self.phone.value().strip(),
            "symptoms": self.symptoms.value().strip(),
            "entrance": self.entrance.value().strip(),
            "on": on.isoformat(),
            "contact_with_infection": self.contact.isChecked(),
            "no_red_flags": True,
            **({"temperature": degrees} if degrees is not None else {}),
        }
        self.button.set_busy(True)
        try:
            act = await session.bookings.act("house_call", person.id, body)
        finally:
            self.button.set_busy(False)
        self.draft.sent()
        self._stage = "flags"
        clear(self._body)

        async def undone() -> None:
            done = await session.bookings.withdraw(act)
            self.host.toast(tr("bookings.withdraw_cancels" if done.opposite else "house_call.withdrawn"))

        self.host.go("bookings", act)
        said = tr("house_call.saved_offline" if self._is_offline else "house_call.saved")
        self.host.toast(said, undo=lambda: self.host.spawn(undone()) and None, icon="house-call")


def _pair(left: QWidget, right: QWidget) -> QHBoxLayout:
    line = row(gap=16)
    line.addWidget(left, 1, Qt.AlignmentFlag.AlignTop)
    line.addWidget(right, 1, Qt.AlignmentFlag.AlignTop)
    return line
