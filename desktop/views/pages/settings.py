"""Settings: each applies at once and can be taken back in the toast. Owns the first tab; the others are beside it."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.views import theme
from desktop.views.columns import Columns
from desktop.views.leaves import Leaves
from desktop.views.page import ColumnPage, Host, Memory
from desktop.views.pages.look_tiles import LookTile, SizeTile, Tiles
from desktop.views.pages.settings_erase import EraseCard
from desktop.views.pages.settings_more import AboutCard, PortalCard, StorageCard
from desktop.views.pages.settings_notices import NoticesCard
from desktop.views.pages.settings_security import SecurityCard
from desktop.views.parts import (
    STRETCH,
    Body,
    Box,
    Card,
    Heading,
    Meta,
    PlainLabel,
    Segmented,
    Switch,
    Tabs,
    column,
    row,
)
from desktop.words import language, tr

_SIZES = (("1.0", "size_normal", 18), ("1.25", "size_large", 24), ("1.5", "size_larger", 30))
_LOOKS = (theme.SYSTEM, *theme.NAMES)


class SettingsPage(ColumnPage):
    """«Настройки» (mockup 14)."""

    section = "settings"
    topics = ("exchange", "notices")
    gap = 20
    bottom = 24

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self.tabs = Tabs([(key, tr(f"settings.tab_{key}")) for key in ("main", "storage", "portal", "about")],
                         name=tr("shell.section_settings"))  # fmt: skip
        self.tabs.changed.connect(self._turn)
        self.security, self.notices = SecurityCard(host), NoticesCard(host)
        self.storage, self.portal = StorageCard(host), PortalCard(host)
        self.leaves = Leaves()
        left = column(self._look_card(), self._language_card(), STRETCH, gap=20)
        right = column(self.security, self.notices, STRETCH, gap=20)
        self.leaves.add(Columns(Box(left), Box(right), least_px=960))
        self.erase = EraseCard(host)
        for cards in ((self.storage, self.erase), (self.portal,), (AboutCard(),)):
            self.leaves.add(Box(column(*cards, STRETCH, gap=20)))
        self.column.addWidget(self.tabs)
        self.column.addWidget(self.leaves)
        self.column.addStretch(1)

    # --- cards
    def _look_card(self) -> Card:
        card = Card(pad=(20, 24), gap=0)
        now = self.host.preferences
        sizes = [SizeTile(key, tr(f"settings.{name}"), px) for key, name, px in _SIZES]
        self.sizes = Tiles(sizes, chosen=str(now.text_scale), name=tr("settings.text_size"))
        self.sizes.changed.connect(lambda key: self._apply("text_scale", float(key)))
        looks = [LookTile(key, tr(f"settings.look_{key}")) for key in _LOOKS]
        self.looks = Tiles(looks, chosen=now.theme, name=tr("settings.look"))
        self.looks.changed.connect(lambda key: self._apply("theme", key))
        sample = Card(column(Body(tr("settings.sample"))), role="sunken", pad=(10, 16))
        self.still = Switch(tr("settings.less_motion"), checked=now.reduce_motion)
        self.still.toggled.connect(lambda on: self._apply("reduce_motion", on))
        self.simple = Switch(tr("settings.simple"), checked=now.is_simple)
        self.simple.toggled.connect(lambda on: self._apply("is_simple", on))
        for part in (Heading(tr("settings.view")), 12, _label("text_size"), 8, self.sizes, 10, sample, 16, _label("look"), 8,
                     self.looks, 10, self.simple, self.still):  # fmt: skip
            if isinstance(part, int):
                card.body.addSpacing(theme.px(part))
            else:
                card.body.addWidget(part)
        return card

    def _language_card(self) -> Card:
        card = Card(pad=(18, 24), gap=6)
        self.speech = Segmented([("ru", "Русский"), ("en", "English")], chosen=language(), name=tr("settings.language"))
        self.speech.changed.connect(lambda key: self._apply("language", key))
        card.body.addLayout(row(Heading(tr("settings.language")), STRETCH, self.speech))
        card.body.addWidget(Meta(tr("settings.language_note")))
        return card

    def _apply(self, name: str, value: object) -> None:
        before = getattr(self.host.preferences, name)
        if before == value:
            return
        # The page and its host are built anew by the change: only the new host may be used from here on.
        host = self.host.change(**{name: value})
        host.toast(tr("settings.changed"), undo=lambda: host.change(**{name: before}))

    # --- page
    async def refresh(self) -> None:
        view, told = await self.host.session.exchange.view(), self.host.session.notices
        self.notices.show_choices(await told.chosen(), wanted=await told.wanted())
        self.storage.show_view(view)
        self.portal.show_view(view)

    def _turn(self, key: str) -> None:
        self.leaves.turn(("main", "storage", "portal", "about").index(key))

    def remember(self) -> Memory:
        return {**super().remember(), "tab": self.tabs.chosen()}

    def restore(self, memory: Mapping[str, object]) -> None:
        if memory.get("tab") in ("main", "storage", "portal", "about"):
            self.tabs.choose(str(memory["tab"]))
        super().restore(memory)


def _label(key: str) -> PlainLabel:
    return PlainLabel(tr(f"settings.{key}"), style="bodyStrong")
