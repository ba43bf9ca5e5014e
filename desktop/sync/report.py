"""What one run did, as the command line prints it and the exchange page shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from desktop.sync.documents import Brought
from desktop.sync.keeping import Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoked:
    """A right that has ended. `unsent` names the kinds of acts that had not been sent and are gone with it."""

    person: int
    portal: int
    unsent: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MassRemoval:
    """So many rows of a person are gone at the portal that the person is asked before they go here."""

    person: int
    rows: int
    of_rows: int


@dataclass(slots=True)
class Pushed:
    """What was sent."""

    applied: int = 0
    clashes: int = 0
    rejected: int = 0
    waiting: int = 0


@dataclass(slots=True, kw_only=True)
class RunReport:
    """One run. `unreached` and `needs_sign_in` name what ended it early; what had come by then is kept."""

    duration_s: float = 0.0
    requests: int = 0
    pulled: Tally = field(default_factory=Tally)
    pushed: Pushed = field(default_factory=Pushed)
    documents: Brought = field(default_factory=Brought)
    quarantined: int = 0
    people: int = 0
    unreached: str = ""
    needs_sign_in: bool = False
    retry_after_s: float | None = None
    refused: set[str] = field(default_factory=set)
    distrusted: dict[str, str] = field(default_factory=dict)
    revoked: list[Revoked] = field(default_factory=list)
    removals: list[MassRemoval] = field(default_factory=list)
    cannot: set[str] = field(default_factory=set)
    topics: set[str] = field(default_factory=set)

    @property
    def ok(self) -> bool:
        """Say whether the run came to its end."""
        return not self.unreached and not self.needs_sign_in

    @property
    def waits_for_decision(self) -> bool:
        """Say whether something was set aside or asks the person (exit code 5)."""
        return bool(self.quarantined or self.removals or self.pushed.clashes or self.pushed.rejected or self.revoked)

    def as_json(self) -> dict[str, Any]:
        """Return the keys of the public interface; keys may be added."""
        return {
            "ok": self.ok, "duration_s": round(self.duration_s, 3), "requests": self.requests,
            "pulled": {"new": self.pulled.new, "changed": self.pulled.changed, "removed": self.pulled.removed,
                       "unchanged": self.pulled.unchanged},
            "pushed": {"applied": self.pushed.applied, "clashes": self.pushed.clashes, "rejected": self.pushed.rejected,
                       "waiting": self.pushed.waiting},
            "documents": {"stored": self.documents.stored, "waiting": self.documents.waiting,
                          "failed": self.documents.failed, "bytes": self.documents.bytes},
            "quarantined": self.quarantined, "people": self.people, "unreached": self.unreached,
            "sign_in_needed": self.needs_sign_in, "refused": sorted(self.refused), "distrusted": dict(self.distrusted),
            "revoked": [{"person": one.person, "unsent": list(one.unsent)} for one in self.revoked],
            "removals": [{"person": one.person, "rows": one.rows, "of": one.of_rows} for one in self.removals],
            "cannot": sorted(self.cannot),
        }
