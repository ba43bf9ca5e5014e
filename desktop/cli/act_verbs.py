"""Verbs that write an act: slots, book, reschedule, cancel, waitlist, house-call, act, import, withdraw, decide. None needs a network.

Each prints the act's id; nothing is done until the clinic says so, and every answer says that too.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from desktop import limits
from desktop.cli.opening import opened, person_meant
from desktop.cli.terminal import WAITS, Terminal, plain
from desktop.clock import local_date
from desktop.errors import UsageError
from desktop.record import door, uploads
from desktop.record.act_shape import Field
from desktop.record.acts import ACTS, CANCEL_REASONS
from desktop.record.clashes import CHOICES
from desktop.record.uploads import Upload
from desktop.session import certificates
from desktop.words import has, tr

_BODY_BYTES: Final = 256 * 1024


def add(verbs: Any, verb: Any, day: Any) -> None:
    """Add these verbs to the parser; `verb` makes one, `day` reads a date."""
    made = verb(verbs, "slots")
    for name in ("specialty", "clinic", "doctor"):
        made.add_argument(f"--{name}", metavar=name[0].upper(), default="")
    made.add_argument("--from", dest="first", type=day, metavar="DATE")
    made.add_argument("--to", dest="last", type=day, metavar="DATE")
    made = verb(verbs, "book")
    made.add_argument("slot", metavar="SLOT")
    made.add_argument("--person", metavar="P")
    made.add_argument("--comment", metavar="T", default="")
    made = verb(verbs, "reschedule")
    made.add_argument("booking", metavar="BOOKING")
    made.add_argument("slot", metavar="SLOT")
    made = verb(verbs, "cancel")
    made.add_argument("booking", metavar="BOOKING")
    made.add_argument("--reason", metavar="T", default="", help=" ".join(CANCEL_REASONS))
    made = verb(verbs, "waitlist")
    made.add_argument("what", choices=("join", "leave"))
    made.add_argument("booking", metavar="BOOKING", nargs="?")
    made.add_argument("--person", metavar="P")
    made.add_argument("--specialty", metavar="S")
    made.add_argument("--doctor", metavar="D", default="")
    made.add_argument("--clinic", metavar="C", default="")
    made.add_argument("--from", dest="first", type=day, metavar="DATE")
    made.add_argument("--to", dest="last", type=day, metavar="DATE")
    made = verb(verbs, "house-call")
    made.add_argument("--person", metavar="P")
    for name in ("address", "phone", "symptoms"):
        made.add_argument(f"--{name}", metavar="T", required=True)
    made.add_argument("--on", type=day, metavar="DATE", required=True)
    made.add_argument("--temperature", type=float, metavar="N")
    made.add_argument("--no-red-flags", action="store_true")
    made.add_argument("--again", action="store_true")
    made = verb(verbs, "act")
    made.add_argument("kind", metavar="KIND", nargs="?")
    made.add_argument("--person", metavar="P")
    made.add_argument("--body", metavar="FILE", type=Path)
    made.add_argument("--file", metavar="FIELD=PATH", action="append", default=[])
    made.add_argument("--list", action="store_true")
    made = verb(verbs, "import")
    made.add_argument("files", metavar="FILE", nargs="+", type=Path)
    made.add_argument("--person", metavar="P")
    made.add_argument("--on", type=day, metavar="DATE")
    verb(verbs, "accept").add_argument("booking", metavar="BOOKING")
    verb(verbs, "withdraw").add_argument("intent", metavar="INTENT")
    made = verb(verbs, "decide")
    made.add_argument("clash", metavar="CLASH")
    made.add_argument("choice", metavar="CHOICE", help=" ".join(dict.fromkeys(choice for some in CHOICES.values() for choice in some)))
    made.add_argument("--slot", metavar="S")


async def slots(asked: argparse.Namespace, terminal: Terminal) -> int:
    """Print free time as it was last seen. *Raises* UsageError watch.days where the last day is before the first."""
    if asked.first and asked.last and asked.last < asked.first:
        raise UsageError("watch.days")
    async with opened(asked, terminal) as session:
        found = await session.bookings.free(
            specialty=asked.specialty, clinic=asked.clinic, doctor=asked.doctor, first_day=asked.first, last_day=asked.last
        )
    for one in found:
        row = {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in asdict(one).items() if name != "place"}
        at = one.starts_at.strftime("%Y-%m-%d %H:%M")
        terminal.result(row, plain(f"{at}  {one.specialty}, {one.doctor}, {one.clinic}  {one.id}"))
    if not found and not terminal.is_json:
        terminal.note(tr("cli_acts.no_slots"))
    return 0


async def book(asked: argparse.Namespace, terminal: Terminal) -> int:
    """Take a slot for a person."""
    async with opened(asked, terminal) as session:
        made = await session.bookings.book(_bare(asked.slot), person_meant(session, asked.person), comment=asked.comment)
    return _accepted(terminal, made)


async def reschedule(asked: argparse.Namespace, terminal: Terminal) -> int:
    """Move a booking in one step."""
    async with opened(asked, terminal) as session:
        made = await session.bookings.reschedule(_bare(asked.booking), _bare(asked.slot))
    return _accepted(terminal, made)


async def accept(asked: argparse.Namespace, terminal: Terminal) -> int:
    """Say yes to the time that the clinic proposes."""
    async with opened(asked, terminal) as session:
        made = await session.bookings.accept_time(_bare(asked.booking))
    return _accepted(terminal, made)


async def cancel(asked: argparse.Namespace, terminal: Terminal) -> int:
    """Cancel a booking or a house call."""
    async with opened(asked, terminal) as session:
        made = await session.bookings.cancel(_bare(asked.booking), asked.reason)
    return _accepted(terminal, made)


async def waitlist(asked: argparse.Namespace, terminal: Terminal) -> int:
    """Join the portal's waiting list, or leave it."""
    async with opened(asked, terminal) as session:
        if asked.what == "leave":
            if not asked.booking:
                raise UsageError("act.missing_field", field="booking")
            made = await session.bookings.cancel(_bare(asked.booking))
        else:
            named = {"specialty": asked.specialty, "doctor": asked.doctor, "clinic": asked.clinic,
                     "from": asked.first or local_date(session.clock), "to": asked.last}  # fmt: skip
            body = {name: str(value) for name, value in named.items() if value}
            made = await session.bookings.act("waitlist.join", person_meant(session, asked.person), body)
    return _accepted(terminal, made)


async def house_call(asked: argparse.Namespace, terminal: Terminal) -> int:
    """Ask for a doctor to come. The word that no life is in danger must be given, and that a second doctor for one day is meant."""
    body = {"address": asked.address, "phone": asked.phone, "symptoms": asked.symptoms, "on": asked.on.isoformat(),
            "no_red_flags": asked.no_red_flags}  # fmt: skip
    if asked.temperature is not None:
        body["temperature"] = asked.temperature
    async with opened(asked, terminal) as session:
        person = person_meant(session, asked.person)
        if not asked.again and (before := await session.bookings.house_call_on(asked.on, person)) is not None:
            raise UsageError("house_call.again", on=asked.on.isoformat(), booking=before.id)
        made = await session.bookings.act("house_call", person, body)
    return _accepted(terminal, made)


async def act(asked: argparse.Namespace, terminal: Terminal) -> int:
    """Accept any other act, or list the kinds with their fields."""
    if asked.list:
        for one in ACTS.values():
            fields = [{"name": it.name, "type": it.type, "required": it.is_required, "choices": list(it.choices),
                       **({"max_chars": it.max_chars} if it.type == "text" else {})} for it in one.fields]  # fmt: skip
            words = ", ".join(_told(field) for field in one.fields)
            own = _certificates() if any(field.name == "certificate" and field.is_required for field in one.fields) else []
            told = {"kind": one.kind, "topic": one.topic, "fields": fields, **({"certificates": own} if own else {})}
            terminal.result(told, f"{one.kind}: {words}", *(_asks(each) for each in own))
        return 0
    if not asked.kind:
        raise UsageError("act.unknown_kind", kind="")
    body, files = _body(asked.body), _files(asked.kind, asked.file)
    body |= {name: _bare(body[name]) for name in ("booking", "slot") if isinstance(body.get(name), str)}
    async with opened(asked, terminal) as session:
        made = await session.bookings.act(asked.kind, person_meant(session, asked.person), body, files=files)
    return _accepted(terminal, made)


def _certificates() -> list[dict[str, Any]]:
    """Return what each kind of certificate asks for."""
    return [{"key": kind.key, "title": tr(f"documents.certificate_{kind.key}"), "fields": [
                *([{"name": "clinic_id", "type": "id", "required": True}] if kind.needs_clinic else []),
                *({"name": name, "type": "date" if field.kind == "period" else field.kind, "required": field.is_required}
                  for field in kind.fields for name in field.names),
            ]} for kind in certificates.kinds().values()]  # fmt: skip


def _asks(certificate: Mapping[str, Any]) -> str:
    """Write a line of one kind of certificate: «  pool  Медицинская справка в бассейн: clinic_id (id), answers.purpose (text)»."""
    fields = ", ".join(f"{one['name']}{'' if one['required'] else '?'} ({one['type']})" for one in certificate["fields"])
    return f"  {certificate['key']}  {certificate['title']}{': ' if fields else ''}{fields}"


def _told(field: Field) -> str:
    """Write a field as it may be filled: «part_of_day?=any|morning», «text (2000)», «from (date)»."""
    name = field.name + ("" if field.is_required else "?")
    if field.choices:
        return f"{name}={'|'.join(field.choices)}"
    return f"{name} ({field.max_chars if field.type == 'text' else field.type})"


async def import_files(asked: argparse.Namespace, terminal: Terminal) -> int:
    """Put files in as results of the person's own, each under its name; none where one of them may not be handed in.

    Without a day named they are of today.
    """
    pages = [_upload(file) for file in asked.files]
    async with opened(asked, terminal) as session:
        person = person_meant(session, asked.person)
        on = asked.on or local_date(session.clock)
        made = []
        for file, page in zip(asked.files, pages, strict=True):
            body = {"title": file.stem[:uploads.TITLE_CHARS], "on": on.isoformat()}
            made.append(await session.bookings.act("result.add", person, body, files={"page": page}))
    terminal.result({"ok": True, "intents": made, "state": "held"}, *(tr("cli_acts.accepted", id=id) for id in made))
    return 0


async def withdraw(asked: argparse.Namespace, terminal: Terminal) -> int:
    """Take an act back; a decision that it came of waits again."""
    async with opened(asked, terminal) as session:
        done = await session.bookings.withdraw(asked.intent)
    said = tr("cli_acts.withdrawn_by", id=done.opposite) if done.opposite else tr("cli_acts.withdrawn")
    waits = tr("cli_acts.reopened", id=done.reopened) if done.reopened else ""
    terminal.result({"ok": True, "intent": done.opposite, "clash": done.reopened}, said, waits)
    return WAITS if done.reopened else 0


async def decide(asked: argparse.Namespace, terminal: Terminal) -> int:
    """Settle a clash; a relative's code is typed, or comes on standard input: it is not for the list of processes."""
    code = terminal.line("cli_acts.ask_code") if asked.choice == "enter_code" else ""
    async with opened(asked, terminal) as session:
        made = await session.bookings.decide(asked.clash, asked.choice, slot=_bare(asked.slot) if asked.slot else None, code=code)
    said = f"clash.decided_{asked.choice}"
    words = tr(said if has(said) else "cli_acts.decided")
    terminal.result({"ok": True, "intent": made}, words, tr("cli_acts.accepted", id=made) if made else "")
    return 0


def _accepted(terminal: Terminal, intent: str) -> int:
    terminal.result({"ok": True, "intent": intent, "state": "held"}, tr("cli_acts.accepted", id=intent))
    return 0


def _bare(name: str) -> str:
    """Accept "Slot/x" and "Appointment/x" as `show` and the portal print them."""
    return name.rpartition("/")[2]


def _files(kind: str, named: list[str]) -> dict[str, Upload]:
    """Read the files of an act, each examined as its field asks. *Raises* UsageError upload.*, act.unknown_field, file.refused."""
    fields = {field.name for field in ACTS[kind].fields if field.type == "file"} if kind in ACTS else set()
    found = {}
    for one in named:
        name, _, path = one.partition("=")
        if name not in fields:
            raise UsageError("act.unknown_field", field=name)
        kinds = (uploads.SIGNATURE,) if name == "signature" else (uploads.PDF,) if name == "application" else uploads.PAPERS
        found[name] = _upload(Path(path), kinds=kinds)
    return found


def _upload(path: Path, *, kinds: tuple[str, ...] = uploads.PAPERS) -> Upload:
    """Read a file just past its bound and look at it. *Raises* UsageError upload.*, file.refused."""
    try:
        with path.open("rb") as file:
            data = file.read(limits.UPLOAD_BYTES + 1)
    except OSError as error:
        raise UsageError("file.refused") from error
    return uploads.examined(path.name, data, kinds=kinds)


def _body(file: Path | None) -> dict[str, Any]:
    """Read a body from a file, "-" for standard input. *Raises* UsageError act.bad_body."""
    if file is None:
        return {}
    with nullcontext(sys.stdin.buffer) if str(file) == "-" else file.open("rb") as held:
        text = held.read(_BODY_BYTES)
    try:
        body = door.loads(text.decode(json.detect_encoding(text)).encode())
    except (ValueError, door.Unreadable) as error:
        raise UsageError("act.bad_body") from error
    if not isinstance(body, dict):
        raise UsageError("act.bad_body")
    return body
