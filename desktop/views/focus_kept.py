"""Where the focus stands, so that what is built anew gives it back: a window in another look, a page whose record has changed.

Does not own: the way of Tab (tab_order) and of F6 (regions), nor where a list stands (each page remembers that).
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True)
class Spot:
    """One widget by what outlives it: its class, its name, what it says, and the how-manieth of its class and name it is."""

    kind: type[QWidget]
    name: str
    said: str
    place: int


def spot(root: QWidget) -> Spot | None:
    """Return where the focus of a window stands, where that is inside `root` and not all of it."""
    focus = root.window().focusWidget()
    if focus is None or focus is root or not root.isAncestorOf(focus):
        return None
    kind, name = type(focus), focus.objectName()
    return Spot(kind, name, _said(focus), _alike(root, kind, name).index(focus))


def give_back(root: QWidget, spot: Spot) -> None:
    """Focus what stands at a spot of `root` in another look, where its words may be in another language."""
    alike = _alike(root, spot.kind, spot.name)
    if spot.place < len(alike):
        _focus(alike[spot.place])


def give_back_lost(root: QWidget, spot: Spot) -> None:
    """Focus the same thing again if the focus has left `root` with what had it: never another that only stands where it stood."""
    focus = root.window().focusWidget()
    if focus is not None and root.isAncestorOf(focus):
        return
    alike = _alike(root, spot.kind, spot.name)
    same = [one for one in alike if _said(one) == spot.said] or (alike if spot.name else [])
    if len(same) == 1:
        _focus(same[0])


def _alike(root: QWidget, kind: type[QWidget], name: str) -> list[QWidget]:
    return [one for one in root.findChildren(QWidget) if type(one) is kind and one.objectName() == name]


def _said(one: QWidget) -> str:
    return one.accessibleName() or str(getattr(one, "text", str)())


def _focus(one: QWidget) -> None:
    if one.isVisible() and one.isEnabled() and one.focusPolicy() != Qt.FocusPolicy.NoFocus:
        one.setFocus(Qt.FocusReason.OtherFocusReason)
