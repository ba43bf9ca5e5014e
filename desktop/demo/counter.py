"""A counter of the box: where requests are taken in, go on step by step and are answered, each step a new version and a notice.

Does not own: which steps a kind goes through (office, records) nor the clinics' own side (clinic).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from desktop.clock import Clock
from desktop.demo import text
from desktop.demo.clinic import Clinic
from desktop.demo.families.codes import Json, concept
from desktop.demo.shelf import Item, Shelf

_ACTS: Final = "urn:medkarta:act"
_ENDS: Final = ("completed", "rejected", "cancelled", "failed")


class Counter:
    """Answers to requests of the kinds in `steps`. *Raises* KeyError for what is not there."""

    def __init__(self, shelf: Shelf, clinic: Clinic, clock: Clock) -> None:
        self._shelf, self._clinic, self._clock = shelf, clinic, clock
        self.steps: Mapping[str, Callable[[Json], str]] = {}
        self.topics: Mapping[str, str] = {}

    def work(self) -> int:
        """Take every request that has waited long enough one step on; return how many."""
        if self._clinic.works_after_s is None:
            return 0
        before = self._shelf.now_ms() - int(self._clinic.works_after_s * 1000)
        return sum(self.step(item.id) != "" for item in self.open() if item.updated <= before)

    def open(self) -> list[Item]:
        """Return the requests of these kinds that have no end yet, oldest first."""
        found = self._shelf.items("WHERE live AND type='Task' ORDER BY seq")
        return [one for one in found if kind_of(one.resource) in self.steps and one.resource["status"] not in _ENDS]

    def step(self, task: str) -> str:
        """Take a request one step on; return its new status, or nothing when its time has not come."""
        item = self._shelf.current("Task", task)
        if item is None or not item.live:
            raise KeyError(task)
        with self._shelf.transaction():
            return self.steps[kind_of(item.resource)](item.resource)

    def refuse(self, task: str, reason: str) -> None:
        """Refuse a request, in words and with a notice."""
        item = self._shelf.current("Task", task)
        if item is None:
            raise KeyError(task)
        topic = self.topics.get(kind_of(item.resource), "")
        self._to(item.resource, "rejected", "Отказано", f"{topic}: отказано. {reason}" if topic else reason, statusReason={"text": reason})

    # --- what the steps share
    def _to(self, task: Json, status: str, state: str, words: str, *, about: str = "", **more: Any) -> str:
        now = text.instant(self._shelf.now_ms())
        self._shelf.write({**task, **more, "status": status, "businessStatus": {"text": state}, "lastModified": now}, "PUT")
        topic = self.topics.get(kind_of(task), "")
        self._clinic.notice(person_of(task), words, about=about or f"Task/{task['id']}", topic=topic)
        return status

    def _by(self, span: timedelta) -> Json:
        """Return the end of a span from now, as a Task promises it."""
        return {"period": {"end": text.instant(text.to_ms(self._clock.now() + span))}}

    def _of(self, kind: str, person: str) -> list[Json]:
        found = self._shelf.items("WHERE live AND type=? AND seq IN (SELECT seq FROM owner WHERE person=?) ORDER BY first", (kind, person))
        return [one.resource for one in found]

    def _file(self, person: str, title: str, data: bytes, *, type: str, category: list[Json], **more: Any) -> str:
        """Put a PDF into somebody's card; return its reference."""
        binary, at = self._shelf.fresh_id(), text.instant(text.to_ms(self._clock.now()))
        self._shelf.put_blob(binary, "application/pdf", data)
        made = {
            "resourceType": "DocumentReference", "id": self._shelf.fresh_id(), "status": "current", "docStatus": "final",
            "type": concept(type), "category": [concept(type, *category)], "subject": {"reference": f"Patient/{person}"}, "date": at,
            "description": title, **more,
            "content": [{"attachment": {"contentType": "application/pdf", "url": f"Binary/{binary}", "size": len(data), "title": title,
                                        "creation": at}}],
        }  # fmt: skip
        return f"DocumentReference/{self._shelf.write(made, 'PUT').id}"


def kind_of(resource: Json) -> str:
    """Return which act of a person a Task is, or nothing."""
    if resource.get("resourceType") != "Task":
        return ""
    codes = resource.get("code", {}).get("coding") or ()
    return next((str(one.get("code", "")) for one in codes if one.get("system") == _ACTS), "")


def inputs(task: Json) -> dict[str, str]:
    """Return what was filled in; a file by its address."""
    return {
        str(one["type"].get("text", "")): str(one.get("valueString") or one.get("valueAttachment", {}).get("url", ""))
        for one in task.get("input") or ()
    }


def person_of(task: Json) -> str:
    """Return the id of the person that a Task is for."""
    return str(task["for"]["reference"]).removeprefix("Patient/")


def dotted(day: str) -> str:
    """Write a day as people do."""
    return ".".join(reversed(day.split("-")))
