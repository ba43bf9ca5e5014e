"""The catalogue of certificates, from resources/domain/certificates.json. Owns no words: which field asks for what belongs to views."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

_FILE: Final = Path(__file__).resolve().parents[2] / "resources" / "domain" / "certificates.json"


@cache
def catalogue() -> tuple[dict[str, Any], ...]:
    """Return every certificate in the order of the catalogue; `key` is what one is called on the wire."""
    return tuple(json.loads(_FILE.read_text("utf-8"))["certificates"])
