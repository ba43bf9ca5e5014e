"""Verbs on the vault itself: init, check, backup, restore, passphrase, recover."""

from __future__ import annotations

import argparse
from pathlib import Path

from desktop.cli import wording
from desktop.cli.opening import opened, person_meant
from desktop.cli.terminal import Terminal, free_place, write_new
from desktop.errors import UsageError, VaultDamaged
from desktop.words import tr


async def init(asked: argparse.Namespace, terminal: Terminal) -> int:
    """Make a vault; print its recovery code once, or write it to a file of its own."""
    from desktop.session.session import Session

    file = free_place(asked.recovery_code_file) if asked.recovery_code_file else None
    phrase = terminal.passphrase(asked.passphrase_file, is_new=True)
    session, code = await Session.create(asked.folder, passphrase=phrase, is_live=False)
    await session.lock()
    answer: dict[str, object] = {"ok": True, "data_dir": str(asked.folder)}
    done = tr("cli.init_done", folder=asked.folder)
    if file is None:
        terminal.result({**answer, "recovery_code": code}, done, tr("cli.init_code", code=code))
        return 0
    try:
        write_new(file, f"{code}\n".encode())
    except (OSError, UsageError):
        # The vault stands; a code that reached nobody would be worse than one on the screen.
        terminal.note(wording.error(UsageError("file.refused")))
        terminal.result({**answer, "recovery_code": code}, done, tr("cli.init_code", code=code))
        return 2
    terminal.result({**answer, "recovery_code_file": str(file)}, done, tr("cli.init_code_file", file=file))
    return 0


async def check(asked: argparse.Namespace, terminal: Terminal) -> int:
    """Verify everything."""
    async with opened(asked, terminal) as session:
        with terminal.progress(tr("cli.check_running")) as moved:
            report = await session.check(moved)
    problems = [{"check": name, "count": count} for name, count in report.problems]
    answer = {"ok": report.is_sound, "resources": report.resources, "documents": report.documents, "acts": report.acts,
              "problems": problems}  # fmt: skip
    lines = [tr("cli.check_problem", what=tr(f"cli.check_{name}"), count=count) for name, count in report.problems]
    if report.is_sound:
        lines = [tr("cli.check_done", resources=report.resources, documents=report.documents)]
    terminal.result(answer, *lines)
    if not report.is_sound:
        terminal.note(wording.error(VaultDamaged("vault.unsound")))
    return 0 if report.is_sound else VaultDamaged.exit_code


async def backup(asked: argparse.Namespace, terminal: Terminal) -> int:
    """Write the whole vault into one encrypted file that was not there before."""
    file = free_place(asked.file)
    async with opened(asked, terminal) as session:
        with terminal.progress(tr("cli.backup_running")) as moved:
            await session.backup(file, moved)
    terminal.result({"ok": True, "file": str(file), "bytes": file.stat().st_size}, tr("cli.backup_done", file=file))
    return 0


async def export(asked: argparse.Namespace, terminal: Terminal) -> int:
    """Write one person's card into a file that was not there before, readable by others: FHIR JSON, FHIR XML, a table or an archive."""
    from desktop.session.export import Choice

    file = free_place(asked.out)
    async with opened(asked, terminal) as session:
        person = person_meant(session, asked.person)
        with terminal.progress(tr("cli.export_running")) as moved:
            written = await session.export.write(file, asked.format, Choice(person=person, since=asked.since), moved)
    answer: dict[str, object] = {"ok": True, "file": str(file), "resources": written.resources}
    if asked.format == "zip":
        answer |= {"documents": written.documents, "documents_missing": written.missing}
    missing = tr("papers.export_missing", written.missing) if written.missing else ""
    terminal.result(answer, tr("cli.export_done", file=file), missing)
    return 0


async def restore(asked: argparse.Namespace, terminal: Terminal) -> int:
    """Bring a vault over from a backup into a folder that has none."""
    from desktop.session.session import Session

    phrase = terminal.passphrase(asked.passphrase_file)
    session = await Session.restore(asked.file, asked.folder, passphrase=phrase, is_live=False)
    people = len(session.people)
    await session.lock()
    done = tr("cli.restore_done", folder=asked.folder)
    terminal.result({"ok": True, "data_dir": str(asked.folder), "people": people}, done)
    return 0


async def passphrase(asked: argparse.Namespace, terminal: Terminal) -> int:
    """Put another passphrase in place of the present one."""
    from desktop.session.session import Session

    old = terminal.passphrase(asked.passphrase_file)
    session = await Session.open(asked.folder, passphrase=old, is_live=False)
    try:
        new = terminal.passphrase(asked.new_passphrase_file, env="MEDKARTA_NEW_PASSPHRASE_FILE", ask="cli.ask_new", is_new=True)
        await session.change_passphrase(old, new)
    finally:
        await session.lock()
    terminal.result({"ok": True}, tr("cli.passphrase_done"))
    return 0


async def recover(asked: argparse.Namespace, terminal: Terminal) -> int:
    """Open by the recovery code and set the passphrase that the options name, or that is asked."""
    from desktop.session.session import Session

    code = terminal.secret(Path(asked.recovery_code_file))
    new = terminal.passphrase(asked.passphrase_file, ask="cli.ask_new", is_new=True)
    session, _ = await Session.recover(asked.folder, recovery_code=code.strip(), new_passphrase=new, is_live=False)
    await session.lock()
    terminal.result({"ok": True}, tr("cli.recover_done"))
    return 0
