"""The page of prescriptions: filters, search, the list, and beside it the open one with its code (mockup 07)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QButtonGroup, QWidget

from desktop import limits
from desktop.clock import local_date
from desktop.record.acts import step_up
from desktop.session.pharmacy import PharmacyView, PrescriptionRow
from desktop.views import theme, wording
from desktop.views.page import Host, Memory, Page, place_in
from desktop.views.pages import prescription_words as words
from desktop.views.pages.care_parts import take_back
from desktop.views.pages.documents_leave import Leaving
from desktop.views.pages.list_panes import Filters, ListDetail, page_layout
from desktop.views.pages.prescription_card import PrescriptionCard
from desktop.views.pages.prescription_detail import PrescriptionDetail
from desktop.views.pages.step_up import asked
from desktop.views.parts import (
    STRETCH,
    Box,
    Button,
    EmptyState,
    Meta,
    Notice,
    ScrollPage,
    clear,
    column,
    row,
)
from desktop.views.parts.narrowing import SearchEdit
from desktop.views.parts.ordering import OrderButton
from desktop.views.parts.portions import Portions
from desktop.views.parts.qr import QrScreen
from desktop.words import tr

KINDS: Final[dict[str, Callable[[PrescriptionRow], bool]]] = {
    "active": lambda one: one.standing in ("active", "on_hold", "draft", "unsafe"),
    "funded": lambda one: one.is_funded,
    "paid": lambda one: not one.is_funded,
    "used": lambda one: one.standing == "used",
    "over": lambda one: one.standing in ("expired", "cancelled"),
}
_AWAY: Final = ("offline", "portal_down")


def ordered(rows: tuple[PrescriptionRow, ...], order: str = "ends") -> list[PrescriptionRow]:
    """Put those that still hold first, the soonest to end on top, the rest newest first, as they came; or all of them by day or name."""
    if order == "name":
        return sorted(rows, key=lambda one: one.medicine.casefold())
    if order == "newest":
        return list(rows)
    held = [one for one in rows if KINDS["active"](one)]
    held.sort(key=lambda one: one.days_left if one.days_left is not None else limits.FAR_DAYS)
    return [*held, *(one for one in rows if not KINDS["active"](one))]


class PrescriptionsPage(Page):
    """«Рецепты»."""

    section = "prescriptions"
    # Answers to what was asked come as Tasks, which are news of the documents.
    topics = ("prescriptions", "documents", "bookings", "people", "health")

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._view: PharmacyView | None = None
        self._open_id = ""
        self._is_wanted = False
        self.screen_: QrScreen | None = None
        self.sorting = OrderButton(("ends", "newest", "name"))
        self.sorting.changed.connect(self._filtered)
        kinds = [(key, tr(f"prescriptions.filter_{key}"), "") for key in KINDS]
        self.filters = Filters(kinds, name=tr("prescriptions.filters"), more=(self.sorting,))
        self.filters.changed.connect(self._filtered)
        self.search = SearchEdit(name=tr("prescriptions.search"))
        self.search.setObjectName("prescriptions_search")
        self.search.setMinimumWidth(theme.px(320))
        self._late = QTimer(self, singleShot=True, interval=limits.SEARCH_AFTER_MS)
        self._late.timeout.connect(self._filtered)
        self.search.textChanged.connect(lambda _text: self._late.start())
        head = column(self.filters, self.search, gap=8) if theme.scale().large else row(gap=16)
        if not theme.scale().large:
            head.addWidget(self.filters, 1)
            head.addWidget(self.search, 0, Qt.AlignmentFlag.AlignTop)
        self.head = Box(head)
        self.list = ScrollPage(pad=(0, 2, 16), gap=12)
        self.list.setAccessibleName(tr("prescriptions.list"))
        self.portions = Portions(limits.LIST_PAGE_ROWS, self.list)
        self.portions.asked.connect(lambda: self._list(self.found()))
        self.group = QButtonGroup(self)
        self.group.buttonClicked.connect(lambda card: self._chosen(card.id))
        self.list.walk(self.group.buttons, self._step)
        self.detail = PrescriptionDetail(host)
        self.detail.acted.connect(self._act)
        self.detail.send_to.connect(lambda name: host.spawn(self._send(name)))
        self.panes = ListDetail(self.list, self.detail, list_px=404, back=tr("prescriptions.back"), at=self._open_card)
        self.panes.hides.append(self.head)
        self._leaving = Leaving(host, self)
        page_layout(self, self.head, self.panes, bottom=24)

    # --- asking
    async def refresh(self) -> None:
        exchange = await self.host.session.exchange.view()
        is_first = self._view is None and not self._is_wanted
        view = await self.host.session.pharmacy.view(first=limits.LIST_PAGE_ROWS if is_first else None)
        self._show(view, is_away=exchange.state in _AWAY)
        if not view.is_whole:
            # Years of prescriptions follow those that are read first.
            self._show(await self.host.session.pharmacy.view(), is_away=exchange.state in _AWAY)
        if self._open_id:
            await self._open(self._open_id, by_hand=self._is_wanted)
        else:
            self.detail.show_nothing()
        self._is_wanted = False

    def clear(self) -> None:
        self._view, self._open_id = None, ""
        self._empty_list()
        self.detail.clear()
        self.search.clear()
        self._late.stop()
        if self.screen_ is not None:
            self.screen_.close()
            self.screen_ = None

    def _empty_list(self) -> None:
        for card in self.group.buttons():
            self.group.removeButton(card)
        clear(self.list.body)

    def found(self) -> list[PrescriptionRow]:
        """Return what is listed: what is sought among all, else what the filter keeps."""
        rows = ordered(self._view.rows, self.sorting.chosen()) if self._view is not None else []
        wanted = self.search.text().strip()
        if wanted:
            return [one for one in rows if words.matches(one, wanted)]
        return [one for one in rows if KINDS[self.filters.chosen() or "active"](one)]

    def _show(self, view: PharmacyView, *, is_away: bool) -> None:
        self._view, self._is_away = view, is_away
        active = sum(KINDS["active"](one) for one in view.rows)
        title = tr("prescriptions.filter_active")
        if self.filters.choice is None:
            self.filters.chips["active"].setText(tr("prescriptions.filter_count", title=title, count=active) if active else title)
        rows = self.found()
        if self._is_wanted and self._open_id and all(one.id != self._open_id for one in rows):
            wanted = next((one for one in view.rows if one.id == self._open_id), None)
            key = next((key for key in ("active", "used", "over") if wanted is not None and KINDS[key](wanted)), "active")
            self.filters.choose(key)
            rows = self.found()
        if all(one.id != self._open_id for one in rows):
            self._open_id = rows[0].id if rows and self.panes.is_beside else ""
        self._list(rows)

    def _list(self, rows: list[PrescriptionRow]) -> None:
        self._empty_list()
        today = local_date(self.host.clock)
        body = self.list.body
        if self.search.text().strip() and rows:
            body.addWidget(Meta(tr("prescriptions.search_all", len(rows))))
        for one in rows[: self.portions.count]:
            card = PrescriptionCard(one, today=today)
            self.group.addButton(card)
            card.setChecked(one.id == self._open_id)
            body.addWidget(card)
        if (rest := len(rows) - self.portions.count) > 0:
            body.addLayout(row(self.portions.button(tr("prescriptions.more", rest)), STRETCH))
        self.panes.set_alone(not rows)
        if not rows:
            body.addWidget(self._nothing())
        ask = Button(tr("papers.menu_rx"), role="text", icon="plus")
        ask.setObjectName("prescription_ask_other")
        ask.clicked.connect(lambda: self.host.go("documents", "rx"))
        body.addLayout(row(ask, STRETCH))
        if self._is_away and rows:
            body.addWidget(Notice(tr("prescriptions.offline"), kind="quiet"))
        body.addStretch(1)
        self.portions.filled()

    def _nothing(self) -> QWidget:
        if self.search.text().strip():
            return EmptyState(tr("prescriptions.empty_found"), tr("prescriptions.empty_found_more"), icon="search")
        key = self.filters.chosen() or "active"
        return EmptyState(tr(f"prescriptions.empty_{key}"), tr("prescriptions.empty_more"), icon="pill")

    def _open_card(self) -> PrescriptionCard | None:
        return self.findChild(PrescriptionCard, f"prescription_{self._open_id}")

    def _filtered(self) -> None:
        if self._view is None:
            return
        self.portions.begin()
        rows = self.found()
        if all(one.id != self._open_id for one in rows):
            self._open_id = rows[0].id if rows and self.panes.is_beside else ""
        self._list(rows)
        if self._open_id:
            self.host.spawn(self._open(self._open_id, by_hand=False))
        else:
            self.detail.show_nothing()

    def _chosen(self, id: str) -> None:
        self.host.spawn(self._open(id, by_hand=True))

    def _step(self, place: int) -> None:
        cards = self.group.buttons()
        card = cards[min(max(place, 0), len(cards) - 1)]
        card.setFocus(Qt.FocusReason.OtherFocusReason)
        card.click()

    async def _open(self, id: str, *, by_hand: bool) -> None:
        trail = await self.host.session.pharmacy.trail(id)
        one = next((one for one in self._view.rows if one.id == id), None) if self._view is not None else None
        if one is None or self._view is None:
            self.detail.show_nothing()
            return
        self._open_id = id
        if (card := self._open_card()) is not None:
            card.setChecked(True)
        self.detail.show_one(one, trail=trail, pharmacies=self._view.pharmacies, allergies=self._view.allergies,
                             today=local_date(self.host.clock))  # fmt: skip
        if by_hand:
            self.panes.open_detail()

    # --- doing
    def _act(self, key: str) -> None:
        one = self.detail.one
        if one is None:
            return
        match key:
            case "full":
                self.show_full()
            case "save":
                self.host.spawn(self._save(one))
            case "print":
                self.host.spawn(self._print(one))
            case "send":
                self.detail.ask_pharmacy()
            case "cancel":
                self.detail.ask_cancel()
            case "cancel_now":
                self.host.spawn(self._cancel(one))
            case "remind":
                self.host.spawn(self._remind(one))
            case "ask":
                self.host.go("documents", f"rx:MedicationRequest/{one.id}")
            case "book":
                self.host.book()

    def show_full(self) -> None:
        """Put the code over the whole screen; it works without a connection."""
        one = self.detail.one
        if one is None or not words.has_code(one):
            return
        number = wording.number(one.number)
        self.screen_ = QrScreen(one.qr, caption=number, hint=tr("prescriptions.bright"), close=tr("prescriptions.close_full"),
                                name=tr("prescriptions.qr_name", number=number), parent=self)  # fmt: skip
        self.screen_.destroyed.connect(self._full_closed)
        self.screen_.showFullScreen()

    def _full_closed(self) -> None:
        self.screen_ = None

    async def _send(self, pharmacy: str) -> None:
        one = self.detail.one
        if one is None:
            return
        send = partial(self.host.session.pharmacy.send, one.id, pharmacy)
        intent = await asked(self.host, step_up("prescription.send"), lambda phrase: send(passphrase=phrase))
        if intent is None:
            return
        self.detail.close_panel("send")
        self._said(tr("prescriptions.sending", pharmacy=pharmacy), intent)

    async def _cancel(self, one: PrescriptionRow) -> None:
        intent = await self.host.session.pharmacy.cancel(one.id)
        self.detail.close_panel("cancel")
        self._said(tr("prescriptions.cancelling", medicine=one.medicine), intent)

    def _said(self, text: str, intent: str) -> None:
        self.host.toast(text, undo=lambda: self.host.spawn(take_back(self.host, intent)), icon="send")
        self.reload()

    async def _remind(self, one: PrescriptionRow) -> None:
        await self.host.session.pharmacy.remind(one.id, is_on=not one.is_reminded)
        self.host.toast(tr("prescriptions.reminded_off" if one.is_reminded else "prescriptions.reminded_now"), icon="bell")
        self.reload()

    async def _save(self, one: PrescriptionRow) -> None:
        sheet = words.sheet(one, self.host.session.current, today=local_date(self.host.clock))
        if await self._leaving.save_sheet(sheet) is not None:
            await self.host.session.pharmacy.note(one.id, "saved")
            self.reload()

    async def _print(self, one: PrescriptionRow) -> None:
        sheet = words.sheet(one, self.host.session.current, today=local_date(self.host.clock))
        if await self._leaving.print_sheet(sheet):
            await self.host.session.pharmacy.note(one.id, "printed")
            self.reload()

    # --- the shell's keys
    def filter_field(self) -> QWidget | None:
        return self.search

    def regions(self) -> tuple[QWidget, ...]:
        return (self.head, self.list, self.detail)

    def step_back(self) -> bool:
        return self.detail.panel is not None and self.detail.close_panel("send")

    def step_out(self) -> bool:
        return self.panes.close_detail()

    def shows(self, subject: str) -> bool:
        return subject.rsplit("/", 1)[-1] == self._open_id

    def show_subject(self, subject: str) -> None:
        self._open_id, self._is_wanted = subject.rsplit("/", 1)[-1], True
        self.search.clear()
        if self.is_loaded:
            self.reload()

    def print_subject(self) -> bool:
        return self._if_open("print")

    def save_subject(self) -> bool:
        return self._if_open("save")

    def _if_open(self, key: str) -> bool:
        if self.detail.one is None:
            return False
        self._act(key)
        return True

    def remember(self) -> Memory:
        return {"open": self._open_id, "filter": self.filters.chosen(), "search": self.search.text(), "detail": self.panes.is_open,
                "scroll": self.list.remember(), "order": self.sorting.chosen(), "limit": self.portions.count}  # fmt: skip

    def restore(self, memory: Mapping[str, object]) -> None:
        self.filters.choose(str(memory.get("filter", "active")))
        self.sorting.choose(str(memory.get("order", "")))
        self._open_id = str(memory.get("open", ""))
        self._is_wanted = bool(self._open_id and memory.get("detail"))
        self.search.setText(str(memory.get("search", "")))
        self.portions.restore(memory.get("limit"))
        self.list.restore(place_in(memory))
