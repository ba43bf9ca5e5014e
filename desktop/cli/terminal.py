"""What goes out and what is asked: answers on stdout, everything else on stderr, passphrases from a file or the terminal."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final
from unicodedata import category

from desktop import disk
from desktop.errors import UsageError
from desktop.words import tr

WAITS: Final = 5
"""Exit code of what is done while something waits for a decision, or was set aside."""
_SECRET_BYTES: Final = 64 * 1024
_LINE_BYTES: Final = 1_000
Moved = Callable[[int, int | None], None]


class Terminal:
    """The person's or the script's end of the command line."""

    def __init__(self, *, is_json: bool) -> None:
        self.is_json = is_json

    def answer(self, answer: Mapping[str, Any]) -> None:
        """Print one object as a line of JSON."""
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
        sys.stdout.flush()

    def result(self, answer: Mapping[str, Any], *lines: str) -> None:
        """Print the object, or the same in words."""
        if self.is_json:
            self.answer(answer)
        else:
            sys.stdout.write("".join(f"{line}\n" for line in lines if line))
            sys.stdout.flush()

    def failed(self, error: str, **more: Any) -> None:
        """Say to a script that the verb failed. A stdout that takes nothing has the exit code beside it."""
        if self.is_json:
            with suppress(OSError):
                self.answer({"ok": False, "error": error, **more})

    def note(self, text: str) -> None:
        """Say something beside the answer, where anyone listens."""
        with suppress(OSError):
            print(text, file=sys.stderr, flush=True)

    @contextmanager
    def progress(self, title: str) -> Iterator[Moved]:
        """Show a bar on a terminal and nothing elsewhere; the answer takes (done, total)."""
        if not sys.stderr.isatty():
            yield lambda done, total: None
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(title, total=None)
            yield lambda done, total: bar.update(task, completed=done, total=total)

    def passphrase(self, named: str | None, *, env: str = "MEDKARTA_PASSPHRASE_FILE", ask: str = "cli.ask_passphrase",
                   is_new: bool = False) -> str:
        """Return a passphrase from a file, else asked without echo (twice when it is new). *Raises* UsageError passphrase.*."""
        file = named or os.environ.get(env)
        if file:
            return self.secret(Path(file))
        if not sys.stdin.isatty():
            raise UsageError("passphrase.not_given")
        from getpass import getpass

        typed = getpass(tr(ask), stream=sys.stderr)
        if is_new and getpass(tr("cli.ask_again"), stream=sys.stderr) != typed:
            raise UsageError("passphrase.differ")
        return typed

    def line(self, ask: str) -> str:
        """Return one line that is typed, or comes on standard input."""
        if sys.stdin.isatty():
            print(tr(ask), end=" ", file=sys.stderr, flush=True)
        return sys.stdin.buffer.readline(_LINE_BYTES).decode("utf-8", "replace").strip()

    def secret(self, file: Path) -> str:
        """Read a secret of one line, and warn when other people of this computer can read it too."""
        with file.open("rb") as held:
            if os.name == "posix" and os.fstat(held.fileno()).st_mode & (stat.S_IRGRP | stat.S_IROTH):
                self.note(tr("cli.file_open_to_others", name=file.name))
            data = held.read(_SECRET_BYTES)
        try:
            return data.decode("utf-8-sig").removesuffix("\n").removesuffix("\r")
        except UnicodeDecodeError:
            raise UsageError("passphrase.not_text") from None


def plain(text: str) -> str:
    """Return the portal's words as a terminal may have them: what would steer it, or turn a line about, is a mark."""
    return "".join(sign if sign.isprintable() or category(sign) == "Zs" else "\ufffd" for sign in text)


def free_place(named: str, *, name: str = "") -> Path:
    """Return where a new file may be written: as named, or under `name` in a folder. *Raises* UsageError file.exists."""
    place = Path(named).absolute()
    if name and place.is_dir():
        place /= name
    if place.exists():
        raise UsageError("file.exists")
    return place


def write_new(file: Path, data: bytes) -> None:
    """Write a file that was not there, readable by its owner alone; nothing half-written stays. *Raises* UsageError file.exists."""
    try:
        held = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600)
    except FileExistsError:
        raise UsageError("file.exists") from None
    try:
        with os.fdopen(held, "wb") as out:
            out.write(data)
            disk.flush(out)
    except BaseException:
        file.unlink(missing_ok=True)
        raise
