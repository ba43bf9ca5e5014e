"""The program's own start up to its lock page, as a script for a process of its own."""

from __future__ import annotations

from typing import Final

_START: Final = """
import linecache, os, sys, time
from desktop import app
from desktop.__main__ import main
made = app.application
def application():
    # Not before: the order in which the program imports is part of its start.
    found = made()
    from desktop.views.window import Window
    show = Window.show
    def shown(self):
        show(self); self.front.repaint()
        print({said}, flush=True)
        os._exit(0)
    Window.show = shown
    return found
app.application = application
main(['--data-dir', sys.argv[1]])
"""


def start(said: str) -> str:
    """Return a script that shows the lock page of its first argument, prints what `said` evaluates to there, and ends."""
    return _START.replace("{said}", said)
