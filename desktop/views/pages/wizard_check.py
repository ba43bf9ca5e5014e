"""The last step: everything that was answered, named in full, with the person and the year of birth; what stands in the way, said."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.record.slots import FreeSlot, overlaps
from desktop.session.rows import BookingRow
from desktop.views import theme, visit_words
from desktop.views.pages.wizard_choices import Answers
from desktop.views.pages.wizard_steps import Data, facts_card
from desktop.views.parts import Body, Box, Check, Divider, FlowLayout, Heading, IconLabel, Meta, Notice, column, row
from desktop.views.parts.marks import dashed_pen
from desktop.words import tr


class Dashed(QWidget):
    """A message in a dashed frame: what exists only on this computer."""

    def __init__(self, text: str, *, strong: str, icon: str) -> None:
        super().__init__()
        lay = row(gap=16, pad=(16, 20))
        lay.addWidget(IconLabel(icon, "ink2", 24), 0, Qt.AlignmentFlag.AlignTop)
        lay.addWidget(Body(text, strong=strong), 1)
        self.setLayout(lay)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground and the dashed edge."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(dashed_pen())
        painter.setBrush(theme.colour("card"))
        radius = theme.px(12)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius, radius)


def clashing(data: Data, answers: Answers, slot: FreeSlot) -> BookingRow | None:
    """Return the visit of the same person that stands at the same time, if there is one: asked before anything is sent."""
    for one in data.family:
        is_other = one.person == answers.person and one.kind == "visit" and one.certainty in ("confirmed", "pending")
        if not is_other or one.id == answers.moves or one.starts_at is None:
            continue
        if overlaps(slot, [(one.starts_at, one.ends_at)]):
            return one
    return None


class CheckStep(QWidget):
    """«Всё верно?». `edit` gives the step to be opened again; `blocked` says whether the visit may not be asked for."""

    edit = Signal(str)

    def __init__(self, data: Data, answers: Answers, was: BookingRow | None = None) -> None:
        super().__init__()
        slot = data.slot(answers.slot)
        other = clashing(data, answers, slot) if slot is not None else None
        self.blocked = slot is None or other is not None
        self.remind = {key: Check(tr(f"wizard.remind_{key}"), checked=key in answers.remind) for key in ("day", "hour")}
        whole = column(Heading(tr("wizard.ask_check"), level=2), gap=16)
        if slot is None:
            said = Notice(tr("wizard.gone_more"), strong=tr("wizard.gone"), kind="warn", action=tr("wizard.overlap_action"))
            said.acted.connect(lambda: self.edit.emit("time"))
            whole.addWidget(said)
        elif other is not None:
            what = f"{visit_words.title(other)}, {visit_words.near(other.starts_at, today=data.today)}"  # type: ignore[arg-type]
            said = Notice(tr("wizard.overlap_more"), strong=tr("wizard.overlap", what=what), kind="warn",
                          action=tr("wizard.overlap_action"))  # fmt: skip
            said.acted.connect(lambda: self.edit.emit("time"))
            said.setObjectName("overlap")
            whole.addWidget(said)
        elif data.is_offline:
            whole.addWidget(Dashed(tr("wizard.offline_more"), strong=tr("wizard.offline"), icon="cloud-off"))
        whole.addWidget(self._facts(data, answers, slot, was))
        if answers.person in data.unattached:
            line = row(IconLabel("info", "warn", 20), gap=12)
            line.addWidget(Body(tr("wizard.unattached_more"), strong=tr("wizard.unattached")), 1)
            whole.addLayout(line)
        if slot is not None and other is None and not data.is_offline:
            line = row(IconLabel("info", "ink2", 20), gap=12)
            line.addWidget(Meta(tr("wizard.online_more")), 1)
            whole.addLayout(line)
        whole.addStretch(1)
        self.setLayout(whole)

    def wanted(self) -> tuple[str, ...]:
        """Return how far ahead to remind."""
        return tuple(key for key, box in self.remind.items() if box.isChecked())

    def _facts(self, data: Data, answers: Answers, slot: FreeSlot | None, was: BookingRow | None) -> QWidget:
        person = data.person(answers.person)
        lines = []
        if person is not None:
            name = " ".join(part for part in (person.family, person.given, person.middle) if part)
            if person.birth_date is not None:
                name = f"{name}, {tr('wizard.born', year=person.birth_date.year)}"
            policy = tr("wizard.policy", tail=person.policy_tail) if person.policy_tail else tr("wizard.no_policy")
            lines.append((tr("wizard.check_who"), name, policy, "who", None if "who" in answers.fixed else self._asks("who")))
        if slot is not None:
            doctor = data.doctor(slot.doctor_id, slot.clinic_id)
            whom = f"{slot.specialty} {doctor.name if doctor else slot.doctor}"
            free = None if "doctor" in answers.fixed else self._asks("doctor")
            lines.append((tr("wizard.check_doctor"), whom, doctor.service if doctor else "", "doctor", free))
            if was is not None and was.starts_at is not None:
                lines.append((tr("wizard.check_was"), visit_words.whole(was.starts_at), "", "was", None))
            when = (tr("wizard.check_when"), visit_words.whole(slot.starts_at),
                    visit_words.ahead(slot.starts_at, today=data.today), "time", self._asks("time"))  # fmt: skip
            place = ", ".join(part for part in (slot.clinic, visit_words.within(slot.room)) if part)
            free = None if "clinic" in answers.fixed else self._asks("clinic")
            lines += [when, (tr("wizard.check_where"), place, data.address(slot.clinic_id), "clinic", free)]
        card = facts_card(lines)
        if slot is not None and not answers.clash:
            caption = Body(tr("wizard.check_remind"), tone="ink2")
            caption.setFixedWidth(theme.px(130))
            marks = column(Box(FlowLayout(*self.remind.values(), gap=24, line_gap=0)), Meta(tr("wizard.remind_hint")), gap=0)
            line = row(gap=20, pad=(10, 12, 12, 24))
            line.addWidget(caption, 0, Qt.AlignmentFlag.AlignVCenter)
            line.addLayout(marks, 1)
            card.body.addWidget(Divider())
            card.body.addWidget(Box(line))
        else:
            for box in self.remind.values():
                box.setParent(card)
                box.hide()
        return card

    def _asks(self, step: str) -> Callable[[], None]:
        return lambda: self.edit.emit(step)
