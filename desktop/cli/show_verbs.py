"""Verbs that read: show, resource, search, document."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from desktop.cli.opening import opened, person_named
from desktop.cli.parser import words_of
from desktop.cli.terminal import Terminal, free_place, plain, write_new
from desktop.errors import UsageError
from desktop.words import tr

if TYPE_CHECKING:
    from desktop.session.session import Session

Row = dict[str, Any]
_JOURNAL_PAGE: Final = 500
_NAMED: Final = frozenset({"facts", "body", "mine", "theirs"})
_SHOWN: Final = ("title", "medicine", "name", "given", "specialty", "event", "kind", "reason")
_WHEN: Final = ("starts_at", "taken_at", "on", "created_on", "started_at", "sent_at", "written_on", "at", "birth_date", "since")


async def show(asked: argparse.Namespace, terminal: Terminal) -> int:
    """Print the rows of a subject."""
    async with opened(asked, terminal) as session:
        person = person_named(session, asked.person)
        rows = await _rows(session, asked.subject, person.id if person else None, asked.since)
        names = {} if asked.subject == "people" else _names(session)
    _print(rows if asked.limit is None else rows[: asked.limit], names, terminal)
    return 0


def _names(session: Session) -> dict[int, str]:
    """Return the given names of a family; of one person alone nobody needs to be told."""
    return {one.id: one.given for one in session.people} if len(session.people) > 1 else {}


async def _rows(session: Session, subject: str, person: int | None, since: date | None) -> list[Row]:
    rows: list[Row]
    if subject == "people":
        rows = [{**_plain(one), "id": f"Patient/{one.patient_id}", "person": one.id, "state": one.standing} for one in session.people]
    elif subject == "bookings":
        found = (*await session.bookings.upcoming(family=True), *await session.bookings.past(family=True))
        rows = [_row(one, state=one.certainty, at=one.starts_at) for one in found]
    elif subject == "journal":
        rows = [_row(one, state=one.by, at=one.at) for one in await _journal(session)]
    elif subject == "quarantine":
        rows = [_row(one, state="quarantined", at=one.at) for one in await session.quarantine.page()]
    elif subject == "outbox":
        rows = [_row(one, state=one.state, at=one.created_at) for one in await session.bookings.outbox()]
    elif subject == "clashes":
        rows = [_row(one, state="waiting", at=one.found_at) for one in await session.bookings.clashes()]
    elif subject == "saved-searches":
        kept = await session.services.saved()
        rows = [{"person": 0, "state": "saved", "title": one.text, **_plain(one)} for one in kept]
    else:
        return await session.subjects.rows(subject, person=person, since=since)
    mine = [one for one in rows if person in (None, one["person"])]
    return [_without_day(one) for one in mine if since is None or one.get("_day") is None or one["_day"] >= since]


def _row(one: Any, *, state: str, at: datetime | None) -> Row:
    fields = _plain(one)
    return {"id": fields.pop("id"), "person": fields.pop("person"), "state": state, **fields,
            "_day": at.astimezone().date() if at else None}  # fmt: skip


def _without_day(row: Row) -> Row:
    return {name: value for name, value in row.items() if name != "_day"}


def _plain(one: Any) -> Row:
    return {name: dict(value) if name in _NAMED else _value(value) for name, value in asdict(one).items()}


def _value(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [_value(part) for part in value]
    if isinstance(value, dict):
        return {name: _value(part) for name, part in value.items()}
    return value


async def _journal(session: Session) -> list[Any]:
    found: list[Any] = []
    while page := await session.journal.page(after=found[-1].id if found else None, limit=_JOURNAL_PAGE):
        found += page
    return found


def _print(rows: list[Row], names: dict[int, str], terminal: Terminal) -> None:
    if terminal.is_json:
        for row in rows:
            terminal.answer(row)
        return
    sys.stdout.write("\n".join([plain(_line(row, names)) for row in rows] or [tr("cli.empty")]) + "\n")


def _line(row: Row, names: dict[int, str]) -> str:
    # An act and a decision speak through what was wanted; their kind is what the person reads first, and names when deciding.
    wanted = {key: value for name in ("theirs", "mine", "body") if isinstance(row.get(name), dict) for key, value in row[name].items()}
    facts = {**wanted, **row}
    what = ": ".join(filter(None, (row["kind"], _first(wanted, _SHOWN)))) if "kind" in row and wanted else _first(facts, _SHOWN)
    choices = f"({', '.join(row['choices'])})" if "choices" in row else ""
    whose = [names.get(row["person"], "").ljust(max(map(len, names.values())))] if names else []
    when = _first(facts, _WHEN)[:16].replace("T", " ")
    return "  ".join((when.ljust(16), str(row["state"]).ljust(12), *whose, what, str(row["id"]), choices)).rstrip()


def _first(row: Row, names: tuple[str, ...]) -> str:
    return next((str(row[name]) for name in names if row.get(name)), "")


async def resource(asked: argparse.Namespace, terminal: Terminal) -> int:
    """Print one stored resource exactly as it is kept."""
    type_name, _, id = asked.name.partition("/")
    if not type_name or not id:
        raise UsageError("resource.unknown")
    async with opened(asked, terminal) as session:
        body = await session.subjects.resource(type_name, id)
    if body is None:
        raise UsageError("resource.unknown")
    sys.stdout.flush()
    sys.stdout.buffer.write(body + b"\n")
    sys.stdout.buffer.flush()
    return 0


async def search(asked: argparse.Namespace, terminal: Terminal) -> int:
    """Print what is found, best first."""
    async with opened(asked, terminal) as session:
        person = person_named(session, asked.person)
        if person is not None:
            session.scope.switch(person.id)
        hits = await session.search.find(words_of(asked.text), everyone=person is None)
        names = _names(session)
    rows = [{"id": f"{one.type}/{one.id}", "person": one.person, "state": one.section, "title": one.title, "detail": one.detail,
             "on": _value(one.on)} for one in hits]  # fmt: skip
    _print(rows, names, terminal)
    return 0


async def document(asked: argparse.Namespace, terminal: Terminal) -> int:
    """Write a document's bytes to a file that was not there; into a folder under a name of ours."""
    from desktop.record.documents import is_what_it_says

    id = asked.id.removeprefix("DocumentReference/")
    async with opened(asked, terminal) as session:
        row = await session.documents.get(id)
        out = free_place(asked.out, name=await session.documents.saved_name(id))
        data = await session.documents.content(id)
        if not is_what_it_says(data, row.content_type):
            raise UsageError("document.wrong_type")
        await session.documents.note(id, "document.saved")
        write_new(out, data)
    terminal.result({"ok": True, "file": str(out), "bytes": len(data), "content_type": row.content_type},
                    tr("cli.document_done", file=out))  # fmt: skip
    return 0
