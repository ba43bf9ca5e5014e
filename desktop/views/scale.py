"""Turns the design tokens of type, size and space into pixels at the text size the person chose. Owns no colour."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

FACTORS: Final = (1.0, 1.25, 1.5)
KIOSK_FACTOR: Final = 2.0
_TOKENS: Final = Path(__file__).resolve().parents[2] / "resources" / "styles" / "tokens.json"


@cache
def tokens() -> dict[str, Any]:
    """Return the design tokens as read from resources/styles/tokens.json."""
    loaded: dict[str, Any] = json.loads(_TOKENS.read_text("utf-8"))
    return loaded


@dataclass(frozen=True, slots=True)
class TypeStyle:
    """One step of the type scale, already in pixels of the current factor."""

    size_px: int
    line_px: int
    weight: int
    spacing_px: float


@dataclass(frozen=True, slots=True)
class Scale:
    """The factor on every token of type, size and space: 1.0, 1.25, 1.5 on the desktop, 2.0 in the kiosk."""

    factor: float = 1.0

    @property
    def large(self) -> bool:
        """Say whether the page is to be laid out in one column (DESIGN.md §3)."""
        return self.factor >= 1.25

    def px(self, design_px: float) -> int:
        """Return `design_px`, a length of the drawing at factor 1, in pixels."""
        return round(design_px * self.factor)

    def real(self, design_px: float) -> float:
        """Return `design_px` scaled and not rounded, for painters."""
        return design_px * self.factor

    def space(self, name: str) -> int:
        """Return a gap: xxs 4, xs 8, s 12, m 16, l 24, xl 32, xxl 40, xxxl 56."""
        return self.px(tokens()["space"][name])

    def radius(self, name: str) -> int:
        """Return a corner radius: chip 6, control 10, card 16, sheet 20."""
        return self.px(tokens()["radius"][name])

    def size(self, name: str) -> int:
        """Return a fixed size: sidebar, spine, topbar, content, gutter, nav, row, iconSmall, icon, iconLarge."""
        sizes = tokens()["size"]
        icon = {"iconSmall": "small", "icon": "normal", "iconLarge": "large"}.get(name)
        return self.px(sizes["icon"][icon] if icon else sizes[name])

    def control(self) -> int:
        """Return the height of a button: 44, never under the 56 that large text asks for."""
        targets = tokens()["size"]["target"]
        return max(self.px(targets["desktop"]), targets["large"] if self.large else 0)

    def type(self, style: str) -> TypeStyle:
        """Return a step of the type scale: caption, label, body, bodyStrong, lead, h3, h2, h1, display, mega."""
        return _type(self, style)


@cache
def _type(scale: Scale, style: str) -> TypeStyle:
    kind = tokens()["type"]
    step = kind["scale"][style]
    return TypeStyle(
        size_px=scale.px(step["size"]),
        line_px=scale.px(step["line"]),
        weight=step["weight"],
        spacing_px=scale.real(kind["letterSpacing"].get(style, 0)),
    )
