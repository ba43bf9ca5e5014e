"""What is written and not sent outlives the lock: every longer form brings it back, says so, and forgets it once it is sent."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.errors import DiskFull
from desktop.session.certificates import kinds
from desktop.views.pages.wizard_choices import Answers
from desktop.views.parts import Notice
from desktop.views.resting import until
from tests import kept
from tests.views.opened import Opened, opened


async def lock_and_open(here: Opened) -> None:
    """Lock the record and open it again, as the next process does."""
    here.window.lock()
    await until(lambda: here.window._leaving.done())
    here.session = await here.window.doors.unlock(kept.PASSPHRASE)
    here.window.enter(here.session)
    here.window._is_locking = False  # A new process would not know of the lock before.
    here.window.idle.stop()
    await here.settle()


def said(place: QWidget) -> bool:
    """Say whether a form tells that its words came back."""
    return any(one.isVisible() for one in place.findChildren(Notice, "draft_back"))


async def house_call(here: Opened) -> Any:
    page = await here.go("house_call")
    page.none.setChecked(True)
    page.button.click()
    await here.settle()
    return page, page.symptoms


async def letter(here: Opened) -> Any:
    page = await here.go("clinics")
    page._choose(page._rows[0].id, focus=False)
    page.clinic.open_letter("complain")
    await here.settle()
    return page, page.clinic.letter.text


async def support(here: Opened) -> Any:
    page = await here.go("help", "support")
    return page, page.text


async def referral(here: Opened) -> Any:
    page = await here.go("referrals")
    page.open_form()
    await here.settle()
    return page, page.why


async def question(here: Opened) -> Any:
    page = await here.go("results")
    page.detail.report.talk.ask(None)
    await here.settle()
    return page, page.detail.report.talk.form.area


async def dispute(here: Opened) -> Any:
    page = await here.go("history")
    strange = next(row.facts.id for row in (await here.session.visits.page()).rows if row.is_strange)
    await page._dispute(strange)
    await here.settle()
    return page, page.panes.panel.comment


async def certificate(here: Opened) -> Any:
    page = await here.go("documents", "certificate.order")
    if not page.form.kind.chosen():
        page.form.kind.choose(next(key for key, kind in kinds().items() if kind.needs_clinic))
    await here.settle()
    return page, page.form.comment


async def request(here: Opened) -> Any:
    page = await here.go("documents", "request")
    return page, page.forms["request"].comment


async def prescription(here: Opened) -> Any:
    page = await here.go("documents", "rx")
    return page, page.forms["rx"].comment


async def policy(here: Opened) -> Any:
    page = await here.go("cover", "policy")
    return page, page.panes.panel.lines["document"]


async def card(here: Opened) -> Any:
    page = await here.go("policies")
    return page, page.form.fields["address"]


async def note(here: Opened) -> Any:
    page = await here.go("health")
    return page, page.text


async def rating(here: Opened) -> Any:
    page = await here.go("history")
    visit = next(row.facts.id for row in (await here.session.visits.page()).rows if row.facts.title == "Приём кардиолога")
    if visit not in page._rating:
        await here.press(here.find(f"rate_{visit}"))
    card = page._rating[visit]
    return card, card.stars


FORMS = (note, house_call, letter, support, referral, question, dispute, certificate, request, prescription, policy, card, rating)
MARKED = {rating: "4"}


def written(form: Any) -> str:
    return MARKED.get(form, f"Написано в форме {form.__name__}")


async def test_a_lock_takes_no_words_out_of_any_form(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        for form in FORMS:
            _, field = await form(here)
            field.set_value(written(form))
        await lock_and_open(here)
        home = await here.go("home")
        home._show_all()
        assert here.texts().count("Не отправлено: ") == len(FORMS)
        for form in FORMS:
            page, field = await form(here)
            assert field.value() == written(form), form.__name__
            assert said(page), form.__name__


async def test_rating_that_is_being_given_outlives_fresh_data_and_is_found_from_home(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        card, stars = await rating(here)
        await here.key(Qt.Key.Key_Space)
        await here.key(Qt.Key.Key_Right)
        card.praise.chips["on_time"].setChecked(True)
        here.page.reload()
        await here.settle()
        card, again = await rating(here)
        assert (again is stars, again.value(), card.praise.value()) == (False, "2", "on_time")
        assert here.focus() is again.radios[1]
        await here.session.drafts.settle()
        home = await here.go("home")
        home._show_all()
        here.window.shell.pages["history"].period.choose("2025")
        await here.press(home.findChild(QWidget, "attention_draft").button)
        card, again = await rating(here)
        assert here.focus() is again.radios[1]
        await here.key(Qt.Key.Key_Escape)
        assert (here.section, here.focus().objectName()[:5]) == ("history", "rate_")
        assert here.session.drafts.forms(here.session.scope.person) == ()


async def test_wizard_goes_on_after_the_lock_where_it_stood_for_the_same_person_and_only_once(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        child = here.session.person("Тимофей")

        async def answer() -> None:
            await here.press(f"option_{child.id}")
            await here.write("Педиатр")
            for _ in range(3):
                await here.key(Qt.Key.Key_Return)
            assert here.page.step == "time"

        await here.go("wizard", "new")
        await answer()
        answered = here.page.answers
        await here.go("home")
        await lock_and_open(here)
        assert "Не отправлено" not in here.texts()
        here.window.shell.switch(here.session.person("Наталья").id)
        page = await here.go("wizard", "new")
        await here.press(f"option_{child.id}")
        assert (page.step, page.answers, said(page)) == ("time", answered, True)
        await here.press(page.findChild(Notice, "draft_back").action)
        assert (page.step, page.answers, said(page)) == ("who", Answers(), False)
        await answer()
        assert not said(page)
        await here.key(Qt.Key.Key_Return)
        await here.session.drafts.settle()
        await here.go("home")
        assert "Не отправлено: запись к врачу" in here.texts(), "a time is chosen"
        await here.press("Продолжить")
        assert (here.section, page.step, bool(page.answers.slot)) == ("wizard", "time", True)
        for _ in range(2):
            await here.press(page.next)
        assert here.section == "bookings"
        await lock_and_open(here)
        page = await here.go("wizard", "new")
        assert (page.answers.specialty, said(page)) == ("", False)


async def test_what_was_sent_does_not_come_back(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        page, field = await support(here)
        field.set_value("Не открывается снимок")
        page._send()
        page._send()
        await here.settle()
        assert [kind for kind, _ in await here.outbox()] == ["support.write"]
        page, field = await house_call(here)
        field.set_value("Кашель")
        page.address.set_value("ул. Полевая, 4")
        page.phone.set_value("+7 901 000-00-00")
        page._call()
        await here.settle()
        await lock_and_open(here)
        for form in (support, house_call):
            page, field = await form(here)
            assert field.value() == ""
            assert not said(page)


async def test_choosing_without_a_word_is_no_draft(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        _page, field = await certificate(here)
        assert here.session.drafts.forms(here.session.scope.person) == ()
        field.set_value("Для бассейна")
        assert here.session.drafts.forms(here.session.scope.person) == ("certificate",)
        field.set_value("")
        assert here.session.drafts.forms(here.session.scope.person) == ()


async def test_home_is_told_of_a_draft_that_appears_or_goes_and_not_of_each_letter(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        drafts, told = here.session.drafts, []
        here.session.events.on("home", lambda *_: told.append(len(drafts.forms(here.session.scope.person))))
        for text in ("Б", "Бо", "Болит", ""):
            drafts.keep("referral", {"why": text}, person=here.session.scope.person)
            await drafts.settle()
        assert told == [1, 0]


async def test_starting_over_empties_the_form_for_good(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        page, field = await certificate(here)
        field.set_value("Для бассейна")
        await lock_and_open(here)
        home = await here.go("home")
        await here.press(home.findChild(QWidget, "attention_draft").button)
        page = here.page
        assert here.section == "documents"
        assert page.form.comment.value() == "Для бассейна"
        # What says that it is back was no window of its own for a moment.
        assert here.window.isActiveWindow()
        await here.press(page.form.draft.notice.action)
        assert page.form.kind.chosen() == ""
        assert not said(page)
        await lock_and_open(here)
        page, field = await certificate(here)
        assert field.value() == ""


async def test_draft_waits_for_the_person_it_was_written_for(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        mother, child = here.session.scope.person, here.session.person("Тимофей")
        _, field = await referral(here)
        field.set_value("Болит колено")
        here.window.shell.switch(child.id)
        await here.settle()
        _, field = await referral(here)
        assert field.value() == ""
        here.window.shell.switch(mother)
        await here.settle()
        _, field = await referral(here)
        assert field.value() == "Болит колено"


async def test_letter_stays_where_the_disk_has_no_room_for_it(qtbot, tmp_path, look, monkeypatch):
    async with opened(tmp_path) as here:
        async def full(*_what: object, **_more: object) -> str:
            raise DiskFull("disk.full")

        monkeypatch.setattr(here.session.bookings, "act", full)
        page, field = await support(here)
        field.set_value("Не открывается снимок")
        page._send()
        await here.settle()
        assert page.text.value() == "Не открывается снимок"
        page, field = await letter(here)
        field.set_value("Никто не берёт трубку")
        page.clinic.letter._send()
        await here.settle()
        assert page.clinic.letter.text.value() == "Никто не берёт трубку"
