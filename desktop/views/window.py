"""The one window: first run, lock page or open record. Owns the look in force, keys, geometry, the idle lock and the clipboard.

Locking ends this process: `on_lock` (the app) closes the vault and puts a fresh process on the lock page.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, QRect, Qt
from PySide6.QtGui import QCloseEvent, QContextMenuEvent, QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QApplication, QMenu, QVBoxLayout, QWidget

from desktop import preferences as kept
from desktop.errors import KnownError
from desktop.views import focus_kept, keys, screen_lock, tab_order, theme
from desktop.views.clipboard import Clipboard
from desktop.views.commands import commands
from desktop.views.doors import Doors
from desktop.views.idle import Idle
from desktop.views.parts import announce, take_out
from desktop.views.scale import FACTORS, Scale
from desktop.views.sweeping import Sweeper
from desktop.views.system_words import put_words
from desktop.views.warming import Warming
from desktop.words import set_language, tr

if TYPE_CHECKING:
    import asyncio

    from desktop.session.session import Session
    from desktop.views.copying import Picking
    from desktop.views.notify import Notifier
    from desktop.views.over import Over
    from desktop.views.page import Memory
    from desktop.views.shell import Shell

LEAST_PX: Final = (1024, 640)
_DESIGN_PX: Final = (1440, 900)


class Window(QWidget):
    """Medkarta's window. Its title names the program and nobody."""

    def __init__(self, doors: Doors, folder: Path, *, on_lock: Callable[[Session], Awaitable[None]]) -> None:
        super().__init__()
        self.doors, self.clock, self.profile = doors, doors.clock, doors.profile
        self._folder, self._on_lock = folder, on_lock
        self.preferences = kept.load(folder)
        self.session: Session | None = None
        self.shell: Shell | None = None
        self.notifier: Notifier | None = None
        self.front: QWidget | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._is_locking = False
        self.setWindowTitle(tr("shell.app"))
        self.setMinimumSize(*LEAST_PX)
        self.clipboard = Clipboard(self)
        self._sweeper = Sweeper(self)
        self.idle = Idle(self.clock, limit_s=self.idle_limit_s(), parent=self)
        self.idle.soon.connect(self._warn)
        self.idle.due.connect(self.lock)
        self.screen_lock: QObject | None = None
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self.put_look()
        for command in keys.MAP:
            keys.bind(self, command, partial(self.do, command))
        self._place()

    @cached_property
    def closed(self) -> asyncio.Event:
        """What is set when the window has closed."""
        # The lock page is painted before the loop's library is read.
        import asyncio

        return asyncio.Event()

    # --- look
    def put_look(self) -> None:
        """Put language, theme and text size in force."""
        set_language(self.preferences.language)
        put_words()
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        scale = Scale(self.preferences.text_scale)
        theme.apply(app, self.preferences.theme, scale, reduce_motion=self.preferences.reduce_motion)
        self.setWindowTitle(tr("shell.app"))

    def change(self, **choices: Any) -> Shell | None:
        """Put a choice in force, keep it, and build the page in front anew where it shows; return what then stands there."""
        self.preferences = replace(self.preferences, **choices)
        kept.save(self._folder, self.preferences)
        if "idle_limit_s" in choices:
            self.idle.limit_s = self.idle_limit_s()
        if {"language", "theme", "text_scale", "reduce_motion", "is_simple"} & set(choices):
            self.setUpdatesEnabled(False)
            try:
                self.put_look()
                self.rebuild()
            finally:
                self.setUpdatesEnabled(True)
        return self.shell

    def rebuild(self) -> None:
        """Build what is in front anew, at the same place."""
        if self.shell is not None and self.session is not None:
            memories, section, spot = self.shell.remember(), self.shell.section, focus_kept.spot(self.shell.page)
            self._show_shell(self.session, section="home" if section == "all" else section, memories=memories)
            if spot is not None:
                self.spawn(self._give_focus_back(self.shell, spot, held=self.focusWidget()))
            return
        from desktop.views.first_run import FirstRun

        if isinstance(self.front, FirstRun):
            # A vault that was just made is open behind this page: its steps go on, in the new look.
            again = self.front.anew()
            if again is not None:
                self.put(again)
        else:
            self.show_door(typed=self._typed())

    async def _give_focus_back(self, shell: Shell, spot: focus_kept.Spot, *, held: QWidget | None) -> None:
        """Focus what had the focus once its page is there, unless the person has left `held` meanwhile."""
        await shell.page.settled()
        if self.shell is shell and self.focusWidget() is held:
            with shell.page.standing():
                focus_kept.give_back(shell.page, spot)

    def _typed(self) -> str:
        field = getattr(self.front, "passphrase", None)
        return field.value() if field is not None else ""

    def idle_limit_s(self) -> float:
        """Return after how many *seconds* the record closes: the person's choice, never longer than a shared profile's."""
        chosen = float(self.preferences.idle_limit_s)
        if not chosen or not self.profile.keeps_replica:
            return self.profile.idle_limit_s
        return chosen

    # --- what is in front
    def show_door(self, *, typed: str = "") -> None:
        """Show the lock page, or the first run where there is no vault."""
        if self.doors.standing() == "none":
            from desktop.views.first_run import FirstRun

            self.put(FirstRun(self, self.copy))
            return
        from desktop.views.lock_page import LockPage

        page = LockPage(self)
        page.passphrase.set_value(typed)
        self.put(page)
        Warming(page)

    def show_waiting(self, words: str) -> None:
        """Say what is being prepared, where nothing is asked."""
        from desktop.views.parts import STRETCH, Box, Lead, column, row

        said = Lead(words, tone="ink2", wrap=False)
        self.put(Box(column(STRETCH, row(STRETCH, said, STRETCH), STRETCH)))

    def show_trouble(self, error: KnownError) -> None:
        """Say why nothing could be opened, on the lock page."""
        self.show_door()
        self.failed(error)

    def failed(self, error: KnownError) -> None:
        """Say an error on whatever is in front."""
        said = self.shell.failed if self.shell is not None else getattr(self.front, "refused", None) or getattr(self.front, "failed", None)
        if said is not None:
            said(error)

    def enter(self, session: Session) -> None:
        """Show the open record."""
        self.session = session
        self._show_shell(session, section=self.preferences.section, memories={})
        self.idle.start()
        if self.screen_lock is None:
            self.screen_lock = screen_lock.listen(self.lock, window_id=int(self.winId()), parent=self)

    def _show_shell(self, session: Session, *, section: str, memories: dict[str, Memory]) -> None:
        from desktop.views import sections
        from desktop.views.notify import Notifier
        from desktop.views.shell import Shell

        if section not in {entry.key for entry in sections.TABLE}:
            section = "home"
        if self.shell is not None:
            self.shell.leave()
            self._hush()
        self.shell = Shell(session, self, section=section, memories=memories)
        self.notifier = Notifier(self.shell)
        self.put(self.shell)
        self.shell.sidebar.focus_section(self.shell.section)

    def _hush(self) -> None:
        """Say nothing to the system any more."""
        notifier, self.notifier = self.notifier, None
        if notifier is not None:
            notifier.leave()

    def put(self, widget: QWidget) -> None:
        """Put a page in front; the one before is destroyed."""
        old = self.front
        self.front = widget
        self._whole.addWidget(widget)
        widget.show()
        if old is not None:
            # Not taken from its parent: a widget with the focus would become a window and take the activity with it.
            old.hide()
            take_out(self._whole, old)
            old.deleteLater()

    # --- work
    def spawn(
        self, work: Coroutine[Any, Any, Any], failed: Callable[[KnownError], None] | None = None
    ) -> asyncio.Task[Any]:
        """Run `work` until the window closes or locks; give its known error to `failed`."""
        import asyncio

        task = asyncio.ensure_future(self._watched(work, failed))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # What is cancelled before its first step would else complain of never having been awaited.
        task.add_done_callback(lambda _task: work.close())
        return task

    def is_busy(self) -> bool:
        """Say whether work of the page in front is under way: what waits for the person is not."""
        asker = self._over.asker if self._over is not None else None
        return any(not task.done() and task is not asker for task in self._tasks)

    @property
    def _over(self) -> Over | None:
        return self.shell.over if self.shell is not None else None

    async def _watched(self, work: Coroutine[Any, Any, Any], failed: Callable[[KnownError], None] | None) -> Any:
        try:
            return await work
        except KnownError as error:
            if failed is None:
                raise
            failed(error)
            return None

    def copy(self, text: str) -> None:
        """Copy for ten seconds."""
        self.clipboard.copy(text)

    # --- words picked with the mouse
    @cached_property
    def _picking(self) -> Picking:
        # Read with the first press of the mouse: the lock page is painted before it.
        from desktop.views.copying import Picking

        return Picking(self)

    def _take(self, words: str) -> None:
        """Copy words of the record and say so; where there are none, say how to come by them."""
        if words:
            self.copy(words)
        if self.shell is not None:
            self.shell.toast(tr("shell.copied" if words else "shell.nothing_to_copy"), icon="check" if words else "info")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._picking.press(event.position().toPoint())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._picking.drag(event.position().toPoint())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._picking.double(event.position().toPoint())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.shell is not None and (words := self._picking.words_at(event.pos())):
            made = QMenu(self)
            made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            made.addAction(tr("shell.copy")).triggered.connect(lambda: self._take(words))
            made.popup(event.globalPos())

    # --- keys
    def do(self, command: str) -> None:
        """Run a command of the keyboard map."""
        if self._over is not None and self._over.keeps_keys and command not in ("back", "lock"):
            return
        if command in ("larger", "smaller", "normal_size"):
            self._resize_text(command)
        elif command == "copy":
            self._take(self._picking.words_here(self.shell.page) if self.shell is not None else "")
        elif self.shell is not None:
            commands(self.shell)[command]()
        elif command == "back" and self.front is not None and hasattr(self.front, "step_back"):
            self.front.step_back()

    def _resize_text(self, command: str) -> None:
        at = FACTORS.index(self.preferences.text_scale) if self.preferences.text_scale in FACTORS else 0
        step = {"larger": at + 1, "smaller": at - 1, "normal_size": 0}[command]
        factor = FACTORS[max(0, min(step, len(FACTORS) - 1))]
        if factor != self.preferences.text_scale:
            self.change(text_scale=factor)
        announce(self, tr("shell.size_now", percent=round(factor * 100)))

    # --- lock
    def lock(self) -> None:
        """Close the record and replace this process."""
        if self.session is None or self._is_locking:
            return
        self._is_locking = True
        session, self.session = self.session, None
        import asyncio

        # Out of sight, and on its way in the next turn, before anything that could fail: no page keeps the record open.
        self.put(QWidget())
        self._leaving = asyncio.ensure_future(self._on_lock(session))
        self.idle.stop()
        self.clipboard.clear()
        self._keep_place()
        for task in list(self._tasks):
            task.cancel()
        shell, self.shell = self.shell, None
        if shell is not None:
            self._hush()
            shell.leave()

    def _warn(self, left_s: int) -> None:
        if self.shell is not None:
            from desktop.views import wording

            span = wording.duration(left_s)
            self.shell.toast(tr("shell.lock_soon", span=span), icon="lock", seconds=left_s, action=tr("shell.lock_stay"),
                             undo=self.idle.touched)  # fmt: skip

    # --- place
    def _place(self) -> None:
        found = self.preferences.geometry
        screen = QGuiApplication.primaryScreen()
        room = screen.availableGeometry() if screen is not None else QRect(0, 0, *_DESIGN_PX)
        wanted = QRect(*found) if found is not None else QRect(room.topLeft(), room.size().boundedTo(QRect(0, 0, *_DESIGN_PX).size()))
        on_screen = any(s.availableGeometry().intersects(wanted) for s in QGuiApplication.screens())
        self.setGeometry(wanted if on_screen else QRect(room.topLeft(), wanted.size()))
        if self.preferences.is_maximized:
            self.setWindowState(Qt.WindowState.WindowMaximized)

    def _keep_place(self) -> None:
        normal = self.normalGeometry() if self.isMaximized() else self.geometry()
        section = self.shell.section if self.shell is not None and self.shell.section != "all" else self.preferences.section
        checked = self.shell.checked_at if self.shell is not None else self.preferences.checked_at
        self.preferences = replace(
            self.preferences, geometry=(normal.x(), normal.y(), normal.width(), normal.height()),
            is_maximized=self.isMaximized(), section=section, checked_at=checked or self.preferences.checked_at,
        )  # fmt: skip
        kept.save(self._folder, self.preferences)

    def focusNextPrevChild(self, is_next: bool) -> bool:
        """Let Tab go as the window is read."""
        focus = self.focusWidget()
        found = tab_order.beside(self._over or self, focus, is_next=is_next) if focus is not None else None
        if found is None:
            return super().focusNextPrevChild(is_next)
        found.setFocus(Qt.FocusReason.TabFocusReason if is_next else Qt.FocusReason.BacktabFocusReason)
        return True

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep the place, take the clipboard back, end the program's main task."""
        event.accept()
        # First: a window that is gone must not leave the record open behind it, whatever fails below.
        self.closed.set()
        self._keep_place()
        self.clipboard.clear()
        if self.shell is not None:
            self.shell.leave()
            self._hush()
        for task in list(self._tasks):
            task.cancel()
