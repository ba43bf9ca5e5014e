"""The other leaves of the settings: storage and backups, the portal, about the program."""

from __future__ import annotations

import asyncio
import platform
from collections.abc import Callable, Coroutine
from importlib import metadata
from typing import Any

from PySide6.QtCore import qVersion
from PySide6.QtWidgets import QProgressBar

from desktop.errors import KnownError
from desktop.session.rows import ExchangeView
from desktop.views import asking, keys, wording
from desktop.views.page import Host
from desktop.views.parts import STRETCH, Body, Box, Button, Card, FlowLayout, Heading, Meta, Notice, clear, column, row
from desktop.views.parts.given import layout_of
from desktop.words import has, tr


class StorageCard(Card):
    """How much is kept here, a backup with its progress, a check of every page."""

    def __init__(self, host: Host) -> None:
        super().__init__(pad=(20, 24), gap=12)
        self.host = host
        self._task: asyncio.Task[Any] | None = None
        self.facts = Body("", tone="ink2")
        self.backup = Button(tr("settings.backup"), icon="save")
        self.backup.clicked.connect(lambda: self._begin(self._backup()))
        self.check = Button(tr("settings.check"), icon="shield-check")
        self.check.clicked.connect(lambda: self._begin(self._check()))
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("settings.progress"))
        self.stop = Button(tr("settings.stop"), icon="close")
        self.stop.clicked.connect(self._stop)
        line = row(self.bar, self.stop, gap=12)
        line.setStretch(0, 1)
        self.progress = Box(line)
        self.result = Notice("", kind="good")
        self.trouble = Notice("", kind="bad")
        for part in (Heading(tr("settings.kept_here")), self.facts, Meta(tr("settings.backup_note"))):
            self.body.addWidget(part)
        self.export = Button(tr("papers.menu_export"), icon="upload")
        self.export.setObjectName("settings_export")
        self.export.clicked.connect(lambda: self.host.go("documents", "export"))
        self.body.addWidget(Box(FlowLayout(self.backup, self.check, self.export, gap=8)))
        for told in (self.progress, self.result, self.trouble):
            self.body.addWidget(told)
            told.hide()

    def show_view(self, view: ExchangeView) -> None:
        """Say how much is kept."""
        documents = tr("settings.documents_here", here=view.documents_here, total=view.documents_total)
        self.facts.set_text(tr("settings.kept_size", size=wording.size(view.replica_bytes), documents=documents))

    def _begin(self, work: Coroutine[Any, Any, str]) -> None:
        if self._task is not None and not self._task.done():
            work.close()
            return
        self.result.hide()
        self.trouble.hide()
        self.bar.setRange(0, 0)
        self._task = self.host.spawn(self._follow(work))

    async def _follow(self, work: Coroutine[Any, Any, str]) -> None:
        try:
            said = await work
            self.result.set_text(said)
            self.result.setVisible(bool(said))
        except KnownError as error:
            self.trouble.set_text(wording.error(error))
            self.trouble.show()
        finally:
            self.progress.hide()

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self.result.set_text(tr("settings.stopped"))
        self.result.show()

    def _from_store(self) -> Callable[[int, int], None]:
        """Return a progress call for the store's thread: it only posts to this one."""
        loop = asyncio.get_running_loop()

        def post(done: int, total: int) -> None:
            loop.call_soon_threadsafe(self._moved, done, total)

        return post

    def _moved(self, done: int, total: int) -> None:
        self.bar.setRange(0, max(total, 1))
        self.bar.setValue(done)

    async def _backup(self) -> str:
        name = tr("settings.backup_name", date=self.host.clock.now().astimezone().strftime("%Y-%m-%d"))
        file = await asking.where_to_save(self, tr("settings.backup"), name, tr("first_run.file_kind"))
        if file is None:
            return ""
        self.progress.show()
        await self.host.session.backup(file, self._from_store())
        return tr("settings.backup_done", name=file.name)

    async def _check(self) -> str:
        self.progress.show()
        report = await self.host.session.check(self._from_store())
        return tr("settings.check_good" if report.is_sound else "settings.check_bad")


class PortalCard(Card):
    """What this portal cannot do, said and not hidden; the way out of it."""

    def __init__(self, host: Host) -> None:
        super().__init__(pad=(20, 24), gap=8)
        self.body.addWidget(Heading(tr("settings.portal")))
        self._note = Body(tr("settings.portal_note"), tone="ink2")
        self.body.addWidget(self._note)
        self.cannot = Box(column(gap=8))
        self.body.addWidget(self.cannot)
        more = Button(tr("settings.open_exchange"))
        more.clicked.connect(lambda: host.go("exchange"))
        self.sign_out = Button(tr("settings.sign_out"), icon="exit")
        self.sign_out.clicked.connect(lambda: host.spawn(self._sign_out(host)))
        self.body.addWidget(Box(FlowLayout(more, self.sign_out, gap=8)))
        self.sign_out.hide()

    async def _sign_out(self, host: Host) -> None:
        for url in await host.session.exchange.sign_out():
            asking.open_browser(url)
        host.toast(tr("settings.signed_out"))

    def show_view(self, view: ExchangeView) -> None:
        """List what it cannot do, and offer the way out while somebody is signed in."""
        self.sign_out.setVisible(view.may_sign_out)
        self._note.setVisible(bool(view.cannot))
        place = layout_of(self.cannot)
        clear(place)
        for text in cannot_words(view.cannot):
            place.addWidget(Body(text))


def cannot_words(cannot: tuple[str, ...] | None) -> list[str]:
    """Word what a portal cannot do; a key without words names itself. Never empty: that it can do everything, or was not asked, is said."""
    if not cannot:
        return [tr("exchange.cannot_unknown" if cannot is None else "exchange.can_all")]
    made = []
    for key in cannot:
        own = f"exchange.{key.replace('.', '_')}"
        made.append(tr(own) if has(own) else tr(key) if "." in key and has(key) else tr("exchange.cannot_other", what=key))
    return made


class AboutCard(Card):
    """The version and the keys."""

    def __init__(self) -> None:
        super().__init__(pad=(20, 24), gap=8)
        self.body.addWidget(Heading(tr("shell.app")))
        self.body.addWidget(Body(tr("settings.version", version=_version(), qt=qVersion(), python=platform.python_version())))
        self.body.addWidget(Body(tr("settings.not_a_doctor"), tone="ink2"))
        self.body.addWidget(Heading(tr("settings.keys")))
        for command in ("search", "book", "exchange", "filter", "copy", "print", "save", "lock", "back", "next_region", "person_1",
                        "larger", "smaller", "normal_size", "help"):  # fmt: skip
            line = row(Body(tr(f"settings.key_{command}")), STRETCH, Body(keys.shown(command), bold=True, wrap=False))
            line.setStretch(0, 1)
            self.body.addLayout(line)


def _version() -> str:
    try:
        return metadata.version("medkarta")
    except metadata.PackageNotFoundError:
        return "0.1.0"
