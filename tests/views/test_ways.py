"""Ways into the card: banners of the home page, the catalogue of services, a link of the regional portal, a request without paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtWidgets import QPushButton

from desktop import app, preferences
from desktop.session.rows import AttentionRow, HomeView
from desktop.views import links
from desktop.views.attention import attention_words
from desktop.views.pages.home_banners import themes
from desktop.views.parts import Check
from desktop.words import set_language
from tests.views.opened import opened


async def test_banners_open_the_booking_form_filled_in_by_their_theme(tmp_path, look):
    async with opened(tmp_path) as here:
        await here.go("home")
        assert "Покажите результат врачу" in here.texts()
        assert "Пора сделать прививку" in here.texts()
        await here.press(here.find("banner_result"))
        assert here.window.shell.section == "wizard"
        assert here.page.answers.specialty == "Терапевт"
        here.window.shell.switch(next(one.id for one in here.session.people if one.given == "Тимофей"))
        page = await here.go("home")
        child = next(one for one in page.findChildren(QPushButton) if one.objectName().startswith("banner_") and one.isVisible())
        await here.press(child)
        assert here.page.answers.specialty == "Педиатр"


def test_season_of_vaccinations_has_its_banner_and_no_reason_has_none() -> None:
    bare = HomeView(person=1, today=date(2026, 5, 14), next_visit=None, attention=(), family=(), district="", district_doctor="",
                    prescriptions_active=0, prescriptions_funded=0, checkup_done=0, checkup_total=0, checkup_year=None)  # fmt: skip
    assert themes(bare, None) == ()
    assert [one.key for one in themes(replace(bare, today=date(2026, 10, 3)), None)] == ["season"]
    assert [one.key for one in themes(replace(bare, checkup_total=5, checkup_done=5), None)] == []
    (checkup,) = themes(replace(bare, checkup_total=5, checkup_done=3, checkup_year=2026), None)
    assert (checkup.specialty, checkup.text) == ("Терапевт", "В 2026 году осталось 2 обследования. Начинают с приёма врача.")


def test_missed_vaccination_is_named_in_the_language_of_the_window() -> None:
    missed = AttentionRow(id="1", kind="vaccine_missed", person=1, section="vaccinations", subject="1",
                          facts=(("series", "polio"), ("step", "RV2"), ("title", "Полиомиелит"), ("on", "2024-02-08"), ("more", "2")))  # fmt: skip
    view = HomeView(person=1, today=date(2026, 5, 14), next_visit=None, attention=(missed,), family=(), district="", district_doctor="",
                    prescriptions_active=0, prescriptions_funded=0, checkup_done=0, checkup_total=0, checkup_year=None)  # fmt: skip
    set_language("en")
    (banner,) = themes(view, None)
    assert banner.text.startswith("Polio, 2nd booster:")
    title, more = attention_words(missed, today=view.today)
    assert title == "Vaccination missed: Polio, 2nd booster"
    assert more.endswith("2 more are missed too.")


async def test_way_from_the_catalogue_to_the_card_goes_through_consents_and_the_clinic(tmp_path, look):
    async with opened(tmp_path) as here:
        page = await here.go("services")
        page.search.setText("электронная карта")
        page.search.textEdited.emit("электронная карта")
        await here.settle()
        service = next(one for one in page._own if one.id == "own:card")
        page._go(service)
        await here.settle()
        assert here.window.shell.section == "cover"
        ticks = [one.text() for one in here.page.findChildren(Check) if one.isVisible()]
        assert len([one for one in ticks if "соглас" in one.lower()]) == 2, ticks
        assert "Постоянная поликлиника" in here.texts()


async def test_story_asks_for_a_prescription_without_paper_offline_then_online_then_is_refused(tmp_path, look):
    async with opened(tmp_path) as here:
        here.line.is_cut = True
        page = await here.go("documents", "rx")
        form = page.forms["rx"]
        await here.press(form.send)
        assert form.medicine.error()
        form.medicine.box.setCurrentIndex(1)
        form.clinic.box.setCurrentIndex(1)
        await here.press(form.send)
        assert [kind for kind, _state in await here.outbox()] == ["prescription.ask"]
        assert "Рецепт: " in here.texts()
        here.line.is_cut = False
        here.clock.advance(600)
        await here.sync()
        (task,) = here.box.records.open()
        before = len(await here.session.subjects.facts("prescriptions"))
        assert [here.box.records.step(task.id) for _ in range(2)] == ["in-progress", "completed"]
        here.clock.advance(600)
        await here.sync()
        assert len(await here.session.subjects.facts("prescriptions")) == before + 1
        await here.go("documents", "rx")
        form.medicine.choose("other")
        form.other.set_value("Препарат")
        form.clinic.box.setCurrentIndex(1)
        await here.press(form.send)
        await here.sync()
        (task,) = here.box.records.open()
        assert [here.box.records.step(task.id) for _ in range(2)] == ["in-progress", "rejected"]
        here.clock.advance(600)
        await here.sync()
        assert "Препарат назначат на приёме: запишитесь к врачу." in here.texts()


@pytest.mark.parametrize(("link", "section"), [
    ("medkarta://services/card/health", "health"), ("medkarta:health", "health"), ("medkarta://card", "health"),
    ("medkarta://results/", "results"), ("medkarta://nowhere", "home"), ("medkarta://settings", "home"), ("medkarta:", "home"),
    ("medkarta://results?id=1", "home"), ("medkarta://results/Patient/1", "home"), ("medkarta://../results", "home"),
    ("medkarta://" + "a" * 5_000, "home"), ("medkarta://РЕЗУЛЬТАТЫ", "home"),
])  # fmt: skip
def test_link_chooses_a_section_and_nothing_else(link: str, section: str) -> None:
    assert links.taken([link, "--data-dir", "d"]) == (section, ["--data-dir", "d"])


def test_arguments_without_a_link_stay_as_they_are() -> None:
    assert links.taken(["show", "medkarta://health"]) == ("", ["show", "medkarta://health"])
    assert links.taken([]) == ("", [])


async def test_way_from_the_regional_portal_stands_on_the_section_once_the_card_is_unlocked(tmp_path, look):
    app.stand_on(tmp_path, links.section_of("medkarta://services/card/health"))
    kept = preferences.load(tmp_path)
    async with opened(tmp_path, section=kept.section) as here:
        assert here.window.shell.section == "health"
        assert "Группа крови" in here.texts()
