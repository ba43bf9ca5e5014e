"""Replace this process with a fresh one: the only way to leave nothing of the record in memory.

Where the system can exec, the process keeps its id; on Windows a new one is started and this one ends. Arguments carry a
place in the window, never a word of the record.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Sequence
from typing import NoReturn


def command(arguments: Sequence[str]) -> list[str]:
    """Return the command line that starts the program again with `arguments`."""
    if getattr(sys, "frozen", False):
        return [sys.executable, *arguments]
    return [sys.executable, "-m", "desktop", *arguments]


def replace(arguments: Sequence[str]) -> NoReturn:
    """Become a fresh process on the lock page; where the system starts none, end."""
    words = command(arguments)
    try:
        # Read here: the lock page is shown before what leaves the vault is needed.
        from desktop.session import files

        files.abandon()
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                with contextlib.suppress(OSError, ValueError):
                    stream.flush()
        if os.name == "nt":
            import subprocess

            subprocess.Popen(words, close_fds=True)
            os._exit(0)
        # The example's portal runs in a thread: what it would say of its files being closed concerns nobody.
        threading.excepthook = lambda _what: None
        os.closerange(3, 4096)
        os.execv(words[0], words)
    finally:
        # The program was moved or taken away meanwhile: no reason to stay with the record in memory.
        os._exit(1)
