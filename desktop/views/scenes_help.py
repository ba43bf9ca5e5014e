"""Scenes of clinics, services, notices, journal and help: full, without a portal, with a letter that waits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtWidgets import QWidget

from desktop.session.clinics import LetterRow
from desktop.views.parts import Button
from desktop.views.resting import settle
from desktop.views.staging import Scene, Stage, act, asked, going, opened
from desktop.words import tr

if TYPE_CHECKING:
    from desktop.session.asked import AskedState
    from desktop.views.window import Window


_MINE: Final = ("clinic.", "support.")
_STREETS_PX_PER_KM: Final = 200


async def _open(window: Window, section: str, subject: str | None = None) -> Any:
    assert window.session is not None
    first = window.session.people[0].given
    return await opened(window, section, subject, given=first, without=_MINE)


async def _clinics(window: Window) -> Any:
    """Open the clinics with what stands beside the list; a small window shows one of the two."""
    page = await _open(window, "clinics")
    if page.right.isHidden():
        page.switch_button.click()
    return page


async def _map(window: Window) -> None:
    page = await _clinics(window)
    page.tabs.choose("map")
    page.search.setText(tr("clinics.scene_query"))
    await settle(window)


async def _region(window: Window) -> None:
    page = await _clinics(window)
    page.tabs.choose("map")
    page.search.clear()
    page.map.fit()


def _streets(aside: float) -> Stage:
    """Look so near at the first clinic, or beside it, that streets are to be seen."""

    async def stage(window: Window) -> None:
        page = await _clinics(window)
        page.tabs.choose("map")
        page.search.clear()
        page.map.look_at([page._chosen])
        await settle(window)
        page.map.zoom(_STREETS_PX_PER_KM / page.map.transform().m11())
        page.map.pan(aside, 0)
        await settle(window)

    return stage


async def _way(window: Window) -> None:
    page = await _clinics(window)
    page.clinic.open_way()


async def _letter(window: Window) -> None:
    page = await _clinics(window)
    page.clinic.open_letter("complain")
    page.clinic.letter.text.set_value(tr("clinics.scene_letter"))
    page.clinic.letter.sent.emit("clinic.complain", tr("clinics.scene_letter"), "")
    await settle(window)
    _show_letters(page)


async def _letter_form(window: Window) -> None:
    page = await _clinics(window)
    page.clinic.open_letter("complain")
    page.clinic.findChild(Button, "letter_send").click()


def _show_letters(page: Any) -> None:
    letters = page.clinic.findChild(QWidget, "letters")
    for button in letters.findChildren(Button)[:1]:
        button.setFocus()
    page.clinic.scroller.reveal(letters)


def _letters(state: str) -> Stage:
    """Show a letter to a clinic that was refused, or one that was answered."""

    async def stage(window: Window) -> None:
        page = await _clinics(window)
        assert window.session is not None
        one = page._rows[0].clinic.organization_id
        now = window.clock.now()
        asked = LetterRow(id="scene", organization_id=one, kind="complain", state="refused" if state == "refused" else "applied",
                          text=tr("clinics.scene_letter"), reason="", at=now, intent="scene" if state == "refused" else "")  # fmt: skip
        answer = replace(asked, id="scene-answer", kind="answer", text=tr("clinics.scene_answer"))
        page._letters = (asked,) if state == "refused" else (answer, asked)
        page._show_clinic()
        _show_letters(page)

    return stage


def _support(state: AskedState) -> Stage:
    """Show where a letter to support stands: waiting here, refused, answered."""

    async def stage(window: Window) -> None:
        page = await _open(window, "help", "support")
        if state == "waiting":
            await act(window, "support.write", {"text": tr("help.scene_letter")})
        else:
            intent = "7c41e05a" if state == "refused" else ""
            page._letters = (asked("support.write", state, {"text": tr("help.scene_letter")}, intent=intent),)
            page._show()
            await settle(window)

    return stage


def _services(text: str) -> Stage:
    async def stage(window: Window) -> None:
        page = await _open(window, "services")
        page.search.setText(tr(text))
        await settle(window)

    return stage


async def _panel(window: Window) -> None:
    await _open(window, "home")
    assert window.shell is not None
    window.shell.notices.toggle()
    await settle(window)


SCENES: Final = (
    Scene(name="clinics-map", record="full", stage=_map, mockup="11-clinics"),
    Scene(name="clinics-region", record="full", stage=_region),
    Scene(name="clinics-streets", record="full", stage=_streets(0)),
    Scene(name="clinics-streets-offline", record="full", stage=_streets(1.0)),
    Scene(name="clinics-way", record="full", stage=_way),
    Scene(name="clinics-letter", record="full", stage=_letter_form),
    Scene(name="clinics-letter-waiting", record="full", stage=_letter),
    *(Scene(name=f"clinics-letter-{state}", record="full", stage=_letters(state)) for state in ("refused", "done")),
    Scene(name="services-found", record="full", stage=_services("services.scene_query"), mockup="20-services"),
    Scene(name="services-illness", record="full", stage=_services("services.scene_code")),
    Scene(name="services-nothing", record="full", stage=_services("services.scene_nothing")),
    Scene(name="notices-panel", record="full", stage=_panel),
    Scene(name="help-account", record="full", stage=going("help", "account")),
    Scene(name="help-support", record="full", stage=going("help", "support", without=_MINE)),
    Scene(name="help-support-waiting", record="offline", stage=_support("waiting")),
    Scene(name="help-support-refused", record="full", stage=_support("refused")),
    Scene(name="help-support-done", record="full", stage=_support("done")),
    Scene(name="help-checkups", record="full", stage=going("help", "checkups")),
)
