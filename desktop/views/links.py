"""A link by which a page of the regional portal opens the program at a section: `medkarta://services/card/health`.

Owns what such a link may say: the name of a section and nothing else. Whoever wrote it chooses a page to stand on, never a record, a
person or an act; what is not known opens the home page. *Source*: requirements A3; security.md R-54.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from desktop.views import sections

SCHEME: Final = "medkarta:"
_SHAPE: Final = re.compile(r"medkarta:(?://)?([a-z_]{1,40}(?:/[a-z_]{1,40}){0,4})/?", re.ASCII)
_ALSO: Final = {"card": "health", "record": "health"}


def section_of(link: str) -> str:
    """Return the section that a link names by its last word, the home page for anything else."""
    shape = _SHAPE.fullmatch(link.strip())
    word = shape.group(1).rpartition("/")[2] if shape else ""
    word = _ALSO.get(word, word)
    known = {one.key for one in sections.TABLE if one.is_listed or one.key in ("policies", "notices", "help", "sitemap")}
    return word if word in known else "home"


def taken(arguments: Sequence[str]) -> tuple[str, list[str]]:
    """Split the section of a link from the program's other arguments; nothing where no link was given."""
    if arguments and arguments[0].startswith(SCHEME):
        return section_of(arguments[0]), list(arguments[1:])
    return "", list(arguments)
