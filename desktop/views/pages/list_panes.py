"""A list beside what is chosen in it, the filters above and the menu of a row: what pages of rows have in common."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Generic

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QButtonGroup, QMenu, QStackedWidget, QVBoxLayout, QWidget

from desktop import limits
from desktop.views import theme
from desktop.views.page import Host
from desktop.views.parts import (
    STRETCH,
    Box,
    Button,
    Card,
    Choice,
    Divider,
    EmptyState,
    FilterChip,
    FlowLayout,
    RowList,
    ScrollPage,
    column,
    row,
)
from desktop.views.parts.places import Place, found_at, keys_of, place_at
from desktop.views.row_model import R, RowModel
from desktop.words import tr

_BESIDE_FROM_PX: Final = 1200
_NEAR_END_PX: Final = 600
_NEAR_ROWS: Final = 6

Item = tuple[str, str, str]
"""Key, word and icon (or nothing) of one filter."""


class Filters(QWidget):
    """One of several kinds, as chips or, with large text, as a drop-down. `changed` gives the key."""

    changed = Signal(str)

    def __init__(self, items: Sequence[Item], *, name: str, more: Sequence[QWidget] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.choice: Choice | None = None
        self.chips: dict[str, FilterChip] = {}
        widgets: list[QWidget] = []
        if theme.scale().large:
            self.choice = Choice([(key, text) for key, text, _icon in items], name=name)
            self.choice.chosen_changed.connect(self.changed)
            widgets = [self.choice, *more]
        else:
            group = QButtonGroup(self)
            for key, text, icon in items:
                chip = FilterChip(text, icon=icon or None, tick=False, checked=not self.chips)
                chip.setObjectName(f"filter_{key}")
                group.addButton(chip)
                self.chips[key] = chip
            group.buttonToggled.connect(self._toggled)
            line = Divider(vertical=True)
            line.setFixedHeight(theme.px(32))
            widgets = [*self.chips.values(), *([line] if len(more) > 2 else []), *more]
        self.setLayout(FlowLayout(*widgets, gap=8))

    def _toggled(self, _button: object, on: bool) -> None:
        if on:
            self.changed.emit(self.chosen())

    def chosen(self) -> str:
        """Return the key of the choice."""
        if self.choice is not None:
            return self.choice.chosen()
        return next(key for key, chip in self.chips.items() if chip.isChecked())

    def choose(self, key: str) -> None:
        """Choose by key; an unknown one changes nothing."""
        if self.choice is not None:
            self.choice.choose(key)
        elif key in self.chips:
            self.chips[key].setChecked(True)

    def first(self) -> QWidget:
        """Return what takes the focus: the choice in force."""
        return self.choice if self.choice is not None else self.chips[self.chosen()]


class GrowingList(RowList):
    """A list that says when its end comes near, so that the next page is asked for, and opens a menu on Shift+F10."""

    end_near = Signal()
    menu_asked = Signal(QPoint)

    def __init__(self, *, name: str) -> None:
        super().__init__(name=name)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(lambda at: self.menu_asked.emit(self.viewport().mapToGlobal(at)))

    def _scrolled(self, value: int) -> None:
        if self.verticalScrollBar().maximum() - value < theme.px(_NEAR_END_PX):
            self.end_near.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the row's menu by Shift+F10 and the menu key."""
        shifted = event.key() == Qt.Key.Key_F10 and event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if shifted or event.key() == Qt.Key.Key_Menu:
            self.menu_asked.emit(self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).center()))
            return
        super().keyPressEvent(event)


class PagedList(QStackedWidget, Generic[R]):
    """Rows of a model that come by pages as their end comes near, and words in their place where there are none.

    `ask` gives the page after an id; `has_any` says whether there is anything without the filters; the words begin with `area`.
    """

    def __init__(
        self, model: RowModel[R], ask: Callable[[str | None, int], Awaitable[tuple[R, ...]]], has_any: Callable[[], Awaitable[bool]],
        *, host: Host, area: str, icon: str,
    ) -> None:
        super().__init__()
        self._model, self._ask, self._has_any, self._host, self._area = model, ask, has_any, host, area
        self._ended = False
        self._due: Place = {}
        self._more: asyncio.Task[None] | None = None
        self.list = GrowingList(name=tr(f"{area}.list"))
        self.list.setModel(model)
        self.list.end_near.connect(self._grow)
        self.all = Button(tr(f"{area}.show_all"))
        self._none = EmptyState(tr(f"{area}.empty"), tr(f"{area}.empty_text"), icon=icon, button=self.all)
        self.addWidget(Card(column(self.list, gap=0), pad=(1,)))
        self.addWidget(ScrollPage(column(self._none, STRETCH), pad=(0,), gap=0))

    async def load(self) -> tuple[R, ...]:
        """Ask for as many rows as stand here, a page at the least; show and return them."""
        limit = max(limits.LIST_PAGE_ROWS, self._model.rowCount())
        rows = await self._ask(None, limit)
        self._ended = len(rows) < limit
        while not self._ended and len(rows) < limits.LIST_PLACE_ROWS and self._lacks(rows):
            more = await self._ask(str(rows[-1].id), limits.LIST_PAGE_ROWS)
            rows, self._ended = (*rows, *more), len(more) < limits.LIST_PAGE_ROWS
        self._show(rows, word="nothing" if rows or await self._has_any() else "empty")
        return rows

    def _show(self, rows: tuple[R, ...], *, word: str = "nothing") -> None:
        self._model.show(rows)
        self._none.title.set_text(tr(f"{self._area}.{word}"))
        self._none.text.set_text(tr(f"{self._area}.{word}_text"))
        self.all.setVisible(word == "nothing")
        self.setCurrentIndex(0 if rows else 1)
        self._stand()

    def _grow(self) -> None:
        if not self._ended and self._model.rowCount() and (self._more is None or self._more.done()):
            self._more = self._host.spawn(self._next_page())

    async def _next_page(self) -> None:
        known = self._model.rows()
        rows = await self._ask(str(known[-1].id), limits.LIST_PAGE_ROWS)
        if self._model.rows() == known:
            self._ended = len(rows) < limits.LIST_PAGE_ROWS
            self._show((*known, *rows))

    def choose(self, id: str) -> None:
        """Mark a row as the chosen one without saying so."""
        blocked = self.list.blockSignals(True)
        self.list.choose(self._model.place_of(id))
        self.list.blockSignals(blocked)

    def _lacks(self, rows: Sequence[R]) -> bool:
        """Say whether what the list is to stand at, or what is chosen in it, may follow these rows."""
        known = {str(one.id) for one in rows}
        return any(keys and known.isdisjoint(keys) for keys in (keys_of(self._due), self._due.get("chosen", ())))

    def still(self, id: str) -> str:
        """Return the row chosen before; of a place that was given back, the nearest of those beside it that are still there.

        The list stands there then, which choosing a row out of sight would undo.
        """
        chosen = self._due.get("chosen", ())
        found = id if id not in chosen else next((one for one in (id, *chosen) if self._model.place_of(one) >= 0), "")
        if self._due and self._model.rowCount():
            self.choose(found)
            self._stand()
            self._due = {}
        return found

    def remember(self) -> Place:
        """Return where the list stands, and what stands beside the chosen row."""
        at, current = self.list.verticalScrollBar().value(), self.list.currentIndex().row()
        if not at and self._due:
            return self._due
        first = max(self.list.indexAt(QPoint(1, 1)).row(), 0)
        near = range(max(first - _NEAR_ROWS, 0), min(first + _NEAR_ROWS, self._model.rowCount())) if at else ()
        rows = self._model.rows()
        chosen = [*rows[current : current + 4], *rows[max(current - 3, 0) : current][::-1]] if current >= 0 else []
        return {**place_at(at, ((str(rows[n].id), self._top(n)) for n in near)), "chosen": [str(one.id) for one in chosen]}

    def restore(self, place: Place) -> None:
        """Stand there once the rows are there."""
        self._due = place

    def _stand(self) -> None:
        found = found_at(self._due, self._top_of) if self._model.rowCount() else None
        if found is not None:
            self.list.verticalScrollBar().setValue(found)

    def _top_of(self, key: str) -> int | None:
        place = next((n for n, one in enumerate(self._model.rows()) if str(one.id) == key), -1)
        return self._top(place) if place >= 0 else None

    def _top(self, place: int) -> int:
        return self.list.visualRect(self._model.index(place)).top() + self.list.verticalScrollBar().value()


def menu(parent: QWidget, name: str, entries: Sequence[tuple[str, Callable[[], object]]]) -> QMenu:
    """Make a menu of words and what they do. The caller pops it up; it deletes itself when closed."""
    made = QMenu(parent)
    made.setAccessibleName(name)
    made.setFont(theme.font("body"))
    for text, act in entries:
        action = QAction(text.replace("&", "&&"), made)
        action.triggered.connect(lambda _on=False, act=act: act())
        made.addAction(action)
    made.aboutToHide.connect(made.deleteLater)
    return made


class ListDetail(QWidget):
    """A list and, beside it, what is chosen; in a narrow window the detail opens over the list with a way back.

    `at` finds the row to go back to where the list is no view that keeps it.
    """

    def __init__(
        self, left: QWidget, right: QWidget, *, list_px: float, back: str, at: Callable[[], QWidget | None] = lambda: None
    ) -> None:
        super().__init__()
        self.left, self.right, self._list_px, self._at = left, right, list_px, at
        self.back = Button(back, role="text", icon="arrow-left")
        self.back.setObjectName("back_to_list")
        self.back.clicked.connect(self.close_detail)
        over = QVBoxLayout()
        over.setContentsMargins(0, 0, 0, 0)
        over.setSpacing(theme.px(8))
        self.back_line = Box(row(self.back, STRETCH))
        over.addWidget(self.back_line)
        over.addWidget(right, 1)
        self._over = Box(over)
        both = row(gap=24)
        both.addWidget(left)
        both.addWidget(self._over, 1)
        self.setLayout(both)
        self.is_beside = True
        self.is_open = self.is_alone = self.is_deeper = False
        self.hides: list[QWidget] = []
        self._place(beside=True)

    def open_detail(self) -> None:
        """Show the detail; beside the list it is always shown, over the list it takes the focus along."""
        focus = QApplication.focusWidget()
        had_focus = focus is not None and (focus is self.left or self.left.isAncestorOf(focus))
        self.is_open = True
        self._place(beside=self.is_beside)
        if had_focus and not self.is_beside:
            self.back.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_detail(self) -> bool:
        """Show the list again; say whether it was covered."""
        was = self.is_open and not self.is_beside
        self.is_open = False
        self._place(beside=self.is_beside)
        if was:
            (self._at() or self.left).setFocus(Qt.FocusReason.OtherFocusReason)
        return was

    def set_alone(self, on: bool) -> None:
        """Give the list the whole width where there is nothing to show beside it."""
        if on != self.is_alone:
            self.is_alone = on
            self._place(beside=self.is_beside)

    def set_deeper(self, on: bool) -> None:
        """Leave the way back to the detail while it shows something with a way back of its own."""
        self.is_deeper = on
        self.back_line.setVisible(not self.is_beside and not on)

    def _place(self, *, beside: bool) -> None:
        self.is_beside = beside
        self.left.setVisible(beside or not self.is_open)
        self._over.setVisible((beside and not self.is_alone) or self.is_open)
        self.back_line.setVisible(not beside and not self.is_deeper)
        for widget in self.hides:
            widget.setVisible(beside or not self.is_open)
        if beside and not self.is_alone:
            self.left.setFixedWidth(theme.px(self._list_px))
        else:
            self.left.setMinimumWidth(0)
            self.left.setMaximumWidth((1 << 24) - 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stand beside or over by the width of the window."""
        super().resizeEvent(event)
        beside = self.window().width() >= theme.px(_BESIDE_FROM_PX)
        if beside != self.is_beside:
            self._place(beside=beside)


def page_layout(page: QWidget, *parts: QWidget, bottom: float) -> None:
    """Lay the parts of a page in a column with the page's paddings; the last takes the room that is left."""
    side = 28 if theme.scale().large else 40
    whole = column(*parts, gap=16, pad=(0, side, bottom))
    whole.setStretch(len(parts) - 1, 1)
    page.setLayout(whole)
