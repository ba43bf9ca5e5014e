"""«Регион или адрес портала»: a line that offers the regions of the list as one types, and takes a portal's address as well."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QCompleter

from desktop.views import theme
from desktop.views.parts import Field, IconLabel, Tag
from desktop.words import language, tr

if TYPE_CHECKING:
    from desktop.session.portals import Region


class RegionField(Field):
    """A field whose answer is the address to ask. `chosen` says that a region was taken from the list."""

    chosen = Signal()

    def __init__(self, regions: Sequence[Region]) -> None:
        super().__init__(tr("first_run.address"), placeholder=tr("first_run.address_example"))
        self._regions = tuple(regions)
        self.edit.set_start(IconLabel("search", "ink3", 20))
        self.answer = Tag(tr("first_run.asking"), icon="clock", kind="quiet")
        self.edit.add_end(self.answer)
        self.completer = QCompleter([one.name(language()) for one in self._regions], self)
        self.completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.edit.setCompleter(self.completer)
        # The completer writes the name after it has said which; the field is asked about when it stands there.
        self.completer.activated.connect(lambda _name: QTimer.singleShot(0, self, self.chosen.emit))
        self.edit.returnPressed.disconnect(self.submitted)
        self.edit.returnPressed.connect(self._entered)
        self._dress()
        self.show_answer(None)

    def _dress(self) -> None:
        popup = self.completer.popup()
        assert popup is not None
        popup.setProperty("role", "completions")
        popup.setFont(theme.font("body"))
        popup.setAccessibleName(tr("first_run.regions"))

    def _entered(self) -> None:
        """Go on by Enter in the line; Enter in the list, which reaches the line too, only takes a region."""
        popup = self.completer.popup()
        if popup is None or not (popup.isVisible() and popup.currentIndex().isValid()):
            self.submitted.emit()

    def address(self) -> str:
        """Return the address to ask: the region's own, what is written where it looks like one, or nothing."""
        from desktop.session.portals import named

        text = self.value().strip()
        region = named(text, self._regions)
        if region is not None:
            return region.base_url
        return text if _is_address(text) else ""

    def trouble(self) -> str:
        """Say why there is nothing to ask, in words for the field; an empty text where there is."""
        if not self.value().strip():
            return tr("first_run.address_empty")
        if self.address():
            return ""
        return tr("first_run.region_without_portal" if self.is_listed() else "first_run.region_unknown")

    def is_listed(self) -> bool:
        """Say whether a region of the list is written."""
        from desktop.session.portals import named

        return named(self.value(), self._regions) is not None

    def show_answer(self, answers: bool | None) -> None:
        """Show that the portal is being asked (False), that it answers (True), or nothing."""
        if answers is not None:
            words = tr("first_run.answers" if answers else "first_run.asking")
            self.answer.set_state(words, icon="check" if answers else "clock", kind="good" if answers else "quiet")
            self.answer.adjustSize()
        self.answer.setVisible(answers is not None)
        self.edit.setAccessibleDescription(self.answer.text() if answers is not None else tr("first_run.address_example"))
        self.edit.refresh_ends()


def _is_address(text: str) -> bool:
    return "://" in text or ("." in text.strip(".") and not any(char.isspace() for char in text))
