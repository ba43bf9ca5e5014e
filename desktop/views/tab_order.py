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
    found = list(stops(window))
    if focus not in found:
        return None
    return found[(found.index(focus) + (1 if is_next else -1)) % len(found)]


def stops(widget: QWidget) -> Iterator[QWidget]:
    """Yield what takes the focus in a visible widget: first itself, then what is laid out in it, then what it places by itself."""
    if not widget.isVisible():
        return
    if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isEnabled() and widget.focusProxy() is None:
        yield widget
    if isinstance(widget, QScrollArea):
        if (inside := widget.widget()) is not None:
            yield from stops(inside)
        return
    children = [child for child in widget.children() if isinstance(child, QWidget) and not child.isWindow()]
    if not children:
        return
    laid = list(_in(widget.layout(), children))
    for part in (*laid, *(child for child in children if child not in laid)):
        yield from stops(part)


def _in(layout: QLayout | None, children: list[QWidget]) -> Iterator[QWidget]:
    """Yield those of `children` that stand in a layout, in its order.

    The layout is asked where each part stands, never for its items: those it would hand out outlive what they stand for (CONTRIBUTING.md).
    """
    if layout is None:
        return
    places: dict[int, QWidget | QLayout] = {layout.indexOf(part): part for part in children}
    places |= {layout.indexOf(inner): inner for inner in layout.children() if isinstance(inner, QLayout)}
    is_backwards = isinstance(layout, QBoxLayout) and layout.direction() in _BACKWARDS
    for place in sorted(places.keys() - {-1}, reverse=is_backwards):
        part = places[place]
        if isinstance(part, QWidget):
            yield part
        else:
            yield from _in(part, children)
