"""The top bar: title, whose page it is, search, notifications, settings, lock."""

from __future__ import annotations

from itertools import product
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.session.rows import PersonRow
from desktop.views import keys, theme, wording
from desktop.views.parts import STRETCH, Edit, IconButton, IconLabel, KeyCap, PersonPill, PlainLabel, row
from desktop.views.parts.given import layout_of
from desktop.words import tr

_EDGE_PX: Final = 17
"""Line, padding and what the editor keeps free, at either end of the field."""


class SearchField(Edit):
    """«Поиск по карте» with its key. Typing opens the answers under it."""

    def __init__(self) -> None:
        super().__init__(name=tr("shell.search"), placeholder=tr("shell.search"))
        self.setProperty("role", "search")
        self.setClearButtonEnabled(False)
        self.set_start(IconLabel("search", "ink3", 20))
        self.key = KeyCap(keys.shown("search").replace("+", " "))
        self.add_end(self.key)
        self.textChanged.connect(lambda: self.set_room(self.width()))
        self.set_room(theme.px(280))
        self.setEchoMode(QLineEdit.EchoMode.Normal)

    def set_room(self, wide_px: int) -> None:
        """Take so much of the bar; the key stands there where the words are whole beside it."""
        self.setFixedWidth(wide_px)
        self.key.setVisible(not self.text())
        self.refresh_ends()
        if self.least_px() + self.textMargins().right() > wide_px:
            self.key.hide()
            self.refresh_ends()

    def least_px(self) -> int:
        """Return the width at which the words stand whole without the key."""
        words = self.fontMetrics().horizontalAdvance(self.placeholderText())
        return words + self.textMargins().left() + 2 * theme.px(_EDGE_PX)


class _Title(PlainLabel):
    def set_style(self, style: str) -> None:
        if style != self._style:
            self._style = style
            self._restyle()


class TopBar(QWidget):
    """What is always above the page."""

    back_pressed = Signal()
    bell_pressed = Signal()
    settings_pressed = Signal()
    lock_pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("shell.topbar_name"))
        self.setFixedHeight(theme.px(72 if theme.scale().large else 80))
        self._person: PersonRow | None = None
        self.back = IconButton("arrow-left", tr("shell.back"))
        self.back.clicked.connect(self.back_pressed)
        self.back.hide()
        self.title = _Title(style="h1", wrap=False, elide=True)
        self.pill = PersonPill("", hue=None)
        self.search = SearchField()
        self.find_button = IconButton("search", tr("shell.search"), framed=theme.current().contrast)
        self.find_button.clicked.connect(self.open_search)
        self.find_button.hide()
        framed = theme.current().contrast
        self.bell = IconButton("bell", tr("shell.bell"), framed=framed)
        self.settings = IconButton("settings", tr("shell.settings"), framed=framed)
        self.lock = IconButton("lock", tr("shell.lock_tip", keys=keys.shown("lock")), framed=framed)
        for button, signal in ((self.bell, self.bell_pressed), (self.settings, self.settings_pressed),
                               (self.lock, self.lock_pressed)):  # fmt: skip
            button.clicked.connect(signal)
        side = 28 if theme.scale().large else 40
        line = row(self.back, self.title, 16, self.pill, STRETCH, self.search, self.find_button, self.bell, self.settings, self.lock,
                   gap=8, pad=(0, side))  # fmt: skip
        line.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        # Large text keeps the settings in «Все разделы».
        if theme.scale().large:
            self.settings.hide()
        self.setLayout(line)

    def show_title(self, title: str) -> None:
        """Name the page."""
        self.title.set_text(title)
        self._fit()

    def show_person(self, person: PersonRow | None) -> None:
        """Say whose page it is."""
        self._person = person
        self.pill.setVisible(person is not None)
        self._fit()

    def show_count(self, count: int) -> None:
        """Show how many things are new."""
        self.bell.set_count(count)
        self.bell.set_name(tr("shell.bell_n", count) if count else tr("shell.bell"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Narrow the search field before the title is cut."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Give way in this order: the field narrows, becomes a button; the pill loses the age; the title a size."""
        gap, person = theme.px(8), self._person
        self.pill.setVisible(person is not None)
        icons = sum(button.sizeHint().width() + gap for button in (self.bell, self.settings, self.lock) if not button.isHidden())
        back = self.back.sizeHint().width() + gap if not self.back.isHidden() else 0
        margins = layout_of(self).contentsMargins()
        # The arrow itself, not its square, stands at the page's edge.
        side = theme.px(28 if theme.scale().large else 40) - (theme.px(10) if not self.back.isHidden() else 0)
        if margins.left() != side:
            margins.setLeft(side)
            layout_of(self).setContentsMargins(margins)
        room = self.width() - margins.left() - margins.right() - icons - back - theme.px(16) - 3 * gap
        words = [wording.person_pill(person), wording.person_name(person)] if person is not None else [""]
        for style, text, field in product(("h1", "h2"), words, (True, False)):
            self.title.set_style(style)
            if person is not None:
                self.pill.show_person(text, hue=person.hue)
            pill = self.pill.sizeHint().width() + gap if person is not None else 0
            left = room - self.title.sizeHint().width() - pill
            if left >= (self.search.least_px() if field else self.find_button.sizeHint().width() + gap):
                break
        self.search.setVisible(field)
        self.find_button.setVisible(not field)
        if field:
            self.search.set_room(max(self.search.least_px(), min(theme.px(280), left)))

    def open_search(self) -> None:
        """Show the field where a button stands for it, and focus it; the spine says whose record it is while words are written."""
        if self.search.isHidden():
            spare = 0 if self.pill.isHidden() else self.pill.width()
            self.find_button.hide()
            self.pill.hide()
            self.search.set_room(min(self.search.least_px() + spare, theme.px(280)))
            self.search.show()
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()
