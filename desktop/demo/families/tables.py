"""Read the demo's tables from resources/demo: laboratory, clinics, doctors, texts.

Owns only the reading; each file says its own source.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def table(name: str) -> Any:
    """Read `resources/demo/<name>.json` once."""
    return json.loads((files("resources") / "demo" / f"{name}.json").read_text(encoding="utf-8"))


@cache
def analytes() -> dict[str, dict[str, Any]]:
    """Give the laboratory table by key."""
    return {row["key"]: row for row in table("laboratory")["analytes"]}


@cache
def specialties() -> dict[str, dict[str, Any]]:
    """Give the specialties by key."""
    return {row["key"]: row for row in table("specialties")["specialties"]}
