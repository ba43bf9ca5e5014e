"""The rules about what a person reads: both catalogues whole, the product's own words, no shouting.

Owns the checks of resources/i18n and of the keys that the program asks for. The taste behind them is the design's.
"""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from typing import Any, Final

FORMS: Final = {"ru": {"one", "few", "many"}, "en": {"one", "other"}}

# Words of the machine room. A person reads "exchange with the portal", "waits to be sent", "needs a decision".
BANNED: Final = {
    "ru": re.compile(r"синхрониз|(?<!\w)кэш|(?<!\w)кеш|очеред|(?<!\w)сервер|конфликт|о[ф]{1,2}лайн|токен|пожалуйста|ошибка 4\d\d",
                     re.IGNORECASE),
    "en": re.compile(r"\bsynchroni[sz]|\bcach(e|ed|ing)\b|\bserver\b|\bconflict|\boffline\b|\bplease\b|\berror 4\d\d|'", re.IGNORECASE),
}

Catalogue = dict[str, Any]


def texts(value: object) -> Iterator[str]:
    """Yield every text of an entry: itself, or each of its plural forms."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for text in value.values() if isinstance(text, str))


def places(value: object) -> set[str]:
    """Return the names in braces of an entry, those of all its plural forms together."""
    return {name for text in texts(value) for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def differences(area: str, ru: Catalogue, en: Catalogue) -> list[str]:
    """Return how the two languages of an area differ in keys, in kind or in what they put in."""
    found = [f"{area}.{key}: only in one language" for key in sorted(ru.keys() ^ en.keys())]
    for key in sorted(ru.keys() & en.keys()):
        if isinstance(ru[key], dict) != isinstance(en[key], dict):
            found.append(f"{area}.{key}: counts in one language only")
        if places(ru[key]) != places(en[key]):
            found.append(f"{area}.{key}: {sorted(places(ru[key]))} is not {sorted(places(en[key]))}")
    return found


def wrong_forms(lang: str, area: str, catalogue: Catalogue) -> list[str]:
    """Return entries that are neither a text nor exactly the plural forms of the language."""
    return [
        f"{lang} {area}.{key}: {value!r}"
        for key, value in catalogue.items()
        if not (isinstance(value, str) and value)
        and not (isinstance(value, dict) and set(value) == FORMS[lang] and all(isinstance(t, str) and t for t in value.values()))
    ]


def wrong_words(lang: str, area: str, catalogue: Catalogue) -> list[str]:
    """Return texts that shout, beg or speak of the machine room."""
    found = []
    for key, value in catalogue.items():
        for text in texts(value):
            banned = BANNED[lang].search(text)
            if banned or "!" in text:
                found.append(f"{lang} {area}.{key}: {banned.group() if banned else '!'} in {text!r}")
    return found


def asked_keys(source: str) -> Iterator[tuple[int, str]]:
    """Yield (line, key) of every whole key that is given to `tr` as it stands."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args and ast.unparse(node.func).rpartition(".")[2] == "tr":
            for key in _constants(node.args[0]):
                yield node.lineno, key


def _constants(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _constants(node.body)
        yield from _constants(node.orelse)


def unasked(catalogues: dict[str, Catalogue], source: str) -> list[str]:
    """Return the keys that no text of the source names, whole or as what an f-string may come to."""
    named: dict[str, set[str]] = {}
    for _, area, rest in re.findall(r"""(["'])([a-z_]+)\.((?:(?!\1)[^\n])+)\1""", source):
        named.setdefault(area, set()).add(rest)
    found = []
    for area, catalogue in catalogues.items():
        asked = named.get(area, set())
        made = [re.sub(r"\\\{.*?\\\}", ".+", re.escape(rest)) for rest in asked if "{" in rest]
        shapes = re.compile("|".join(made) or "(?!)")
        found += [f"{area}.{key}" for key in catalogue if key not in asked and not shapes.fullmatch(key)]
    return found
