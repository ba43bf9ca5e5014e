"""Scenes of booking: the wizard's steps, decisions, a move, a cancellation, a house call. How each is brought about by the page itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from desktop.record.clashes import CHOICES
from desktop.session.rows import BookingRow, QuarantineRow
from desktop.views.parts import Button, IconButton, PressRow, Ticket
from desktop.views.resting import settle
from desktop.views.staging import Scene, Stage, going, opened

if TYPE_CHECKING:
    from desktop.views.pages.bookings import BookingsPage
    from desktop.views.pages.exchange import ExchangePage
    from desktop.views.pages.house_call import HouseCallPage
    from desktop.views.pages.referrals import ReferralsPage
    from desktop.views.pages.wizard import WizardPage
    from desktop.views.window import Window


async def _wizard(window: Window, start: str) -> WizardPage:
    await settle(window)
    page: WizardPage = await opened(window, "wizard", start)
    return page


def _step(upto: str) -> Stage:
    """Answer as mockup 04 does, up to a step."""

    async def stage(window: Window) -> None:
        page = await _wizard(window, "new")
        here = page.host.session.current
        if upto == "who" or here is None:
            return
        page.answer(person=here.id)
        doctor = next((one for one in page.data.doctors if one.short.startswith("Ахметов")), None)
        if upto == "specialty" or doctor is None:
            return
        page.answer(specialty=doctor.specialty)
        if upto == "clinic":
            return
        page.answer(clinic=doctor.clinic_id)
        if upto == "doctor":
            return
        page.answer(doctor=doctor.id)
        await settle(window)
        button = next((b for b in page.part.grid.buttons() if "22 мая" in b.slot.said and b.slot.time == "9:20"), None)  # type: ignore[union-attr]
        button = button or next((b for b in page.part.grid.buttons() if b.slot.time == "9:20"), None)  # type: ignore[union-attr]
        if button is not None:
            button.setChecked(True)
        if upto in ("check", "wait"):
            page.open_step(upto)

    return stage


async def _map(window: Window) -> None:
    page = await _wizard(window, "new")
    here = page.host.session.current
    if here is None:
        return
    page.answer(person=here.id)
    clinics: dict[str, set[str]] = {}
    for one in page.data.doctors:
        clinics.setdefault(one.specialty, set()).add(one.clinic_id)
    page.answer(specialty=max(sorted(clinics), key=lambda name: len(clinics[name])))
    page.part.view.choose("map")  # type: ignore[union-attr]
    await settle(window)
    page.part.findChildren(PressRow)[1].setFocus()  # type: ignore[union-attr]


async def _referred(window: Window) -> None:
    page: ReferralsPage = await opened(window, "referrals")
    one = next(row for row in page._rows if row.facts.title == "Гастроэнтеролог")
    await _wizard(window, f"referral:{one.facts.id}")


async def _page(window: Window) -> BookingsPage:
    await settle(window)
    page: BookingsPage = await opened(window, "bookings")
    return page


async def _cancel(window: Window) -> None:
    page = await _page(window)
    page.show_cancel(next(one for one in page._shown_rows() if one.doctor.startswith("Гусев")))


async def _past(window: Window) -> None:
    (await _page(window)).tabs.choose("past")


async def _waiting(window: Window) -> None:
    (await _page(window)).tabs.choose("waiting")


async def _wait(window: Window) -> None:
    """Let each act about a visit or a call wait to be sent."""
    page = await _page(window)
    visits = [one for one in page._rows["upcoming"] if one.kind == "visit" and one.starts_at is not None]
    calls = [one for one in page._rows["upcoming"] if one.kind == "house_call"]
    acts = list(zip(("reschedule", "cancel", "accept"), visits, strict=False)) + [("house_call.cancel", one) for one in calls[:1]]
    _put(page, "upcoming", [(act, one, one.starts_at if act == "reschedule" else None) for act, one in acts])


async def _lists_wait(window: Window) -> None:
    """Let a place in a list be left, and another be asked for."""
    page = await _page(window)
    page.tabs.choose("waiting")
    _put(page, "waiting", [(act, one, None) for act in ("waitlist.join", "waitlist.leave") for one in page._rows["waiting"][:1]])


def _put(page: BookingsPage, tab: str, acts: list[tuple[str, BookingRow, datetime | None]]) -> None:
    page._rows[tab] = tuple(
        replace(one, id=f"scene.{act}", intent=f"scene.{act}", certainty="pending", pending=act, was_at=was_at) for act, one, was_at in acts
    )
    page._show()


async def _refused(window: Window) -> None:
    """Let the clinic refuse what was asked of it."""
    page: ExchangePage = await opened(window, "exchange")
    moved = next(one for one in await page.host.session.bookings.clashes() if one.kind == "moved")
    made = [replace(moved, id=act, kind="refused", act=act, choices=CHOICES["refused"]) for act in ("cancel", "accept")]
    mine = tuple(fact for fact in moved.mine if fact[0] == "starts_at")
    made += [replace(made[0], id=act, act=act, mine=mine, theirs=())
             for act in ("house_call", "house_call.cancel", "waitlist.join", "waitlist.leave")]  # fmt: skip
    page.decisions.show_clashes(made[::-1], {})


async def _history(window: Window) -> None:
    page = await _page(window)
    visit = next(one for one in page._shown_rows() if one.doctor.startswith("Гусев"))
    dict(page.acts.possible(visit))["history"]()


async def _leave(window: Window) -> None:
    page = await _page(window)
    page.tabs.choose("waiting")
    await settle(window)
    page.show_cancel(next(one for one in page._shown_rows() if one.kind == "waiting"))


async def _proposed(window: Window) -> None:
    session = window.session
    assert session is not None
    asked = next(one for one in await session.bookings.upcoming(family=True) if one.is_proposed)
    assert window.shell is not None
    window.shell.switch(asked.person)
    await settle(window)
    page = await opened(window, "bookings", asked.id)
    page.scroller.ensureWidgetVisible(page.findChild(Ticket, f"booking_{asked.id}"))


async def _aside(window: Window) -> None:
    page: ExchangePage = await opened(window, "exchange")
    reasons = (("Observation", "depth"), ("DiagnosticReport", "person"))
    now = page.host.clock.now()
    rows = [QuarantineRow(id=f"{type_}/17", portal=1, person=1, type=type_, reason=reason, at=now) for type_, reason in reasons]
    page.aside.show_entries(rows)
    await settle(window)
    for why in page.findChildren(Button, "why_Observation/17"):
        why.click()
    for dismiss in page.findChildren(IconButton, "dismiss_Observation/17"):
        page.scroller.ensureWidgetVisible(dismiss)


async def _proposed_instead(window: Window) -> None:
    page: ExchangePage = await opened(window, "exchange")
    moved = next(one for one in await page.host.session.bookings.clashes() if one.kind == "moved")
    page.decisions.show_clashes([replace(moved, kind="proposed", choices=CHOICES["proposed"])], {})


def _code(kind: str) -> Stage:
    """Let the portal ask for a relative's code where mockup 13 has its decision."""

    async def stage(window: Window) -> None:
        page: ExchangePage = await opened(window, "exchange")
        moved = next(one for one in await page.host.session.bookings.clashes() if one.kind == "moved")
        page.decisions.show_clashes([replace(moved, kind=kind, act="book", theirs=(), choices=CHOICES[kind])], {})
        await settle(window)
        if (code := page.decisions.beginning(moved.id)) is not None:
            code.setFocus()

    return stage


async def _notice(window: Window) -> None:
    await settle(window)
    page = await opened(window, "notices")
    next(one for one in page.findChildren(Button) if one.objectName().startswith("cancel_")).click()


async def _filters(window: Window) -> None:
    page = await _page(window)
    page.filter_button.click()
    page.filters.choices["status"].choose("pending")


async def _move(window: Window) -> None:
    page = await _page(window)
    row = next(one for one in page._shown_rows() if one.doctor.startswith("Гусев"))
    await _wizard(window, f"move:{row.id}")


def _call(stage_name: str) -> Stage:
    async def stage(window: Window) -> None:
        await settle(window)
        page: HouseCallPage = await opened(window, "house_call", "new")
        if stage_name == "stop":
            page.flags["chest"].setChecked(True)
            return
        page.none.setChecked(True)
        page.button.click()
        if stage_name == "errors":
            page.check()

    return stage


SCENES: Final = (
    Scene(name="bookings-decision", record="decision", stage=going("bookings"), mockup="03-bookings"),
    Scene(name="home-decision", record="decision", stage=going("home"), mockup="02-home"),
    Scene(name="exchange-decision", record="decision", stage=going("exchange"), mockup="13-sync"),
    Scene(name="exchange-proposed", record="decision", stage=_proposed_instead),
    Scene(name="exchange-code", record="decision", stage=_code("needs_code")),
    Scene(name="exchange-code-wrong", record="decision", stage=_code("wrong_code")),
    Scene(name="exchange-code-old", record="decision", stage=_code("old_code")),
    Scene(name="exchange-aside", record="full", stage=_aside),
    Scene(name="bookings-cancel", record="full", stage=_cancel),
    Scene(name="bookings-leave", record="full", stage=_leave),
    Scene(name="bookings-proposed", record="full", stage=_proposed),
    Scene(name="bookings-history", record="decision", stage=_history),
    Scene(name="bookings-acts-waiting", record="offline", stage=_wait),
    Scene(name="bookings-lists-waiting", record="offline", stage=_lists_wait),
    Scene(name="exchange-acts-refused", record="decision", stage=_refused),
    Scene(name="notices-cancel", record="full", stage=_notice),
    Scene(name="bookings-past", record="full", stage=_past),
    Scene(name="bookings-waiting", record="full", stage=_waiting),
    Scene(name="bookings-filters", record="full", stage=_filters),
    Scene(name="wizard-who", record="full", stage=_step("who")),
    Scene(name="wizard-specialty", record="full", stage=_step("specialty")),
    Scene(name="wizard-clinic", record="full", stage=_step("clinic")),
    Scene(name="wizard-map", record="full", stage=_map),
    Scene(name="wizard-doctor", record="full", stage=_step("doctor")),
    Scene(name="wizard-time", record="full", stage=_step("time"), mockup="04-wizard-slots"),
    Scene(name="wizard-wait", record="full", stage=_step("wait")),
    Scene(name="wizard-check", record="full", stage=_step("check")),
    Scene(name="wizard-check-offline", record="offline", stage=_step("check"), mockup="04b-wizard-confirm"),
    Scene(name="wizard-referral", record="full", stage=_referred),
    Scene(name="wizard-move", record="full", stage=_move),
    Scene(name="house-call-stop", record="full", stage=_call("stop")),
    Scene(name="house-call-form", record="full", stage=_call("form")),
    Scene(name="house-call-errors", record="offline", stage=_call("errors")),
)
