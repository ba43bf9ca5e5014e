"""The way of Tab through a window: that of its layouts, as it is read.

Qt goes by the order in which widgets were made, and the parts of a page are made anew whenever the record changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QLayout, QScrollArea, QWidget

_BACKWARDS: Final = (QBoxLayout.Direction.BottomToTop, QBoxLayout.Direction.RightToLeft)


def beside(window: QWidget, focus: QWidget, *, is_next: bool) -> QWidget | None:
    """Return what Tab, or Shift+Tab, comes to from `focus`; None where that is nothing in the window's layouts."""
    stops = list(_of(window))
    if focus not in stops:
        return None
    return stops[(stops.index(focus) + (1 if is_next else -1)) % len(stops)]


def _of(widget: QWidget) -> Iterator[QWidget]:
    """Yield what takes the focus in a visible widget: first itself, then what is laid out in it, then what it places by itself."""
    if not widget.isVisible():
        return
    if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isEnabled() and widget.focusProxy() is None:
        yield widget
    laid = [widget.widget()] if isinstance(widget, QScrollArea) else list(_in(widget.layout()))
    for part in laid:
        yield from _of(part)
    for child in widget.children():
        if isinstance(child, QWidget) and not child.isWindow() and child not in laid and not isinstance(widget, QScrollArea):
            yield from _of(child)


def _in(layout: QLayout | None) -> Iterator[QWidget]:
    if layout is None:
        return
    places = range(layout.count())
    for place in reversed(places) if isinstance(layout, QBoxLayout) and layout.direction() in _BACKWARDS else places:
        item = layout.itemAt(place)
        if (widget := item.widget()) is not None:
            yield widget
        elif (inner := item.layout()) is not None:
            yield from _in(inner)
