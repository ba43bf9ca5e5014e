"""Scenes of what is asked and passed on: the forms, what waits, what was refused, what came of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Literal

from desktop.clock import local_date
from desktop.session.rows import RequestRow
from desktop.views.resting import settle
from desktop.views.staging import Scene, Stage, act, asked, opened
from desktop.words import tr

if TYPE_CHECKING:
    from desktop.views.window import Window

_BODIES: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "request": ("document.request", {"type": "extract", "from": "2025-05-14", "to": "2026-05-14"}),
    "pass": ("records.pass_on", {"receiver": "register", "sections": ["results"], "consent": True}),
}


async def _open(window: Window) -> Any:
    return await opened(window, "documents", without=("certificate.order", "document.request", "records.pass_on"))


def _stage(form: str, what: str) -> Stage:
    async def stage(window: Window) -> None:
        page = await _open(window)
        assert window.session is not None
        kind, body = _BODIES[form]
        title = tr("papers.type_extract" if form == "request" else "papers.pass_named", what=tr("shell.section_results"))
        if what == "form":
            await page.open_paper(form)
            await settle(window)
            if form == "pass":
                page.forms[form].what.choose("sections")
            else:
                page.forms[form].send.click()
        elif what == "waiting":
            await act(window, kind, {**body, "title": title})
        else:
            status: Literal["refused", "in_progress"] = "refused" if what == "refused" else "in_progress"
            due = local_date(page.host.clock) + timedelta(days=1) if what == "done" and form == "request" else None
            stage = tr(f"scenes.{form}_stage") if what == "done" else ""
            row = RequestRow(id="scene", person=window.session.scope.person, title=title, status=status, due_on=due, stage=stage,
                             reason=tr("scenes.request_reason") if what == "refused" else "")  # fmt: skip
            page.requests.show_requests((row,), (), today=local_date(page.host.clock))

    return stage


def _own(what: str) -> Stage:
    async def stage(window: Window) -> None:
        assert window.session is not None
        detail = (await opened(window, "results", without=("result.add",))).detail
        if what == "waiting":
            await act(window, "result.add", {"title": tr("scenes.own_title"), "on": "2026-05-02", "text": tr("scenes.own_text")})
        await detail.show_own()
        await settle(window)
        if what == "refused":
            made = asked("result.add", "refused", {"title": tr("scenes.own_title")})
            detail.own.show_rows(await window.session.documents.own(), (made,))
        elif what == "form":
            detail.own.add.click()
            await settle(window)
            detail.form.send.click()

    return stage


async def _rx(window: Window) -> None:
    page = await _open(window)
    await page.open_paper("rx")


async def _banners(window: Window) -> None:
    bar = (await opened(window, "home")).scroller.verticalScrollBar()
    bar.setValue(bar.maximum())


async def _back(window: Window) -> None:
    assert window.session is not None
    drafts, body = window.session.drafts, {"why": tr("scenes.draft_why"), "what": tr("scenes.draft_what")}
    drafts.keep("referral", body, person=window.session.scope.person)
    await drafts.settle()
    await drafts.ready()
    page = await opened(window, "referrals")
    page.open_form()


async def _unsent(window: Window) -> None:
    assert window.session is not None
    window.session.drafts.keep("wizard", {"specialty": "Терапевт", "slot": "-"}, person=window.session.scope.person)
    await _back(window)
    await opened(window, "home")


async def _export(window: Window) -> None:
    page = await _open(window)
    await page.open_paper("export")


_WHATS: Final = ("form", "waiting", "refused", "done")
SCENES: Final = (
    *(
        Scene(name=f"documents-{form}-{what}", record="offline" if what == "waiting" else "full", stage=_stage(form, what))
        for form in _BODIES for what in _WHATS
    ),
    *(Scene(name=f"results-own-{what}", record="offline" if what == "waiting" else "full", stage=_own(what)) for what in _WHATS),
    Scene(name="referrals-draft-back", record="full", stage=_back),
    Scene(name="home-draft", record="full", stage=_unsent),
    Scene(name="home-banners", record="full", stage=_banners),
    Scene(name="documents-prescription", record="full", stage=_rx),
    Scene(name="documents-export", record="full", stage=_export),
)  # fmt: skip
