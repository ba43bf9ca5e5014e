"""The page of a section that comes later: what will be here, and what one can do meanwhile. It does not look finished."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from desktop.views.page import ColumnPage, Host
from desktop.views.parts import STRETCH, Button, EmptyState, row
from desktop.words import tr

if TYPE_CHECKING:
    from desktop.views.sections import Section

_MEANWHILE: Final = {"referrals": "bookings", "history": "bookings", "services": "exchange", "clinics": "exchange",
                     "policies": "exchange", "notices": "exchange", "documents": "exchange"}  # fmt: skip


class SectionLater(ColumnPage):
    """One dashed place; nothing of the record is asked for."""

    def __init__(self, host: Host, section: Section) -> None:
        self.section = section.key  # type: ignore[misc]
        super().__init__(host)
        meanwhile = _MEANWHILE.get(section.key, "documents")
        self.button = Button(tr(f"shell.later_open_{meanwhile}"))
        self.button.clicked.connect(lambda: host.go(meanwhile))
        text = tr(f"shell.later_{section.key}")
        if meanwhile == "documents":
            text += " " + tr("shell.later_meanwhile_documents")
        place = EmptyState(tr("shell.later_lead"), text, icon=section.icon, button=self.button)
        self.column.addStretch(1)
        line = row(STRETCH, place, STRETCH, gap=0)
        line.setStretch(1, 100)
        self.column.addLayout(line)
        self.column.addStretch(2)

    async def refresh(self) -> None:
        """Have nothing to ask."""
