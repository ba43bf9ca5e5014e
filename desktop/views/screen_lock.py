"""The system's own lock of the screen and its sleep: each closes the record, as nobody sits at it. Another user's turn locks too.

Owns how each system says so: the desktop's screen saver and logind over D-Bus on Linux, session notices on Windows, the login
session's dictionary on macOS. What the system does not say is left to `idle`. LIMIT: Windows and macOS were never tried.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import SLOT, QAbstractNativeEventFilter, QCoreApplication, QObject, QTimer, Slot

if TYPE_CHECKING:
    from PySide6.QtDBus import QDBusConnection

_SAVERS: Final = ("org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver", "org.cinnamon.ScreenSaver", "org.mate.ScreenSaver",
                  "org.xfce.ScreenSaver")  # fmt: skip
_LOGIN: Final = "org.freedesktop.login1"
_LOGIN_PATH: Final = "/org/freedesktop/login1"
_SESSION_CHANGE, _LOCKED, _LEFT = 0x02B1, 0x7, 0x2  # WM_WTSSESSION_CHANGE; WTS_SESSION_LOCK, WTS_CONSOLE_DISCONNECT
_POWER, _SUSPEND = 0x0218, 0x4  # WM_POWERBROADCAST; PBT_APMSUSPEND
_LOOK_EVERY_MS: Final = 2_000

Heard = Callable[[], None]


def listen(heard: Heard, *, window_id: int, parent: QObject) -> QObject | None:
    """Call `heard` whenever this system locks its screen, sleeps or leaves this user; None where it has no way to say so."""
    if sys.platform == "win32":
        return _Windows(heard, window_id, parent)
    if sys.platform == "darwin":
        return _Mac(heard, parent)
    if os.environ.get("DBUS_SESSION_BUS_ADDRESS") or os.environ.get("XDG_SESSION_ID"):
        from PySide6.QtDBus import QDBusConnection

        return Linux(heard, session=QDBusConnection.sessionBus(), system=QDBusConnection.systemBus(), parent=parent)
    return None


class Linux(QObject):
    """Hears the screen saver on the session's bus and logind on the system's; a bus that is not there says nothing."""

    def __init__(self, heard: Heard, *, session: QDBusConnection, system: QDBusConnection, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._heard = heard
        if session.isConnected():
            for name in _SAVERS:
                self._hear(session, "", name, "ActiveChanged", "changed(bool)")
        if system.isConnected():
            self._hear(system, _LOGIN_PATH, f"{_LOGIN}.Manager", "PrepareForSleep", "changed(bool)")
            own = session_path(os.environ.get("XDG_SESSION_ID", ""))
            if own:
                self._hear(system, own, f"{_LOGIN}.Session", "Lock", "told()")

    def _hear(self, bus: QDBusConnection, path: str, interface: str, signal: str, slot: str) -> None:
        # PySide's stubs ask for bytes, PySide itself for what SLOT gives.
        bus.connect("", path, interface, signal, self, SLOT(slot))  # type: ignore[call-overload]

    @Slot(bool)
    def changed(self, on: bool) -> None:
        """Hear that the screen saver begins, or that the computer goes to sleep; their end is nothing to us."""
        if on:
            self._heard()

    @Slot()
    def told(self) -> None:
        """Hear that the session is to be locked."""
        self._heard()


def session_path(id: str) -> str:
    """Return the object of a login session, or nothing. *Source*: systemd's bus_label_escape: a-z anywhere, 0-9 but not first."""
    if not id:
        return ""
    kept = [char if char.isascii() and (char.isalpha() or (n and char.isdigit())) else f"_{ord(char):02x}" for n, char in enumerate(id)]
    return f"{_LOGIN_PATH}/session/{''.join(kept)}"


class _Windows(QObject, QAbstractNativeEventFilter):
    """Hears session notices and the power's. LIMIT: untested."""

    def __init__(self, heard: Heard, window_id: int, parent: QObject) -> None:
        QObject.__init__(self, parent)
        QAbstractNativeEventFilter.__init__(self)
        self._heard = heard
        ctypes.windll.wtsapi32.WTSRegisterSessionNotification(ctypes.c_void_p(window_id), 0)  # type: ignore[attr-defined]
        app = QCoreApplication.instance()
        if app is not None:
            app.installNativeEventFilter(self)

    def nativeEventFilter(self, kind: Any, message: Any) -> tuple[bool, int]:
        """Look at a message and pass it on."""
        from ctypes import wintypes

        said = wintypes.MSG.from_address(int(message))
        if (said.message, said.wParam) in ((_SESSION_CHANGE, _LOCKED), (_SESSION_CHANGE, _LEFT), (_POWER, _SUSPEND)):
            self._heard()
        return False, 0


class _Mac(QObject):
    """Looks at the login session's dictionary every two seconds. LIMIT: untested."""

    def __init__(self, heard: Heard, parent: QObject) -> None:
        super().__init__(parent)
        self._heard, self._was = heard, False
        frameworks = "/System/Library/Frameworks"
        self._core = ctypes.CDLL(f"{frameworks}/CoreFoundation.framework/CoreFoundation")
        self._graphics = ctypes.CDLL(f"{frameworks}/CoreGraphics.framework/CoreGraphics")
        for function in (self._graphics.CGSessionCopyCurrentDictionary, self._core.CFStringCreateWithCString,
                         self._core.CFDictionaryGetValue):  # fmt: skip
            function.restype = ctypes.c_void_p
        self._core.CFStringCreateWithCString.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_uint32]
        self._core.CFDictionaryGetValue.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
        self._core.CFBooleanGetValue.argtypes = self._core.CFRelease.argtypes = [ctypes.c_void_p]
        self._key = self._core.CFStringCreateWithCString(None, b"CGSSessionScreenIsLocked", 0x08000100)
        timer = QTimer(self, interval=_LOOK_EVERY_MS)
        timer.timeout.connect(self.look)
        timer.start()

    def look(self) -> None:
        """Tell a lock that began since the last look; no dictionary at all means another user is in front."""
        found = self._graphics.CGSessionCopyCurrentDictionary()
        value = self._core.CFDictionaryGetValue(found, self._key) if found else None
        is_locked = not found or bool(value and self._core.CFBooleanGetValue(value))
        if found:
            self._core.CFRelease(found)
        if is_locked and not self._was:
            self._heard()
        self._was = is_locked
