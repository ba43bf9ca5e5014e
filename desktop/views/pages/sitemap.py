"""«Карта сайта»: every place of the window with a line on what it is for, the guides, and the keys."""

from __future__ import annotations

from typing import Final

from desktop.views import help_topics, keys, sections
from desktop.views.page import ColumnPage, Host
from desktop.views.parts import Body, Card, Divider, Heading, IconLabel, PressRow, column
from desktop.words import tr

_KINDS: Final = (
    ("booking", "wizard", "calendar-plus"), ("papers", "documents", "document"), ("history", "history", "history"),
    ("insurance", "cover", "umbrella"), ("advice", "notices", "bell"),
)  # fmt: skip


class SitemapPage(ColumnPage):
    """One card for each group of the navigation, one for what stands behind the bar, one for the guides."""

    section = "sitemap"
    gap = 16

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self.rows: dict[str, PressRow] = {}
        self.column.addWidget(Body(f"{tr('help.sitemap_lead')} {keys.shown('search')}, {keys.shown('next_region')}, {keys.shown('help')}."))
        self.column.addWidget(self._kinds())
        groups: dict[str, list[sections.Section]] = {}
        for section in sections.TABLE:
            if section.key in ("sitemap", "wizard") or not section.page:
                continue
            groups.setdefault(section.group if section.is_listed else "more", []).append(section)
        for group, listed in groups.items():
            self.column.addWidget(self._card(group, listed))
        self.column.addWidget(self._guides())
        self.column.addStretch(1)

    async def refresh(self) -> None:
        """Have nothing to ask."""

    def _card(self, group: str, listed: list[sections.Section]) -> Card:
        made = Card(pad=(12 if group else 0, 0, 0), gap=0)
        if group:
            title = tr("help.sitemap_more") if group == "more" else tr(f"shell.group_{group}")
            made.body.addLayout(column(Heading(title), pad=(0, 20, 4)))
        for n, section in enumerate(listed):
            if n:
                made.body.addWidget(Divider())
            known = help_topics.topic(section.key)
            detail = known.lead if known.id == section.key else ""
            made.body.addWidget(self._row(section.key, tr(f"shell.section_{section.key}"), detail, section.icon, ""))
        return made

    def _kinds(self) -> Card:
        """Return the groups in which services and papers are thought of, each with its place."""
        made = Card(pad=(12, 0, 0), gap=0)
        made.body.addLayout(column(Heading(tr("help.sitemap_kinds")), pad=(0, 20, 4)))
        for n, (key, section, icon) in enumerate(_KINDS):
            if n:
                made.body.addWidget(Divider())
            line = self._row(section, tr(f"help.kind_{key}"), tr(f"help.kind_{key}_more"), icon, "")
            self.rows[f"kind_{key}"] = line
            made.body.addWidget(line)
        return made

    def _guides(self) -> Card:
        made = Card(pad=(12, 0, 0), gap=0)
        made.body.addLayout(column(Heading(tr("help.sitemap_guides")), pad=(0, 20, 4)))
        for n, topic in enumerate(one for one in help_topics.topics() if one.group == "guides"):
            if n:
                made.body.addWidget(Divider())
            made.body.addWidget(self._row("help", topic.title, "", "info", topic.id))
        return made

    def _row(self, section: str, title: str, detail: str, icon: str, subject: str) -> PressRow:
        made = PressRow(title, detail, leading=IconLabel(icon, "accent", 24))
        made.clicked.connect(lambda: self.host.go(section, subject or None))
        self.rows[subject or section] = made
        return made
