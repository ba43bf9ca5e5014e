"""«Журнал»: filters, the table that no program runs, the paper, comparing everything anew."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pypdf import PdfReader

from desktop.session.rows import JournalRow, PersonRow
from desktop.views import asking, journal_words
from tests.views.opened import opened


async def test_journal_is_narrowed_by_person_days_and_sort(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        person = here.session.people[1]
        await here.session.bookings.act("support.write", person.id, {"text": "Нет выписки"})
        await here.session.journal.write("vault.backed_up")
        page = await here.go("journal")
        assert "Сохранено здесь: Письмо в поддержку" in here.texts()
        newest = page._rows[0]
        page._rows = (*page._rows, replace(newest, id=0, at=newest.at - timedelta(days=10), event="vault.recovered"))
        page.days.choose("month")
        await here.settle()
        assert "Вход по коду восстановления" in here.texts()
        page.days.choose("week")
        await here.settle()
        assert "Сделана копия карты" in here.texts()
        assert "Вход по коду восстановления" not in here.texts()
        page.days.choose("")
        page.person.choose(str(person.id))
        await here.settle()
        assert "Письмо в поддержку" in here.texts()
        assert "Сделана копия карты" not in here.texts()
        page.person.choose("")
        page.sort.choose("entries")
        await here.settle()
        assert "Письмо в поддержку" not in here.texts()
        assert "Карта создана" in here.texts()


async def test_table_and_paper_hold_every_line_that_is_shown(qtbot, tmp_path, look, monkeypatch):
    async with opened(tmp_path) as here:
        page = await here.go("journal")
        for ending, button in (("csv", page.table), ("pdf", page.paper)):
            out = tmp_path / f"journal.{ending}"
            monkeypatch.setitem(asking.answers, "save", lambda _name, out=out: out)
            await here.press(button)
            assert out.stat().st_size > 100
        rows = list(csv.reader(io.StringIO((tmp_path / "journal.csv").read_text("utf-8-sig")), delimiter=";"))
        assert rows[0] == ["Когда", "Что", "Чья карта", "Кто"]
        assert len(rows) == len(await page._all()) + 1
        text = " ".join(" ".join(one.extract_text().split()) for one in PdfReader(tmp_path / "journal.pdf").pages)
        assert "Портал подключён" in text
        assert "Карта создана" in text
        assert "14 мая 2026, " in text


def test_event_without_words_is_named_as_it_is_kept():
    row = JournalRow(id=1, at=datetime(2026, 5, 14, tzinfo=UTC), event="later.thing", person=0, facts=(), by="computer")
    assert "later.thing" in journal_words.said(row)
    assert journal_words.sort(row) == ""


def test_a_line_names_the_person_who_did_it_and_nobody_for_what_the_portal_did():
    owner = PersonRow(id=7, patient_id="p", given="Наталья", family="Орлова", middle="", initials="НО", birth_date=None, age=None,
                      relation="self", hue=1, policy_tail="", policy_number="", standing="verified", insurer="")  # fmt: skip
    done = JournalRow(id=1, at=datetime(2026, 5, 14, tzinfo=UTC), event="document.opened", person=7, facts=(), by="person")
    assert (journal_words.icon(done), journal_words.who(done, [owner])) == ("eye", "Наталья")
    brought = replace(done, event="sync.brought", by="portal")
    assert (journal_words.icon(brought), journal_words.who(brought, [owner])) == ("cloud-check", "портал")
    assert journal_words.who(replace(done, person=0), [owner]) == "вы"


def test_a_decision_and_the_end_of_rights_are_said_whole():
    def line(event: str, **facts: str) -> str:
        at = datetime(2026, 5, 14, tzinfo=UTC)
        return journal_words.said(JournalRow(id=1, at=at, event=event, person=0, facts=tuple(facts.items()), by="portal"))

    assert line("clash.found", kind="slot_gone", act="book") == "Нужно решение: Это время уже заняли"
    assert line("rights.ended") == "Портал закончил доступ к карте, её данные стёрты"



async def test_comparing_anew_reads_everything_again_and_keeps_what_waits(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        page = await here.go("journal")
        here.line.is_cut = True
        await here.press(page.anew)
        assert "Портал не ответил. Карта цела" in "\n".join(one.accessibleName() for one in here.window.shell._toasts) + here.texts()
        rows = await here.session.clinics.all()
        assert rows, "what was here stays"
        here.line.is_cut = False
        report = await here.session.exchange.run_anew()
        assert report.ok
        assert report.pulled.unchanged > 500
        assert report.pulled.removed == 0
        assert len(await here.session.clinics.all()) == len(rows)


async def test_what_was_set_aside_is_dismissed_and_brought_back_by_keyboard(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        nest: dict[str, object] = {"url": "urn:deep", "valueString": "x"}
        for _ in range(40):
            nest = {"url": "urn:deep", "extension": [nest]}
        owner = next(one for one in here.box.shelf.items("WHERE live AND type='Observation' ORDER BY id"))
        odd = here.box.put({**owner.resource, "extension": [nest]})
        await here.sync()
        await here.go("exchange")
        name = f"Observation/{odd['id']}"
        assert here.find(f"dismiss_{name}").accessibleName() == "Убрать из списка: Показатель исследования"
        assert name not in here.texts()
        await here.press(f"why_{name}")
        assert f"Причина: слишком сложная запись. На портале: {name}" in here.texts()
        await here.press(f"dismiss_{name}")
        assert name not in {one.id for one in await here.session.quarantine.page()}
        assert "Убрано из отложенного: Показатель исследования" in here.texts()
        await here.press("Вернуть")
        assert [one.id for one in await here.session.quarantine.page()] == [name]
        await here.press(f"dismiss_{name}")
        await here.sync()
        assert (await here.session.quarantine.page(), (await here.session.exchange.view()).quarantined) == ((), 0)
        here.box.put({**odd, "status": "amended"})
        await here.sync()
        assert [one.id for one in await here.session.quarantine.page()] == [name]


async def test_large_files_are_asked_for_where_the_exchange_says_what_is_kept(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        await here.session.exchange.bring("asked")
        await here.go("exchange")
        assert "только когда вы их открываете" in here.texts()
        await here.press("bring_all")
        assert (await here.session.exchange.view()).brings == "all"
        assert here.find("bring_all").isChecked()
        await here.press("bring_all")
        assert (await here.session.exchange.view()).brings == "needed"
        assert here.focus().objectName() == "bring_all"
