"""What a person asked the clinic or the portal for, and how far it has come: the outbox and the portal's own tasks as one list.

Owns: joining them, so that a request is never shown twice. Does not own: asking (bookings.act), nor the words for a state.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from desktop.record.documents import Request
from desktop.record.fhir import lens_documents, read
from desktop.record.fhir.acts import intents_of
from desktop.record.intents import Intent, State
from desktop.record.uploads import in_words
from desktop.session.scope import Scope
from desktop.store.acting import Acting
from desktop.store.vault import Vault

AskedState = Literal["waiting", "unconfirmed", "sent", "in_progress", "done", "refused"]
_RECENT: Final = 200
_HERE: Final[dict[State, AskedState]] = {
    State.HELD: "waiting", State.READY: "waiting", State.WAITING: "waiting", State.SENDING: "unconfirmed",
    State.REJECTED: "refused", State.CLASHED: "refused", State.APPLIED: "sent",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedRow:
    """One request. `subject` is "Type/id" or nothing; `intent` is the act that has not left or was refused, else nothing.

    `stage` is the portal's own word for where it stands, `result` what came of it: (type, id). "unconfirmed": it set out, and whether
    it arrived is not known yet.
    """

    id: str
    kind: str
    subject: str
    state: AskedState
    reason: str
    clinic: str
    asked_on: date | None
    due_on: date | None
    intent: str
    fields: tuple[tuple[str, str], ...]
    stage: str = ""
    result: tuple[str, str] = ("", "")

    def field(self, name: str) -> str:
        """Return one field of the request, or nothing."""
        return next((value for known, value in self.fields if known == name), "")


class AskedDesk:
    """Requests of the open person."""

    def __init__(self, scope: Scope, acting: Acting) -> None:
        self._scope = scope
        self._acting = acting

    async def of(self, *kinds: str) -> tuple[AskedRow, ...]:
        """Return the requests of some kinds, those that have not left first, then the newest."""
        return await self._scope.ask(asked, self._scope.vault, self._acting, self._scope.person, kinds)


def _task(body: read.Json) -> tuple[Request, tuple[str, ...], tuple[tuple[str, str], ...]]:
    return lens_documents.request(body), tuple(intents_of(body)), _inputs(body)


def asked(vault: Vault, acting: Acting, person: int, kinds: Collection[str]) -> tuple[AskedRow, ...]:
    """Return a person's requests of some kinds. *Thread*: store."""
    here = [one for one in acting.shown(person=person) if one.kind in kinds and one.state in _HERE]
    known = {one.id for one in here}
    found = [_of_intent(one) for one in reversed(here)]
    for task, acts, inputs in vault.replica.values(_task, "Task", person=person, limit=_RECENT):
        if task.kind in kinds and known.isdisjoint(acts):
            found.append(
                AskedRow(
                    id=task.id,
                    kind=task.kind,
                    subject="/".join(task.about) if task.about[1] else "",
                    state=task.status,
                    reason=task.reason,
                    clinic=task.clinic,
                    asked_on=task.asked_on,
                    due_on=task.due_on,
                    intent="",
                    fields=inputs,
                    stage=task.stage,
                    result=task.result,
                )
            )
    return tuple(found)


def _of_intent(intent: Intent) -> AskedRow:
    fields = tuple((name, in_words(value)) for name, value in intent.body.items())
    return AskedRow(
        id=intent.id,
        kind=intent.kind,
        subject=str(intent.body.get("subject", "")),
        state=_HERE[intent.state],
        reason=intent.reason,
        clinic=str(intent.body.get("clinic", "")),
        asked_on=intent.created_at.astimezone().date(),
        due_on=None,
        intent=intent.id,
        fields=fields,
    )


def _inputs(body: read.Json) -> tuple[tuple[str, str], ...]:
    found = [
        (
            read.text(one, "type", "text") or read.code(one, "type"),
            read.text(one, "valueString") or read.text(one, "valueAttachment", "title"),
        )
        for one in read.each(body, "input")
    ]
    told = ((read.text(one, "type", "text"), read.text(one, "valueString")) for one in read.each(body, "output"))
    found += [one for one in told if one[1]]
    comment = read.text(body, "description")
    return (*found, ("comment", comment)) if comment else tuple(found)
