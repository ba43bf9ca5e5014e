"""The entry: `python -m desktop`, `medkarta`, and the packaged program. Without a verb the window opens.

Owns only the choice between the command line and the window; the window's parts are imported when one is asked for.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def _window(asked: argparse.Namespace, *, section: str = "") -> int:
    from desktop import app

    if section:
        app.stand_on(asked.folder, section)

    app.speak(asked.folder)
    arguments = ("--data-dir", str(asked.folder)) if asked.data_dir else ()
    return app.window(asked.folder, arguments=arguments)


def _demo(asked: argparse.Namespace) -> int:
    from desktop import app

    arguments = (*(("--data-dir", str(asked.folder)) if asked.data_dir else ()), "demo")
    return app.demo(asked.folder, fresh=asked.fresh, arguments=arguments)


def _scenes(asked: argparse.Namespace) -> int:
    from desktop import app_scenes, words
    from desktop.cli.terminal import Terminal

    return app_scenes.scenes(Path(asked.out), terminal=Terminal(is_json=asked.json), only=asked.only, theme=asked.theme,
                             scale=asked.scale, size=asked.size, language=words.language())  # fmt: skip


def _pdf(asked: argparse.Namespace) -> int:
    from desktop import app_export

    return app_export.pdf(asked)


def _ics(asked: argparse.Namespace) -> int:
    from desktop import app_export

    return app_export.ics(asked)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["--pdf-worker"]:
        import runpy

        # The packaged program has no `python -m`: this word makes it the PDF worker and nothing else.
        runpy.run_module("desktop.worker", run_name="__main__", alter_sys=True)
        return 0
    from desktop import cli, guard
    from desktop.errors import UsageError

    try:
        guard.harden()
    except UsageError as error:
        from desktop.cli import wording

        print(wording.error(error), file=sys.stderr)
        return error.exit_code
    section = ""
    if given[:1] and given[0].startswith("medkarta:"):
        from desktop.views import links

        section, given = links.taken(given)
    doors: dict[str, Callable[[argparse.Namespace], int]] = {
        "": partial(_window, section=section), "demo": _demo, "scenes": _scenes, "export pdf": _pdf, "export ics": _ics,
    }  # fmt: skip
    return cli.main(given, doors=doors)


if __name__ == "__main__":
    sys.exit(main())
