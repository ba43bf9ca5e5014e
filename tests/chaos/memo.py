"""Pure functions that are asked the same thing ten thousand times: while seeds run, their answers are remembered."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any, Final
from urllib.parse import parse_qsl, quote_plus, urlencode

from desktop.demo import bundles, search, watch
from desktop.sync import plan, portal, shapes, wire
from tests.chaos import cable
from tests.chaos.planting import swapped

_MOST: Final = 20_000
_split = lru_cache(_MOST)(lambda query, keep_blank_values=False: tuple(parse_qsl(query, keep_blank_values=keep_blank_values)))
_quoted = lru_cache(_MOST)(quote_plus)
_origin = lru_cache(_MOST)(wire.origin_of)


def _joined(query: Any, **more: Any) -> str:
    return urlencode(query, **{"quote_via": _quoted, **more})


_REMEMBERED: Final[tuple[tuple[Any, str, Callable[..., Any]], ...]] = (
    *((place, "parse_qsl", _split) for place in (bundles, watch, plan, cable)),
    *((place, "urlencode", _joined) for place in (search, portal)),
    *((place, "origin_of", _origin) for place in (wire, portal)),
    (shapes, "http_time", lru_cache(_MOST)(shapes.http_time)),
    (cable, "formatdate", lru_cache(_MOST)(cable.formatdate)),
)


def remembering() -> AbstractContextManager[None]:
    """Let them remember while the body runs."""
    return swapped(*_REMEMBERED)
