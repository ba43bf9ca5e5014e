"""Filters of the bookings: when, service, specialty, state, district (row C75), and their order. The rules are pure functions of rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.session.rows import BookingRow
from desktop.views import wording
from desktop.views.parts import Button, Choice, FlowLayout
from desktop.views.parts.ordering import OrderButton
from desktop.words import tr

_ORDERS: Final = ("date", "back", "specialty")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked for; an empty text means any. `day` is the day chosen in the month."""

    when: str = ""
    type: str = ""
    specialty: str = ""
    status: str = ""
    district: str = ""
    day: date | None = None

    @property
    def is_any(self) -> bool:
        """Say whether nothing is filtered."""
        return not (self.when or self.type or self.specialty or self.status or self.district)


def fits(row: BookingRow, wanted: Wanted, *, today: date, towns: Mapping[str, str]) -> bool:
    """Say whether a booking is asked for."""
    on = row.starts_at.date() if row.starts_at is not None else None
    if wanted.when and not _is_then(on, wanted, today):
        return False
    return (
        wanted.type in ("", row.kind)
        and wanted.specialty in ("", row.specialty)
        and wanted.status in ("", row.certainty)
        and (not wanted.district or towns.get(row.clinic, "") == wanted.district)
    )


def _is_then(on: date | None, wanted: Wanted, today: date) -> bool:
    if on is None:
        return False
    if wanted.when == "day":
        return on == wanted.day
    if wanted.when == "week":
        monday = today - timedelta(days=today.weekday())
        return monday <= on < monday + timedelta(days=7)
    return (on.year, on.month) == (today.year, today.month)


def ordered(rows: Sequence[BookingRow], order: str) -> list[BookingRow]:
    """Sort rows that came in the order of time; what needs a decision stays first in every order."""
    found = list(reversed(rows)) if order == "back" else list(rows)
    if order == "specialty":
        found.sort(key=lambda one: one.specialty.casefold())
    return sorted(found, key=lambda one: one.certainty != "clash")


class Filters(QWidget):
    """The row of filters, with the order of the list among them."""

    changed = Signal()

    def __init__(self, *, today: date) -> None:
        super().__init__()
        self._today = today
        self.choices = {
            "when": Choice([], name=tr("bookings.filter_when")),
            "type": Choice([], name=tr("bookings.filter_type")),
            "specialty": Choice([], name=tr("bookings.filter_specialty")),
            "status": Choice([], name=tr("bookings.filter_status")),
            "district": Choice([], name=tr("bookings.filter_district")),
        }
        self.day: date | None = None
        self.reset = Button(tr("bookings.filter_reset"), role="text")
        self.reset.clicked.connect(self.clear)
        self.sorting = OrderButton(_ORDERS)
        self.sorting.changed.connect(self.changed)
        self.setLayout(FlowLayout(*self.choices.values(), self.sorting, self.reset, gap=8, line_gap=8))
        for choice in self.choices.values():
            choice.chosen_changed.connect(lambda _key: self._tell())
        self.show_rows((), {})

    def show_rows(self, rows: Iterable[BookingRow], towns: Mapping[str, str]) -> None:
        """Offer what the rows have; what was chosen stays chosen."""
        known = tuple(rows)
        when = [("", "any_day"), ("week", "week"), ("month", "month")]
        lists = {
            "when": [(key, tr(f"bookings.filter_{name}")) for key, name in when],
            "type": [("", tr("bookings.filter_any_type")), ("visit", tr("bookings.filter_visit")),
                     ("house_call", tr("bookings.filter_house_call"))],
            "specialty": [("", tr("bookings.filter_any_specialty")),
                          *((name, name) for name in sorted({one.specialty for one in known} - {""}))],
            "status": [("", tr("bookings.filter_any_status")),
                       *((key, tr(f"bookings.filter_{key}")) for key in ("confirmed", "pending", "clash", "cancelled", "past"))],
            "district": [("", tr("bookings.filter_any_district")),
                         *((name, name) for name in sorted({towns.get(one.clinic, "") for one in known} - {""}))],
        }  # fmt: skip
        if self.day is not None:
            said = wording.day(self.day, today=self._today)
            lists["when"].append(("day", tr("bookings.filter_day", day=said)))
        for key, choice in self.choices.items():
            kept = choice.chosen()
            choice.set_choices(lists[key], chosen=kept if any(kept == one for one, _ in lists[key]) else "")
        self._offer_reset()

    def _offer_reset(self) -> None:
        is_any = self.wanted().is_any
        if is_any and self.reset.hasFocus():
            self.choices["when"].setFocus(Qt.FocusReason.OtherFocusReason)
        self.reset.setVisible(not is_any)

    def _tell(self) -> None:
        self._offer_reset()
        self.changed.emit()

    def choose_day(self, day: date) -> None:
        """Ask for one day."""
        self.day = day
        box = self.choices["when"]
        said = tr("bookings.filter_day", day=wording.day(day, today=self._today))
        known = [(str(box.itemData(n) or ""), box.itemText(n)) for n in range(box.count()) if box.itemData(n) != "day"]
        box.set_choices([*known, ("day", said)], chosen="day")
        self._tell()

    def wanted(self) -> Wanted:
        """Return what is asked for now."""
        return Wanted(day=self.day, **{key: choice.chosen() for key, choice in self.choices.items()})

    def clear(self) -> None:
        """Ask for everything."""
        self.day = None
        for choice in self.choices.values():
            blocked = choice.blockSignals(True)
            choice.choose("")
            choice.blockSignals(blocked)
        self._tell()
