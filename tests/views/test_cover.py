"""«Полис и страховая»: each order made with no network, answered by the box's office, refused in words; a draft that outlives a restart."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from PySide6.QtWidgets import QPushButton

from desktop.demo.counter import inputs
from desktop.errors import NotAllowed
from desktop.record.fhir.acts import ACT_SYSTEM, intents_of
from desktop.session.signing import signing_program
from desktop.views import asking, notice_words
from desktop.views.pages.asked_line import AskedLine
from tests.views.opened import Opened, opened, person

CMS = bytes.fromhex("3082010006092a864886f70d010702a081f2")


@pytest.fixture(autouse=True)
def _answers() -> Iterator[None]:
    yield
    asking.answers.clear()


async def form(at: Opened, key: str) -> Any:
    """Open a form by the keyboard."""
    page = await at.go("cover")
    await at.press(at.find(f"cover_open_{key}"))
    return page.panes.panel


def kept_fields(at: Opened) -> dict[str, str]:
    draft = at.session.drafts.of("insurer", person=at.session.scope.person)
    return dict(draft.fields) if draft is not None else {}


def task(at: Opened, kind: str) -> dict[str, Any]:
    found = [item.resource for item in at.box.shelf.items("WHERE live AND type='Task' ORDER BY seq")]
    return next(one for one in found if {"system": ACT_SYSTEM, "code": kind} in one["code"]["coding"])


def file_of(at: Opened, asked: dict[str, Any], name: str) -> bytes:
    kept = at.box.shelf.blob(inputs(asked)[name].removeprefix("Binary/"))
    assert kept is not None
    return kept[3]


def words_of(data: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).split())


async def send(at: Opened, *, is_asked: bool = False) -> None:
    await at.press(at.find("cover_send"))
    if is_asked:
        await at.step_up()


async def step(at: Opened, asked: dict[str, Any]) -> None:
    """Let the office take the next step with a request, and check with the portal."""
    at.box.office.step(asked["id"])
    await at.sync()


async def test_story_orders_the_statement_of_services_offline_then_reads_it_from_the_notices(qtbot: Any, tmp_path: Path) -> None:
    """«Система составляет заявление в формате PDF и ставит его в очередь на отправку»."""
    async with opened(tmp_path) as at:
        at.line.is_cut = True
        panel = await form(at, "statement")
        panel.first.set_date(date(2025, 1, 1))
        panel.last.set_date(date(2025, 12, 31))
        seen: list[str] = []
        asking.answers["print"] = lambda paint: seen.append("paper") or False
        await at.press(at.find("cover_look"))
        await send(at)
        await at.sync()
        assert "Сведения с 01.01.2025 по 31.12.2025" in at.texts()
        assert [kind for kind, _ in await at.outbox()] == ["statement.order"]
        await at.press(at.find("cover_look_statement"))
        assert seen == ["paper", "paper"]
        at.line.is_cut = False
        at.clock.advance(700)
        await at.sync()
        asked = task(at, "statement.order")
        assert "с 01.01.2025 по 31.12.2025" in words_of(file_of(at, asked, "application"))
        assert at.box.office.step(asked["id"]) == "in-progress"
        await at.sync()
        assert "У ведомства: Готовим сведения" in at.texts()
        assert at.box.office.step(asked["id"]) == "completed"
        await at.sync()
        page = await at.go("notices")
        row = next(one for one in page._rows if one.message and "стоимости готовы" in one.message.text)
        assert (row.section, row.message.title) == ("documents", "Сведения об услугах")
        document = at.box.resource("DocumentReference", row.subject)
        assert document is not None
        kept = at.box.shelf.blob(document["content"][0]["attachment"]["url"].removeprefix("Binary/"))
        assert kept is not None
        text = words_of(kept[3])
        for head in ("Субъект РФ", "Организация", "Период", "Вид помощи", "Условия", "Услуга", "Стоимость"):
            assert head in text
        page.open_row(row)
        await at.settle()
        assert at.page.section == "documents"
        page = await at.go("cover")
        assert at.find(f"statement_{row.subject}").isVisible()


async def test_statement_is_refused_in_words_and_can_be_asked_again(qtbot: Any, tmp_path: Path) -> None:
    async with opened(tmp_path) as at:
        panel = await form(at, "statement")
        panel.last.set_date(date(2020, 1, 1))
        await send(at)
        assert panel.last.error().startswith("Конец раньше начала")
        panel.first.set_date(date(2019, 1, 1))
        await send(at)
        await at.sync()
        at.box.office.refuse(task(at, "statement.order")["id"], "За эти дни сведений нет")
        await at.sync()
        assert "За эти дни сведений нет" in at.texts()
        assert at.find("cover_open_statement").isEnabled()


async def fill(panel: Any, at: Opened) -> None:
    """Go through the application up to signing, as a person does."""
    panel.agree.check.setChecked(True)
    panel.asked["reason"][0].choose("moved")
    await send(at)
    panel.asked["birth_place"][0].set_value("г. Зареченск")
    panel.asked["number"][0].set_value("")
    await send(at)
    panel.asked["registered_on"][0].set_date(date(2015, 3, 4))
    await send(at)
    panel.asked["form"][0].choose("card")
    panel.asked["insurer"][0].choose("ООО «СМО «Тихий берег»")
    await send(at)


async def test_story_chooses_an_insurer_with_a_signature_made_elsewhere(qtbot: Any, tmp_path: Path) -> None:
    """«Пользователь подписывает заявление … возьмите с собой паспорт и СНИЛС … через 30 дней можно будет забрать постоянный полис»."""
    async with opened(tmp_path) as at:
        at.line.is_cut = True
        panel = await form(at, "insurer")
        await fill(panel, at)
        assert "Подписать здесь нельзя" in at.texts()
        paper, signature = tmp_path / "zayavlenie.pdf", tmp_path / "zayavlenie.pdf.sig"
        asking.answers["save"] = lambda _name: paper
        await at.press(at.find("cover_save_paper"))
        assert "Тихий берег" in words_of(paper.read_bytes())
        signature.write_bytes(CMS)
        asking.answers["open"] = lambda: signature
        await at.press(at.find("cover_signature_pick"))
        await send(at)
        assert panel.paper.error() == "Выберите тот самый PDF, который подписан"
        asking.answers["open"] = lambda: paper
        await at.press(at.find("cover_paper_pick"))
        await send(at, is_asked=True)
        at.line.is_cut = False
        await at.sync()
        asked = task(at, "insurer.choose")
        assert file_of(at, asked, "application") == paper.read_bytes()
        assert file_of(at, asked, "signature") == CMS
        assert inputs(asked)["address_of_stay"] == inputs(asked)["address"]
        assert at.box.office.step(asked["id"]) == "accepted"
        await at.sync()
        assert "Возьмите паспорт и СНИЛС: там выдадут временное свидетельство ОМС" in at.texts()
        assert "г. Зареченск, ул. Парковая, 1" in at.texts()
        assert at.box.office.step(asked["id"]) == ""
        # The month passes at the office: in the window it would lock the record.
        at.box.put({**task(at, "insurer.choose"), "restriction": {"period": {"end": "2026-05-01T00:00:00Z"}}})
        assert at.box.office.step(asked["id"]) == "completed"
        await at.sync()
        assert "Постоянный полис готов" in at.texts()
        assert "Сейчас: ООО «СМО «Тихий берег»" in at.texts()
        assert "полис ОМС готов" in "\n".join(one.message.text for one in await at.session.notices.all() if one.message)


async def test_application_without_a_signature_asks_for_a_visit_and_a_refusal_says_why(qtbot: Any, tmp_path: Path) -> None:
    async with opened(tmp_path) as at:
        await fill(await form(at, "insurer"), at)
        await send(at, is_asked=True)
        await at.sync()
        asked = task(at, "insurer.choose")
        assert "Тихий берег" in words_of(file_of(at, asked, "application"))
        assert at.box.office.step(asked["id"]) == "on-hold"
        await at.sync()
        assert "Заявление пришло без подписи" in at.texts()
        at.box.office.refuse(asked["id"], "В этом году страховую уже меняли")
        await at.sync()
        assert "В этом году страховую уже меняли" in at.texts()


async def test_what_is_left_out_is_pointed_out_and_the_draft_outlives_the_page(qtbot: Any, tmp_path: Path) -> None:
    """«Если какие-то поля остались не заполнены, то система предложит их заполнить»."""
    async with opened(tmp_path) as at:
        panel = await form(at, "insurer")
        await send(at)
        assert set(panel.faults()) == {"terms", "reason"}
        panel.agree.check.setChecked(True)
        panel.asked["reason"][0].choose("moved")
        await send(at)
        panel.asked["birth_place"][0].set_value("г. Зареченск")
        panel.asked["snils"][0].set_value("123")
        await send(at)
        assert panel.faults() == ["snils"]
        panel.show_step(3)
        await send(at)
        assert panel.faults() == ["form", "insurer", "point"]
        panel.asked["form"][0].choose("paper")
        panel.asked["insurer"][0].choose("АО «Страховая Заречье»")
        await send(at)
        assert panel.at == 2
        day = panel.asked["registered_on"][0]
        day.set_date(date(2030, 1, 1))
        assert (panel.faults()[0], day.error()) == ("registered_on", "Этот день ещё не наступил")
        assert at.page.step_out()
        await at.settle()
        assert at.find("cover_open_insurer", QPushButton).text() == "Продолжить заявление"
        again = await form(at, "insurer")
        assert again.at == 2
        assert again.values["birth_place"] == "г. Зареченск"
        assert kept_fields(at)["reason"] == "moved"


async def test_draft_stays_with_the_person_it_was_written_for(qtbot: Any, tmp_path: Path) -> None:
    async with opened(tmp_path) as at:
        panel = await form(at, "insurer")
        panel.show_step(1)
        panel.asked["birth_place"][0].set_value("г. Зареченск")
        mother, child = at.session.scope.person, at.session.person("Тимофей")
        assert child is not None
        assert at.window.shell is not None
        at.window.shell.switch(child.id)
        await at.settle()
        assert kept_fields(at) == {}
        at.window.shell.switch(mother)
        await at.settle()
        assert kept_fields(at)["birth_place"] == "г. Зареченск"


async def test_parent_applies_for_a_child_as_the_representative(qtbot: Any, tmp_path: Path) -> None:
    async with opened(tmp_path) as at:
        await form(at, "insurer")
        await person(at.window, "Тимофей")
        panel = await form(at, "policy")
        assert panel.lines["representative"].value() == "Орлова Наталья Сергеевна"
        panel.kind.choose("regional")
        panel.consent.check.setChecked(True)
        await send(at, is_asked=True)
        await at.sync()
        asked = task(at, "policy.order")
        assert inputs(asked)["representative"] == "Орлова Наталья Сергеевна"
        assert inputs(asked)["name"].startswith("Орлов")
        assert asked["for"]["reference"] != f"Patient/{at.session.vault.people.of()[0].patient_id}"


async def test_other_address_of_stay_is_offered_from_the_directory(qtbot: Any, tmp_path: Path) -> None:
    async with opened(tmp_path) as at:
        panel = await form(at, "insurer")
        panel.show_step(2)
        panel.same.check.setChecked(False)
        assert panel.stay.isVisible()
        await send(at)
        assert "address_of_stay" in panel.faults()
        offers = [panel.stay.edit.completer().model().index(n, 0).data() for n in range(panel.stay.edit.completer().model().rowCount())]
        assert any("ул. Парковая" in one for one in offers)
        assert "Московская область, г. Химки" in offers
        assert panel.asked["region"][0].box.count() == 90


async def test_story_orders_a_policy_that_ends_and_is_renewed(qtbot: Any, tmp_path: Path) -> None:
    """«Оформление ОМС»: ФИО, СНИЛС, паспорт, тип, период, согласие; «уведомления о предстоящем продлении»."""
    async with opened(tmp_path) as at:
        at.line.is_cut = True
        panel = await form(at, "policy")
        await send(at)
        assert panel.faults() == ["type", "consent"]
        panel.kind.choose("regional")
        panel.last.set_date(date(2026, 6, 1))
        panel.consent.check.setChecked(True)
        await send(at, is_asked=True)
        at.line.is_cut = False
        await at.sync()
        asked = task(at, "policy.order")
        await step(at, asked)
        assert "У ведомства: Проверяем данные" in at.texts()
        await step(at, asked)
        assert "Полис действует до 1 июня. Оформите новый заранее." in at.texts()
        attention = (await at.session.home.view()).attention
        assert [one.section for one in attention if one.kind == "policy_ends"] == ["cover"]
        target = tmp_path / "polis.pdf"
        asking.answers["save"] = lambda _name: target
        await at.press(at.find("cover_policy_pdf"))
        assert "Подтверждён порталом" in words_of(target.read_bytes())


async def test_identity_paper_is_taken_in_and_what_may_not_be_sent_is_refused_in_words(qtbot: Any, tmp_path: Path) -> None:
    """«PDF, JPEG … не превышает 5 МБ»."""
    async with opened(tmp_path) as at:
        panel = await form(at, "identity")
        scan = tmp_path / "паспорт.jpg"
        asking.answers["open"] = lambda: scan
        for data, words in ((b"\x89PNG\r\n\x1a\n", "только PDF и JPEG"), (b"\xff\xd8\xff" + b"x" * (5 * 2**20), "больше 5 МБ"), (b"", "пуст")):
            scan.write_bytes(data)
            await at.press(at.find("cover_scan_pick"))
            assert words in panel.scan.error()
        await send(at)
        assert set(panel.faults()) == {"paper", "scan"}
        scan.write_bytes(b"\xff\xd8\xff" + b"x" * 1_000_000)
        await at.press(at.find("cover_scan_pick"))
        panel.kind.choose("passport")
        await send(at)
        await at.sync()
        asked = task(at, "identity.submit")
        assert len(file_of(at, asked, "scan")) == 1_000_003
        await step(at, asked)
        assert "У ведомства: Документ принят" in at.texts()


async def test_story_connects_the_electronic_card_with_both_consents(qtbot: Any, tmp_path: Path) -> None:
    """«Мои услуги → Подключить услугу»: согласия, поликлиника, терапевт; «В работе», «Активировано», «Перейти к карте»."""
    async with opened(tmp_path) as at:
        at.line.is_cut = True
        panel = await form(at, "card")
        await send(at)
        assert panel.faults() == ["processing", "transfer"]
        for tick in (panel.processing, panel.transfer):
            tick.check.setChecked(True)
        panel.doctor.box.setCurrentIndex(1)
        await send(at, is_asked=True)
        assert sorted(kind for kind, _ in await at.outbox()) == ["card.connect", "consent.give", "consent.give"]
        at.line.is_cut = False
        await at.sync()
        asked = task(at, "card.connect")
        assert inputs(asked)["doctor"]
        consents = [item.resource for item in at.box.shelf.items("WHERE live AND type='Consent'")]
        assert len([one for one in consents if intents_of(one)]) == 2
        await step(at, asked)
        assert ("В работе" in at.texts(), "У ведомства" in at.texts()) == (True, False)
        await step(at, asked)
        assert "У ведомства: Активировано" in at.texts()
        assert set((await at.session.cover.view()).consents) == {"processing", "transfer"}
        await at.press(at.find("cover_card_go"))
        assert at.page.section == "health"


async def test_trouble_with_the_card_comes_as_a_notice_with_advice(qtbot: Any, tmp_path: Path) -> None:
    async with opened(tmp_path) as at:
        panel = await form(at, "card")
        for tick in (panel.processing, panel.transfer):
            tick.check.setChecked(True)
        await send(at, is_asked=True)
        await at.sync()
        at.box.office.refuse(task(at, "card.connect")["id"], "В поликлинике нет вашей карты")
        await at.sync()
        assert "Обратитесь в регистратуру поликлиники или напишите в поддержку." in at.texts()
        assert at.page.findChild(AskedLine).accessibleName().startswith("Согласия и поликлиника. "), "the card itself is kept as before"
        rows = [one for one in await at.session.notices.all() if one.message and "нет вашей карты" in one.message.text]
        assert [one.section for one in rows] == ["cover"]
        at.box.clinic.notice(at.session.vault.people.of()[0].patient_id, "Портал закрыт на час")
        await at.sync()
        bare = next(one for one in await at.session.notices.all() if one.message and one.message.text == "Портал закрыт на час")
        assert notice_words.said(bare, today=date(2026, 5, 14)) == ("Сообщение портала", "Портал закрыт на час")


async def test_simplified_account_books_doctors_and_is_told_why_the_rest_is_closed(qtbot: Any, tmp_path: Path) -> None:
    """«С упрощенной учетной записью» only the booking is open."""
    async with opened(tmp_path) as at:
        number = at.session.vault.people.of()[0].portal
        for level, is_open in (("simplified", False), ("confirmed", True)):
            await at.session.scope.tell(at.session.vault.settings.set, f"portal.level.{number}", level)
            await at.go("home")
            page = await at.go("cover")
            page.reload()
            await at.settle()
            assert [at.find(f"cover_open_{key}").isEnabled() for key in ("statement", "insurer", "policy", "card")] == [is_open] * 4
            assert at.find("cover_open_identity").isEnabled()
            assert {"simplified": "Упрощённая", "confirmed": "Подтверждённая"}[level] in at.texts()
            addresses: list[str] = []
            asking.answers["browser"] = addresses.append
            await at.press(at.find("cover_portal"))
            assert addresses == ["https://portal.test/"]
            body = {"from": "2025-01-01", "to": "2025-02-01"}
            if not is_open:
                with pytest.raises(NotAllowed, match=r"account\.level"):
                    await at.session.bookings.act("statement.order", at.session.scope.person, body)


def test_signing_program_is_found_by_its_own_place_on_each_system() -> None:
    for platform, place_of_it in (("linux", "/opt/cprocsp/bin"), ("darwin", "/opt/cprocsp/bin"), ("win32", "C:/Program Files/Crypto Pro/CSP")):
        assert signing_program(platform, is_there=lambda path, want=place_of_it: path == Path(want)) == "КриптоПро CSP"
        assert signing_program(platform, is_there=lambda _path: False) == ""
    assert signing_program("plan9", is_there=lambda _path: True) == ""
