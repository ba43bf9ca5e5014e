"""Where the focus stands, so that a window built anew in another look gives it back.

Does not own: the way of Tab (tab_order) and of F6 (regions), nor where a list stands (each page remembers that).
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True)
class Spot:
    """One widget by what outlives it: its class, its name, and the how-manieth of those it is."""

    kind: type[QWidget]
    name: str
    place: int


def spot(root: QWidget) -> Spot | None:
    """Return where the focus of a window stands, where that is inside `root`."""
    focus = root.window().focusWidget()
    if focus is None or not root.isAncestorOf(focus):
        return None
    kind, name = type(focus), focus.objectName()
    return Spot(kind, name, _alike(root, kind, name).index(focus))


def give_back(root: QWidget, spot: Spot) -> None:
    """Focus what stands at a spot of `root` now, if it can take the focus."""
    found = _alike(root, spot.kind, spot.name)[spot.place:spot.place + 1]
    for one in found:
        if one.isVisible() and one.isEnabled() and one.focusPolicy() != Qt.FocusPolicy.NoFocus:
            one.setFocus(Qt.FocusReason.OtherFocusReason)


def _alike(root: QWidget, kind: type[QWidget], name: str) -> list[QWidget]:
    return [one for one in root.findChildren(QWidget) if type(one) is kind and one.objectName() == name]
