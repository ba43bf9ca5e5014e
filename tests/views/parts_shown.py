"""Parts on show without a record: a bare window around them, and what of them is painted."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget

from desktop.views import theme
from desktop.views.parts import column


def on_show(qtbot: Any, *widgets: QWidget, size: tuple[int, int] | None = None) -> QWidget:
    """Show parts in an active window."""
    window = QWidget()
    window.setLayout(column(*widgets))
    qtbot.addWidget(window)
    qtbot.window = window  # Python owns a window nobody holds, and would delete it.
    if size is not None:
        window.resize(*size)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def image_of(widget: QWidget) -> QImage:
    return widget.grab().toImage()


def has_role(image: QImage, role: str) -> bool:
    """Say whether a colour of the theme is in the picture."""
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    return QColor(theme.current().role(role)).rgb() in memoryview(plain.constBits()).cast("I")
