"""A long list shown by portions: how many of its rows stand, and where one is when more of them were asked for."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from desktop import limits
from desktop.views.parts.buttons import Button
from desktop.views.parts.given import ground_of
from desktop.views.parts.scrolling import ScrollPage


class Portions(QObject):
    """So many rows at first, as many more each time they are asked for; then the first of the new ones has the focus.

    `asked`: the list is to be shown anew, with `count` rows, and `filled` called when it is.
    """

    asked = Signal()

    def __init__(self, first: int, scroller: ScrollPage) -> None:
        super().__init__(scroller)
        self.count = self._first = first
        self._scroller = scroller
        self._button: Button | None = None
        self._stood: tuple[int, int] | None = None

    def begin(self) -> None:
        """Go back to the first portion."""
        self.count = self._first

    def restore(self, count: object) -> None:
        """Show as many rows as `count`, which `remember` of the page kept."""
        if isinstance(count, int):
            self.count = max(self._first, min(count, limits.LIST_PLACE_ROWS))

    def reach(self, place: int) -> None:
        """Let the row at a place of the list stand too."""
        self.count = max(self.count, place + 1)

    def button(self, words: str, *, role: str = "default") -> Button:
        """Make the button that stands under the rows as long as there are more."""
        self._button = Button(words, role=role)
        self._button.setObjectName("more")
        self._button.clicked.connect(self._ask)
        return self._button

    def _ask(self) -> None:
        able = self._able()
        self._stood = next(n for n, one in enumerate(able) if one is self._button), self._scroller.verticalScrollBar().value()
        self.count += self._first
        self.asked.emit()

    def filled(self) -> None:
        """Stand at the first new row, if more were asked for."""
        if self._stood is not None:
            # What a layout was given is shown a turn later, and takes no focus before.
            QTimer.singleShot(0, self._scroller, self._stand)

    def _stand(self) -> None:
        if self._stood is None:
            return
        (first, at), self._stood = self._stood, None
        able = self._able()
        self._scroller.restore({"at": at})
        # Rows that are only read take no focus: then the page itself has it, and the arrows go on from here.
        target = able[first] if first < len(able) and able[first] is not self._button else self._ground()
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _able(self) -> list[QWidget]:
        """Return what takes the focus on the page, in its order."""
        found = self._ground().findChildren(QWidget)
        return [one for one in found if one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.isEnabled() and not one.isHidden()]

    def _ground(self) -> QWidget:
        return ground_of(self._scroller.body)
