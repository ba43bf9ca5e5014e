"""What one kind of act is: its fields, what it is on the wire, where the person sees it. The kinds themselves are in acts*.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

Effect = Literal["book", "reschedule", "cancel", "accept", "create"]
StepUp = Literal["", "consent", "sharing", "signature"]
FieldType = Literal["text", "id", "date", "instant", "choice", "flag", "number", "ids", "answers", "file"]

TEXT_CHARS: Final = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of an act's body. `max_chars` bounds text; `choices` closes a choice."""

    name: str
    type: FieldType = "text"
    is_required: bool = True
    max_chars: int = TEXT_CHARS
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One kind of intent.

    `is_first` acts are pushed before all others: cancelling frees a place for somebody. `step_up` says why the passphrase is asked
    once more before one is accepted: it gives a consent, hands records to others, or is signed.
    """

    kind: str
    topic: str
    effect: Effect
    resource: str
    fields: tuple[Field, ...]
    is_first: bool = False
    step_up: StepUp = ""


def optional(name: str, type: FieldType = "text", **more: Any) -> Field:
    """A field that may be left out."""
    return Field(name=name, type=type, is_required=False, **more)


def task(kind: str, topic: str, *fields: Field, is_first: bool = False, step_up: StepUp = "") -> Act:
    """An act that asks the clinic or the portal to do something: a Task with the fields as its inputs."""
    return Act(kind=kind, topic=topic, effect="create", resource="Task", fields=fields, is_first=is_first, step_up=step_up)


def message(kind: str, topic: str, *fields: Field) -> Act:
    """An act that says something to somebody: a Communication."""
    return Act(kind=kind, topic=topic, effect="create", resource="Communication", fields=fields)


CLINIC: Final = (optional("clinic_id", "id"), optional("clinic", max_chars=300))
SUBJECT: Final = Field(name="subject", type="id")
CORRECTS: Final = optional("corrects", "id")
"""The refused request ("Task/id") that this one puts right."""
