"""What tests look for on a painted window: controls without a name, texts that are cut."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QLineEdit,
    QPushButton,
    QTabBar,
    QWidget,
)

from desktop.views.parts import PlainLabel

CONTROLS = (QAbstractButton, QLineEdit, QComboBox, QTabBar)
_SLACK_PX = 1


def shown_widgets(window: QWidget) -> list[QWidget]:
    """Return what is visible in `window`, the window itself not."""
    QApplication.sendPostedEvents()
    return [widget for widget in window.findChildren(QWidget) if widget.isVisible()]


def unnamed(window: QWidget) -> list[str]:
    """Return every focusable control that a screen reader could not name."""
    found = []
    for widget in shown_widgets(window):
        takes_focus = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        if not takes_focus and not isinstance(widget, CONTROLS):
            continue
        if isinstance(widget.parent(), QComboBox):
            continue
        face = QAccessible.queryAccessibleInterface(widget)
        if face is None or not face.text(QAccessible.Text.Name).strip():
            found.append(f"{type(widget).__name__} {widget.objectName()}")
    return found


def cut(window: QWidget) -> list[str]:
    """Return every text that does not fit: a label lower or narrower than its words, a button narrower than its word,
    anything that hangs over the edge of what holds it (a scrolling ground apart)."""
    found = []
    for widget in shown_widgets(window):
        if isinstance(widget, PlainLabel) and widget.text():
            if widget.hasHeightForWidth():
                if widget.heightForWidth(widget.width()) > widget.height() + _SLACK_PX:
                    found.append(f"low: {widget.text()[:60]!r} {widget.width()}x{widget.height()}")
            elif widget.sizeHint().width() > widget.width() + _SLACK_PX:
                found.append(f"narrow: {widget.text()[:60]!r} {widget.width()} < {widget.sizeHint().width()}")
        elif isinstance(widget, QPushButton) and widget.text() and widget.sizeHint().width() > widget.width() + _SLACK_PX:
            found.append(f"button: {widget.text()[:60]!r} {widget.width()} < {widget.sizeHint().width()}")
        if isinstance(widget, (PlainLabel, QPushButton)) and _hangs_over(widget):
            text = widget.text() or widget.accessibleName()
            found.append(f"over: {text[:60]!r} {widget.geometry().getRect()} in {widget.parentWidget().size().toTuple()}")
    return found


def _hangs_over(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    if parent is None or isinstance(parent, QAbstractScrollArea) or (isinstance(parent.parentWidget(), QAbstractScrollArea)):
        return False
    box = QRect(widget.geometry())
    return box.right() > parent.width() or box.bottom() > parent.height() or box.left() < -_SLACK_PX or box.top() < -_SLACK_PX


def in_sight(scroll: QAbstractScrollArea, part: QWidget) -> bool:
    """Say whether a part of a scrolling page is seen whole."""
    at = part.mapTo(scroll.viewport(), QPoint(0, 0)).y()
    return at >= 0 and at + part.height() <= scroll.viewport().height()
