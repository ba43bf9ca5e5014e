"""Verbs on portals: connect, sync, sign-out, and the portal in the box."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.cli import wording
from desktop.cli.opening import opened, person_named
from desktop.cli.terminal import WAITS, Terminal
from desktop.errors import KnownError, SignInNeeded, UsageError, unreached
from desktop.words import has, tr

if TYPE_CHECKING:
    from desktop.session.session import Session


async def connect(asked: argparse.Namespace, terminal: Terminal) -> int:
    """Add a portal and say what it cannot do."""
    from desktop.session.session import Session

    if asked.auth == "token" and not asked.token_file:
        raise UsageError("connect.needs_file")
    token = terminal.secret(Path(asked.token_file)).strip() if asked.token_file else None
    async with opened(asked, terminal) as session:
        auth = asked.auth or ("token" if token else (await Session.glance(asked.base_url)).auth)
        if auth == "token" and not token:
            raise UsageError("connect.needs_file")
        cannot = await session.exchange.connect(
            asked.base_url, auth=auth, token=token, people=tuple(one.removeprefix("Patient/") for one in asked.person),
            open_browser=lambda url: _browse(terminal, url), port=asked.port,
        )
        people = [{"id": one.id, "patient_id": one.patient_id} for one in session.people]
    can = [tr("cli.connect_cannot"), *(f"  {tr(key) if has(key) else key}" for key in cannot)]
    terminal.result(
        {"ok": True, "portal": asked.base_url, "auth": auth, "people": people, "cannot": list(cannot)},
        tr("cli.connect_done", portal=asked.base_url), tr("cli.connect_people", len(people)),
        *(can if cannot else [tr("cli.connect_can_all")]),
    )
    return 0


def _browse(terminal: Terminal, url: str) -> None:
    import webbrowser

    terminal.note(tr("cli.connect_browser", url=url))
    webbrowser.open(url)


async def sync(asked: argparse.Namespace, terminal: Terminal) -> int:
    """Do one run and report it."""
    async with opened(asked, terminal) as session:
        if not await session.exchange.has_portal():
            raise UsageError("portal.none")
        first = person_named(session, asked.person)
        report = await _watched(session, terminal, documents=asked.documents, person=first.id if first else None)
    trouble: KnownError | None = None
    if report.needs_sign_in:
        trouble = SignInNeeded("signin.needed")
    elif report.unreached:
        trouble = unreached(report.unreached)
    pulled = report.pulled
    lines = [] if trouble else [tr("cli.sync_done", new=pulled.new, changed=pulled.changed, removed=pulled.removed,
                                   documents=report.documents.stored)]  # fmt: skip
    pushed, undecided = report.pushed, report.pushed.clashes + report.pushed.rejected
    if pushed.applied or pushed.waiting:
        lines.append(tr("cli.sync_pushed", applied=pushed.applied, waiting=pushed.waiting))
    if undecided:
        lines.append(tr("cli.sync_undecided", undecided))
    if report.quarantined:
        lines.append(tr("cli.sync_aside", report.quarantined))
    lines += [tr("cli.sync_removals")] * bool(report.removals) + [tr("cli.sync_revoked")] * bool(report.revoked)
    lines += [tr(key) for key in sorted(report.cannot) if key.startswith("capability.short_")]
    terminal.result(report.as_json(), *lines)
    if trouble is not None:
        terminal.note(wording.error(trouble))
        return trouble.exit_code
    return WAITS if report.waits_for_decision else 0


async def _watched(session: Session, terminal: Terminal, *, documents: str | None, person: int | None):  # type: ignore[no-untyped-def]
    with terminal.progress(tr("cli.sync_running")) as moved:
        off = session.events.on("exchange", lambda *_: moved(session.exchange.received, None))
        try:
            return await session.exchange.run_now(documents=documents, person=person)  # type: ignore[arg-type]
        finally:
            off()


async def sign_out(asked: argparse.Namespace, terminal: Terminal) -> int:
    """End the sign-in of every portal, there and here."""
    async with opened(asked, terminal) as session:
        urls = await session.exchange.sign_out()
    ends = [tr("cli.sign_out_browser", url=url) for url in urls]
    terminal.result({"ok": True, "browser": list(urls)}, tr("cli.sign_out_done"), *ends)
    return 0


def portal(asked: argparse.Namespace) -> int:
    """Serve the portal in the box until stopped; the first line of stdout says where."""
    from desktop.demo import serve
    from desktop.demo.faults import Faults

    try:
        Faults(seed=asked.seed).parse(asked.faults)
    except ValueError:
        raise UsageError("portal.bad_faults") from None
    try:
        return serve.main(port=asked.port, db=Path(asked.db) if asked.db else None, open_access=asked.open, faults=asked.faults,
                          size=asked.size, seed=asked.seed)  # fmt: skip
    except OSError as error:
        raise UsageError("portal.port_taken") from error
