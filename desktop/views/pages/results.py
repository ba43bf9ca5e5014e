"""The page of results: filters, the list, and beside it the open report (mockup 05)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop import limits
from desktop.clock import local_date
from desktop.session.rows import ReportRow
from desktop.views.page import Host, Memory, Page
from desktop.views.pages import results_words
from desktop.views.pages.results_pages import ReportAndPaper
from desktop.views.pages.results_panes import Filters, GrowingList, ListDetail, menu, page_layout
from desktop.views.pages.results_report import ReportPanel
from desktop.views.parts import STRETCH, Box, Button, Card, Choice, EmptyState, FilterChip, ScrollPage, column, row
from desktop.views.parts.ordering import OrderButton
from desktop.views.row_model import ID, RowModel
from desktop.words import tr

_KINDS: Final = (("all", ""), ("blood", "drop"), ("urine", "flask"), ("imaging", "scan"), ("ecg", "ecg"))
OWN: Final = "own"
_PERIODS: Final = {"year": 366, "three": 3 * 366, "all": 0}


class ResultsPage(Page):
    """«Результаты»."""

    section = "results"
    topics = ("results", "documents", "people", "journal")

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        today = local_date(host.clock)
        self._wanted = ""
        self._shown = ""
        self._scroll = 0
        self._ended = self._is_new_choice = False
        self._more: asyncio.Task[None] | None = None
        self.period = Choice([(key, tr(f"results.period_{key}")) for key in _PERIODS], name=tr("results.period"))
        self.only_out = FilterChip(tr("results.only_out"))
        self.sorting = OrderButton(("newest", "oldest"))
        items = [(key, tr(f"results.{key}"), icon) for key, icon in _KINDS]
        self.filters = Filters(items, name=tr("results.filters"), more=(self.period, self.only_out, self.sorting))
        self.filters.changed.connect(self._filtered)
        self.period.chosen_changed.connect(self._filtered)
        self.only_out.toggled.connect(self._filtered)
        self.sorting.changed.connect(self._filtered)
        self.model: RowModel[ReportRow] = RowModel(
            text=lambda row: row.title,
            said=lambda row: results_words.said(row, today=today),
            face=lambda row: results_words.face(row, today=today),
        )
        self.list = GrowingList(name=tr("results.list"))
        self.list.setModel(self.model)
        self.list.chosen.connect(self._moved)
        self.list.opened.connect(self._opened)
        self.list.end_near.connect(self._grow)
        self.list.menu_asked.connect(self._menu)
        self.rows = QStackedWidget()
        self.rows.addWidget(Card(column(self.list, gap=0), pad=(1,)))
        self._empty = self._place()
        self.rows.addWidget(self._empty)
        self.own = Button(tr("papers.own_open"), role="text", icon="user", tight=True)
        self.own.setObjectName("own_results")
        self.own.clicked.connect(lambda: self.host.spawn(self.detail.show_own()))
        whole = column(gap=4)
        whole.addWidget(self.rows, 1)
        whole.addWidget(Box(row(self.own, STRETCH)))
        self.left = Box(whole)
        self.left.setFocusProxy(self.list)
        self.report = ReportPanel(host)
        self.detail = ReportAndPaper(host, self.report)
        self.detail.reading.connect(self._reading)
        self.detail.own_shown.connect(lambda: self.panes.open_detail())
        self.panes = ListDetail(self.left, self.detail, list_px=320, back=tr("results.back"))
        self.panes.hides.append(self.filters)
        self.detail.currentChanged.connect(lambda _place: self.panes.set_deeper(self.detail.shows_paper))
        page_layout(self, self.filters, self.panes, bottom=32)

    def _place(self) -> QWidget:
        """Return what stands where there are no rows."""
        self._all = Button(tr("results.show_all"))
        self._all.clicked.connect(self._show_all)
        self._none = EmptyState(tr("results.empty"), tr("results.empty_text"), icon="flask", button=self._all)
        return ScrollPage(column(self._none, STRETCH), pad=(0,), gap=0)

    # --- asking
    async def refresh(self) -> None:
        limit = max(limits.LIST_PAGE_ROWS, self.model.rowCount())
        rows = await self._page(None, limit)
        self._ended = len(rows) < limit
        is_bare = not rows and not await self.host.session.results.page(limit=1)
        self._show(rows, is_bare=is_bare)
        if self._is_new_choice and self.model.place_of(self._shown) < 0:
            self._shown = ""
        self._is_new_choice = False
        wanted = self._wanted or self._shown or self._first()
        self.panes.set_alone(not rows and not wanted and not self.panes.is_open)
        await self.detail.refresh_own()
        if wanted:
            by_hand = bool(self._wanted)
            self._wanted = ""
            await self._open(wanted, by_hand=by_hand)
        else:
            self.report.show_nothing()

    async def _page(self, after: str | None, limit: int) -> tuple[ReportRow, ...]:
        kind, days = self.filters.chosen(), _PERIODS[self.period.chosen() or "all"]
        since = local_date(self.host.clock) - timedelta(days=days) if days else None
        return await self.host.session.results.page(
            category=None if kind == "all" else kind, since=since, only_out_of_range=self.only_out.isChecked(),
            after=after, limit=limit, newest_first=self.sorting.chosen() == "newest",
        )  # fmt: skip

    def _show(self, rows: tuple[ReportRow, ...], *, is_bare: bool = False) -> None:
        self.model.show(rows)
        self._none.title.set_text(tr("results.empty" if is_bare else "results.nothing"))
        self._none.text.set_text(tr("results.empty_text" if is_bare else "results.nothing_text"))
        self._all.setVisible(not is_bare)
        self.rows.setCurrentIndex(0 if rows else 1)
        if self._scroll:
            self.list.verticalScrollBar().setValue(self._scroll)
            self._scroll = 0

    def _first(self) -> str:
        """Return what is opened by itself beside the list: the newest result that is ready."""
        if not self.panes.is_beside:
            return ""
        return next((row.id for row in self.model.rows() if row.status != "pending"), "")

    async def _open(self, id: str, *, by_hand: bool) -> None:
        place = self.model.place_of(id)
        self._shown = id
        self.detail.keep_for(id)
        if by_hand:
            self.detail.open_values()
        blocked = self.list.blockSignals(True)
        self.list.choose(place)
        self.list.blockSignals(blocked)
        await self.report.open(id)
        if by_hand:
            self.panes.open_detail()
            await self.host.session.home.seen("report", id)

    def _grow(self) -> None:
        if not self._ended and self.model.rowCount() and (self._more is None or self._more.done()):
            self._more = self.host.spawn(self._next_page())

    async def _next_page(self) -> None:
        known = self.model.rows()
        rows = await self._page(known[-1].id, limits.LIST_PAGE_ROWS)
        if self.model.rows() == known:
            self._ended = len(rows) < limits.LIST_PAGE_ROWS
            self._show((*known, *rows))

    # --- what the person does
    def _filtered(self, *_what: object) -> None:
        self.model.show(())
        self._is_new_choice = True
        self.reload()

    def _show_all(self) -> None:
        self.only_out.setChecked(False)
        self.period.choose("all")
        self.filters.choose("all")
        self.filters.first().setFocus()

    def _moved(self, row: ReportRow) -> None:
        if self.panes.is_beside and row.id != self._shown:
            self.host.spawn(self._open(row.id, by_hand=self.list.hasFocus()))

    def _opened(self, row: ReportRow) -> None:
        self.host.spawn(self._open(row.id, by_hand=True))

    def _menu(self, at: QPoint) -> None:
        id = self.list.currentIndex().data(ID)
        if not id:
            return
        entries = [(tr("results.menu_open"), lambda: self.host.spawn(self._open(str(id), by_hand=True)))]
        if self.report.id == id:
            entries += self.report.entries()
        menu(self, tr("results.menu"), entries).popup(at)

    def _reading(self, on: bool) -> None:
        is_shown = not on and (self.panes.is_beside or not self.panes.is_open)
        self.left.setVisible(is_shown)
        self.filters.setVisible(is_shown)
        self.panes.set_deeper(on or self.detail.shows_paper)

    # --- what the base asks for
    def clear(self) -> None:
        self.model.show(())
        self._shown = self._wanted = ""
        self.panes.close_detail()
        self.detail.forget()
        self.report.clear()

    def show_subject(self, subject: str) -> None:
        if subject == OWN:
            self.host.spawn(self.detail.show_own())
            return
        id = subject.rpartition("/")[2]
        if self.is_loaded and not self.is_loading():
            self.host.spawn(self._open(id, by_hand=True))
        else:
            self._wanted = id

    def filter_field(self) -> QWidget | None:
        return self.filters.first()

    def regions(self) -> tuple[QWidget, ...]:
        return (self.filters, self.left, self.detail)

    def step_back(self) -> bool:
        return self.detail.step_back() or self.panes.close_detail()

    def print_subject(self) -> bool:
        return self.detail.print_it()

    def save_subject(self) -> bool:
        return self.detail.save_it()

    def remember(self) -> Memory:
        return {"kind": self.filters.chosen(), "period": self.period.chosen(), "only_out": self.only_out.isChecked(),
                "shown": self._shown, "is_open": self.panes.is_open, "scroll": self.list.verticalScrollBar().value(),
                "report": self.report.remember(), "order": self.sorting.chosen()}  # fmt: skip

    def restore(self, memory: Mapping[str, object]) -> None:
        self.filters.choose(str(memory.get("kind", "all")))
        self.sorting.choose(str(memory.get("order", "")))
        if memory.get("period") in _PERIODS:
            self.period.choose(str(memory["period"]))
        self.only_out.setChecked(memory.get("only_out") is True)
        self._shown = str(memory.get("shown", ""))
        if isinstance(at := memory.get("scroll"), int):
            self._scroll = at
        if isinstance(kept := memory.get("report"), Mapping):
            self.report.restore(kept)
        if memory.get("is_open") is True:
            self.panes.open_detail()
