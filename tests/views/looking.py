"""What tests look for on a painted window: controls without a name, texts that are cut, a focus out of sight."""

from __future__ import annotations

import gc

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QCheckBox,
    QComboBox,
    QLayout,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QSpacerItem,
    QStyle,
    QStyleOptionComboBox,
    QStyleOptionFrame,
    QTabBar,
    QWidget,
    QWidgetItem,
)
from shiboken6 import getAllValidWrappers, isValid

from desktop.views.parts import PlainLabel, ScrollPage

_ITEMS = (QWidgetItem, QSpacerItem)
CONTROLS = (QAbstractButton, QLineEdit, QComboBox, QTabBar)
_SLACK_PX = 1
_FIELD_MARGIN_PX = 2
"""What QLineEdit keeps free at either end by itself."""


def shown_widgets(window: QWidget) -> list[QWidget]:
    """Return what is visible in `window`, the window itself not."""
    QApplication.sendPostedEvents()
    return [widget for widget in window.findChildren(QWidget) if widget.isVisible()]


def stale() -> list[str]:
    """Return every item of a layout that Python still holds though its layout does not: Qt may have deleted it and put a widget in its place."""
    layouts = [one for one in getAllValidWrappers() if isinstance(one, QLayout)]
    held = [(one, item) for one in layouts for item in gc.get_referents(one) if isinstance(item, _ITEMS) and isValid(item)]
    placed = [one.itemAt(place) for one in layouts for place in range(one.count())] if held else []
    alive = {id(item) for item in placed}
    return [f"{type(item).__name__} of {type(one.parentWidget()).__name__}" for one, item in held if id(item) not in alive]


def unnamed(window: QWidget) -> list[str]:
    """Return every focusable control that a screen reader could not name."""
    found = []
    for widget in shown_widgets(window):
        takes_focus = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        if not takes_focus and not isinstance(widget, CONTROLS):
            continue
        if isinstance(widget.parent(), QComboBox) or widget.focusProxy() is not None:
            continue
        face = QAccessible.queryAccessibleInterface(widget)
        if face is None or not face.text(QAccessible.Text.Name).strip():
            found.append(f"{type(widget).__name__} {widget.objectName()}")
    return found


def cut(window: QWidget) -> list[str]:
    """Return every text that does not fit: a label or a mark lower or narrower than its words, a button, a choice, a tab or
    an empty field narrower than its word, anything that hangs over the edge of what holds it (a scrolling ground apart), and
    every page that must be pushed sideways to be read."""
    found = []
    for widget in shown_widgets(window):
        if isinstance(widget, ScrollPage) and widget.horizontalScrollBar().maximum() > 0:
            found.append(f"sideways: {widget.objectName()} {widget.horizontalScrollBar().maximum()}")
        words, wide, room = _measured(widget)
        if words and wide > room + _SLACK_PX and not _stands_in_full(window, widget, words):
            found.append(f"narrow: {words[:60]!r} {room} < {wide}")
        wraps = isinstance(widget, (PlainLabel, QCheckBox, QRadioButton)) and widget.hasHeightForWidth() and widget.text()
        if wraps and widget.heightForWidth(widget.width()) > widget.height() + _SLACK_PX:
            found.append(f"low: {widget.text()[:60]!r} {widget.width()}x{widget.height()}")
        if isinstance(widget, (PlainLabel, QPushButton, QComboBox, QCheckBox, QRadioButton)) and _hangs_over(widget):
            text = words or widget.accessibleName()
            found.append(f"over: {text[:60]!r} {widget.geometry().getRect()} in {widget.parentWidget().size().toTuple()}")
    return found


def _stands_in_full(window: QWidget, widget: QWidget, words: str) -> bool:
    """Say whether a choice too long for its line is written out in full under it (the number of a form may stand apart)."""
    labels = window.findChildren(PlainLabel) if isinstance(widget, QComboBox) else []
    return any(label.isVisible() and len(label.text()) > 40 and words.startswith(label.text()[:40]) for label in labels)


def _measured(widget: QWidget) -> tuple[str, int, int]:
    """Return the words that must stand in one line, how wide they are, and how much room they have."""
    if isinstance(widget, PlainLabel) and not widget.hasHeightForWidth():
        return widget.text(), widget.sizeHint().width(), widget.width()
    if isinstance(widget, QPushButton):
        return widget.text(), widget.sizeHint().width(), widget.width()
    if isinstance(widget, QComboBox):
        option = QStyleOptionComboBox()
        widget.initStyleOption(option)
        field = QStyle.SubControl.SC_ComboBoxEditField
        room = widget.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, field, widget).width()
        return widget.currentText(), widget.fontMetrics().horizontalAdvance(widget.currentText()), room
    if isinstance(widget, QLineEdit) and not isinstance(widget.parent(), QComboBox):
        text = widget.text() if widget.isReadOnly() else "" if widget.text() else widget.placeholderText()
        return text, widget.fontMetrics().horizontalAdvance(text), _room_to_write(widget)
    if isinstance(widget, QTabBar) and widget.count():
        return widget.tabText(widget.count() - 1), widget.tabRect(widget.count() - 1).right(), widget.width()
    return "", 0, 0


def _room_to_write(widget: QLineEdit) -> int:
    """Return how wide a text may be before the field draws it with three dots."""
    option = QStyleOptionFrame()
    widget.initStyleOption(option)
    inside = widget.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, widget)
    margins = widget.textMargins()
    return inside.width() - margins.left() - margins.right() - 2 * _FIELD_MARGIN_PX


def _hangs_over(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    if parent is None or isinstance(parent, QAbstractScrollArea) or (isinstance(parent.parentWidget(), QAbstractScrollArea)):
        return False
    box = QRect(widget.geometry())
    return box.right() > parent.width() or box.bottom() > parent.height() or box.left() < -_SLACK_PX or box.top() < -_SLACK_PX


def unseen(window: QWidget) -> list[str]:
    """Return what has the focus on a page and is not seen whole."""
    focused = QApplication.focusWidget()
    pages = [page for page in window.findChildren(ScrollPage) if focused is not None and page.widget().isAncestorOf(focused)]
    return [f"unseen: {focused!r} {focused.accessibleName()[:60]!r}" for page in pages if not in_sight(page, focused)]


def is_whole(part: QWidget) -> bool:
    """Say whether nothing of a part is hidden by what it stands in."""
    return part.isVisible() and part.visibleRegion().boundingRect() == part.rect()


def in_sight(scroll: QAbstractScrollArea, part: QWidget) -> bool:
    """Say whether a part of a scrolling page is seen whole."""
    at = part.mapTo(scroll.viewport(), QPoint(0, 0)).y()
    return at >= 0 and at + part.height() <= scroll.viewport().height()
