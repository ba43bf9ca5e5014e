"""One PDF as the program sees it: its pages as pictures, its text, and words for whatever the file does.

Owns: what is asked of the worker, what is believed of its answers. Does not own: the process (process.py).

*Thread*: `PdfReader` methods are awaitable from any asyncio loop; the pipe is served on a thread of its own, so the window never waits.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from desktop import limits
from desktop.errors import KnownError
from desktop.worker.process import Ended, Refused, WorkerProcess

REASONS: Final = frozenset({"unreadable", "too_heavy", "password", "too_slow"})
# *Source*: ISO 32000-1, annex C: 200 inches in units of a 72nd.
_LONGEST_PT: Final = 14_400.0
T = TypeVar("T")


class DocumentUnreadable(KnownError):
    """The file cannot be shown; its bytes are safe and may be saved. Codes: document.unreadable, .too_heavy, .password, .too_slow."""


@dataclass(frozen=True, slots=True)
class PagePicture:
    """One painted page: `pixels` is RGB32 (blue, green, red, unused), rows of `width` × 4 bytes, no padding."""

    width: int
    height: int
    pixels: bytes


@dataclass(frozen=True, slots=True)
class Facts:
    """What the structure of a PDF says."""

    pages: int
    is_encrypted: bool
    has_actions: bool
    has_files: bool


class PdfReader:
    """One PDF in one worker process.

    *Raises* (every method) DocumentUnreadable; after it the process is gone and the reader answers the same for ever.
    """

    def __init__(self, data: bytes, *, wall_s: float = limits.PDF_WALL_S) -> None:
        """Keep the bytes; the process starts with the first request. `wall_s`: how long one answer may take."""
        self._data = data
        self._worker = WorkerProcess(wall_s=wall_s)
        self._lane = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pdf")
        self._failure: str | None = None
        self.page_sizes: tuple[tuple[float, float], ...] = ()

    async def open(self) -> int:
        """Open the document and return its number of pages; `page_sizes` (*points*) is filled."""
        if len(self._data) > limits.ATTACHMENT_BYTES:
            self._failure = "too_heavy"
        header, _ = await self._ask({"op": "open"}, self._data)
        self.page_sizes = self._believed(lambda: tuple(_page_size(*pair) for pair in header["pages"]))
        return len(self.page_sizes)

    async def page(self, index: int, *, width_px: int) -> PagePicture:
        """Paint page `index` (from 0) on white, `width_px` device pixels wide."""
        header, pixels = await self._ask({"op": "page", "index": index, "width": width_px})
        return self._believed(lambda: _picture(header, pixels))

    async def text(self, index: int) -> str:
        """Return the text of page `index`, for reading aloud and for copying."""
        _, payload = await self._ask({"op": "text", "index": index})
        return payload.decode("utf-8", "replace")

    async def facts(self) -> Facts:
        """Return what the structure says: read before the file leaves the program."""
        header, _ = await self._ask({"op": "facts"}, self._data)
        return self._believed(
            lambda: Facts(int(header["pages"]), *(bool(header[key]) for key in ("is_encrypted", "has_actions", "has_files")))
        )

    def close(self) -> None:
        """End the process and forget the bytes; nothing is waited for."""
        self._worker.kill()
        self._failure, self._data = self._failure or "unreadable", b""
        with contextlib.suppress(RuntimeError):
            # Closed before, or the interpreter is ending: then there is nobody left to reap for.
            self._lane.submit(self._worker.reap)
        self._lane.shutdown(wait=False)

    async def _ask(self, header: dict[str, Any], payload: bytes = b"") -> tuple[dict[str, Any], bytes]:
        if self._failure is not None:
            raise DocumentUnreadable(f"document.{self._failure}")
        try:
            return await asyncio.get_running_loop().run_in_executor(self._lane, self._worker.ask, header, payload)
        except (Refused, Ended) as refusal:
            raise self._end(str(refusal)) from refusal

    def _believed(self, read: Callable[[], T]) -> T:
        """Read an answer with as little faith as the document: whoever took the worker over writes what it likes."""
        try:
            return read()
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise self._end("unreadable") from error

    def _end(self, reason: str) -> DocumentUnreadable:
        self._failure = self._failure or (reason if reason in REASONS else "unreadable")
        self.close()
        return DocumentUnreadable(f"document.{self._failure}")


def _page_size(width: float, height: float) -> tuple[float, float]:
    """Take a page's size as it can be laid out: shrunk to what a page of a PDF may measure. *Raises* ValueError."""
    if not (0 < width < math.inf and 0 < height < math.inf):
        raise ValueError
    factor = min(1.0, _LONGEST_PT / max(width, height))
    return width * factor, height * factor


def _picture(header: dict[str, Any], pixels: bytes) -> PagePicture:
    width, height = int(header["width"]), int(header["height"])
    if width <= 0 or height <= 0 or len(pixels) != width * height * 4:
        raise ValueError
    return PagePicture(width, height, pixels)
