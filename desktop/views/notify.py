"""The system's own notifications: visits, terms, times from the waiting list, news. Never a medical fact, never a name.

It lives with the open record: on the lock page there is nobody to notify, and nothing that could be said. What stands under
the bell is not said again while the window is in front. The tray is a seam: tests and scenes put their own in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QSystemTrayIcon

from desktop import limits
from desktop.session.occasions import Occasion
from desktop.session.watches import WatchRow
from desktop.views import icons, visit_words
from desktop.words import tr

if TYPE_CHECKING:
    from desktop.session.reminders import Reminder
    from desktop.views.shell import Shell

LOOK_EVERY_MS: Final = 30_000
Say = Callable[[str, str], None]
_NEWS: Final = ("notices", "exchange", "bookings", "people")

tray: list[Say] = []
"""What tests put in place of the system's tray: the newest one is used."""


class Notifier(QObject):
    """Asks what is due and says it; passes on what the waiting list has found."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._shell = shell
        self._icon: QSystemTrayIcon | None = None
        self._about = "notices"
        self._gathered_at: datetime | None = None
        shell.session.watches.on_found = self.found
        self._offs = [shell.session.events.on(topic, self._spoil) for topic in _NEWS]
        self._timer = QTimer(self, interval=LOOK_EVERY_MS)
        self._timer.timeout.connect(lambda: shell.spawn(self.look()))
        self._timer.start()

    def _spoil(self, *_news: object) -> None:
        self._gathered_at = None

    async def look(self) -> None:
        """Say every reminder that is due, and in one line each what else is new."""
        session, now = self._shell.session, self._shell.clock.now()
        for one in await session.reminders.take_due():
            self._remind(one)
        if self._gathered_at is None or (now - self._gathered_at).total_seconds() >= limits.NOTICES_EVERY_S:
            self._gathered_at = now
            self._tell(await session.notices.take_new())

    def _remind(self, one: Reminder) -> None:
        self.say(tr(f"bookings.remind_{one.ahead}", time=visit_words.hour(one.starts_at)), tr("bookings.remind_body"), "bookings")

    def _tell(self, new: Mapping[Occasion, int]) -> None:
        """Say that there is something: a decision, a term, news. What it is, is seen in the record alone."""
        if self._shell.isActiveWindow():
            return
        terms = new.get("prescription", 0) + new.get("vaccine", 0)
        news = sum(new.values()) - terms - new.get("decision", 0)
        for key, n in (("decision", new.get("decision", 0)), ("term", terms), ("news", news)):
            if n:
                self.say(tr(f"notices.system_{key}"), tr("notices.system_body"))

    def found(self, row: WatchRow) -> None:
        """Say that the waiting list has found a time, or taken it."""
        words = tr("bookings.watch_notice_booked" if row.booked else "bookings.watch_notice")
        self._shell.announce(words)
        self._shell.spawn(self._found(words))

    async def _found(self, words: str) -> None:
        if await self._shell.session.notices.tells_of("visit"):
            self.say(words, tr("bookings.notice_body"), "bookings")

    def say(self, title: str, text: str, about: str = "notices") -> None:
        """Show one notification of the system, where it has a tray; a click on it opens the section `about`."""
        self._about = about
        if tray:
            tray[-1](title, text)
            return
        if self._icon is None and QSystemTrayIcon.isSystemTrayAvailable():
            self._icon = QSystemTrayIcon(icons.icon("calendar", "ink", 24), self)
            self._icon.messageClicked.connect(self.come)
            self._icon.activated.connect(lambda _how: self.come())
            self._icon.show()
        if self._icon is not None:
            self._icon.showMessage(title, text, QSystemTrayIcon.MessageIcon.NoIcon)

    def come(self) -> None:
        """Bring the window to the front, on what was said last."""
        window = self._shell.window()
        window.showNormal() if window.isMinimized() else window.show()
        window.raise_()
        window.activateWindow()
        self._shell.go(self._about)

    def leave(self) -> None:
        """Say nothing any more: the record is being closed."""
        self._timer.stop()
        for off in self._offs:
            off()
        self._shell.session.watches.on_found = lambda row: None
        if self._icon is not None:
            self._icon.hide()
