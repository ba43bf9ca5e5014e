"""Reading aloud, where the system has a voice. Qt's voice is a part that is not always installed: without it nobody reads.

Owns the seam only. What is read is what a page shows; nothing is written to disk.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.views.parts import PlainLabel
from desktop.words import language

_MODULE = "PySide6.QtTextToSpeech"


class Voice(QObject):
    """The system's voice, or none."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._speech: Any = None

    def _found(self) -> Any:
        if self._speech is None:
            try:
                made = import_module(_MODULE).QTextToSpeech(self)
            except (ImportError, AttributeError):
                return None
            voices = [one for one in made.availableLocales() if one.name()[:2] == language()]
            if not voices:
                return None
            made.setLocale(voices[0])
            self._speech = made
        return self._speech

    def say(self, text: str) -> bool:
        """Read a text; say whether there is a voice for the language in use."""
        speech = self._found()
        if speech is None:
            return False
        speech.say(text)
        return True

    def stop(self) -> None:
        """Fall silent."""
        if self._speech is not None:
            self._speech.stop()


def words_of(page: QWidget) -> str:
    """Return what a page shows, in the order of its widgets."""
    labels = [label for label in page.findChildren(PlainLabel) if label.isVisible() and label.text().strip()]
    return ". ".join(label.text().strip().rstrip(".") for label in labels)
