"""How a list that is here as a whole is narrowed by what is written, and sorted.

Does not own: lists that are read by pages (their desks narrow them), nor the words of what is not found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Final, TypeVar

from PySide6.QtCore import QObject, Signal

from desktop.views.parts.fields import Edit
from desktop.views.parts.marks import IconLabel
from desktop.views.parts.ordering import DAY_ORDERS, OrderButton, by_day

_SEARCHED_FROM_ROWS: Final = 4
_FIGURES: Final = 3
"""From so many figures on a number is sought by any part of it."""
T = TypeVar("T")
Kept = tuple[str, str]
"""What is sought and the order in force."""


def plain(text: str) -> str:
    """Return a text as it is searched: no case, ё as е."""
    return text.casefold().replace("ё", "е")


def matches(known: str, wanted: str, *, number: str = "") -> bool:
    """Say whether every word that is sought begins a word of what is known, or the figures of the number hold what is sought."""
    figures = _figures(wanted)
    if len(figures) >= _FIGURES and not any(sign.isalpha() for sign in wanted) and figures in _figures(number):
        return True
    there = plain(known).replace(",", " ").split()
    return all(any(one.startswith(word) for one in there) for word in plain(wanted).split())


def _figures(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())


class SearchEdit(Edit):
    """The line above a list in which is written what is sought in it."""

    def __init__(self, *, name: str) -> None:
        super().__init__(name=name, placeholder=name)
        self.set_start(IconLabel("search", "ink2", 20))
        self.setProperty("role", "search")


class Narrowing(QObject):
    """A search line and an order for a short list; the card places them. What so few rows have no need of is hidden.

    `changed`: the list is to be shown anew.
    """

    changed = Signal()

    def __init__(self, *, name: str, count: int, kept: Kept, parent: QObject) -> None:
        super().__init__(parent)
        self.search, self.sorting = SearchEdit(name=name), OrderButton(DAY_ORDERS)
        self.search.setObjectName("list_search")
        self.search.setText(kept[0])
        self.sorting.choose(kept[1])
        self.search.textChanged.connect(self.changed)
        self.sorting.changed.connect(self.changed)
        # Shown before it has a parent, either would be a window of its own for a moment.
        if count < _SEARCHED_FROM_ROWS:
            self.search.hide()
        if count < 2:
            self.sorting.hide()

    def offer(self, count: int) -> None:
        """Offer what so many rows have need of, once both stand in their place."""
        self.search.setVisible(count >= _SEARCHED_FROM_ROWS)
        self.sorting.setVisible(count > 1)

    def wanted(self) -> str:
        """Return what is sought."""
        return self.search.text().strip()

    def of(self, rows: Iterable[T], *, day: Callable[[T], date | None], name: Callable[[T], str], words: Callable[[T], str]) -> list[T]:
        """Return the rows in which what is sought is found, sorted."""
        return by_day((one for one in rows if matches(words(one), self.wanted())), self.sorting.chosen(), day=day, name=name)

    def kept(self) -> Kept:
        """Return what a card made anew is given, to stand as this one."""
        return self.search.text(), self.sorting.chosen()
