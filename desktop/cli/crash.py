"""A failure of ours, written down without a word of the record: its kind and its places in our files."""

from __future__ import annotations

import hashlib
import platform
import traceback
from pathlib import Path
from typing import Final

_OURS: Final = Path(__file__).resolve().parents[1]
FOLDER: Final = "crashes"


def note(error: BaseException, folder: Path) -> str:
    """Write the note beside the vault and return its number. Messages and values never enter it; a disk that refuses changes nothing."""
    lines = [*places(error), f"python {platform.python_version()}"]
    number = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:8]
    try:
        kept = folder / FOLDER
        kept.mkdir(mode=0o700, parents=True, exist_ok=True)
        (kept / f"{number}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError:
        pass
    return number


def places(error: BaseException) -> list[str]:
    """Return the kind of a failure and of what caused it, each with its frames of our own files."""
    lines: list[str] = []
    seen: BaseException | None = error
    while seen is not None and len(lines) < 200:
        lines.append(type(seen).__name__)
        for frame in traceback.extract_tb(seen.__traceback__):
            path = Path(frame.filename).resolve()
            if path.is_relative_to(_OURS):
                lines.append(f"  {path.relative_to(_OURS).as_posix()}:{frame.lineno} {frame.name}")
        seen = seen.__cause__ or seen.__context__
    return lines
