"""Scenes of clinics, services, notices, journal and help: full, without a portal, with a letter that waits."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from desktop.views.staging import Scene, Stage, settle
from desktop.words import tr

if TYPE_CHECKING:
    from desktop.views.window import Window


async def _open(window: Window, section: str, subject: str | None = None) -> Any:
    """Open a section of the first record, with no letter of an earlier scene in it."""
    assert window.shell is not None
    assert window.session is not None
    for row in await window.session.bookings.outbox():
        if row.kind.startswith(("clinic.", "support.")):
            await window.session.bookings.withdraw(row.id)
    window.shell.switch(window.session.people[0].id)
    window.shell.go(section, subject)
    await settle(window)
    return window.shell.page


def _opened(section: str, subject: str | None = None) -> Stage:
    async def stage(window: Window) -> None:
        await _open(window, section, subject)

    return stage


async def _map(window: Window) -> None:
    page = await _open(window, "clinics")
    page.tabs.choose("map")
    page.search.setText(tr("clinics.scene_query"))
    await settle(window)


async def _region(window: Window) -> None:
    page = await _open(window, "clinics")
    page.tabs.choose("map")
    page.search.clear()
    page.map.fit()


async def _way(window: Window) -> None:
    page = await _open(window, "clinics")
    page.clinic.open_way()


async def _letter(window: Window) -> None:
    page = await _open(window, "clinics")
    page.clinic.open_letter("complain")
    page.clinic.letter.text.set_value(tr("clinics.scene_letter"))
    page.clinic.letter.sent.emit("clinic.complain", tr("clinics.scene_letter"), "")
    await asyncio.sleep(0.05)
    await settle(window)
    page.clinic.scroll.verticalScrollBar().setValue(260)


def _services(text: str) -> Stage:
    async def stage(window: Window) -> None:
        page = await _open(window, "services")
        page.search.setText(tr(text))
        await asyncio.sleep(0.1)
        await settle(window)

    return stage


async def _panel(window: Window) -> None:
    await _open(window, "home")
    assert window.shell is not None
    window.shell.notices.toggle()
    await asyncio.sleep(0.05)
    await settle(window)


SCENES: Final = (
    Scene(name="clinics-map", record="full", stage=_map, mockup="11-clinics"),
    Scene(name="clinics-region", record="full", stage=_region),
    Scene(name="clinics-way", record="full", stage=_way),
    Scene(name="clinics-letter-waiting", record="full", stage=_letter),
    Scene(name="clinics-offline", record="offline", stage=_opened("clinics")),
    Scene(name="services-found", record="full", stage=_services("services.scene_query"), mockup="20-services"),
    Scene(name="services-illness", record="full", stage=_services("services.scene_code")),
    Scene(name="services-nothing", record="full", stage=_services("services.scene_nothing")),
    Scene(name="services-offline", record="offline", stage=_opened("services")),
    Scene(name="notices-panel", record="full", stage=_panel),
    Scene(name="help-account", record="full", stage=_opened("help", "account")),
    Scene(name="help-support", record="full", stage=_opened("help", "support")),
    Scene(name="help-checkups", record="full", stage=_opened("help", "checkups")),
)
