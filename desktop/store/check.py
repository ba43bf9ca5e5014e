"""Verify a whole vault: every page, index, body, digest and number. Changes nothing but emptying the WAL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from desktop.errors import KnownError, MedkartaError
from desktop.store.database import Database
from desktop.store.packing import Bodies


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """What was looked at and what is wrong. `problems` are stable words, each with how often it was met."""

    resources: int
    documents: int
    acts: int
    problems: tuple[tuple[str, int], ...]

    @property
    def is_sound(self) -> bool:
        return not self.problems


def check(database: Database, *, broken_documents: Callable[[], list[str]], is_outbox_whole: Callable[[], bool],
          progress: Callable[[int, int], None] | None = None) -> CheckReport:
    """Run every check; one that cannot run is itself a problem. `progress(done, steps)`."""
    steps: list[tuple[str, Callable[[], int]]] = [
        # HMAC of pages is looked at only after a checkpoint: before it, a sound vault can seem broken (security.md E1b).
        ("pages", lambda: _pages(database)),
        ("structure", lambda: sum(row[0] != "ok" for row in database.all("PRAGMA quick_check"))),
        ("references", lambda: len(database.all("PRAGMA foreign_key_check"))),
        ("search", lambda: _search(database)),
        ("bodies", lambda: _bodies(database)),
        ("documents", lambda: len(broken_documents())),
        ("outbox", lambda: 0 if is_outbox_whole() else 1),
    ]
    problems: list[tuple[str, int]] = []
    for done, (name, step) in enumerate(steps):
        if progress is not None:
            progress(done, len(steps))
        try:
            wrong = step()
        except MedkartaError:
            wrong = 1
        if wrong:
            problems.append((name, wrong))
    if progress is not None:
        progress(len(steps), len(steps))
    return CheckReport(resources=_count(database, "resource"), documents=_count(database, "document WHERE state = 'here'"),
                       acts=_count(database, "outbox WHERE state <> 'GONE'"), problems=tuple(problems))


def _count(database: Database, what: str) -> int:
    try:
        row = database.one(f"SELECT count(*) FROM {what}")
    except KnownError:
        return 0
    return int(row[0]) if row else 0


def _pages(database: Database) -> int:
    if database.file is None:
        return 0
    database.checkpoint()
    return len(database.all("PRAGMA cipher_integrity_check"))


def _search(database: Database) -> int:
    with database.transaction():
        database.run("INSERT INTO search (search) VALUES ('integrity-check')")
    row = database.one("SELECT count(*) FROM resource r WHERE person >= 0 "
                       "AND NOT EXISTS (SELECT 1 FROM search_docsize d WHERE d.id = r.row)")
    return int(row[0]) if row else 0


def _bodies(database: Database) -> int:
    bodies, bad, after = Bodies(database), 0, -1
    while rows := database.all("SELECT row, dictionary, body FROM resource WHERE row > ? ORDER BY row LIMIT 1000", (after,)):
        for _, dictionary, body in rows:
            try:
                bad += not bodies.read(dictionary, body)
            except KnownError:
                bad += 1
        after = rows[-1][0]
    return bad
