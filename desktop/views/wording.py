"""Facts into words: dates, ages, relations, sizes, and what a known error means. Knows the catalogue, no widget.

Nothing here interprets health: it only writes down what the rows say.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from desktop.errors import KnownError
from desktop.record import identifiers
from desktop.views.parts.plain import shown
from desktop.words import has, language, tr

if TYPE_CHECKING:
    from desktop.session.rows import ExchangeView, PersonRow

_THIN: Final = "\u202f"
_UNITS: Final = ("kb", "mb", "gb")


# --- time
def clock_time(at: datetime) -> str:
    """Write the time of day without a leading zero in hours: 9:05."""
    local = at.astimezone()
    return f"{local.hour}:{local.minute:02d}"


def day(on: date, *, today: date) -> str:
    """Write a day: «19 мая», the year only when it is not this one."""
    month = tr(f"shell.month_{on.month}")
    return tr("shell.day" if on.year == today.year else "shell.day_year", day=on.day, month=month, year=on.year)


def paper_day(on: date) -> str:
    """Write a day with its year, for what is read years later."""
    return day(on, today=date.min)


def paper_origin(today: date) -> str:
    """Return the line at the top of a sheet of ours: whose program, which day."""
    return tr("paper.origin", day=paper_day(today))


def near_day(on: date, *, today: date) -> str:
    """Write a day, «сегодня», «завтра» and «вчера» within a day of today."""
    words = {0: "today", 1: "tomorrow", -1: "yesterday"}
    name = words.get((on - today).days)
    return tr(f"shell.{name}") if name else day(on, today=today)


def weekday(on: date) -> str:
    """Return the name of the day of the week, in lower case where the language wants it."""
    return tr(f"shell.weekday_{on.weekday()}")


def title_day(on: date) -> str:
    """Write the title of the home page: «Четверг, 14 мая»."""
    name = weekday(on)
    return tr("shell.title_day", weekday=name[0].upper() + name[1:], day=on.day, month=tr(f"shell.month_{on.month}"))


def day_under(on: date) -> str:
    """Write what stands under the number of a date stub: «мая, вторник»."""
    return tr("shell.day_under", month=tr(f"shell.month_{on.month}"), weekday=weekday(on))


def moment(at: datetime, *, today: date) -> str:
    """Write a moment: «сегодня, 14:05», «13 мая, 9:30»."""
    return tr("shell.moment", day=near_day(at.astimezone().date(), today=today), time=clock_time(at))


def month_title(year: int, month: int) -> str:
    """Write the title of a month: «Май 2026»."""
    return f"{tr(f'shell.month_name_{month}')} {year}"


def duration(span_s: float) -> str:
    """Write a span in minutes or seconds, as words: «2 минуты»."""
    seconds = max(0, round(span_s))
    return tr("shell.minutes", (seconds + 59) // 60) if seconds > 90 else tr("shell.seconds", seconds)


# --- people
def age(person: PersonRow) -> str:
    """Write the age: «9 лет», months and weeks are never guessed."""
    return "" if person.age is None else tr("shell.age", person.age)


def relation(person: PersonRow) -> str:
    """Write who the person is to the reader. A patronymic tells «сын» from «дочь»; without one the word stays neutral."""
    if person.relation in ("self", "other"):
        return tr(f"shell.relation_{person.relation}")
    middle = person.middle.strip().lower()
    kind = "f" if middle.endswith(("вна", "чна", "кызы")) else "m" if middle.endswith(("ич", "оглы")) else "n"
    return tr(f"shell.relation_{person.relation}_{kind}")


def person_name(person: PersonRow) -> str:
    """Return what a person is called on the screen: the given name as the portal wrote it."""
    return shown(person.given or person.family, chars=60)


def person_pill(person: PersonRow) -> str:
    """Write «Наталья, 41 год»."""
    years = age(person)
    return tr("shell.person_pill", name=person_name(person), age=years) if years else person_name(person)


def person_line(person: PersonRow, *, between: str = " · ") -> str:
    """Write «41 год · вы»."""
    return between.join(part for part in (age(person), relation(person)) if part)


# --- numbers
def number(text: str) -> str:
    """Write the number of a paper in groups of four, as it is read out; one that is not of figures alone stays as it came."""
    bare = "".join(text.split())
    return " ".join(bare[at : at + 4] for at in range(0, len(bare), 4)) if bare.isdigit() else text


def phone(text: str) -> str:
    """Write a Russian telephone number as «+7 (900) 000-00-00»; any other stays as it came."""
    found = identifiers.phone(text)
    return re.sub(r"(\+7)(...)(...)(..)(..)", r"\1 (\2) \3-\4-\5", found.value) if found.is_good else text


def masked(text: str) -> str:
    """Write a number of a person with its last two figures alone, «•• 17»; nothing of one too short to hide."""
    return f"•• {text[-2:]}" if len(text) > 4 else ""


# --- sizes
def size(size_bytes: int) -> str:
    """Write a size: «412 МБ», «1,5 ГБ»."""
    value = size_bytes / 1024
    unit = 0
    while value >= 1000 and unit < len(_UNITS) - 1:
        value, unit = value / 1024, unit + 1
    text = f"{value:.1f}" if value < 10 and unit else f"{max(1, round(value))}"
    if language() == "ru":
        text = text.replace(".", ",")
    return f"{text.removesuffix(',0').removesuffix('.0')}{_THIN}{tr(f'shell.unit_{_UNITS[unit]}')}"


# --- exchange
def chip(view: ExchangeView, *, today: date) -> tuple[str, str]:
    """Return both lines of the exchange chip (DESIGN.md §8)."""
    first = tr(f"exchange.chip_{view.state}")
    if view.state == "up_to_date":
        if view.waiting:
            return (tr("exchange.chip_held"), tr("exchange.chip_waiting", view.waiting))
        return (first, tr("exchange.chip_checked", at=_at(view.checked_at, today)) if view.checked_at else "")
    if view.state == "running":
        if view.progress_total:
            return (first, tr("exchange.chip_part", done=view.progress_done, total=view.progress_total))
        return (first, tr("exchange.chip_got", view.progress_done) if view.progress_done else tr("exchange.chip_begins"))
    if view.state == "portal_down" and view.retry_at:
        return (first, tr("exchange.chip_retry", time=clock_time(view.retry_at)))
    if view.state == "decision":
        return (first, tr("exchange.chip_clashes", max(1, view.clashes or view.quarantined)))
    if view.state in ("offline", "portal_down"):
        if view.waiting:
            return (first, tr("exchange.chip_waiting", view.waiting))
        return (first, tr("exchange.chip_as_of", at=_at(view.checked_at, today)) if view.checked_at else tr("exchange.chip_open"))
    return (first, tr(f"exchange.chip_{view.state}_2"))


def _at(at: datetime | None, today: date) -> str:
    if at is None:
        return ""
    local = at.astimezone()
    return clock_time(at) if local.date() == today else day(local.date(), today=today)


def entry_kind(type_name: str) -> str:
    """Name a kind of the portal's entries: «Показатель анализа»."""
    key = f"exchange.kind_{type_name}"
    return tr(key if has(key) else "exchange.kind_other")


# --- errors
def refusal(reason: str) -> str:
    """Say why the portal refused: its own words where they are words, else what our code for it means."""
    if " " in reason.strip():
        return reason
    key = f"asks.reason_{reason}"
    return tr(key if has(key) else "asks.reason_unknown")


def error(known: KnownError) -> str:
    """Return what happened, what is safe and what to do. A code without words of its own speaks for its kind."""
    kinds = [f"shell.error_{known.code.replace('.', '_')}"]
    kinds += [f"shell.error_{kind.__name__}" for kind in type(known).__mro__ if issubclass(kind, KnownError)]
    key = next((kind for kind in kinds if has(kind)), "shell.error_KnownError")
    facts = {name: value for name, value in known.facts.items() if isinstance(value, (str, int, float))}
    try:
        said = tr(key, **facts)
    except (KeyError, IndexError):
        said = "{"
    return said if "{" not in said else tr(next(kind for kind in kinds[1:] if has(kind)))
