"""Pages of which one is shown, as tall as that one: a plain stack would be as tall as the tallest."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget


class Leaves(QWidget):
    """Shows one of its widgets."""

    turned = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._leaves: list[QWidget] = []
        self._at = 0
        self._lay = QVBoxLayout(self)
        self._lay.setContentsMargins(0, 0, 0, 0)

    def add(self, leaf: QWidget) -> None:
        """Add a leaf at the end; the first one is shown."""
        if self._leaves:
            leaf.hide()
        self._leaves.append(leaf)
        self._lay.addWidget(leaf)

    def count(self) -> int:
        """Return how many there are."""
        return len(self._leaves)

    def at(self) -> int:
        """Return which one is shown."""
        return self._at

    def turn(self, index: int) -> None:
        """Show another one."""
        self._at = index
        for n, leaf in enumerate(self._leaves):
            leaf.setVisible(n == index)
        self.turned.emit(index)
