"""What the lock page needs to know before anything is decrypted: language, look, window place. A plain file beside the vault.

It never holds anything of the record: no names, no numbers, not even how many people there are.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Final

_NAME: Final = "preferences.json"
_MOST_BYTES: Final = 16 * 1024
_FARTHEST_PX: Final = 1_000_000
THEMES: Final = ("light", "dark", "contrastLight", "contrastDark")
SYSTEM: Final = "system"
"""The theme that the system asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """The person's choices about the window. `idle_limit_s` 0 means the profile's own limit."""

    language: str = "ru"
    theme: str = SYSTEM
    text_scale: float = 1.0
    reduce_motion: bool = False
    is_simple: bool = False
    idle_limit_s: int = 0
    section: str = "home"
    checked_at: str = ""
    geometry: tuple[int, int, int, int] | None = None
    is_maximized: bool = False


def load(folder: Path) -> Preferences:
    """Read the preferences of `folder`; what is missing, wrong or strange is the default."""
    try:
        data = (folder / _NAME).read_bytes()
        found: Any = json.loads(data) if len(data) <= _MOST_BYTES else {}
    except (OSError, ValueError, RecursionError):
        found = {}
    return _kept(found if isinstance(found, dict) else {})


def _kept(found: dict[str, Any]) -> Preferences:
    sound: dict[str, Any] = {}
    default = Preferences()
    for field in fields(Preferences):
        value, usual = found.get(field.name), getattr(default, field.name)
        if field.name == "geometry":
            is_place = isinstance(value, list) and len(value) == 4 and all(type(part) is int and abs(part) < _FARTHEST_PX for part in value)
            sound[field.name] = tuple(value) if is_place and value is not None else None
        elif type(value) is type(usual):
            sound[field.name] = value
    made = Preferences(**sound)
    return replace(
        made,
        language=made.language if made.language in ("ru", "en") else default.language,
        theme=made.theme if made.theme in (SYSTEM, *THEMES) else default.theme,
        text_scale=min(1.5, max(1.0, made.text_scale)),
        idle_limit_s=made.idle_limit_s if 0 <= made.idle_limit_s <= 24 * 3600 else 0,
    )


def save(folder: Path, preferences: Preferences) -> None:
    """Write the preferences as one file, replaced whole; a disk that refuses is no reason to stop."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = folder / f"{_NAME}.part"
        part.write_text(json.dumps(asdict(preferences)), encoding="utf-8")
        part.chmod(0o600)
        os.replace(part, folder / _NAME)
    except OSError:
        return
