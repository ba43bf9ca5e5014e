"""Scenes of «Полис и страховая»: each form, each step of the application for an insurer, requests that wait, go on, end or are refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from desktop.clock import local_date
from desktop.views.resting import settle
from desktop.views.staging import Scene, Stage, act, asked, opened

if TYPE_CHECKING:
    from desktop.session.asked import AskedState
    from desktop.views.window import Window

_MINE: Final = ("statement.", "insurer.", "policy.order", "identity.", "card.connect", "consent.")
_FORMS: Final = ("statement", "policy", "identity", "card")
_STEPS: Final = ("terms", "person", "address", "policy", "sign")
_ANSWERS: Final[dict[str, tuple[str, AskedState, dict[str, str], str, str]]] = {
    "accepted": ("insurer.choose", "in_progress", {"insurer": "АО «Страховая Заречье»", "place": "г. Зареченск, пр. Мира, 12"},
                 "Заявление принято", ""),
    "ready": ("insurer.choose", "done", {"insurer": "АО «Страховая Заречье»"}, "Полис готов", ""),
    "working": ("card.connect", "in_progress", {"clinic": "Городская поликлиника № 2"}, "В работе", ""),
    "active": ("card.connect", "done", {"clinic": "Городская поликлиника № 2"}, "Активировано", ""),
    "refused": ("card.connect", "refused", {"clinic": "Городская поликлиника № 2"}, "Отказано", "В поликлинике нет вашей карты"),
}  # fmt: skip
_NOT_KEPT: Final = ("working", "refused")
"""The answers to who has no electronic card yet."""


async def _page(window: Window) -> Any:
    return await opened(window, "cover", without=_MINE)


def _form(key: str) -> Stage:
    async def stage(window: Window) -> None:
        page = await _page(window)
        page.open_form(key)

    return stage


def _step(step: str) -> Stage:
    async def stage(window: Window) -> None:
        page = await _page(window)
        page.open_form("insurer")
        panel = page.panes.panel
        panel.program = ""
        panel.values |= {"terms": "yes", "reason": "moved", "insurer": page.view.insurers[0].name}
        panel.show_step(_STEPS.index(step))

    return stage


async def _left_out(window: Window) -> None:
    page = await _page(window)
    page.open_form("insurer")
    page.panes.panel.show_step(1)
    page.panes.panel.faults()


async def _waiting(window: Window) -> None:
    await _page(window)
    today = local_date(window.clock)
    body = {"from": (today - timedelta(days=90)).isoformat(), "to": today.isoformat()}
    await act(window, "statement.order", body)


async def _step_up(window: Window) -> None:
    page = await _page(window)
    page.open_form("card")
    for agreement in (page.panes.panel.processing, page.panes.panel.transfer):
        agreement.check.setChecked(True)
    page.panes.panel.submit.click()


async def _simplified(window: Window) -> None:
    page = await _page(window)
    page._show(replace(page.view, level="simplified"))


def _answer(name: str) -> Stage:
    async def stage(window: Window) -> None:
        page = await _page(window)
        kind, state, fields, said, reason = _ANSWERS[name]
        due = local_date(window.clock) + timedelta(days=30) if name == "accepted" else None
        made = asked(kind, state, fields, reason=reason, due_on=due, stage=said)
        page._show(replace(page.view, asked=(made,), is_card_open=page.view.is_card_open and name not in _NOT_KEPT))
        await settle(window)
        card = page.findChild(object, f"cover_card_{'insurer' if kind == 'insurer.choose' else 'card'}")
        page.scroller.ensureWidgetVisible(card, 0, 400)

    return stage


SCENES: Final = (
    *(Scene(name=f"cover-{key}", record="full", stage=_form(key)) for key in _FORMS),
    *(Scene(name=f"cover-insurer-{step}", record="full", stage=_step(step)) for step in _STEPS),
    Scene(name="cover-left-out", record="full", stage=_left_out),
    Scene(name="cover-waiting", record="offline", stage=_waiting),
    Scene(name="cover-step-up", record="full", stage=_step_up),
    Scene(name="cover-simplified", record="full", stage=_simplified),
    *(Scene(name=f"cover-{name}", record="full", stage=_answer(name)) for name in _ANSWERS),
)
