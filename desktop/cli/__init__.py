"""The command line: every verb over the same session as the window, without a widget.

Owns: what is asked, what is printed, exit codes. Does not own: any work (session), the window and its verbs (the caller gives them
as `doors`, for they need Qt). Everything heavy is imported by the verb that needs it.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

from desktop import preferences, words
from desktop.cli import wording
from desktop.cli.terminal import Terminal
from desktop.errors import KnownError

if TYPE_CHECKING:
    import argparse

Door = Callable[[Any], int]
Verb = Callable[[Any, Terminal], Coroutine[None, None, int]]
STOPPED: Final = 130
_HALVES: Final = re.compile("[\ud800-\udfff]")
BUG: Final = 70
# A verb whose answer is one object says that it failed in an object too; the others answer with rows or bytes.
_ROWS: Final = frozenset({"show", "search", "resource", "slots"})


def data_dir(named: str | None) -> Path:
    """Return the folder of the vault: as named, from the environment, else the system's place for a person's data."""
    found = named or os.environ.get("MEDKARTA_DATA_DIR")
    if found:
        return Path(found).expanduser().absolute()
    from platformdirs import user_data_path

    return user_data_path("medkarta", appauthor=False)


def main(arguments: Sequence[str], *, doors: Mapping[str, Door]) -> int:
    """Run one verb and return its exit code. `doors` are what opens windows: "" (no verb), "demo", "scenes"."""
    _have_streams()
    words.set_language(_language(arguments))
    code = _carried_out(arguments, doors)
    try:
        sys.stdout.flush()
    except OSError as error:
        # What is left goes nowhere, lest the end of the process speak of it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if code == 0 and not isinstance(error, BrokenPipeError):
            from desktop.session import files

            refused = files.refusal(error)
            Terminal(is_json=False).note(wording.error(refused))
            code = refused.exit_code
    return code


def _have_streams() -> None:
    """Make the streams speak UTF-8. A stream that was closed, or that a windowed program never had, leads nowhere."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode, encoding="utf-8"))
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _carried_out(arguments: Sequence[str], doors: Mapping[str, Door]) -> int:
    try:
        asked = _window_alone(arguments) or _parsed(arguments)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 2
        if code and "--json" in arguments and _ROWS.isdisjoint(arguments):
            Terminal(is_json=True).failed("usage")
        return code
    except KeyboardInterrupt:
        return STOPPED
    folder = asked.folder = data_dir(asked.data_dir)
    words.set_language(asked.lang or preferences.load(folder).language)
    terminal = Terminal(is_json=asked.json)
    if asked.verbose:
        _say_more()
    try:
        return _run(asked, terminal, doors)
    except KnownError as error:
        terminal.note(wording.error(error))
        if asked.verb not in _ROWS:
            terminal.failed(error.code, **{name: error.facts[name] for name in ("field", "why") if name in error.facts})
        return error.exit_code
    except KeyboardInterrupt:
        terminal.note(words.tr("cli.stopped"))
        return STOPPED
    except BrokenPipeError:
        # Whoever read us has gone (`… | head`): nothing is wrong.
        return 0
    except Exception as error:
        from desktop.cli import crash

        number = crash.note(error, folder)
        terminal.note(words.tr("errors.bug", number=number))
        if asked.verb not in _ROWS:
            terminal.failed("bug", number=number)
        return BUG


def _window_alone(arguments: Sequence[str]) -> Any:
    """Read a start without a verb by hand: the lock page does not wait for the parser of thirty verbs."""
    if not arguments or (len(arguments) == 2 and arguments[0] == "--data-dir" and not arguments[1].startswith("-")):
        folder = arguments[1] if arguments else None
        return SimpleNamespace(verb=None, data_dir=folder, passphrase_file=None, json=False, lang=None, verbose=False)
    return None


def _parsed(arguments: Sequence[str]) -> Any:
    from desktop.cli.parser import build

    parser = build()
    # Bytes that are no text come as halves of signs: nothing could keep or send them.
    if any(_HALVES.search(one) for one in arguments):
        parser.error(words.tr("cli.usage_no_text"))
    return parser.parse_args(arguments)


def _awaited(verb: Verb, asked: argparse.Namespace, terminal: Terminal) -> int:
    import asyncio

    work = verb(asked, terminal)
    try:
        return asyncio.run(work)
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
    finally:
        # Ctrl-C may come before the first step.
        work.close()


def _run(asked: argparse.Namespace, terminal: Terminal, doors: Mapping[str, Door]) -> int:
    verb = asked.verb or ""
    if verb == "export" and asked.format in ("pdf", "ics"):
        verb = f"export {asked.format}"
    if verb in doors:
        return doors[verb](asked)
    try:
        if verb == "portal":
            from desktop.cli.portal_verbs import portal

            return portal(asked)
        return _awaited(_verb(verb), asked, terminal)
    except BrokenPipeError:
        raise
    except OSError as error:
        from desktop.session import files

        raise files.refusal(error) from error


def _verb(name: str) -> Verb:
    if name in ("connect", "sync", "sign-out"):
        from desktop.cli import portal_verbs

        return getattr(portal_verbs, name.replace("-", "_"))  # type: ignore[no-any-return]
    if name in ("slots", "book", "reschedule", "accept", "cancel", "waitlist", "house-call", "act", "withdraw", "decide"):
        from desktop.cli import act_verbs

        return getattr(act_verbs, name.replace("-", "_"))  # type: ignore[no-any-return]
    if name == "import":
        from desktop.cli import act_verbs

        return act_verbs.import_files
    if name in ("show", "resource", "search", "document"):
        from desktop.cli import show_verbs

        return getattr(show_verbs, name)  # type: ignore[no-any-return]
    from desktop.cli import vault_verbs

    return getattr(vault_verbs, name)  # type: ignore[no-any-return]


def _language(arguments: Sequence[str]) -> str:
    """Find the language before anything is parsed: the help is words too."""
    for at, word in enumerate(arguments):
        value = word.partition("=")[2] or (arguments[at + 1] if at + 1 < len(arguments) else "")
        if word.partition("=")[0] == "--lang" and value in words.LANGUAGES:
            return value
    return "ru"


def _say_more() -> None:
    import logging

    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s: %(message)s")
    # These write addresses, and an address names a patient.
    for name in ("httpx", "httpcore", "uvicorn"):
        logging.getLogger(name).setLevel(logging.WARNING)
