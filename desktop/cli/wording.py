"""Errors in words for the terminal: what happened, what is safe, what to do; what argparse says, in the person's language."""

from __future__ import annotations

import re
from typing import Final

from desktop.errors import KnownError
from desktop.words import has, tr

# argparse offers no other way to its words than to know them; what is not known here is shown as it came.
_ARGPARSE: Final = (
    (re.compile(r"argument (?P<name>.+?): invalid choice: (?P<value>.+) \(choose from (?P<choices>.+)\)"), "choice"),
    (re.compile(r"argument (?P<name>.+?): expected (?:at least )?(?:one|\d+) arguments?"), "value_missing"),
    (re.compile(r"argument (?P<name>.+?): ignored explicit argument (?P<value>.+)"), "no_value"),
    (re.compile(r"argument (?P<name>.+?): invalid \w+ value: (?P<value>.+)"), "bad_value"),
    (re.compile(r"argument (?P<name>.+?): (?P<reason>.+)"), "bad"),
    (re.compile(r"the following arguments are required: (?P<names>.+)"), "missing"),
    (re.compile(r"unrecognized arguments: (?P<names>.+)", re.DOTALL), "unknown"),
)


def usage(message: str) -> str:
    """Return what argparse has against a command, in the person's language."""
    for shape, key in _ARGPARSE:
        if (found := shape.fullmatch(message)) is not None:
            return tr(f"cli.usage_{key}", **{name: said.replace("'", "") for name, said in found.groupdict().items()})
    return message


def error(known: KnownError) -> str:
    """Return the words of an error's code, and of why where it says; a code without words of its own speaks for its kind."""
    keys = [f"errors.{known.code.replace('.', '_')}"]
    if "why" in known.facts:
        keys.insert(0, f"{keys[0]}_{known.facts['why']}")
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
