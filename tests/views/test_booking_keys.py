"""Ways through booking by keys alone that begin with no network and end with it: from a clinic, a doctor, a referral, again; moves; decisions."""

from __future__ import annotations

from math import hypot

import pytest
from PySide6.QtCore import Qt

from desktop.views.parts import IconButton, PressRow
from tests.views.opened import Opened as Desk
from tests.views.opened import opened as desk


@pytest.fixture
async def made(qtbot, tmp_path, look):
    async with desk(tmp_path) as one:
        yield one


async def book_the_soonest(made: Desk) -> str:
    """Take the first time with Enter, check the ticket and book it; return the slot."""
    assert made.page.step == "time"
    await made.key(Qt.Key.Key_Return)
    slot = made.page.answers.slot
    await made.press("Дальше: проверить талон")
    assert ("Сейчас нет связи." in made.texts()) == made.line.is_cut
    assert made.focus() is made.page.next
    await made.key(Qt.Key.Key_Return)
    assert (made.section, "Отправим, когда появится связь" in made.toast()) == ("bookings", made.line.is_cut)
    await made.close_toast()
    assert "тправим, когда появится связь" in made.texts()
    assert made.box.resource("Slot", slot)["status"] == "free"
    made.online()
    await made.sync()
    return slot


@pytest.mark.parametrize("start", ["clinic", "doctor"])
async def test_visit_is_booked_from_a_clinic_and_from_its_doctor(made: Desk, start: str):
    await made.go("clinics")
    made.offline()
    await made.sync()
    clinic = made.page._row()
    free = {slot.doctor_id for slot in await made.session.bookings.free()}
    doctor = next(one for one in clinic.clinic.doctors if one.doctor_id in free)
    await made.press("clinic_book" if start == "clinic" else f"book_{doctor.doctor_id}")
    assert (made.section, made.page.answers.clinic) == ("wizard", clinic.id)
    if start == "clinic":
        await made.write(doctor.title)
        await made.key(Qt.Key.Key_Return)
        await made.press(f"option_{doctor.doctor_id}")
    assert made.page.answers.doctor == doctor.doctor_id
    slot = await book_the_soonest(made)
    assert len(made.live(slot=[{"reference": f"Slot/{slot}"}])) == 1  # type: ignore[arg-type]


async def test_past_visit_is_asked_for_once_more(made: Desk):
    made.offline()
    await made.sync()
    await made.go("bookings")
    made.page.tabs.setFocus()
    for _ in range(2):
        await made.key(Qt.Key.Key_Right)
    past = next(row for row in made.page._shown_rows() if row.kind == "visit")
    made.find(f"booking_{past.id}").findChild(IconButton, "more").setFocus()
    await made.choose("Записаться ещё раз")
    assert (made.section, made.page.answers.doctor) == ("wizard", past.doctor_id)
    slot = await book_the_soonest(made)
    assert len(made.live(slot=[{"reference": f"Slot/{slot}"}])) == 1  # type: ignore[arg-type]


async def test_visit_is_moved_with_no_network_and_its_old_time_freed_once_there_is_one(made: Desk):
    visit = next(one for one in await made.session.bookings.upcoming() if one.specialty == "Кардиолог")
    made.offline()
    await made.sync()
    await made.go("bookings")
    await made.press("Перенести")
    assert (made.section, made.page.step, made.page.answers.moves) == ("wizard", "time", visit.id)
    slot = await book_the_soonest(made)
    assert [one["slot"] for one in made.live(id=visit.id)] == [[{"reference": f"Slot/{slot}"}]]
    assert [made.box.resource("Slot", one)["status"] for one in (visit.slot, slot)] == ["free", "busy"]
    assert await made.outbox() == []


@pytest.mark.parametrize("is_online", [True, False])
async def test_visit_is_booked_from_a_referral_and_names_it_when_it_leaves(made: Desk, is_online: bool):
    made.window.shell.switch(next(one.id for one in made.session.people if one.given == "Тимофей"))
    page = await made.go("referrals")
    referral = next(row.facts.id for row in page._rows if row.facts.title == "Ортопед")
    if not is_online:
        made.offline()
    await made.sync()
    await made.press(f"book_{referral}")
    assert (made.section, made.page.answers.referral) == ("wizard", referral)
    while made.page.step != "time":
        await made.key(Qt.Key.Key_Return)
    slot = await book_the_soonest(made)
    (sent,) = made.live(slot=[{"reference": f"Slot/{slot}"}])  # type: ignore[arg-type]
    assert sent["basedOn"] == [{"reference": f"ServiceRequest/{referral}"}]


async def test_referral_to_a_doctor_whom_no_timetable_has_offers_no_other_doctor_but_says_who_has_one(made: Desk):
    page = await made.go("referrals")
    referral = next(row.facts.id for row in page._rows if row.facts.title == "Гастроэнтеролог")
    await made.press(f"book_{referral}")
    assert (made.page.step, made.page.answers.specialty) == ("specialty", "")
    assert "По направлению: Гастроэнтеролог" in made.texts()
    assert "ни в клинике «Зареченская больница» из направления, ни в других" in made.texts()
    shown = [one.objectName().removeprefix("option_") for one in made.page.findChildren(PressRow)]
    clinics = {row.id: row.clinic for row in await made.session.clinics.all()}
    assert [("Гастроэнтеролог" in clinics[id].specialties) for id in shown] == [True] * len(shown) != []
    sent_to = next(one for one in clinics.values() if one.name == "Зареченская больница")
    away = [hypot(clinics[id].latitude - sent_to.latitude, (clinics[id].longitude - sent_to.longitude) / 1.8) for id in shown]  # type: ignore[operator]
    assert away == sorted(away)
    assert not made.page.next.isVisible()
    await made.press(f"option_{shown[0]}")
    assert (made.section, clinics[shown[0]].name in made.texts()) == ("clinics", True)
    page = await made.go("referrals")
    await made.press("Попросить направление")
    await made.key(Qt.Key.Key_Escape)
    assert made.focus() is page.ask
    taken = next(row.facts.id for row in page._rows if row.facts.title == "Ферритин")
    await made.press(f"book_{taken}")
    assert (made.section, made.focus()) == ("wizard", made.page), "nothing to press here"
    await made.key(Qt.Key.Key_Escape)
    assert (made.section, made.focus().objectName()) == ("referrals", f"book_{taken}")


async def test_referral_whose_clinic_lacks_the_doctor_leads_to_the_clinics_that_have_one(made: Desk):
    visit = next(one.resource for one in made.box.shelf.items("WHERE live AND type='ServiceRequest'")
                 if one.resource["code"]["text"] == "Гастроэнтеролог")  # fmt: skip
    made.box.put({**visit, "id": "skin", "code": {"text": "Дерматовенеролог"}})
    await made.sync()
    await made.go("referrals")
    await made.press("book_skin")
    assert (made.page.step, made.page.answers.specialty, made.page.answers.clinic) == ("clinic", "Дерматовенеролог", "")
    assert "В клинике «Зареченская больница» из направления этого врача нет" in made.texts()
    assert not made.page.back.isVisible()
    assert [one.accessibleName().partition(".")[0] for one in made.page.part.findChildren(PressRow)][1:] == ["Городская поликлиника № 4"]


DECIDED = {"slot_gone": "drop", "moved": "keep_theirs", "proposed": "accept_time", "clinic_cancelled": "accept"}
FROM_HOME = {"slot_gone": "Выбрать время", "moved": "Решить", "proposed": "Решить", "clinic_cancelled": "Выбрать время"}


async def four_clashes(made: Desk) -> dict[str, str]:
    """Let one time be taken, and three visits that the person moves be moved, put to another time and cancelled by the clinic."""
    person, bookings, clinic = made.session.current.id, made.session.bookings, made.box.clinic
    one_doctors = await bookings.free(doctor="Кузьмина")
    free = [slot.id for slot in one_doctors if slot.starts_at.date() > made.clock.now().date()]
    gone, *slots = free[:4]
    for slot in slots:
        await bookings.book(slot, person)
    await made.sync()
    visits = [row.id for slot in slots for row in await bookings.upcoming() if row.slot == slot]
    await bookings.book(gone, person)
    for visit, slot in zip(visits, free[4:7], strict=True):
        await bookings.reschedule(visit, slot)
    clinic.another_patient_takes(gone)
    clinic.move(visits[0], free[7])
    clinic.propose(visits[1], free[8])
    clinic.cancel(visits[2])
    await made.sync()
    assert sorted(one.kind for one in await bookings.clashes()) == sorted(DECIDED)
    return dict(zip(("moved", "proposed", "clinic_cancelled"), visits, strict=True))


async def test_every_decision_is_made_taken_back_and_made_with_no_network_on_exchange_and_from_home(made: Desk):
    visits = await four_clashes(made)
    made.offline()
    for clash in await made.session.bookings.clashes():
        await made.go("exchange")
        await made.press(f"choice_{DECIDED[clash.kind]}")
        await made.press("Вернуть")
        assert clash in await made.session.bookings.clashes()
        await made.go("home")
        await made.press(FROM_HOME[clash.kind])
        assert made.section == "bookings"
        await made.press(f"choice_{DECIDED[clash.kind]}")
        await made.close_toast()
    made.online()
    await made.sync()
    assert await made.session.bookings.clashes() == ()
    assert await made.outbox() == []
    status = {kind: made.box.resource("Appointment", visit)["status"] for kind, visit in visits.items()}
    assert status == {"moved": "booked", "proposed": "booked", "clinic_cancelled": "cancelled"}
