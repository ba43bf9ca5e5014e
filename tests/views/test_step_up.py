"""The passphrase once more (R-15): before every consent, removal, sharing and signed application of the window, each time, in one door."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.record.acts import ACTS, MUST_AGREE, PAPERS_MUST_AGREE
from desktop.views import asking
from desktop.views.over import CardOver
from tests import kept
from tests.kept import PASSPHRASE
from tests.views.looking import cut, unnamed
from tests.views.opened import CONTROL, Opened, opened, texts, typed

Press = Callable[[], object]
Way = Callable[[Opened], Awaitable[Press]]
"""Goes to where something is done; returns the last press, which would do it."""


# --- the ways of the window
async def _card(at: Opened) -> Press:
    panel = await _cover(at, "card")
    panel.processing.check.setChecked(True)
    panel.transfer.check.setChecked(True)
    return panel.submit.click


async def _policy(at: Opened) -> Press:
    panel = await _cover(at, "policy")
    panel.kind.choose("regional")
    panel.consent.check.setChecked(True)
    return panel.submit.click


async def _insurer(at: Opened) -> Press:
    panel = await _cover(at, "insurer")
    panel.values |= {"terms": "yes", "reason": "moved", "birth_place": "г. Зареченск", "registered_on": "2015-03-04", "form": "card",
                     "insurer": panel.view.insurers[0].name, "point": panel.view.insurers[0].address, "region": "Московская область"}  # fmt: skip
    panel.show_step(4)
    return panel.submit.click


async def _cover(at: Opened, key: str) -> Any:
    page = await at.go("cover")
    page.open_form(key)
    return page.panes.panel


async def _pass_on(at: Opened, *, to_register: bool) -> Press:
    page = await at.go("documents")
    await page.open_paper("pass")
    form = page.forms["pass"]
    form.receiver.box.setCurrentIndex(1 if to_register else 2)
    form.consent.check.setChecked(True)
    return form.send.click


async def _send_document(at: Opened) -> Press:
    page = await _document(at)
    page.panel.ask_send()
    await at.settle()
    page.panel.send_form.clinic.box.setCurrentIndex(1)
    return page.panel.send_form.send.click


async def _mail_document(at: Opened) -> Press:
    page = await _document(at)
    return lambda: (page.panel.ask_mail(), page.panel.mail_card.go_on.click())


async def _document(at: Opened) -> Any:
    page = await at.go("documents")
    page.show_subject(next(row.id for row in page.model.rows() if row.place == "here"))
    await at.settle()
    return page


async def _mail_result(at: Opened) -> Press:
    page = await at.go("results")
    return lambda: (page.report.ask_mail(), page.report.mail_card.go_on.click())


async def _mail_certificate(at: Opened) -> Press:
    at.window.shell.switch(at.session.person("Варвара").id)  # type: ignore[union-attr]
    page = await at.go("vaccinations", "mmr-v")
    return lambda: (page.opened.buttons["share"].click(), page.share.go_on.click())


async def _send_prescription(at: Opened) -> Press:
    page = await at.go("prescriptions")
    page.detail.buttons["send"].click()
    await at.settle()
    return page.detail.panel.go_on.click


async def _send_prescription_again(at: Opened) -> Press:
    page = await at.go("prescriptions")
    await at.session.pharmacy.send(page.detail.one.id, "Аптека № 3", passphrase=PASSPHRASE)
    await at.settle()
    return await _send_prescription(at)


async def _export(at: Opened) -> Press:
    page = await at.go("documents")
    await page.open_paper("export")
    page.forms["export"].format.choose("fhir")
    return page.forms["export"].go.click


async def _remove(at: Opened) -> Press:
    at.window.shell.switch(at.session.person("Тимофей").id)  # type: ignore[union-attr]
    page = await at.go("policies")
    return page.form.removal.emit


async def _setting(at: Opened, name: str) -> Press:
    page = await at.go("settings")
    return getattr(page.security, name).click


async def _erase(at: Opened) -> Press:
    page = await at.go("settings")
    page.tabs.choose("storage")
    page._turn("storage")
    await at.settle()
    return page.erase.begin.click


OF_ACTS: Final[dict[str, Way]] = {
    "consent.give": _card,
    "card.connect": _card,
    "policy.order": _policy,
    "insurer.choose": _insurer,
    "card.send_to_clinic": lambda at: _pass_on(at, to_register=False),
    "records.pass_on": lambda at: _pass_on(at, to_register=True),
    "document.send_to_clinic": _send_document,
    "prescription.send": _send_prescription,
    "prescription.resend": _send_prescription_again,
}
OTHERS: Final[dict[str, Way]] = {
    "a document by mail": _mail_document,
    "a result by mail": _mail_result,
    "a certificate by mail": _mail_certificate,
    "the card as a file": _export,
}
IN_THE_PAGE: Final[dict[str, Way]] = {
    "a policy is removed": _remove,
    "everything is erased": _erase,
    "a new recovery code": lambda at: _setting(at, "code"),
    "a key kept by the computer": lambda at: _setting(at, "key"),
    "a new passphrase": lambda at: _setting(at, "change"),
}


def door(at: Opened) -> Any:
    over = at.window.shell.over if at.window.shell is not None else None
    assert isinstance(over, CardOver), "nobody asked for the passphrase"
    return over.card


def test_every_act_that_consents_shares_or_signs_is_marked_and_has_its_way_here() -> None:
    marked = {kind for kind, act in ACTS.items() if act.step_up}
    named = {kind: {field.name for field in act.fields} for kind, act in ACTS.items()}
    binds = {kind for kind, fields in named.items() if fields & {"consent", "signature", "receiver", "pharmacy"}}
    sends = {kind for kind in ACTS if kind.rpartition(".")[2] in ("send", "resend", "send_to_clinic", "pass_on", "share")}
    agrees = {*MUST_AGREE, *PAPERS_MUST_AGREE, *(kind for kind, act in ACTS.items() if act.resource == "Consent")}
    assert binds | sends | agrees == marked == set(OF_ACTS)


@pytest.mark.parametrize("way", [*OF_ACTS, *OTHERS])
async def test_passphrase_is_asked_each_time_nothing_happens_before_it_and_nothing_written_is_lost(
    tmp_path: Path, look: Any, way: str
) -> None:
    async with opened(tmp_path, documents="needed") as at:
        left: list[object] = []
        asking.answers.update(save=lambda name: left.append(name) or tmp_path / name, mail=lambda subject: left.append(subject) or True)
        press = await (OF_ACTS | OTHERS)[way](at)
        before = await at.outbox()
        press()
        await at.settle()
        card = door(at)
        assert card.phrase.edit.hasFocus()
        typed("совсем не та")
        await at.key(Qt.Key.Key_Return)
        assert "не подходит" in card.phrase.error()
        await at.key(Qt.Key.Key_Escape)
        assert at.window.shell.over is None  # type: ignore[union-attr]
        assert (await at.outbox(), left) == (before, [])
        press()
        await at.settle()
        await at.step_up()
        asking.answers.clear()
        assert at.window.shell.over is None  # type: ignore[union-attr]
        assert way in [kind for kind, _ in (await at.outbox())[len(before):]] if way in OF_ACTS else left


@pytest.mark.parametrize("way", list(IN_THE_PAGE))
async def test_passphrase_is_asked_in_the_page_before_what_changes_the_record_itself(tmp_path: Path, look: Any, way: str) -> None:
    async with opened(tmp_path) as at:
        press = await IN_THE_PAGE[way](at)
        press()
        await at.settle()
        focus = QApplication.focusWidget()
        assert focus is not None
        assert focus.accessibleName() in ("Кодовая фраза", "Кодовая фраза сейчас")


async def test_door_holds_the_keyboard_says_what_it_is_about_and_waits_longer_after_every_slip(tmp_path: Path, look: Any) -> None:
    async with opened(tmp_path, size=(1024, 640), text_scale=1.5) as at:
        (await _card(at))()
        await at.settle()
        card, over = door(at), at.window.shell.over  # type: ignore[union-attr]
        assert (unnamed(over), cut(over)) == ([], [])
        assert "Вы даёте согласие" in texts(card)
        for _ in range(8):
            await at.key(Qt.Key.Key_Tab)
            assert over.isAncestorOf(at.focus())
        await at.key(Qt.Key.Key_K, CONTROL)
        await at.key(Qt.Key.Key_2, CONTROL)
        await at.key(Qt.Key.Key_Plus, CONTROL)
        assert (at.window.shell.over, at.section, at.session.current.given) == (over, "cover", "Наталья")  # type: ignore[union-attr]
        card.phrase.edit.setFocus()
        await at.key(Qt.Key.Key_Return)
        assert card.phrase.error() == "Фраза не введена. Ничего не изменилось: впишите фразу."
        for _ in range(6):
            card.phrase.set_value("не та фраза")
            await at.key(Qt.Key.Key_Return)
        assert "Подождём немного" in card.phrase.error()
        card.phrase.set_value(PASSPHRASE)
        await at.key(Qt.Key.Key_Return)
        assert "Подождём немного" in card.phrase.error()
        at.clock.advance(61)
        await at.press(card.yes)
        assert at.window.shell.over is None  # type: ignore[union-attr]
        assert "card.connect" in [kind for kind, _ in await at.outbox()]


async def test_lock_goes_over_the_door_and_nothing_is_accepted(tmp_path: Path, look: Any) -> None:
    async with opened(tmp_path) as at:
        (await _card(at))()
        await at.settle()
        typed(PASSPHRASE)
        await at.key(Qt.Key.Key_L, CONTROL)
        await at.window._leaving
        assert at.window.shell is None
        session = await kept.opened(tmp_path / "record", clock=at.clock, transport=at.line)
        assert await session.bookings.outbox() == ()
        await session.lock()
