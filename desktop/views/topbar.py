"""The top bar: title, whose page it is, search, notifications, settings, lock."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.session.rows import PersonRow
from desktop.views import keys, theme, wording
from desktop.views.parts import STRETCH, Edit, IconButton, IconLabel, Meta, PersonPill, PlainLabel, row
from desktop.words import tr


class SearchField(Edit):
    """«Поиск по карте» with its key. Typing opens the answers under it."""

    def __init__(self) -> None:
        super().__init__(name=tr("shell.search"), placeholder=tr("shell.search"))
        self.setProperty("role", "search")
        self.setClearButtonEnabled(False)
        self.set_start(IconLabel("search", "ink3", 20))
        self.key = Meta(keys.shown("search").replace("+", " "), tone="ink3", weight=500, wrap=False)
        self.add_end(self.key)
        self.textChanged.connect(lambda text: self.key.setVisible(not text))
        self.setFixedWidth(theme.px(280))
        self.setEchoMode(QLineEdit.EchoMode.Normal)


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
        self.back = IconButton("arrow-left", tr("shell.back"))
        self.back.clicked.connect(self.back_pressed)
        self.back.hide()
        self.title = PlainLabel(style="h1", wrap=False, elide=True)
        self.pill = PersonPill("", hue=None)
        self.search = SearchField()
        framed = theme.current().contrast
        self.bell = IconButton("bell", tr("shell.bell"), framed=framed)
        self.settings = IconButton("settings", tr("shell.settings"), framed=framed)
        self.lock = IconButton("lock", tr("shell.lock_tip", keys=keys.shown("lock")), framed=framed)
        for button, signal in ((self.bell, self.bell_pressed), (self.settings, self.settings_pressed),
                               (self.lock, self.lock_pressed)):  # fmt: skip
            button.clicked.connect(signal)
        side = 28 if theme.scale().large else 40
        line = row(self.back, self.title, 16, self.pill, STRETCH, self.search, self.bell, self.settings, self.lock,
                   gap=8, pad=(0, side))  # fmt: skip
        line.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        self.setLayout(line)

    def show_title(self, title: str) -> None:
        """Name the page."""
        self.title.set_text(title)

    def show_person(self, person: PersonRow | None) -> None:
        """Say whose page it is."""
        self.pill.setVisible(person is not None)
        if person is not None:
            self.pill.show_person(wording.person_pill(person), hue=person.hue)
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
        others = 3 * theme.scale().control() + theme.px(2 * 40 + 8 * 8)
        others += self.title.sizeHint().width() + (self.pill.sizeHint().width() if not self.pill.isHidden() else 0)
        room = self.width() - others
        self.search.setFixedWidth(max(theme.px(120), min(theme.px(280), room)))
        self.search.key.setVisible(self.search.width() >= theme.px(230) and not self.search.text())
