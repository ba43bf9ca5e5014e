"""The small parts of the window: keys, idle lock, clipboard, preferences, words."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from desktop import limits, preferences, words
from desktop.clock import ManualClock
from desktop.errors import KnownError, PortalError, UsageError, VaultDamaged, WrongPassphrase
from desktop.preferences import Preferences
from desktop.session.rows import ExchangeView, PersonRow
from desktop.views import keys, sections, wording
from desktop.views.clipboard import Clipboard
from desktop.views.idle import Idle
from desktop.views.passphrase_words import strength

CYRILLIC_KEY = {"K": 0x041B, "L": 0x0414, "F": 0x0410, "N": 0x0422, "P": 0x0417, "S": 0x042B}


def person(**changes: object) -> PersonRow:
    facts = {
        "id": 1, "patient_id": "p1", "given": "Тимофей", "family": "Орлов", "middle": "Ильич", "initials": "ТО", "birth_date": None,
        "age": 9, "relation": "child", "hue": 2, "policy_tail": "1182", "policy_number": "", "standing": "verified", "insurer": "",
        **changes,
    }  # fmt: skip
    return PersonRow(**facts)  # type: ignore[arg-type]


def exchange(state: str, **changes: object) -> ExchangeView:
    facts = {
        "state": state, "checked_at": datetime(2026, 5, 14, 9, 38, tzinfo=UTC), "offline_since": None, "retry_at": None,
        "progress_done": 0, "progress_total": None, "waiting": 0, "clashes": 0, "quarantined": 0, "documents_here": 0,
        "documents_total": 0, "brings": "needed", "replica_bytes": 0, "cannot": (), "may_sign_out": False, **changes,
    }  # fmt: skip
    return ExchangeView(**facts)  # type: ignore[arg-type]


# --- keys
@pytest.fixture
def field_in_window(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    field = QLineEdit(window)
    QVBoxLayout(window).addWidget(field)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    field.setFocus()
    return window, field


COMMANDS = [("search", "K"), ("lock", "L"), ("filter", "F"), ("book", "N"), ("print", "P"), ("save", "S")]
ODD_ERRORS = (KnownError("x.unheard"), PortalError("portal.odd"), VaultDamaged("vault.odd"), UsageError("guard.bad_qt"),
              WrongPassphrase("passphrase.wait", wait_s=5.0))  # fmt: skip


@pytest.mark.parametrize(("command", "letter"), COMMANDS)
def test_shortcuts_work_in_the_russian_layout_and_beside_a_focused_field(field_in_window, command, letter):
    window, field = field_in_window
    heard = []
    keys.bind(window, command, lambda: heard.append(command))
    QTest.keyClick(field, getattr(Qt.Key, f"Key_{letter}"), Qt.KeyboardModifier.ControlModifier)
    assert heard == [command]
    key, control = CYRILLIC_KEY[letter], Qt.KeyboardModifier.ControlModifier
    QTest.sendKeyEvent(QTest.KeyAction.Click, field, Qt.Key(key), chr(key), control)
    assert heard == [command, command]


def test_no_two_commands_share_a_key():
    every = [sequence.toString() for command in keys.MAP for sequence in keys.sequences(command)]
    assert len(every) == len(set(every))


# --- idle
def test_idle_warns_thirty_seconds_ahead_and_then_locks(qapp):
    clock = ManualClock()
    idle = Idle(clock, limit_s=300)
    heard = []
    idle.soon.connect(lambda left: heard.append(("soon", left)))
    idle.due.connect(lambda: heard.append("due"))
    idle.start()
    clock.advance(269)
    idle.look()
    assert heard == []
    clock.advance(2)
    idle.look()
    idle.look()
    assert heard == [("soon", 29)]
    clock.advance(30)
    idle.look()
    assert heard[-1] == "due"


def test_a_key_pressed_in_the_window_keeps_the_record_open(field_in_window):
    window, _ = field_in_window
    clock = ManualClock()
    idle = Idle(clock, limit_s=300)
    heard = []
    idle.due.connect(lambda: heard.append("due"))
    idle.back.connect(lambda: heard.append("back"))
    idle.start()
    clock.advance(280)
    idle.look()
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_A)
    clock.advance(200)
    idle.look()
    assert heard == ["back"]


@pytest.mark.parametrize("jump_s", [3600, -3600, limits.CLOCK_JUMP_S + 1])
def test_a_jump_of_the_wall_clock_locks(qapp, jump_s):
    clock = ManualClock()
    idle = Idle(clock, limit_s=300)
    heard = []
    idle.due.connect(lambda: heard.append("due"))
    idle.start()
    clock.jump(jump_s)
    idle.look()
    assert heard == ["due"]


# --- clipboard
def test_our_copy_is_taken_back_and_a_foreign_one_stays(qapp):
    board = QGuiApplication.clipboard()
    clipboard = Clipboard()
    clipboard.copy("абзац берег")
    assert board.text() == "абзац берег"
    assert bytes(board.mimeData().data("x-kde-passwordManagerHint").data()) == b"secret"
    clipboard.clear()
    assert board.text() == ""
    clipboard.copy("абзац берег")
    foreign = QMimeData()
    foreign.setText("чужое")
    board.setMimeData(foreign)
    clipboard.clear()
    assert board.text() == "чужое"
    clipboard.copy("абзац берег")
    board.clear()  # What is empty has nothing to ask here.
    clipboard.clear()
    assert board.text() == ""


# --- preferences
def test_preferences_come_back_and_strange_ones_are_the_default(tmp_path: Path):
    kept = Preferences(language="en", theme="dark", text_scale=1.25, geometry=(1, 2, 1200, 800), section="results")
    preferences.save(tmp_path, kept)
    assert preferences.load(tmp_path) == kept
    assert preferences.load(tmp_path / "none") == Preferences()
    for strange in ("[]", "{", '{"language": 3, "text_scale": 99.0, "geometry": [1, "a", 2, 3], "theme": "dark"}', "[" * 5000,
                    '{"theme": "sepia", "geometry": [0, 0, 9999999999, 700]}'):  # fmt: skip
        (tmp_path / "preferences.json").write_text(strange, encoding="utf-8")
        found = preferences.load(tmp_path)
        assert found.language == "ru"
        assert found.text_scale <= 1.5
        assert found.geometry is None
        assert found.theme in (preferences.SYSTEM, *preferences.THEMES)


# --- words
def test_every_listed_section_has_its_words_in_both_languages():
    for language in words.LANGUAGES:
        words.set_language(language)
        for section in sections.TABLE:
            assert words.tr(f"shell.section_{section.key}")


def test_both_languages_have_the_same_keys_and_no_banned_words():
    root = Path(words.__file__).resolve().parent.parent / "resources" / "i18n"
    banned = ("синхрониз", "кэш", "очеред", "сервер", "конфликт", "офлайн", "токен", "409", "пожалуйста")
    for area in ("shell", "lock", "first_run", "home", "exchange", "settings", "bookings"):
        russian, english = (json.loads((root / lang / f"{area}.json").read_text("utf-8")) for lang in words.LANGUAGES)
        assert russian.keys() == english.keys()
        for name, text in russian.items():
            for form in text.values() if isinstance(text, dict) else (text,):
                assert not [word for word in banned if word in form.lower()], (area, name)
                assert "!" not in form, (area, name)


def test_dates_ages_and_relations_read_as_a_person_writes_them():
    today = date(2026, 5, 14)
    assert wording.title_day(today) == "Четверг, 14 мая"
    assert wording.day(date(2027, 1, 2), today=today) == "2 января 2027"
    assert wording.near_day(date(2026, 5, 15), today=today) == "завтра"
    assert wording.clock_time(datetime(2026, 5, 14, 9, 5).astimezone()) == "9:05"
    assert wording.person_pill(person(given="Наталья", age=41)) == "Наталья, 41 год"
    assert wording.person_line(person()) == "9 лет · сын"
    assert wording.relation(person(middle="Ильинична")) == "дочь"
    assert wording.relation(person(middle="")) == "ребёнок"
    assert wording.relation(person(relation="parent", middle="Петровна")) == "мама"
    assert wording.size(412 * 2**20) == "412\u202fМБ"
    assert wording.size(round(1.5 * 2**30)) == "1,5\u202fГБ"


def test_the_chip_says_each_state_as_the_drawing_does():
    today = datetime(2026, 5, 14, 9, 38, tzinfo=UTC).astimezone().date()
    time = wording.clock_time(datetime(2026, 5, 14, 9, 38, tzinfo=UTC))
    assert wording.chip(exchange("up_to_date"), today=today) == ("Всё отправлено", f"Сверено в {time}")
    assert wording.chip(exchange("up_to_date", waiting=1), today=today) == ("Отправим сами", "1 действие ждёт")
    assert wording.chip(exchange("offline", waiting=2), today=today) == ("Нет связи", "2 действия ждут")
    assert wording.chip(exchange("decision", clashes=1), today=today) == ("Нужно решение", "1 расхождение")
    assert wording.chip(exchange("signed_out"), today=today) == ("Войдите на портал", "Карта открыта")
    assert wording.chip(exchange("demo"), today=today) == ("Пример", "Ничего не отправляется")


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_an_error_without_words_of_its_own_speaks_for_its_kind(language):
    words.set_language(language)
    for known in ODD_ERRORS:
        said = wording.error(known)
        assert known.code not in said
        assert "{" not in said
        assert len(said) > 20


def test_strength_grows_with_words_and_falls_with_common_pieces():
    assert strength("коротко") == "short"
    assert strength("password1") == "weak"
    assert strength("берег лист окно гроза вяз") == "strong"
