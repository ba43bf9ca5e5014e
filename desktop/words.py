"""The catalogue of everything a person reads, Russian and English, without Qt: the command line uses it too.

Texts live in resources/i18n/<lang>/<area>.json; the key is "<area>.<name>". A text that depends on a number is an object
with CLDR plural categories (Russian one/few/many, English one/other) and receives the number as {n}.
Names of people are never inflected: templates put them after a colon.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Final

LANGUAGES: Final = ("ru", "en")
_ROOT: Final = Path(__file__).resolve().parent.parent / "resources" / "i18n"
_language = "ru"


def set_language(language: str) -> None:
    """Choose the language of every later `tr`. *Raises* ValueError for one we do not have."""
    global _language
    if language not in LANGUAGES:
        raise ValueError(language)
    _language = language


def language() -> str:
    """Return the language in use, "ru" or "en"."""
    return _language


@cache
def _area(lang: str, area: str) -> dict[str, str | dict[str, str]]:
    path = _ROOT / lang / f"{area}.json"
    loaded: dict[str, str | dict[str, str]] = json.loads(path.read_text("utf-8"))
    return loaded


def plural_category(lang: str, n: int) -> str:
    """Return the CLDR plural category of a whole number. *Source*: CLDR plural rules, cardinal, ru and en."""
    n = abs(n)
    if lang == "en":
        return "one" if n == 1 else "other"
    if n % 10 == 1 and n % 100 != 11:
        return "one"
    if n % 10 in (2, 3, 4) and n % 100 not in (12, 13, 14):
        return "few"
    return "many"


def tr(key: str, n: int | None = None, /, **facts: object) -> str:
    """Return the text of `key` in the language in use, with `facts` (and `n`) put in.

    *Raises* KeyError for a key that the catalogue lacks: a missing text is our bug and must be loud in tests.
    """
    return tr_in(_language, key, n, **facts)


def tr_in(lang: str, key: str, n: int | None = None, /, **facts: object) -> str:
    """Return the text of `key` in a named language: for pages whose reader is not the person at this window."""
    area, _, name = key.partition(".")
    text = _area(lang, area)[name]
    if isinstance(text, dict):
        text = text[plural_category(lang, 0 if n is None else n)]
    if n is not None:
        facts["n"] = thin(n)
    return text.format(**facts) if facts else text


def has(key: str) -> bool:
    """Say whether the catalogue has `key`."""
    area, _, name = key.partition(".")
    try:
        return name in _area(_language, area)
    except FileNotFoundError:
        return False


def thin(n: int) -> str:
    """Write a whole number with thin spaces between thousands, from five digits on."""
    return f"{n:,}".replace(",", "\u202f") if abs(n) >= 10_000 else str(n)
