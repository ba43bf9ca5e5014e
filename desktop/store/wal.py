"""A look at the write-ahead log before SQLite sees it: SQLite drops everything after the first bad frame without a word.

Only pulled pages can stand there (acts are checkpointed when they are made), so a broken tail costs a download, but it is said.
*Source*: SQLite file format, "WAL-Index and checksum algorithm".
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Final

_HEADER: Final = 32
_FRAME: Final = 24
_MAGIC: Final = 0x377F0682
_MASK: Final = 0xFFFFFFFF


def has_broken_tail(file: Path) -> bool:
    """Say whether the log holds frames of its current run that its own checksums disown."""
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        return False
    if not data:
        return False
    if len(data) < _HEADER:
        return True
    magic, _, page, _, salt1, salt2, sum1, sum2 = struct.unpack(">8I", data[:_HEADER])
    order = ">" if magic & 1 else "<"
    state = _sum(order, data[:24], (0, 0))
    if magic & ~1 != _MASK & _MAGIC or page < 512 or state != (sum1, sum2):
        return True
    at, broken = _HEADER, False
    while at + _FRAME <= len(data):
        frame = data[at:at + _FRAME + page]
        _, _, here1, here2, got1, got2 = struct.unpack(">6I", frame[:_FRAME])
        at += _FRAME + page
        if (here1, here2) != (salt1, salt2):
            # Left over from before the log was last restarted, unless a frame of this run follows.
            broken = True
            continue
        if broken or len(frame) < _FRAME + page:
            return True
        state = _sum(order, frame[_FRAME:], _sum(order, frame[:8], state))
        if state != (got1, got2):
            return True
    return False


def _sum(order: str, data: bytes, state: tuple[int, int]) -> tuple[int, int]:
    first, second = state
    words = iter(struct.unpack(f"{order}{len(data) // 4}I", data))
    for one in words:
        first = (first + one + second) & _MASK
        second = (second + next(words) + first) & _MASK
    return first, second
