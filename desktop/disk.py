"""What it takes until written bytes outlive a power cut, and how each system says that there is no room for them."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from typing import IO, Final

_FULL: Final = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}


def flush(stream: IO[bytes]) -> None:
    """Return once all that was written to a stream is on the disk. *Raises* OSError. LIMIT: macOS was never tried.

    macOS empties the disk's own cache only where F_FULLFSYNC asks for it, and some file systems do not know that word.
    """
    stream.flush()
    if sys.platform == "darwin":
        import fcntl

        with suppress(OSError):
            fcntl.fcntl(stream.fileno(), fcntl.F_FULLFSYNC)
            return
    os.fsync(stream.fileno())


def is_full(error: OSError) -> bool:
    """Say whether the system refused for want of room."""
    return error.errno in _FULL
