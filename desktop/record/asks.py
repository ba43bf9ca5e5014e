"""What was asked of a clinic, a pharmacy or the portal, and where it stands: the act on this computer first, then its Task.

Owns: putting both into one line. Nothing here says «done» before the other side did.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from desktop.record.documents import Request
from desktop.record.intents import Intent, State

AskState = Literal["waiting", "sent", "in_progress", "done", "refused"]
_OPEN: Final = frozenset({State.HELD, State.READY, State.SENDING, State.WAITING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request. `intent` names the act while it is still here and may be taken back."""

    id: str
    kind: str
    about: str
    state: AskState
    detail: str
    reason: str
    asked_at: datetime | None
    intent: str = ""


def of_intents(intents: Iterable[Intent], kinds: Collection[str]) -> list[Ask]:
    """Return the acts of some kinds that wait here or were refused, newest first."""
    found = []
    for one in intents:
        if one.kind not in kinds or one.state not in (*_OPEN, State.REJECTED, State.CLASHED):
            continue
        state: AskState = "waiting" if one.state in _OPEN else "refused"
        found.append(
            Ask(
                id=one.id,
                kind=one.kind,
                about=_bare(str(one.body.get("subject", ""))),
                state=state,
                detail=str(one.body.get("pharmacy") or one.body.get("programme") or ""),
                reason=one.reason,
                asked_at=one.created_at,
                intent=one.id if state == "waiting" else "",
            )
        )
    return sorted(found, key=lambda one: one.asked_at.timestamp() if one.asked_at else 0.0, reverse=True)


def of_request(request: Request, *, details: tuple[tuple[str, str], ...], asked_at: datetime | None) -> Ask:
    """Return a Task of ours as a line."""
    named = dict(details)
    return Ask(
        id=request.id,
        kind=request.kind,
        about=request.about[1],
        state=request.status,
        detail=named.get("pharmacy") or named.get("programme", ""),
        reason=request.reason,
        asked_at=asked_at,
    )


def _bare(subject: str) -> str:
    return subject.replace(":", "/", 1).rsplit("/", 1)[-1]
