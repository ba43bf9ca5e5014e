"""Help for every screen, the guides, the letter to support, the site map, reading aloud."""

from __future__ import annotations

import json
import sys
from types import ModuleType
from typing import ClassVar

import pytest
from PySide6.QtCore import QLocale, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop import words
from desktop.views import asking, help_topics, sections, voice
from tests.house.files import ROOT
from tests.house.words_rules import BANNED
from tests.views.opened import opened

GUIDES = {
    "account": (
        "Зарегистрироваться", "В центре обслуживания", "Через банк", "Через Почту России", "код подтверждения", "условиями использования",
        "Восстановить доступ", "Идентификация завершена", "селфи с документом", "кодом из СМС", "электронной подписью", "биометрию",
    ),
    "child_policy": ("свидетельство о рождении", "заявление"),
    "who_sees": ("Медицинские работники", "152-ФЗ", "защищённому соединению", "Меняйте пароль"),
    "new_results": ("врачи и лаборатории", "отдельные выписки"),
    "regions": ("не во всех регионах",),
    "support": ("122, круглосуточно", "с 9:00 до 18:00", "103 или 112"),
    "checkups": ("Как проходит диспансеризация", "Первый этап"),
}


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_help_says_the_same_topics_in_both_languages_in_the_products_words(lang):
    raw = json.loads((ROOT / "resources" / "help" / f"{lang}.json").read_text("utf-8"))
    other = json.loads((ROOT / "resources" / "help" / f"{'en' if lang == 'ru' else 'ru'}.json").read_text("utf-8"))
    assert [(one["key"], len(one["lines"])) for one in raw] == [(one["key"], len(one["lines"])) for one in other]
    text = " ".join(line for one in raw for line in one["lines"])
    assert BANNED[lang].search(text) is None
    assert "!" not in text


def test_every_section_has_its_own_help(look):
    known = {one.id for one in help_topics.topics()}
    own = {section.key for section in sections.TABLE if section.is_listed} | {"notices", "exchange", "settings", "policies", "cover", "journal"}
    assert own <= known


@pytest.mark.parametrize("guide", sorted(GUIDES))
def test_guide_says_what_the_documents_ask(look, guide):
    text = "\n".join(help_topics.topic(guide).lines)
    assert [piece for piece in GUIDES[guide] if piece not in text] == []


async def test_f1_opens_the_help_of_the_screen_and_search_finds_a_guide(qtbot, tmp_path, look):
    async with opened(tmp_path, documents="never") as here:
        for section in ("clinics", "results", "documents"):
            await here.go(section)
            QTest.keyClick(QApplication.focusWidget() or here.window, Qt.Key.Key_F1)
            await here.settle()
            assert here.window.shell.section == "help"
            assert help_topics.topic(section).lines[0].lstrip("#- ") in here.texts()
        here.page.search.setText("почтой россии")
        assert [one.id for one in here.page.model.rows()] == ["account"]
        here.page.search.setText("такого нет")
        assert here.page.model.rowCount() == 0


async def test_story_letter_to_support_has_a_number_waits_goes_and_is_refused_in_words(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        here.line.is_cut = True
        page = await here.go("help", "support")
        page._send()
        assert page.text.error()
        page.text.set_value("Не вижу снимок колена")
        page.contact.set_value("7" * 121)
        page._send()
        assert page.contact.error()
        page.contact.set_value("")
        page._send()
        await here.settle()
        (kind, _state), *rest = await here.outbox()
        assert (kind, rest) == ("support.write", [])
        number = (await here.session.bookings.outbox())[0].id[:8].upper()
        assert f"Номер письма {number}." in here.texts()
        here.line.is_cut = False
        await here.sync()
        assert await here.outbox() == []
        assert "Не вижу снимок колена" in here.texts(), "a letter that went is still there, with where it stands"
        here.box.faults.add("403", method="POST", route="Task")
        page.text.set_value("Второе письмо")
        page._send()
        await here.settle()
        await here.sync()
        assert "портал не принял" in here.texts()
        await here.press(here.find("again"))
        assert page.text.value() == "Второе письмо", "what was refused is taken up again"


async def test_site_map_lists_every_section_and_its_rows_lead_there(qtbot, tmp_path, look):
    async with opened(tmp_path, documents="never") as here:
        page = await here.go("sitemap")
        listed = {section.key for section in sections.listed() if section.page}
        assert listed <= set(page.rows)
        await here.press(page.rows["account"])
        assert here.window.shell.section == "help"
        assert "три способа" in here.texts()
        await here.go("sitemap")
        await here.press(page.rows["clinics"])
        assert here.window.shell.section == "clinics"


async def test_services_stand_in_five_groups_and_each_leads_to_its_place(tmp_path, look):
    places = {"booking": "wizard", "papers": "documents", "history": "history", "insurance": "cover", "advice": "notices"}
    async with opened(tmp_path) as here:
        for key, section in places.items():
            page = await here.go("sitemap")
            await here.press(page.rows[f"kind_{key}"])
            assert here.window.shell.section == section
        assert "Персональные рекомендации и напоминания" in (await here.go("sitemap")).rows["kind_advice"].accessibleName()


async def test_guide_to_the_account_leads_to_its_level_and_to_the_portals_own_page(qtbot, tmp_path, look):
    async with opened(tmp_path, size=(1100, 640)) as here:
        bar = (await here.go("help", "account")).article.verticalScrollBar()
        bar.setValue(bar.maximum() // 2)
        at = bar.value()
        here.window.change(theme="dark")
        await here.settle()
        assert at > 0
        assert here.page.article.verticalScrollBar().value() == at
        await here.press(here.find("open_account"))
        assert here.window.shell.section == "cover"
        addresses: list[str] = []
        asking.answers["browser"] = addresses.append
        try:
            await here.press(here.find("cover_portal"))
        finally:
            asking.answers.clear()
        assert addresses == ["https://portal.test/"]


class Speech(QObject):
    """A voice of the system: what it was given to say, and when it fell silent."""

    said: ClassVar[list[str]] = []

    def availableLocales(self) -> list[QLocale]:
        return [QLocale("en"), QLocale("ru")]

    def setLocale(self, locale: QLocale) -> None:
        self.said.append(locale.name()[:2])

    def say(self, text: str) -> None:
        self.said.append(text)

    def stop(self) -> None:
        self.said.append("")


async def test_page_is_read_aloud_by_the_system_s_voice_and_says_in_words_when_there_is_none(qtbot, tmp_path, look, monkeypatch):
    monkeypatch.setattr(voice, "_MODULE", "PySide6.NoSuchVoice")
    async with opened(tmp_path) as here:
        page = await here.go("home")
        assert "Кардиолог" in voice.words_of(page)
        await here.press(page.read)
        assert "На этом компьютере нет голоса для чтения." in here.texts()
        assert QApplication.focusWidget() is not None
        await here.close_toast()
        spoken = ModuleType("PySide6.NoSuchVoice")
        monkeypatch.setattr(spoken, "QTextToSpeech", Speech, raising=False)
        monkeypatch.setitem(sys.modules, "PySide6.NoSuchVoice", spoken)
        monkeypatch.setattr(Speech, "said", [])
        await here.press(page.read)
        assert Speech.said == ["ru", voice.words_of(page)]
        assert "Читаем вслух" in here.toast()
        await here.press("Остановить чтение")
        assert Speech.said[2:] == [""]
