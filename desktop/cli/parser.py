"""The shape of the command line: verbs, options, their help. *Source*: the product's table of verbs."""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final, NoReturn

from desktop.cli import act_verbs, wording
from desktop.preferences import THEMES
from desktop.words import LANGUAGES, tr

SUBJECTS: Final = (
    "people", "policies", "bookings", "referrals", "documents", "prescriptions", "results", "vaccinations", "checkups", "visits",
    "clinics", "services", "notices", "health", "journal", "outbox", "clashes", "quarantine", "saved-searches",
)  # fmt: skip
_SCALES: Final = (1.0, 1.5)


class _Parser(argparse.ArgumentParser):
    """Speaks the person's language where argparse has words of its own; says what is wrong in it first."""

    def __init__(self, **choices: Any) -> None:
        super().__init__(add_help=False, **choices)
        self._positionals.title, self._optionals.title = tr("cli.help_given"), tr("cli.help_options")
        self.add_argument("-h", "--help", action="help", help=tr("cli.opt_help"))

    def format_help(self) -> str:
        return super().format_help().replace("usage:", tr("cli.help_usage"), 1)

    def error(self, message: str) -> NoReturn:
        print(tr("cli.usage_wrong"), file=sys.stderr)
        print(f"{self.prog}: {wording.usage(message)}", file=sys.stderr)
        raise SystemExit(2)


def build() -> argparse.ArgumentParser:
    """Return the parser of every verb; common options may stand before the verb or after it."""
    parser = _Parser(prog="medkarta", description=tr("cli.about"), allow_abbrev=False)
    _common(parser, is_top=True)
    verbs = parser.add_subparsers(dest="verb", title=tr("cli.help_verbs"), metavar=tr("cli.help_verb"), parser_class=_Parser)
    _vault(verbs)
    _exchange(verbs)
    _reading(verbs)
    act_verbs.add(verbs, _verb, _day)
    _windows(verbs)
    return parser


def _common(parser: argparse.ArgumentParser, *, is_top: bool) -> None:
    def default(value: Any) -> Any:
        return value if is_top else argparse.SUPPRESS

    parser.add_argument("--data-dir", metavar="DIR", default=default(None), help=tr("cli.opt_data_dir"))
    parser.add_argument("--passphrase-file", metavar="F", default=default(None), help=tr("cli.opt_passphrase_file"))
    parser.add_argument("--json", action="store_true", default=default(False), help=tr("cli.opt_json"))
    parser.add_argument("--lang", choices=LANGUAGES, default=default(None), help=tr("cli.opt_lang"))
    parser.add_argument("-v", "--verbose", action="store_true", default=default(False), help=tr("cli.opt_verbose"))


def _verb(verbs: Any, name: str) -> argparse.ArgumentParser:
    words = tr(f"cli.verb_{name.replace('-', '_')}")
    made: argparse.ArgumentParser = verbs.add_parser(name, help=words, description=words, allow_abbrev=False)
    _common(made, is_top=False)
    return made


def _vault(verbs: Any) -> None:
    _verb(verbs, "init").add_argument("--recovery-code-file", metavar="F")
    _verb(verbs, "check")
    _verb(verbs, "backup").add_argument("file", metavar="FILE")
    made = _verb(verbs, "export")
    made.add_argument("--format", choices=("fhir", "pdf", "xml", "ics", "csv", "zip"), required=True)
    made.add_argument("--out", metavar="F", required=True)
    made.add_argument("--person", metavar="P")
    made.add_argument("--since", type=_day, metavar="DATE")
    _verb(verbs, "restore").add_argument("file", metavar="FILE", type=Path)
    _verb(verbs, "passphrase").add_argument("--new-passphrase-file", metavar="F")
    _verb(verbs, "recover").add_argument("--recovery-code-file", metavar="F", required=True)


def _exchange(verbs: Any) -> None:
    made = _verb(verbs, "connect")
    made.add_argument("base_url", metavar="BASE_URL")
    made.add_argument("--auth", choices=("none", "oauth", "token"))
    made.add_argument("--token-file", metavar="F")
    made.add_argument("--person", metavar="PATIENT_ID", action="append", default=[])
    made.add_argument("--port", type=_port, default=0, metavar="N")
    made = _verb(verbs, "sync")
    made.add_argument("--documents", choices=("needed", "all", "none"))
    made.add_argument("--person", metavar="P")
    _verb(verbs, "sign-out")
    made = _verb(verbs, "portal")
    made.add_argument("--port", type=_port, default=0, metavar="N")
    made.add_argument("--db", metavar="FILE")
    made.add_argument("--open", action="store_true")
    made.add_argument("--faults", metavar="SPEC", default="")
    made.add_argument("--size", choices=("S", "M", "L", "demo"), default="demo")
    made.add_argument("--seed", type=int, default=1, metavar="N")


def _reading(verbs: Any) -> None:
    made = _verb(verbs, "show")
    made.add_argument("subject", metavar="SUBJECT", choices=SUBJECTS, help=" ".join(SUBJECTS))
    made.add_argument("--person", metavar="P")
    made.add_argument("--limit", type=_count, metavar="N")
    made.add_argument("--since", type=_day, metavar="DATE")
    _verb(verbs, "resource").add_argument("name", metavar="TYPE/ID")
    made = _verb(verbs, "search")
    made.add_argument("text", metavar="TEXT", nargs="+")
    made.add_argument("--person", metavar="P")
    made = _verb(verbs, "document")
    made.add_argument("id", metavar="ID")
    made.add_argument("--out", metavar="FILE", required=True)


def _windows(verbs: Any) -> None:
    _verb(verbs, "demo").add_argument("--fresh", action="store_true")
    made = _verb(verbs, "scenes")
    made.add_argument("--out", metavar="DIR", required=True)
    made.add_argument("--only", metavar="NAME", default="")
    made.add_argument("--theme", default="", choices=THEMES, metavar="T")
    made.add_argument("--scale", type=_scale, default=0.0, metavar="X")
    made.add_argument("--size", type=_size, metavar="WxH")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(tr("errors.date_wrong")) from None


def _count(text: str) -> int:
    return _whole(text, most=10**9)


def _port(text: str) -> int:
    return _whole(text, most=65_535)


def _whole(text: str, *, most: int) -> int:
    if not text.isdecimal() or len(text) > 10 or int(text) > most:
        raise argparse.ArgumentTypeError(tr("cli.number_wrong", least=0, most=most))
    return int(text)


def _scale(text: str) -> float:
    try:
        scale = float(text)
    except ValueError:
        scale = math.nan
    if not _SCALES[0] <= scale <= _SCALES[1]:
        raise argparse.ArgumentTypeError(tr("cli.number_wrong", least=_SCALES[0], most=_SCALES[1]))
    return scale


def _size(text: str) -> str:
    wide, by, high = text.partition("x")
    if not (by and wide.isdecimal() and high.isdecimal() and len(text) < 10 and int(wide) and int(high)):
        raise argparse.ArgumentTypeError(tr("cli.size_wrong"))
    return text


def words_of(text: Sequence[str]) -> str:
    """Join what the shell split."""
    return " ".join(text)
