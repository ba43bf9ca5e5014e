"""The bookings, to be read: the month and the tickets, for one person or the whole family (mockup 03). Acts come later."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.clock import local_date
from desktop.session.rows import BookingRow
from desktop.views import theme, wording
from desktop.views.page import ColumnPage, Host, Memory
from desktop.views.pages.home_parts import ticket
from desktop.views.pages.legend import Legend
from desktop.views.parts import (
    STRETCH,
    Box,
    Card,
    DayMark,
    EmptyState,
    IconLabel,
    Meta,
    MonthView,
    Segmented,
    Tabs,
    Ticket,
    clear,
    column,
    row,
)
from desktop.words import tr

_MARK: Final = {"confirmed": "dot", "past": "dot", "cancelled": "dot", "pending": "ring", "clash": "diamond"}
_TABS: Final = ("upcoming", "waiting", "past")


class BookingsPage(ColumnPage):
    """«Записи»."""

    section = "bookings"
    topics = ("bookings", "people")
    gap = 20

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._rows: tuple[BookingRow, ...] = ()
        self._wanted = ""
        self._family = True
        self.whose = Segmented([("one", self._name()), ("family", tr("bookings.whole_family"))], chosen="family", name=tr("bookings.whose"))
        self.whose.changed.connect(lambda _key: self.reload())
        self.tabs = Tabs([(key, tr(f"bookings.tab_{key}")) for key in _TABS], name=tr("bookings.tabs"))
        self.tabs.changed.connect(lambda _key: self.reload())
        head = row(self.whose, self.tabs, gap=16)
        head.setStretch(1, 1)
        self.column.addLayout(column(self.whose, self.tabs, gap=8) if theme.scale().large else head)
        self.month = MonthView(today=local_date(host.clock))
        self.month.chosen.connect(self._day_chosen)
        month_card = Card(column(self.month), pad=(16, 20))
        self.legend = Legend()
        side = Box(column(month_card, self.legend, gap=16))
        self.list = QVBoxLayout()
        self.list.setSpacing(theme.px(12))
        self.tickets = QWidget()
        self.tickets.setLayout(self.list)
        self.list.setContentsMargins(0, 0, 0, 0)
        if theme.scale().large:
            self.column.addWidget(self.tickets)
            self.column.addWidget(side)
        else:
            side.setFixedWidth(theme.px(348))
            both = QHBoxLayout()
            both.setSpacing(theme.px(24))
            both.addWidget(side, 0, Qt.AlignmentFlag.AlignTop)
            both.addWidget(self.tickets, 1, Qt.AlignmentFlag.AlignTop)
            self.column.addLayout(both)
        self.column.addStretch(1)
        self._side = side

    def _name(self) -> str:
        current = self.host.session.current
        return wording.person_name(current) if current is not None else tr("shell.no_person")

    def clear(self) -> None:
        self._rows = ()
        clear(self.list)
        self.month.set_marks({})

    def regions(self) -> tuple[QWidget, ...]:
        return (self._side, self.tickets)

    def show_subject(self, subject: str) -> None:
        self._wanted = subject

    async def refresh(self) -> None:
        self.whose.buttons()[0].setText(self._name())
        family = self.whose.chosen() == "family"
        desk = self.host.session.bookings
        chosen = self.tabs.chosen()
        rows = await (desk.past(family=family) if chosen == "past" else desk.upcoming(family=family))
        is_waiting = chosen == "waiting"
        self._rows = tuple(entry for entry in rows if (entry.kind == "waiting") == is_waiting)
        self._show(chosen, family=family)

    def _show(self, chosen: str, *, family: bool) -> None:
        clear(self.list)
        people = {person.id: person for person in self.host.session.people}
        today = local_date(self.host.clock)
        marks: dict[date, list[DayMark]] = defaultdict(list)
        owners = []
        for entry in sorted(self._rows, key=lambda entry: entry.certainty != "clash") if chosen != "past" else self._rows:
            owner = people.get(entry.person)
            if owner is not None and owner not in owners:
                owners.append(owner)
            made = ticket(entry, owner, today=today, is_next=False, names_owner=family)
            made.setObjectName(f"booking_{entry.id}")
            self.list.addWidget(made)
            if entry.starts_at is not None and owner is not None:
                local = entry.starts_at.astimezone()
                said = tr("bookings.mark", name=wording.person_name(owner), title=entry.specialty, time=wording.clock_time(local))
                marks[local.date()].append(DayMark(_MARK[entry.certainty], owner.hue, said))
        if not self._rows:
            empty = EmptyState(tr(f"bookings.empty_{chosen}"), tr("bookings.empty_more"), icon="calendar")
            line = row(STRETCH, empty, STRETCH, gap=0)
            line.setStretch(1, 100)
            self.list.addLayout(line)
        elif any(entry.certainty == "pending" for entry in self._rows):
            line = row(IconLabel("info", "ink2", 20), Meta(tr("bookings.not_fixed")), gap=12)
            line.setStretch(1, 1)
            self.list.addLayout(line)
        self.month.set_marks(marks)
        self.legend.show_people(owners)
        if self._wanted:
            self._reveal(self._wanted)

    def _reveal(self, booking: str) -> None:
        found = self.tickets.findChild(Ticket, f"booking_{booking}")
        self._wanted = ""
        if found is not None:
            self.scroll.ensureWidgetVisible(found)

    def _day_chosen(self, on: date) -> None:
        for entry in self._rows:
            if entry.starts_at is not None and entry.starts_at.astimezone().date() == on:
                self._reveal(entry.id)
                return

    def remember(self) -> Memory:
        return {**super().remember(), "tab": self.tabs.chosen(), "whose": self.whose.chosen()}

    def restore(self, memory: Mapping[str, object]) -> None:
        if memory.get("tab") in _TABS:
            self.tabs.choose(str(memory["tab"]))
        if memory.get("whose") in ("one", "family"):
            self.whose.choose(str(memory["whose"]))
        super().restore(memory)


