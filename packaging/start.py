"""The first module of the packaged program.

Owns what a bundle needs and a working copy does not: the program starts copies of itself (the PDF worker, the lock page after
a lock), and a bundle has no `python -m`. Everything else is desktop/__main__.py's.
"""

from __future__ import annotations

import multiprocessing
import runpy
import sys

MODULES = ("desktop", "desktop.worker")


def start(arguments: list[str]) -> None:
    """Run the module that the arguments name, as `python -m` would; without one, the program itself."""
    module = "desktop"
    if arguments[:1] == ["--pdf-worker"]:
        module, arguments = "desktop.worker", arguments[1:]
    elif arguments[:1] == ["-m"] and arguments[1:2] and arguments[1] in MODULES:
        module, arguments = arguments[1], arguments[2:]
    sys.argv[1:] = arguments
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    multiprocessing.freeze_support()
    start(sys.argv[1:])
