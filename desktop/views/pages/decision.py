"""A decision as a person meets it: both sides as tickets, what each says, the choices as buttons (mockup 13).

Owns the words and widgets of a clash and carrying out a choice. Every choice is on disk at the click; for ten seconds «Вернуть» opens the
decision again, and an act that the choice has become leaves only after them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.clock import local_date
from desktop.record.slots import FreeSlot
from desktop.session.rows import ClashRow
from desktop.views import theme, visit_words, wording
from desktop.views.page import Host
from desktop.views.parts import (
    Avatar,
    Body,
    Box,
    Button,
    Card,
    Field,
    FlowLayout,
    IconLabel,
    Meta,
    PlainLabel,
    Ticket,
    column,
    row,
)
from desktop.words import has, tr

LOST = visit_words.LOST


def choose(host: Host, clash: ClashRow, choice: str, *, slot: FreeSlot | None = None, code: str = "") -> None:
    """Carry out a choice, or go where it is given what it needs: a time in the wizard, a code on the exchange page."""
    if choice == "other_slot" and slot is None:
        host.go("wizard", f"clash:{clash.id}")
    elif choice == "enter_code" and not code:
        host.go("exchange", clash.id)
    else:
        host.spawn(_decide(host, clash, choice, slot, code))


async def _decide(host: Host, clash: ClashRow, choice: str, slot: FreeSlot | None, code: str) -> None:
    session, today = host.session, local_date(host.clock)
    act = await session.bookings.decide(clash.id, choice, slot=slot.id if slot else None, code=code)
    said = tr("bookings.slot_taken_toast", at=visit_words.near(slot.starts_at, today=today)) if slot else visit_words.decided(clash, choice)
    host.toast(said, undo=way_back(host, clash.id, act), icon="clock" if act else "check")


def way_back(host: Host, clash: str, act: str) -> Callable[[], object]:
    """Return what «Вернуть» does after a decision: it waits again, and what it had become is withdrawn."""

    async def work() -> None:
        is_back = await host.session.bookings.take_back(clash, act)
        host.toast(tr("clash.reopened" if is_back else "clash.not_reopened"))

    return lambda: host.spawn(work())


def title_of(clash: ClashRow) -> str:
    """Return the bold line: what happened, and to which visit."""
    mine = {**dict(clash.theirs), **dict(clash.mine)}
    return visit_words.clash_title(mine.get("specialty", ""), clash.kind)


def side_ticket(*, at: datetime | None, kind: str, hue: int, title: str, lines: Sequence[str],
                status: tuple[str, str]) -> Ticket:  # fmt: skip
    """Return one side of a decision as a ticket: who, when, where."""
    day = str(at.day) if at is not None else "–"
    under = wording.day_under(at.date()) if at is not None else tr("bookings.no_day")
    made = Ticket(kind, size="side", day=day, month=under, time=visit_words.hour(at) if at is not None else "", title=title,
                  hue=hue, subtitle=". ".join(line for line in lines if line), status=status)  # fmt: skip
    return made


class DecisionCard(Card):
    """One decision with both sides beside each other. Buttons carry the choices; «Решить позже» leaves it be."""

    def __init__(self, host: Host, clash: ClashRow, *, near: Sequence[FreeSlot] = ()) -> None:
        super().__init__(role="conflict", pad=(18, 24), gap=14)
        self._host, self.clash = host, clash
        self.setObjectName(f"decision_{clash.id}")
        today = local_date(host.clock)
        owner = next((one for one in host.session.people if one.id == clash.person), None)
        head = row(gap=12)
        head.addWidget(IconLabel("conflict", "warn", 24), 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(PlainLabel(title_of(clash), style="h3"), 1)
        if owner is not None:
            face = row(
                Avatar(owner.initials, hue=owner.hue, size_px=24), Meta(wording.person_name(owner), wrap=False), gap=8
            )
            head.addWidget(Box(face), 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(column(head, row(Body(visit_words.explained(clash.kind)), pad=(0, 0, 0, 36)), gap=2))
        hue = owner.hue if owner is not None else 1
        theirs, mine = self._theirs(hue, today), self._mine(hue, today)
        sides = column(theirs, mine, gap=12) if theme.scale().large else row(theirs, mine, gap=16)
        if not theme.scale().large:
            sides.setStretch(0, 1)
            sides.setStretch(1, 1)
        self.body.addLayout(sides)
        self.code = Field(tr("clash.code")) if "enter_code" in clash.choices else None
        if self.code is not None:
            self.code.edit.setObjectName("relatives_code")
            self.code.edit.setMaximumWidth(theme.px(280))
            self.code.submitted.connect(lambda: self._press("enter_code", None))
            self.body.addWidget(self.code)
        self.body.addWidget(self._choices(near, today))

    def _theirs(self, hue: int, today: date) -> QWidget:
        facts = dict(self.clash.theirs)
        at = visit_words.moment(facts)
        is_there = at is not None and facts.get("status", "booked") not in ("cancelled", "noshow")
        found = tr("clash.clinic_did", at=wording.moment(self.clash.found_at, today=today))
        where = ", ".join(part for part in (facts.get("doctor", ""), visit_words.within(facts.get("room", ""))) if part)
        status = visit_words.standing_there(self.clash.kind, is_there=is_there)
        return side_ticket(at=at, kind="confirmed" if is_there else "past", hue=hue, title=tr("clash.theirs"),
                           lines=(where, found), status=status)  # fmt: skip

    def _mine(self, hue: int, today: date) -> QWidget:
        facts = dict(self.clash.mine)
        at = visit_words.moment(facts)
        key = f"act.{self.clash.act.replace('.', '_')}"
        did = tr("clash.you_did", act=tr(key if has(key) else "act.other").lower(),
                 at=wording.moment(self.clash.acted_at, today=today))  # fmt: skip
        where = ", ".join(part for part in (facts.get("doctor", ""), visit_words.within(facts.get("room", ""))) if part)
        return side_ticket(at=at, kind="pending", hue=hue, title=tr("clash.mine"), lines=(where, did),
                           status=visit_words.standing_here(self.clash.kind, self.clash.act))  # fmt: skip

    def _choices(self, near: Sequence[FreeSlot], today: date) -> QWidget:
        flow = FlowLayout(gap=8, line_gap=8)
        has_main = False
        for name in self.clash.choices:
            if name == "other_slot" and self.clash.kind in LOST:
                for slot in near[:2]:
                    flow.addWidget(self._button(visit_words.near(slot.starts_at, today=today), "default", name, slot))
            words = visit_words.choice(self.clash, name, today=today)
            is_main = not has_main and name in ("keep_theirs", "accept_time", "other_slot", "enter_code", "retry")
            has_main = has_main or is_main
            flow.addWidget(self._button(words, "primary" if is_main else "default", name, None))
        later = Button(tr("clash.decide_later"), role="quietText")
        later.setObjectName("decide_later")
        later.clicked.connect(lambda: self._host.toast(tr("clash.later_toast"), icon="info"))
        if theme.scale().large:
            flow.addWidget(later)
            return Box(flow)
        line = row(Box(flow), gap=8)
        line.setStretch(0, 1)
        line.addWidget(later, 0, Qt.AlignmentFlag.AlignTop)
        return Box(line)

    def _button(self, words: str, role: str, choice: str, slot: FreeSlot | None) -> Button:
        made = Button(words, role=role)
        made.setObjectName(f"choice_{choice}{'_' + slot.id if slot else ''}")
        made.clicked.connect(lambda: self._press(choice, slot))
        return made

    def _press(self, choice: str, slot: FreeSlot | None) -> None:
        code = self.code.value().strip() if self.code is not None and choice == "enter_code" else ""
        if self.code is not None and choice == "enter_code" and not code:
            self.code.set_error(tr("clash.code_empty"))
            self.code.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            choose(self._host, self.clash, choice, slot=slot, code=code)
