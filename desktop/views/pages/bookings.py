"""The bookings: the month and the tickets, for one person or the whole family, decision first (mockup 03).

Owns what is on the page and in which order. A ticket is bookings_ticket's, their focus and the panel under one bookings_list's, acts are
bookings_acts', filters bookings_filters'.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QWidget

from desktop import limits
from desktop.clock import local_date
from desktop.record.slots import FreeSlot
from desktop.session.rows import BookingRow, ClashRow
from desktop.session.watches import WatchRow
from desktop.views import theme, visit_words, wording
from desktop.views.page import ColumnPage, Host, Memory
from desktop.views.pages.bookings_acts import BookingActs
from desktop.views.pages.bookings_filters import Filters, fits, ordered
from desktop.views.pages.bookings_list import TicketList
from desktop.views.pages.bookings_ticket import (
    CancelPanel,
    HistoryPanel,
    booking_ticket,
    clash_ticket,
    menu,
    watch_ticket,
)
from desktop.views.pages.legend import Legend
from desktop.views.parts import (
    STRETCH,
    Box,
    Button,
    Card,
    DayMark,
    EmptyState,
    IconButton,
    IconLabel,
    Meta,
    MonthView,
    Segmented,
    Tabs,
    column,
    row,
    take_out,
)
from desktop.views.parts.portions import Portions
from desktop.words import tr

_MARK: Final = {"confirmed": "dot", "past": "dot", "cancelled": "dot", "pending": "ring", "clash": "diamond"}
_TABS: Final = ("upcoming", "waiting", "past")
_SHOWN: Final = 40
_WIDE_PX: Final = 1100
_BESIDE_PX: Final = 960


class BookingsPage(ColumnPage):
    """«Записи»."""

    section = "bookings"
    topics = ("bookings", "people")
    gap = 20

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._rows: dict[str, tuple[BookingRow, ...]] = dict.fromkeys(_TABS, ())
        self._watches: tuple[WatchRow, ...] = ()
        self._clashes: dict[str, ClashRow] = {}
        self._near: dict[str, tuple[FreeSlot, ...]] = {}
        self._towns: dict[str, str] = {}
        self._wanted = ""
        self._has_choice = False
        self.acts = BookingActs(host, self, self)
        self.today = local_date(host.clock)
        self._tools()
        self.filters = Filters(today=self.today)
        self.filters.changed.connect(self._show)
        self.filters.hide()
        self.column.addWidget(self.filters)
        self.month = MonthView(today=self.today)
        self.month.chosen.connect(self._day_chosen)
        self.legend = Legend()
        self._side = Box(column(Card(column(self.month), pad=(16, 20)), self.legend, gap=16))
        self.tickets = TicketList()
        self.portions = Portions(_SHOWN, self.scroller)
        self.portions.asked.connect(self._show)
        if theme.scale().large:
            for part in (self.tickets, self._side):
                self.column.addWidget(part)
        else:
            self._side.setFixedWidth(theme.px(348))
            self._both = QHBoxLayout()
            self._both.setSpacing(theme.px(24))
            self._both.addWidget(Box(column(row(self._side, STRETCH, gap=0), STRETCH, gap=0)))
            self._both.addWidget(self.tickets, 1)
            self.column.addLayout(self._both)
        self.column.addStretch(1)

    def _tools(self) -> None:
        choices = [("one", self._name()), ("family", tr("bookings.whole_family"))]
        self.whose = Segmented(choices, chosen="family", name=tr("bookings.whose"))
        self.whose.changed.connect(self._whose_chosen)
        self.tabs = Tabs([(key, tr(f"bookings.tab_{key}")) for key in _TABS], name=tr("bookings.tabs"))
        self.tabs.changed.connect(lambda _key: self._show())
        self.filter_button = IconButton("filter", tr("bookings.filters"), framed=True, checkable=True)
        self.filter_button.clicked.connect(self._toggle_filters)
        self.call = Button(tr("bookings.call_doctor"), icon="house-call")
        self.call.clicked.connect(lambda: self.host.go("house_call", "new"))
        self.book = Button(tr("bookings.book"), role="primary", icon="calendar-plus")
        self.book.clicked.connect(lambda: self.host.go("wizard", "new"))
        self._head = QGridLayout()
        self._head.setHorizontalSpacing(theme.px(8))
        self._head.setVerticalSpacing(theme.px(8))
        self._head.setColumnStretch(1, 1)
        large = theme.scale().large
        self._head.addWidget(self.whose, 0, 0, Qt.AlignmentFlag.AlignLeft)
        acts = Box(row(self.filter_button, self.call, self.book, gap=8))
        self._head.addWidget(acts, 1 if large else 0, 0 if large else 2, Qt.AlignmentFlag.AlignLeft)
        self._is_wide = False
        self._head.addWidget(self.tabs, 2, 0, 1, 3)
        self.column.addLayout(self._head)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the tabs into the first line where they fit."""
        super().resizeEvent(event)
        if not theme.scale().large:  # In a small window the tickets come first and the calendar stands under them.
            way = QBoxLayout.Direction
            self._both.setDirection(way.LeftToRight if self.width() >= theme.px(_BESIDE_PX) else way.BottomToTop)
        wide = not theme.scale().large and self.width() >= theme.px(_WIDE_PX)
        if wide != self._is_wide:
            self._is_wide = wide
            take_out(self._head, self.tabs)
            self._head.addWidget(self.tabs, 0 if wide else 2, 1 if wide else 0, 1, 1 if wide else 3)

    def _name(self) -> str:
        current = self.host.session.current
        return wording.person_name(current) if current is not None else tr("shell.no_person")

    # --- page
    def clear(self) -> None:
        self._rows = dict.fromkeys(_TABS, ())
        self._watches, self._clashes, self._near = (), {}, {}
        self.portions.begin()
        self.tickets.empty()
        self.month.set_marks({})

    def regions(self) -> tuple[QWidget, ...]:
        return (self._side, self.tickets)

    def filter_field(self) -> QWidget | None:
        if not self.filters.isVisible():
            self._toggle_filters()
        return self.filters.choices["when"]

    def show_subject(self, subject: str) -> None:
        if subject.startswith("watch:") or subject == "waiting":
            self.tabs.choose("waiting")
            subject = subject.removeprefix("watch:")
        elif self.tabs.chosen() != "upcoming":
            self.tabs.choose("upcoming")
        self._wanted = subject
        if self.isVisible():
            self.reload()

    def step_back(self) -> bool:
        """Close the filters, unless a panel under a ticket goes first."""
        if is_open := self.tickets.panel is None and self.filters.isVisible():
            self._toggle_filters()
        return is_open

    def step_out(self) -> bool:
        """Close the panel under a ticket."""
        if is_open := self.tickets.panel is not None:
            self.close_panel()
        return is_open

    def shows(self, subject: str) -> bool:
        return subject.startswith("cancel:") and isinstance(self.tickets.panel, CancelPanel)

    def print_subject(self) -> bool:
        return self._for_focused("print")

    def save_subject(self) -> bool:
        return self._for_focused("save_pdf")

    def _for_focused(self, key: str) -> bool:
        """Do an act to the ticket that has the focus, else to the first one that can take it."""
        focus = self.focusWidget()
        shown = [one for one in self._shown_rows() if dict(self.acts.possible(one)).get(key)]
        mine = [one for one in shown if (made := self.tickets.ticket(one.id)) and focus and made.isAncestorOf(focus)]
        chosen = next(iter(mine or shown), None)
        if chosen is None:
            return False
        dict(self.acts.possible(chosen))[key]()
        return True

    async def refresh(self) -> None:
        session = self.host.session
        self.whose.buttons()[0].setText(self._name())
        self.whose.setVisible(bool(self.host.session.people))
        if not self._has_choice:
            self._has_choice = True
            kept = await session.openings.choice("whose", "family")
            if kept in ("one", "family") and kept != self.whose.chosen():
                blocked = self.whose.blockSignals(True)
                self.whose.choose(kept)
                self.whose.blockSignals(blocked)
        family = self.whose.chosen() == "family"
        upcoming = await session.bookings.upcoming(family=family)
        past = await session.bookings.past(family=family)
        person = None if family else session.scope.person
        watches = await session.watches.all(person=person)
        clashes = {one.intent: one for one in await session.bookings.clashes(person=person)}
        near = {one.id: await session.bookings.alternatives(one.id) for one in clashes.values() if "other_slot" in one.choices}
        towns = {place.name: place.town for place in await session.openings.clinics()}
        self._rows = {
            "upcoming": tuple(one for one in upcoming if one.kind != "waiting"),
            "waiting": tuple(one for one in upcoming if one.kind == "waiting"),
            "past": past,
        }
        self._watches, self._clashes, self._near, self._towns = watches, clashes, near, towns
        counts = {"upcoming": len(self._rows["upcoming"]), "waiting": len(self._rows["waiting"]) + len(watches)}
        for n, key in enumerate(_TABS):
            words = tr(f"bookings.tab_{key}")
            count = counts.get(key, 0)
            self.tabs.setTabText(n, tr("bookings.tab_count", tab=words, n_rows=count) if count else words)
        self.filters.show_rows((*upcoming, *past), towns)
        wanted = self._wanted.removeprefix("cancel:")
        if place := next((key for key in _TABS if any(one.id == wanted for one in self._rows[key])), ""):
            self.tabs.choose(place)
        self._show()

    # --- the list
    def _shown_rows(self) -> list[BookingRow]:
        wanted = self.filters.wanted()
        rows = self._rows[self.tabs.chosen()]
        found = [one for one in rows if fits(one, wanted, today=self.today, towns=self._towns)]
        return ordered(found, self.filters.sorting.chosen())

    def _show(self) -> None:
        kept = self.tickets.focused()
        chosen = self.tabs.chosen()
        self.tickets.empty()
        rows = self._shown_rows()
        people = {person.id: person for person in self.host.session.people}
        names_owner = self.whose.chosen() == "family"
        wanted = self._wanted.removeprefix("cancel:")
        self.portions.reach(next((n for n, one in enumerate(rows) if one.id == wanted), 0))
        for entry in rows[: self.portions.count]:
            clash = self._clashes.get(entry.intent or "") if entry.certainty == "clash" else None
            owner = people.get(entry.person)
            if clash is not None:
                made = clash_ticket(entry, owner, clash, self._near.get(clash.id, ()), self.acts, today=self.today, names_owner=names_owner)
            else:
                made = booking_ticket(entry, owner, self.acts, today=self.today, names_owner=names_owner)
            self.tickets.list.addWidget(made)
        if chosen == "waiting" and self.filters.wanted().is_any:
            for watch in self._watches:
                owner = people.get(watch.watch.person)
                self.tickets.list.addWidget(watch_ticket(watch, owner, self.acts, today=self.today, names_owner=names_owner))
        if not self.tickets.list.count():
            self._show_empty(chosen)
        elif chosen != "waiting" and any(entry.certainty == "pending" for entry in rows):
            line = row(IconLabel("info", "ink2", 20), Meta(tr("bookings.not_fixed")), gap=12)
            line.setStretch(1, 1)
            self.tickets.list.addLayout(line)
        if (rest := len(rows) - self.portions.count) > 0:
            self.tickets.list.addLayout(row(self.portions.button(tr("care.more", rest)), STRETCH))
        elif chosen == "past" and len(self._rows[chosen]) == limits.PAST_BOOKINGS:
            self.tickets.list.addWidget(Meta(tr("bookings.past_most", n_past=limits.PAST_BOOKINGS)))
        self._mark(people)
        self._refocus(kept)
        self.portions.filled()

    def _show_empty(self, chosen: str) -> None:
        if not self.filters.wanted().is_any and self._rows[chosen]:
            reset = Button(tr("bookings.filter_reset"))
            reset.clicked.connect(self.filters.clear)
            empty = EmptyState(tr("bookings.filter_none"), tr("bookings.filter_none_more"), icon="filter", button=reset)
        else:
            empty = EmptyState(tr(f"bookings.empty_{chosen}"), tr("bookings.empty_more"), icon="calendar")
        line = row(STRETCH, empty, STRETCH, gap=0)
        line.setStretch(1, 100)
        self.tickets.list.addLayout(line)

    def _mark(self, people: Mapping[int, object]) -> None:
        marks: dict[date, list[DayMark]] = defaultdict(list)
        owners = []
        for entry in (*self._rows["upcoming"], *self._rows["past"]):
            owner = people.get(entry.person)
            if owner is None or entry.starts_at is None or entry.certainty == "cancelled":
                continue
            if owner not in owners:
                owners.append(owner)
            said = tr("bookings.mark", name=wording.person_name(owner), title=entry.specialty,  # type: ignore[arg-type]
                      time=visit_words.hour(entry.starts_at))  # fmt: skip
            marks[entry.starts_at.date()].append(DayMark(_MARK[entry.certainty], owner.hue, said))  # type: ignore[attr-defined]
        self.month.set_marks(marks)
        self.legend.show_people(owners)  # type: ignore[arg-type]

    def _refocus(self, kept: tuple[str, str]) -> None:
        wanted, self._wanted = self._wanted, ""
        if wanted.startswith("cancel:"):
            entry = next((one for one in self._shown_rows() if one.id == wanted[7:]), None)
            if entry is not None:
                self.show_cancel(entry)
            return
        found = self.tickets.ticket(wanted) if wanted else self.tickets.named(kept[0])
        if found is not None:
            self.tickets.focus(found, "" if wanted else kept[1])
            self.scroller.ensureWidgetVisible(found)

    # --- panels under a ticket
    def show_cancel(self, booking: BookingRow) -> None:
        """Ask under the ticket whether to cancel."""
        self._under(booking, CancelPanel(booking, self.acts, today=self.today))

    def show_history(self, booking: BookingRow, lines: list[tuple[str, str]]) -> None:
        """Show the changes under the ticket."""
        self._under(booking, HistoryPanel(booking, lines, self.acts, today=self.today))

    def _under(self, booking: BookingRow, panel: CancelPanel | HistoryPanel) -> None:
        if self.tickets.put_panel(booking.id, panel):
            self.scroller.ensureWidgetVisible(panel)

    def close_panel(self) -> None:
        """Take the panel away; its ticket has the focus again."""
        self.tickets.close_panel()

    # --- small things
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Open the row menu of the ticket under the pointer, or with the focus (Shift+F10)."""
        at = self.childAt(event.pos())
        focus = self.focusWidget() if event.reason() == QContextMenuEvent.Reason.Keyboard else at
        for entry in self._shown_rows():
            made = self.tickets.ticket(entry.id)
            if made is not None and focus is not None and (made is focus or made.isAncestorOf(focus)) and entry.certainty != "clash":
                menu(made, entry, self.acts).popup(made.mapToGlobal(QPoint(made.width() // 2, made.height() // 2)))
                return

    def _whose_chosen(self, key: str) -> None:
        self.host.spawn(self.host.session.openings.keep_choice("whose", key))
        self.reload()

    def _toggle_filters(self) -> None:
        shows = not self.filters.isVisible()
        self.filters.setVisible(shows)
        self.filter_button.setChecked(shows)
        if not shows:
            self.filters.clear()
            self.filter_button.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.filters.choices["when"].setFocus(Qt.FocusReason.OtherFocusReason)

    def _day_chosen(self, on: date) -> None:
        entry = next((one for one in self._shown_rows() if one.starts_at is not None and one.starts_at.date() == on), None)
        if entry is not None:
            self._wanted = entry.id
            if self.tickets.ticket(entry.id) is None:
                self._show()
            else:
                self._refocus(("", ""))
        elif self.filters.isVisible():
            self.filters.choose_day(on)

    def remember(self) -> Memory:
        return {**super().remember(), "tab": self.tabs.chosen(), "whose": self.whose.chosen(),
                "order": self.filters.sorting.chosen(), "limit": self.portions.count}  # fmt: skip

    def restore(self, memory: Mapping[str, object]) -> None:
        self.portions.restore(memory.get("limit"))
        if memory.get("tab") in _TABS:
            self.tabs.choose(str(memory["tab"]))
        if memory.get("whose") in ("one", "family"):
            self._has_choice = True
            self.whose.choose(str(memory["whose"]))
        self.filters.sorting.choose(str(memory.get("order", "")))
        super().restore(memory)
