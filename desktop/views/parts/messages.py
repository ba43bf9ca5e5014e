"""What the page says about itself: notice, toast, empty place, rows that are still loading."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QApplication, QBoxLayout, QFrame, QWidget

from desktop import limits
from desktop.views import theme
from desktop.views.parts.buttons import Button
from desktop.views.parts.given import layout_of
from desktop.views.parts.layouts import STRETCH, Snug, column, row
from desktop.views.parts.marks import KINDS, IconLabel
from desktop.views.parts.plain import Body, PlainLabel, shown


def announce(widget: QWidget, text: str, *, urgent: bool = False) -> None:
    """Let a screen reader say `text`, a change of state that no focus shows. `urgent`: at once, over what it is saying."""
    # Its lists of roles and states take longer to build than the lock page does, which says nothing.
    from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

    event = QAccessibleAnnouncementEvent(widget, shown(text))
    if urgent:
        event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
    QAccessible.updateAccessibility(event)


_NOTICE_ICON = {"quiet": "cloud-off", "good": "check-circle", "bad": "alert", "warn": "alert", "accent": "info", "aside": "info"}
_ICON_BESIDE_LINES: Final = 2
_EDGE_PX: Final = 1.5


class Notice(QFrame):
    """A message across the page: `strong` in bold, then `text`; at most one action. `kind`: quiet, accent, good, warn, bad,
    or aside, which stands within a card and asks for nothing. `edge` is the role of a line around what a page begins with.

    `acted` says that the action was pressed.
    """

    acted = Signal()

    def __init__(
        self,
        text: str,
        *,
        strong: str = "",
        kind: str = "quiet",
        icon: str | None = None,
        action: str = "",
        action_role: str = "text",
        edge: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._kind, self._edge = kind, edge
        tone = "ink" if kind == "quiet" else KINDS[kind][1]
        self._icon = IconLabel(icon or _NOTICE_ICON[kind], tone, 24)
        self._text = Body(text, strong=strong)
        self.action: Button | None = None
        self._whole = row(gap=12)
        self._whole.addWidget(self._text, 1)
        if action:
            self.action = Button(action, role=action_role)
            self.action.clicked.connect(self.acted)
            self._whole.addWidget(self.action)
        layout = row(self._icon, gap=12, pad=(6 if action else 12, 16))
        layout.addLayout(self._whole, 1)
        self.setLayout(layout)
        self._restyle()
        theme.changed.connect(self._restyle)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Set the icon at the first of more than two lines; put the action under the words where it leaves them more than three."""
        super().resizeEvent(event)
        room = event.size().width() - self._icon.width() - theme.px(12) - 2 * theme.px(16)
        if self.action is None:
            self._set_icon(room)
            return
        room -= theme.px(12) + self.action.sizeHint().width()
        is_long = self._text.heightForWidth(room) > 3 * self._text.line_height()
        direction = QBoxLayout.Direction.TopToBottom if is_long else QBoxLayout.Direction.LeftToRight
        if direction != self._whole.direction():
            self._whole.setDirection(direction)
            self._whole.setAlignment(self.action, Qt.AlignmentFlag.AlignLeft if is_long else Qt.AlignmentFlag(0))
        self._set_icon(room)

    def _set_icon(self, room: int) -> None:
        is_tall = self._text.heightForWidth(room) > _ICON_BESIDE_LINES * self._text.line_height()
        layout_of(self).setAlignment(self._icon, Qt.AlignmentFlag.AlignTop if is_tall else Qt.AlignmentFlag.AlignVCenter)

    def set_text(self, text: str, *, strong: str = "") -> None:
        """Say something else."""
        self._text.set_text(text, strong=strong)

    def text(self) -> str:
        """Return all that is said."""
        return self._text.text()

    def _restyle(self) -> None:
        self.setMinimumHeight(theme.px(48 if self.action is None else 56))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        painter.setPen(Qt.PenStyle.NoPen)
        if theme.current().contrast:
            painter.setPen(QPen(theme.colour("line"), 2))
            area.adjust(1, 1, -1, -1)
        elif self._edge:
            painter.setPen(QPen(theme.colour(self._edge), _EDGE_PX))
            area.adjust(_EDGE_PX / 2, _EDGE_PX / 2, -_EDGE_PX / 2, -_EDGE_PX / 2)
        painter.setBrush(theme.colour(KINDS[self._kind][0]))
        painter.drawRoundedRect(area, theme.px(12), theme.px(12))


class Toast(QFrame):
    """A word at the bottom left of `host` about what was just done, for ten seconds, with a way back.

    The time stands still while the toast is hovered or has the focus. `acted`: the way back was taken;
    `closed`: the toast went away without it. Both come once, then the toast deletes itself.
    """

    acted = Signal()
    closed = Signal()

    def __init__(
        self, text: str, *, host: QWidget, action: str = "", icon: str = "check", seconds: float = limits.TOAST_S
    ) -> None:
        super().__init__(host)
        self.setProperty("role", "toast")
        self.setAccessibleName(shown(text))
        self._host, self._left_ms, self._done = host, round(seconds * 1000), False
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.close_now)
        layout = row(IconLabel(icon, "card", 22), gap=16, pad=(8, 8, 8, 18))
        self._text = Body(text, tone="card")
        layout.addWidget(self._text, 1)
        self.action: Button | None = None
        if action:
            self.action = Button(action, role="onInk")
            self.action.clicked.connect(self._act)
            self.action.installEventFilter(self)
            layout.addWidget(self.action)
        self.setLayout(layout)
        host.installEventFilter(self)
        self._timer.start(self._left_ms)
        self._clock.start()
        self.place()
        self.show()
        self.raise_()
        announce(self, text)

    def place(self) -> None:
        """Go to the bottom left of the host."""
        width = min(theme.px(400), self._host.width() - theme.px(32))
        height = max(theme.px(60), layout_of(self).totalHeightForWidth(width))
        self.setGeometry(theme.px(24), self._host.height() - height - theme.px(24), width, height)

    def remaining_ms(self) -> int:
        """Return how long the toast stays if nobody holds it."""
        return self._timer.remainingTime() if self._timer.isActive() else self._left_ms

    @property
    def held(self) -> bool:
        """Say whether the time stands still."""
        return not self._timer.isActive() and not self._done

    def hold(self) -> None:
        """Stop the time."""
        if self._timer.isActive():
            self._left_ms = max(self._timer.remainingTime(), 1)
            self._timer.stop()

    def let_go(self) -> None:
        """Let the time go on unless hovered or focused."""
        focused = QApplication.focusWidget()
        if not self._done and not self.underMouse() and not (focused is not None and self.isAncestorOf(focused)):
            self._timer.start(self._left_ms)

    def close_now(self) -> None:
        """Go away; what the toast announced stays done."""
        if not self._done:
            self._finish()
            self.closed.emit()

    def _act(self) -> None:
        if not self._done:
            self._finish()
            self.acted.emit()

    def _finish(self) -> None:
        self._done = True
        self._timer.stop()
        self._host.removeEventFilter(self)
        self.hide()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the host's size and the focus of the action."""
        kind = event.type()
        if watched is self._host and kind == QEvent.Type.Resize:
            self.place()
        elif watched is self.action and kind == QEvent.Type.FocusIn:
            self.hold()
        elif watched is self.action and kind == QEvent.Type.FocusOut:
            QTimer.singleShot(0, self, self.let_go)
        return False

    def event(self, event: QEvent) -> bool:
        """Stand still under the pointer."""
        if event.type() == QEvent.Type.Enter:
            self.hold()
        elif event.type() == QEvent.Type.Leave:
            QTimer.singleShot(0, self, self.let_go)
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close with Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_now()
        else:
            super().keyPressEvent(event)


class _Place(Snug):
    """The dashed frame of an empty place, 400 wide where there is room."""

    def sizeHint(self) -> QSize:
        """Return the frame's size at the width it wants."""
        width = theme.px(400)
        return QSize(width, layout_of(self).totalHeightForWidth(min(self.width() or width, width)))


class EmptyState(QWidget):
    """A dashed place where something will be: what, and how it gets here. Centred in its room; `button` may be added."""

    def __init__(
        self, title: str, text: str = "", *, icon: str, button: Button | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        centre = Qt.AlignmentFlag.AlignHCenter
        self.title = PlainLabel(title, style="bodyStrong", align=centre)
        self.text = PlainLabel(text, style="caption", tone="ink2", align=centre)
        if not text:
            self.text.hide()
        picture = row(STRETCH, IconLabel(icon, "ink2", 32), STRETCH)
        inside = column(picture, 4, self.title, self.text, gap=4, pad=(24,))
        if button is not None:
            inside.addSpacing(theme.px(8))
            inside.addLayout(row(STRETCH, button, STRETCH))
        place = _Place()
        place.setProperty("role", "empty")
        place.setLayout(inside)
        place.setMaximumWidth(theme.px(400))
        place.be_snug()
        self.setLayout(column(row(STRETCH, place, STRETCH), STRETCH, gap=0))


class Skeleton(QWidget):
    """Rows that are still loading, without movement. Show it only after limits.SKELETON_AFTER_MS."""

    def __init__(self, *, rows: int = 2, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = rows
        self.setAccessibleName(shown(name))
        self._restyle()
        theme.changed.connect(self._restyle)

    def _restyle(self) -> None:
        self.setFixedHeight(self._rows * theme.px(76))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a tile and two bars in each row."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        px = theme.px
        step, left = px(76), px(20 + 44 + 16)
        room = self.width() - left - px(20)
        for n in range(self._rows):
            top = n * step
            outlined = theme.current().contrast
            painter.setPen(QPen(theme.colour("line"), 2) if outlined else Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("quietTint"))
            painter.drawRoundedRect(QRectF(px(20), top + px(16), px(44), px(44)), px(12), px(12))
            painter.setBrush(theme.colour("card" if outlined else "line"))
            painter.drawRoundedRect(QRectF(left, top + px(22), room * (0.46 - 0.08 * (n % 2)), px(12)), px(6), px(6))
            painter.setBrush(theme.colour("sunken"))
            painter.drawRoundedRect(QRectF(left, top + px(44), room * (0.72 - 0.08 * (n % 2)), px(10)), px(5), px(5))
            if n:
                painter.fillRect(QRectF(0, top, self.width(), theme.border_px()), theme.colour("line"))
