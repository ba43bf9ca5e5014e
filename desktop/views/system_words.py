"""The words of Qt's own windows in the language of the program: the print preview everywhere, files and printers where the system has no
windows of its own. Does not own: our texts (words.py).
"""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QTranslator

from desktop.words import language


@cache
def _russian() -> QTranslator:
    made = QTranslator()
    made.load("qtbase_ru", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    return made


def put_words() -> None:
    """Let Qt speak the language in use; its own is English."""
    if language() == "ru":
        QCoreApplication.installTranslator(_russian())
    else:
        QCoreApplication.removeTranslator(_russian())
