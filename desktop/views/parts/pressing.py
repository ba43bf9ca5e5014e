"""The bases of everything that is painted and pressed."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLayout, QPushButton, QSizePolicy, QWidget

from desktop.views import theme
from desktop.views.parts.given import layout_of


class Painted(QPushButton):
    """A button without a look of its own: it takes the focus, is pressed with Space and Enter, and follows the theme."""

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "painted")
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.restyle)

    def restyle(self) -> None:
        """Take the look in force."""
        self.updateGeometry()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press with Enter as with Space."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
        else:
            super().keyPressEvent(event)


class Inlaid(Painted):
    """A painted button with parts laid out in it: as large as they ask for, and pressed through each of them."""

    def setLayout(self, layout: QLayout) -> None:
        """Take the parts in."""
        super().setLayout(layout)
        for part in self.findChildren(QWidget):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        """Return the size of what is inside."""
        return layout_of(self).sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Return the least size of what is inside."""
        return layout_of(self).minimumSize()

    def heightForWidth(self, width: int) -> int:
        """Return the height of what is inside."""
        return layout_of(self).totalHeightForWidth(width)
