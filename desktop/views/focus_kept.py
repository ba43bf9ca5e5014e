"""Where the focus stands, so that what is built anew gives it back: a window in another look, a page whose record has changed.

Does not own: the way of Tab (tab_order) and of F6 (regions), nor where a list stands (each page remembers that).
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QWidget

from desktop.views import tab_order


@dataclass(frozen=True, slots=True)
class Spot:
    """One widget by what outlives it: its class, its name, what it says, and the how-manieth of its class and name it is.

    `twin` is the how-manieth it is of those that say the same as well, `at` where it stood.
    """

    kind: type[QWidget]
    name: str
    said: str
    place: int
    twin: int
    at: QRect


def spot(root: QWidget) -> Spot | None:
    """Return where the focus of a window stands, where that is inside `root` and not all of it."""
    focus = root.window().focusWidget()
    return spot_of(root, focus) if focus is not None and focus is not root and root.isAncestorOf(focus) else None


def spot_of(root: QWidget, one: QWidget) -> Spot:
    """Return where a widget inside `root` stands."""
    kind, name, said = type(one), one.objectName(), _said(one)
    alike = _alike(root, kind, name)
    return Spot(kind, name, said, alike.index(one), [other for other in alike if _said(other) == said].index(one), _place(root, one))


def is_taken_away(root: QWidget, one: QWidget) -> bool:
    """Say whether something inside `root` is being put away: Qt then passes its focus on, which no person asked for."""
    at: QWidget | None = one
    while at is not None and at is not root and not _is_put_away(at):
        at = at.parentWidget()
    return at is not root


def _is_put_away(one: QWidget) -> bool:
    """Say whether somebody hid a widget; one that is new is hidden too, until the next turn shows it."""
    return one.isHidden() and one.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide)


def give_back(root: QWidget, spot: Spot) -> None:
    """Focus what stands at a spot of `root` in another look, where its words may be in another language."""
    alike = _alike(root, spot.kind, spot.name)
    if spot.place < len(alike):
        _focus(alike[spot.place])


def give_back_lost(root: QWidget, spot: Spot) -> bool:
    """Focus the same thing again after what had the focus is gone, and say whether it is there: never another in its place."""
    alike = _alike(root, spot.kind, spot.name)
    if same := [one for one in alike if _said(one) == spot.said]:
        return _focus(same[min(spot.twin, len(same) - 1)])
    return bool(spot.name) and len(alike) == 1 and _focus(alike[0])


def take_near(root: QWidget, spot: Spot | None) -> None:
    """Focus what stands nearest to where something stood, or what is read first.

    Never what is alike by kind and name: Enter pressed once more would do to another what was done to the one that is gone.
    """
    stops = [one for one in tab_order.stops(root) if spot is None or (type(one), one.objectName()) != (spot.kind, spot.name)]
    if stops:
        _focus(stops[0] if spot is None else min(stops, key=lambda one: _apart(_place(root, one), spot.at)))


class Opener:
    """What had the focus in `root` when something was opened there, to have it again once that is shut."""

    def __init__(self, root: QWidget) -> None:
        self._root = root
        self._spot: Spot | None = None

    def note(self) -> None:
        """Keep where the focus stands, before the opened takes it."""
        self._spot = spot(self._root)

    def take_from(self, shut: QWidget | None) -> None:
        """Take the focus out of what is about to be shut; where the person has left it already it stays."""
        focus = self._root.window().focusWidget()
        if self._spot is not None and shut is not None and focus is not None and shut.isAncestorOf(focus):
            give_back_lost(self._root, self._spot)


def _place(root: QWidget, one: QWidget) -> QRect:
    return QRect(one.mapTo(root, QPoint(0, 0)), one.size())


def _apart(one: QRect, other: QRect) -> tuple[int, int]:
    """Return how far two places are apart, down before across: 0 where they stand beside each other."""
    down = max(one.top() - other.bottom(), other.top() - one.bottom(), 0)
    return down, max(one.left() - other.right(), other.left() - one.right(), 0)


def _alike(root: QWidget, kind: type[QWidget], name: str) -> list[QWidget]:
    return [one for one in root.findChildren(QWidget) if type(one) is kind and one.objectName() == name]


def _said(one: QWidget) -> str:
    return one.accessibleName() or str(getattr(one, "text", str)())


def _focus(one: QWidget) -> bool:
    may = one.isVisible() and one.isEnabled() and one.focusPolicy() != Qt.FocusPolicy.NoFocus
    if may:
        one.setFocus(Qt.FocusReason.OtherFocusReason)
    return may
