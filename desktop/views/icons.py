"""The 96 icons of the product, painted in a role's colour and kept by (name, size, colour, pixel ratio)."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from desktop.views import theme

_FOLDER: Final = Path(__file__).resolve().parents[2] / "resources" / "icons"
_SAID_BY_BUTTON: Final = 6  # QPushButton leaves 4 px after its icon; with 6 of our own the gap is the drawing's 10.


@cache
def _source(name: str) -> str:
    return (_FOLDER / f"{name}.svg").read_text("utf-8")


@lru_cache(maxsize=1_024)
def _drawn(name: str, size_px: int, colour: str, ratio: float, pad_px: int, *, is_after: bool = False) -> QPixmap:
    renderer = QSvgRenderer(QByteArray(_source(name).replace("currentColor", colour).encode()))
    made = QPixmap(QSize(round((size_px + pad_px) * ratio), round(size_px * ratio)))
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    renderer.render(painter, QRectF(pad_px * ratio if is_after else 0, 0, size_px * ratio, size_px * ratio))
    painter.end()
    made.setDevicePixelRatio(ratio)
    return made


def _ratio() -> float:
    app = QGuiApplication.instance()
    return app.devicePixelRatio() if isinstance(app, QGuiApplication) else 1.0


def _hex(tone: str | QColor) -> str:
    return tone.name() if isinstance(tone, QColor) else theme.current().role(tone)


def pixmap(name: str, tone: str | QColor = "ink", size_px: float = 24, *, ratio: float | None = None) -> QPixmap:
    """Return an icon in the colour of role `tone`; `size_px` is a length of the drawing and is scaled.

    *Raises* FileNotFoundError for a name that resources/icons lacks.
    """
    return _drawn(name, theme.px(size_px), _hex(tone), ratio or _ratio(), 0)


def icon(name: str, tone: str | QColor = "ink", size_px: float = 24, *, off_tone: str = "ink3") -> QIcon:
    """Return the same as a QIcon with a disabled state."""
    made = QIcon(pixmap(name, tone, size_px))
    made.addPixmap(pixmap(name, off_tone, size_px), QIcon.Mode.Disabled)
    return made


def for_button(name: str, tone: str, size_px: float = 20, *, off_tone: str = "ink3", is_after: bool = False) -> tuple[QIcon, QSize]:
    """Return an icon padded towards the word for QPushButton, whose own gap is too small, and its size."""
    side, pad = theme.px(size_px), theme.px(_SAID_BY_BUTTON)
    made = QIcon(_drawn(name, side, _hex(tone), _ratio(), pad, is_after=is_after))
    made.addPixmap(_drawn(name, side, _hex(off_tone), _ratio(), pad, is_after=is_after), QIcon.Mode.Disabled)
    return made, QSize(side + pad, side)


def names() -> tuple[str, ...]:
    """Return the names of all icons."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.svg")))
