"""The regions that a person can choose from at the first run, each with the address of its portal where that is known.

Owns where the list comes from: the packaged one, then the file that an administrator names, then `portals.json` beside the
vault; a later one gives a region its address. Asks no portal; what is wrong in a file is left out and the rest stands.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from desktop import limits

VARIABLE: Final = "MEDKARTA_PORTALS"
_FILE: Final = "portals.json"
_PACKAGED: Final = Path(__file__).resolve().parents[2] / "resources" / _FILE


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A region by its names, and its portal's address: empty where the list has none."""

    ru: str
    en: str
    base_url: str = ""

    def name(self, language: str) -> str:
        """Return the region's name in a language of the program."""
        return self.en if language == "en" else self.ru


def regions(folder: Path | None = None) -> tuple[Region, ...]:
    """Return the regions in the order of their Russian names; `folder` is the vault's."""
    named = os.environ.get(VARIABLE, "")
    files = [_PACKAGED, *([Path(named)] if named else []), *([folder / _FILE] if folder is not None else [])]
    found: dict[str, Region] = {}
    for file in files:
        for one in _read(file):
            before = found.get(folded(one.ru))
            if before is None or one.base_url:
                found[folded(one.ru)] = one
    return tuple(sorted(found.values(), key=lambda one: folded(one.ru)))


def named(text: str, known: Sequence[Region]) -> Region | None:
    """Return the region whose name in either language is written, whatever the case and ё."""
    wanted = folded(text)
    return next((one for one in known if wanted and wanted in (folded(one.ru), folded(one.en))), None)


def folded(text: str) -> str:
    """Return a name as it is compared."""
    return " ".join(text.casefold().replace("ё", "е").split())


def _read(file: Path) -> list[Region]:
    try:
        data = file.read_bytes()
        listed: Any = json.loads(data)["portals"] if len(data) <= limits.PORTALS_FILE_BYTES else []
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return []
    return [made for one in listed if (made := _region(one)) is not None] if isinstance(listed, list) else []


def _region(one: object) -> Region | None:
    if not isinstance(one, dict) or not isinstance(one.get("region"), dict):
        return None
    ru, en, base = one["region"].get("ru"), one["region"].get("en"), one.get("base_url", "")
    if not isinstance(ru, str) or not ru.strip() or not isinstance(base, str):
        return None
    return Region(ru=ru.strip(), en=en.strip() if isinstance(en, str) and en.strip() else ru.strip(), base_url=base.strip())
