"""Labels show text as it is: no markup, hidden characters marked, length and paint time bounded (security R-44, R-45)."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication, QLabel

from desktop import limits
from desktop.views import theme
from desktop.views.parts import Body, Button, Check, IconButton, Meta, Notice, PlainLabel, Tag, set_tooltip, shown
from desktop.views.parts.plain import bound

PLAIN = ("<5", "a<b>c", "x &lt; y", "1<2 & 3>2", "<img src=x>", "<b>жирно</b>", "C₂H₅OH ≥ 5 µг/мл", "Ёлка № 2 «А»")


@pytest.mark.parametrize("text", PLAIN)
def test_labels_show_what_the_source_says(look: QApplication, qtbot, text: str) -> None:
    for label in (Body(text), Meta(text), Notice(text, kind="warn"), Tag(text, icon="check")):
        qtbot.addWidget(label)
        assert label.text() == text
    label = PlainLabel(text)
    qtbot.addWidget(label)
    label.setTextFormat(Qt.TextFormat.RichText)
    assert label.textFormat() == Qt.TextFormat.PlainText
    label.setText(text)
    assert label.text() == text


def test_markup_takes_the_room_of_its_letters(look: QApplication, qtbot) -> None:
    marked, plain = Body("<b>a</b>", wrap=False), Body("a", wrap=False)
    qtbot.addWidget(marked)
    qtbot.addWidget(plain)
    assert marked.sizeHint().width() > 4 * plain.sizeHint().width()


@pytest.mark.parametrize("text", PLAIN)
def test_buttons_and_marks_keep_ampersands_and_angles(look: QApplication, qtbot, text: str) -> None:
    button, check = Button(text), Check(text)
    qtbot.addWidget(button)
    qtbot.addWidget(check)
    assert button.label() == text
    assert button.text().replace("&&", "&") == text
    assert check.accessibleName() == text


def test_tooltip_is_never_markup(look: QApplication, qtbot) -> None:
    label = QLabel()
    qtbot.addWidget(label)
    set_tooltip(label, "<a href='http://x'>x</a> & y")
    assert label.toolTip() == "<qt>&lt;a href=&#x27;http://x&#x27;&gt;x&lt;/a&gt; &amp; y</qt>"
    set_tooltip(label, "Заблокировать")
    assert label.toolTip() == "Заблокировать"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Иванов\u202eвонаВи", "Иванов[U+202E]вонаВи"),
        ("a\u0000b", "a[U+0000]b"),
        ("a\u200bb\u2066c\ufeffd", "a[U+200B]b[U+2066]c[U+FEFF]d"),
        ("a\u00adb", "a[U+00AD]b"),
        ("\u3164", "[U+3164]"),
        ("a\ud800b", "a[U+D800]b"),
        ("строка\r\nстрока\tслово", "строка\nстрока слово"),
        ("e" + "\u0301" * 9, "e" + "\u0301" * 4 + "[U+0301]"),
        ("й ё é ñ", "й ё é ñ"),
    ],
)
def test_hidden_characters_are_written_out(text: str, seen: str) -> None:
    assert shown(text) == seen


@given(st.text(max_size=60))
def test_shown_text_hides_nothing(text: str) -> None:
    seen = shown(text)
    assert not [c for c in seen if c in "\u200b\u200d\u202a\u202e\u2066\u2069\ufeff\u00ad\u0000"]
    assert shown(seen) == seen


def test_long_text_is_cut_and_says_how_much(look: QApplication) -> None:
    seen = shown("я" * (limits.TEXT_SHOWN_CHARS + 5))
    assert seen.startswith("я" * limits.TEXT_SHOWN_CHARS + "…")
    assert seen.endswith("(ещё 5 знаков)")


@pytest.mark.parametrize(
    "text",
    ["я" * 1_000_000, "слово " * 200_000, "a" + "\u0301" * 200_000, "\u202e" * 100_000, "\n" * 30_000],
    ids=["megabyte", "words", "marks", "directions", "lines"],
)
def test_hostile_text_is_painted_in_time(look: QApplication, qtbot, text: str) -> None:
    label = Body(text)
    qtbot.addWidget(label)
    label.resize(600, 400)
    started = time.thread_time()
    assert not label.grab().isNull()
    assert time.thread_time() - started < 0.2


def test_text_wraps_and_asks_for_the_height_it_needs(look: QApplication, qtbot) -> None:
    label = Body("Городская поликлиника № 2, улица Садовая, дом 14, третий этаж")
    qtbot.addWidget(label)
    assert label.heightForWidth(2_000) == 24
    assert label.heightForWidth(150) % 24 == 0
    assert label.heightForWidth(150) >= 72


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("кабинет 210, 2 этаж", "2~этаж"), ("приём 22 мая, пятница", "22~мая"), ("on 22 May, Friday", "22~May"), ("№ 2 города", "№~2 г"),
        ("Грипп, с 1 сентября", "с~1~сентября"), ("врач Белякова И. О.", "Белякова~И.~О."), ("3 из 9 пройдено", "3~из"), ("5 мг утром", "5 мг"),
        ("Осмотр, каб. 220", "каб.~220"), ("г. Зареченск, ул. Речная, 3", "г.~Зареченск, ул.~Речная"), ("1 льготный", "1~льготный"), ("Зареченск, 9 окон", "9~окон"),
        ("Кабинет 312, 3 этаж", "Кабинет~312"), ("Оценка 4,8", "Оценка~4,8"), ("9:00, room 117", "room~117"), ("поликлиника № 2", "поликлиника~№~2"), ("пятница, 9:20", "пятница,~9:20"), ("0000 5021 7719", "0000~5021~7719"), ("утром, до еды", "до~еды"), ("+7 (000) 050-26-22", "+7~(000)~050"), ("floor 3. Rated 4.8", "Rated~4.8"), ("9 free times", "9~free"), ("for 10 seconds", "10~seconds"), ("можно 10 секунд", "10~секунд"),
    ],
)  # fmt: skip
def test_no_line_ends_at_a_number_or_a_word_of_one_letter(text: str, kept: str) -> None:
    assert kept in bound(text).replace("\u00a0", "~")
    assert bound(text).replace("\u00a0", " ") == text


def test_every_step_of_type_is_as_tall_as_its_letters(look: QApplication, qtbot) -> None:
    for style in theme.tokens()["type"]["scale"]:
        label = PlainLabel("Откройте карту", style=style)
        qtbot.addWidget(label)
        assert label.sizeHint().height() >= QFontMetricsF(label.font()).height()


def test_ordinal_number_is_not_torn_at_its_hyphen() -> None:
    assert bound("Полиомиелит, 2-я ревакцинация") == "Полиомиелит, 2-\u2060я\u00a0ревакцинация"
    assert bound("справка 2-НДФЛ, врача-терапевта") == "справка 2-НДФЛ, врача-терапевта"


def test_cut_label_keeps_one_line(look: QApplication, qtbot) -> None:
    label = PlainLabel("очень длинное название клиники " * 4, elide=True)
    qtbot.addWidget(label)
    assert label.minimumSizeHint().width() < 100
    assert label.heightForWidth(100) == 24


def test_icon_button_name_with_markup_is_plain(look: QApplication, qtbot) -> None:
    button = IconButton("lock", "a<b>c")
    qtbot.addWidget(button)
    assert button.accessibleName() == "a<b>c"
