"""What comes in for one interaction and what goes out, without HTTP: a batch entry and a request are the same here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

from desktop.demo import text
from desktop.demo.shelf import Item

FHIR_JSON = "application/fhir+json"


@dataclass(frozen=True, slots=True)
class Who:
    """On whose behalf a request comes. `may` is None where the portal is open to all."""

    account: str
    may: frozenset[str] | None
    ended: frozenset[str] = frozenset()
    writes: bool = True

    def reads(self, person: str) -> bool:
        """Say whether the record of this person may be read."""
        return self.may is None or person in self.may


EVERYONE = Who("", None)


@dataclass(frozen=True, slots=True)
class Call:
    """One interaction: path below the base, query pairs in order, lower-case headers.

    `assigned` is the id that a transaction has already given to what is to be created.
    """

    method: str
    path: tuple[str, ...]
    query: tuple[tuple[str, str], ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    who: Who = EVERYONE
    assigned: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, body and headers."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return self.status < 400


class Refused(Exception):
    """Carry a refusal out of a transaction so that it is rolled back."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def outcome(status: int, code: str, words: str, *, detail: str = "", headers: dict[str, str] | None = None) -> Answer:
    """Answer with an OperationOutcome; `detail` is the portal's own code (booking_errors, policy-revoked)."""
    issue: dict[str, Any] = {"severity": "error", "code": code}
    if detail:
        issue["details"] = {"coding": [{"system": "urn:medkarta:portal", "code": detail}], "text": words}
    issue["diagnostics"] = words
    return Answer(status, text.dump({"resourceType": "OperationOutcome", "issue": [issue]}), headers or {})


def refuse(status: int, code: str, words: str, *, detail: str = "") -> Refused:
    """Return a Refused to raise."""
    return Refused(outcome(status, code, words, detail=detail))


def version_headers(item: Item) -> dict[str, str]:
    """Return ETag and Last-Modified of a version."""
    return {"ETag": f'W/"{item.version}"', "Last-Modified": formatdate(item.updated // 1000, usegmt=True)}


def entry(base: str, item: Item, *, mode: str = "match") -> bytes:
    """Wrap stored bytes as a searchset entry."""
    return b'{"fullUrl":"%s/%s/%s","resource":%s,"search":{"mode":"%s"}}' % (
        base.encode(),
        item.type.encode(),
        item.id.encode(),
        item.body,
        mode.encode(),
    )


def bundle(
    kind: str, entries: Sequence[bytes], *, links: Sequence[tuple[str, str]] = (), total: int | None = None
) -> bytes:
    """Join ready entries into a Bundle."""
    head = {"resourceType": "Bundle", "type": kind}
    parts = [text.dump(head)[:-1]]
    if total is not None:
        parts.append(b',"total":%d' % total)
    if links:
        parts.append(b',"link":' + text.dump([{"relation": relation, "url": url} for relation, url in links]))
    if entries:
        parts.append(b',"entry":[' + b",".join(entries) + b"]")
    return b"".join(parts) + b"}"
