"""The story's calendar: it is written in the days of the mockups and carried to the day of the run.

Owns shifting, the moment a resource appeared on the portal, and dates in Russian words.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Final

ANCHOR: Final = date(2026, 5, 14)
ZONE: Final = timezone(timedelta(hours=3))
_MONTHS: Final = (
    "января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября",
    "декабря",
)


class StoryCalendar:
    """Carry a day of the story to the day of the run.

    A working day that would fall on a weekend goes to the nearest working day away from today (Friday before, Monday
    after), so that no clinic sees patients on a Sunday.
    """

    __slots__ = ("_days", "today")

    def __init__(self, today: date) -> None:
        self.today = today
        self._days = (today - ANCHOR).days

    def born(self, text: str) -> date:
        """Carry a birth date: ages stay as in the story."""
        return date.fromisoformat(text) + timedelta(days=self._days)

    def day(self, text: str) -> date:
        """Carry a day written as in the mockups ("2026-05-12")."""
        told = date.fromisoformat(text)
        day = told + timedelta(days=self._days)
        if day.weekday() < 5 or told.weekday() >= 5 or told == ANCHOR:
            return day
        return day - timedelta(days=day.weekday() - 4) if told < ANCHOR else day + timedelta(days=7 - day.weekday())

    def at(self, text: str) -> datetime:
        """Carry a moment ("2026-05-12 08:15"), Moscow time."""
        day, _, hour = text.partition(" ")
        return clock_time(self.day(day), hour or "12:00")


def clock_time(day: date, hour: str) -> datetime:
    """Put a wall-clock time ("8:40") on a day, Moscow time."""
    hours, _, minutes = hour.partition(":")
    return datetime(day.year, day.month, day.day, int(hours), int(minutes), tzinfo=ZONE)


def moment(value: datetime) -> str:
    """Write a dateTime or instant as the portal does."""
    return value.isoformat(timespec="seconds")


def ru(day: date, *, year: bool = True) -> str:
    """Write a day in words: «19 мая 2026»."""
    words = f"{day.day} {_MONTHS[day.month - 1]}"
    return f"{words} {day.year}" if year else words


def dotted(day: date) -> str:
    """Write a day in figures: «19.05.2026»."""
    return f"{day.day:02}.{day.month:02}.{day.year}"


def months_after(day: date, months: float) -> date:
    """Step whole months, and half a month as fifteen days."""
    whole = int(months)
    index = day.month - 1 + whole
    year, month = day.year + index // 12, index % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    stepped = date(year, month, min(day.day, last))
    return stepped + timedelta(days=15) if months != whole else stepped


def age_months(born: date, day: date) -> int:
    """Count completed months of life."""
    return (day.year - born.year) * 12 + day.month - born.month - (day.day < born.day)
