"""«Чья карта?»: the pile of policies over the dimmed window. Enter or Ctrl with a number opens a record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from desktop.session.rows import PersonRow
from desktop.views import keys, theme
from desktop.views.over import Over
from desktop.views.parts import (
    STRETCH,
    Button,
    Heading,
    IconButton,
    IconLabel,
    Meta,
    PolicyCard,
    PolicyPile,
    ScrollPage,
    column,
    row,
)
from desktop.views.sidebar import face
from desktop.words import tr

_NUMBERED = 9


class Switcher(Over):
    """Covers the window until a card is chosen or Esc is pressed."""

    chosen = Signal(int)
    policies_pressed = Signal()
    add_pressed = Signal()

    def __init__(self, people: Sequence[PersonRow], current: PersonRow | None, notes: Mapping[int, str], parent: QWidget) -> None:
        super().__init__(parent, name=tr("shell.whose"))
        close = IconButton("close", tr("shell.close"))
        close.clicked.connect(self.close_now)
        self.cards: dict[int, PolicyCard] = {}
        ordered = [person for person in people if current is None or person.id != current.id][::-1]
        ordered += [current] if current is not None else []
        for person in ordered:
            self.cards[person.id] = self._card(person, people.index(person) + 1, notes.get(person.id, ""), person is current)
        pile = PolicyPile(tuple(self.cards.values()))
        policies = Button(tr("shell.all_policies"), icon="stack")
        policies.clicked.connect(lambda: self._leave_for(self.policies_pressed))
        add = Button(tr("shell.add_person"), icon="plus")
        add.clicked.connect(lambda: self._leave_for(self.add_pressed))
        foot = row(policies, add, gap=8)
        foot.setStretch(0, 1)
        foot.setStretch(1, 1)
        self._scroll = ScrollPage(column(pile), pad=(0,), parent=self.panel)
        self._pile = pile
        self.panel.setLayout(column(row(Heading(tr("shell.whose")), STRETCH, close, pad=(0, 4, 0, 8)), self._scroll, foot,
                                    gap=12, pad=(16,)))  # fmt: skip
        first = self.cards.get(current.id) if current is not None else None
        self.open(first or close)

    def _card(self, person: PersonRow, number: int, note: str, is_open: bool) -> PolicyCard:
        about = face(person, between=", ")
        line = f"{about.line}. {note}" if note else about.line
        right = keys.shown(f"person_{number}").replace("+", " ") if number <= _NUMBERED else ""
        card = PolicyCard(about, right=right, note=line, tall_px=116 if is_open else 84)
        if is_open:
            tick = IconLabel("check-circle", "onPerson", 20)
            now = Meta(tr("shell.switch_open"), tone="onPerson", weight=500, wrap=False)
            policy = Meta(about.policy, tone="onPerson", weight=500, wrap=False)
            card.body.addLayout(row(policy, STRETCH, tick, now, gap=8))
            card.setAccessibleName(f"{about.name}, {line}, {tr('shell.switch_open')}")
        card.clicked.connect(lambda _on=False: self._choose(person.id))
        return card

    def _choose(self, person: int) -> None:
        self.close_now()
        self.chosen.emit(person)

    def _leave_for(self, signal: object) -> None:
        self.close_now()
        signal.emit()  # type: ignore[attr-defined]

    def place(self) -> None:
        width = min(theme.px(424), self.width() - theme.px(32))
        pile = self._pile.sizeHint().height()
        rest = theme.px(16 + 44 + 12 + 12 + 16) + theme.scale().control() + theme.px(8)
        self.panel.setGeometry(theme.px(16), theme.px(16), width, min(pile + rest, self.height() - theme.px(32)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with arrows."""
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            cards = list(self.cards.values())
            at = next((n for n, card in enumerate(cards) if card.hasFocus()), 0)
            cards[(at + (1 if event.key() == Qt.Key.Key_Down else -1)) % len(cards)].setFocus()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Close by a press beside the panel."""
        if not self.panel.geometry().contains(event.position().toPoint()):
            self.leave()
