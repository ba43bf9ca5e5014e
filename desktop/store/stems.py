"""Words to stems, for writing the index and for asking it: ё is е, case is nothing, Russian endings fall."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from itertools import chain
from typing import Final

# WORKAROUND(snowballstemmer 3): its own name reads three dozen languages, 3 MiB and 50 ms of every start; an empty one stands in for it.
# Remove when it reads a language only when asked.
if (_spec := importlib.util.find_spec("snowballstemmer")) is not None:
    sys.modules.setdefault("snowballstemmer", importlib.util.module_from_spec(_spec))

from snowballstemmer.russian_stemmer import RussianStemmer

_WORD = re.compile(r"[^\W_]+")
_STEMMER = RussianStemmer()
_CYRILLIC = re.compile(r"[а-я]")
_KEPT: Final = 100_000
_LONGEST: Final = 64
_stems: dict[str, str] = {}
_texts: dict[tuple[bytes, ...], str] = {}
_pieces: dict[bytes, tuple[str, ...]] = {}


def fold(text: str) -> str:
    """Return a text as search sees it: lower case, ё as е."""
    return text.lower().replace("ё", "е")


def stem(word: str) -> str:
    """Return the stem of one folded word; words of other alphabets and numbers stay as they are."""
    known = _stems.get(word)
    if known is None:
        if len(_stems) >= _KEPT:
            _stems.clear()
        known = _stems[word] = _STEMMER.stemWord(word) if _CYRILLIC.search(word) else word[:_LONGEST]
    return known


_FLEETING = re.compile(r"(?<=[бвгджзклмнпрстфхцчшщ])[ое]к$")


def forms(word: str) -> tuple[str, ...]:
    """Return the stems of one folded word: «почек» is both «почек» and «почк», which «почки» is too; the stemmer does not know that."""
    first = stem(word)
    return (first, _FLEETING.sub("к", first)) if len(first) > 4 and _FLEETING.search(first) else (first,)


def words(text: str) -> list[str]:
    """Split a text into folded words."""
    return _WORD.findall(fold(text))


def of_texts(pieces: tuple[bytes, ...]) -> str:
    """Return the stems of a resource's texts (columns.search_bytes), each once. Equal texts come by the thousand: kept."""
    known = _texts.get(pieces)
    if known is None:
        if len(_texts) >= _KEPT // 4:
            _texts.clear()
        known = _texts[pieces] = " ".join(dict.fromkeys(chain.from_iterable(map(_of_piece, pieces))))
    return known


def _of_piece(piece: bytes) -> tuple[str, ...]:
    known = _pieces.get(piece)
    if known is None:
        if len(_pieces) >= _KEPT // 4:
            _pieces.clear()
        known = _pieces[piece] = tuple(dict.fromkeys(form for word in words(_decoded(piece)) for form in forms(word)))
    return known


def _decoded(piece: bytes) -> str:
    if b"\\" in piece:
        try:
            return str(json.loads(b'"' + piece + b'"'))
        except ValueError:
            return ""
    return piece.decode("utf-8", "replace")


def forget() -> None:
    """Drop every remembered text (lock)."""
    _stems.clear()
    _texts.clear()
    _pieces.clear()
