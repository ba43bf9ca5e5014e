"""Things to write in and to choose from a list: a label above, the editor, a hint or an error below."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QGuiApplication, QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

from desktop.views import icons, theme
from desktop.views.parts.buttons import IconButton, repolish
from desktop.views.parts.given import layout_of
from desktop.views.parts.layouts import Box, Snug, column, row
from desktop.views.parts.marks import IconLabel, KeyCap
from desktop.views.parts.messages import announce
from desktop.views.parts.plain import Meta, PlainLabel, shown
from desktop.words import tr


class Edit(QLineEdit):
    """A line to write in, with room for small widgets at its ends. Pages use `Field`; this one has no label."""

    def __init__(self, text: str = "", *, name: str, placeholder: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setAccessibleName(shown(name))
        self.setPlaceholderText(shown(placeholder))
        self._ends: list[QWidget] = []
        self._start: QWidget | None = None
        self._restyle()
        theme.changed.connect(self._restyle)

    def add_end(self, widget: QWidget) -> None:
        """Put a small widget at the right end."""
        widget.setParent(self)
        self._ends.append(widget)
        widget.show()
        self._place()

    def set_start(self, widget: QWidget) -> None:
        """Put a small widget at the left end."""
        widget.setParent(self)
        self._start = widget
        widget.show()
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the small widgets at the ends."""
        super().resizeEvent(event)
        self._place()

    def _restyle(self) -> None:
        self.setFont(theme.font("body", tnum=True))
        palette = self.palette()
        palette.setColor(palette.ColorRole.PlaceholderText, theme.colour("ink3"))
        self.setPalette(palette)
        self._place()

    def refresh_ends(self) -> None:
        """Place the small widgets anew after one was shown, hidden or changed."""
        self._place()

    def _place(self) -> None:
        shown_ends = [widget for widget in self._ends if not widget.isHidden()]
        # A button's mark has room around it within the button: its box comes as near to the edge as it is to top and bottom.
        edge = theme.px(2 if shown_ends and isinstance(shown_ends[-1], QAbstractButton) else 10)
        right = self.width() - edge
        for widget in reversed(shown_ends):
            widget.ensurePolished()
            size = widget.sizeHint().expandedTo(widget.minimumSize()).boundedTo(widget.maximumSize())
            widget.setGeometry(right - size.width(), (self.height() - size.height()) // 2, size.width(), size.height())
            right -= size.width() + theme.px(8)
        left = 0
        if self._start is not None:
            size = self._start.sizeHint()
            self._start.setGeometry(theme.px(12), (self.height() - size.height()) // 2, size.width(), size.height())
            left = size.width() + theme.px(8)
        used = self.width() - edge - right
        self.setTextMargins(left, 0, max(used - theme.px(4), 0), 0)


class Labelled(Snug):
    """A label above any editor, a hint or an error below it."""

    def __init__(self, label: str, editor: QWidget, *, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = editor
        self._label = PlainLabel(label, style="bodyStrong")
        self._label.setBuddy(editor)
        if not label:
            self._label.hide()
        self._hint = Meta(hint)
        self._error_icon = IconLabel("alert", "bad", 20)
        self._error_text = PlainLabel(style="body", tone="bad", weight=500, size_px=15, line_px=22)
        self._error = Box(row(self._error_icon, self._error_text, gap=8, align=None))
        layout_of(self._error).setAlignment(self._error_icon, Qt.AlignmentFlag.AlignTop)
        self._column = column(self._label, editor, self._hint, self._error, gap=6)
        self.setLayout(self._column)
        self.be_snug()
        self.setProperty("keeps_together", True)
        self.setFocusProxy(editor)
        if not editor.accessibleName():
            editor.setAccessibleName(shown(label))
        self._hint_text = hint
        self.set_error("")

    def set_hint(self, hint: str) -> None:
        """Change the hint."""
        self._hint_text = hint
        self._hint.set_text(hint)
        self.set_error(self.error())

    def set_error(self, text: str) -> None:
        """Show an error in place of the hint; an empty text takes it away."""
        self._error_text.set_text(text)
        self._error.setVisible(bool(text))
        self._hint.setVisible(bool(self._hint_text) and not text)
        self.editor.setAccessibleDescription(shown(text or self._hint_text))
        state = "error" if text else ""
        if self.editor.property("state") != state:
            self.editor.setProperty("state", state)
            repolish(self.editor)

    def error(self) -> str:
        """Return the error shown, or an empty text."""
        return self._error_text.text()


class Field(Labelled):
    """A labelled line. `read_only_reason` makes it read-only with a lock and says why; `password=True` hides what is
    written, offers to reveal it and tells the keyboard's layout and Caps Lock."""

    changed = Signal(str)
    submitted = Signal()

    def __init__(
        self,
        label: str,
        *,
        value: str = "",
        hint: str = "",
        placeholder: str = "",
        read_only_reason: str = "",
        password: bool = False,
        name: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        self.edit = Edit(value, name=name or label, placeholder=placeholder)
        super().__init__(label, self.edit, hint=read_only_reason or hint, parent=parent)
        self.edit.textChanged.connect(self.changed)
        self.edit.returnPressed.connect(self.submitted)
        if read_only_reason:
            self.edit.setReadOnly(True)
            self.edit.add_end(IconLabel("lock", "ink3", 20))
        if password:
            self.caps = Box(row(IconLabel("keyboard", "warn", 20), Meta(tr("parts.caps_lock"), tone="warn", weight=500), gap=8))
            self.caps.hide()
            self._column.insertWidget(2, self.caps)
            _Secret(self.edit, self.caps)

    def value(self) -> str:
        """Return what is written."""
        return self.edit.text()

    def set_value(self, value: str) -> None:
        """Write `value`."""
        self.edit.setText(value)

    def add_end(self, widget: QWidget) -> None:
        """Put a small widget (an icon, a button) at the right end."""
        self.edit.add_end(widget)


class _Secret(QObject):
    """Makes an edit a password's: hidden, with a reveal button and a word about layout and Caps Lock."""

    def __init__(self, edit: Edit, warning: QWidget) -> None:
        super().__init__(edit)
        self._edit, self._warning, self._caps, self._script = edit, warning, False, ""
        edit.setEchoMode(QLineEdit.EchoMode.Password)
        edit.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText)
        self._tag = KeyCap()
        self._reveal = IconButton("eye", tr("parts.reveal"), size_px=22)
        self._reveal.clicked.connect(self._toggle)
        edit.add_end(self._tag)
        edit.add_end(self._reveal)
        edit.installEventFilter(self)
        method = QGuiApplication.inputMethod()
        method.localeChanged.connect(self._tell)
        self._tell()

    def _toggle(self) -> None:
        hidden = self._edit.echoMode() == QLineEdit.EchoMode.Password
        self._edit.setEchoMode(QLineEdit.EchoMode.Normal if hidden else QLineEdit.EchoMode.Password)
        self._reveal.set_icon("eye-off" if hidden else "eye")
        self._reveal.set_name(tr("parts.hide" if hidden else "parts.reveal"))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Learn the layout and Caps Lock from what is typed: Qt has no question for the second."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            letter = event.text()
            if event.key() == Qt.Key.Key_CapsLock:
                self._caps = not self._caps
            elif len(letter) == 1 and letter.isalpha():
                shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
                self._caps = letter.isupper() != shifted
                self._script = "ru" if "\u0400" <= letter <= "\u04ff" else "en"
            self._tell()
        return False

    def _tell(self) -> None:
        script = self._script or QGuiApplication.inputMethod().locale().name()[:2]
        layout = tr("parts.layout_ru") if script == "ru" else tr("parts.layout_en")
        self._tag.set_text(layout)
        if self._warning.isHidden() == self._caps:
            self._warning.setVisible(self._caps)
            if self._caps:
                announce(self._edit, tr("parts.caps_lock"))
        self._edit.refresh_ends()


class TextArea(Labelled):
    """A labelled text of several lines."""

    changed = Signal()

    def __init__(
        self, label: str, *, value: str = "", hint: str = "", lines: int = 4, parent: QWidget | None = None
    ) -> None:
        self.edit = QPlainTextEdit(value)
        self.edit.setTabChangesFocus(True)
        self._lines = lines
        super().__init__(label, self.edit, hint=hint, parent=parent)
        self.edit.textChanged.connect(self.changed)
        self._restyle()
        theme.changed.connect(self._restyle)

    def _restyle(self) -> None:
        self.edit.setFont(theme.font("body"))
        self.edit.setFixedHeight(theme.px(24 * self._lines + 20))

    def value(self) -> str:
        """Return what is written."""
        return self.edit.toPlainText()

    def set_value(self, value: str) -> None:
        """Write `value`."""
        self.edit.setPlainText(value)


class Choice(QComboBox):
    """A drop-down of (key, text) pairs without a label; `role="filter"` is the 44 px one of a filter row."""

    chosen_changed = Signal(str)

    def __init__(
        self,
        choices: Sequence[tuple[str, str]],
        *,
        name: str,
        chosen: str | None = None,
        role: str = "filter",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", role)
        self.setAccessibleName(shown(name))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._role = role
        self._longest: int | None = None
        self.set_choices(choices, chosen=chosen)
        self.currentIndexChanged.connect(lambda _: self.chosen_changed.emit(self.chosen()))
        self._restyle()
        theme.changed.connect(self._restyle)

    def set_choices(self, choices: Sequence[tuple[str, str]], *, chosen: str | None = None) -> None:
        """Put other choices in; says nothing through the signal."""
        blocked = self.blockSignals(True)
        self._longest = None
        self.clear()
        for key, text in choices:
            self.addItem(shown(text), key)
        if chosen is not None:
            self.setCurrentIndex(self.findData(chosen))
        self.blockSignals(blocked)

    def chosen(self) -> str:
        """Return the key of the choice, empty when there is none."""
        return str(self.currentData() or "")

    def choose(self, key: str) -> None:
        """Choose by key."""
        self.setCurrentIndex(self.findData(key))

    def _restyle(self) -> None:
        self._longest = None
        self.setFont(theme.font("body", weight=500 if self._role == "filter" else 400))
        self.view().setFont(theme.font("body"))

    def sizeHint(self) -> QSize:
        """Return room for the longest word, where the choice may take it."""
        return self._whole(super().sizeHint())

    def minimumSizeHint(self) -> QSize:
        """Return the same: a choice that may be narrower says so by its policy."""
        return self._whole(super().minimumSizeHint())

    def _whole(self, hint: QSize) -> QSize:
        """Widen a size by what the style forgets of its own padding and chevron, which grow with the text."""
        if self.sizeAdjustPolicy() != QComboBox.SizeAdjustPolicy.AdjustToContents:
            return hint
        if self._longest is None:
            wide = QFontMetricsF(self.font()).horizontalAdvance
            self._longest = max((ceil(wide(self.itemText(at))) for at in range(self.count())), default=0)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        option.rect = QRect(QPoint(), hint)
        return hint.expandedTo(QSize(hint.width() + self._longest - self._word(option).width(), 0))

    def _word(self, option: QStyleOptionComboBox) -> QRect:
        """Return where the word stands."""
        return self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self)

    def wheelEvent(self, event: QEvent) -> None:
        """Leave the wheel to the page: a choice must not change while someone scrolls past."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the box, its word, elided where it is longer than the box, and its chevron."""
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        option.currentText = self.fontMetrics().elidedText(option.currentText, Qt.TextElideMode.ElideRight, self._word(option).width())
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        picture = icons.pixmap("chevron-down", QColor(theme.colour("ink2" if self.isEnabled() else "ink3")), 20)
        side = theme.px(20)
        painter.drawPixmap(QPoint(self.width() - side - theme.px(12), (self.height() - side) // 2), picture)


class Combo(Labelled):
    """A labelled drop-down. `changed` gives the key; `shrinks` lets it be narrower than its longest word."""

    changed = Signal(str)

    def __init__(
        self,
        label: str,
        choices: Sequence[tuple[str, str]],
        *,
        chosen: str | None = None,
        hint: str = "",
        shrinks: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        self.box = Choice(choices, name=label, chosen=chosen, role="field")
        if shrinks:
            self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            self.box.setMinimumContentsLength(16)
        super().__init__(label, self.box, hint=hint, parent=parent)
        self.box.chosen_changed.connect(self.changed)

    def chosen(self) -> str:
        """Return the key of the choice."""
        return self.box.chosen()

    def choose(self, key: str) -> None:
        """Choose by key."""
        self.box.choose(key)
