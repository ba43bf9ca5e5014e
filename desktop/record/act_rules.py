"""What makes an act impossible although each of its fields has its shape: a number that is none, a period that ends before it begins,
a day on the wrong side of today, nothing said at all.

Owns: the rules of what is written in the fields and between them, and what a field of a wrong shape wants instead.
Does not own: the shapes (acts), what the record holds (session), the words for a fault (cli, views).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from desktop.errors import UsageError
from desktop.record import house_calls, identifiers
from desktop.record.acts import ACTS
from desktop.record.acts_papers import SECTIONS
from desktop.record.fhir import read
from desktop.record.identifiers import Checked

_OF_A_PERSON: Final = frozenset({"profile.edit", "policy.edit", "policy.order", "insurer.choose"})
"""Acts that carry a person's own numbers; elsewhere a «contact» is whatever its reader can make of it."""
_NUMBERS: Final[Mapping[str, Callable[[str], Checked]]] = {
    "snils": identifiers.snils, "number": identifiers.policy_number, "document": identifiers.document, "phone": identifiers.phone,
    "email": identifiers.email,
}  # fmt: skip
_CALLS: Final[Mapping[str, str]] = {"phone": "callable", "temperature": "degrees"}
_ANY_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "profile.edit": ("phone", "email", "address", "address_of_stay"),
    "policy.edit": ("number", "snils", "document"),
    "records.pass_on": ("sections", "subject"),
}
_AHEAD: Final[Mapping[str, str]] = {"house_call": "on", "waitlist.join": "to", "checkup.book": "on"}
"""The day of an act that can no longer be when it has passed."""
BEHIND: Final[Mapping[str, tuple[str, ...]]] = {
    "statement.order": ("from",), "result.add": ("on",), "insurer.choose": ("birth_date", "registered_on"),
    "document.request": ("visited_on",),
}  # fmt: skip
"""The days of an act that tell of what was."""


def check(kind: str, body: Mapping[str, Any], *, today: date) -> None:
    """Refuse what cannot be. Values of any type are taken: their shape is looked at after this.

    *Raises* UsageError act.missing_field (field), act.bad_field (field, why, and what `why` names), act.past_day, watch.days.
    """
    if blank := _blank(kind, body):
        raise UsageError("act.missing_field", field=blank[0])
    if kind in ("house_call", "waitlist.join") and (wrong := house_calls.fault(body)):
        raise UsageError("act.bad_field", field=wrong, why=_CALLS[wrong])
    for name in _NUMBERS if kind in _OF_A_PERSON else ():
        _check_number(name, body.get(name))
    if kind == "records.pass_on" and isinstance(named := body.get("sections"), list) and not set(map(str, named)) <= set(SECTIONS):
        raise UsageError("act.bad_field", field="sections", why="choice", choices=" ".join(SECTIONS))
    _check_days(kind, body, today)


def _blank(kind: str, body: Mapping[str, Any]) -> list[str]:
    """Return the fields that hold nothing but spaces, and those of which one at least must hold something."""
    fields = ACTS[kind].fields if kind in ACTS else ()
    blank = [one.name for one in fields if one.is_required and isinstance(said := body.get(one.name), str) and said and not said.strip()]
    if (any_of := _ANY_OF.get(kind)) and not any(body.get(name) for name in any_of):
        blank.append(any_of[0])
    if kind == "records.pass_on" and body.get("receiver") == "clinic" and not body.get("clinic_id"):
        blank.append("clinic_id")
    return blank


def _check_number(name: str, value: object) -> None:
    found = _NUMBERS[name](value) if value and isinstance(value, str) else Checked()
    if not found.is_good:
        why = f"{name}_shape" if found.fault == "shape" else found.fault
        raise UsageError("act.bad_field", field=name, why=why, has=found.has, needs=found.needs)


def _check_days(kind: str, body: Mapping[str, Any], today: date) -> None:
    first, last = read.day(body.get("from")), read.day(body.get("to"))
    if first and last and last < first:
        raise UsageError("watch.days")
    ahead = read.day(body.get(_AHEAD.get(kind, "")))
    if ahead and ahead < today:
        raise UsageError("act.past_day")
    for name in BEHIND.get(kind, ()):
        on = read.day(body.get(name))
        if on and on > today:
            raise UsageError("act.bad_field", field=name, why="future")


def explained(kind: str, body: Mapping[str, Any], refused: UsageError) -> UsageError:
    """Return a refusal of a field's shape with what the field wants; any other refusal as it is."""
    if refused.code != "act.bad_field" or "why" in refused.facts:
        return refused
    field = next(one for one in ACTS[kind].fields if one.name == refused.facts["field"])
    is_long = field.type == "text" and isinstance(body.get(field.name), str)
    return UsageError(refused.code, field=field.name, why="long" if is_long else field.type, needs=field.max_chars,
                      choices=" ".join(field.choices))  # fmt: skip
