"""What Ctrl+C takes: the words picked with the mouse, else what is said where the focus stands; picking itself, for one label at a time.

Does not own: the clipboard and how long a copy stays there (clipboard), fields and PDF pages, which copy by themselves.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QWidget
from shiboken6 import isValid

from desktop.views.page import Page
from desktop.views.parts import PlainLabel


class Picking:
    """The words that the mouse has picked in a window. Positions are those of the window, in *pixels*."""

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self._label: PlainLabel | None = None
        self._pressed = QPoint()
        self._is_dragged = False

    def press(self, at: QPoint) -> None:
        """Let go of what was picked; a drag from here picks anew."""
        if (held := self._held()) is not None:
            held.pick(0, 0)
        found = self._window.childAt(at)
        self._label, self._pressed, self._is_dragged = found if isinstance(found, PlainLabel) else None, at, False

    def drag(self, at: QPoint) -> None:
        """Pick up to here, once the mouse has gone far enough to mean it."""
        label = self._held()
        self._is_dragged |= (at - self._pressed).manhattanLength() >= QApplication.startDragDistance()
        if label is not None and self._is_dragged:
            label.pick(*(label.letter_at(label.mapFrom(self._window, one)) for one in (self._pressed, at)))

    def double(self, at: QPoint) -> None:
        """Pick the word here."""
        self.press(at)
        if (label := self._held()) is not None:
            label.pick_word(label.letter_at(label.mapFrom(self._window, at)))

    def words(self) -> str:
        """Return what is picked, and still in sight."""
        label = self._held()
        return label.picked() if label is not None and label.isVisible() else ""

    def _held(self) -> PlainLabel | None:
        return self._label if self._label is not None and isValid(self._label) else None

    def words_at(self, at: QPoint) -> str:
        """Return what is picked, else what is said here."""
        return self.words() or said_at(self._window.childAt(at))

    def words_here(self, page: Page) -> str:
        """Return what is picked, else what is said where the focus of a page stands."""
        focus = self._window.focusWidget()
        is_here = focus is not None and (focus is page or page.isAncestorOf(focus))
        return self.words() or (said_at(focus) if is_here else "")


def said_at(part: QWidget | None) -> str:
    """Return what is said by a part, or by the smallest thing around it on its page that says something."""
    if isinstance(part, QAbstractItemView):
        return str(part.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole) or "")
    while part is not None:
        labels = [part, *part.findChildren(PlainLabel)] if isinstance(part, PlainLabel) else part.findChildren(PlainLabel)
        if said := "\n".join(one.text() for one in labels if one.isVisible() and one.text().strip()):
            return said
        part = None if isinstance(part, Page) else part.parentWidget()
    return ""
