"""Free and taken time of the doctors for the coming three weeks.

Owns Schedule and Slot. Which slot carries whose booking is known to `bookings`, which asks for it by doctor and time.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Final

from desktop.demo.families.codes import HL7, Json, coding, concept, ref
from desktop.demo.families.dates import moment
from desktop.demo.families.ledger import Ledger
from desktop.demo.families.places import Doctor, Places

# What the wizard's mockup shows: a free hour of the doctor, or with «!» one that somebody else holds.
_TOLD: Final = {
    "akhmetov": "18 14:20|18 18:20|18 19:00|19 8:40|19 11:20|19 12:40|20 9:00|20 17:20|20 18:00|22 8:00|22 9:20"
                "|22 11:00|22 13:00|22 15:40|22 17:40|23 9:40|23 12:00|25 9:00|25 10:20|26 14:40|28 11:00|29 16:20",
    "yudina": "15 17:40|18 9:00|19 15:20|21 10:40|26 12:00|28 17:00",
    "sokolova": "20 15:10!|20 16:30|21 9:00|22 10:20|25 14:40|27 11:10|29 9:30",
    "gusev": "19 10:40!|19 11:20!|20 9:40!|21 11:00|22 9:20|26 10:00|28 12:20",
    "titova": "19 10:40|20 14:00|22 12:40|27 9:20",
    "zaytsev": "20 12:20|21 15:40|26 11:40",
    "ryabova": "25 12:30|27 8:30|27 9:30|28 17:00|29 10:00",
    "kovalev": "21 9:00!|21 9:20|22 10:00|26 9:40",
    "makarova": "21 9:40!|21 10:40|25 16:00|27 11:20",
    "belyakova": "15 8:40!|15 11:00|18 9:20|19 12:00|20 16:40|21 10:10|22 9:00|25 13:20|26 18:00|28 10:40",
    "zimina": "18 8:20|19 8:40|21 8:20|22 8:20|25 8:40|27 8:20",
    "andreev": "25 9:00",
}


class Diary:
    """The slots of every doctor; gives the one a booking stands on."""

    def __init__(self, ledger: Ledger, places: Places) -> None:
        self._ledger = ledger
        self._schedules: dict[str, str] = {}
        self._slots: dict[tuple[str, str], str] = {}
        self._random = Random(f"slots {ledger.today.toordinal()}")
        for doctor in places.doctors.values():
            self._open(doctor)

    def slot(self, doctor: Doctor, start: datetime) -> str:
        """Give the slot of a booking, writing one (taken) if the diary has none."""
        key = (doctor.key, moment(start))
        return self._slots.get(key) or self._write(doctor, start, status="busy")

    def _open(self, doctor: Doctor) -> None:
        today = self._ledger.today
        seen = self._ledger.calendar.at("2026-05-13 6:00")
        body = {
            "active": True,
            "serviceType": [concept("Приём врача")],
            "specialty": [doctor.specialty],
            "actor": [doctor.role_ref, ref(doctor.practitioner, doctor.initials), doctor.clinic.place],
            "planningHorizon": {"start": today.isoformat(), "end": (today + timedelta(days=21)).isoformat()},
            "comment": f"Кабинет {doctor.room}, {doctor.floor} этаж",
        }
        self._schedules[doctor.key] = self._ledger.add("Schedule", seen, body)
        told = _TOLD.get(doctor.key)
        if told is None:
            self._invent(doctor)
            return
        for item in told.split("|"):
            start = self._ledger.calendar.at("2026-05-" + item.rstrip("!"))
            if (doctor.key, moment(start)) not in self._slots:
                self._write(doctor, start, status="busy" if item.endswith("!") else "free")

    def _invent(self, doctor: Doctor) -> None:
        draw = self._random
        for days in range(1, 21):
            day = self._ledger.today + timedelta(days=days)
            if day.weekday() > 4 or draw.random() < 0.15:
                continue
            for hour in sorted(draw.sample(range(8, 18), draw.randint(1, 4))):
                start = self._ledger.calendar.at("2026-05-14 0:00") + timedelta(
                    days=days, hours=hour, minutes=draw.choice((0, 20, 40))
                )
                self._write(doctor, start, status="busy" if draw.random() < 0.3 else "free")

    def _write(self, doctor: Doctor, start: datetime, *, status: str) -> str:
        seen = min(start - timedelta(days=14), self._ledger.calendar.at("2026-05-13 6:05"))
        body: Json = {
            "serviceType": [concept(f"Приём: {doctor.post}")],
            "specialty": [doctor.specialty],
            "appointmentType": concept("Первичный приём", coding(HL7 + "v2-0276", "ROUTINE")),
            "schedule": ref(self._schedules[doctor.key], f"{doctor.initials}, кабинет {doctor.room}"),
            "status": status,
            "start": moment(start),
            "end": moment(start + timedelta(minutes=doctor.minutes)),
        }
        slot = self._ledger.add("Slot", seen, body)
        self._slots[(doctor.key, moment(start))] = slot
        return slot
