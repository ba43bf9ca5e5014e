"""The track of a house call: принят, врач назначен, в пути, осмотр. Done steps, the present one and those ahead by icon, word and line."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from desktop.session.rows import BookingRow
from desktop.views import theme, visit_words
from desktop.views.parts import FlowLayout, IconLabel, Meta, row
from desktop.views.parts.marks import dashed_pen
from desktop.words import tr

STEPS = ("accepted", "assigned", "travelling", "examination")
_BY_STATUS = {"proposed": 0, "pending": 1, "booked": 2, "arrived": 3, "fulfilled": 4}


class _Line(QWidget):
    def __init__(self, *, done: bool) -> None:
        super().__init__()
        self._done = done
        self.setFixedSize(theme.px(34), theme.px(20))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a solid line to what has been, a dashed one to what will be."""
        painter = QPainter(self)
        painter.setPen(QPen(theme.colour("good"), theme.px(2)) if self._done else dashed_pen())
        painter.drawLine(0, self.height() // 2, self.width(), self.height() // 2)


def standing(booking: BookingRow) -> tuple[int, dict[str, str]]:
    """Return how many steps are done or under way, and the hours the portal gave for them."""
    known = {one.code: one for one in booking.steps}
    at = {code: visit_words.hour(one.at) for code, one in known.items() if one.at is not None}
    count = max((STEPS.index(code) + 1 for code in known if code in STEPS), default=0)
    return (count or _BY_STATUS.get(booking.status, 0)), at


class Track(QWidget):
    """Four steps in a line."""

    def __init__(self, booking: BookingRow) -> None:
        super().__init__()
        count, at = standing(booking)
        flow = FlowLayout(gap=8, line_gap=4)
        said = []
        for n, code in enumerate(STEPS):
            is_done, is_now = n < count - 1 or count == len(STEPS), n == count - 1 and count < len(STEPS)
            words = tr(f"bookings.step_{code}")
            if code in at and code == "accepted":
                words = tr("bookings.step_at", step=words, time=at[code])
            tone = "good" if is_done else "accent" if is_now else "ink2"
            part = QWidget()
            lay = row(gap=6)
            if n:
                lay.addWidget(_Line(done=n < count))
            if is_done or is_now:
                lay.addWidget(IconLabel("check-circle" if is_done else "house-call", tone, 20))
            lay.addWidget(Meta(words, tone=tone, bold=is_done or is_now, wrap=False))
            part.setLayout(lay)
            flow.addWidget(part)
            if is_done or is_now:
                said.append(tr("bookings.track_now", step=words.lower()) if is_now else words.lower())
        self.setLayout(flow)
        self.setAccessibleName(tr("bookings.track_name", steps=", ".join(said)))
