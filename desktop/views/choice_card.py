"""Cards that exclude each other: a title, a word, and what belongs to the choice, open only while it is chosen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QLayout, QWidget

from desktop.views import theme
from desktop.views.parts import Body, Box, PlainLabel, Radio, column, row


class ChoiceCard(QWidget):
    """One card; the whole of it is the target."""

    def __init__(self, key: str, title: str, text: str, *, inside: Sequence[QWidget | QLayout] = ()) -> None:
        super().__init__()
        self.key = key
        self.radio = Radio(name=f"{title}. {text}")
        head = PlainLabel(title, style="h3", line_px=24)
        self._inside = Box(column(*inside, gap=8, pad=(10, 0, 0)))
        self._inside.setVisible(False)
        self._has_inside = bool(inside)
        words = column(head, Body(text, tone="ink2"), self._inside, gap=4)
        # The mark stands at the height of the title: its row of 44 begins 10 above a title's 24.
        words.setContentsMargins(0, theme.px(10), 0, 0)
        line = row(self.radio, words, gap=16, pad=(12, 24, 21))
        line.setAlignment(self.radio, Qt.AlignmentFlag.AlignTop)
        line.setStretch(1, 1)
        self.setLayout(line)
        self.radio.toggled.connect(self._toggled)

    def _toggled(self, on: bool) -> None:
        self._inside.setVisible(on and self._has_inside)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose by a press anywhere on the card."""
        self.radio.setChecked(True)
        self.radio.setFocus(Qt.FocusReason.MouseFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the card, with an accent border when chosen."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.radio.isChecked()
        width = 2.0 if on or theme.current().contrast else 1.5
        painter.setPen(QPen(theme.colour("accent" if on else "control"), width))
        painter.setBrush(theme.colour("card"))
        radius = theme.px(16)
        painter.drawRoundedRect(self.rect().toRectF().adjusted(1, 1, -1, -1), radius, radius)


class ChoiceCards(QWidget):
    """The cards one under another; arrows move. `changed` gives the key."""

    changed = Signal(str)

    def __init__(self, cards: Sequence[ChoiceCard], *, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.cards = tuple(cards)
        self._group = QButtonGroup(self)
        for card in cards:
            self._group.addButton(card.radio)
        self.setLayout(column(*cards, gap=12))
        cards[0].radio.setChecked(True)
        self._group.buttonToggled.connect(self._toggled)

    def _toggled(self, _button: object, on: bool) -> None:
        if on:
            self.changed.emit(self.chosen())

    def chosen(self) -> str:
        """Return the key of the chosen card."""
        return next(card.key for card in self.cards if card.radio.isChecked())

    def choose(self, key: str) -> None:
        """Choose a card."""
        next(card for card in self.cards if card.key == key).radio.setChecked(True)
