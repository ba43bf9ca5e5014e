"""The three switches under the pages before the record: large text, contrast, language. They work before any passphrase."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.views import theme
from desktop.views.doors import Gate
from desktop.views.parts import Button
from desktop.words import language, tr

_CONTRAST = {"light": "contrastLight", "contrastLight": "light", "dark": "contrastDark", "contrastDark": "dark",
             "system": "contrastLight"}  # fmt: skip


def look_buttons(gate: Gate, *, with_language: bool = True) -> list[QWidget]:
    """Return the switches; each says what pressing it brings."""
    now = gate.preferences

    def larger() -> None:
        gate.change(text_scale=1.0 if now.text_scale > 1.0 else 1.25)

    def contrast() -> None:
        gate.change(theme=_CONTRAST[now.theme])

    def speak() -> None:
        gate.change(language="en" if language() == "ru" else "ru")

    size = "lock.normal_text" if now.text_scale > 1.0 else "lock.large_text"
    plain = "lock.plain_colours" if now.theme.startswith("contrast") else "lock.contrast"
    made: list[QWidget] = []
    chosen = [(size, "text-size", larger), (plain, "contrast", contrast)]
    chosen += [("lock.language", "globe", speak)] if with_language else []
    for key, icon, act in chosen:
        button = Button(tr(key), role="quietText", icon=icon)
        button.setObjectName(key)
        button.clicked.connect(act)
        button.setProperty("flush", not made)  # The first icon stands under the words above it.
        made.append(button)
    return made


def tall(button: Button) -> None:
    """Make the one button of such a page as large as the drawing has it."""
    inner = theme.px(56) - 2 * theme.border_px()
    button.setStyleSheet(f"QPushButton {{ min-height: {inner}px; padding: 0 {theme.px(32)}px; }}")
    button.set_type("lead")
