"""The portals this vault is connected to, and two small drawers: settings (plain) and secrets (tokens)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from desktop.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """One portal. `epoch` grows when the portal was restored from a backup; `capabilities` is what probing found."""

    id: int
    base_url: str
    auth: str
    issuer: str = ""
    client_id: str = ""
    display: str = ""
    capabilities: Mapping[str, Any] = field(default_factory=dict)
    epoch: int = 1


class Portals:
    """*Thread*: store thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> tuple[Portal, ...]:
        """Return every portal, oldest first."""
        rows = self._database.all("SELECT id, base_url, auth, issuer, client_id, display, capabilities, epoch FROM portal ORDER BY id")
        return tuple(Portal(id=row[0], base_url=row[1], auth=row[2], issuer=row[3], client_id=row[4], display=row[5],
                            capabilities=json.loads(row[6]), epoch=row[7]) for row in rows)

    def get(self, portal: int) -> Portal | None:
        """Return one portal."""
        return next((one for one in self.all() if one.id == portal), None)

    def put(self, base_url: str, *, auth: str, issuer: str = "", client_id: str = "", display: str = "") -> int:
        """Add a portal, or bring the one with this address up to date, and return its number."""
        with self._database.transaction():
            self._database.run(
                "INSERT INTO portal (base_url, auth, issuer, client_id, display) VALUES (?, ?, ?, ?, ?) ON CONFLICT (base_url) DO UPDATE "
                "SET auth = excluded.auth, issuer = excluded.issuer, client_id = excluded.client_id, display = excluded.display",
                (base_url, auth, issuer, client_id, display))
            row = self._database.one("SELECT id FROM portal WHERE base_url = ?", (base_url,))
        assert row is not None
        return int(row[0])

    def set_capabilities(self, portal: int, capabilities: Mapping[str, Any]) -> None:
        """Remember what probing found."""
        with self._database.transaction():
            self._database.run("UPDATE portal SET capabilities = ? WHERE id = ?", (json.dumps(capabilities, ensure_ascii=False), portal))

    def next_epoch(self, portal: int) -> int:
        """Begin a new epoch of a portal and return its number."""
        with self._database.transaction():
            self._database.run("UPDATE portal SET epoch = epoch + 1 WHERE id = ?", (portal,))
        row = self._database.one("SELECT epoch FROM portal WHERE id = ?", (portal,))
        return int(row[0]) if row else 0


class Settings:
    """Named JSON values."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: str, default: Any = None) -> Any:
        """Return a value, or `default`."""
        row = self._database.one("SELECT value FROM setting WHERE name = ?", (name,))
        return default if row is None else json.loads(row[0])

    def set(self, name: str, value: Any, *, is_lasting: bool = True) -> None:
        """Keep a value; None removes it. A power cut may take back one that is not `is_lasting`."""
        with self._database.transaction(is_lasting=is_lasting):
            if value is None:
                self._database.run("DELETE FROM setting WHERE name = ?", (name,))
            else:
                self._database.run("INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)",
                                   (name, json.dumps(value, ensure_ascii=False)))


class Secrets:
    """Tokens and the like: bytes that never leave the vault but through sync."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: str) -> bytes | None:
        """Return a secret, or None."""
        row = self._database.one("SELECT value FROM secret WHERE name = ?", (name,))
        return None if row is None else bytes(row[0])

    def set(self, name: str, value: bytes | None) -> None:
        """Keep a secret durably (a rotated refresh token must not be lost); None removes it."""
        with self._database.acts():
            if value is None:
                self._database.run("DELETE FROM secret WHERE name = ?", (name,))
            else:
                self._database.run("INSERT OR REPLACE INTO secret (name, value) VALUES (?, ?)", (name, value))
