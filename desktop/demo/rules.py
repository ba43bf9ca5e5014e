"""What a registry allows: who may take a slot, and when. The clinics' own side is clinic.py.

Always on: a visit may be made on, or moved to, a slot that is free or that the same intent has claimed, and that is for the patient's age.
`extra` may hold "overlap", "same_doctor" and "frees_slots" for a stricter or a more helpful portal.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from desktop.clock import Clock
from desktop.demo import ages, terms, text
from desktop.demo.answers import Refused, Who, refuse
from desktop.demo.shelf import Shelf

ACTIVE: Final = frozenset({"proposed", "pending", "booked", "arrived", "checked-in"})
_WORDS: Final = {
    "APPOINT_TIME_IS_BUSY": (409, "conflict", "Это время уже занято. Выберите другое."),
    "APPOINT_VISIT_TIME_HAS_PASSED": (422, "business-rule", "Время начала приёма уже прошло. Выберите другое время."),
    "APPOINT_PATIENT_REGISTERED_OTHER_SPECIALIST": (
        409,
        "conflict",
        "На это время вы уже записаны к другому специалисту.",
    ),
    "APPOINT_PATIENT_REGISTERED_SPECIALIST": (409, "conflict", "Вы уже записаны к этому специалисту."),
    "APPOINT_TIME_AVAILABLE_PATIENT_OTHER_AGE": (422, "business-rule", "Это время доступно пациентам другого возраста."),
    "SLOT_UNKNOWN": (422, "business-rule", "Такого времени нет в расписании."),
    "SLOT_FIELDS": (422, "business-rule", "В расписании можно только занять или освободить время."),
    "CANCEL_TIME_PASSED": (422, "business-rule", "Отменить нельзя: приём уже начался или прошёл."),
}


def refusal(code: str) -> Refused:
    """Return a refusal with one of the registry's own codes."""
    status, issue, words = _WORDS[code]
    return refuse(status, issue, words, detail=code)


def slots(appointment: dict[str, Any]) -> list[str]:
    """Return the ids of the slots that an appointment stands on."""
    return [ref[5:] for value in appointment.get("slot") or () if (ref := terms.reference(value)).startswith("Slot/")]


def _identifiers(resource: dict[str, Any] | None) -> set[tuple[str, str]]:
    return {
        (str(each.get("system", "")), str(each.get("value", ""))) for each in (resource or {}).get("identifier") or ()
    }


def _times(visit: dict[str, Any]) -> tuple[int, int]:
    if "start" not in visit or "end" not in visit:
        return 0, 0
    return text.span(visit["start"])[0], text.span(visit["end"])[0]


def _doctors(visit: dict[str, Any]) -> set[str]:
    actors = (terms.reference(each.get("actor")) for each in visit.get("participant") or ())
    return {ref for ref in actors if ref.startswith("Practitioner")}


class Rules:
    """The registry's rules over one shelf."""

    def __init__(self, shelf: Shelf, clock: Clock) -> None:
        self._shelf = shelf
        self._clock = clock
        self.extra: set[str] = set()
        self.office: Callable[[dict[str, Any], Who], None] = lambda _resource, _who: None
        self.relatives: Callable[[dict[str, Any], Who], None] = lambda _resource, _who: None

    def check(self, resource: dict[str, Any], before: dict[str, Any] | None, who: Who) -> None:
        """*Raises* Refused when the registry does not allow this write."""
        if resource["resourceType"] == "Slot" and who.may is not None:
            self._check_claim(resource, before or {}, who)
        elif resource["resourceType"] == "Appointment":
            if before is None:
                self.relatives(resource, who)
            self._check_visit(resource, before)
        elif resource["resourceType"] == "Task" and before is None:
            self.office(resource, who)

    def _check_claim(self, slot: dict[str, Any], before: dict[str, Any], who: Who) -> None:
        mutable = {"meta", "status", "identifier", "comment", "extension"}
        if {k: v for k, v in slot.items() if k not in mutable} != {k: v for k, v in before.items() if k not in mutable}:
            raise refusal("SLOT_FIELDS")
        if slot.get("status") not in ("free", "busy"):
            raise refusal("SLOT_FIELDS")
        if before.get("status") == "free":
            if slot["status"] == "busy" and self._passed(slot):
                raise refusal("APPOINT_VISIT_TIME_HAS_PASSED")
            return
        if self._shelf.claimant(slot["id"]) != who.account or before.get("status") != "busy":
            raise refusal("APPOINT_TIME_IS_BUSY")
        for visit in self._standing(slot["id"]):
            if slot["status"] == "free" or not _identifiers(slot) & _identifiers(visit):
                raise refusal("APPOINT_TIME_IS_BUSY")

    def _standing(self, slot: str) -> list[dict[str, Any]]:
        visits = [item.resource for item in self._shelf.with_term(f"Appointment|slot|Slot/{slot}")]
        return [visit for visit in visits if visit.get("status") in ACTIVE]

    def _check_visit(self, visit: dict[str, Any], before: dict[str, Any] | None) -> None:
        if visit.get("status") == "cancelled" and before and before.get("status") in ACTIVE and self._passed(before):
            raise refusal("CANCEL_TIME_PASSED")
        if visit.get("status") not in ACTIVE:
            return
        stood = set(slots(before)) if before and before.get("status") in ACTIVE else set()
        for name in slots(visit):
            if name in stood:
                continue
            item = self._shelf.current("Slot", name)
            if item is None or not item.live:
                raise refusal("SLOT_UNKNOWN")
            slot = item.resource
            mine = slot.get("status") == "busy" and _identifiers(slot) & _identifiers(visit)
            taken = any(other["id"] != visit["id"] for other in self._standing(name))
            if taken or (slot.get("status") != "free" and not mine):
                raise refusal("APPOINT_TIME_IS_BUSY")
            if self._passed(slot):
                raise refusal("APPOINT_VISIT_TIME_HAS_PASSED")
            if any(ages.is_for_others(self._shelf, slot, person) for person in terms.owners(visit)):
                raise refusal("APPOINT_TIME_AVAILABLE_PATIENT_OTHER_AGE")
        if self.extra & {"overlap", "same_doctor"}:
            self._check_person(visit)

    def _check_person(self, visit: dict[str, Any]) -> None:
        begin, end = _times(visit)
        for person in terms.owners(visit):
            for other in self._shelf.with_term(f"Appointment|actor|Patient/{person}"):
                theirs = other.resource
                if other.id == visit["id"] or theirs.get("status") not in ACTIVE or self._passed(theirs):
                    continue
                start, stop = _times(theirs)
                if "overlap" in self.extra and begin < stop and start < end:
                    raise refusal("APPOINT_PATIENT_REGISTERED_OTHER_SPECIALIST")
                if "same_doctor" in self.extra and _doctors(visit) & _doctors(theirs):
                    raise refusal("APPOINT_PATIENT_REGISTERED_SPECIALIST")

    def _passed(self, resource: dict[str, Any]) -> bool:
        """Say whether the hour of a time or a visit has begun; a house call that has none yet was only asked for."""
        start = resource.get("start")
        return isinstance(start, str) and text.span(start)[0] < text.to_ms(self._clock.now())

    def wrote(self, resource: dict[str, Any], before: dict[str, Any] | None, who: Who) -> None:
        """Do what the registry does by itself after an allowed write, in the same transaction."""
        if resource["resourceType"] == "Slot":
            self._shelf.claim(resource["id"], who.account if resource.get("status") == "busy" else None)
        elif resource["resourceType"] == "Appointment":
            standing = set(slots(resource)) if resource.get("status") in ACTIVE else set()
            for name in standing:
                self._occupy(name, resource, who)
            for name in set(slots(before or {})) - standing:
                if "frees_slots" in self.extra:
                    self.free(name)
                elif not self._standing(name):
                    self._shelf.claim(name, who.account)  # whose visit has left a slot may free it

    def _occupy(self, name: str, visit: dict[str, Any], who: Who) -> None:
        item = self._shelf.current("Slot", name)
        if item and item.live and item.resource.get("status") == "free":
            self._shelf.write({**item.resource, "status": "busy", "identifier": visit.get("identifier") or []}, "PUT")
            self._shelf.claim(name, who.account)

    def free(self, name: str) -> None:
        """Make a slot free again, with no claim on it."""
        item = self._shelf.current("Slot", name)
        if item and item.live and item.resource.get("status") != "free":
            self._shelf.write(
                {key: value for key, value in {**item.resource, "status": "free"}.items() if key != "identifier"}, "PUT"
            )
            self._shelf.claim(name, None)
