"""The composition root of the window: the only place where session, demo portal, loop and widgets meet.

Owns QApplication, the loop's life and the replacement of the process at the lock. What is heavy (session, demo) is imported
after the lock page has been painted.
"""

from __future__ import annotations

import builtins
import contextlib
import os
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from desktop import app_restart, guard, limits, words
from desktop.clock import Clock, SystemClock
from desktop.errors import KnownError
from desktop.profile import HOME, Profile
from desktop.words import tr

if TYPE_CHECKING:
    import asyncio
    from types import TracebackType

    from PySide6.QtWidgets import QApplication

    from desktop.session.session import Session
    from desktop.views.doors import Doors
    from desktop.views.window import Window

LOCKED: Final = "MEDKARTA_LOCKED"
"""Set for the fresh process after a lock: it waits on the lock page even where a first one would open by itself."""


def has_display() -> bool:
    """Say whether there is a screen to open a window on."""
    if os.environ.get("QT_QPA_PLATFORM", "") in ("offscreen", "minimal"):
        return True
    if sys.platform.startswith("linux"):
        return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return True


def application() -> QApplication:
    """Return the one QApplication, with text as text and the focus ring in place."""
    from PySide6.QtCore import Qt

    import_plainly()
    from PySide6.QtWidgets import QApplication

    from desktop.views import theme
    from desktop.views.parts import install

    found = QApplication.instance()
    if isinstance(found, QApplication):
        return found
    QApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    # Named at the start: setStyle hands the style over to Python, which costs more than the whole first page.
    made = QApplication([tr("shell.app"), "-style", theme.STYLE])
    theme.style_is_set(made)
    made.setQuitOnLastWindowClosed(False)
    made.setApplicationName("medkarta")
    sys.setswitchinterval(limits.GIL_TURN_S)
    install(made)
    return made


def import_plainly() -> None:
    """Put back Python's own import, which PySide replaces when it is first imported.

    PySide's reads the source of every module that comes after it, on whichever thread that is, to look for a switch that nobody here
    sets (`from __feature__ import …`), and all those lines stay in memory.
    """
    builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)


def window(folder: Path, *, profile: Profile = HOME, arguments: tuple[str, ...] = (), clock: Clock | None = None) -> int:
    """Open the window on `folder` and stay until it is closed. `arguments` start the program the same way again."""
    from desktop.app_doors import HomeDoors

    guard.harden()
    if not has_display():
        print(tr("shell.no_display"), file=sys.stderr)
        return 2
    doors = HomeDoors(folder, profile=profile, clock=clock or SystemClock(), example=lambda: app_restart.replace((*arguments, "demo")))
    return run(doors, folder, arguments=arguments)


def stand_on(folder: Path, section: str) -> None:
    """Let the next window stand on a section once it is unlocked."""
    from dataclasses import replace

    from desktop import preferences

    preferences.save(folder, replace(preferences.load(folder), section=section))


def demo(folder: Path, *, fresh: bool = False, arguments: tuple[str, ...] = ("demo",), clock: Clock | None = None) -> int:
    """Open the window on the invented family: its portal runs in this process, on loopback."""
    from desktop.app_demo import DemoDoors

    guard.harden()
    if not has_display():
        print(tr("shell.no_display"), file=sys.stderr)
        return 2
    with DemoDoors(folder, fresh=fresh, clock=clock or SystemClock()) as doors:
        opens_itself = not os.environ.get(LOCKED)
        print(tr("shell.demo_passphrase", phrase=doors.hint), flush=True)
        return run(doors, doors.folder, arguments=arguments, opens_itself=opens_itself)


def run(doors: Doors, folder: Path, *, arguments: tuple[str, ...], opens_itself: bool = False) -> int:
    """Run the loop around one window; return the exit code."""
    app = application()
    sys.excepthook = telling(folder)
    made = _shown(app, doors, folder, arguments, opens_itself)
    sys.excepthook = telling(folder, made)
    # What the first page needs not is read after its first paint.
    import asyncio

    import qasync

    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    with loop:
        try:
            until_closed(loop, made, _main(made, doors, folder, opens_itself))
        finally:
            _finish(loop)
    return 0


def until_closed(loop: asyncio.AbstractEventLoop, made: Window, work: Coroutine[Any, Any, None]) -> None:
    """Run `work` until the window has closed, then close the record.

    The system may end the loop before (⌘Q on macOS, signing out): the window closes with it, and the record as by hand.
    """
    main = loop.create_task(work)
    try:
        loop.run_until_complete(main)
    except RuntimeError:
        if main.done():
            raise
        if not made.closed.is_set():
            made.close()
        loop.run_until_complete(main)
    session, made.session = made.session, None
    if session is not None:
        # A run of its own: what is left of the last one goes on with no running loop known, which a timeout asks for.
        loop.run_until_complete(_close(session))


def _shown(app: QApplication, doors: Doors, folder: Path, arguments: tuple[str, ...], opens_itself: bool) -> Window:
    """Put the window on the screen, with the page that comes before the record."""
    from PySide6.QtCore import QEventLoop

    from desktop.views.window import Window

    async def locked(session: Session) -> None:
        await _close(session)
        os.environ[LOCKED] = "1"
        app_restart.replace(arguments)

    made = Window(doors, folder, on_lock=locked)
    if opens_itself:
        made.show_waiting(tr("first_run.example_busy"))
    else:
        made.show_door()
    made.show()
    # Keys and clicks wait for the loop that can answer them.
    app.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
    return made


async def _main(made: Window, doors: Doors, folder: Path, opens_itself: bool) -> None:
    import asyncio

    asyncio.get_running_loop().set_exception_handler(_loop_failed(folder, made))
    if opens_itself:
        made.spawn(_enter(made.enter, doors), made.show_trouble)
    await made.closed.wait()


async def _enter(enter: Callable[[Session], None], doors: Doors) -> None:
    enter(await doors.show_example())


async def _close(session: Session) -> None:
    """Lock the record in good time. Nothing that goes wrong on the way keeps the process from being replaced or from ending."""
    import asyncio

    try:
        async with asyncio.timeout(limits.LOCK_WAIT_S):
            await session.lock()
    except TimeoutError:
        return
    except Exception as error:
        if session.vault.folder is not None:
            _note(error, session.vault.folder)


def _finish(loop: Any) -> None:
    import asyncio

    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    if tasks:
        loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))


# --- failures of ours: never with the record's text
def _note(error: BaseException, folder: Path) -> str:
    """Write a failure down beside the vault and to stderr, by its kind and places; return its number."""
    from desktop.cli import crash

    number = crash.note(error, folder)
    print("\n".join([tr("shell.error_bug", number=number), *crash.places(error)]), file=sys.stderr)
    return number


def telling(folder: Path, made: Window | None = None) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    """Return what notes a failure of ours, and says it in the window too, by its number."""

    def told(kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        if issubclass(kind, (KeyboardInterrupt, SystemExit)):
            return
        number = _note(error, folder)
        if made is not None and isinstance(error, Exception):
            # A window that is going away cannot say it any more.
            with contextlib.suppress(RuntimeError):
                made.failed(error if isinstance(error, KnownError) else KnownError("bug", number=number))

    return told


def _loop_failed(folder: Path, made: Window) -> Callable[[asyncio.AbstractEventLoop, dict[str, Any]], None]:
    told = telling(folder, made)

    def failed(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, Exception):
            told(type(error), error, None)

    return failed


def speak(folder: Path) -> None:
    """Take the language the person chose last."""
    from desktop import preferences

    words.set_language(preferences.load(folder).language)
