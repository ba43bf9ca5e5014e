"""How a list is sorted: one small button that names the order in force and offers the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Final, TypeVar

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from desktop.views import theme
from desktop.views.parts.buttons import IconButton
from desktop.words import tr

DAY_ORDERS: Final = ("newest", "oldest", "name")
"""The orders of what has a day and a name, as `by_day` sorts it."""
T = TypeVar("T")


def by_day(found: Iterable[T], order: str, *, day: Callable[[T], date | None], name: Callable[[T], str]) -> list[T]:
    """Sort by one of DAY_ORDERS; what has no day is the oldest."""
    newest = sorted(found, key=lambda one: day(one) or date.min, reverse=True)
    if order == "name":
        return sorted(newest, key=lambda one: name(one).casefold())
    return newest[::-1] if order == "oldest" else newest


class OrderButton(IconButton):
    """Sorts a list. The first of `orders` is the usual one; each key has its words in `parts.order_…`. `changed` gives the key."""

    changed = Signal(str)

    def __init__(self, orders: Sequence[str], *, parent: QWidget | None = None) -> None:
        super().__init__("chevrons", tr("parts.order", order=tr(f"parts.order_{orders[0]}")), framed=True, parent=parent)
        self.setObjectName("list_order")
        self._orders, self._chosen = tuple(orders), orders[0]
        self.clicked.connect(self._ask)

    def chosen(self) -> str:
        """Return the key of the order in force."""
        return self._chosen

    def choose(self, order: str) -> None:
        """Sort by key; an unknown one changes nothing."""
        if order in self._orders and order != self._chosen:
            self._chosen = order
            self.set_name(tr("parts.order", order=tr(f"parts.order_{order}")))
            self.changed.emit(order)

    def menu_of(self) -> QMenu:
        """Return the menu of orders, the one in force marked; it deletes itself when closed."""
        made = QMenu(self)
        made.setAccessibleName(self.accessibleName())
        made.setFont(theme.font("body"))
        group = QActionGroup(made)
        for order in self._orders:
            action = made.addAction(tr(f"parts.order_{order}"))
            action.setCheckable(True)
            action.setChecked(order == self._chosen)
            action.triggered.connect(lambda _on=False, order=order: self.choose(order))
            group.addAction(action)
            if order == self._chosen:
                made.setActiveAction(action)
        made.aboutToHide.connect(made.deleteLater)
        return made

    def _ask(self) -> None:
        self.menu_of().popup(self.mapToGlobal(QPoint(0, self.height())))
