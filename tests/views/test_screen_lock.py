"""The system's lock of the screen and its sleep close the record: heard over a real D-Bus connection between two ends of this process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusServer

from desktop.views.screen_lock import Linux, session_path

SAVER, LOGIN = "org.gnome.ScreenSaver", "org.freedesktop.login1"


class Bus:
    """Both ends: what the system says at one is heard at the other."""

    def __init__(self, folder: Path, qtbot) -> None:
        self._qtbot = qtbot
        self._server = QDBusServer(f"unix:path={folder / 'bus'}")
        ends: list[QDBusConnection] = []
        self._server.newConnection.connect(lambda end: ends.append(QDBusConnection(end)))
        self.peer = QDBusConnection.connectToPeer(self._server.address(), "medkarta-test")
        qtbot.waitUntil(lambda: bool(ends))
        self._end = ends[0]
        self.heard = 0
        self._listener = Linux(self._hear, session=self.peer, system=self.peer)

    def _hear(self) -> None:
        self.heard += 1

    def say(self, path: str, interface: str, name: str, *values: object) -> None:
        message = QDBusMessage.createSignal(path, interface, name)
        message.setArguments(list(values))
        assert self._end.send(message)

    def close(self) -> None:
        QDBusConnection.disconnectFromPeer("medkarta-test")
        self._server.deleteLater()


@pytest.fixture
def bus(qtbot, tmp_path: Path, monkeypatch) -> Iterator[Bus]:
    monkeypatch.setenv("XDG_SESSION_ID", "2")
    made = Bus(tmp_path, qtbot)
    yield made
    made.close()


def test_screen_saver_that_begins_locks_and_one_that_ends_does_not(bus: Bus, qtbot) -> None:
    bus.say("/org/gnome/ScreenSaver", SAVER, "ActiveChanged", False)
    bus.say("/org/gnome/ScreenSaver", SAVER, "ActiveChanged", True)
    qtbot.waitUntil(lambda: bus.heard > 0)
    assert bus.heard == 1


def test_sleep_and_the_lock_of_this_login_session_lock_and_another_ones_does_not(bus: Bus, qtbot) -> None:
    bus.say(session_path("3"), f"{LOGIN}.Session", "Lock")
    bus.say("/org/freedesktop/login1", f"{LOGIN}.Manager", "PrepareForSleep", True)
    bus.say("/org/freedesktop/login1", f"{LOGIN}.Manager", "PrepareForSleep", False)
    bus.say(session_path("2"), f"{LOGIN}.Session", "Lock")
    qtbot.waitUntil(lambda: bus.heard > 1)
    assert bus.heard == 2


def test_login_sessions_are_named_as_systemd_names_them() -> None:
    assert [session_path(id).rpartition("/")[2] for id in ("2", "c12", "12")] == ["_32", "c12", "_312"]
    assert session_path("") == ""
