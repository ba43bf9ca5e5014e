"""The texts of help in the language in use: topics of plain lines. Knows no widget.

A line that begins with «# » is a heading, with «- » an item of a list; any other is a paragraph.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

from desktop.words import language

_FOLDER: Final = Path(__file__).resolve().parents[2] / "resources" / "help"
_ALSO: Final = {"wizard": "bookings", "all": "home", "sitemap": "home", "component_sheet": "home", "help": "about"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One article: of a section of the window ("screens") or of how things are ("guides")."""

    id: str
    group: Literal["screens", "guides"]
    title: str
    lines: tuple[str, ...]

    @property
    def lead(self) -> str:
        """Return the first sentence-line, for lists."""
        return self.lines[0].lstrip("#- ")


@cache
def _topics(lang: str) -> tuple[Topic, ...]:
    raw = json.loads((_FOLDER / f"{lang}.json").read_text("utf-8"))
    return tuple(Topic(id=one["key"], group=one["group"], title=one["title"], lines=tuple(one["lines"])) for one in raw)


def topics() -> tuple[Topic, ...]:
    """Return every topic: the sections in their order, then the guides."""
    return _topics(language())


def topic(key: str) -> Topic:
    """Return the topic of a section or a guide; what has none is told about the program."""
    known = {one.id: one for one in topics()}
    return known.get(_ALSO.get(key, key)) or known["about"]


def found(text: str) -> tuple[Topic, ...]:
    """Return the topics in which every word of `text`, its ending apart, begins a word."""
    asked = [part[: max(4, len(part) - 2)] for part in _plain(text).split()]
    return tuple(one for one in topics() if all(any(word.startswith(part) for word in _words(one)) for part in asked))


def _words(one: Topic) -> list[str]:
    return _plain(" ".join((one.title, *one.lines))).split()


def _plain(text: str) -> str:
    return "".join(sign if sign.isalnum() else " " for sign in text.casefold().replace("ё", "е"))
