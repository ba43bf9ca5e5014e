"""The look in force: role colours, fonts, motion, and the one style sheet built from them.

Colours exist nowhere else in views: a painter takes `theme.colour("accent")`, a page names a role.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEasingCurve, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette, QPen
from PySide6.QtWidgets import QApplication

from desktop import preferences
from desktop.views.scale import Scale, tokens

NAMES: Final = preferences.THEMES
SYSTEM: Final = preferences.SYSTEM
STYLE: Final = "Fusion"
_RESOURCES: Final = Path(__file__).resolve().parents[2] / "resources"


@dataclass(frozen=True, slots=True)
class Theme:
    """One of the four looks."""

    name: str

    @property
    def contrast(self) -> bool:
        """Say whether borders are 2 px and tints, rosettes and tilted stamps are left out."""
        return self.name.startswith("contrast")

    @property
    def dark(self) -> bool:
        """Say whether the ground is dark."""
        return self.name in ("dark", "contrastDark")

    def role(self, role: str) -> str:
        """Return the colour of `role` as a hexadecimal string. *Raises* KeyError for an unknown role."""
        value: str = tokens()["colour"][self.name]["roles"][role]
        return value

    def colour(self, role: str, opacity: float = 1.0) -> QColor:
        """Return the colour of `role`. One for all who ask: to change it, copy it."""
        return _colour(self.name, role, opacity)


@lru_cache(maxsize=256)
def _colour(theme: str, role: str, opacity: float) -> QColor:
    made = QColor(Theme(theme).role(role))
    made.setAlphaF(opacity)
    return made


class _Voice(QObject):
    changed = Signal()


_voice = _Voice()
changed = _voice.changed


@dataclass(slots=True)
class _Look:
    theme: Theme = field(default_factory=lambda: Theme("light"))
    scale: Scale = field(default_factory=Scale)
    reduce_motion: bool = False
    follows_system: bool = False
    fonts_loaded: bool = False
    is_worn: bool = False
    """Whether the application has been dressed in it."""


_look = _Look()


def current() -> Theme:
    """Return the theme in force."""
    return _look.theme


def scale() -> Scale:
    """Return the scale in force."""
    return _look.scale


def px(design_px: float) -> int:
    """Return a length of the drawing in pixels of the scale in force."""
    return _look.scale.px(design_px)


def space(name: str) -> int:
    """Return the gap called `name` in pixels of the scale in force."""
    return _look.scale.space(name)


def colour(role: str, opacity: float = 1.0) -> QColor:
    """Return the colour of `role` in the theme in force."""
    return _look.theme.colour(role, opacity)


def border_px() -> int:
    """Return the width of a card's or a control's border: 1, or 2 in the contrast themes."""
    stroke = tokens()["stroke"]
    return int(stroke["contrast"] if _look.theme.contrast else stroke["hairline"])


def chosen_px() -> int:
    """Return the width of the edge round what is chosen among its like: always more than the others have."""
    return 2 * border_px()


def chosen_tones() -> tuple[str, str]:
    """Return the roles of the ground and of the words of what is chosen: a tint, or inverted in the themes without tints."""
    return ("accent", "onAccent") if _look.theme.contrast else ("accentTint", "accent")


def edge_pen() -> QPen:
    """Return the pen of a card's edge."""
    return QPen(colour("line"), border_px())


def person_role(hue: int) -> str:
    """Return the fill role of a person's hue, counted from 1; the seventh person reuses the first."""
    return f"person{(max(hue, 1) - 1) % 6 + 1}"


def spine_role(hue: int | None) -> str:
    """Return the spine's role of a person's hue, or the neutral one when no record is open."""
    return "control" if hue is None else f"spine{(max(hue, 1) - 1) % 6 + 1}"


def font(style: str = "body", *, weight: int | None = None, tnum: bool = False, size_px: float | None = None) -> QFont:
    """Return a font of the type scale; `size_px` is a length of the drawing and overrides the step's size."""
    return QFont(_font(_look.scale, style, weight, tnum, size_px))


@lru_cache(maxsize=256)
def _font(scale: Scale, style: str, weight: int | None, tnum: bool, size_px: float | None) -> QFont:
    step = scale.type(style)
    family = tokens()["type"]
    made = QFont([family["family"], *family["fallback"]])
    made.setPixelSize(step.size_px if size_px is None else scale.px(size_px))
    made.setWeight(QFont.Weight(step.weight if weight is None else weight))
    if step.spacing_px and size_px is None:
        made.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, step.spacing_px)
    if tnum:
        made.setFeature(QFont.Tag("tnum"), 1)
    return made


def duration_ms(name: str) -> int:
    """Return a motion duration: fast 120, normal 200, slow 320, stamp 240; 0 for all when motion is reduced."""
    return 0 if _look.reduce_motion else int(tokens()["motion"][name])


def easing() -> QEasingCurve:
    """Return the one easing curve of the product."""
    return QEasingCurve(QEasingCurve.Type.OutCubic)


def named(name: str) -> Theme:
    """Return the theme called `name`. *Raises* ValueError for a name we do not have."""
    if name not in NAMES:
        raise ValueError(name)
    return Theme(name)


def of_system(app: QApplication) -> Theme:
    """Return the theme that the operating system asks for, contrast included where Qt can tell."""
    hints = app.styleHints()
    dark = hints.colorScheme() == Qt.ColorScheme.Dark
    accessibility = getattr(hints, "accessibility", None)
    wants_contrast = False
    if accessibility is not None:
        wants_contrast = accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast
    if wants_contrast:
        return Theme("contrastDark" if dark else "contrastLight")
    return Theme("dark" if dark else "light")


def apply(
    app: QApplication,
    theme: Theme | str = SYSTEM,
    scale: Scale | None = None,
    *,
    reduce_motion: bool | None = None,
) -> None:
    """Put a theme (or its name, or "system") and a scale in force everywhere; what is not given stays as it was.

    Where all of it is in force already nobody is told: a style sheet put on anew costs as much as the first time.
    """
    was = (_look.theme, _look.scale, _look.reduce_motion) if _look.is_worn else None
    if not _look.fonts_loaded:
        for path in sorted((_RESOURCES / "fonts").glob("*.ttf")):
            QFontDatabase.addApplicationFont(str(path))
        app.styleHints().colorSchemeChanged.connect(_system_changed)
        _look.fonts_loaded = True
    if app.property("medkartaStyle") is None:
        app.setStyle(STYLE)
        style_is_set(app)
    _look.follows_system = theme == SYSTEM
    if isinstance(theme, str):
        theme = of_system(app) if theme == SYSTEM else named(theme)
    _look.theme = theme
    if scale is not None:
        _look.scale = scale
    if reduce_motion is not None:
        _look.reduce_motion = reduce_motion
    if (_look.theme, _look.scale, _look.reduce_motion) == was:
        return
    with _no_collection():
        app.setPalette(_palette(theme))
        app.setFont(font())
        app.setStyleSheet(style_sheet())
        _look.is_worn = True
        changed.emit()


def style_is_set(app: QApplication) -> None:
    """Note that the application draws in our style already."""
    app.setProperty("medkartaStyle", True)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep Python from collecting cycles: Qt walks a list of all widgets here, and one deleted on the way is a crash."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _system_changed() -> None:
    app = QApplication.instance()
    if _look.follows_system and isinstance(app, QApplication):
        apply(app, SYSTEM)


@cache
def _template() -> str:
    return (_RESOURCES / "styles" / "app.qss").read_text("utf-8")


def style_sheet() -> str:
    """Return the style sheet of the look in force.

    In the template `$ink` is a role, `$px(12)` a scaled length, `$box(44)` and `$thick(44)` the same less a border or
    2 px on both sides, `$control` the button's inner height, `$control_line` the role called control, `$border` the
    border's width. Themes without tints need three more: `$disabled` is the line round what cannot be pressed,
    `$untinted` the edge of what a tint sets apart, `$chosen` and `$on_chosen` ground and words of what is chosen.
    """
    edge = border_px()
    look = _look

    def value(match: re.Match[str]) -> str:
        word, number = match.group(1), match.group(2)
        if word == "px":
            return f"{look.scale.px(float(number))}px"
        if word == "box":
            return f"{look.scale.px(float(number)) - 2 * edge}px"
        if word == "thick":
            return f"{look.scale.px(float(number)) - 4}px"
        if word == "control":
            return f"{look.scale.control() - 2 * edge}px"
        if word == "border":
            return f"{edge}px"
        if word in ("chosen", "on_chosen"):
            return look.theme.role(chosen_tones()[word == "on_chosen"])
        if word == "disabled":
            return "dashed" if look.theme.contrast else "solid"
        if word == "untinted":
            return f"{edge}px solid {look.theme.role('line')}" if look.theme.contrast else "0"
        return look.theme.role("control" if word == "control_line" else word)

    return re.sub(r"\$(\w+)(?:\(([\d.]+)\))?", value, re.sub(r"/\*.*?\*/", "", _template(), flags=re.DOTALL))


def _palette(theme: Theme) -> QPalette:
    role = QPalette.ColorRole
    pairs = (
        (role.Window, "sheet"), (role.WindowText, "ink"), (role.Base, "card"), (role.AlternateBase, "sunken"),
        (role.Text, "ink"), (role.Button, "card"), (role.ButtonText, "ink"), (role.BrightText, "onAccent"),
        (role.Highlight, "accent"), (role.HighlightedText, "onAccent"), (role.PlaceholderText, "ink3"),
        (role.ToolTipBase, "ink"), (role.ToolTipText, "card"), (role.Link, "accent"), (role.LinkVisited, "accent"),
        (role.Light, "card"), (role.Midlight, "line"), (role.Mid, "control"), (role.Dark, "control"),
        (role.Shadow, "shade"), (role.Accent, "accent"),
    )  # fmt: skip
    made = QPalette()
    for qt_role, name in pairs:
        made.setColor(qt_role, theme.colour(name))
    for qt_role in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, qt_role, theme.colour("ink3"))
    return made
