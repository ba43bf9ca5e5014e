"""Search finds Russian words in any form, as they are typed, whatever is typed."""

from __future__ import annotations

import json
import random

import pytest

from tests.store.kit import ANNA, OLEG, Home, ids, observation


def _doc(ident: str, text: str) -> dict[str, object]:
    return observation(ident, text=text)


@pytest.fixture
def full(home: Home) -> Home:
    home.take(_doc("blood", "Общий анализ крови"), _doc("ferrum", "Сывороточное железо"),
              _doc("ultra", "Ультразвуковое исследование почек"),
              _doc("aist", "Приём врача-терапевта, лёгкие чистые"), _doc("gem", "Гемоглобин гликированный (HbA1c)"))
    home.take(observation("oleg", text="Анализ мочи", patient=OLEG), person=home.oleg, patient=OLEG)
    return home


@pytest.mark.parametrize(("typed", "found"), [
    ("анализы крови", "blood"), ("крови", "blood"), ("анализов", "blood"), ("железа", "ferrum"), ("ЖЕЛЕЗО", "ferrum"),
    ("исследования почки", "ultra"), ("легких", "aist"), ("лёгкие", "aist"), ("прием", "aist"), ("приём терапевтом", "aist"),
    ("hba1c", "gem"), ("гемогл", "gem"), ("гем гликир", "gem"), ("общ", "blood"), ("  кровь ", "blood")])
def test_a_word_is_found_in_any_form(full: Home, typed: str, found: str) -> None:
    assert ids(full.vault.search.find(typed, person=full.anna)) == [found]


def test_every_word_must_be_there(full: Home) -> None:
    assert full.vault.search.find("анализ железа", person=full.anna) == []


def test_search_stays_with_the_person_asked_for(full: Home) -> None:
    assert ids(full.vault.search.find("анализ", person=full.anna)) == ["blood"]
    assert ids(full.vault.search.find("анализ", person=full.oleg)) == ["oleg"]
    assert sorted(ids(full.vault.search.find("анализ", person=None))) == ["blood", "oleg"]


def test_search_stays_with_the_types_asked_for(full: Home) -> None:
    assert full.vault.search.find("анализ", person=full.anna, types=("DocumentReference",)) == []
    assert ids(full.vault.search.find("анализ", person=full.anna, types=("Observation",))) == ["blood"]


def test_a_title_is_better_than_a_note(home: Home) -> None:
    home.take(observation("title", text="Ферритин"), observation("note", text="Заключение") | {"note": [{"text": "ферритин снижен"}]})
    hits = home.vault.search.find("ферритин", person=home.anna)
    assert ids(hits) == ["title", "note"]
    assert hits[0].title == "Ферритин"


def test_what_a_person_types_never_breaks_the_question(full: Home) -> None:
    rng = random.Random(55)
    pool = ['"', "'", "*", "\0", "(", ")", "AND", "OR", "NOT", "NEAR", ":", "^", "-", "+", "{", "}", "кровь", "ё", "\u202e", "\ud800", "🙂",
            "stems:", "%", "_", "\\", ";", "--", " ", "\n", "а" * 300]
    for _ in range(1000):
        full.vault.search.find("".join(rng.choices(pool, k=rng.randrange(0, 12))), person=full.anna)
    assert ids(full.vault.search.find('"кровь*"\0', person=full.anna)) == ["blood"]


def test_nothing_typed_finds_nothing(full: Home) -> None:
    assert full.vault.search.find("", person=full.anna) == full.vault.search.find(" ., ", person=full.anna) == []


def test_escaped_and_listed_words_are_found(home: Home) -> None:
    family = json.dumps("Кузнецова")
    assert "\\u" in family
    home.take(f'{{"resourceType":"Patient","id":"{ANNA}","name":[{{"family":{family},"given":["Анна","Петровна"]}}]}}'.encode())
    for typed in ("кузнецова", "анна", "петровна"):
        assert ids(home.vault.search.find(typed, person=home.anna)) == [ANNA], typed
