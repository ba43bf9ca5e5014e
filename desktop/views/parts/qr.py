"""A QR code on pure white in every theme, with its number under it; and the same over the whole screen."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.views import theme, typeset
from desktop.views.parts.buttons import Button
from desktop.views.parts.layouts import STRETCH, column, row
from desktop.views.parts.plain import Body, PlainLabel, shown
from desktop.words import tr

LEAST_PX = 296
"""The least side of the white square, in design pixels. *Source*: DESIGN.md §7, screen 07."""
_EDGE_PX = 2
_INSET_PX = 6
"""White beside the quiet zone, so that round corners cut nothing."""


class QrCode(QWidget):
    """The code with its quiet zone inside a frame. `name` is what a screen reader says."""

    def __init__(self, payload: str, *, name: str, least_px: float = LEAST_PX, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._least = least_px
        self._drawn = typeset.qr_image(payload, module_px=1)
        self._pixmap = QPixmap()
        self.setAccessibleName(shown(name))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        dpr = self.devicePixelRatioF()
        # Whole pixels to a module, so that the code with its quiet zone is at least that wide.
        module_px = max(1, math.ceil(theme.scale().real(self._least) * dpr / self._drawn.width()))
        image = self._drawn.scaled(self._drawn.size() * module_px)
        image.setDevicePixelRatio(dpr)
        self._pixmap = QPixmap.fromImage(image)
        self.setFixedSize(self.sizeHint())
        self.update()

    def sizeHint(self) -> QSize:
        """Return the code and its frame."""
        side = math.ceil(self._pixmap.width() / self._pixmap.devicePixelRatio()) + 2 * theme.px(_INSET_PX)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint white, the frame and the code: a scanner must not meet the theme."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = theme.px(_EDGE_PX)
        painter.setBrush(Qt.GlobalColor.white)
        painter.setPen(QPen(theme.colour("ink"), edge))
        radius = theme.scale().radius("card")
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(edge / 2, edge / 2, -edge / 2, -edge / 2), radius, radius)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.drawPixmap(QPointF(theme.px(_INSET_PX), theme.px(_INSET_PX)), self._pixmap)


class QrScreen(QWidget):
    """The code as large as the screen allows, on white, with its number. Esc closes."""

    def __init__(self, payload: str, *, caption: str, hint: str, name: str, close: str, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("shell.app"))
        self.setAccessibleName(shown(name))
        self.setObjectName("qr_screen")
        self.number = PlainLabel(caption, style="h1", tnum=True, wrap=False)
        self.button = Button(close, role="primary", icon="close")
        self.button.clicked.connect(self.close)
        said = Body(hint, tone="ink2", wrap=False)
        self.code = QrCode(payload, name=name, least_px=self._room(payload, self.number, said, self.button))
        self.setLayout(
            column(
                STRETCH, row(STRETCH, self.code, STRETCH), row(STRETCH, self.number, STRETCH), row(STRETCH, said, STRETCH),
                row(STRETCH, self.button, STRETCH), STRETCH, gap=16, pad=(24,),
            )
        )  # fmt: skip
        self.button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _room(self, payload: str, *under: QWidget) -> float:
        """Return the side of the code in design pixels: most of the screen, with what stands under it on the screen too."""
        screen, modules = self.screen().availableSize(), typeset.qr_image(payload, module_px=1).width()
        rest = sum(one.sizeHint().height() for one in under) + theme.px(16) * (len(under) + 2) + 2 * theme.px(24 + _INSET_PX)
        room = min(screen.width() * 0.62, screen.height() * 0.62, screen.height() - rest)
        return room // modules * modules / theme.scale().real(1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close with Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the sheet's ground; the code brings its own white."""
        QPainter(self).fillRect(self.rect(), theme.colour("sheet"))
