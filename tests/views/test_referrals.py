"""«Направления»: hospitalisation and examinations with their validity, booking from one, asking for one."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton

from desktop.views.parts import Ticket
from desktop.views.resting import until
from tests.views.opened import clicked_twice, opened, texts


def tickets(page) -> list[str]:
    return [one.accessibleName() for one in page.rows.findChildren(Ticket)]


async def test_only_what_a_person_may_act_on_is_in_force_and_the_rest_is_history(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        page = await here.go("referrals")
        shown = "\n".join(tickets(page))
        assert "Суточное мониторирование давления" in shown
        assert "Номер Н-" in shown
        assert "Городская поликлиника № 2" in shown
        assert "Действует до 4 июля" in shown
        assert "Плановая госпитализация" not in shown
        page.tabs.choose("past")
        past = "\n".join(tickets(page))
        assert "Плановая госпитализация" in past
        assert "Использовано" in past
        assert "Гастроэнтеролог" not in past
        page.kinds.choose("hospital")
        assert tickets(page)
        assert all("госпитализ" in one.lower() for one in tickets(page))


async def test_hospital_referral_of_a_parent_names_department_and_that_the_hospital_sets_the_day(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        here.window.shell.switch(next(one.id for one in here.session.people if one.given == "Людмила"))
        page = await here.go("referrals")
        page.kinds.choose("hospital")
        (only,) = tickets(page)
        assert only.startswith("Направление: ")
        assert "Отделение кардиологии" in only
        assert "День госпитализации назначит учреждение" in only
        for wanted in ("Номер Г-", "Действует до 5 июля", "Кардиологический центр"):
            assert wanted in only
        assert page.rows.findChild(QPushButton, "book_") is None


async def test_a_referral_is_found_by_words_and_number_among_all_of_them_wherever_it_stands(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        page = await here.go("referrals")
        assert page.filter_field() is page.search
        page.search.setText("планов госпит")
        await until(lambda: "Плановая госпитализация" in "".join(tickets(page)))
        assert all("госпитализ" in one.lower() for one in tickets(page)), "history is searched too, and nothing else is left"
        number = next(row.facts.number for row in page._rows if row.facts.title == "Гастроэнтеролог")
        page.search.setText(number.removeprefix("Н-"))
        await until(lambda: [one for one in tickets(page) if "Гастроэнтеролог" in one])
        page.search.setText("зюзюка")
        await until(lambda: not tickets(page))
        assert "Ничего не нашли" in texts(page.rows)
        page.search.clear()
        await until(lambda: "Суточное мониторирование давления" in "".join(tickets(page)))
        assert "Плановая госпитализация" not in "".join(tickets(page))


async def test_a_referral_that_is_named_stands_in_sight_though_it_is_history_or_far_down(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        page = await here.go("referrals")
        old = next(row.facts.id for row in page._rows if row.state not in ("open", "held"))
        page.kinds.choose("study")
        page.search.setText("зюзюка")
        here.window.shell.go("referrals", f"ServiceRequest/{old}")
        await until(lambda: page.rows.findChild(Ticket, f"referral_{old}") is not None)
        assert (page.tabs.chosen(), page.search.text()) == ("past", "")


async def test_booking_straight_from_a_referral_opens_the_wizard_with_it(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        page = await here.go("referrals")
        one = next(row for row in page._rows if row.facts.title == "Гастроэнтеролог")
        await here.press(here.find(f"book_{one.facts.id}"))
        assert here.window.shell.section == "wizard"


async def test_double_click_asks_once(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        here.offline()
        page = await here.go("referrals")
        page.open_form()
        page.what.set_value("Кардиолог")
        await here.settle()
        clicked_twice(page.submit)
        await here.settle()
        assert [kind for kind, _state in await here.outbox()] == ["referral.ask"]
        page = await here.go("vaccinations")
        clicked_twice(page.refresh_button)
        await here.settle()
        assert [kind for kind, _state in await here.outbox()] == ["referral.ask", "vaccination.refresh"]


async def test_story_asks_for_a_referral_with_no_network_then_online_then_is_refused(qtbot, tmp_path, look):
    """«Отправка запросов на направление к другим специалистам»."""
    async with opened(tmp_path) as here:
        here.offline()
        page = await here.go("referrals")
        await here.press(page.ask)
        await here.press(page.submit)
        assert page.what.error()
        page.what.set_value("о" * 201)
        await here.press(page.submit)
        assert page.what.error() == "Поместится 200 знаков, а здесь 201. Сократите текст, остальное цело."
        page.what.set_value("Ортопед")
        page.why.set_value("Болит колено")
        await here.press(page.submit)
        assert [kind for kind, _state in await here.outbox()] == ["referral.ask"]
        assert "Ждёт отправки" in here.texts()
        here.online()
        await here.sync()
        assert await here.outbox() == []
        assert "Ортопед" in here.texts()
        assert "Портал принял просьбу, ответа ещё нет" in here.texts()
        here.box.faults.add("403", method="POST", route="Task")
        await here.press(page.ask)
        page.what.set_value("Невролог")
        await here.press(page.submit)
        await here.sync()
        assert ("referral.ask", "rejected") in await here.outbox()
        assert "Отказано" in here.texts()
        assert "ничего не потеряно" in here.texts().lower() or "нет на это права" in here.texts()


async def test_toast_takes_the_request_back_before_it_leaves(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        page = await here.go("referrals")
        await here.press(page.ask)
        page.what.set_value("Ортопед")
        await here.press(page.submit)
        (toast,) = here.window.shell._toasts
        await here.press(toast.action)
        assert await here.outbox() == []
        await here.sync()
        assert "Ортопед" not in here.texts()


async def test_page_remembers_its_tab_kind_and_says_what_an_empty_record_lacks(qtbot, tmp_path, look):
    async with opened(tmp_path, documents="never") as here:
        page = await here.go("referrals")
        assert "Действующих направлений нет" in here.texts()
        page.tabs.choose("past")
        page.kinds.choose("hospital")
        kept = page.remember()
        page.tabs.choose("open")
        page.restore(kept)
        assert (page.tabs.chosen(), page.kinds.chosen()) == ("past", "hospital")
