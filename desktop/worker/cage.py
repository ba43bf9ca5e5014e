"""Limits that the worker process puts on itself before it reads a byte of a document.

Owns: how much it may use. Does not own: what the system still does for it (sieve.py).
LIMIT: on Windows there is no resource module; the client's wall clock and the job object of the platform seam hold there (untested here).
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from desktop import guard, limits
from desktop.worker import sieve

if TYPE_CHECKING or sys.platform != "win32":
    import resource


def enter() -> None:
    """Cap memory, forbid writing files and core dumps, close the memory to neighbours, give up network and programs.

    RLIMIT_AS is not used: PDFium reserves more address space than any sensible cap; RLIMIT_DATA counts what is really used.
    """
    guard.no_core_dumps()
    guard.hide_memory()
    sieve.enter()
    if sys.platform == "win32":
        return
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    if sys.platform != "darwin":
        resource.setrlimit(resource.RLIMIT_DATA, (limits.PDF_MEMORY_BYTES, limits.PDF_MEMORY_BYTES))


def rearm_cpu() -> None:
    """Allow the next request its own share of processor time: a document read for an hour must not run into a lifetime cap."""
    if sys.platform == "win32":
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + 1 + limits.PDF_CPU_S
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))
