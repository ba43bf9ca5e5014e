"""What leaves the vault as a file: whole or not there at all, for its owner alone; tables whose cells no table program will run.

Does not own: what goes into a file, nor where it goes (the caller). *Source*: security.md R-53 for cells.
"""

from __future__ import annotations

import asyncio
import csv
import io
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from desktop import disk
from desktop.errors import DiskFull, KnownError, UsageError

_under_way: Final[set[Path]] = set()
_GUARDED: Final = ("=", "+", "-", "@", "\t", "\r")


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write that stands at `path` once all of it is on the disk; failed or cancelled, nothing of it stays.

    *Raises* DiskFull file.disk_full, UsageError file.refused.
    """
    part = path.with_name(f"{path.name}.part")
    _under_way.add(part)
    try:
        part.unlink(missing_ok=True)
        held = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(held, "wb") as out:
            yield out
            disk.flush(out)
        os.replace(part, path)
    except OSError as error:
        raise refusal(error) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        _under_way.discard(part)


def abandon() -> None:
    """Take away what is being written: the process goes, and the threads that write go with it. *Thread*: any."""
    for part in tuple(_under_way):
        with suppress(OSError):
            part.unlink(missing_ok=True)


def write(path: Path, data: bytes) -> None:
    """Write a whole file or none. *Raises* DiskFull file.disk_full, UsageError file.refused."""
    with whole(path) as out:
        out.write(data)


async def written(path: Path, data: bytes) -> None:
    """Write as `write` does, beside the loop: the place may be a slow disk, or on the other side of a network."""
    await asyncio.to_thread(write, path, data)


def refusal(error: OSError) -> KnownError:
    """Return what the system's refusal of a file means to a person."""
    return DiskFull("file.disk_full") if disk.is_full(error) else UsageError("file.refused")


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return lines as a table that the table programs of this country open by a double click."""
    out = io.StringIO(newline="")
    made = csv.writer(out, delimiter=";")
    made.writerow(header)
    made.writerows([safe_cell(text) for text in cells] for cells in rows)
    return out.getvalue().encode("utf-8-sig")


def safe_cell(text: str) -> str:
    """Return text that a table program will not run as a formula."""
    return f"'{text}" if text.startswith(_GUARDED) else text
