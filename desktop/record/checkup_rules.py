"""Which check-up a person is entitled to by the orders in force, and what it consists of. The portal's own plan comes first.

*Source*: order 404н (adults: the year counts, age = year - year of birth) and order 211н (minors: windows of age), as dated data in
resources/calendars. LIMIT: the tables await comparison with the orders' text by a clinician and are shown as provisional.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from desktop.record.ages import add_months, months_between

ADULT_YEARS = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One examination. `code` is the code of the service (НМУ) by which a done one is recognised, where the order names it."""

    key: str
    name: str
    code: str
    stage: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """What is offered now: its window and its examinations."""

    kind: Literal["pmo", "disp", "minor"]
    title: str
    edition: str
    opens: date
    closes: date
    items: tuple[Item, ...]


def adult_programme(data: Mapping[str, Any], *, birth: date, sex: str, year: int) -> Programme | None:
    """Return the programme of a calendar year: the wide one in its years, else the yearly examination; None for a minor."""
    age = year - birth.year
    if age < ADULT_YEARS:
        return None
    wide = next(one for one in data["programmes"] if one["key"] == "disp")
    is_wide = any(_in_rule(rule, age) for rule in wide["rules"])
    wanted = {"pmo", "disp"} if is_wide else {"pmo"}
    items = tuple(
        Item(key=one["key"], name=one["name_ru"], code=one["nmu"] or "", stage=one["stage"])
        for one in data["items"]
        if one["programme"] in wanted
        and one["stage"] == 1
        and one["sex"] in (None, sex)
        and age_matches(one["ages"], age)
    )
    kind: Literal["pmo", "disp"] = "disp" if is_wide else "pmo"
    title = next(one["ru"] for one in data["programmes"] if one["key"] == kind)
    return Programme(
        kind=kind,
        title=title,
        edition=data["edition_ru"],
        opens=date(year, 1, 1),
        closes=date(year, 12, 31),
        items=items,
    )


def _in_rule(rule: Mapping[str, Any], age: int) -> bool:
    if "ages" in rule:
        return age in rule["ages"]
    return bool(age >= rule["from"] and (rule["to"] is None or age <= rule["to"]))


def age_matches(ages: Mapping[str, Any], age: int) -> bool:
    """Say whether an examination falls due at an age: a list of ages, or a start, an end and a step in years."""
    if "list" in ages:
        return age in ages["list"]
    return bool(
        age >= ages["from"] and (ages["to"] is None or age <= ages["to"]) and (age - ages["from"]) % ages["step"] == 0
    )


def minor_programme(data: Mapping[str, Any], *, birth: date, sex: str, today: date) -> Programme | None:
    """Return the window that a minor is in, or the next one; None from eighteen on. Windows are [from, to) in years and months."""
    months = months_between(birth, today)
    if months >= ADULT_YEARS * 12:
        return None
    windows = [(_months(one["from"]), _months(one["to"]), one) for one in data["periods"]]
    inside = [window for window in windows if window[0] <= months < window[1]]
    later = [window for window in windows if window[0] > months]
    if not inside and not later:
        return None
    first, last, period = inside[-1] if inside else later[0]
    by_key = {one["key"]: one for one in (*data["specialists"], *data["studies"])}
    names = [by_key[key] for key in (*period["specialists"], *period["studies"])]
    items = tuple(
        Item(key=one["key"], name=one["ru"], code=one.get("nmu") or "", stage=1)
        for one in names
        if one.get("sex") in (None, sex)
    )
    title = f"{data['title_ru']}: {period['label_ru']}"
    return Programme(
        kind="minor",
        title=title,
        edition=data["edition_ru"],
        opens=add_months(birth, first),
        closes=add_months(birth, last),
        items=items,
    )


def _months(pair: list[int]) -> int:
    return pair[0] * 12 + pair[1]
