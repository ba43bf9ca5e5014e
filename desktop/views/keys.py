"""The keyboard map of the window, the same in every layout: a shortcut is a place on the keyboard, not a letter.

On a Russian layout Ctrl with the K key arrives as Ctrl+Л: each letter is bound together with the Cyrillic letter of its
key. On macOS Qt turns Ctrl into ⌘ by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from desktop.words import tr

_SAME_KEY: Final = dict(zip("QWERTYUIOPASDFGHJKLZXCVBNM", "ЙЦУКЕНГШЩЗФЫВАПРОЛДЯЧСМИТЬ", strict=True))

MAP: Final = {
    "search": ("Ctrl+K",),
    "book": ("Ctrl+N",),
    "exchange": ("F5",),
    "lock": ("Ctrl+L",),
    "print": ("Ctrl+P",),
    "save": ("Ctrl+S",),
    "filter": ("Ctrl+F",),
    "copy": ("Ctrl+C",),
    "larger": ("Ctrl+=", "Ctrl++"),
    "smaller": ("Ctrl+-",),
    "normal_size": ("Ctrl+0",),
    "back": ("Alt+Left", "Esc"),
    "next_region": ("F6",),
    "previous_region": ("Shift+F6",),
    "help": ("F1",),
    **{f"person_{n}": (f"Ctrl+{n}",) for n in range(1, 10)},
}
"""Every command of DESIGN.md §10; «previous» Shift+F10 is Qt's own context menu key."""


def sequences(command: str) -> list[QKeySequence]:
    """Return the key sequences of `command`, each letter also as the Cyrillic letter of the same key."""
    made = []
    for keys in MAP[command]:
        made.append(QKeySequence(keys))
        head, _, last = keys.rpartition("+")
        if last in _SAME_KEY:
            made.append(QKeySequence(f"{head}+{_SAME_KEY[last]}"))
    return made


def bind(window: QWidget, command: str, act: Callable[[], None]) -> QShortcut:
    """Let `command` run `act` while `window` or anything in it has the focus."""
    shortcut = QShortcut(window)
    shortcut.setKeys(sequences(command))
    shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
    shortcut.setAutoRepeat(command in ("larger", "smaller", "next_region", "previous_region"))
    shortcut.activated.connect(act)
    # Both letters of a key can be reported at once on X11: the map has no two commands on one key, so it is ours.
    shortcut.activatedAmbiguously.connect(act)
    return shortcut


def shown(command: str) -> str:
    """Return the keys of `command` as the system writes them, in the language of the window."""
    return QKeySequence(MAP[command][0]).toString(QKeySequence.SequenceFormat.NativeText).replace("Left", tr("shell.key_left"))
