"""Ages as the orders count them: completed days, months and years, and the dates at which they are reached."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta


def add_months(day: date, months: float) -> date:
    """Return the day `months` after `day`; half a month is 15 days, and a day that a month lacks becomes its last."""
    whole = int(months)
    index = day.month - 1 + whole
    year, month = day.year + index // 12, index % 12 + 1
    landed = date(year, month, min(day.day, monthrange(year, month)[1]))
    return landed + timedelta(days=round((months - whole) * 30))


def months_between(birth: date, today: date) -> int:
    """Return the completed months of age; 0 before birth."""
    months = (today.year - birth.year) * 12 + today.month - birth.month
    if add_months(birth, max(months, 0)) > today:
        months -= 1
    return max(months, 0)


def years_between(birth: date, today: date) -> int:
    """Return the completed years of age; 0 before birth."""
    return months_between(birth, today) // 12
