"""Take a database from the schema it has to the one this program writes: numbered SQL, one transaction each.

The number is PRAGMA user_version: major * 1000 + minor. A newer major is refused and left untouched; a newer minor is readable.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from desktop.errors import VaultDamaged
from desktop.store.database import Database

MIGRATIONS: Final = Path(__file__).resolve().parent / "migrations"


def steps(folder: Path = MIGRATIONS) -> list[tuple[int, str]]:
    """Return (version, SQL) of every step, oldest first."""
    return sorted((int(file.stem), file.read_text("utf-8")) for file in folder.glob("*.sql"))


def newest(folder: Path = MIGRATIONS) -> int:
    """Return the version this program writes."""
    return steps(folder)[-1][0]


def version_of(database: Database) -> int:
    """Return the schema version of an open database."""
    row = database.one("PRAGMA user_version")
    return int(row[0]) if row else 0


def migrate(database: Database, *, before_major: Callable[[int], None] | None = None, folder: Path = MIGRATIONS) -> int:
    """Bring `database` up to date and return its version; `before_major` is called with the old version before a major step.

    *Raises* VaultDamaged("vault.newer") for a newer major.
    """
    have, want = version_of(database), newest(folder)
    if have // 1000 > want // 1000:
        raise VaultDamaged("vault.newer", have=have, want=want)
    for number, sql in steps(folder):
        if number <= have:
            continue
        if have and number // 1000 > have // 1000 and before_major is not None:
            before_major(have)
        with database.transaction():
            for statement in statements(sql):
                database.run(statement)
            database.run(f"PRAGMA user_version = {number}")
        have = number
    return have


def statements(sql: str) -> list[str]:
    """Split a file of simple statements; comments are dropped. A semicolon may not stand inside a string."""
    lines = (line for line in sql.splitlines() if not line.lstrip().startswith("--"))
    return [part.strip() for part in "\n".join(lines).split(";") if part.strip()]
