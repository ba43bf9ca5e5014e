"""The start-up guard does what SECURITY.md promises of the process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from desktop import guard
from desktop.errors import UsageError
from desktop.words import tr

ROOT = Path(__file__).resolve().parent.parent

# Runs hardened, says so, and waits until its input closes.
HARDENED = """
import sys
from desktop import guard
guard.harden()
print(guard.is_memory_hidden(), flush=True)
sys.stdin.read()
"""


def test_qt_that_breaks_on_this_python_is_refused_in_words() -> None:
    with pytest.raises(UsageError) as raised:
        guard.refuse_bad_pair((3, 11), (6, 12))
    said = tr(raised.value.code, **raised.value.facts)
    assert "6.12" in said
    assert "3.11" in said


@pytest.mark.parametrize(
    ("python", "qt"), [((3, 11), (6, 11)), ((3, 12), (6, 12)), ((3, 13), (6, 12)), ((3, 11), None)]
)
def test_sound_pairs_start(python: tuple[int, int], qt: tuple[int, int] | None) -> None:
    guard.refuse_bad_pair(python, qt)


def test_installed_pair_is_sound() -> None:
    installed = guard.qt_version()
    assert installed is not None
    guard.refuse_bad_pair(sys.version_info[:2], installed)


@pytest.mark.usefixtures("qapp")
def test_twenty_thousand_calls_that_return_nothing_leave_none_alive() -> None:
    label = QLabel()
    before = sys.getrefcount(None)
    for n in range(20_000):
        label.setText(str(n))
    assert label.text() == "19999"
    # Immortal on 3.12 and later, counted on 3.11: never twenty thousand fewer.
    assert sys.getrefcount(None) > before - 1_000


def test_key_log_and_plugin_paths_are_taken_out_of_the_environment() -> None:
    environ = {"SSLKEYLOGFILE": "keys", "QT_PLUGIN_PATH": "evil", "QT_QPA_PLATFORM": "xcb", "PYTHONPATH": "src"}
    guard.clean(environ, is_packaged=False)
    assert environ == {"QT_QPA_PLATFORM": "xcb", "PYTHONPATH": "src"}
    environ |= {"OPENSSL_CONF": "evil", "QT_LOGGING_RULES": "*=true"}
    guard.clean(environ, is_packaged=True)
    assert environ == {"QT_QPA_PLATFORM": "xcb"}


@pytest.mark.parametrize(("named", "kept"), [
    ("vnc", None), ("VNC:size=800x600", None), ("wayland; vnc", None), ("wayland;xcb", "wayland;xcb"), ("offscreen", "offscreen"),
])  # fmt: skip
def test_screen_that_anyone_on_the_network_may_look_at_is_not_opened(named: str, kept: str | None) -> None:
    environ = {"QT_QPA_PLATFORM": named}
    guard.clean(environ, is_packaged=False)
    assert environ.get("QT_QPA_PLATFORM") == kept


def _hardened() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", HARDENED], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


if sys.platform != "win32":

    def test_a_crash_leaves_no_core() -> None:
        crash = "import os, signal; from desktop import guard; guard.harden(); os.kill(os.getpid(), signal.SIGSEGV)"
        pid = os.posix_spawn(sys.executable, [sys.executable, "-c", crash], {**os.environ, "PYTHONPATH": str(ROOT)})
        _, status = os.waitpid(pid, 0)
        assert os.WIFSIGNALED(status)
        assert not os.WCOREDUMP(status)


if sys.platform.startswith("linux"):

    def test_memory_is_closed_to_other_processes_of_the_same_person() -> None:
        with _hardened() as child:
            assert child.stdout is not None
            assert child.stdout.readline() == b"True\n"
            memory = Path(f"/proc/{child.pid}/mem")
            # Root reads everything by right; for everyone else the kernel must say no.
            may_read = os.access(memory, os.R_OK)
            assert may_read == (os.geteuid() == 0)
            child.communicate()

    def test_what_is_free_inside_the_heap_goes_back_to_the_system() -> None:
        # In a process of its own: the heap of the tests' is in other pieces each time. The last block stands on the free ones.
        said = (
            "from pathlib import Path\n"
            "from desktop import guard\n"
            "guard.use_one_arena()\n"
            "def held(): return int(Path('/proc/self/statm').read_text().split()[1]) * 4096 // 2**20\n"
            "blocks = [bytes(4_000) for _ in range(10_000)]; last = bytes(4_000)\n"
            "del blocks; kept = held(); guard.give_back_heap(); print(kept - held())\n"
        )
        freed = subprocess.run([sys.executable, "-c", said], cwd=ROOT, capture_output=True, check=True, encoding="utf-8")
        assert int(freed.stdout) > 20
