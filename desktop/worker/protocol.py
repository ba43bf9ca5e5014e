"""Frames between the window's process and the worker: one JSON header line, then `size` bytes of payload."""

from __future__ import annotations

import json
from typing import IO, Any, Final

HEADER_BYTES: Final = 64 * 1024


class Broken(Exception):
    """The other side closed the pipe or spoke nonsense."""


def send(pipe: IO[bytes], header: dict[str, Any], payload: bytes | bytearray | memoryview = b"") -> None:
    """Write one frame. Large payloads are never copied: the worker's memory is counted."""
    pipe.write(json.dumps({**header, "size": len(payload)}).encode() + b"\n")
    pipe.write(payload)
    pipe.flush()


def receive(pipe: IO[bytes], *, limit_bytes: int) -> tuple[dict[str, Any], bytes]:
    """Read one frame. *Raises* Broken when the pipe ends, the header is no object, or the payload passes `limit_bytes`."""
    line = pipe.readline(HEADER_BYTES)
    if not line.endswith(b"\n"):
        raise Broken
    try:
        header = json.loads(line)
        size = int(header["size"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Broken from error
    if not 0 <= size <= limit_bytes:
        raise Broken
    payload = pipe.read(size)
    if len(payload) != size:
        raise Broken
    return header, payload
