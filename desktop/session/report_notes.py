"""What was said about a result: the person's comments and questions, here and at the portal, and the doctors' answers.

Owns: joining the outbox and the portal's messages, so that nothing is shown twice. Does not own: saying it (bookings.act), words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from desktop.record.fhir import lens_care, read
from desktop.record.fhir.acts import ACT_SYSTEM, intents_of
from desktop.record.intents import Intent, State
from desktop.store.acting import Acting
from desktop.store.vault import Vault

KINDS: Final[dict[str, Literal["comment", "question"]]] = {"result.comment": "comment", "result.ask": "question"}
_HERE: Final[dict[State, Literal["waiting", "unconfirmed", "refused"]]] = {
    State.HELD: "waiting", State.READY: "waiting", State.WAITING: "waiting", State.SENDING: "unconfirmed",
    State.CLASHED: "refused", State.REJECTED: "refused",
}  # fmt: skip
_LOOKED_THROUGH: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRow:
    """One thing said about a report. `intent` is the act that has not left or was refused, else nothing; `by` is who answered."""

    id: str
    kind: Literal["comment", "question", "answer"]
    text: str
    at: datetime | None
    state: Literal["waiting", "unconfirmed", "sent", "refused"]
    reason: str = ""
    intent: str = ""
    by: str = ""


def notes(vault: Vault, acting: Acting, person: int, report: str) -> tuple[NoteRow, ...]:
    """Return what was said about a report, oldest first. *Thread*: store."""
    subject = ("DiagnosticReport", report)
    here = [one for one in acting.shown(person=person) if one.kind in KINDS and one.state in _HERE and _is_about(one, report)]
    known = {one.id for one in here}
    found = [_of_intent(one) for one in here]
    for row in vault.replica.rows("Communication", person=person, limit=_LOOKED_THROUGH):
        body = read.parse(row.body or b"{}")
        if subject not in [read.reference(one) for one in read.each(body, "about")] or known & set(intents_of(body)):
            continue
        said = lens_care.message(body)
        kind = next((KINDS[code] for system, code in read.codes(body, "category") if system == ACT_SYSTEM and code in KINDS), None)
        is_outside = read.reference(body, "sender")[0] not in ("Patient", "RelatedPerson")
        if kind is not None or (is_outside and not said.is_notice):
            found.append(NoteRow(id=said.id, kind=kind or "answer", text=said.text, at=said.sent_at, state="sent", by=said.sender))
    return tuple(sorted(found, key=lambda one: (one.state != "sent", one.at.timestamp() if one.at else 0.0)))


def _is_about(intent: Intent, report: str) -> bool:
    return str(intent.body.get("subject", "")).replace(":", "/", 1) == f"DiagnosticReport/{report}"


def _of_intent(intent: Intent) -> NoteRow:
    return NoteRow(
        id=intent.id,
        kind=KINDS[intent.kind],
        text=str(intent.body["text"]),
        at=intent.created_at.astimezone(),
        state=_HERE[intent.state],
        reason=intent.reason,
        intent=intent.id,
    )
