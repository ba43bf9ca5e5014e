"""`export` as a PDF or as a calendar: typeset and worded as in the window, without one. The rest of the verb is the command line's."""

from __future__ import annotations

import argparse
import asyncio
import os

from desktop.errors import UsageError
from desktop.words import tr


def pdf(asked: argparse.Namespace) -> int:
    """Write the card as a PDF; return the exit code. *Raises* KnownError, UsageError file.refused among them."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # Paper needs no screen.
    from desktop.app import application
    from desktop.views import theme

    theme.apply(application(), "light")
    try:
        return asyncio.run(_pdf(asked))
    except OSError as error:
        raise UsageError("file.refused") from error


async def _pdf(asked: argparse.Namespace) -> int:
    from desktop.cli.opening import opened, person_meant
    from desktop.cli.terminal import Terminal, free_place
    from desktop.clock import local_date
    from desktop.session.export import Choice
    from desktop.views import book
    from desktop.views.pages import card_paper

    terminal, file = Terminal(is_json=asked.json), free_place(asked.out)
    async with opened(asked, terminal) as session:
        choice = Choice(person=person_meant(session, asked.person), since=asked.since)
        sheets = await card_paper.sheets(session, choice, today=local_date(session.clock))
        with terminal.progress(tr("cli.export_running")) as moved:
            pages = await book.write_book(sheets, file, moved)
        await session.export.note(choice.person, "pdf")
    terminal.result({"ok": True, "file": str(file), "pages": pages}, tr("cli.export_done", file=file))
    return 0


def ics(asked: argparse.Namespace) -> int:
    """Write a person's bookings as a calendar: those ahead, and since a named day the earlier ones; return the exit code."""
    return asyncio.run(_ics(asked))


async def _ics(asked: argparse.Namespace) -> int:
    from desktop.cli.opening import opened, person_meant
    from desktop.cli.terminal import Terminal, free_place, write_new
    from desktop.session.export import Choice
    from desktop.views.pages.bookings_paper import calendar

    terminal, file = Terminal(is_json=asked.json), free_place(asked.out)
    async with opened(asked, terminal) as session:
        choice = Choice(person=person_meant(session, asked.person), since=asked.since)
        chosen = await session.export.visits(choice)
        write_new(file, calendar(chosen, now=session.clock.now()))
        await session.export.note(choice.person, "ics")
    terminal.result({"ok": True, "file": str(file), "events": len(chosen)}, tr("cli.export_done", file=file))
    return 0
