"""«Все разделы»: every section as a large button, where the sidebar keeps only the first ones."""

from __future__ import annotations

from desktop.views import sections
from desktop.views.page import ColumnPage, Host
from desktop.views.parts import NavGroup, NavItem
from desktop.words import tr


class AllSections(ColumnPage):
    """The whole navigation as a page."""

    section = "all"

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self.column.setSpacing(4)
        group = ""
        for section in sections.listed():
            if section.group != group and section.group:
                self.column.addWidget(NavGroup(tr(f"shell.group_{section.group}")))
            group = section.group
            item = NavItem(tr(f"shell.section_{section.key}"), icon=section.icon)
            item.setCheckable(False)
            item.clicked.connect(lambda _on=False, key=section.key: host.go(key))
            self.column.addWidget(item)
        settings = NavItem(tr("shell.section_settings"), icon="settings")
        settings.setCheckable(False)
        settings.clicked.connect(lambda: host.go("settings"))
        self.column.addWidget(settings)
        self.column.addStretch(1)

    def title(self) -> str:
        return tr("shell.all_sections")

    async def refresh(self) -> None:
        """Have nothing to ask."""
