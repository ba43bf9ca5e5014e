"""Marks to set: check, radio, switch. Painted, so that the whole row is the target and the mark is 24 px everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QRadioButton, QSizePolicy, QWidget

from desktop.views import icons, theme
from desktop.views.parts.plain import shown
from desktop.words import tr

_WRAP = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap)
_GAP = 12


if TYPE_CHECKING:
    _Mark = QAbstractButton
else:
    _Mark = object  # Each of the three brings its own Qt class; Qt allows one.


class _Marked(_Mark):
    """What check, radio and switch share: a text beside a mark, and the whole row as the target."""

    MARK_WIDTH = 24
    MARK_HEIGHT = 24

    def begin(self, text: str, name: str | None) -> None:
        """Set up what the three share."""
        self.words = shown(text)
        self.setText(self.words.replace("&", "&&"))
        self.setAccessibleName(shown(name) if name is not None else self.words)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(
            QSizePolicy.Policy.Preferred if text else QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred
        )
        policy.setHeightForWidth(bool(text))
        self.setSizePolicy(policy)
        self.restyle()
        theme.changed.connect(self.restyle)

    def restyle(self) -> None:
        """Take the look in force."""
        self.setFont(theme.font("body"))
        self.updateGeometry()
        self.update()

    def _aside(self) -> int:
        return theme.px(self.MARK_WIDTH + (_GAP if self.words else 0))

    def sizeHint(self) -> QSize:
        """Return the size with the text in one line."""
        text = self.fontMetrics().horizontalAdvance(self.words) + 2 if self.words else 0
        return QSize(self._aside() + text, theme.scale().control())

    def minimumSizeHint(self) -> QSize:
        """Return the least size: the mark and the longest word."""
        longest = max(self.words.split(" "), key=len)
        return QSize(self._aside() + self.fontMetrics().horizontalAdvance(longest) + 2, theme.scale().control())

    def heightForWidth(self, width: int) -> int:
        """Return the height with the text wrapped."""
        room = QRect(0, 0, max(width - self._aside(), 1), 1 << 16)
        return max(theme.scale().control(), self.fontMetrics().boundingRect(room, _WRAP, self.words).height())

    def hitButton(self, place: QPoint) -> bool:
        """Take the whole row as the target."""
        return self.rect().contains(place)

    def mark_rect(self) -> QRect:
        """Return where the mark is."""
        height = theme.px(self.MARK_HEIGHT)
        return QRect(0, (self.height() - height) // 2, theme.px(self.MARK_WIDTH), height)

    def text_rect(self) -> QRect:
        """Return where the text is."""
        return self.rect().adjusted(self._aside(), 0, 0, 0)

    def ring_rect(self) -> QRect:
        """Return what the focus ring goes round."""
        return self.mark_rect()

    def ring_radius(self) -> float:
        """Return the corner radius of the focus ring."""
        return theme.scale().real(6)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Set with Enter as with Space."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint mark and text."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_mark(painter, QRectF(self.mark_rect()))
        if self.words:
            painter.setFont(self.font())
            painter.setPen(theme.colour("ink" if self.isEnabled() else "ink3"))
            painter.drawText(self.text_rect(), _WRAP, self.words)

    def paint_mark(self, painter: QPainter, area: QRectF) -> None:
        """Paint the mark."""
        raise NotImplementedError

    def edge(self, painter: QPainter, area: QRectF, tone: str, ground: str) -> QRectF:
        """Set pen and brush of a mark's outline and return the area inset by half the pen."""
        width = 2.0 if theme.current().contrast else 1.5
        painter.setPen(QPen(theme.colour(tone if self.isEnabled() else "line"), width))
        painter.setBrush(theme.colour(ground if self.isEnabled() else "sunken"))
        return area.adjusted(width / 2, width / 2, -width / 2, -width / 2)


class Check(_Marked, QCheckBox):
    """A check mark with a text; without a text (in a table) give `name`."""

    def __init__(
        self, text: str = "", *, checked: bool = False, name: str | None = None, parent: QWidget | None = None
    ) -> None:
        QCheckBox.__init__(self, parent)
        self.begin(text, name)
        self.setChecked(checked)

    def paint_mark(self, painter: QPainter, area: QRectF) -> None:
        """Paint the box and its tick."""
        on = self.isChecked()
        radius = theme.scale().real(6)
        inner = self.edge(painter, area, "accent" if on else "control", "accent" if on else "card")
        painter.drawRoundedRect(inner, radius, radius)
        if on:
            tone = "onAccent" if self.isEnabled() else "ink3"
            offset = QPointF((area.width() - theme.px(18)) / 2, (area.height() - theme.px(18)) / 2)
            painter.drawPixmap((area.topLeft() + offset).toPoint(), icons.pixmap("check", tone, 18))


class Radio(_Marked, QRadioButton):
    """One of several that exclude each other; those of one parent form a group and arrows move in it."""

    def __init__(
        self, text: str = "", *, checked: bool = False, name: str | None = None, parent: QWidget | None = None
    ) -> None:
        QRadioButton.__init__(self, parent)
        self.begin(text, name)
        self.setChecked(checked)

    def ring_radius(self) -> float:
        """Return the corner radius of the focus ring."""
        return theme.scale().real(12)

    def paint_mark(self, painter: QPainter, area: QRectF) -> None:
        """Paint the circle and its dot."""
        on = self.isChecked()
        inner = self.edge(painter, area, "accent" if on else "control", "card")
        painter.drawEllipse(inner)
        if on:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent" if self.isEnabled() else "ink3"))
            radius = theme.scale().real(6.5)
            painter.drawEllipse(area.center(), radius, radius)


class Switch(_Marked, QCheckBox):
    """A setting that takes effect at once: text at the left, the switch at the right end of the row."""

    MARK_WIDTH = 52
    MARK_HEIGHT = 32

    def __init__(
        self, text: str = "", *, checked: bool = False, name: str | None = None, parent: QWidget | None = None
    ) -> None:
        QCheckBox.__init__(self, parent)
        self.begin(text, name)
        self.setChecked(checked)
        self.toggled.connect(self._tell)
        self._tell(checked)

    def _tell(self, on: bool) -> None:
        self.setAccessibleDescription(tr("parts.on" if on else "parts.off"))

    def mark_rect(self) -> QRect:
        """Return where the switch is: at the right end."""
        rect = super().mark_rect()
        rect.moveRight(self.width() - 1)
        return rect

    def text_rect(self) -> QRect:
        """Return where the text is: at the left."""
        return self.rect().adjusted(0, 0, -self._aside(), 0)

    def ring_radius(self) -> float:
        """Return the corner radius of the focus ring."""
        return theme.scale().real(16)

    def paint_mark(self, painter: QPainter, area: QRectF) -> None:
        """Paint the track and the knob: its side and its fill both say the state."""
        on = self.isChecked()
        inner = self.edge(painter, area, "accent" if on else "control", "accent" if on else "card")
        painter.drawRoundedRect(inner, inner.height() / 2, inner.height() / 2)
        side = theme.scale().real(19)
        inset = (area.height() - side) / 2
        left = area.right() - inset - side if on else area.left() + inset
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(("onAccent" if on else "control") if self.isEnabled() else "ink3"))
        painter.drawEllipse(QRectF(left, area.top() + inset, side, side))
