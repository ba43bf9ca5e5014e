"""Rating a visit: five stars that are radio buttons («1 из 5»), a few ready words, the sending; what is chosen is kept until it is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from desktop.views import icons, theme
from desktop.views.draft import Draft
from desktop.views.page import Host
from desktop.views.parts import Body, Box, Button, Card, FilterChip, FlowLayout, Meta, Radio, row
from desktop.words import tr

_PRAISE: Final = ("attentive", "on_time", "explained")
STARS: Final = 5


class StarRadio(Radio):
    """One star; it and all before it are filled when it is chosen."""

    MARK_WIDTH = 44

    def __init__(self, number: int, filled: Callable[[], int], *, parent: QWidget | None = None) -> None:
        super().__init__("", name=tr("visits.stars_of", n_star=number), parent=parent)
        self._number, self._filled = number, filled

    def paint_mark(self, painter: QPainter, area: QRectF) -> None:
        """Paint the star."""
        on = self._number <= self._filled()
        side = theme.px(26)
        at = area.center().toPoint()
        at.setX(at.x() - side // 2)
        at.setY(at.y() - side // 2)
        painter.drawPixmap(at, icons.pixmap("star-filled" if on else "star", "warn" if on else "ink2", 26))


class Stars(QWidget):
    """Five stars; arrows move among them. `changed` gives how many."""

    changed = Signal(int)

    def __init__(self, count: int = 0) -> None:
        super().__init__()
        self.setAccessibleName(tr("visits.how_was_it"))
        self.count = count
        self.radios = tuple(StarRadio(n, lambda: self.count, parent=self) for n in range(1, STARS + 1))
        if count:
            self.radios[count - 1].setChecked(True)
        for n, radio in enumerate(self.radios, 1):
            radio.toggled.connect(lambda on, n=n: self._chosen(n) if on else None)
        self.setFocusProxy(self.radios[0])
        self.setLayout(row(*self.radios, gap=0))

    def value(self) -> str:
        """Return how many, as a draft keeps it."""
        return str(self.count or "")

    def set_value(self, text: str) -> None:
        """Choose so many, or none."""
        if text.isdigit() and 0 < int(text) <= STARS:
            self.radios[int(text) - 1].setChecked(True)
            return
        for radio in self.radios:
            radio.setAutoExclusive(False)
            radio.setChecked(False)
            radio.setAutoExclusive(True)
        self._chosen(0)

    def focus(self) -> None:
        """Stand at the star that is chosen, or at the first."""
        self.radios[max(self.count, 1) - 1].setFocus(Qt.FocusReason.OtherFocusReason)

    def _chosen(self, count: int) -> None:
        self.count = count
        for radio in self.radios:
            radio.update()
        self.changed.emit(count)


class Praise(Box):
    """The ready words, each switched on and off."""

    changed = Signal()

    def __init__(self) -> None:
        self.chips = {key: FilterChip(tr(f"visits.praise_{key}")) for key in _PRAISE}
        super().__init__(FlowLayout(*self.chips.values(), gap=8))
        for chip in self.chips.values():
            chip.toggled.connect(self.changed)

    def value(self) -> str:
        """Return the keys that are on."""
        return " ".join(key for key, chip in self.chips.items() if chip.isChecked())

    def set_value(self, text: str) -> None:
        """Switch on these keys and no others."""
        for key, chip in self.chips.items():
            chip.setChecked(key in text.split())


class RatingCard(Card):
    """«Как прошёл приём?» of one visit. `sent` gives the stars and the words."""

    sent = Signal(str, str)
    left = Signal()

    def __init__(self, host: Host, visit: str) -> None:
        super().__init__(role="sunken", pad=(12, 16), gap=10)
        self.draft = Draft(host, f"rate:{visit}")
        self.stars = Stars()
        self.stars.changed.connect(self._told)
        self.praise = Praise()
        self.said = Meta(tr("visits.rate_seen"))
        self.submit = Button(tr("visits.rate_send"), role="primary")
        self.submit.clicked.connect(self._send)
        leave = Button(tr("care.cancel"))
        leave.clicked.connect(self.left)
        self.body.addWidget(self.draft.notice)
        self.body.addWidget(Box(FlowLayout(Body(tr("visits.how_was_it"), bold=True, wrap=False), self.stars, gap=16)))
        self.body.addWidget(self.praise)
        self.body.addWidget(self.said)
        self.body.addWidget(Box(FlowLayout(self.submit, leave, gap=8)))
        self.draft.hold(stars=self.stars, praise=self.praise)

    def _told(self, count: int) -> None:
        self.said.set_tone("ink2")
        self.said.set_text(tr("visits.rate_chosen", n_star=count) if count else tr("visits.rate_seen"))

    def _send(self) -> None:
        if not self.stars.count:
            self.said.set_tone("bad")
            self.said.set_text(tr("visits.rate_missing"))
            self.stars.focus()
            return
        words = ", ".join(chip.label() for chip in self.praise.chips.values() if chip.isChecked())
        self.sent.emit(str(self.stars.count), words)
