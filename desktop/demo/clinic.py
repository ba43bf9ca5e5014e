"""The clinic's side of the box: what a registry does with the timetable, the visits, house calls and notices.

Every act is an ordinary new version, as a clinic's own system would write it. Ids in, ids out.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta, timezone
from typing import Any, Final

from desktop.clock import Clock
from desktop.demo import terms, text
from desktop.demo.rules import ACTIVE, Rules, slots
from desktop.demo.shelf import Shelf

_REASONS: Final = "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason"
_NOTICE: Final = "http://terminology.hl7.org/CodeSystem/communication-category"
_CALL_STEPS: Final = ("proposed", "pending", "booked", "arrived", "fulfilled")
_FEW: Final = 100
_ZONE: Final = timezone(timedelta(hours=3))
_DAY: Final = (time(8), time(14), time(20))


class Clinic:
    """Acts of the clinics of one portal. *Raises* KeyError for what is not there, ValueError for what cannot be."""

    def __init__(self, shelf: Shelf, rules: Rules, clock: Clock) -> None:
        self._shelf = shelf
        self._rules = rules
        self._clock = clock
        self._from_the_start = shelf.newest()
        self.works_after_s: float | None = None

    # --- the timetable
    def free_slots(self) -> list[str]:
        """Return the ids of the free slots that have not begun, soonest first."""
        now = self._shelf.now_ms()
        items = self._shelf.items(
            "WHERE live AND type='Slot' AND first > ? AND seq IN (SELECT seq FROM term WHERE key='Slot|status|free')"
            " ORDER BY first, id",
            (now,),
        )
        return [item.id for item in items]

    def fill(self, *, weeks: int = 2, minutes: int = 15) -> int:
        """Open a timetable for every doctor where the world brings few free slots; return how many slots were added."""
        if len(self.free_slots()) >= _FEW:
            return 0
        self._open_schedules()
        added = 0
        today = self._clock.now().astimezone(_ZONE).date()
        with self._shelf.transaction():
            for place, item in enumerate(self._shelf.items("WHERE live AND type='Schedule' ORDER BY id")):
                for ahead in range(1, weeks * 7 + 1):
                    day = today + timedelta(days=ahead)
                    if day.weekday() >= 5:
                        continue
                    late = (place + ahead) % 2
                    start = datetime.combine(day, _DAY[late], _ZONE)
                    count = int(
                        (datetime.combine(day, _DAY[late + 1], _ZONE) - start).total_seconds() // (minutes * 60)
                    )
                    added += len(self.add_free(item.id, start, minutes=minutes, count=count))
        return added

    def _open_schedules(self) -> None:
        have = {
            key.split("|", 2)[2]
            for item in self._shelf.items("WHERE live AND type='Schedule'")
            for key in terms.terms(item.resource)
            if key.startswith("Schedule|actor|")
        }
        for role in self._shelf.items("WHERE live AND type='PractitionerRole' ORDER BY id"):
            if f"PractitionerRole/{role.id}" not in have:
                known = role.resource
                schedule = {
                    "resourceType": "Schedule",
                    "id": self._shelf.fresh_id(),
                    "active": True,
                    "specialty": known.get("specialty", []),
                    "actor": [{"reference": f"PractitionerRole/{role.id}"}, *filter(None, [known.get("practitioner")])],
                }
                self._shelf.write(schedule, "PUT")

    def add_free(self, schedule: str, start: datetime, *, minutes: int = 15, count: int = 1) -> list[str]:
        """Add free slots one after another; return their ids."""
        timetable = self._shelf.current("Schedule", schedule)
        if timetable is None:
            raise KeyError(schedule)
        shared = {key: value for key, value in timetable.resource.items() if key in ("serviceType", "specialty")}
        made = []
        for place in range(count):
            begin = start + timedelta(minutes=minutes * place)
            slot = {
                "resourceType": "Slot",
                "id": self._shelf.fresh_id(),
                **shared,
                "schedule": {"reference": f"Schedule/{schedule}"},
                "status": "free",
                "start": begin.isoformat(timespec="seconds"),
                "end": (begin + timedelta(minutes=minutes)).isoformat(timespec="seconds"),
            }
            made.append(self._shelf.write(slot, "PUT").id)
        return made

    def close_slot(self, slot: str) -> None:
        """Take a slot out of the timetable (the doctor is away)."""
        self._shelf.write({**self._known("Slot", slot), "status": "busy-unavailable"}, "PUT")
        self._shelf.claim(slot, None)

    def another_patient_takes(self, slot: str) -> None:
        """Let someone of another family take a slot. *Raises* ValueError when it is not free."""
        known = self._known("Slot", slot)
        if known["status"] != "free":
            raise ValueError(slot)
        self._shelf.write({**known, "status": "busy"}, "PUT")

    # --- visits
    def move(self, appointment: str, slot: str) -> None:
        """Move a visit to another free slot, as the registry does by itself."""
        with self._shelf.transaction():
            self._shelf.write(self._elsewhere(appointment, slot), "PUT")

    def propose(self, appointment: str, slot: str) -> None:
        """Give a visit another free slot and ask the patient whether it will do."""
        with self._shelf.transaction():
            self._shelf.write(_asked({**self._elsewhere(appointment, slot), "status": "proposed"}), "PUT")

    def _elsewhere(self, appointment: str, slot: str) -> dict[str, Any]:
        """Let go of a visit's slot and take another, which must be free; return the visit as it then is."""
        visit, target = self._known("Appointment", appointment), self._known("Slot", slot)
        if target["status"] != "free":
            raise ValueError(slot)
        self._release(visit)
        self._take(slot, visit)
        return self._placed(visit, target)

    def cancel(self, appointment: str, reason: str = "Врач на больничном") -> None:
        """Cancel a visit on the clinic's side; the slot is not offered again."""
        visit = self._known("Appointment", appointment)
        with self._shelf.transaction():
            for name in slots(visit):
                self.close_slot(name)
            why = {"coding": [{"system": _REASONS, "code": "prov"}], "text": reason}
            self._shelf.write({**visit, "status": "cancelled", "cancelationReason": why}, "PUT")

    def confirm(self, appointment: str) -> None:
        """Say yes to a visit that was asked for."""
        visit = self._known("Appointment", appointment)
        if visit["status"] not in ("proposed", "pending"):
            raise ValueError(visit["status"])
        people = [{**each, "status": "accepted"} for each in visit.get("participant", [])]
        self._shelf.write({**visit, "status": "booked", "participant": people}, "PUT")

    def no_show(self, appointment: str) -> None:
        """Note that the patient did not come."""
        self._shelf.write({**self._known("Appointment", appointment), "status": "noshow"}, "PUT")

    def fulfil(self, appointment: str) -> None:
        """Note that the visit has taken place."""
        self._shelf.write({**self._known("Appointment", appointment), "status": "fulfilled"}, "PUT")

    def offer(self, appointment: str, slot: str) -> None:
        """Offer a free slot to someone on the waiting list; the slot is kept for them."""
        visit, target = self._known("Appointment", appointment), self._known("Slot", slot)
        if visit["status"] != "waitlist" or target["status"] != "free":
            raise ValueError(appointment)
        with self._shelf.transaction():
            self._take(slot, visit)
            self._shelf.write(_asked({**self._placed(visit, target), "status": "proposed"}), "PUT")

    def house_call_step(self, appointment: str) -> str:
        """Take a house call one step on: accepted, doctor named, on the way, done; return the new status."""
        visit = self._known("Appointment", appointment)
        status = _CALL_STEPS[_CALL_STEPS.index(visit["status"]) + 1]
        changed = {**visit, "status": status}
        if status == "booked" and "start" not in visit:
            begin = self._clock.now() + timedelta(hours=1)
            changed["start"] = text.instant(text.to_ms(begin))
            changed["end"] = text.instant(text.to_ms(begin + timedelta(hours=3)))
        self._shelf.write(changed, "PUT")
        return status

    def work(self) -> int:
        """Answer what people have asked for `works_after_s` seconds ago: confirm visits, send doctors to house calls.

        What the world came with, and what the clinic itself has offered, waits for others. Returns how many were answered.
        """
        if self.works_after_s is None:
            return 0
        before = self._shelf.now_ms() - int(self.works_after_s * 1000)
        done = 0
        for item in self._shelf.items(
            "WHERE live AND type='Appointment' AND seq > ? AND updated <= ? AND seq IN (SELECT seq FROM term WHERE key IN"
            " ('Appointment|status|proposed', 'Appointment|status|pending', 'Appointment|status|booked'))",
            (self._from_the_start, before),
        ):
            visit = item.resource
            if _is_house_call(visit):
                self.house_call_step(item.id)
                done += 1
            elif visit["status"] != "booked" and slots(visit) and not _is_asked(visit):
                self.confirm(item.id)
                done += 1
        return done

    # --- words
    def notice(self, person: str, words: str, *, about: str = "", topic: str = "") -> str:
        """Send a notice to a person; `about` is "Type/id", `topic` its title. Returns its id."""
        now = text.instant(self._shelf.now_ms())
        message: dict[str, Any] = {
            "resourceType": "Communication",
            "id": self._shelf.fresh_id(),
            "status": "completed",
            "category": [{"coding": [{"system": _NOTICE, "code": "notification"}]}],
            "subject": {"reference": f"Patient/{person}"},
            "recipient": [{"reference": f"Patient/{person}"}],
            "sent": now,
            "payload": [{"contentString": words}],
        }
        if topic:
            message["topic"] = {"text": topic}
        if about:
            message["about"] = [{"reference": about}]
        return self._shelf.write(message, "PUT").id

    # --- inner
    def _known(self, kind: str, name: str) -> dict[str, Any]:
        item = self._shelf.current(kind, name)
        if item is None or not item.live:
            raise KeyError(f"{kind}/{name}")
        return item.resource

    def _release(self, visit: dict[str, Any]) -> None:
        if visit.get("status") in ACTIVE:
            for name in slots(visit):
                self._rules.free(name)

    def _take(self, slot: str, visit: dict[str, Any]) -> None:
        known = self._known("Slot", slot)
        self._shelf.write({**known, "status": "busy", "identifier": visit.get("identifier") or []}, "PUT")
        self._shelf.claim(slot, None)

    def _placed(self, visit: dict[str, Any], slot: dict[str, Any]) -> dict[str, Any]:
        return {**visit, "slot": [{"reference": f"Slot/{slot['id']}"}], "start": slot["start"], "end": slot["end"]}


def _is_patient(participant: dict[str, Any]) -> bool:
    return terms.reference(participant.get("actor")).startswith("Patient/")


def _asked(visit: dict[str, Any]) -> dict[str, Any]:
    """Return a visit that waits for the patient's word."""
    people = [{**each, "status": "needs-action"} if _is_patient(each) else each for each in visit.get("participant", [])]
    return {**visit, "participant": people}


def _is_asked(visit: dict[str, Any]) -> bool:
    return any(_is_patient(each) and each.get("status") == "needs-action" for each in visit.get("participant") or ())


def _is_house_call(visit: dict[str, Any]) -> bool:
    words = " ".join(str(each.get("text", "")) for each in visit.get("serviceType") or ())
    return not slots(visit) and "на дом" in words
