"""Talk to one worker process: open a PDF, ask for page pictures and text, and end it in time whatever the file does.

*Thread*: `PdfReader` methods are awaitable from any asyncio loop; the pipe is served on a thread of its own, so the window never waits.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop import limits
from desktop.errors import KnownError
from desktop.worker import protocol


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


def command() -> list[str]:
    """Return the command that starts a worker: a packaged program starts itself with a hidden word."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--pdf-worker"]
    return [sys.executable, "-m", "desktop.worker"]


def _environment() -> dict[str, str]:
    """Give the worker only what a process needs to start: no session variables, no proxies, no tokens."""
    kept = (
        "PATH",
        "SYSTEMROOT",
        "WINDIR",
        "LD_LIBRARY_PATH",
        "DYLD_LIBRARY_PATH",
        "FONTCONFIG_PATH",
        "FONTCONFIG_FILE",
    )
    return {name: os.environ[name] for name in kept if name in os.environ} | {"PYTHONDONTWRITEBYTECODE": "1"}


class PdfReader:
    """One PDF in one worker process.

    *Raises* (every method) DocumentUnreadable; after it the process is gone and the reader answers the same for ever.
    """

    def __init__(self, data: bytes) -> None:
        """Keep the bytes; the process starts with the first request."""
        self._data = data
        self._process: subprocess.Popen[bytes] | None = None
        self._lane = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pdf")
        self._failure: str | None = None
        self.page_sizes: tuple[tuple[float, float], ...] = ()

    async def open(self) -> int:
        """Open the document and return its number of pages; `page_sizes` (*points*) is filled."""
        if len(self._data) > limits.ATTACHMENT_BYTES:
            self._failure = "too_heavy"
        header, _ = await self._ask({"op": "open"}, self._data)
        self.page_sizes = tuple((float(width), float(height)) for width, height in header["pages"])
        return len(self.page_sizes)

    async def page(self, index: int, *, width_px: int) -> PagePicture:
        """Paint page `index` (from 0) on white, `width_px` device pixels wide."""
        header, pixels = await self._ask({"op": "page", "index": index, "width": width_px})
        width, height = int(header["width"]), int(header["height"])
        if len(pixels) != width * height * 4:
            raise self._end("unreadable")
        return PagePicture(width, height, pixels)

    async def text(self, index: int) -> str:
        """Return the text of page `index`, for reading aloud and for copying."""
        _, payload = await self._ask({"op": "text", "index": index})
        return payload.decode("utf-8", "replace")

    async def facts(self) -> Facts:
        """Return what the structure says: read before the file leaves the program."""
        header, _ = await self._ask({"op": "facts"}, self._data)
        return Facts(
            int(header["pages"]), bool(header["is_encrypted"]), bool(header["has_actions"]), bool(header["has_files"])
        )

    def close(self) -> None:
        """End the process and forget the bytes."""
        self._kill()
        self._lane.shutdown(wait=False, cancel_futures=True)
        self._data = b""

    async def _ask(self, header: dict[str, Any], payload: bytes = b"") -> tuple[dict[str, Any], bytes]:
        if self._failure is not None:
            raise DocumentUnreadable(f"document.{self._failure}")
        answer = asyncio.get_running_loop().run_in_executor(self._lane, self._exchange, header, payload)
        return await answer

    def _exchange(self, header: dict[str, Any], payload: bytes) -> tuple[dict[str, Any], bytes]:
        """Do one request on the lane's thread; a timer kills the process when its time is up."""
        process = self._started()
        is_late = threading.Event()

        def give_up() -> None:
            is_late.set()
            process.kill()

        deadline_s = limits.PDF_WALL_S + (limits.PDF_START_S if header["op"] in ("open", "facts") else 0.0)
        timer = threading.Timer(deadline_s, give_up)
        timer.start()
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            protocol.send(process.stdin, header, payload)
            answer, body = protocol.receive(process.stdout, limit_bytes=limits.PAGE_PICTURE_BYTES)
        except (OSError, protocol.Broken) as error:
            raise self._end("too_slow" if is_late.is_set() else "too_heavy") from error
        finally:
            timer.cancel()
        if not answer.get("ok"):
            raise self._end(str(answer.get("reason", "unreadable")))
        return answer, body

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            root = Path(__file__).resolve().parent.parent.parent
            self._process = subprocess.Popen(
                command(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=root,
                env=_environment(),
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        return self._process

    def _end(self, reason: str) -> DocumentUnreadable:
        self._failure = reason
        self._kill()
        return DocumentUnreadable(f"document.{reason}")

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                # A dead reader makes the last flush fail; there is nothing to save.
                with contextlib.suppress(OSError):
                    pipe.close()
