"""Things to press that stand alone: buttons, icon buttons, filter chips, segments, tabs."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QIcon, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QPushButton, QSizePolicy, QToolButton, QWidget

from desktop.views import icons, theme
from desktop.views.parts.layouts import row
from desktop.views.parts.plain import set_tooltip, shown
from desktop.words import tr

_ICON_TONE = {"primary": "onAccent", "danger": "bad", "text": "accent", "quietText": "ink2", "onInk": "card"}


def repolish(widget: QWidget) -> None:
    """Let the style sheet see a changed property of `widget`."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


class Button(QPushButton):
    """A button with a word. `role`: primary (one per view), default, text, quietText, danger, onInk (in a toast).

    `trailing` puts the icon after the word.
    """

    def __init__(
        self,
        text: str,
        *,
        role: str = "default",
        icon: str | None = None,
        trailing: bool = False,
        tight: bool = False,
        name: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", role)
        self.setProperty("tight", tight)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        self._role, self._icon, self._label, self._busy, self._trailing = role, icon, text, "", trailing
        self._type = "body"
        if name is not None:
            self.setAccessibleName(shown(name))
        self._restyle()
        self.setText(text)
        theme.changed.connect(self._restyle)

    def setText(self, text: str) -> None:
        """Show another word; an ampersand stays an ampersand."""
        self._label = text
        super().setText(shown(self._busy or text).replace("&", "&&"))

    def label(self) -> str:
        """Return the word as it was given."""
        return self._label

    def set_icon(self, icon: str | None, *, trailing: bool = False) -> None:
        """Show another icon, or none."""
        self._icon, self._trailing = icon, trailing
        self._restyle()

    def set_type(self, style: str) -> None:
        """Write the word in another step of the type scale."""
        self._type = style
        self._restyle()

    def set_role(self, role: str) -> None:
        """Change the look."""
        self._role = role
        self.setProperty("role", role)
        repolish(self)
        self._restyle()

    def set_busy(self, busy: bool, text: str | None = None) -> None:
        """Show that the action is under way. The button stays enabled but takes no press, so focus does not jump."""
        self._busy = (text or tr("parts.sending")) if busy else ""
        self.setText(self._label)
        self._restyle()

    @property
    def busy(self) -> bool:
        """Say whether the action is under way."""
        return bool(self._busy)

    def nextCheckState(self) -> None:
        """Stay as it is while busy."""
        if not self._busy:
            super().nextCheckState()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take no press while busy."""
        if self._busy:
            event.accept()
        else:
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Take the second press of a double click for none: what the first asked for is under way, and is not to be asked twice."""
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press with Enter as with Space; take no press while busy."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_Select):
            if self._busy or event.isAutoRepeat():
                event.accept()
                return
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.click()
                return
        super().keyPressEvent(event)

    def _restyle(self) -> None:
        self.setFont(theme.font(self._type, weight=600))
        name = "sync" if self._busy else self._icon
        if name is None:
            self.setIcon(QIcon())
            return
        is_after = self._trailing and not self._busy
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft if is_after else Qt.LayoutDirection.LeftToRight)
        made, size = icons.for_button(name, _ICON_TONE.get(self._role, "ink"), is_after=is_after)
        self.setIcon(made)
        self.setIconSize(size)


class IconButton(QToolButton):
    """A 44×44 button with an icon alone; `name` is what a screen reader says and the tooltip shows."""

    def __init__(
        self,
        icon: str,
        name: str,
        *,
        tone: str = "ink2",
        framed: bool = False,
        checkable: bool = False,
        size_px: float = 24,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "icon")
        self.setProperty("framed", framed)
        self.setCheckable(checkable)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._icon, self._tone, self._size, self._count = icon, tone, size_px, 0
        self.set_name(name)
        self._restyle()
        theme.changed.connect(self._restyle)

    def set_name(self, name: str) -> None:
        """Change the accessible name and the tooltip."""
        self.setAccessibleName(shown(name))
        set_tooltip(self, name)

    def set_icon(self, icon: str) -> None:
        """Show another icon."""
        self._icon = icon
        self._restyle()

    def set_count(self, count: int) -> None:
        """Show a counter at the corner, «9+» past nine, nothing at 0. Put the count into the name too."""
        if count != self._count:
            self._count = count
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press with Enter as with Space."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the button and its counter."""
        super().paintEvent(event)
        if not self._count:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        text = str(self._count) if self._count <= 9 else "9+"
        painter.setFont(theme.font("label", tnum=True))
        side = theme.px(20)
        width = max(side, painter.fontMetrics().horizontalAdvance(text) + theme.px(10))
        area = QRectF(self.width() - width - theme.px(2), theme.px(4), width, side)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("bad"))
        painter.drawRoundedRect(area, side / 2, side / 2)
        painter.setPen(theme.colour("card"))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)

    def _restyle(self) -> None:
        tone = "ink" if theme.current().contrast else self._tone
        made = icons.icon(self._icon, tone, self._size, off_tone="control")
        if self.isCheckable():
            made.addPixmap(icons.pixmap(self._icon, theme.chosen_tones()[1], self._size), QIcon.Mode.Normal, QIcon.State.On)
        self.setIcon(made)
        self.setIconSize(QSize(theme.px(self._size), theme.px(self._size)))


class FilterChip(Button):
    """A filter to switch on and off; when on it carries a tick (not so with `tick=False`, for one of several)."""

    def __init__(
        self,
        text: str,
        *,
        icon: str | None = None,
        checked: bool = False,
        tick: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        self._tick, self._own_icon = tick, icon
        super().__init__(text, role="filter", icon=icon, parent=parent)
        self.setCheckable(True)
        self.setChecked(checked)
        self.toggled.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        on = self.isChecked()
        self.setFont(theme.font("body", weight=600 if on else 500))
        name = "check" if on and self._tick else self._own_icon
        if name is None:
            self.setIcon(QIcon())
            return
        made, size = icons.for_button(name, theme.chosen_tones()[1] if on else "ink")
        self.setIcon(made)
        self.setIconSize(size)

    def sizeHint(self) -> QSize:
        """Return a size that does not change when the word becomes bold."""
        bold = theme.font("bodyStrong")
        metrics = self.fontMetrics()
        hint = super().sizeHint()
        more = QFontMetrics(bold).horizontalAdvance(self.text()) - metrics.horizontalAdvance(self.text())
        return hint + QSize(max(more, 0), 0)


class Segmented(QFrame):
    """Two to four choices in one frame; arrows move. `changed` gives the key of the new choice."""

    changed = Signal(str)

    def __init__(
        self, choices: Sequence[tuple[str, str]], *, chosen: str | None = None, name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "segmented")
        self.setAccessibleName(shown(name))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        layout = row(gap=0, pad=(2,))
        for key, text in choices:
            button = QPushButton(shown(text).replace("&", "&&"))
            button.setProperty("role", "segment")
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self._group.addButton(button)
            self._buttons[key] = button
            layout.addWidget(button)
        self.setLayout(layout)
        first = chosen if chosen is not None else choices[0][0]
        self._buttons[first].setChecked(True)
        self._group.buttonToggled.connect(self._toggled)
        self._let_tab_in()
        self._restyle()
        theme.changed.connect(self._restyle)

    def _let_tab_in(self) -> None:
        """Let Tab stop at the choice: a group of Qt's lets it in at whatever button was added last."""
        for button in self._buttons.values():
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if button.isChecked() else Qt.FocusPolicy.ClickFocus)

    def chosen(self) -> str:
        """Return the key of the choice."""
        return next(key for key, button in self._buttons.items() if button.isChecked())

    def choose(self, key: str) -> None:
        """Choose by key."""
        self._buttons[key].setChecked(True)

    def buttons(self) -> tuple[QPushButton, ...]:
        """Return the buttons in order."""
        return tuple(self._buttons.values())

    def _toggled(self, button: QPushButton, on: bool) -> None:
        self._restyle()
        self._let_tab_in()
        if on:
            self.changed.emit(next(key for key, known in self._buttons.items() if known is button))

    def _restyle(self) -> None:
        for button in self._buttons.values():
            button.setFont(theme.font("body", weight=600 if button.isChecked() else 500))
