"""The way of F6 through the window: the next part that has something to focus."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget


def focus_next(regions: Sequence[QWidget], step: int) -> None:
    """Move the focus to the next region (`step` 1) or the one before (-1)."""
    focus = QApplication.focusWidget()
    here = next((n for n, part in enumerate(regions) if focus is not None and (part is focus or part.isAncestorOf(focus))), -1)
    if here == -1 and step < 0:
        here = 0
    for turn in range(1, len(regions) + 1):
        target = _first_focusable(regions[(here + step * turn) % len(regions)])
        if target is not None:
            target.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return


def _first_focusable(part: QWidget) -> QWidget | None:
    if part.focusPolicy() & Qt.FocusPolicy.TabFocus and part.isVisible() and part.isEnabled():
        return part
    for child in part.findChildren(QWidget):
        if child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.isVisible() and child.isEnabled():
            return child
    return None
