"""What narrows the list of clinics: words, chips, region, town, specialty. Owns the choices, not the clinics."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from PySide6.QtCore import QObject, Signal

from desktop.record.clinics import Clinic
from desktop.session.clinics import ClinicFilter
from desktop.views.parts import Box, Button, Choice, Edit, FilterChip, FlowLayout, IconButton, IconLabel
from desktop.views.parts.ordering import OrderButton
from desktop.words import tr

_CHIPS: Final = ("policy", "open", "children", "adults")


class ClinicFilters(QObject):
    """The search field, the chips and the drop-downs; the page places them. `changed` says that the answer changes."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.search = Edit(name=tr("clinics.search"), placeholder=tr("clinics.search_hint"))
        self.search.set_start(IconLabel("search", "ink3", 20))
        self.wipe = IconButton("close", tr("clinics.search_clear"), size_px=20)
        self.wipe.clicked.connect(self._wipe)
        self.search.add_end(self.wipe)
        self.wipe.hide()
        self.search.refresh_ends()
        self.search.textChanged.connect(self._typed)
        self.chips = {key: FilterChip(tr(f"clinics.only_{key}")) for key in _CHIPS}
        self.more = FilterChip(tr("clinics.more_filters"), icon="filter", tick=False)
        self.sorting = OrderButton(("near", "rating", "name"))
        self.sorting.changed.connect(self.changed)
        self.chip_box = Box(FlowLayout(*self.chips.values(), self.more, self.sorting, gap=8))
        any_one = {key: (("", tr(f"clinics.any_{key}")),) for key in ("region", "town", "specialty")}
        self.region = Choice(any_one["region"], name=tr("clinics.region"), chosen="")
        self.town = Choice(any_one["town"], name=tr("clinics.town"), chosen="")
        self.specialty = Choice(any_one["specialty"], name=tr("clinics.specialty"), chosen="")
        back = Button(tr("clinics.reset"), role="text")
        back.clicked.connect(self.reset)
        self.choices = Box(FlowLayout(self.region, self.town, self.specialty, back, gap=8))
        self.choices.hide()
        self.more.toggled.connect(self.choices.setVisible)
        for chip in self.chips.values():
            chip.toggled.connect(self.changed)
        for choice in (self.region, self.town, self.specialty):
            choice.chosen_changed.connect(self.changed)

    def _wipe(self) -> None:
        self.search.clear()
        self.search.setFocus()

    def _typed(self, text: str) -> None:
        self.wipe.setVisible(bool(text))
        self.search.refresh_ends()
        self.changed.emit()

    def on(self) -> list[str]:
        """Return the chips that are on."""
        return [key for key, chip in self.chips.items() if chip.isChecked()]

    def set_narrow(self, narrow: bool) -> bool:
        """Keep the chips behind «Ещё» where there is no room; say whether they are open."""
        is_open = self.more.isChecked()
        for chip in self.chips.values():
            chip.setVisible(not narrow or is_open)
        return is_open

    def put_on(self, keys: Iterable[str]) -> None:
        """Switch chips on."""
        for key in keys:
            self.chips[key].setChecked(True)

    def reset(self) -> None:
        """Ask for everything again."""
        for chip in self.chips.values():
            chip.setChecked(False)
        for choice in (self.region, self.town, self.specialty):
            choice.choose("")
        self.search.clear()

    def show_choices(self, clinics: Sequence[Clinic]) -> None:
        """Offer the regions, towns and specialties that there are; what was chosen stays where it still exists."""
        for choice, key, values in (
            (self.region, "any_region", {one.region for one in clinics}),
            (self.town, "any_town", {one.town for one in clinics}),
            (self.specialty, "any_specialty", {word for one in clinics for word in one.specialties}),
        ):
            kept, known = choice.chosen(), sorted(value for value in values if value)
            offered = [("", tr(f"clinics.{key}")), *((value, value) for value in known)]
            choice.set_choices(offered, chosen=kept if kept in known else "")

    def asked(self, *, is_mine: bool) -> ClinicFilter:
        """Return what is asked. Both audiences together are everybody."""
        on = set(self.on())
        audience = on & {"children", "adults"}
        return ClinicFilter(
            text=self.search.text(),
            region=self.region.chosen(),
            town=self.town.chosen(),
            specialty=self.specialty.chosen(),
            is_open="open" in on,
            takes_policy="policy" in on,
            audience="children" if audience == {"children"} else "adults" if audience == {"adults"} else "",
            is_mine=is_mine,
        )
