"""A date written by hand as «дд.мм.гггг» or taken from a month."""

from __future__ import annotations

import datetime
import re

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QWidget

from desktop.views import theme
from desktop.views.parts.buttons import IconButton
from desktop.views.parts.fields import Field
from desktop.views.parts.layouts import column
from desktop.views.parts.month import MonthView
from desktop.words import tr

_WRITTEN = re.compile(r"\s*(\d{1,2})[.,/\- ](\d{1,2})[.,/\- ](\d{4})\s*")


def read_date(text: str) -> datetime.date | None:
    """Return the date that `text` says, None when it says none."""
    match = _WRITTEN.fullmatch(text)
    if match is None:
        return None
    day, month, year = (int(part) for part in match.groups())
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def write_date(day: datetime.date) -> str:
    """Return a date as it is written in a field."""
    return f"{day.day:02}.{day.month:02}.{day.year:04}"


class DateField(Field):
    """A labelled date. `changed_date` gives a date, or None while what is written says none.

    An impossible date is told under the field when the focus leaves it; an empty field is no error.
    """

    changed_date = Signal(object)

    def __init__(
        self,
        label: str,
        *,
        today: datetime.date,
        value: datetime.date | None = None,
        hint: str = "",
        read_only_reason: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            label,
            value=write_date(value) if value is not None else "",
            hint=hint,
            placeholder=tr("parts.date_placeholder"),
            read_only_reason=read_only_reason,
            parent=parent,
        )
        self._today = today
        self._popup: QFrame | None = None
        self.edit.textChanged.connect(lambda _: self.changed_date.emit(self.date()))
        self.edit.editingFinished.connect(self.check)
        if not read_only_reason:
            self.open = IconButton("calendar", tr("parts.date_open"), size_px=20)
            self.open.clicked.connect(self._open)
            self.edit.add_end(self.open)

    def date(self) -> datetime.date | None:
        """Return the date, None when there is none or it is impossible."""
        return read_date(self.value())

    def set_date(self, value: datetime.date | None) -> None:
        """Write a date."""
        self.set_value(write_date(value) if value is not None else "")
        self.check()

    def check(self) -> bool:
        """Tell an impossible date under the field; return whether what is written is good."""
        good = not self.value().strip() or self.date() is not None
        self.set_error("" if good else tr("parts.date_bad"))
        return good

    def _open(self) -> None:
        month = MonthView(today=self._today, day=self.date())
        popup = QFrame(self, Qt.WindowType.Popup)
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        popup.setProperty("role", "popup")
        popup.setLayout(column(month, pad=(12, 16)))
        month.chosen.connect(self._take)
        popup.adjustSize()
        popup.move(self.edit.mapToGlobal(QPoint(0, self.edit.height() + theme.px(6))))
        self._popup = popup
        popup.show()
        month.grid.setFocus()

    def _take(self, day: datetime.date) -> None:
        if self._popup is not None:
            self._popup.close()
            self._popup = None
        self.set_date(day)
        self.edit.setFocus()
