"""What only the home page has: the four quick cards, and how a booking becomes a ticket's words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QSizePolicy, QWidget

from desktop.session.rows import BookingRow, PersonRow
from desktop.views import icons, theme, visit_words, wording
from desktop.views.parts import Body, Face, Ticket, column, shown
from desktop.views.parts.given import layout_of
from desktop.views.parts.pressing import Painted
from desktop.words import tr

KIND = {"confirmed": "confirmed", "pending": "pending", "clash": "conflict", "past": "past", "cancelled": "past"}
_STATUS_ICON = {"confirmed": "seal", "pending": "clock", "clash": "conflict", "past": "check", "cancelled": "ban"}
_NARROW_PX: Final = 320
_WIDEST_PX: Final = 4_000
_BESIDE_FROM_PX: Final = 980


class QuickCard(Painted):
    """A large button: icon above, words below. In large text it is one line."""

    def __init__(self, text: str, *, icon: str, is_primary: bool = False) -> None:
        super().__init__()
        self._icon, self._is_primary = icon, is_primary
        self.setAccessibleName(shown(text))
        self._words = Body(text, bold=True, tone="onAccent" if is_primary else "ink")
        self._words.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        large = theme.scale().large
        lay = column(gap=0, pad=(16, 12, 16, 56) if large else (56, 16, 16, 16))
        lay.addStretch(1)
        lay.addWidget(self._words)
        if large:
            lay.addStretch(1)
        self.setLayout(lay)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        """Return room for the icon and two lines."""
        inner = layout_of(self).totalHeightForWidth(theme.px(154)) if not theme.scale().large else 0
        return QSize(theme.px(154), max(theme.px(60 if theme.scale().large else 117), inner))

    def minimumSizeHint(self) -> QSize:
        """Return the same height at any width."""
        return QSize(theme.px(120), self.sizeHint().height())

    def ring_radius(self) -> float:
        """Return the corner radius of the focus ring."""
        return theme.scale().real(16)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the card and its icon."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide = theme.border_px()
        hover = self.underMouse()
        ground = ("accentHover" if hover else "accent") if self._is_primary else "sunken" if hover else "card"
        painter.setPen(QPen(theme.colour("accent" if self._is_primary else "line"), wide))
        painter.setBrush(theme.colour(ground))
        area = QRectF(self.rect()).adjusted(wide / 2, wide / 2, -wide / 2, -wide / 2)
        painter.drawRoundedRect(area, theme.scale().radius("card"), theme.scale().radius("card"))
        side = theme.px(28)
        top = (self.height() - side) / 2 if theme.scale().large else theme.px(16)
        tone = "onAccent" if self._is_primary else "accent"
        painter.drawPixmap(QPointF(theme.px(16), top), icons.pixmap(self._icon, tone, 28))


class QuickCards(QWidget):
    """The quick cards in so many columns; the row beside which they stand may ask for another number."""

    def __init__(self, cards: Sequence[QuickCard], *, columns: int) -> None:
        super().__init__()
        self._cards = tuple(cards)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(theme.px(12))
        self.set_columns(columns)

    def set_columns(self, columns: int) -> None:
        """Lay the cards out anew."""
        for n, card in enumerate(self._cards):
            self._grid.addWidget(card, n // columns, n % columns)


class SideBySide(QWidget):
    """A wide part and a narrow one beside it; under each other where the width is short."""

    def __init__(self, left: QWidget, right: QWidget) -> None:
        super().__init__()
        self._left, self._right = left, right
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(theme.px(24))
        self._line.addWidget(left, 1)
        self._line.addWidget(right)
        right.setFixedWidth(theme.px(_NARROW_PX))

    def minimumSizeHint(self) -> QSize:
        """Ask for the width of the wider part alone: beside each other they would hold the page as wide as both."""
        least = max(self._left.minimumSizeHint().width(), theme.px(_NARROW_PX))
        return QSize(least, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Turn where the width is short."""
        super().resizeEvent(event)
        beside = event.size().width() >= theme.px(_BESIDE_FROM_PX)
        direction = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        if direction == self._line.direction():
            return
        self._line.setDirection(direction)
        self._right.setMinimumWidth(theme.px(_NARROW_PX) if beside else 0)
        self._right.setMaximumWidth(theme.px(_NARROW_PX) if beside else theme.px(_WIDEST_PX))
        if isinstance(self._right, QuickCards):
            self._right.set_columns(2 if beside else 4)


def ticket(booking: BookingRow, owner: PersonRow | None, *, today: date, is_next: bool, names_owner: bool) -> Ticket:
    """Return the ticket of a booking: the next visit on the home page, or one line of the list."""
    starts = booking.starts_at
    near = wording.near_day(starts.date(), today=today) if starts is not None else tr("bookings.no_day")
    is_near = starts is not None and abs((starts.date() - today).days) <= 1
    day = near[0].upper() + near[1:] if is_near or starts is None else str(starts.day)
    month = "" if starts is None else wording.day(starts.date(), today=today) if is_near else wording.day_under(starts.date())
    lines = []
    where = ", ".join(part for part in (booking.clinic, booking.address) if part)
    if where:
        lines.append(("pin", where))
    if booking.room:
        lines.append(("clinic", booking.room))
    if is_next and booking.advice:
        lines.append(("document", booking.advice))
    title = booking.specialty or tr("bookings.visit")
    if not is_next and booking.doctor:
        title = tr("bookings.with_doctor", specialty=title, doctor=booking.doctor)
    who = Face(name=wording.person_name(owner), hue=owner.hue, initials=owner.initials) if owner and names_owner else None
    return Ticket(
        KIND[booking.certainty], day=day, month=month, time=visit_words.hour(starts) if starts is not None else "",
        title=title, subtitle=booking.doctor if is_next else where, lines=lines if is_next else lines[1:],
        status=None if is_next and booking.certainty == "confirmed" else (
            _STATUS_ICON[booking.certainty], tr(f"bookings.status_{booking.certainty}")),
        caption=tr("home.next_visit") if is_next else "", size="home" if is_next else "list",
        hue=owner.hue if owner is not None else 1, person=who,
    )  # fmt: skip
