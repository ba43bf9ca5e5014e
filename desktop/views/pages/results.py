"""The page of results: filters, the list, and beside it the open report (mockup 05)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget

from desktop.clock import local_date
from desktop.session.rows import ReportRow
from desktop.views.page import Host, Memory, Page, place_in
from desktop.views.pages import results_words
from desktop.views.pages.list_panes import Filters, ListDetail, PagedList, menu, page_layout
from desktop.views.pages.results_pages import ReportAndPaper
from desktop.views.pages.results_report import ReportPanel
from desktop.views.parts import STRETCH, Box, Button, Choice, FilterChip, column, row
from desktop.views.parts.dropping import DropPlace
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
        self._is_new_choice = False
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
        self.rows = PagedList(self.model, self._page, self._has_any, host=host, area="results", icon="flask")
        self.rows.all.clicked.connect(self._show_all)
        self.list = self.rows.list
        self.list.chosen.connect(self._moved)
        self.list.opened.connect(self._opened)
        self.list.menu_asked.connect(self._menu)
        self.own = Button(tr("papers.own_open"), role="text", icon="user", tight=True)
        self.own.setObjectName("own_results")
        whole = column(gap=4)
        whole.addWidget(self.rows, 1)
        whole.addWidget(Box(row(self.own, STRETCH)))
        self.left = Box(whole)
        self.left.setFocusProxy(self.list)
        self.report = ReportPanel(host)
        self.detail = ReportAndPaper(host, self.report)
        self.detail.reading.connect(self._reading)
        self.own.clicked.connect(lambda: self.host.spawn(self.detail.show_own()))
        self.panes = ListDetail(self.left, self.detail, list_px=320, back=tr("results.back"))
        self.detail.own_shown.connect(lambda: self.panes.open_detail())
        self.detail.own_left.connect(self._own_left)
        self.panes.hides.append(self.filters)
        self.detail.currentChanged.connect(self._turned)
        page_layout(self, self.filters, self.panes, bottom=32)
        if host.profile.may_save:
            DropPlace(self).dropped.connect(lambda path: host.spawn(self.detail.put_in(path)))

    # --- asking
    async def refresh(self) -> None:
        rows = await self.rows.load()
        if self._is_new_choice and self.model.place_of(self._shown) < 0:
            self._shown = ""
        self._is_new_choice = False
        wanted = self._wanted or self.rows.still(self._shown) or self._first()
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

    async def _has_any(self) -> bool:
        return bool(await self.host.session.results.page(limit=1))

    def _first(self) -> str:
        """Return what is opened by itself beside the list: the newest result that is ready."""
        if not self.panes.is_beside:
            return ""
        return next((row.id for row in self.model.rows() if row.status != "pending"), "")

    async def _open(self, id: str, *, by_hand: bool) -> None:
        self._shown = id
        self.detail.keep_for(id)
        if by_hand:
            self.detail.open_values()
        self.rows.choose(id)
        self._mark()
        await self.report.open(id)
        if by_hand:
            self.panes.open_detail()
            await self.host.session.home.seen("report", id)

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
        entries: list[tuple[str, Callable[[], object]]] = [
            (tr("results.menu_open"), lambda: self.host.spawn(self._open(str(id), by_hand=True))),
        ]
        if self.report.id == id:
            entries += self.report.entries()
        menu(self, tr("results.menu"), entries).popup(at)

    def _turned(self, _place: int) -> None:
        self.panes.set_deeper(self.detail.shows_paper)
        self._mark()

    def _mark(self) -> None:
        """Mark the row whose report is in front; none beside what the person put in."""
        if self.detail.is_of_report:
            self.list.setCurrentIndex(self.list.currentIndex())
        else:
            self.list.clearSelection()

    def _own_left(self) -> None:
        """Go back to the button that led to one's own results; it stands under the list."""
        self.panes.close_detail()
        self.own.setFocus(Qt.FocusReason.OtherFocusReason)

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
        return self.detail.step_back()

    def step_out(self) -> bool:
        return self.detail.close_own() or self.panes.close_detail()

    def shows(self, subject: str) -> bool:
        return self.detail.shows_own if subject == OWN else subject.rpartition("/")[2] == self._shown

    def print_subject(self) -> bool:
        return self.detail.print_it()

    def save_subject(self) -> bool:
        return self.detail.save_it()

    def remember(self) -> Memory:
        return {"kind": self.filters.chosen(), "period": self.period.chosen(), "only_out": self.only_out.isChecked(),
                "shown": self._shown, "is_open": self.panes.is_open, "scroll": self.rows.remember(),
                "report": self.report.remember(), "order": self.sorting.chosen()}  # fmt: skip

    def restore(self, memory: Mapping[str, object]) -> None:
        self.filters.choose(str(memory.get("kind", "all")))
        self.sorting.choose(str(memory.get("order", "")))
        if memory.get("period") in _PERIODS:
            self.period.choose(str(memory["period"]))
        self.only_out.setChecked(memory.get("only_out") is True)
        self._shown = str(memory.get("shown", ""))
        self.rows.restore(place_in(memory))
        if isinstance(kept := memory.get("report"), Mapping):
            self.report.restore(kept)
        if memory.get("is_open") is True:
            self.panes.open_detail()
