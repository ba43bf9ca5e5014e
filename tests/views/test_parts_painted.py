"""Painted parts: names, keys, what each look leaves out, and the component sheet in all looks."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget

from desktop import words
from desktop.views import theme
from desktop.views.pages.component_sheet import ComponentSheet
from desktop.views.parts import (
    AttentionRow,
    Avatar,
    Button,
    Face,
    NavItem,
    Notice,
    PersonPill,
    PlainLabel,
    PolicyCard,
    PolicyPile,
    PolicyStack,
    PressRow,
    RowFace,
    RowList,
    Spine,
    Stamp,
    SyncChip,
    Ticket,
    ticket,
)
from desktop.views.parts.layouts import Card
from desktop.views.parts.policy import number_beside
from desktop.views.parts.qr import QrScreen
from desktop.views.parts.town_map import TownMap
from desktop.views.row_model import RowModel
from desktop.views.scale import FACTORS, Scale
from tests.views.parts_shown import has_role, image_of, on_show

NATALYA = Face(name="Наталья", hue=1, initials="НО", line="41 год · вы", policy="ОМС •• 4417")


PRESSED = [
    (lambda: PolicyStack(NATALYA, (2, 3)), "Открыта карта: Наталья, 41 год · вы. Выбрать другую"),
    (lambda: PolicyCard(NATALYA), "Наталья, 41 год · вы, Подтверждён"),
    (lambda: NavItem("Записи", icon="calendar", count=2), "Записи, 2 дела ждут вас"),
    (lambda: SyncChip("offline", "Нет связи", "2 действия ждут"), "Нет связи. 2 действия ждут"),
    (lambda: PressRow("Тимофей", "Нужно решение", leading=Avatar("ТО", hue=2)), "Тимофей. Нужно решение"),
]


@pytest.mark.parametrize(("make", "name"), PRESSED)
def test_painted_button_is_named_reached_and_pressed(look: QApplication, qtbot, make, name: str) -> None:
    part: QAbstractButton = make()
    window = on_show(qtbot, QLineEdit(), part)
    assert part.accessibleName() == name
    heard: list[bool] = []
    part.clicked.connect(lambda *_: heard.append(True))
    window.findChild(QLineEdit).setFocus()
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
    assert part.hasFocus()
    QTest.keyClick(part, Qt.Key.Key_Return)
    QTest.keyClick(part, Qt.Key.Key_Space)
    assert heard == [True, True]
    assert part.height() >= 44


KINDS = {
    "confirmed": "Приём, подтверждён",
    "pending": "Приём, ждёт отправки",
    "conflict": "Приём, нужно решение",
    "past": "Приём, прошёл или отменён",
}


def _ticket(kind: str, size: str = "list", **more: object) -> Ticket:
    return Ticket(kind, day="19", month="мая, вторник", time="10:40", title="Кардиолог", subtitle="Гусев А. В.",
                  lines=(("pin", "кабинет 312"),), size=size, **more)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_ticket_says_its_state_and_all_it_shows(look: QApplication, qtbot, kind: str) -> None:
    ticket = _ticket(kind)
    on_show(qtbot, ticket)
    assert ticket.accessibleName() == f"{KINDS[kind]}: 19 мая, вторник, 10:40, Кардиолог, Гусев А. В., кабинет 312"
    texts = [label.text() for label in ticket.findChildren(PlainLabel)]
    assert texts == ["19", "мая, вторник", "10:40", "Кардиолог", "Гусев А. В.", "кабинет 312"]


def test_line_of_a_ticket_is_its_certainty(look: QApplication, qtbot) -> None:
    fills = {}
    for kind in KINDS:
        ticket = _ticket(kind)
        on_show(qtbot, ticket).resize(600, 140)
        image = image_of(ticket)
        fills[kind] = image.pixelColor(8, ticket.height() // 2).name().upper()
        dashes = {image.pixelColor(x, 1).name() for x in range(200, 560)}
        assert (len(dashes) > 2) == (kind == "pending"), kind
    role = theme.current().role
    assert fills == {
        "confirmed": role("person1"), "pending": role("card"), "conflict": role("warnTint"), "past": role("sunken"),
    }  # fmt: skip


def test_ground_of_tickets_alike_is_drawn_once_and_follows_size_kind_hue_and_look(look: QApplication, qtbot) -> None:
    shown = [_ticket(kind, hue=hue) for kind, hue in (("confirmed", 1), ("confirmed", 1), ("confirmed", 2), ("pending", 1))]
    window = on_show(qtbot, *shown, size=(600, 700))
    ticket._ground.cache_clear()
    pictures = [image_of(one) for one in shown]
    assert ticket._ground.cache_info().misses == 3
    assert pictures[0] == pictures[1]
    assert pictures[0].pixelColor(8, 40) != pictures[2].pixelColor(8, 40)
    assert pictures[0].pixelColor(8, 40) != pictures[3].pixelColor(8, 40)
    theme.apply(look, "dark")
    assert image_of(shown[0]).pixelColor(8, 40).name().upper() == theme.current().role("person1")
    window.resize(500, 700)
    QApplication.processEvents()
    assert image_of(shown[0]).pixelColor(shown[0].width() - 1, 40).name().upper() == theme.current().role("line")


def test_only_a_confirmed_ticket_of_home_is_stamped(look: QApplication, qtbot) -> None:
    stamped = {(kind, size) for kind in KINDS for size in ("home", "list") if _keep(qtbot, _ticket(kind, size)).stamp}
    assert stamped == {("confirmed", "home")}


def _keep(qtbot, ticket: Ticket) -> Ticket:
    qtbot.addWidget(ticket)
    return ticket


def test_far_action_stays_at_the_right_end(look: QApplication, qtbot) -> None:
    ticket = _ticket("confirmed", "home")
    move, route, cancel = Button("Перенести"), Button("Как доехать"), Button("Отменить", role="quietText")
    ticket.add_action(move)
    ticket.add_action(cancel, far=True)
    ticket.add_action(route)
    on_show(qtbot, ticket).resize(800, 300)
    assert move.x() < route.x() < cancel.x()
    qtbot.waitUntil(lambda: ticket.width() - cancel.mapTo(ticket, cancel.rect().topRight()).x() < 40)


@pytest.mark.parametrize(("name", "tilted"), [("light", True), ("contrastLight", False), ("contrastDark", False)])
def test_stamp_stands_upright_in_contrast(look: QApplication, qtbot, name: str, tilted: bool) -> None:
    theme.apply(look, name)
    stamp = Stamp()
    on_show(qtbot, stamp)
    image = image_of(stamp)
    ground = image.pixel(0, 0)
    rows = [[image.pixel(x, y) != ground for x in range(image.width())] for y in range(image.height())]
    top = next(row for row in rows if any(row))
    assert (sum(top) < image.width() // 2) == tilted


@pytest.mark.parametrize("name", theme.NAMES)
def test_rosette_is_left_out_of_contrast_themes(look: QApplication, qtbot, name: str) -> None:
    theme.apply(look, name)
    card = PolicyCard(NATALYA, right="Ctrl 1")
    on_show(qtbot, card)
    image = image_of(card)
    ground = QColor(theme.current().role("person1")).rgb()
    area = [image.pixel(x, y) for x in range(200, 300) for y in range(80, 110)]
    assert (set(area) == {ground}) == theme.current().contrast


def test_code_over_the_screen_leaves_room_there_for_its_number_and_the_way_back(look: QApplication, qtbot) -> None:
    theme.apply(look, "light", Scale(1.5))
    parent = QWidget()
    qtbot.addWidget(parent)
    full = QrScreen("health-rx:v1?n=1", caption="0000 5021 7719 0042", hint="Ярче", name="Код", close="Закрыть", parent=parent)
    assert full.sizeHint().height() <= full.screen().availableSize().height()


def test_map_that_fills_a_card_is_cut_by_its_corners(look: QApplication, qtbot) -> None:
    card = Card(pad=(1,))
    card.body.addWidget(TownMap(name="Карта"))
    on_show(qtbot, card, size=(400, 400))
    image = image_of(card)
    far = image.width() - 1
    for x, y in ((3, 3), (far - 3, 3), (3, image.height() - 4), (far - 3, image.height() - 4)):
        assert image.pixel(x, y) == image.pixel(0, 0)


def test_line_that_does_not_fit_beside_the_key_of_a_card_is_whole_under_it(look: QApplication, qtbot) -> None:
    said = "72 years, mother. The doctor comes by 18:0"
    cards = [PolicyCard(NATALYA, right="Ctrl 4", note=said + last) for last in "01"]
    on_show(qtbot, *cards)
    assert image_of(cards[0]) != image_of(cards[1])


def test_notice_has_the_ground_and_edge_of_its_kind_and_its_icon_at_the_first_of_many_lines(look: QApplication, qtbot) -> None:
    aside, edged, tall = Notice("Кратко.", kind="aside"), Notice("Кратко.", kind="warn", edge="warnLine"), Notice("много слов " * 30)
    on_show(qtbot, aside, edged, tall, size=(400, 600))
    colour = lambda one, x: image_of(one).pixelColor(x, 24).name().upper()  # noqa: E731
    role = theme.current().role
    assert (colour(aside, 0), colour(aside, 4)) == (role("sunken"), role("sunken"))
    assert (colour(edged, 0), colour(edged, 4)) == (role("warnLine"), role("warnTint"))
    assert tall._icon.y() < 16
    assert abs(aside._icon.geometry().center().y() - aside.height() // 2) <= 1


def test_selected_section_is_inverted_in_contrast(look: QApplication, qtbot) -> None:
    item = NavItem("Главная", icon="home")
    on_show(qtbot, item)
    item.setChecked(True)
    assert has_role(image_of(item), "card")
    theme.apply(look, "contrastLight")
    assert image_of(item).pixelColor(item.width() // 2, 3).name().upper() == theme.current().role("ink")


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize("standing", ["verified", "checking", "unverified"])
def test_number_of_a_policy_keeps_clear_of_its_standing(look: QApplication, language: str, standing: str) -> None:
    words.set_language(language)
    metrics = QFontMetrics(theme.font("caption", weight=500, tnum=True))
    room_px = 240 - 2 * 14 - 2 - 24 - 6 - metrics.horizontalAdvance(words.tr(f"parts.{standing}"))
    number = number_beside(words.tr("shell.policy", tail="4417"), metrics, room_px=room_px)
    assert number.endswith("•• 4417")
    assert metrics.horizontalAdvance(number) <= room_px


def test_rail_keeps_the_names_as_tooltips(look: QApplication, qtbot) -> None:
    parts = (NavItem("Записи", icon="calendar"), SyncChip("sent", "Всё отправлено", ""), PolicyStack(NATALYA))
    for part in parts:
        qtbot.addWidget(part)
        assert part.toolTip() == ""
        part.set_rail(True)
        assert part.toolTip() == part.accessibleName() != ""
        assert part.sizeHint().width() <= 48


def test_pile_shows_every_head_and_the_last_card_whole(look: QApplication, qtbot) -> None:
    cards = [PolicyCard(Face(name=str(n), hue=n, initials="А")) for n in (1, 2, 3)]
    pile = PolicyPile(cards, head_px=70)
    on_show(qtbot, pile)
    assert [card.y() for card in cards] == [0, 70, 140]
    assert cards[-1].height() == 116
    assert all(pile.childAt(100, card.y() + 30) is card for card in cards)


def test_spine_and_pill_take_the_person_hue(look: QApplication, qtbot) -> None:
    spine, pill = Spine(), PersonPill("Наталья, 41 год", hue=1)
    spine.setMinimumHeight(40)
    on_show(qtbot, spine, pill)
    assert has_role(image_of(spine), "control")
    spine.set_hue(2)
    pill.show_person("Тимофей, 9 лет", hue=2)
    assert has_role(image_of(spine), "spine2")
    assert has_role(image_of(pill), "spine2")
    assert pill.text() == "Тимофей, 9 лет"
    assert theme.person_role(7) == theme.person_role(1)


@dataclass(frozen=True, slots=True)
class Line:
    id: int
    title: str


def _list(titles: list[str], **more: bool) -> tuple[RowList, RowModel[Line]]:
    model = RowModel([Line(n, t) for n, t in enumerate(titles)], text=lambda r: r.title, said=lambda r: f"анализ {r.title}",
                     face=lambda r: RowFace(title=r.title, detail="12 мая", icon="drop"))  # fmt: skip
    return RowList(model, name="Результаты", **more), model


def test_list_is_walked_and_opened_by_keys(look: QApplication, qtbot) -> None:
    rows, _model = _list(["кровь", "моча", "ЭКГ"])
    chosen, opened = [], []
    rows.chosen.connect(chosen.append)
    rows.opened.connect(opened.append)
    on_show(qtbot, rows)
    rows.choose(0)
    rows.setFocus()
    QTest.keyClick(rows, Qt.Key.Key_Down)
    QTest.keyClick(rows, Qt.Key.Key_Return)
    assert [row.id for row in chosen] == [0, 1]
    assert [row.id for row in opened] == [1]
    assert rows.accessibleName() == "Результаты"
    assert rows.currentIndex().data(int(Qt.ItemDataRole.AccessibleTextRole)) == "анализ моча"


def test_chosen_row_stays_chosen_when_others_come(look: QApplication, qtbot) -> None:
    rows, model = _list(["кровь", "моча"])
    on_show(qtbot, rows)
    rows.choose(1)
    model.show([Line(7, "новая"), Line(0, "кровь"), Line(1, "моча")])
    assert (rows.currentIndex().row(), rows.currentIndex().data()) == (2, "моча")


def test_long_title_takes_two_lines_and_is_cut_in_a_uniform_list(look: QApplication, qtbot) -> None:
    title = "Листок нетрудоспособности и ещё много слов про него"
    free, _model = _list([title])
    same, _other = _list([title], uniform=True)
    for view in (free, same):
        qtbot.addWidget(view)
        view.resize(320, 300)
        view.show()
    assert free.sizeHintForRow(0) > same.sizeHintForRow(0) >= 64


def test_attention_row_folds_its_button_where_it_is_narrow(look: QApplication, qtbot) -> None:
    part = AttentionRow("Окно к окулисту уже заняли", "Запись цела.", icon="conflict", kind="warn", action="Выбрать время")
    qtbot.addWidget(part)
    part.resize(700, 80)
    part.show()
    assert part.button.x() > 400
    part.resize(300, 200)
    qtbot.waitUntil(lambda: part.button.x() < 50)
    with qtbot.waitSignal(part.acted):
        part.button.click()
    assert part.button.accessibleName() == "Выбрать время: Окно к окулисту уже заняли"


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize("name", theme.NAMES)
@pytest.mark.parametrize("factor", FACTORS)
def test_component_sheet_stands_in_every_look(
    look: QApplication, qtbot, name: str, factor: float, language: str
) -> None:
    words.set_language(language)
    theme.apply(look, name, Scale(factor))
    sheet = ComponentSheet()
    qtbot.addWidget(sheet)
    sheet.resize(1440, 900)
    sheet.show()
    assert sheet.horizontalScrollBar().maximum() == 0
    image = image_of(sheet.widget())
    assert has_role(image, "accent")
    qtbot.waitUntil(lambda: _cut(sheet) == [])


def _cut(root: QWidget) -> list[str]:
    """Return the texts of labels that got less room than they need."""
    return [
        label.text()
        for label in root.findChildren(PlainLabel)
        if label.isVisible()
        and (label.height() < label.heightForWidth(label.width()) or label.width() < label.minimumSizeHint().width())
    ]


def test_every_control_of_the_sheet_is_reached_by_tab_and_named(look: QApplication, qtbot) -> None:
    sheet = ComponentSheet()
    qtbot.addWidget(sheet)
    sheet.resize(1440, 900)
    sheet.show()
    sheet.activateWindow()
    qtbot.waitUntil(sheet.isActiveWindow)
    first = sheet.nextInFocusChain()
    wanted, widget = set(), first
    while True:
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible() and widget.isEnabled():
            wanted.add(widget)
        widget = widget.nextInFocusChain()
        if widget is first:
            break
    assert len(wanted) > 40
    nameless = [w for w in wanted if not (w.accessibleName() or getattr(w, "text", str)())]
    assert nameless == []
