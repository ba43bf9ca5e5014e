"""The wizard's clinic step: the clinics of the specialty in a list, or the same list under the offline map.

List and map are one selection: the numbers are the same, the row with the focus is the chosen pin, a pressed pin takes the
focus to its row. Everything can be done from the rows alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from desktop.record.care import Place
from desktop.views import map_layers, theme
from desktop.views.pages import wizard_choices as choices
from desktop.views.pages.wizard_choices import ANY, Answers, Option
from desktop.views.pages.wizard_referral import near_first
from desktop.views.pages.wizard_steps import Choices, Data, counted, none_free
from desktop.views.parts import (
    STRETCH,
    Body,
    Box,
    Card,
    FilterChip,
    IconLabel,
    Pin,
    PressRow,
    Segmented,
    TownMap,
    clear,
    column,
    row,
)
from desktop.words import tr

QWIDGETSIZE_MAX: Final = (1 << 24) - 1  # Qt's own «no bound», which PySide does not name.
_MAP_PX: Final = 440
_MAP_ABOVE_PX: Final = 240
_BESIDE_FROM_PX: Final = 640


class ClinicStep(QWidget):
    """Which clinic. `picked` gives its id, or «any»; `viewed` says that the map (True) or the list alone is wanted."""

    picked = Signal(str)
    viewed = Signal(bool)

    def __init__(self, data: Data, answers: Answers, *, by_map: bool = False) -> None:
        super().__init__()
        self._data, self._answers = data, answers
        self._places = {one.id: one for one in data.clinics if one.latitude is not None and one.longitude is not None}
        self._rows: dict[str, PressRow] = {}
        self.only_free = FilterChip(tr("wizard.only_free"))
        self.only_free.toggled.connect(self._fill)
        has_map = any(one.key in self._places for one in self._options())
        self.view = Segmented([("list", tr("wizard.as_list")), ("map", tr("wizard.on_map"))], name=tr("wizard.view"),
                              chosen="map" if by_map and has_map else "list")  # fmt: skip
        # Shown before it has a parent, it would be a window of its own for a moment.
        if not has_map:
            self.view.hide()
        self.view.changed.connect(self._turn)
        self.map = TownMap(name=tr("wizard.map_name"))
        self.map.pressed.connect(self._pin_pressed)
        self.ground = Card(pad=(1,), gap=0)
        self.ground.body.addWidget(self.map)
        self._list = column(gap=0)
        self.ground.setFixedHeight(theme.px(_MAP_PX))
        self._both = row(Box(column(self._list, STRETCH, gap=0)), self.ground, gap=16)
        self._both.setStretch(0, 1)
        self._both.setAlignment(self.ground, Qt.AlignmentFlag.AlignTop)
        elsewhere = tr("wizard.referral_elsewhere", clinic=data.clinic_name(answers.sent_to)) if answers.sent_to else ""
        above = [Body(elsewhere, tone="ink2")] if elsewhere else []
        self.setLayout(column(*above, row(self.view, self.only_free, STRETCH), self._both, STRETCH, gap=12))
        self.ground.setVisible(self.view.chosen() == "map")
        self._fill()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the map beside the list where there is room, above it where there is not."""
        super().resizeEvent(event)
        is_wide = event.size().width() >= theme.px(_BESIDE_FROM_PX)
        direction = QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.BottomToTop
        if is_wide:
            self.ground.setFixedWidth(event.size().width() * 11 // 20)
        else:
            self.ground.setMinimumWidth(0)
            self.ground.setMaximumWidth(QWIDGETSIZE_MAX)
        self.ground.setFixedHeight(theme.px(_MAP_PX if is_wide else _MAP_ABOVE_PX))
        if direction != self._both.direction():
            self._both.setDirection(direction)
            self._both.setAlignment(self.ground, Qt.AlignmentFlag.AlignTop if is_wide else Qt.AlignmentFlag(0))

    def _options(self) -> tuple[Option, ...]:
        only_free = self.only_free.isChecked()
        found = choices.clinics(self._data.doctors, self._data.free, self._answers, only_free=only_free)
        return near_first(found, self._data, self._answers) if self._answers.sent_to else found

    def _turn(self, key: str) -> None:
        self.ground.setVisible(key == "map")
        self._fill()
        self.viewed.emit(key == "map")

    def _fill(self, *_: object) -> None:
        clear(self._list)
        self._rows = {}
        by_map = self.view.chosen() == "map"
        card = Choices()
        card.picked.connect(self.picked)
        card.add(ANY, tr("wizard.any_clinic"), "", IconLabel("clinic", "ink2", 24))
        pins: list[Pin] = []
        for one in self._options():
            about = ". ".join(part for part in (self._data.address(one.key), counted(one, today=self._data.today)) if part)
            place = self._places.get(one.key)
            title = one.title
            if by_map and place is not None:
                pins.append(_pin(len(pins) + 1, place))
                title = tr("wizard.numbered", n_pin=len(pins), name=title)
            made = card.add(one.key, title, about, IconLabel("pin" if by_map and place else "clinic", "accent", 24))
            made.installEventFilter(self)
            self._rows[one.key] = made
        self._list.addWidget(card)
        if not self._rows:
            self._list.addWidget(none_free())
        if by_map:
            self.map.set_pins(pins, towns=_towns(self._places[pin.id] for pin in pins))
            self.map.choose(self._answers.clinic if self._answers.clinic != ANY else "")
            self.map.fit()

    def _pin_pressed(self, id: str) -> None:
        if id in self._rows:
            self._rows[id].setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Show on the map the clinic whose row takes the focus."""
        if event.type() == QEvent.Type.FocusIn and self.view.chosen() == "map":
            self.map.choose(next((id for id, made in self._rows.items() if made is watched), ""))
        return False


def _pin(number: int, place: Place) -> Pin:
    assert place.latitude is not None
    assert place.longitude is not None
    return Pin(id=place.id, number=number, latitude=place.latitude, longitude=place.longitude, name=place.name)


def _towns(places: Iterable[Place]) -> list[map_layers.Town]:
    """Return the towns of the clinics, which the packaged layers may lack."""
    known = {one.name for one in map_layers.towns()}
    found: dict[str, list[QPointF]] = {}
    for one in places:
        if one.town and one.town not in known and one.latitude is not None and one.longitude is not None:
            found.setdefault(one.town, []).append(map_layers.place(one.latitude, one.longitude))
    return [map_layers.Town(name=name, rank=2, at=_middle(points)) for name, points in found.items()]


def _middle(points: list[QPointF]) -> QPointF:
    return QPointF(sum(one.x() for one in points) / len(points), sum(one.y() for one in points) / len(points))
