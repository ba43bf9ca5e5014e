"""The look: roles, contrast, scale, the style sheet, fonts, icons."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPalette, QRawFont
from PySide6.QtWidgets import QApplication, QWidget

from desktop.session.pharmacy import PrescriptionRow
from desktop.views import icons, theme
from desktop.views.pages.look_tiles import LookTile, SizeTile
from desktop.views.pages.prescription_card import PrescriptionCard
from desktop.views.parts import Body, Button, Card, Field, Fill, FilterChip, SyncChip, TextArea, column
from desktop.views.scale import FACTORS, Scale, tokens
from desktop.words import tr


def _luminance(colour: str) -> float:
    parts = [c / 255 for c in QColor(colour).getRgb()[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(first: str, second: str) -> float:
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_four_themes_have_the_same_roles() -> None:
    roles = {name: set(tokens()["colour"][name]["roles"]) for name in theme.NAMES}
    assert len(roles["light"]) >= 45
    assert all(known == roles["light"] for known in roles.values())


@pytest.mark.parametrize("name", theme.NAMES)
def test_every_measured_pair_keeps_its_contrast(name: str) -> None:
    look = theme.named(name)
    pairs = tokens()["colour"][name]["contrast"]
    assert len(pairs) > 40
    assert [p for p in pairs if _contrast(look.role(p["fg"]), look.role(p["bg"])) < p["min"]] == []


@pytest.mark.parametrize("name", [name for name in theme.NAMES if theme.named(name).contrast])
def test_what_is_chosen_differs_by_more_than_hue_where_there_are_no_tints(look: QApplication, qtbot, name: str) -> None:
    theme.apply(look, name, Scale(1.0))
    for one in (FilterChip("Кровь"), SizeTile("1.0", "Обычный", 16), LookTile("light", "Светлое"), _card()):
        qtbot.addWidget(one)
        one.setCheckable(True)
        one.resize(one.sizeHint())
        middle = one.height() // 3
        shades = []
        for on in (False, True):
            one.setChecked(on)
            image = one.grab().toImage()
            shades.append([image.pixelColor(x, middle).name() for x in range(8)])
        assert max(_contrast(was, now) for was, now in zip(*shades, strict=True)) >= 3, type(one).__name__


@pytest.mark.parametrize("name", theme.NAMES)
def test_example_in_an_empty_field_is_as_readable_as_other_words(look: QApplication, qtbot, name: str) -> None:
    theme.apply(look, name, Scale(1.0))
    for one in (Field("Имя", placeholder="Например: Анна"), TextArea("Что случилось")):
        qtbot.addWidget(one)
        one.edit.ensurePolished()
        assert one.edit.palette().color(QPalette.ColorRole.PlaceholderText) == theme.colour("ink3")


@pytest.mark.parametrize("factor", FACTORS)
def test_chip_of_the_example_is_not_cut(look: QApplication, qtbot, factor: float) -> None:
    theme.apply(look, "light", Scale(factor))
    chip = SyncChip("demo", tr("exchange.chip_demo"), tr("exchange.chip_demo_2"))
    qtbot.addWidget(chip)
    chip.resize(chip.sizeHint())
    assert QFontMetricsF(theme.font("caption", tnum=True)).horizontalAdvance(tr("exchange.chip_demo_2")) <= chip.words_px()


def _card() -> PrescriptionCard:
    written = date(2026, 4, 17)
    one = PrescriptionRow(
        id="1", person=1, medicine="Бисопролол", pack="", form="", number="", series="", standing="active", is_funded=False, written_at=None,
        written_on=written, valid_until=written, days_left=30, fills=0, fills_done=0, how="", amount="", doctor="", clinic="", qr="", reason="",
        asks=(), is_reminded=False,
    )  # fmt: skip
    return PrescriptionCard(one, today=written)


@pytest.mark.parametrize("name", theme.NAMES)
@pytest.mark.parametrize("factor", FACTORS)
def test_style_sheet_has_no_word_left_to_fill_in(look: QApplication, name: str, factor: float) -> None:
    theme.apply(look, name, Scale(factor))
    made = theme.style_sheet()
    assert "$" not in made
    assert theme.current().role("accent") in made


def test_unknown_theme_is_refused() -> None:
    with pytest.raises(ValueError, match="sepia"):
        theme.named("sepia")


def test_system_theme_follows_the_system(look: QApplication) -> None:
    theme.apply(look, theme.SYSTEM)
    assert theme.current() == theme.of_system(look)
    theme.apply(look, "dark")
    assert theme.current().name == "dark"


def test_scale_reaches_type_space_and_size() -> None:
    plain, large = Scale(1.0), Scale(1.5)
    assert (plain.px(44), large.px(44)) == (44, 66)
    assert (plain.space("l"), large.space("l")) == (24, 36)
    assert (plain.type("body").size_px, large.type("body").size_px) == (16, 24)
    assert (plain.size("sidebar"), large.size("icon")) == (272, 36)
    assert Scale(1.25).control() == 56
    assert [Scale(f).large for f in FACTORS] == [False, True, True]


def test_figures_have_one_width(look: QApplication) -> None:
    metrics = QFontMetricsF(theme.font("body", tnum=True))
    assert metrics.horizontalAdvance("1111") == metrics.horizontalAdvance("0000")
    assert theme.font("body").family() == "Golos Text"


@pytest.mark.parametrize("weight", [QFont.Weight.Normal, QFont.Weight.Medium, QFont.Weight.DemiBold, QFont.Weight.Bold])
def test_raised_and_lowered_figures_of_units_are_drawn_in_the_programs_own_face(look: QApplication, weight: QFont.Weight) -> None:
    font = theme.font("body")
    font.setWeight(weight)
    face, width = QRawFont.fromFont(font), QFontMetricsF(font).horizontalAdvance
    assert face.familyName().startswith("Golos Text")
    assert [one for one in "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻₀₁₂₃₄₅₆₇₈₉₊₋" if not face.supportsCharacter(ord(one))] == []
    assert width("⁹") == width("₉") < 0.75 * width("9")


def test_theme_switch_repaints_what_is_on_the_screen(look: QApplication, qtbot) -> None:
    page = Fill(column(Card(column(Body("текст"), Button("Печать", icon="print")))), tone="sheet")
    qtbot.addWidget(page)
    page.resize(300, 200)
    page.show()
    before = page.grab().toImage()
    with qtbot.waitSignal(theme.changed):
        theme.apply(look, "dark")
    after = page.grab().toImage()
    assert before.pixelColor(2, 2).name().upper() == theme.named("light").role("sheet")
    assert after.pixelColor(2, 2).name().upper() == theme.named("dark").role("sheet")
    assert before.pixelColor(150, 12) != after.pixelColor(150, 12)


def test_look_that_is_in_force_is_put_on_once(look: QApplication, qtbot) -> None:
    with qtbot.assertNotEmitted(theme.changed):
        theme.apply(look, "light", Scale(1.0), reduce_motion=True)
    for another in ({"scale": Scale(1.25)}, {"theme": "dark"}):
        with qtbot.waitSignal(theme.changed):
            theme.apply(look, **{"theme": "light", **another})


def test_text_grows_with_the_scale_on_a_page_already_shown(look: QApplication, qtbot) -> None:
    holder = QWidget()
    label, button = Body("Городская поликлиника"), Button("Записаться")
    holder.setLayout(column(label, button))
    qtbot.addWidget(holder)
    holder.show()
    small = (label.sizeHint().height(), button.sizeHint().height())
    theme.apply(look, "light", Scale(1.5))
    assert (label.sizeHint().height(), button.sizeHint().height()) == (36, 66)
    assert small == (24, 44)


def test_reduced_motion_takes_all_durations_away(look: QApplication) -> None:
    theme.apply(look, "light", reduce_motion=False)
    assert (theme.duration_ms("fast"), theme.duration_ms("stamp")) == (120, 240)
    theme.apply(look, "light", reduce_motion=True)
    assert {theme.duration_ms(n) for n in ("fast", "normal", "slow", "stamp")} == {0}


def test_every_icon_takes_the_colour_of_its_role(look: QApplication) -> None:
    assert len(icons.names()) >= 96
    for name in icons.names():
        image = icons.pixmap(name, "bad", 24, ratio=2.0).toImage()
        inked = {image.pixelColor(x, y).name() for x in range(48) for y in range(48)
                 if image.pixelColor(x, y).alpha() == 255}  # fmt: skip
        assert inked == {theme.current().role("bad").lower()}, name


def test_icon_is_drawn_once_for_a_size_colour_and_ratio(look: QApplication) -> None:
    first = icons.pixmap("home", "ink", 24, ratio=1.0)
    assert icons.pixmap("home", "ink", 24, ratio=1.0).cacheKey() == first.cacheKey()
    assert icons.pixmap("home", "accent", 24, ratio=1.0).cacheKey() != first.cacheKey()


def test_unknown_icon_is_loud(look: QApplication) -> None:
    with pytest.raises(FileNotFoundError):
        icons.pixmap("no-such-icon")
