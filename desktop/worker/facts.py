"""What a PDF carries that is not shown: commands for the program that opens it, files inside it. Read in the worker, never run.

Owns: which actions count as commands. Does not own: the limits under which it is read (cage.py).
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from typing import Any, Final

# *Source*: ISO 32000-1, 12.6.4. A link to a page of the file itself or to an address that is shown is no command.
_COMMANDS: Final = frozenset({"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/GoToR", "/GoToE"})


def facts(data: bytes) -> dict[str, Any]:
    """Tell what a person should know before a PDF leaves the program: encryption, commands, attached files."""
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data), strict=False)
    found = {"is_encrypted": bool(reader.is_encrypted), "pages": len(reader.pages), "has_actions": False, "has_files": False}
    for one in _dictionaries(reader):
        found["has_actions"] |= one.get("/S") in _COMMANDS
        found["has_files"] |= "/EmbeddedFiles" in one or one.get("/Type") == "/EmbeddedFile"
    return found


def _dictionaries(reader: Any) -> Iterator[dict[str, Any]]:
    """Give every dictionary of the file, each object by itself: references are not followed, so that a ring has no hold."""
    from pypdf.generic import IndirectObject

    numbers = {(number, generation) for generation, table in reader.xref.items() for number in table}
    for number, generation in sorted(numbers | {(number, 0) for number in reader.xref_objStm}):
        waiting: list[Any] = []
        # WORKAROUND(py-pdf/pypdf#3430 and kin): any exception may come of a damaged object; it must not hide what the others carry.
        with contextlib.suppress(Exception):
            waiting.append(reader.get_object(IndirectObject(number, generation, reader)))
        while waiting:
            one = waiting.pop()
            if isinstance(one, dict):
                yield one
                waiting.extend(dict.values(one))
            elif isinstance(one, list):
                waiting.extend(list.__iter__(one))
