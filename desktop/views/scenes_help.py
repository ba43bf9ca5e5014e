"""Scenes of clinics, services, notices, journal and help: full, without a portal, with a letter that waits."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from desktop.session.asked import AskedRow
from desktop.session.clinics import LetterRow
from desktop.views.staging import Scene, Stage, settle
from desktop.words import tr

if TYPE_CHECKING:
    from desktop.session.asked import AskedState
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


def _letters(state: str) -> Stage:
    """Show a letter to a clinic that was refused, or one that was answered."""

    async def stage(window: Window) -> None:
        page = await _open(window, "clinics")
        assert window.session is not None
        one = page._rows[0].clinic.organization_id
        now = window.clock.now()
        asked = LetterRow(id="scene", organization_id=one, kind="complain", state="refused" if state == "refused" else "applied",
                          text=tr("clinics.scene_letter"), reason="", at=now, intent="scene" if state == "refused" else "")  # fmt: skip
        answer = replace(asked, id="scene-answer", kind="answer", text=tr("clinics.scene_answer"))
        page._letters = (asked,) if state == "refused" else (answer, asked)
        page._show_clinic()
        await settle(window)
        page.clinic.scroll.verticalScrollBar().setValue(260)

    return stage


def _support(state: AskedState) -> Stage:
    """Show where a letter to support stands: waiting here, refused, answered."""

    async def stage(window: Window) -> None:
        page = await _open(window, "help", "support")
        assert window.session is not None
        if state == "waiting":
            await window.session.bookings.act("support.write", window.session.scope.person, {"text": tr("help.scene_letter")})
            page.reload()
            await settle(window)
        else:
            page._letters = (
                AskedRow(id="scene", kind="support.write", subject="", state=state, reason="", clinic="", asked_on=None, due_on=None,
                         intent="scene" if state == "refused" else "", fields=(("text", tr("help.scene_letter")),)),
            )  # fmt: skip
            page._show()
            await settle(window)
        page.article.verticalScrollBar().setValue(220)

    return stage


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
    *(Scene(name=f"clinics-letter-{state}", record="full", stage=_letters(state)) for state in ("refused", "done")),
    Scene(name="clinics-offline", record="offline", stage=_opened("clinics")),
    Scene(name="services-found", record="full", stage=_services("services.scene_query"), mockup="20-services"),
    Scene(name="services-illness", record="full", stage=_services("services.scene_code")),
    Scene(name="services-nothing", record="full", stage=_services("services.scene_nothing")),
    Scene(name="services-offline", record="offline", stage=_opened("services")),
    Scene(name="notices-panel", record="full", stage=_panel),
    Scene(name="help-account", record="full", stage=_opened("help", "account")),
    Scene(name="help-support", record="full", stage=_opened("help", "support")),
    Scene(name="help-support-waiting", record="offline", stage=_support("waiting")),
    Scene(name="help-support-refused", record="full", stage=_support("refused")),
    Scene(name="help-support-done", record="full", stage=_support("done")),
    Scene(name="help-checkups", record="full", stage=_opened("help", "checkups")),
)
