"""Scenes of prescriptions, vaccinations and check-ups: waiting, refused and done acts, a child, what has expired, how it goes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from desktop.clock import local_date
from desktop.session.asked import AskedRow
from desktop.views.staging import Scene, Stage, settle

if TYPE_CHECKING:
    from desktop.session.asked import AskedState
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


async def _open(window: Window, section: str, given: str = "") -> None:
    """Open a section of somebody's record, with no act of an earlier scene in it."""
    assert window.shell is not None
    assert window.session is not None
    for row in await window.session.bookings.outbox():
        if row.kind.startswith(_MINE):
            await window.session.bookings.withdraw(row.id)
    person = window.session.person(given) if given else None
    if person is not None:
        window.shell.switch(person.id)
    window.shell.go(section)
    window.shell.page.reload()
    await settle(window)


async def _prescriptions(window: Window) -> PrescriptionsPage:
    await _open(window, "prescriptions")
    page: PrescriptionsPage = window.shell.page  # type: ignore[union-attr, assignment]
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
    page.detail.scroll.verticalScrollBar().setValue(page.detail.scroll.verticalScrollBar().maximum() // 2)


def _asked(kind: str, state: AskedState) -> AskedRow:
    reason = _REASONS[kind] if state == "refused" else ""
    return AskedRow(id="scene", kind=kind, subject="", state=state, reason=reason, clinic="", asked_on=None, due_on=None, intent="",
                    fields=(("pharmacy", "Аптека № 3, пр. Мира, 15"),) if kind == "prescription.send" else ())  # fmt: skip


def _answered(state: AskedState) -> Stage:
    async def stage(window: Window) -> None:
        page = await _prescriptions(window)
        one = page.detail.one
        if one is None:
            return
        shown = replace(one, asks=(_asked("prescription.send", state),))
        page.detail.show_one(shown, trail=(), pharmacies=(), allergies=(), today=local_date(window.clock))
        page.detail.scroll.verticalScrollBar().setValue(page.detail.scroll.verticalScrollBar().maximum())

    return stage


async def _expired(window: Window) -> None:
    page = await _prescriptions(window)
    page.filters.choose("over")
    page.show_subject(page.found()[0].id)


async def _cancel(window: Window) -> None:
    (await _prescriptions(window)).detail.ask_cancel()


async def _nothing(window: Window) -> None:
    page = await _prescriptions(window)
    page.search.setText("цитрамон")


def _vaccinations(given: str) -> Stage:
    async def stage(window: Window) -> None:
        await _open(window, "vaccinations", given)
        page: VaccinationsPage = window.shell.page  # type: ignore[union-attr, assignment]
        page.show_subject("mmr-v")

    return stage


async def _share(window: Window) -> None:
    await _vaccinations("Варвара")(window)
    page: VaccinationsPage = window.shell.page  # type: ignore[union-attr, assignment]
    page.opened.buttons["share"].click()


async def _asking(window: Window) -> None:
    await _vaccinations("Варвара")(window)
    page: VaccinationsPage = window.shell.page  # type: ignore[union-attr, assignment]
    page.refresh_button.click()


def _fresh(state: AskedState) -> Stage:
    async def stage(window: Window) -> None:
        await _vaccinations("Варвара")(window)
        page: VaccinationsPage = window.shell.page  # type: ignore[union-attr, assignment]
        assert window.session is not None
        view = await window.session.vaccinations.view()
        page.show_view(replace(view, ask=_asked("vaccination.refresh", state)))

    return stage


async def _checkups(window: Window) -> CheckupsPage:
    await _open(window, "checkups")
    return window.shell.page  # type: ignore[union-attr, return-value]


async def _booked(window: Window) -> None:
    (await _checkups(window)).ticket.button.click()


def _day(state: AskedState) -> Stage:
    async def stage(window: Window) -> None:
        page = await _checkups(window)
        assert window.session is not None
        view = await window.session.checkups.view()
        page.show_view(replace(view, ask=_asked("checkup.book", state)))

    return stage


async def _how(window: Window) -> None:
    (await _checkups(window)).banner.acted.emit()


async def _answers(window: Window) -> None:
    (await _checkups(window)).now.buttons["0"].click()


async def _minor(window: Window) -> None:
    await _open(window, "checkups", "Варвара")


SCENES: Final = (
    Scene(name="prescriptions-send", record="full", stage=_send),
    Scene(name="prescriptions-waiting", record="offline", stage=_sent),
    Scene(name="prescriptions-refused", record="full", stage=_answered("refused")),
    Scene(name="prescriptions-done", record="full", stage=_answered("done")),
    Scene(name="prescriptions-cancel", record="full", stage=_cancel),
    Scene(name="prescriptions-expired", record="full", stage=_expired),
    Scene(name="prescriptions-nothing", record="full", stage=_nothing),
    Scene(name="vaccinations-child", record="full", stage=_vaccinations("Варвара"), mockup="08-vaccinations"),
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
