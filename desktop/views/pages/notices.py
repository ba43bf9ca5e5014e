"""«Уведомления»: by day, of the whole family; read marks of this computer, the choice to be told, contacts checked."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.clock import local_date
from desktop.session.notices import Contacts, NoticeRow
from desktop.session.rows import BookingRow
from desktop.views import notice_words, theme, wording
from desktop.views.page import ColumnPage, Host, Memory
from desktop.views.pages.bookings_acts import BookingActs
from desktop.views.pages.bookings_ticket import CancelPanel
from desktop.views.parts import (
    STRETCH,
    Body,
    Box,
    Button,
    Card,
    Choice,
    Divider,
    EmptyState,
    FilterChip,
    FlowLayout,
    Heading,
    IconLabel,
    Meta,
    PressRow,
    Switch,
    clear,
    column,
    row,
)
from desktop.views.parts.given import layout_of
from desktop.views.parts.ordering import OrderButton
from desktop.views.parts.portions import Portions
from desktop.words import tr

_SHOWN = 40


class NoticesPage(ColumnPage):
    """Cards of days."""

    section = "notices"
    topics = ("notices", "exchange", "bookings", "home", "journal", "people")
    gap = 16

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._rows: tuple[NoticeRow, ...] = ()
        self.portions = Portions(_SHOWN, self.scroller)
        self.portions.asked.connect(self._show)
        self._panel: CancelPanel | None = None
        self._asking = ""
        self.acts = BookingActs(host, self, self)
        self.new = FilterChip(tr("notices.only_new"))
        self.new.toggled.connect(self._show)
        self.person = Choice((("", tr("notices.anyone")),), name=tr("notices.person"), chosen="")
        self.kind = Choice([("", tr("notices.any_kind")), *((key, tr(f"notices.kind_{key}")) for key in notice_words.ICONS)],
                           name=tr("notices.kind"), chosen="")  # fmt: skip
        for choice in (self.person, self.kind):
            choice.chosen_changed.connect(self._show)
        self.sorting = OrderButton(("newest", "oldest"))
        self.sorting.changed.connect(self._show)
        self.read_all = Button(tr("notices.read_all"), icon="check")
        self.read_all.clicked.connect(self._read_all)
        self.column.addWidget(Box(FlowLayout(self.new, self.person, self.kind, self.sorting, self.read_all, gap=8)))
        self.days = column(gap=16)
        self.column.addLayout(self.days)
        self.told = Card(pad=(14, 20), gap=8)
        self.column.addWidget(self.told)
        self.column.addStretch(1)

    async def refresh(self) -> None:
        if self._panel is not None:
            return  # a question is being asked: its notice stays where it is
        desk = self.host.session.notices
        self._rows = await desk.all()
        wanted, contacts = await desk.wanted(), await desk.contacts()
        people = [(str(one.id), wording.person_name(one)) for one in self.host.session.people]
        kept = self.person.chosen()
        self.person.set_choices([("", tr("notices.anyone")), *people], chosen=kept if kept in dict(people) else "")
        self._show()
        self._show_told(wanted, contacts)

    def clear(self) -> None:
        self._rows = ()
        self.portions.begin()
        self._panel = None
        clear(self.days)
        clear(self.told.body)

    def filter_field(self) -> QWidget | None:
        return self.new

    def step_back(self) -> bool:
        if self._panel is None:
            return False
        self.close_panel()
        return True

    def remember(self) -> Memory:
        return {**super().remember(), "kind": self.kind.chosen(), "new": self.new.isChecked(), "order": self.sorting.chosen(),
                "limit": self.portions.count}  # fmt: skip

    def restore(self, memory: Mapping[str, Any]) -> None:
        self.kind.choose(str(memory.get("kind", "")))
        self.sorting.choose(str(memory.get("order", "")))
        self.new.setChecked(bool(memory.get("new")))
        self.portions.restore(memory.get("limit"))
        super().restore(memory)

    # --- showing
    def _show(self) -> None:
        clear(self.days)
        person, kind = self.person.chosen(), self.kind.chosen()
        found = [one for one in self._rows if (not person or str(one.person) == person) and (not kind or one.kind == kind)
                 and (one.is_new or not self.new.isChecked())]  # fmt: skip
        if self.sorting.chosen() == "oldest":
            found.reverse()
        has_new = any(one.is_new for one in self._rows)
        if not has_new and self.read_all.hasFocus():
            self.new.setFocus(Qt.FocusReason.OtherFocusReason)
        self.read_all.setVisible(has_new)
        if not found:
            key = "none_new" if self._rows else "none"
            self.days.addWidget(EmptyState(tr(f"notices.{key}"), tr(f"notices.{key}_more"), icon="bell"))
        for day, rows in groupby(found[: self.portions.count], key=lambda one: one.at.astimezone().date()):
            made = Card(pad=(14, 0, 0), gap=0)
            name = wording.near_day(day, today=local_date(self.host.clock))
            made.body.addLayout(column(Heading(name[:1].upper() + name[1:]), pad=(0, 20, 4)))
            for n, one in enumerate(rows):
                if n:
                    made.body.addWidget(Divider())
                made.body.addWidget(self._row(one))
            self.days.addWidget(made)
        if len(found) > self.portions.count:
            self.days.addLayout(row(self.portions.button(tr("notices.more"), role="text"), STRETCH))
        self.portions.filled()

    def _row(self, one: NoticeRow) -> QWidget:
        made = notice_row(one, self.host)
        made.clicked.connect(lambda: self.open_row(one))
        if not one.cancels:
            return made
        words = tr("notices.cancel_call" if one.is_call else "notices.cancel")
        cancel = Button(words, role="quietText", name=f"{words}: {made.title.text()}")
        cancel.setObjectName(f"cancel_{one.id}")
        cancel.clicked.connect(lambda: self.host.spawn(self._ask(one)))
        line = row(cancel, STRETCH, pad=(0, 20, 10, 56))
        holder = Box(column(made, line, gap=0))
        holder.setObjectName(f"about_{one.id}")
        return holder

    # --- cancelling from a notice
    async def _ask(self, one: NoticeRow) -> None:
        self._asking = one.id
        self.acts.ask_cancel(await self.host.session.bookings.get(one.cancels))

    def show_cancel(self, booking: BookingRow) -> None:
        """Ask under the notice whether to cancel."""
        self.close_panel()
        holder = self.findChild(Box, f"about_{self._asking}")
        if holder is None:
            return
        panel = self._panel = CancelPanel(booking, self.acts, today=local_date(self.host.clock))
        layout_of(holder).addWidget(Box(row(panel, pad=(0, 14, 14))))  # Its own edge stands clear of the card's.
        panel.keep.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_history(self, booking: BookingRow, lines: list[tuple[str, str]]) -> None:
        """Show the changes where the booking stands."""
        self.host.go("bookings", booking.id)

    def close_panel(self) -> None:
        """Take the question away; the button that asked it has the focus again."""
        panel, self._panel = self._panel, None
        room = panel.parentWidget() if panel is not None else None
        if room is not None:
            holder = room.parentWidget()
            button = holder.findChild(Button) if holder is not None else None
            room.hide()
            room.deleteLater()
            if button is not None:
                button.setFocus(Qt.FocusReason.OtherFocusReason)

    def open_row(self, one: NoticeRow) -> None:
        """Mark a notice as read and go to what it is about."""
        self.host.spawn(self._read([one.id]))
        follow(one, self.host)

    def _read_all(self) -> None:
        self.host.spawn(self._read([one.id for one in self._rows if one.is_new]))

    async def _read(self, ids: list[str]) -> None:
        await self.host.session.notices.mark(ids)
        self.host.session.events.changed("notices")

    def _show_told(self, wanted: bool, contacts: Contacts) -> None:
        clear(self.told.body)
        self.told.body.addWidget(Heading(tr("notices.told")))
        switch = Switch(tr("notices.receive"), checked=wanted)
        switch.toggled.connect(lambda on: self.host.spawn(self.host.session.notices.want(on)))
        self.told.body.addWidget(switch)
        self.told.body.addWidget(Meta(tr("notices.receive_more")))
        # Of nobody the portal has said nothing yet.
        is_anybody = self.host.session.current is not None
        reached = (("phone", wording.masked(contacts.phone), "phone"), ("email", contacts.email, "mail"))
        for key, value, icon in reached if is_anybody else ():
            is_known = bool(value)
            line = row(IconLabel(icon, "ink2" if is_known else "warn", 20), gap=10)
            words = tr(f"notices.{key}", value=value) if is_known else tr(f"notices.no_{key}")
            line.addWidget(Body(words, tone="ink" if is_known else "warn"), 1)
            self.told.body.addLayout(line)
        change = Button(tr("notices.contacts"), icon="edit")
        change.clicked.connect(lambda: self.host.go("policies"))
        choose = Button(tr("notices.choose"), icon="settings")
        choose.clicked.connect(lambda: self.host.go("settings"))
        self.told.body.addWidget(Box(FlowLayout(*([change] if is_anybody else []), choose, gap=8)))


def notice_row(one: NoticeRow, host: Host, *, side_px: int = 20) -> PressRow:
    """Make the row of a notice: what it says, whose it is, when it came; `side_px` is the room at its sides."""
    title, text = notice_words.said(one, today=local_date(host.clock))
    time = "" if one.kind == "reminder" else wording.clock_time(one.at)
    new = tr("notices.new") if one.is_new else ""
    tail = " · ".join(part for part in (notice_words.whose(one, host.session.people), time, new) if part)
    leading = IconLabel(notice_words.icon(one), "accent" if one.is_new else "ink2", 24)
    made = PressRow(title, "\n".join(part for part in (text, tail) if part), leading=leading, chevron=bool(one.section), pad=(10, side_px))
    made.setObjectName(f"notice_{one.id}")
    made.title.set_weight(None if one.is_new else 500)
    layout_of(made).setAlignment(leading, Qt.AlignmentFlag.AlignTop)
    leading.setContentsMargins(0, theme.px(2), 0, 0)
    return made


def follow(one: NoticeRow, host: Host) -> None:
    """Go to what a notice is about, in the record it belongs to."""
    if one.section:
        current = host.session.current
        if one.person and (current is None or current.id != one.person):
            host.switch(one.person)
        host.go(one.section, one.subject or None)
