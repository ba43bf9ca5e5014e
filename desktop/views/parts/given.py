"""What a part was made with, where Qt allows that it has none: its layout, and the widget it stands on."""

from __future__ import annotations

from PySide6.QtWidgets import QLayout, QWidget


def layout_of(part: QWidget) -> QLayout:
    """Return the layout that `part` was made with."""
    layout = part.layout()
    assert layout is not None
    return layout


def ground_of(part: QWidget | QLayout) -> QWidget:
    """Return the widget that `part` stands on."""
    ground = part.parentWidget()
    assert ground is not None
    return ground
