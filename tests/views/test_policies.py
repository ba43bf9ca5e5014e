"""«Полисы семьи»: the pile, masked numbers, fields checked one by one, order, what a right's end leaves, leaving this computer."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop import limits
from desktop.views.parts import Field, PolicyCard
from tests.views.family import PHRASE
from tests.views.opened import opened


def cards(page) -> list[str]:
    return [card.accessibleName() for card in page.findChildren(PolicyCard)]


async def test_pile_shows_verified_and_checked_policies_in_words_and_a_card_switches_the_person(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        page = await here.go("policies")
        said = cards(page)
        assert len(said) == 4
        assert sum("Подтверждён" in one for one in said) == 3
        assert any("Людмила" in one and "На проверке" in one for one in said)
        timofey = next(one for one in here.session.people if one.given == "Тимофей")
        await here.press(here.find(f"card_{timofey.id}"))
        assert here.session.current.id == timofey.id
        assert here.focus() is page.front, "the focus goes along with the card"
        assert "Подтверждён порталом" in here.texts()
        assert "24 августа 2034, в день 18-летия" in here.texts()
        assert "Детская поликлиника № 1" in here.texts()


async def test_numbers_are_masked_until_asked_for_and_again_after_half_a_minute(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        page = await here.go("policies")
        number = here.session.current.policy_number
        spaced = " ".join(number[at : at + 4] for at in range(0, 16, 4))
        assert page.front.number.text() == "•••• •••• •••• 4417"
        assert spaced not in here.texts()
        await here.press(page.front.show_numbers)
        assert page.front.number.text() == spaced
        assert page.form.fields["snils"].edit.placeholderText().count("-") == 2
        here.clock.advance(limits.NUMBER_SHOWN_S - 1)
        page.reveal.look()
        assert page.front.number.text() == spaced
        here.clock.advance(1)
        page.reveal.look()
        assert page.front.number.text() == "•••• •••• •••• 4417"
        assert page.form.fields["snils"].edit.placeholderText().startswith("••")


async def test_owned_fields_are_read_only_with_the_reason(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        page = await here.go("policies")
        shown = {one.edit.text() for one in page.form.findChildren(Field)}
        assert {"Орлова Наталья Сергеевна", "12.03.1985", "Вы, женский пол"} <= shown
        assert set(page.form.fields) == {"number", "snils", "document", "phone", "email", "address", "address_of_stay"}
        assert "Меняется на портале, сюда приходит само" in here.texts()
        assert "АО «Страховая Заречье»" in shown
        assert "Субъект Российской Федерации: Московская область" in here.texts()
        assert "Сменить страховую можно на портале" in here.texts()
        assert "Прикрепление: Городская поликлиника № 2, участок 14" in here.texts()


async def test_each_field_names_its_own_fault_and_nothing_leaves_until_all_are_good(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        page = await here.go("policies")
        fields = page.form.fields
        fields["number"].set_value("5048 8108 4000 208")
        fields["snils"].set_value("112-233-445 96")
        fields["phone"].set_value("900 000")
        fields["email"].set_value("n.orlova")
        await here.press(page.form.save)
        assert fields["number"].error() == "В номере 15 цифр, а нужно 16. Остальные изменения целы: допишите последнюю цифру."
        assert "последняя цифра не сходится" in fields["snils"].error()
        assert "6 цифр после +7, а нужно 10" in fields["phone"].error()
        assert "нужны знак @" in fields["email"].error()
        assert fields["number"].edit.hasFocus()
        assert await here.outbox() == []


async def test_story_edits_contacts_and_policy_offline_then_online_then_refused(qtbot, tmp_path, look):
    """«Кнопка редактирования полиса»; «обновлять её в профиле»."""
    async with opened(tmp_path) as here:
        here.offline()
        page = await here.go("policies")
        page.form.fields["number"].set_value("5000434612889857")
        page.form.fields["phone"].set_value("8 (900) 000-00-00")
        page.form.fields["address"].set_value("г. Зареченск, пр. Мира, 5")
        await here.press(page.form.save)
        acts = {row.kind: dict(row.body) for row in await here.session.bookings.outbox()}
        assert acts["policy.edit"]["number"] == "5000434612889857"
        assert acts["policy.edit"]["subject"].startswith("Coverage/")
        assert acts["profile.edit"] == {"phone": "+79000000000", "address": "г. Зареченск, пр. Мира, 5"}
        assert here.texts().count("Ждёт отправки") >= 2
        here.online()
        await here.sync()
        assert await here.outbox() == []
        assert "Портал принял просьбу, ответа ещё нет" in here.texts()
        here.box.faults.add("403", method="POST", route="Task")
        page.form.fields["email"].set_value("new@pochta.example")
        await here.press(page.form.save)
        await here.sync()
        assert await here.outbox() == [("profile.edit", "rejected")]
        assert "Отказано" in here.texts()


async def test_cards_are_reordered_by_buttons_and_the_holder_stays_the_holder(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        page = await here.go("policies")
        before = [one.id for one in here.session.people]
        assert not page.up.isEnabled()
        await here.press(page.down)
        assert [one.id for one in here.session.people] == [before[1], before[0], *before[2:]]
        assert here.session.current.relation == "self"
        assert "Место в стопке: 2 из 4" in here.texts()
        assert page.down.hasFocus()


async def test_spine_takes_another_colour(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        page = await here.go("policies")
        QTest.keyClick(page.form.hues[4], Qt.Key.Key_Space)
        await here.settle()
        assert here.session.current.hue == 5
        assert here.window.shell.spine.hue == 5


async def test_removing_a_person_asks_for_the_passphrase_wipes_them_and_they_do_not_come_back(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        lyudmila = next(one for one in here.session.people if one.given == "Людмила")
        page = await here.go("policies")
        assert page.findChild(object, "remove_person") is None
        here.window.shell.switch(lyudmila.id)
        await here.settle()
        await here.session.health.add_note("contact", "Дочь")
        await here.session.bookings.act("referral.ask", lyudmila.id, {"specialty": "Ортопед"})
        await here.settle()
        await here.press(here.find("remove_person"))
        assert "Людмила: убрать карту с этого компьютера?" in here.texts()
        assert "1 действие ещё не отправлено" in here.texts()
        page.removal.phrase.set_value("не та фраза")
        await here.press(page.removal.yes)
        assert page.removal.phrase.error()
        assert lyudmila.id in [one.id for one in here.session.people]
        page.removal.phrase.set_value(PHRASE)
        await here.press(page.removal.yes)
        assert [one.given for one in here.session.people] == ["Наталья", "Тимофей", "Варвара"]
        left = await here.session.scope.tell(here.session.vault.settings.get, f"person.{lyudmila.id}.notes")
        assert left is None
        await here.sync()
        assert "Людмила" not in [one.given for one in here.session.people]
        assert "person.removed" in [row.event for row in await here.session.journal.page()]


async def test_record_whose_right_has_ended_is_told_without_a_name(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        await here.session.scope.tell(here.session.vault.journal.write, "rights.ended", 0, {"person": 9, "unsent": ["book"]}, "portal")
        await here.go("policies")
        assert "Портал закрыл доступ к одной карте" in here.texts()
        assert "Вместе с ней ушло 1 неотправленное действие" in here.texts()


async def test_empty_record_says_how_policies_come(qtbot, tmp_path, look):
    async with opened(tmp_path, documents="never") as here:
        await here.go("policies")
        assert "Полисов пока нет" in here.texts()
