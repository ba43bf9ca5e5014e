"""The shape of an invented world: what the portal in the box is filled with.

Owns only the two records that travel between the families and the portal. It reads nothing and serves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Account:
    """One person's way into the demo portal, and whose records it opens.

    `person` is the id of the account holder's own Patient; `grants` are the Patient ids the account may read
    (the holder's own first). `level` is how far the state knows the holder: 1 simplified, 2 standard, 3 confirmed.
    `asked` are those of the granted who have an account of their own, to which the portal sends a code before they are first booked.
    """

    login_phone: str
    login_email: str
    password: str
    name: str
    person: str
    grants: tuple[str, ...]
    level: int = 3
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class World:
    """Everything a fresh portal holds.

    `resources`: FHIR R4 JSON, oldest first by `meta.lastUpdated` (the server time at which each appeared); parts of the
    JSON are shared between resources, so a reader that wants to change one copies it first.
    `binaries`: Binary id → (content type, bytes); a DocumentReference points at one by `Binary/<id>`.
    """

    resources: list[dict[str, Any]]
    binaries: dict[str, tuple[str, bytes]]
    accounts: tuple[Account, ...]
