"""What a scene is and how to open a section for it. The scenes are in scenes*.py."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from desktop.session.asked import AskedRow
from desktop.views.pages.asked_line import AskedLine
from desktop.views.parts import ScrollPage
from desktop.views.resting import settle

if TYPE_CHECKING:
    from desktop.session.asked import AskedState
    from desktop.views.window import Window

_ASKED_ON: Final = date(2026, 5, 12)

Stage = Callable[["Window"], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One page in one state. `record` is which record stands behind it: "full", "empty" or "none" (no vault, or locked)."""

    name: str
    record: str
    stage: Stage
    mockup: str = ""


async def show_request(window: Window) -> None:
    """Bring where a request stands into sight: in a small window it is below what is longer."""
    for line in window.findChildren(AskedLine):
        pages = [page for page in window.findChildren(ScrollPage) if line.isVisible() and page.isAncestorOf(line)]
        for page in pages:
            page.reveal(line)
        if pages:
            await settle(window)
            return


async def opened(window: Window, section: str, subject: str | None = None, *, given: str = "", without: tuple[str, ...] = ()) -> Any:
    """Open a section, of somebody's record if `given`, and return its page; acts of earlier scenes that begin with `without` are gone."""
    assert window.shell is not None
    assert window.session is not None
    for row in await window.session.bookings.outbox():
        if row.kind.startswith(without):
            await window.session.bookings.withdraw(row.id)
    person = window.session.person(given) if given else None
    if person is not None:
        window.shell.switch(person.id)
    window.shell.go(section, subject)
    window.shell.page.reload()
    await settle(window)
    return window.shell.page


def going(section: str, subject: str | None = None, *, given: str = "", without: tuple[str, ...] = ()) -> Stage:
    """Return the scene of a section as it opens."""

    async def stage(window: Window) -> None:
        await opened(window, section, subject, given=given, without=without)
        window.shell.sidebar.focus_section(section)  # type: ignore[union-attr]

    return stage


async def act(window: Window, kind: str, body: dict[str, Any]) -> None:
    """Do something as the open person."""
    assert window.session is not None
    await window.session.bookings.act(kind, window.session.scope.person, body)
    window.shell.page.reload()  # type: ignore[union-attr]
    await settle(window)


def asked(
    kind: str, state: AskedState, fields: Mapping[str, str] | None = None, *, reason: str = "", due_on: date | None = None,
    stage: str = "", intent: str = "",
) -> AskedRow:
    """Return a request as it stands in a scene; only a refused one has a reason."""
    return AskedRow(id="scene", kind=kind, subject="", state=state, reason=reason if state == "refused" else "", clinic="",
                    asked_on=_ASKED_ON, due_on=due_on, intent=intent, fields=tuple((fields or {}).items()), stage=stage)  # fmt: skip
