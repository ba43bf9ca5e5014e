"""Everything a person reads exists in both languages and keeps to the product's words."""

from __future__ import annotations

import json

import pytest

from tests.house import words_rules
from tests.house.files import ROOT, python_files, read

FOLDER = ROOT / "resources" / "i18n"
CATALOGUES = {
    lang: {path.stem: json.loads(path.read_text("utf-8")) for path in sorted((FOLDER / lang).glob("*.json"))}
    for lang in ("ru", "en")
}
AREAS = sorted(CATALOGUES["ru"].keys() | CATALOGUES["en"].keys())


@pytest.mark.parametrize("area", AREAS)
def test_area_says_the_same_in_both_languages(area: str) -> None:
    assert words_rules.differences(area, CATALOGUES["ru"].get(area, {}), CATALOGUES["en"].get(area, {})) == []


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("lang", ["ru", "en"])
def test_area_keeps_the_words_of_the_product(lang: str, area: str) -> None:
    catalogue = CATALOGUES[lang][area]
    assert words_rules.wrong_forms(lang, area, catalogue) == []
    assert words_rules.wrong_words(lang, area, catalogue) == []


def test_every_key_asked_for_has_words() -> None:
    missing = []
    for name in python_files("desktop/"):
        for line, key in words_rules.asked_keys(read(name)):
            area, _, rest = key.partition(".")
            if rest not in CATALOGUES["ru"].get(area, {}):
                missing.append(f"{name}:{line}: {key}")
    assert missing == []


def test_every_text_is_asked_for() -> None:
    source = "\n".join(read(name) for name in python_files("desktop/"))
    assert words_rules.unasked(CATALOGUES["ru"], source) == []


def test_no_key_is_written_twice_in_a_file() -> None:
    twice = []

    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        names = [name for name, _ in pairs]
        twice.extend(name for name in names if names.count(name) > 1)
        return dict(pairs)

    for path in FOLDER.glob("*/*.json"):
        json.loads(path.read_text("utf-8"), object_pairs_hook=unique)
    assert twice == []


def test_catalogue_rules_catch_what_they_are_for() -> None:
    assert words_rules.unasked({"a": {"x_1": "", "y": "", "z": ""}}, 'tr(f"a.x_{n}"), tr("a.y")') == ["a.z"]
    assert words_rules.differences("a", {"x": "да"}, {}) != []
    assert words_rules.differences("a", {"x": "{n} дней"}, {"x": "days"}) != []
    assert words_rules.differences("a", {"x": {"one": "{n}"}}, {"x": "{n}"}) != []
    assert words_rules.wrong_forms("ru", "a", {"x": {"one": "день", "other": "дня"}}) != []
    assert words_rules.wrong_forms("en", "a", {"x": ""}) != []
    for text in ("Сервер не отвечает", "Идёт синхронизация", "Готово!", "Подождите, пожалуйста", "Нет токена", "Офлайн"):
        assert words_rules.wrong_words("ru", "a", {"x": text}) != []
    assert words_rules.wrong_words("ru", "a", {"x": "Ждёт отправки: 2 действия. Портал не отвечает"}) == []
    assert words_rules.wrong_words("en", "a", {"x": "Please wait"}) != []
    assert list(words_rules.asked_keys('tr("a.x" if n else "a.y")')) == [(1, "a.x"), (1, "a.y")]
