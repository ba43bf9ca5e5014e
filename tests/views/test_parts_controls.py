"""Controls: keys, names, states, the toast's time, the focus ring."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QEnterEvent, QFocusEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QStyle, QStyleOptionComboBox, QWidget

from desktop.views import theme
from desktop.views.parts import (
    Body,
    Button,
    Check,
    Choice,
    Combo,
    Field,
    FilterChip,
    FlowLayout,
    IconButton,
    Notice,
    PlainLabel,
    Radio,
    ScrollPage,
    Segmented,
    Switch,
    Tabs,
    Tag,
    Toast,
    column,
)
from desktop.views.parts.ring import ring_of
from desktop.views.scale import Scale
from tests.views.parts_shown import on_show

PRESSED = [
    lambda: Button("Печать", icon="print"),
    lambda: IconButton("lock", "Заблокировать"),
    lambda: FilterChip("Кровь"),
    lambda: Check("Напомнить"),
    lambda: Switch("Меньше движения"),
]


@pytest.mark.parametrize("make", PRESSED)
@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_control_is_reached_and_pressed_by_keyboard(look: QApplication, qtbot, make, key: Qt.Key) -> None:
    control = make()
    window = on_show(qtbot, QLineEdit(), control)
    heard: list[bool] = []
    control.clicked.connect(lambda *_: heard.append(True))
    window.findChild(QLineEdit).setFocus()
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
    assert window.focusWidget() is control
    QTest.keyClick(control, key)
    assert heard == [True]


@pytest.mark.parametrize("make", PRESSED)
def test_pressed_control_has_a_name_and_a_target_of_44(look: QApplication, qtbot, make) -> None:
    control = make()
    on_show(qtbot, control)
    assert control.accessibleName() or control.text()
    assert control.height() >= 44
    theme.apply(look, "light", Scale(1.25))
    assert control.sizeHint().height() >= 55


def test_busy_button_keeps_the_focus_and_takes_no_press(look: QApplication, qtbot) -> None:
    button = Button("Отправить", role="primary")
    on_show(qtbot, button)
    heard: list[bool] = []
    button.clicked.connect(lambda: heard.append(True))
    button.setFocus()
    button.set_busy(True)
    assert (button.isEnabled(), button.text(), button.hasFocus()) == (True, "Отправляем…", True)
    QTest.keyClick(button, Qt.Key.Key_Space)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert heard == []
    button.set_busy(False)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert (heard, button.text()) == ([True], "Отправить")


def test_pointer_over_a_control_takes_no_focus(look: QApplication, qtbot) -> None:
    first, second = Button("Первая"), Button("Вторая")
    window = on_show(qtbot, first, second)
    first.setFocus()
    QTest.mouseMove(second)
    assert window.focusWidget() is first


def test_segments_choose_by_arrows(look: QApplication, qtbot) -> None:
    segments = Segmented([("a", "Наталья"), ("b", "Вся семья")], name="Чьи записи")
    on_show(qtbot, segments)
    heard: list[str] = []
    segments.changed.connect(heard.append)
    segments.buttons()[0].setFocus()
    QTest.keyClick(segments.buttons()[0], Qt.Key.Key_Right)
    assert (segments.chosen(), heard) == ("b", ["b"])
    assert segments.accessibleName() == "Чьи записи"


def test_tab_enters_segments_at_the_choice(look: QApplication, qtbot) -> None:
    segments = Segmented([("a", "Списком"), ("b", "На карте"), ("c", "Таблицей")], name="Вид", chosen="b")
    places = [[button.focusPolicy() == Qt.FocusPolicy.StrongFocus for button in segments.buttons()]]
    segments.choose("a")
    places.append([button.focusPolicy() == Qt.FocusPolicy.StrongFocus for button in segments.buttons()])
    assert places == [[False, True, False], [True, False, False]]


def test_tabs_choose_by_arrows(look: QApplication, qtbot) -> None:
    tabs = Tabs([("a", "Главное"), ("b", "Портал")], name="Настройки")
    on_show(qtbot, tabs)
    tabs.setFocus()
    with qtbot.waitSignal(tabs.changed) as heard:
        QTest.keyClick(tabs, Qt.Key.Key_Right)
    assert (heard.args, tabs.chosen()) == (["b"], "b")


def test_radio_buttons_choose_by_arrows(look: QApplication, qtbot) -> None:
    first, second = Radio("Нет", checked=True), Radio("Да")
    on_show(qtbot, first, second)
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Down)
    assert (first.isChecked(), second.isChecked()) == (False, True)


def test_whole_row_of_a_check_is_the_target(look: QApplication, qtbot) -> None:
    check = Check("Напомнить за день")
    on_show(qtbot, check)
    QTest.mouseClick(check, Qt.MouseButton.LeftButton, pos=QPoint(check.sizeHint().width() - 2, 2))
    assert check.isChecked()


def test_switch_says_its_state(look: QApplication, qtbot) -> None:
    switch = Switch("Меньше движения")
    qtbot.addWidget(switch)
    assert switch.accessibleDescription() == "выключено"
    switch.click()
    assert switch.accessibleDescription() == "включено"


def test_error_takes_the_place_of_the_hint_and_goes_away(look: QApplication, qtbot) -> None:
    field = Field("Номер полиса", hint="16 цифр")
    on_show(qtbot, field)
    assert field.edit.accessibleName() == "Номер полиса"
    assert field.edit.accessibleDescription() == "16 цифр"
    field.set_error("В номере 15 цифр, а нужно 16.")
    assert field.error() == "В номере 15 цифр, а нужно 16."
    assert field.edit.accessibleDescription() == "В номере 15 цифр, а нужно 16."
    assert field.edit.property("state") == "error"
    field.set_error("")
    assert (field.error(), field.edit.accessibleDescription()) == ("", "16 цифр")


def test_field_with_a_reason_cannot_be_written_in(look: QApplication, qtbot) -> None:
    field = Field("ФИО", value="Орлов", read_only_reason="Меняется на портале")
    on_show(qtbot, field)
    QTest.keyClicks(field.edit, "x")
    assert (field.value(), field.edit.accessibleDescription()) == ("Орлов", "Меняется на портале")


def test_password_is_hidden_until_revealed_and_tells_the_layout(look: QApplication, qtbot) -> None:
    field = Field("Кодовая фраза", password=True)
    on_show(qtbot, field)
    reveal = field.findChild(IconButton)
    assert field.edit.echoMode() == QLineEdit.EchoMode.Password
    reveal.click()
    assert field.edit.echoMode() == QLineEdit.EchoMode.Normal
    assert reveal.accessibleName() == "Спрятать написанное"
    said = [label.text() for label in field.edit.findChildren(PlainLabel)]
    QTest.keyClick(field.edit, "A")
    tags = {label.text() for label in field.edit.findChildren(PlainLabel)}
    assert said != []
    assert tags == {"ENG"}
    assert field.caps.isVisible()
    QTest.keyClick(field.edit, "a")
    assert not field.caps.isVisible()


def test_combo_gives_keys_and_leaves_the_wheel_alone(look: QApplication, qtbot) -> None:
    combo = Combo("Кем вам приходится", [("son", "Сын"), ("mum", "Мама")], chosen="son")
    on_show(qtbot, combo)
    with qtbot.waitSignal(combo.changed) as heard:
        QTest.keyClick(combo.box, Qt.Key.Key_Down)
    assert (heard.args, combo.chosen()) == (["mum"], "mum")
    assert combo.box.accessibleName() == "Кем вам приходится"


def test_new_choices_say_nothing_by_themselves(look: QApplication, qtbot) -> None:
    choice = Choice([("a", "А")], name="Период")
    qtbot.addWidget(choice)
    with qtbot.assertNotEmitted(choice.chosen_changed):
        choice.set_choices([("b", "Б"), ("c", "В")], chosen="c")
    assert choice.chosen() == "c"


@pytest.mark.parametrize("factor", [1.0, 1.25, 1.5])
@pytest.mark.parametrize("word", ["Вся семья", "Newest first", "Сначала новые"])
@pytest.mark.parametrize("role", ["filter", "field"])
def test_choice_has_room_for_its_longest_word_at_every_size_of_text(look: QApplication, qtbot, factor: float, word: str, role: str) -> None:
    theme.apply(look, "light", Scale(factor), reduce_motion=True)
    choice = Choice([("all", word), ("one", "Все")], name="Чьи", role=role)
    on_show(qtbot, choice)
    choice.resize(choice.minimumSizeHint().width(), choice.height())
    option = QStyleOptionComboBox()
    choice.initStyleOption(option)
    room = choice.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, choice)
    assert choice.fontMetrics().elidedText(word, Qt.TextElideMode.ElideRight, room.width()) == word


def test_notice_has_at_most_one_action(look: QApplication, qtbot) -> None:
    notice = Notice("Документ цел.", strong="Файл не сохранился.", kind="bad", action="Повторить")
    on_show(qtbot, notice)
    assert notice.text() == "Файл не сохранился. Документ цел."
    with qtbot.waitSignal(notice.acted):
        notice.action.click()


def test_the_action_of_a_notice_goes_under_words_that_it_would_squeeze(look: QApplication, qtbot) -> None:
    notice = Notice("По календарю: 20 месяцев. Врач решит, когда делать.", strong="Пропущена прививка: Полиомиелит.", action="Записаться к педиатру")
    on_show(qtbot, notice)
    for width, is_under in ((900, False), (460, True), (900, False)):
        notice.resize(width, 200)
        notice.layout().activate()
        assert (notice.action.x() < 100) is is_under


def test_tag_keeps_its_height_in_a_tall_row(look: QApplication, qtbot) -> None:
    tag = Tag("В норме", icon="check", kind="good")
    window = on_show(qtbot, tag)
    window.resize(400, 300)
    assert tag.height() == 28


def _toast(qtbot, seconds: float) -> tuple[Toast, list[str]]:
    host = qtbot.window = QWidget()
    qtbot.addWidget(host)
    host.resize(800, 600)
    elsewhere = Button("Записаться", parent=host)
    elsewhere.setFocus()
    host.show()
    host.activateWindow()
    toast = Toast("Приём отменён", host=host, action="Вернуть", seconds=seconds)
    heard: list[str] = []
    toast.acted.connect(lambda: heard.append("acted"))
    toast.closed.connect(lambda: heard.append("closed"))
    return toast, heard


def test_toast_goes_away_when_its_time_is_over(look: QApplication, qtbot) -> None:
    _, heard = _toast(qtbot, 0.02)
    qtbot.waitUntil(lambda: heard == ["closed"])
    qtbot.waitUntil(lambda: qtbot.window.findChild(Toast) is None)


def test_toast_stands_still_while_hovered_or_focused(look: QApplication, qtbot) -> None:
    toast, heard = _toast(qtbot, 10)
    here = QPoint(5, 5)
    QApplication.sendEvent(toast, QEnterEvent(here, here, here))
    assert toast.held
    left = toast.remaining_ms()
    QApplication.sendEvent(toast, QEvent(QEvent.Type.Leave))
    qtbot.waitUntil(lambda: not toast.held)
    assert 9_000 < toast.remaining_ms() <= left
    QApplication.sendEvent(toast.action, QFocusEvent(QEvent.Type.FocusIn, Qt.FocusReason.TabFocusReason))
    assert (toast.held, heard) == (True, [])


def test_toast_gives_the_way_back_once(look: QApplication, qtbot) -> None:
    toast, heard = _toast(qtbot, 10)
    toast.action.click()
    toast.close_now()
    assert heard == ["acted"]


def test_ring_follows_the_focus_and_the_move_of_its_control(look: QApplication, qtbot) -> None:
    first, second = Button("Первая"), Check("Вторая")
    window = on_show(qtbot, first, second)
    first.setFocus()
    ring = ring_of(window)
    assert ring is not None
    assert ring.geometry() == first.geometry().adjusted(-6, -6, 6, 6)
    second.setFocus()
    mark = second.ring_rect().translated(second.pos())
    assert ring.geometry() == mark.adjusted(-6, -6, 6, 6)
    first.setFocus()
    first.move(first.x(), first.y() + 40)
    assert ring.geometry() == first.geometry().adjusted(-6, -6, 6, 6)
    image = window.grab().toImage()
    inside = image.pixelColor(first.geometry().center().x(), first.geometry().top() - 2)
    assert inside.name().upper() == theme.current().role("focusIn")


def test_ring_goes_when_its_control_goes(look: QApplication, qtbot) -> None:
    button = Button("Первая")
    window = on_show(qtbot, button, Body("текст"))
    button.setFocus()
    ring = ring_of(window)
    assert ring.isVisible()
    button.hide()
    assert not ring.isVisible()


def test_page_scrolls_to_the_focused_control_and_by_keys(look: QApplication, qtbot) -> None:
    buttons = [Button(f"Кнопка {n}") for n in range(30)]
    page = ScrollPage(column(*buttons))
    qtbot.addWidget(page)
    page.resize(300, 300)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    buttons[-1].setFocus()
    seen = page.viewport().rect()
    place = buttons[-1].mapTo(page.viewport(), QPoint(0, 0))
    assert seen.contains(place)
    assert seen.contains(place + QPoint(0, buttons[-1].height() - 1))
    kept = page.remember()
    QTest.keyClick(buttons[-1], Qt.Key.Key_Home)
    assert page.verticalScrollBar().value() == 0
    QTest.keyClick(buttons[-1], Qt.Key.Key_PageDown)
    assert 0 < page.verticalScrollBar().value() < kept["at"]
    page.restore(kept)
    assert page.verticalScrollBar().value() == kept["at"]


def test_flow_breaks_into_lines_and_knows_its_height(look: QApplication, qtbot) -> None:
    holder = QWidget()
    flow = FlowLayout(*(Button("Кнопка") for _ in range(6)), gap=8)
    holder.setLayout(flow)
    qtbot.addWidget(holder)
    one = flow.sizeHint().width()
    assert flow.heightForWidth(one) == 44
    assert flow.heightForWidth(one // 2 + 10) == 44 * 2 + 8
