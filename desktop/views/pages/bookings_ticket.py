"""The tickets of the bookings page with what may be done to each: decide, move, cancel, withdraw, print, take to a calendar.

Owns how a booking, a wish of the waiting list and the small panels under them are built. What a button does is in bookings_acts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

from desktop.record.acts import CANCEL_REASONS
from desktop.record.slots import FreeSlot
from desktop.session.rows import BookingRow, ClashRow, PersonRow
from desktop.session.watches import WatchRow
from desktop.views import theme, visit_words, wording
from desktop.views.pages.bookings_track import Track
from desktop.views.pages.decision import LOST
from desktop.views.parts import (
    STRETCH,
    Body,
    Box,
    Button,
    Card,
    Choice,
    Face,
    FlowLayout,
    IconButton,
    IconLabel,
    Lead,
    Meta,
    Ticket,
    column,
    row,
)
from desktop.words import tr

if TYPE_CHECKING:
    from desktop.views.pages.bookings_acts import BookingActs

KIND: Final = {"confirmed": "confirmed", "pending": "pending", "clash": "conflict", "past": "past", "cancelled": "past"}


def face(owner: PersonRow | None) -> Face | None:
    """Return whose ticket it is, for the corner."""
    if owner is None:
        return None
    return Face(name=wording.person_name(owner), hue=owner.hue, initials=owner.initials)


def _bare(booking: BookingRow, owner: PersonRow | None, *, today: date, names_owner: bool, quiet: bool) -> Ticket:
    day, under, hour = visit_words.stub(booking, today=today)
    has_subtitle = booking.kind != "house_call" and not quiet
    made = Ticket(
        KIND[booking.certainty],
        day=day,
        month=under,
        time=hour,
        title=visit_words.title(booking),
        subtitle=visit_words.place(booking) if has_subtitle else "",
        hue=owner.hue if owner is not None else 1,
        person=face(owner) if names_owner else None,
        subtitle_below=True,
        spoken=tr(f"bookings.spoken_{booking.kind}") if booking.kind != "visit" else "",
    )
    made.setObjectName(f"booking_{booking.id}")
    return made


def _status(booking: BookingRow) -> QWidget:
    icon, words = visit_words.status(booking)
    tone = {"confirmed": "accent", "clash": "warn"}.get(booking.certainty, "ink2")
    line = row(gap=8)
    line.addWidget(IconLabel(icon, tone, 20))
    line.addWidget(Meta(words, bold=True, tone=tone), 1)
    return Box(line)


def _beside(made: Ticket, left: QWidget, buttons: Sequence[QWidget]) -> None:
    """Put words at the left and buttons at the right; under each other where there is no room for that."""
    if theme.scale().large or len(buttons) > 2:
        made.body.addWidget(Box(column(left, row(*buttons, STRETCH), gap=8)))
    else:
        line = row(gap=8)
        line.addWidget(left, 1, Qt.AlignmentFlag.AlignVCenter)
        for button in buttons:
            line.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        made.body.addWidget(Box(line))
    made.body.addStretch(1)


def booking_ticket(
    booking: BookingRow, owner: PersonRow | None, acts: BookingActs, *, today: date, names_owner: bool
) -> Ticket:
    """Return the ticket of a booking that waits for no decision."""
    made = _bare(booking, owner, today=today, names_owner=names_owner, quiet=False)
    if booking.kind == "house_call" and booking.certainty in ("confirmed", "pending"):
        if booking.pending == "house_call" or visit_words.is_here(booking):
            made.body.addWidget(_status(booking))
        else:
            made.body.addWidget(Track(booking))
        _beside(made, Meta(booking.address), _buttons(booking, acts))
        return made
    words = column(gap=4)
    if visit_words.place(booking):
        words.addWidget(Meta(visit_words.place(booking)))
    words.addWidget(_status(booking))
    if booking.pending in ("reschedule",) and booking.was_at is not None:
        words.addWidget(Meta(tr("bookings.moves_to", at=visit_words.near(booking.was_at, today=today))))
    elif booking.pending == "cancel":
        words.addWidget(Meta(tr("bookings.cancels_now")))
    if booking.kind == "waiting" and booking.ends_at is not None:
        first, last = (wording.day(at.date(), today=today) if at else "" for at in (booking.starts_at, booking.ends_at))
        words.addWidget(Meta(tr("bookings.clinic_seeks" if first else "bookings.clinic_waits", first=first, day=last)))
    _beside(made, Box(words), _buttons(booking, acts))
    return made


def _buttons(booking: BookingRow, acts: BookingActs) -> list[QWidget]:
    name = visit_words.title(booking)
    made: list[QWidget] = []
    if booking.certainty in ("confirmed", "pending"):
        if booking.pending in ("accept", "cancel", "house_call.cancel", "waitlist.leave"):
            made.append(_button("withdraw", name, lambda: acts.withdraw(booking)))
        elif booking.kind == "house_call":
            made.append(_button("cancel_call", name, lambda: acts.ask_cancel(booking), role="quietText"))
        elif booking.kind == "waiting":
            made.append(_button("leave", name, lambda: acts.ask_cancel(booking), role="quietText"))
        else:
            key = "change" if visit_words.is_here(booking) else "move"
            if booking.is_proposed:
                made.append(_button("accept", name, lambda: acts.accept_time(booking)))
            else:
                made.append(_button(key, name, lambda: acts.move(booking)))
    more = IconButton("more", tr("bookings.menu", what=name))
    more.setObjectName("more")
    more.clicked.connect(lambda: menu(more, booking, acts).popup(more.mapToGlobal(QPoint(0, more.height()))))
    made.append(more)
    return made


def _button(key: str, name: str, act: object, *, role: str = "default") -> Button:
    words = tr(f"bookings.{key}")
    made = Button(words, role=role, name=f"{words}: {name}")
    made.setObjectName(key)
    made.clicked.connect(act)
    return made


def menu(parent: QWidget, booking: BookingRow, acts: BookingActs) -> QMenu:
    """Return the row menu of a booking: only what may be done to it now."""
    made = QMenu(parent)
    made.setAccessibleName(parent.accessibleName())
    made.setFont(theme.font("body"))
    made.aboutToHide.connect(made.deleteLater)
    for key, act in acts.possible(booking):
        entry = made.addAction(tr(f"bookings.{key}"))
        entry.setObjectName(f"menu_{key}")
        entry.triggered.connect(lambda _on=False, act=act: act())
    return made


def clash_ticket(
    booking: BookingRow, owner: PersonRow | None, clash: ClashRow, near: Sequence[FreeSlot], acts: BookingActs, *,
    today: date, names_owner: bool,
) -> Ticket:  # fmt: skip
    """Return the amber ticket: what happened, the two nearest times, another time, not needed."""
    made = _bare(booking, owner, today=today, names_owner=names_owner, quiet=True)
    strong, words = visit_words.clash(clash.kind)
    made.body.addWidget(Body(words, strong=strong, strong_tone="warn"))
    made.body.addSpacing(theme.px(6))
    flow = FlowLayout(gap=8, line_gap=8)
    for name in clash.choices:
        if name == "other_slot" and clash.kind in LOST:
            for slot in near[:2]:
                button = Button(visit_words.near(slot.starts_at, today=today))
                button.setObjectName(f"take_{slot.id}")
                button.clicked.connect(lambda _on=False, slot=slot: acts.choose(clash, "other_slot", slot))
                flow.addWidget(button)
        own = {"other_slot": "bookings.other_time", "enter_code": "clash.go_enter_code"}.get(name)
        words = tr(own) if own else visit_words.choice(clash, name, today=today)
        quiet = name in ("drop", "accept", "cancel", "watch")
        button = Button(words, role="quietText" if quiet else "default")
        button.setObjectName(f"choice_{name}")
        button.clicked.connect(lambda _on=False, name=name: acts.choose(clash, name, None))
        flow.addWidget(button)
    made.body.addWidget(Box(flow))
    return made


def watch_ticket(entry: WatchRow, owner: PersonRow | None, acts: BookingActs, *, today: date, names_owner: bool) -> Ticket:
    """Return a wish of the waiting list kept here, with the booking it has prepared."""
    at = entry.slot_at
    first = entry.watch.first_day or today
    day = str(at.day) if at else str(first.day)
    under = wording.day_under(at.date()) if at else wording.day_under(first)
    name = entry.names[0] if entry.names else entry.watch.specialty
    made = Ticket("pending", day=day, month=under, time=visit_words.hour(at) if at else "", title=name,
                  subtitle=", ".join(part for part in (entry.slot_doctor, entry.slot_clinic) if part),
                  hue=owner.hue if owner else 1, person=face(owner) if names_owner else None,
                  spoken=tr("bookings.spoken_waiting"))  # fmt: skip
    made.setObjectName(f"watch_{entry.watch.id}")
    key = "watch_booked" if entry.booked else "watch_found" if at else "watch_waits"
    said = tr(f"bookings.{key}", at=visit_words.near(at, today=today)) if at else tr(f"bookings.{key}")
    icon = "calendar-plus" if at else "hourglass"
    line = row(IconLabel(icon, "accent" if at else "ink2", 20), gap=8)
    line.addWidget(Meta(said, bold=True, tone="accent" if at else "ink2"), 1)
    words = column(Box(line), gap=2)
    notes = []
    if entry.watch.last_day is not None:
        notes.append(tr("bookings.watch_until", day=wording.day(entry.watch.last_day, today=today)))
    if entry.watch.books_by_itself and not entry.booked:
        notes.append(tr("bookings.watch_by_itself"))
    if notes:
        words.addWidget(Meta(". ".join(notes)))
    buttons: list[QWidget] = []
    if at is not None and not entry.booked:
        take = Button(tr("bookings.watch_take", at=visit_words.near(at, today=today)))
        take.setObjectName("watch_take")
        take.clicked.connect(lambda: acts.take_watch(entry))
        buttons.append(take)
    leave = _button("leave", name, lambda: acts.leave_watch(entry), role="quietText")
    buttons.append(leave)
    _beside(made, Box(words), buttons)
    return made


class CancelPanel(Card):
    """«Отменить приём 19 мая, 10:40?» under its ticket: the reason if one likes, the safe answer first."""

    def __init__(self, booking: BookingRow, acts: BookingActs, *, today: date) -> None:
        super().__init__(role="sunken", pad=(16, 20), gap=10)
        self.setObjectName("cancel_panel")
        self.body.addWidget(Lead(tr("bookings.ask_cancel", what=visit_words.named(booking, today=today)), bold=True))
        more = "ask_leave_more" if booking.kind == "waiting" else "ask_cancel_more"
        self.body.addWidget(Body(tr(f"bookings.{more}"), tone="ink2"))
        reasons = [("", tr("bookings.reason_none")), *((key, tr(f"act.reason_{key}")) for key in CANCEL_REASONS)]
        self.reason = Choice(reasons, name=tr("bookings.reason"), chosen="")
        if booking.kind != "waiting":
            caption = Meta(tr("bookings.reason"), wrap=False)
            self.body.addLayout(column(caption, self.reason, gap=6) if theme.scale().large else row(caption, self.reason, STRETCH, gap=12))
        else:
            self.reason.setParent(self)
            self.reason.hide()
        self.keep = Button(tr("bookings.keep"))
        self.keep.setObjectName("keep")
        self.sure = Button(tr("bookings.do_cancel"), role="danger")
        self.sure.setObjectName("do_cancel")
        self.keep.clicked.connect(acts.close_panel)
        self.sure.clicked.connect(lambda: acts.cancel(booking, self.reason.chosen()))
        self.body.addWidget(Box(FlowLayout(self.keep, self.sure, gap=8, line_gap=8)))


class HistoryPanel(Card):
    """The changes of one booking, newest first, under its ticket."""

    def __init__(self, booking: BookingRow, lines: Sequence[tuple[str, str]], acts: BookingActs, *, today: date) -> None:
        super().__init__(role="sunken", pad=(16, 20), gap=8)
        self.setObjectName("history_panel")
        self.body.addWidget(Lead(tr("bookings.history_title", what=visit_words.named(booking, today=today)), bold=True))
        for at, words in lines:
            when = Meta(at, wrap=False)
            when.setMinimumWidth(theme.px(120))
            line = row(gap=12)
            line.addWidget(when, 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(Body(words), 1)
            self.body.addLayout(line)
        if not lines:
            self.body.addWidget(Body(tr("bookings.history_none"), tone="ink2"))
        self.keep = Button(tr("bookings.history_close"))
        self.keep.clicked.connect(acts.close_panel)
        self.body.addLayout(row(self.keep, STRETCH))
