"""Certificates: ordered offline with each kind's own fields, refused with a reason, corrected and sent again."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.session.certificates import kinds
from desktop.views.resting import settle
from desktop.words import has
from tests.views.opened import key, opened, person, texts


def test_every_kind_of_certificate_asks_for_its_own_fields():
    known = kinds()
    assert len(known) == 24
    assert [field.key for field in known["095u"].fields] == ["purpose", "absence"]
    assert [field.kind for field in known["tax"].fields] == ["text", "text", "year", "money"]
    assert not known["156u"].fields
    assert all(has(f"documents.certificate_{one.key}") for one in known.values())
    assert all(has(f"documents.field_{field.key}") for one in known.values() for field in one.fields)


async def test_a_certificate_is_ordered_offline_by_keyboard_and_waits_in_the_requests(record):
    window = await record("documents")
    page = window.shell.page
    page.order.setFocus()
    key(window, Qt.Key.Key_Return)
    await settle(window)
    form = page.form
    assert window.focusWidget().objectName() == "form_back"
    form.kind.choose("095u")
    await settle(window)
    form.send.setFocus()
    key(window, Qt.Key.Key_Return)
    assert [editor.error() != "" for editor, _ in form.problems()] == [True, True, True, True, False]
    assert window.focusWidget() is form.fields["purpose"][1][0].edit
    form.fields["purpose"][1][0].set_value("Школа № 3")
    first, last = form.fields["absence"][1]
    first.edit.setText("12.05.2026")
    last.edit.setText("10.05.2026")
    form.clinic.box.setCurrentIndex(1)
    form.send.click()
    assert last.error().startswith("Конец раньше начала")
    last.edit.setText("14.05.2026")
    form.send.click()
    await settle(window)
    (act,) = await window.session.bookings.outbox()
    body = dict(act.body)
    assert (act.kind, body["certificate"], body["from"], body["to"]) == ("certificate.order", "095u", "2026-05-12", "2026-05-14")
    said = texts(page.requests)
    assert "Справка о временной нетрудоспособности студента" in said
    assert "Ждёт отправки, в клинике её ещё нет" in said
    window.shell._toasts[-1].action.click()
    await settle(window)
    assert await window.session.bookings.outbox() == ()
    assert "Ждёт отправки" not in texts(page.requests)


async def test_a_refused_request_says_why_and_is_corrected_and_sent_again_as_often_as_needed(record):
    window = await record("documents")
    page = window.shell.page
    await person(window, "Тимофей")
    assert "Нет анализа на энтеробиоз" in texts(page.requests)
    for _ in range(2):
        again = next(one for one in page.requests.findChildren(type(page.order)) if one.objectName().startswith("correct_"))
        again.setFocus()
        key(window, Qt.Key.Key_Return)
        await settle(window)
        assert "Нет анализа на энтеробиоз" in texts(page.form)
        assert page.form.fields["purpose"][1][0].value() == "Секция плавания"
        page.form.comment.set_value("Анализ сдан 12 мая")
        page.form.send.click()
        await settle(window)
        (act,) = await window.session.bookings.outbox()
        body = dict(act.body)
        assert act.kind == "certificate.resubmit"
        assert body["subject"].startswith("Task/")
        assert body["comment"] == "Анализ сдан 12 мая"
        assert "Нет анализа" not in texts(page.requests)
        page.requests.withdrawn.emit(act.id)
        await settle(window)
        assert "Нет анализа на энтеробиоз" in texts(page.requests)


async def test_story_orders_a_certificate_with_no_network_then_online_then_is_refused_as_often_as_it_takes(tmp_path, look):
    """«Услуга заказа справки»; «указана причина», исправить и отправить снова «без ограничения количества попыток»."""
    async with opened(tmp_path) as here:
        here.offline()
        page = await here.go("documents")
        await here.press(page.order)
        page.form.kind.choose("095u")
        page.form.fields["purpose"][1][0].set_value("Школа № 3")
        for end, on in zip(page.form.fields["absence"][1], ("10.05.2026", "12.05.2026"), strict=True):
            end.edit.setText(on)
        page.form.clinic.box.setCurrentIndex(1)
        await here.press(page.form.send)
        assert "Ждёт отправки, в клинике её ещё нет" in here.texts()
        here.online()
        await here.sync()
        for reason in ("Нет печати школы.", "Не тот период."):
            (task,) = here.box.records.open()
            here.box.records.refuse(task.id, reason)
            await here.sync()
            await here.press(f"correct_{task.id}")
            assert reason in texts(page.form)
            assert page.form.fields["purpose"][1][0].value() == "Школа № 3"
            assert page.form.fields["absence"][1][0].value() == "10.05.2026"
            page.form.comment.set_value("Приложила")
            await here.press(page.form.send)
            await here.sync()
            assert "Отказано" not in texts(page.requests)
            assert "Справка о временной нетрудоспособности студента" in texts(page.requests)
        (task,) = here.box.records.open()
        assert [here.box.records.step(task.id) for _ in range(2)] == ["in-progress", "completed"]
        await here.sync()
        assert [row.title for row in page.model.rows() if "временной нетрудоспособности" in row.title]
        assert "временной нетрудоспособности" not in texts(page.requests)


async def test_home_leads_straight_to_the_form(record):
    window = await record("home")
    button = next(one for one in window.shell.page.findChildren(QWidget) if one.objectName() == "quick_certificate")
    button.setFocus()
    key(window, Qt.Key.Key_Return)
    await settle(window)
    assert window.shell.section == "documents"
    assert "Какая справка нужна?" in texts(window.shell.page)
