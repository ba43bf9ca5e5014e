"""Rating a visit: five stars that are radio buttons («1 из 5»), a few ready words, the sending."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from desktop.views import icons, theme
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
        self.setLayout(row(*self.radios, gap=0))

    def _chosen(self, count: int) -> None:
        self.count = count
        for radio in self.radios:
            radio.update()
        self.changed.emit(count)


class RatingCard(Card):
    """«Как прошёл приём?». `sent` gives the stars and the words."""

    sent = Signal(str, str)
    left = Signal()

    def __init__(self) -> None:
        super().__init__(role="sunken", pad=(12, 16), gap=10)
        self.stars = Stars()
        self.stars.changed.connect(self._told)
        self.praise = {key: FilterChip(tr(f"visits.praise_{key}")) for key in _PRAISE}
        self.said = Meta(tr("visits.rate_seen"))
        self.submit = Button(tr("visits.rate_send"), role="primary")
        self.submit.clicked.connect(self._send)
        leave = Button(tr("care.cancel"))
        leave.clicked.connect(self.left)
        self.body.addWidget(Box(FlowLayout(Body(tr("visits.how_was_it"), bold=True, wrap=False), self.stars, gap=16)))
        self.body.addWidget(Box(FlowLayout(*self.praise.values(), gap=8)))
        self.body.addWidget(self.said)
        self.body.addWidget(Box(FlowLayout(self.submit, leave, gap=8)))

    def _told(self, count: int) -> None:
        self.said.set_tone("ink2")
        self.said.set_text(tr("visits.rate_chosen", n_star=count))

    def _send(self) -> None:
        if not self.stars.count:
            self.said.set_tone("bad")
            self.said.set_text(tr("visits.rate_missing"))
            self.stars.radios[0].setFocus()
            return
        words = ", ".join(chip.label() for chip in self.praise.values() if chip.isChecked())
        self.sent.emit(str(self.stars.count), words)
