"""Words of the system's own notifications: reminders of visits, times from the waiting list. Never a medical fact, never a name.

It lives with the open record: on the lock page there is nobody to notify, and nothing that could be said.
The tray is a seam: tests and scenes put their own in its place.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QSystemTrayIcon

from desktop.session.watches import WatchRow
from desktop.views import icons, visit_words
from desktop.words import tr

if TYPE_CHECKING:
    from desktop.session.reminders import Reminder
    from desktop.views.shell import Shell

LOOK_EVERY_MS: Final = 30_000
Say = Callable[[str, str], None]

tray: list[Say] = []
"""What tests put in place of the system's tray: the newest one is used."""


class Notifier(QObject):
    """Asks for due reminders and says them; passes on what the waiting list has found."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._shell = shell
        self._icon: QSystemTrayIcon | None = None
        shell.session.watches.on_found = self.found
        self._timer = QTimer(self, interval=LOOK_EVERY_MS)
        self._timer.timeout.connect(lambda: shell.spawn(self.look()))
        self._timer.start()

    async def look(self) -> None:
        """Say every reminder that is due."""
        for one in await self._shell.session.reminders.take_due():
            self._remind(one)

    def _remind(self, one: Reminder) -> None:
        self.say(tr(f"bookings.remind_{one.ahead}", time=visit_words.hour(one.starts_at)), tr("bookings.remind_body"))

    def found(self, row: WatchRow) -> None:
        """Say that the waiting list has found a time, or taken it."""
        self.say(tr("bookings.watch_notice_booked" if row.booked else "bookings.watch_notice"), tr("bookings.notice_body"))
        self._shell.announce(tr("bookings.watch_notice_booked" if row.booked else "bookings.watch_notice"))

    def say(self, title: str, text: str) -> None:
        """Show one notification of the system, where it has a tray."""
        if tray:
            tray[-1](title, text)
            return
        if self._icon is None and QSystemTrayIcon.isSystemTrayAvailable():
            self._icon = QSystemTrayIcon(icons.icon("calendar", "ink", 24), self)
            self._icon.show()
        if self._icon is not None:
            self._icon.showMessage(title, text, QSystemTrayIcon.MessageIcon.NoIcon)

    def leave(self) -> None:
        """Say nothing any more: the record is being closed."""
        self._timer.stop()
        self._shell.session.watches.on_found = lambda row: None
        if self._icon is not None:
            self._icon.hide()
