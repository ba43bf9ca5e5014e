"""Errors in words for the terminal: what happened, what is safe, what to do."""

from __future__ import annotations

from desktop.errors import KnownError
from desktop.words import has, tr


def error(known: KnownError) -> str:
    """Return the words of an error's code; a code without words of its own speaks for its kind."""
    keys = [f"errors.{known.code.replace('.', '_')}"]
    keys += [f"errors.{kind.__name__}" for kind in type(known).__mro__ if issubclass(kind, KnownError)]
    facts = {name: _short(value) for name, value in known.facts.items() if isinstance(value, str | int | float)}
    for key in keys:
        if has(key):
            try:
                return tr(key, **facts) if facts else tr(key)
            except (KeyError, IndexError):
                continue
    return tr("errors.KnownError")


def _short(value: str | int | float) -> object:
    return round(value) if isinstance(value, float) else value
