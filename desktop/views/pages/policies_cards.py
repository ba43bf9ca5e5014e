"""The pile of policy cards on their page: the open card shows its number for half a minute when asked (mockup 12)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop import limits
from desktop.clock import Clock
from desktop.record.people import tail
from desktop.session.rows import PersonRow
from desktop.views import icons, theme, wording
from desktop.views.parts import Face, Meta, PlainLabel, PolicyCard, PolicyPile, row
from desktop.views.parts.pressing import Painted
from desktop.words import tr

_HEAD_PX = 86
_TALL_PX = 250


class CardButton(Painted):
    """A word with an icon on the ground of a policy card."""

    def __init__(self, text: str, icon: str, *, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._icon = icon
        self.set_word(text, icon)

    def set_word(self, text: str, icon: str) -> None:
        """Show another word."""
        self._word, self._icon = text, icon
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for icon and word at the height of a control."""
        self.setFont(theme.font("bodyStrong"))
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self._word) + theme.px(44), theme.scale().control())

    def minimumSizeHint(self) -> QSize:
        """Return the same: the word is never cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint icon and word."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = theme.px(20)
        painter.drawPixmap(theme.px(4), (self.height() - side) // 2, icons.pixmap(self._icon, "onPerson", 20))
        painter.setFont(theme.font("bodyStrong"))
        painter.setPen(theme.colour("onPerson"))
        area = QRectF(theme.px(34), 0, self.width() - theme.px(34), self.height())
        painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), self._word)


class Reveal(QTimer):
    """Whether numbers are shown: for half a minute by the clock, then masked again. `turned` tells each change."""

    turned = Signal(bool)

    def __init__(self, clock: Clock, parent: QWidget) -> None:
        super().__init__(parent)
        self._clock, self._until = clock, 0.0
        self.is_on = False
        self.setInterval(500)
        self.timeout.connect(self.look)

    def toggle(self) -> None:
        """Show the numbers, or mask them again."""
        self.mask() if self.is_on else self._show()

    def _show(self) -> None:
        self.is_on, self._until = True, self._clock.monotonic() + limits.NUMBER_SHOWN_S
        self.start()
        self.turned.emit(True)

    def look(self) -> None:
        """Mask the numbers when the time is over."""
        if self.is_on and self._clock.monotonic() >= self._until:
            self.mask()

    def mask(self) -> None:
        """Mask the numbers now."""
        self.stop()
        if self.is_on:
            self.is_on = False
            self.turned.emit(False)


def masked(number: str) -> str:
    """Write a number with only its last four digits: «•••• •••• •••• 4417»."""
    digits = "".join(sign for sign in number if sign.isdigit())
    groups = max(1, (len(digits) + 3) // 4)
    return " ".join(["••••"] * (groups - 1) + [tail(number)]) if digits else ""


def face(person: PersonRow) -> Face:
    """Return what the kit shows of a person."""
    policy = tr("policies.short", tail=person.policy_tail) if person.policy_tail else tr("policies.no_number")
    return Face(name=wording.person_name(person), hue=person.hue, initials=person.initials, line=wording.person_line(person),
                policy=policy, standing=person.standing)  # fmt: skip


class OpenCard(PolicyCard):
    """The front card: number, insurer, how long it holds."""

    def __init__(self, person: PersonRow, *, until: str, reveal: Reveal) -> None:
        super().__init__(face(person), tall_px=_TALL_PX, big=True)
        self._number, self._reveal = person.policy_number, reveal
        self.number = PlainLabel(style="h2", tone="onPerson", tnum=True, wrap=False)
        self.show_numbers = CardButton(tr("policies.show_numbers"), "eye")
        self.show_numbers.setObjectName("show_numbers")
        self.show_numbers.clicked.connect(reveal.toggle)
        reveal.turned.connect(self.turn)
        self.body.addStretch(1)
        self.body.addWidget(Meta(tr("policies.oms"), tone="onPerson"))
        self.body.addWidget(self.number)
        self.body.addWidget(Meta(person.insurer or tr("policies.no_insurer"), tone="onPerson"))
        line = row(gap=8)
        line.addWidget(Meta(until, tone="onPerson"), 1)
        line.addWidget(self.show_numbers, 0, Qt.AlignmentFlag.AlignBottom)
        self.body.addLayout(line)
        self.turn(reveal.is_on)

    def turn(self, on: bool) -> None:
        """Show or mask the number; the fields beside the card follow the same button."""
        self.number.set_text((wording.number if on else masked)(self._number) if self._number else tr("policies.no_number"))
        self.show_numbers.set_word(tr("policies.hide_numbers" if on else "policies.show_numbers"), "eye-off" if on else "eye")


def pile(people: Sequence[PersonRow], front: OpenCard, current: PersonRow, chosen: Callable[[int], None]) -> PolicyPile:
    """Return the family's cards, the open one in front."""
    cards: list[PolicyCard] = []
    for person in people:
        if person.id != current.id:
            card = PolicyCard(face(person), big=True)
            card.setObjectName(f"card_{person.id}")
            card.clicked.connect(lambda _on=False, key=person.id: chosen(key))
            cards.append(card)
    return PolicyPile([*cards, front], head_px=_HEAD_PX)
