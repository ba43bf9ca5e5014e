"""What every test stands on: a home of its own, no network but loopback, no unexpected log record, honest loops.

Owns the guards that hold for the whole suite. What one room needs (a vault, a portal, a window) lives in that room's
conftest.
"""

from __future__ import annotations

import asyncio
import atexit
import gc
import logging
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.contract.foreign import foreign_portals

# Before Qt, keyring or platformdirs look: the suite never reads or writes the person's own folders.
_HOME = tempfile.mkdtemp(prefix="medkarta-home-")
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)
for _name in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"):
    os.environ[_name] = _HOME
for _name in ("CONFIG", "DATA", "CACHE", "STATE"):
    os.environ[f"XDG_{_name}_HOME"] = str(Path(_HOME) / _name.lower())
for _name in [n for n in os.environ if n.startswith("MEDKARTA_") or n.lower().endswith("_proxy")] + ["SSLKEYLOGFILE"]:
    os.environ.pop(_name, None)
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

settings.register_profile(
    "ci", derandomize=True, deadline=None, max_examples=50, database=None,
    # Real vaults and windows are slow to make; that is no fault of the test.
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.register_profile("long", settings.get_profile("ci"), derandomize=False, max_examples=5_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


# --- no network


class ForeignNetwork(BaseException):
    """A test tried to leave the computer. BaseException: no `except Exception` of ours may hide it."""


def _is_here(host: object) -> bool:
    return host in (None, "", "localhost", "127.0.0.1", "::1", b"localhost", b"127.0.0.1", b"::1")


def _watch_sockets(event: str, arguments: tuple[object, ...]) -> None:
    """Raise where a socket is about to reach past loopback: an audit hook sees every library on Python's sockets."""
    if event in ("socket.connect", "socket.sendto", "socket.bind"):
        sock, address = arguments[0], arguments[1]
        family = getattr(sock, "family", None)
        if family in (socket.AF_INET, socket.AF_INET6) and isinstance(address, tuple):
            host = address[0]
            if not _is_here(host) or (host in ("", b"") and event != "socket.connect"):
                raise ForeignNetwork(f"{event} {host!r}")
    elif event in ("socket.getaddrinfo", "socket.gethostbyname") and not _is_here(arguments[0]):
        raise ForeignNetwork(f"{event} {arguments[0]!r}")


sys.addaudithook(_watch_sockets)


# --- what is said at the beginning and at the end


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Keep xdist from telling a person about its nodes."""
    reporter = session.config.pluginmanager.unregister(name="terminaldistreporter")
    if reporter:
        reporter.ensure_show_status = lambda: None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in words, before the closing line, that no foreign portal took part."""
    if not foreign_portals():
        terminalreporter.write_line(
            "Чужой портал в проверке не участвовал: нет Node.js с пакетами (их ставит dev.py test) и не задан PORTAL_URL."
        )


# --- log records


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture(autouse=True)
def expect_log() -> Iterator[Callable[[str], None]]:
    """Fail the test on any log record of WARNING or worse, but those that hold a piece given to `expect_log(piece)`."""
    expected: list[str] = []
    collector = _Collector()
    root = logging.getLogger()
    root.addHandler(collector)
    yield expected.append
    root.removeHandler(collector)
    surprises = [r.getMessage() for r in collector.records if not any(piece in r.getMessage() for piece in expected)]
    if surprises:
        pytest.fail(f"unexpected log records: {surprises}", pytrace=False)


# --- places


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty private folder that the program takes for its own, also through MEDKARTA_DATA_DIR."""
    folder = tmp_path / "medkarta"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("MEDKARTA_DATA_DIR", str(folder))
    return folder


@pytest.fixture(autouse=True)
def russian() -> Iterator[None]:
    """Start every test in Russian, whatever the one before it chose."""
    from desktop import words

    words.set_language("ru")
    yield
    words.set_language("ru")


# --- widgets: destroyed by the thread that owns them

@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Leave what is there for good out of every later collection."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Let the end of the process find everything again."""
    gc.unfreeze()


@pytest.fixture(autouse=True)
def widgets_end_here(request: pytest.FixtureRequest) -> Iterator[None]:
    """Collect the garbage of a test with widgets on this thread, as desktop/views/sweeping.py does for the program.

    Left to itself, Python collects on whichever thread allocates: a widget deleted on a vault's or a portal's thread leaves Qt's
    list of widgets broken, and a much later test dies of it. What outlives a test, modules and worlds that are kept, is left out of
    the collections after it.
    """
    if _room(request.node, request.config) not in QT_ROOMS:
        yield
        return
    gc.disable()
    yield
    gc.collect()
    gc.freeze()
    gc.enable()


# --- loops: plain asyncio below the window, Qt's own loop where widgets are

QT_ROOMS = ("views", "scenes")


def _room(item: pytest.Item, config: pytest.Config) -> str:
    """Return which part of tests/ an item belongs to."""
    return item.path.relative_to(config.rootpath / "tests").parts[0].removeprefix("test_").removesuffix(".py")


def _qt_loop() -> asyncio.AbstractEventLoop:
    from tests import qt_loop

    return qt_loop.made()


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Run async tests of the Qt rooms on qasync and all others on plain asyncio."""
    if _room(item, config) in QT_ROOMS:
        return {"qt": _qt_loop}
    return {"asyncio": asyncio.new_event_loop}
