"""The themed banners of the home page: each says why one might see a doctor now, and opens the booking form filled in for it.

Owns which themes there are. They come from what stands on the page already; nothing is judged that a clinic has not said.
*Source*: requirements A5.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.session.rows import HomeView, PersonRow
from desktop.views import attention, theme
from desktop.views.columns import Columns
from desktop.views.parts import STRETCH, Body, Button, Card, Meta, Tile, column, row
from desktop.words import tr

FLU_MONTHS: Final = (9, 10, 11)
"""When the national calendar wants flu vaccinations to be given: before the season, from September on."""
_ADULT: Final = 18
_MOST: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """One reason to book. `specialty` fills the form."""

    key: str
    icon: str
    specialty: str
    title: str
    text: str


def themes(view: HomeView, person: PersonRow | None) -> tuple[Theme, ...]:
    """Return the reasons there are, the most pressing first, no more than two."""
    is_child = person is not None and person.age is not None and person.age < _ADULT
    doctor = tr("home.banner_child_doctor" if is_child else "home.banner_doctor")
    kinds = {one.kind: dict(one.facts) for one in view.attention if one.person == view.person}
    found: list[tuple[str, str, dict[str, object]]] = []
    if "new_report" in kinds:
        found.append(("result", "flask", {"title": attention.named(kinds["new_report"])}))
    if "vaccine_missed" in kinds:
        found.append(("vaccine", "syringe", {"title": attention.named(kinds["vaccine_missed"])}))
    if view.today.month in FLU_MONTHS:
        found.append(("season", "syringe", {}))
    if view.checkup_total > view.checkup_done:
        left = view.checkup_total - view.checkup_done
        found.append(("checkup", "shield-check", {"n": left, "year": view.checkup_year or view.today.year}))
    return tuple(
        Theme(key=key, icon=icon, specialty=doctor, title=tr(f"home.banner_{key}"), text=_text(key, facts))
        for key, icon, facts in found[:_MOST]
    )


def _text(key: str, facts: dict[str, object]) -> str:
    left = facts.pop("n", None)
    name = f"home.banner_{key}_text"
    return tr(name, left, **facts) if isinstance(left, int) else tr(name, **facts)


def banners(found: tuple[Theme, ...], book: Callable[[Theme], object]) -> QWidget | None:
    """Return the banners, side by side where both have room; None where there is no reason."""
    made = [_banner(one, book) for one in found]
    if len(made) == _MOST:
        return Columns(*made)
    return made[0] if made else None


def _banner(one: Theme, book: Callable[[Theme], object]) -> Card:
    button = Button(tr("home.book"), icon="calendar-plus", name=f"{tr('home.book')}: {one.title}")
    button.setObjectName(f"banner_{one.key}")
    button.clicked.connect(lambda: book(one))
    texts = column(Body(one.title, bold=True), Meta(one.text), STRETCH, gap=2)
    line = row(gap=16)
    line.addWidget(Tile(one.icon, kind="accent"), 0, Qt.AlignmentFlag.AlignTop)
    line.addLayout(texts, 1)
    if theme.scale().large:
        return Card(column(line, button, gap=12), role="sunken", pad=(16, 20))
    line.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
    return Card(line, role="sunken", pad=(16, 20))
