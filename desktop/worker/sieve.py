"""What the system does no more for the worker: no network, no program, no file opened to write, no process signalled.

Owns: the list of refused calls and handing it to the kernel (Linux, seccomp). Does not own: how much a process may use (cage.py).
A document has no use for any of these; a fault of the library that hands the process over to a document then leads nowhere.

LIMIT: Windows and macOS have no such switch for an unsigned program; there the empty environment and the closed pipe are all (untested).
*Source*: the kernel's tables of calls; seccomp(2).
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Iterator
from typing import Final

_PR_SET_SECCOMP: Final = 22
_PR_SET_NO_NEW_PRIVS: Final = 38
_FILTER: Final = 2

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _ANSWER = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOWED: Final = 0x7FFF0000
_REFUSED: Final = 0x00050000 | 1
_UNKNOWN: Final = 0x00050000 | 38
_NUMBER_AT, _MACHINE_AT, _ARGUMENTS_AT = 0, 4, 16
_WRITING: Final = 0o1 | 0o2 | 0o100 | 0o1000
_THREAD: Final = 0x10000

# Name: its number on x86_64 and on aarch64, where the older calls are not.
_NEVER: Final[dict[str, tuple[int, int | None]]] = {
    "socket": (41, 198), "socketpair": (53, 199), "connect": (42, 203), "bind": (49, 200), "execve": (59, 221), "execveat": (322, 281),
    "fork": (57, None), "vfork": (58, None), "creat": (85, None), "truncate": (76, 45), "rename": (82, None), "renameat": (264, 38),
    "renameat2": (316, 276), "mkdir": (83, None), "mkdirat": (258, 34), "rmdir": (84, None), "link": (86, None), "linkat": (265, 37),
    "unlink": (87, None), "unlinkat": (263, 35), "symlink": (88, None), "symlinkat": (266, 36), "mknod": (133, None), "mknodat": (259, 33),
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452), "kill": (62, 129), "ptrace": (101, 117),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "pidfd_getfd": (438, 438), "mount": (165, 40), "bpf": (321, 280),
    "io_uring_setup": (425, 425),
}  # fmt: skip
# The kernel's name of a machine, and where its tables are in the pairs above.
_MACHINES: Final = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
_CLONE, _OPEN, _OPENAT = (56, 220), (2, None), (257, 56)
# These hide their arguments behind a pointer: said to be unknown, the C library takes the older ones.
_CLONE3, _OPENAT2 = 435, 437


def enter() -> bool:
    """Refuse those calls from now on, in this thread and in all that it starts; say whether the kernel took the list."""
    if not sys.platform.startswith("linux") or os.uname().machine not in _MACHINES:
        return False
    steps = b"".join(_steps(*_MACHINES[os.uname().machine]))
    kept = ctypes.create_string_buffer(steps, len(steps))
    program = struct.pack("HP", len(steps) // 8, ctypes.addressof(kept))
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 and libc.prctl(_PR_SET_SECCOMP, _FILTER, program, 0, 0) == 0)


def _steps(machine: int, table: int) -> Iterator[bytes]:
    """Give the filter's steps: code, jump if so, jump if not, value."""
    yield _step(_LOAD, _MACHINE_AT)
    yield _step(_EQUAL, machine, so=1)
    yield _step(_ANSWER, _REFUSED)
    yield _step(_LOAD, _NUMBER_AT)
    # The second table of x86_64 begins here; aarch64 has nothing so high.
    yield from _where(_AT_LEAST, 0x40000000, _REFUSED)
    for numbers in _NEVER.values():
        if (number := numbers[table]) is not None:
            yield from _where(_EQUAL, number, _REFUSED)
    for number in (_CLONE3, _OPENAT2):
        yield from _where(_EQUAL, number, _UNKNOWN)
    yield from _looked_into(_CLONE[table], 0, _THREAD, _ALLOWED, _REFUSED)
    yield from _looked_into(_OPENAT[table], 2, _WRITING, _REFUSED, _ALLOWED)
    yield from _looked_into(_OPEN[table], 1, _WRITING, _REFUSED, _ALLOWED)
    yield _step(_ANSWER, _ALLOWED)


def _where(test: int, value: int, answer: int) -> Iterator[bytes]:
    yield _step(test, value, otherwise=1)
    yield _step(_ANSWER, answer)


def _looked_into(number: int | None, argument: int, bits: int, with_bits: int, without: int) -> Iterator[bytes]:
    """Answer a call by whether one of its arguments has any of `bits`."""
    if number is not None:
        yield _step(_EQUAL, number, otherwise=4)
        yield _step(_LOAD, _ARGUMENTS_AT + 8 * argument)
        yield _step(_ANY_BIT, bits, otherwise=1)
        yield _step(_ANSWER, with_bits)
        yield _step(_ANSWER, without)


def _step(code: int, value: int, *, so: int = 0, otherwise: int = 0) -> bytes:
    return struct.pack("HBBI", code, so, otherwise, value)
