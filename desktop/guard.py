"""The start-up guard: what must hold before anything of the record is in memory.

Owns the refusal of a Qt that breaks on this Python, the hardening of the process against its own environment and its
neighbours, and how the C library keeps its heap. Called first from __main__ and from the PDF worker. Deliberately
imports no Qt: it decides whether Qt may load.
"""

from __future__ import annotations

import ctypes
import os
import re
import sys
from collections.abc import MutableMapping
from importlib.util import find_spec
from typing import Final

from desktop.errors import UsageError

_QT_FOLDER: Final = re.compile(r"pyside6_essentials-(\d+)\.(\d+)[^/]*\.dist-info")
_PR_GET_DUMPABLE: Final = 3
_PR_SET_DUMPABLE: Final = 4
_M_ARENA_MAX: Final = -8
_SEM_FAIL_CRITICAL_ERRORS: Final = 0x0001
_SEM_NO_FAULT_BOX: Final = 0x0002

# Each of these makes Qt load code or files that the program did not bring.
_QT_INJECTION: Final = (
    "QT_PLUGIN_PATH", "QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_PLATFORMTHEME", "QT_STYLE_OVERRIDE",
    "QT_QPA_GENERIC_PLUGINS", "QT_LOGGING_CONF", "QT_IM_MODULES", "QML_IMPORT_PATH", "QML2_IMPORT_PATH", "QTPDF_IMPORT_PATH",
)
# The same for OpenSSL, and what would make Qt write down every key that is pressed: useful to whoever works on the program.
_NOT_IN_A_PACKAGE: Final = ("OPENSSL_CONF", "OPENSSL_MODULES", "OPENSSL_ENGINES", "QT_LOGGING_RULES")
_SEEN_BY_ALL: Final = frozenset({"vnc", "webgl"})
"""Screens of Qt that it serves to the network, without a password."""


def harden(environ: MutableMapping[str, str] | None = None) -> None:
    """Refuse a broken Qt, clean the environment and close the process to its neighbours.

    *Raises* UsageError "guard.bad_qt" for PySide6 6.12 or newer on CPython 3.11.
    To be called again after every replacement of the process: an exec makes it dumpable anew.
    """
    refuse_bad_pair(sys.version_info[:2], qt_version())
    clean(os.environ if environ is None else environ, is_packaged=is_packaged())
    no_core_dumps()
    hide_memory()
    use_one_arena()


def refuse_bad_pair(python: tuple[int, int], qt: tuple[int, int] | None) -> None:
    """*Raises* UsageError for the pair that loses references to None and dies after some thousands of calls.

    *Source*: docs/decisions/0003, tests/test_guard.py.
    """
    if qt is not None and python < (3, 12) and qt >= (6, 12):
        raise UsageError("guard.bad_qt", python=".".join(map(str, python)), qt=".".join(map(str, qt)))


def qt_version() -> tuple[int, int] | None:
    """Return (major, minor) of the installed PySide6 without importing it; None in a package without metadata."""
    # The folder's name says it: importlib.metadata would take longer to load than the lock page to paint.
    found = find_spec("PySide6")
    if found is None or not found.origin:
        return None
    for name in os.listdir(os.path.dirname(os.path.dirname(found.origin))):
        match = _QT_FOLDER.fullmatch(name.lower())
        if match is not None:
            return int(match[1]), int(match[2])
    return None


def is_packaged() -> bool:
    """Say whether this is the installed program, not a working copy."""
    return bool(getattr(sys, "frozen", False))


def clean(environ: MutableMapping[str, str], *, is_packaged: bool) -> None:
    """Take out the variables that would write TLS keys to a file, show the window to others or bring foreign code into the process."""
    environ.pop("SSLKEYLOGFILE", None)
    for name in _QT_INJECTION:
        environ.pop(name, None)
    if any(one.partition(":")[0].strip().lower() in _SEEN_BY_ALL for one in environ.get("QT_QPA_PLATFORM", "").split(";")):
        del environ["QT_QPA_PLATFORM"]
    if is_packaged:
        for name in [name for name in environ if name.startswith("PYTHON") or name in _NOT_IN_A_PACKAGE]:
            del environ[name]


def no_core_dumps() -> None:
    """Make a crash leave no picture of the memory on disk."""
    if sys.platform == "win32":
        ctypes.windll.kernel32.SetErrorMode(_SEM_FAIL_CRITICAL_ERRORS | _SEM_NO_FAULT_BOX)
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def hide_memory() -> None:
    """Close the memory to other processes of the same person, where the system can (Linux).

    LIMIT: Windows and macOS have no such switch for an unsigned program; SECURITY.md says so to people.
    """
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def use_one_arena() -> None:
    """Let all threads share one heap where the C library gives each its own (glibc): a tenth less memory."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform.startswith("linux") else None
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 1)


def give_back_heap() -> None:
    """Return what lies free inside the heap to the system, where the C library keeps it for later (glibc)."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform.startswith("linux") else None
    if trim is not None:
        trim(0)


def is_memory_hidden() -> bool:
    """Say whether other processes of the same person are kept from reading this one's memory."""
    if not sys.platform.startswith("linux"):
        return False
    return bool(ctypes.CDLL(None).prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0) == 0)
