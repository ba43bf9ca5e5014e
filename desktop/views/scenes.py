"""Pictures of every page in every state, painted from a real record, with an index that names what is left out.

Owns the list of scenes and how each is brought about; the app gives it open records (a full one, an empty one) and the window.
"""

from __future__ import annotations

import html
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from desktop.views.resting import settle
from desktop.views.staging import Scene, Stage, going, opened
from desktop.words import tr

if TYPE_CHECKING:
    from desktop.views.window import Window

SIZES: Final = ((1440, 900), (1024, 640))
RECORDS: Final = ("full", "empty", "offline")
"""In which states of the record every page is pictured."""
SCALES: Final = (1.0, 1.25, 1.5)

_STYLE: Final = (
    "body{font:16px sans-serif;margin:24px}figure{display:inline-block;margin:8px}img{width:640px;border:1px solid #888}"
)


@dataclass(slots=True)
class Sheet:
    """What was painted and what was not, with its reason."""

    painted: list[tuple[str, str]] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)


async def _loading(window: Window) -> None:
    assert window.shell is not None
    page = window.shell.page
    await settle(window)
    page.clear()
    page.cover()


async def _switcher(window: Window) -> None:
    await settle(window)
    assert window.shell is not None
    window.shell.open_switcher()


async def _search(window: Window) -> None:
    await settle(window)
    assert window.shell is not None
    window.shell.open_search()
    field_ = window.shell.topbar.search
    field_.setText(tr("scenes.query"))
    field_.textEdited.emit(field_.text())


async def _toast(window: Window) -> None:
    await settle(window)
    assert window.shell is not None
    window.shell.toast(tr("settings.changed"), undo=lambda: None)


async def _erase(window: Window) -> None:
    page = await opened(window, "settings")
    page.restore({"tab": "storage"})
    page.erase.begin.click()
    await settle(window)


async def _key(window: Window) -> None:
    (await opened(window, "settings")).security.ask_key()
    await settle(window)


async def _portal(window: Window) -> None:
    page = await opened(window, "settings")
    page.restore({"tab": "portal"})
    page.portal.show_view(replace(await page.host.session.exchange.view(), may_sign_out=True))


async def _lock(window: Window) -> None:
    window.show_door(typed="гребень луна")


async def _kept_key(window: Window) -> None:
    window.doors.keeps_key = True  # type: ignore[attr-defined]
    window.show_door()


async def _error(window: Window) -> None:
    from desktop.errors import WrongPassphrase

    window.show_door(typed="гребень луна")
    window.front.refused(WrongPassphrase("passphrase.wrong", wait_s=0.0))  # type: ignore[union-attr]


async def _delay(window: Window) -> None:
    from desktop.errors import WrongPassphrase

    window.show_door()
    window.front.refused(WrongPassphrase("passphrase.wrong", wait_s=60.0))  # type: ignore[union-attr]


async def _damaged(window: Window) -> None:
    from desktop.errors import VaultDamaged

    window.show_door()
    window.front.refused(VaultDamaged("vault.damaged"))  # type: ignore[union-attr]


async def _recover(window: Window) -> None:
    window.show_door()
    window.front.show_form(1)  # type: ignore[union-attr]


def _first(step: int) -> Stage:
    async def stage(window: Window) -> None:
        from desktop.views.first_run import FirstRun

        made = FirstRun(window, window.copy)
        window.put(made)
        if step:
            made.show_step(step)

    return stage


async def _region(window: Window) -> None:
    from desktop.views.first_run import FirstRun

    made = FirstRun(window, window.copy)
    window.put(made)
    made.address.set_value(tr("scenes.region"))
    made.address.edit.setCursorPosition(len(made.address.value()))
    made.ask_portal()


def catalogue() -> tuple[Scene, ...]:
    """Return every scene."""
    from desktop.views import (
        scenes_care,
        scenes_cover,
        scenes_help,
        scenes_papers,
        scenes_prevention,
        scenes_requests,
        scenes_visits,
        sections,
    )

    mockups = {"home": "02-home", "bookings": "03-bookings", "results": "05-results", "documents": "06-documents",
               "exchange": "13-sync", "settings": "14-settings", "prescriptions": "07-prescriptions",
               "vaccinations": "08-vaccinations", "checkups": "09-dispensary", "services": "20-services"}  # fmt: skip
    made = [
        Scene(name="unlock", record="none", stage=_lock, mockup="01-unlock"),
        Scene(name="unlock-key", record="none", stage=_kept_key),
        Scene(name="unlock-error", record="none", stage=_error), Scene(name="unlock-delay", record="none", stage=_delay),
        Scene(name="unlock-damaged", record="none", stage=_damaged), Scene(name="recover", record="none", stage=_recover),
        Scene(name="first-run", record="none", stage=_region, mockup="19-onboarding"),
        Scene(name="first-run-start", record="none", stage=_first(0)),
        Scene(name="first-run-passphrase", record="none", stage=_first(1)),
    ]  # fmt: skip
    for key in (section.key for section in sections.TABLE):
        for record in RECORDS:
            # What other scenes asked for offline waits for ever: it is taken back before a page is pictured without it.
            made.append(Scene(name=f"{key}-{record}", record=record, stage=going(key, without=("",)), mockup=mockups.get(key, "")))
    made += [
        Scene(name="home-loading", record="full", stage=_loading),
        Scene(name="switcher", record="full", stage=_switcher, mockup="02b-switcher"),
        Scene(name="search", record="full", stage=_search), Scene(name="toast", record="full", stage=_toast),
        Scene(name="settings-key", record="full", stage=_key),
        Scene(name="settings-erase", record="full", stage=_erase),
        Scene(name="settings-portal", record="full", stage=_portal),
    ]  # fmt: skip
    rest = (scenes_papers, scenes_requests, scenes_prevention, scenes_help, scenes_care, scenes_cover, scenes_visits)
    return (*made, *(scene for one in rest for scene in one.SCENES))


def write_index(folder: Path, sheet: Sheet, *, mockups: Path | None) -> Path:
    """Write index.html: each picture, beside its drawing where there is one, then what was left out and why."""
    parts = ["<!doctype html><meta charset='utf-8'><title>Медкарта: scenes</title>",
             f"<style>{_STYLE}</style>"]
    for name, mockup in sheet.painted:
        parts.append(f"<figure><img src='{html.escape(name)}'><figcaption>{html.escape(name)}</figcaption></figure>")
        if mockup and mockups is not None and (mockups / f"{mockup}.png").is_file():
            source = (mockups / f"{mockup}.png").as_uri()
            parts.append(f"<figure><img src='{source}'><figcaption>{html.escape(mockup)}</figcaption></figure>")
    parts.append(f"<h2>{html.escape(tr('scenes.left_out'))}</h2><ul>")
    parts += [f"<li>{html.escape(name)}: {html.escape(why)}</li>" for name, why in sheet.left_out]
    file = folder / "index.html"
    file.write_text("\n".join([*parts, "</ul>"]), "utf-8")
    return file
