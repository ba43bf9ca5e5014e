"""Ways through booking by keys alone that begin with no network and end with it: from a clinic, from its doctor, again as before."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

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
    await made.press("Сохранить и отправить позже")
    await made.close_toast()
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
