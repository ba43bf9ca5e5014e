"""A time that the clinic proposes, and waiting lists that are left: by keyboard, in the window of a real record."""

from __future__ import annotations

import pytest

from desktop.record.slots import Watch
from desktop.views.pages.bookings_ticket import menu
from desktop.views.parts import Button, Ticket
from tests.views.opened import Opened as Desk
from tests.views.opened import opened as desk


@pytest.fixture
async def made(qtbot, tmp_path, look):
    async with desk(tmp_path) as one:
        yield one


async def test_time_that_the_clinic_proposes_is_agreed_to_by_keyboard(made: Desk):
    made.window.shell.go("bookings", "family")
    await made.settle()
    offered = next(one for one in await made.session.bookings.upcoming(family=True) if one.is_proposed)
    made.session.switch(offered.person)
    await made.settle()
    made.window.shell.go("bookings", offered.id)
    await made.settle()
    assert "Клиника предлагает это время" in made.texts()
    assert "accept" in [one.objectName().removeprefix("menu_") for one in menu(made.page.findChild(Ticket, f"booking_{offered.id}"), offered, made.page.acts).actions()]
    await made.press("accept")
    (row,) = [one for one in await made.session.bookings.upcoming() if one.id == offered.id]
    assert (row.certainty, row.pending, row.is_proposed) == ("pending", "accept", False)
    await made.press("Вернуть")
    (row,) = [one for one in await made.session.bookings.upcoming() if one.id == offered.id]
    assert row.is_proposed
    await made.settle()
    await made.press("accept")
    await made.close_toast()
    await made.sync()
    assert [one["status"] for one in made.live(id=offered.id)] == ["booked"]


async def test_proposal_that_met_a_move_is_decided_in_the_clinics_favour(made: Desk):
    visit = next(one for one in await made.session.bookings.upcoming(family=True) if one.specialty == "Кардиолог")
    slots = await made.session.bookings.free(doctor="Гусев")
    await made.session.bookings.reschedule(visit.id, slots[-1].id)
    made.box.clinic.propose(visit.id, slots[0].id)
    await made.sync()
    made.window.shell.go("exchange")
    await made.settle()
    assert "Кардиолог: клиника предлагает другое время" in made.texts()
    await made.press("choice_accept_time")
    await made.close_toast()
    await made.sync()
    (found,) = made.live(id=visit.id)
    assert (found["status"], found["slot"]) == ("booked", [{"reference": f"Slot/{slots[0].id}"}])


async def test_both_waiting_lists_are_left_by_keyboard_and_the_clinics_place_is_given_up_there(made: Desk):
    (place,) = [one for one in await made.session.bookings.upcoming(family=True) if one.kind == "waiting"]
    await made.session.watches.add(Watch(id="", person=place.person, specialty="Окулист"))
    made.window.shell.go("bookings")
    await made.settle()
    made.page.tabs.choose("waiting")
    await made.settle()
    (wish,) = await made.session.watches.all()
    await made.press(made.find(f"watch_{wish.watch.id}").findChild(Button, "leave"))
    assert await made.session.watches.all() == ()
    await made.press(made.find(f"booking_{place.id}").findChild(Button, "leave"))
    assert "Клиника больше не будет искать вам время" in made.texts()
    assert made.focus().objectName() == "keep"
    await made.press("do_cancel")
    (left,) = [one for one in await made.session.bookings.upcoming(family=True) if one.kind == "waiting"]
    assert (left.certainty, left.pending) == ("pending", "waitlist.leave")
    await made.close_toast()
    await made.sync()
    assert made.box.resource("Appointment", place.id)["status"] == "cancelled"
    assert all(one.id != place.id for one in await made.session.bookings.upcoming(family=True))
