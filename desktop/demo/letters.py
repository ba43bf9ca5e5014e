"""The box's post room: says by e-mail, and in a notice that it has, that a visit was booked or cancelled.

No letter leaves the computer: what a real portal would send stays a notice. Works while the clinics are at work (`clinic.works_after_s`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from desktop.demo import terms
from desktop.demo.access import Access
from desktop.demo.clinic import Clinic
from desktop.demo.rules import slots
from desktop.demo.shelf import Shelf

_WORDS: Final = {
    "booked": ("Запись подтверждена", "Подтверждение записи отправлено на {email}"),
    "cancelled": ("Запись отменена", "Подтверждение отмены отправлено на {email}"),
}
_MONTHS: Final = ("января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря")


class Letters:
    """Confirmations of bookings and of cancellations."""

    def __init__(self, shelf: Shelf, clinic: Clinic, access: Access) -> None:
        self._shelf, self._clinic, self._access = shelf, clinic, access
        self._seen = shelf.newest()

    def work(self) -> int:
        """Write about every visit that was booked or cancelled since the last look; return how many letters went."""
        since, self._seen = self._seen, self._shelf.newest()
        if self._clinic.works_after_s is None:
            return 0
        changed = self._shelf.items("WHERE live AND type='Appointment' AND seq > ? ORDER BY seq", (since,))
        return sum(self._write(item.resource) for item in changed)

    def _write(self, visit: dict[str, Any]) -> bool:
        status = str(visit.get("status"))
        before = [one.resource.get("status") for one in self._shelf.history("Appointment", visit["id"])[1:2] if one.body]
        person = next(iter(terms.owners(visit)), "")
        email = self._email(person)
        if status not in _WORDS or before == [status] or not slots(visit) or not email:
            return False
        topic, words = _WORDS[status]
        about = f"Appointment/{visit['id']}"
        self._clinic.notice(person, f"{words.format(email=email)}: {_visit(visit)}.", about=about, topic=topic)
        return True

    def _email(self, person: str) -> str:
        """Return where the portal writes: the person's own address, else that of whoever signs in for them."""
        for patient in (person, *(one for account in self._access.accounts.values() if person in account.grants for one in account.grants)):
            item = self._shelf.current("Patient", patient)
            for one in item.resource.get("telecom", ()) if item and item.live else ():
                if one.get("system") == "email":
                    return str(one["value"])
        return ""


def _visit(visit: dict[str, Any]) -> str:
    start = datetime.fromisoformat(visit["start"])
    what = next((str(one["text"]) for one in visit.get("specialty") or () if one.get("text")), "приём")
    return f"{what}, {start.day} {_MONTHS[start.month - 1]}, {start.hour}:{start.minute:02d}"
