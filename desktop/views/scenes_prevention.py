"""Scenes of prescriptions, vaccinations and check-ups: waiting, refused and done acts, a child, what has expired, how it goes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from desktop.clock import local_date
from desktop.views.resting import settle
from desktop.views.staging import Scene, Stage, asked, opened

if TYPE_CHECKING:
    from desktop.session.asked import AskedRow, AskedState
    from desktop.views.pages.checkups import CheckupsPage
    from desktop.views.pages.prescriptions import PrescriptionsPage
    from desktop.views.pages.vaccinations import VaccinationsPage
    from desktop.views.window import Window

_MINE: Final = ("prescription.", "vaccination.", "checkup.")
_REASONS: Final = {
    "prescription.send": "Аптека закрыта на учёт",
    "vaccination.refresh": "Клиника ещё не передала журнал прививок",
    "checkup.book": "В этот день кабинет функциональной диагностики закрыт",
}


async def _prescriptions(window: Window) -> PrescriptionsPage:
    page: PrescriptionsPage = await opened(window, "prescriptions", without=_MINE)
    page.search.clear()
    page.filters.choose("active")
    rows = page.found()
    if rows:
        page.show_subject(rows[0].id)
        await settle(window)
    return page


async def _send(window: Window) -> None:
    (await _prescriptions(window)).detail.ask_pharmacy()


async def _sent(window: Window) -> None:
    page = await _prescriptions(window)
    assert window.session is not None
    await window.session.pharmacy.send(page.found()[0].id, "Аптека № 3, пр. Мира, 15")
    page.reload()
    await settle(window)
    page.detail.scroller.verticalScrollBar().setValue(page.detail.scroller.verticalScrollBar().maximum() // 2)


def _asked(kind: str, state: AskedState, **fields: str) -> AskedRow:
    return asked(kind, state, fields, reason=_REASONS[kind])


def _answered(state: AskedState) -> Stage:
    async def stage(window: Window) -> None:
        page = await _prescriptions(window)
        one = page.detail.one
        view = page._view
        if one is None or view is None:
            return
        shown = replace(one, asks=(_asked("prescription.send", state, pharmacy="Аптека № 3, пр. Мира, 15"),))
        page.detail.show_one(shown, trail=(), pharmacies=(), allergies=view.allergies, today=local_date(window.clock))
        page.detail.scroller.verticalScrollBar().setValue(page.detail.scroller.verticalScrollBar().maximum())

    return stage


async def _expired(window: Window) -> None:
    page = await _prescriptions(window)
    page.filters.choose("over")
    page.show_subject(page.found()[0].id)


async def _cancel(window: Window) -> None:
    (await _prescriptions(window)).detail.ask_cancel()


async def _nothing(window: Window) -> None:
    page = await _prescriptions(window)
    page.panes.close_detail()
    page.search.setFocus()
    page.search.setText("цитрамон")


async def _vaccinations(window: Window) -> VaccinationsPage:
    page: VaccinationsPage = await opened(window, "vaccinations", given="Варвара", without=_MINE)
    page.show_subject("mmr-v")
    return page


async def _child(window: Window) -> None:
    await _vaccinations(window)


async def _share(window: Window) -> None:
    (await _vaccinations(window)).opened.buttons["share"].click()


async def _asking(window: Window) -> None:
    (await _vaccinations(window)).refresh_button.click()


def _fresh(state: AskedState) -> Stage:
    async def stage(window: Window) -> None:
        page = await _vaccinations(window)
        assert window.session is not None
        view = await window.session.vaccinations.view()
        page.show_view(replace(view, ask=_asked("vaccination.refresh", state)))

    return stage


async def _checkups(window: Window, given: str = "") -> CheckupsPage:
    page: CheckupsPage = await opened(window, "checkups", given=given, without=_MINE)
    return page


async def _booked(window: Window) -> None:
    (await _checkups(window)).ticket.button.click()


def _day(state: AskedState) -> Stage:
    async def stage(window: Window) -> None:
        page = await _checkups(window)
        assert window.session is not None
        view = await window.session.checkups.view()
        page.show_view(replace(view, ask=_asked("checkup.book", state), is_asked=state != "refused"))

    return stage


async def _how(window: Window) -> None:
    (await _checkups(window)).banner.acted.emit()


async def _answers(window: Window) -> None:
    (await _checkups(window)).now.buttons["0"].click()


async def _minor(window: Window) -> None:
    await _checkups(window, "Варвара")


SCENES: Final = (
    Scene(name="prescriptions-send", record="full", stage=_send),
    Scene(name="prescriptions-waiting", record="offline", stage=_sent),
    Scene(name="prescriptions-refused", record="full", stage=_answered("refused")),
    Scene(name="prescriptions-done", record="full", stage=_answered("done")),
    Scene(name="prescriptions-cancel", record="full", stage=_cancel),
    Scene(name="prescriptions-expired", record="full", stage=_expired),
    Scene(name="prescriptions-nothing", record="full", stage=_nothing),
    Scene(name="vaccinations-child", record="full", stage=_child, mockup="08-vaccinations"),
    Scene(name="vaccinations-share", record="full", stage=_share),
    Scene(name="vaccinations-waiting", record="offline", stage=_asking),
    Scene(name="vaccinations-refused", record="full", stage=_fresh("refused")),
    Scene(name="vaccinations-done", record="full", stage=_fresh("done")),
    Scene(name="checkups-waiting", record="offline", stage=_booked),
    Scene(name="checkups-refused", record="full", stage=_day("refused")),
    Scene(name="checkups-done", record="full", stage=_day("done")),
    Scene(name="checkups-how", record="full", stage=_how),
    Scene(name="checkups-answers", record="full", stage=_answers),
    Scene(name="checkups-minor", record="full", stage=_minor),
)
