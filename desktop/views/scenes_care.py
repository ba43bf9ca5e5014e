"""Scenes of referrals, visits, policies and health: forms, waiting and refused acts, a visit nobody booked, a child's card."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from desktop.clock import local_date
from desktop.views.resting import settle
from desktop.views.staging import Scene, Stage, act, asked, opened
from desktop.words import tr

if TYPE_CHECKING:
    from desktop.session.asked import AskedRow, AskedState
    from desktop.views.window import Window

_MINE: Final = ("referral.", "visit.", "policy.", "profile.")
_REASONS: Final = {
    "referral.ask": "В направлении нет нужды: запишитесь к врачу сами",
    "visit.dispute": "По журналу клиники приём состоялся: приложите справку с работы",
    "policy.edit": "Номер не найден в реестре полисов",
    "visit.rate": "Оценку ставят один раз, она уже стоит",
}


async def _open(window: Window, section: str, given: str = "Наталья") -> Any:
    return await opened(window, section, given=given, without=_MINE)


def _answer(kind: str, state: AskedState, **fields: str) -> AskedRow:
    return asked(kind, state, fields, reason=_REASONS[kind])


def _referrals(what: str) -> Stage:
    async def stage(window: Window) -> None:
        page = await _open(window, "referrals", "Людмила" if what == "hospital" else "Наталья")
        if what == "form":
            page.open_form()
        elif what == "history":
            page.tabs.choose("past")
        elif what == "hospital":
            page.kinds.choose("hospital")
        elif what in ("found", "nothing"):
            page.search.setText(tr(f"referrals.scene_{what}"))
            page._sought()
        elif what == "waiting":
            await act(window, "referral.ask", {"specialty": "Ортопед", "reason": "Болит колено"})
        else:
            page._show_asked((_answer("referral.ask", "refused" if what == "refused" else "done", specialty="Ортопед"),))

    return stage


async def _visited(page: Any, id: str, **facts: Any) -> None:
    """Show a visit as the portal's answer would have it: in the list and in the panel."""
    from desktop.views.pages.visits_panels import VisitPanel

    visits, year = page.host.session.visits, date(local_date(page.host.clock).year, 1, 1)
    found, view = await visits.page(since=year, limit=60), await visits.open(id)
    page._show(replace(found, rows=tuple(replace(one, **facts) if one.facts.id == id else one for one in found.rows)))
    page._put(id, VisitPanel(replace(view, row=replace(view.row, **facts)), page.host))


def _visits(what: str) -> Stage:
    async def stage(window: Window) -> None:
        page = await _open(window, "history")
        assert window.session is not None
        rows = (await window.session.visits.page(limit=60)).rows
        strange = next((row.facts.id for row in rows if row.is_strange), rows[0].facts.id)
        usual = next((row.facts.id for row in rows if row.facts.title == "Приём терапевта"), rows[0].facts.id)
        rated = page.findChild(object, f"rate_{next((row.facts.id for row in rows if 'кардиолога' in row.facts.title), usual)}")
        if what == "dispute":
            await page._dispute(strange)
            page.panes.panel.comment.set_value("11 мая весь день была на работе")
        elif what == "rating" and rated is not None:
            rated.click()
            from desktop.views.pages.visits_rating import RatingCard

            card = page.findChildren(RatingCard)[0]
            card.stars.radios[3].setChecked(True)
            card.praise.chips["attentive"].setChecked(True)
        elif what.startswith("rating-"):
            state: AskedState = {"rating-waiting": "waiting", "rating-refused": "refused"}.get(what, "done")  # type: ignore[assignment]
            rating = _answer("visit.rate", state, stars="4")
            await _visited(page, usual, stars=0 if state == "refused" else 4, rating=None if state == "done" else rating)
        elif what == "waiting":
            await act(window, "visit.dispute", {"subject": f"Encounter/{strange}", "comment": "Меня там не было"})
            await page._open(strange)
        elif what in ("refused", "done"):
            await _visited(page, strange, dispute=_answer("visit.dispute", "refused" if what == "refused" else "done"))
        else:
            await page._open(strange if what == "strange" else usual)

    return stage


def _policies(what: str) -> Stage:
    async def stage(window: Window) -> None:
        page = await _open(window, "policies", {"child": "Тимофей", "checking": "Людмила", "remove": "Людмила"}.get(what, "Наталья"))
        if what == "child":
            page.form.fields["number"].set_value("5048 8108 4000 208")
            page.form.check("number")
        elif what == "shown":
            page.reveal.toggle()
        elif what == "remove":
            page._ask_removal(page.form.view)
        elif what == "waiting":
            await act(window, "profile.edit", {"phone": "+79000000000"})
        elif what in ("refused", "done"):
            made = _answer("policy.edit", "refused" if what == "refused" else "done")
            page._show_form(replace(page.form.view, edits=(made,)))

    return stage


async def _notes(window: Window) -> None:
    page = await _open(window, "health")
    assert window.session is not None
    view = await window.session.health.view()
    if not view.notes:
        await window.session.health.add_note("contact", "Сестра Ольга, звонить первой")
        await window.session.health.add_note("allergy", "После ореха кешью першит горло")
    page.reload()
    await settle(window)


_ANSWERS: Final = ("refused", "done")
SCENES: Final = (
    *(Scene(name=f"referrals-{what}", record="full", stage=_referrals(what))
      for what in ("form", "found", "history", "hospital", "nothing", *_ANSWERS)),
    Scene(name="referrals-waiting", record="offline", stage=_referrals("waiting")),
    Scene(name="history-dispute", record="full", stage=_visits("dispute"), mockup="10-visits"),
    *(Scene(name=f"history-{what}", record="full", stage=_visits(what)) for what in ("rating", "visit", "strange", *_ANSWERS)),
    *(Scene(name=f"history-rating-{state}", record="full", stage=_visits(f"rating-{state}")) for state in ("waiting", "refused", "done")),
    Scene(name="history-waiting", record="offline", stage=_visits("waiting")),
    Scene(name="policies-child", record="full", stage=_policies("child"), mockup="12-policies"),
    *(Scene(name=f"policies-{what}", record="full", stage=_policies(what)) for what in ("shown", "checking", "remove", *_ANSWERS)),
    Scene(name="policies-waiting", record="offline", stage=_policies("waiting")),
    Scene(name="health-notes", record="full", stage=_notes),
)
