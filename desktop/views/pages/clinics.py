"""«Клиники»: mine and all, a list and a map that are one selection, and the page of a clinic (mockup 11)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import QPointF, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from desktop.clock import local_date
from desktop.record.slots import FreeSlot
from desktop.session.clinics import ClinicFilter, ClinicRow, LetterRow, chosen, in_order
from desktop.views import asking, map_layers, theme, way, wording
from desktop.views.page import Host, Memory, Page, place_in
from desktop.views.pages import clinic_words as words
from desktop.views.pages.care_parts import take_back
from desktop.views.pages.clinic_card import ClinicCard, slot_time
from desktop.views.pages.clinic_filters import ClinicFilters
from desktop.views.pages.clinic_rows import ClinicEntry, more_button
from desktop.views.parts import (
    Box,
    Button,
    Card,
    EmptyState,
    Pin,
    ScrollPage,
    Tabs,
    TownMap,
    clear,
    column,
    row,
)
from desktop.views.streets import Streets
from desktop.words import tr

_FIRST_ROWS: Final = 25
_LIST_PX: Final = 384
_NARROW_PX: Final = 800


class ClinicsPage(Page):
    """List at the left; at the right the map, or the page of the chosen clinic."""

    section = "clinics"
    topics = ("clinics", "services", "slots", "exchange", "bookings", "people", "notices", "documents")

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._all: tuple[ClinicRow, ...] = ()
        self._rows: tuple[ClinicRow, ...] = ()
        self._slots: tuple[FreeSlot, ...] = ()
        self._letters: tuple[LetterRow, ...] = ()
        self._checked = ""
        self._filter = ClinicFilter()
        self._chosen = self._wanted = ""
        self._limit = _FIRST_ROWS
        self._entries: dict[str, ClinicEntry] = {}
        self._has_fitted = False
        self._shows_right = False
        self._build()

    def _build(self) -> None:
        self.tabs = Tabs((("mine", tr("clinics.tab_mine", n="")), ("map", tr("clinics.tab_map"))), name=tr("clinics.tabs"))
        self.tabs.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.tabs.changed.connect(self._tab_changed)
        self.filters = ClinicFilters()
        self.filters.changed.connect(self._filtered)
        self.search = self.filters.search
        self.list = ScrollPage(pad=(0,), gap=0)
        self.list.walk(lambda: [entry.head for entry in self._entries.values()], self._step)
        self.card_of_list = Card(pad=(1,), gap=0)
        self.card_of_list.body.addWidget(self.list)
        self.map = TownMap(name=tr("clinics.map_name"))
        self.map.pressed.connect(lambda id: self._choose(id, focus=False))
        self.streets = Streets(self.host, self.map)
        self.clinic = ClinicCard(self.host)
        for signal, slot in ((self.clinic.booked, self._book), (self.clinic.sent, self._send), (self.clinic.map_asked, self._to_map),
                             (self.clinic.way_asked, self._open_way), (self.clinic.copied, self._copy),
                             (self.clinic.withdrawn, self._withdraw)):  # fmt: skip
            signal.connect(slot)
        map_card = Card(pad=(1,), gap=0)
        map_card.body.addWidget(self.map)
        self.right = QStackedWidget()
        for part in (map_card, self.clinic):
            self.right.addWidget(part)
        self.right.setCurrentIndex(1)
        self.right.currentChanged.connect(self._turned)
        self.switch_button = Button(tr("clinics.show_right"), icon="map")
        self.switch_button.clicked.connect(self._swap)
        self.left = Box(column(self.search, self.card_of_list, gap=12))
        side = 28 if theme.scale().large else 40
        top = row(gap=24)
        top.addWidget(self.tabs, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self.filters.chip_box, 1)
        self.panes = row(self.left, self.right, gap=24)
        self.panes.setStretch(1, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(theme.px(side), 0, theme.px(side), theme.px(24))
        whole.setSpacing(theme.px(12))
        whole.addLayout(top)
        whole.addWidget(self.filters.choices)
        whole.addWidget(self.switch_button, 0, Qt.AlignmentFlag.AlignLeft)
        whole.addLayout(self.panes, 1)
        self.room = Box()
        whole.addWidget(self.room, 10)
        self.filters.more.toggled.connect(self._arrange)

    # --- the base's questions
    async def refresh(self) -> None:
        session = self.host.session
        rows = await session.clinics.all()
        exchange = await session.exchange.view()
        letters = await session.clinics.letters()
        self._all, self._letters = rows, letters
        self._checked = wording.moment(exchange.checked_at, today=local_date(self.host.clock)) if exchange.checked_at else ""
        self.filters.show_choices([one.clinic for one in rows])
        self.tabs.setTabText(0, tr("clinics.tab_mine", n=sum(bool(one.mine) for one in rows) or "").strip())
        self._show()
        self._slots = await session.bookings.free()
        self._show()
        if self._wanted:
            wanted, self._wanted = self._wanted, ""
            self.show_subject(wanted)

    def clear(self) -> None:
        self._letters = ()
        self.clinic.clear_all()
        clear(self.list.body)
        self._entries = {}

    def filter_field(self) -> QWidget | None:
        return self.search

    def regions(self) -> tuple[QWidget, ...]:
        return (self.left, self.right)

    def show_subject(self, subject: str) -> None:
        """Open the page of a clinic; a clinic, its organization or a doctor of it may be named."""
        if not self._all:
            self._wanted = subject
        elif (found := words.meant(self._all, subject)) is not None:
            self.filters.reset()
            self.tabs.choose("mine" if found.mine else "map")
            self._choose(found.id, focus=False)
            self._open_clinic()

    def step_back(self) -> bool:
        return self.clinic.close_held()

    def step_out(self) -> bool:
        if self._is_narrow() and self._shows_right:
            self._swap()
            if self._chosen in self._entries:
                self._entries[self._chosen].head.setFocus()
        elif self.tabs.chosen() == "map" and self.right.currentIndex() == 1:
            self._to_map()
        else:
            return False
        return True

    def shows(self, subject: str) -> bool:
        return (found := words.meant(self._all, subject)) is not None and found.id == self._chosen

    def remember(self) -> Memory:
        return {"tab": self.tabs.chosen(), "chosen": self._chosen, "chips": self.filters.on(), "order": self.filters.sorting.chosen(),
                "shows": self.right.currentIndex(), "scroll": self.list.remember()}  # fmt: skip

    def restore(self, memory: Mapping[str, Any]) -> None:
        self._chosen = str(memory.get("chosen", ""))
        self.tabs.choose(str(memory.get("tab", "mine")))
        self.filters.put_on(memory.get("chips", []))
        self.filters.sorting.choose(str(memory.get("order", "")))
        self.right.setCurrentIndex(int(memory.get("shows", 0)))
        self.list.restore(place_in(memory))

    # --- filters
    def _filtered(self) -> None:
        self._limit = _FIRST_ROWS
        if self._all:
            self._show()

    def _tab_changed(self, tab: str) -> None:
        self.right.setCurrentIndex(1 if tab == "mine" else 0)
        self._filtered()

    # --- showing
    def _show(self) -> None:
        self._filter = self.filters.asked(is_mine=self.tabs.chosen() == "mine")
        self._rows = in_order(chosen(self._all, self._filter), self.filters.sorting.chosen())
        if self._chosen not in {one.id for one in self._rows}:
            self._chosen = self._rows[0].id if self._rows else ""
        self._show_list()
        self._show_map()
        self._show_clinic()

    def _show_list(self) -> None:
        focus = next((id for id, entry in self._entries.items() if entry.head.hasFocus()), "")
        place = self.list.remember()
        clear(self.list.body)
        self._entries = {}
        if not self._rows:
            self._show_empty()
            return
        current = self.host.session.current
        places = [one.id for one in self._rows]
        shown = max(self._limit, places.index(self._chosen) + 1 if self._chosen in places else 0)
        for n, one in enumerate(self._rows[:shown]):
            entry = ClinicEntry(one, number=n + 1, chosen=one.id == self._chosen, soonest=self._soonest(one),
                                acts=self.right.currentIndex() == 0,
                                mine=words.mine(one, self.host.session.people, current.id if current else 0))  # fmt: skip
            entry.pressed.connect(lambda id=one.id: self._pressed(id))
            entry.booked.connect(lambda: self._book(""))
            entry.called.connect(lambda one=one: self._call(one))
            entry.opened.connect(self._open_clinic)
            self._entries[one.id] = entry
            self.list.body.addWidget(entry)
        if len(self._rows) > shown:
            more = more_button(len(self._rows) - shown)
            more.clicked.connect(self._show_more)
            self.list.body.addWidget(more)
        self.list.body.addStretch(1)
        self.list.restore(place)
        if focus in self._entries:
            self._entries[focus].show()
            self._entries[focus].head.setFocus()

    def _show_empty(self) -> None:
        is_narrowed = self._filter != ClinicFilter(is_mine=self._filter.is_mine)
        key = "none" if not self._all else "none_found" if is_narrowed else "none_mine"
        button = Button(tr("clinics.reset"))
        button.clicked.connect(self.filters.reset)
        place = EmptyState(tr(f"clinics.{key}"), tr(f"clinics.{key}_more"), icon="clinic", button=button if key == "none_found" else None)
        self.list.body.addWidget(Box(column(place, pad=(24, 12))))
        self.list.body.addStretch(1)

    def _soonest(self, one: ClinicRow) -> str:
        wanted = {word.casefold() for word in self.search.text().split()}
        here = [slot for slot in self._slots if slot.clinic_id == one.id]
        fits = [slot for slot in here if wanted and slot.specialty.casefold() in wanted] or here
        if not fits:
            return ""
        at = slot_time(fits[0], today=local_date(self.host.clock))
        return tr("clinics.soonest_of", specialty=fits[0].specialty, at=at) if fits[0].specialty else tr("clinics.soonest", at=at)

    def _show_map(self) -> None:
        pins: list[Pin] = []
        towns: dict[str, list[QPointF]] = {}
        known = {town.name for town in map_layers.towns()}
        for n, one in enumerate(self._rows):
            clinic = one.clinic
            if clinic.latitude is None or clinic.longitude is None:
                continue
            pins.append(Pin(id=one.id, number=n + 1, latitude=clinic.latitude, longitude=clinic.longitude, name=clinic.name))
            if clinic.town and clinic.town not in known:
                towns.setdefault(clinic.town, []).append(map_layers.place(clinic.latitude, clinic.longitude))
        was = {pin.id for pin in self.map.pins()}
        self.map.set_pins(pins, towns=[map_layers.Town(name=name, rank=2, at=_mean(points)) for name, points in towns.items()])
        if not self._has_fitted or was != {pin.id for pin in pins}:
            self._has_fitted = bool(pins)
            self._fit_map()
        self.map.choose(self._chosen)

    def _fit_map(self) -> None:
        """Look at the chosen clinic's town; at everything when the person looks for something."""
        found = next((one for one in self._rows if one.id == self._chosen), None)
        if found is None or self._filter.town or self._filter.text:
            self.map.fit()
        else:
            self.map.look_at([one.id for one in self._rows if one.clinic.town == found.clinic.town])

    def _show_clinic(self) -> None:
        found = next((one for one in self._rows if one.id == self._chosen), None)
        if found is None:
            self.clinic.clear_all()
            return
        current = self.host.session.current
        slots: dict[str, FreeSlot] = {}
        for slot in self._slots:
            if slot.clinic_id == found.id:
                slots.setdefault(slot.doctor_id, slot)
        letters = tuple(one for one in self._letters if one.organization_id == found.clinic.organization_id)
        self.clinic.show_row(
            found, slots=slots, letters=letters, today=local_date(self.host.clock),
            as_of=tr("clinics.slots_as_of", at=self._checked) if self._checked else "",
            mine=words.mine(found, self.host.session.people, current.id if current else 0),
        )  # fmt: skip

    # --- choosing
    def _choose(self, id: str, *, focus: bool) -> None:
        self._chosen = id
        self._show_list()
        self.map.choose(id)
        self._show_clinic()
        if id in self._entries:
            entry = self._entries[id]
            if focus:
                entry.show()
                entry.head.setFocus()
            QTimer.singleShot(0, entry, lambda: self.list.ensureWidgetVisible(entry, 0, theme.px(8)))

    def _pressed(self, id: str) -> None:
        """Choose a clinic; where its page does not stand beside the list, open it."""
        self._choose(id, focus=True)
        if self._is_narrow() and self.right.currentIndex() == 1:
            self._open_clinic()
            self.switch_button.setFocus()

    def _step(self, place: int) -> None:
        self._choose(self._rows[min(max(place, 0), len(self._rows) - 1)].id, focus=True)

    def _show_more(self) -> None:
        self._limit += _FIRST_ROWS
        self._show_list()

    def _open_clinic(self) -> None:
        self.right.setCurrentIndex(1)
        if self._is_narrow() and not self._shows_right:
            self._swap()

    def _to_map(self) -> None:
        self.tabs.choose("map")
        self.right.setCurrentIndex(0)
        if self._chosen:
            self.map.look_at([self._chosen])

    # --- acts
    def _row(self) -> ClinicRow | None:
        return next((one for one in self._all if one.id == self._chosen), None)

    def _book(self, doctor: str) -> None:
        if (found := self._row()) is not None:
            self.host.book(clinic=found.id, doctor=f"{doctor}@{found.id}" if doctor else "")

    def _call(self, one: ClinicRow) -> None:
        self.host.copy(one.clinic.phone)
        self.host.toast(tr("clinics.phone_copied", phone=one.clinic.phone), icon="phone")

    def _copy(self, text: str) -> None:
        self.host.copy(text)
        self.host.toast(tr("clinics.address_copied"))

    def _open_way(self, url: str) -> None:
        if way.may_open(url):
            asking.open_browser(url)

    def _send(self, kind: str, text: str, contact: str) -> None:
        found, current = self._row(), self.host.session.current
        if found is None or current is None:
            return
        body = {"clinic_id": found.clinic.organization_id, "clinic": found.clinic.name, "text": text}
        body |= {"contact": contact} if contact else {}
        self.host.spawn(self._accept(kind, current.id, body))

    async def _accept(self, kind: str, person: int, body: Mapping[str, str]) -> None:
        letter = self.clinic.letter
        if letter is not None and (act := await letter.draft.send(self.host.session.bookings.act(kind, person, body))):
            self.clinic.close_held()
            self.host.toast(tr("clinics.letter_taken"), undo=lambda: self._withdraw(act))

    def _withdraw(self, act: str) -> None:
        self.host.spawn(take_back(self.host, act))

    # --- room
    def _is_narrow(self) -> bool:
        return self.width() < theme.px(_NARROW_PX)

    def _turned(self, _index: int) -> None:
        if self._rows:
            self._show_list()

    def _swap(self) -> None:
        self._shows_right = not self._shows_right
        self._arrange()

    def _arrange(self) -> None:
        narrow = self._is_narrow()
        asks = self.filters.set_narrow(narrow) and narrow
        self.switch_button.setVisible(narrow and not asks)
        self.switch_button.setText(tr("clinics.show_list" if self._shows_right else "clinics.show_right"))
        self.switch_button.set_icon("clinic" if self._shows_right else "map")
        self.left.setVisible(not narrow or not (self._shows_right or asks))
        self.right.setVisible(not narrow or (self._shows_right and not asks))
        self.room.setVisible(asks)
        if narrow:
            self.left.setMinimumWidth(0)
            self.left.setMaximumWidth(1 << 14)
        else:
            self.left.setFixedWidth(min(theme.px(_LIST_PX), max(theme.px(300), self.width() * 4 // 10)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show one pane at a time where there is no room for two."""
        super().resizeEvent(event)
        self._arrange()


def _mean(points: list[QPointF]) -> QPointF:
    return QPointF(sum(one.x() for one in points) / len(points), sum(one.y() for one in points) / len(points))
