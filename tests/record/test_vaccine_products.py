"""Which antigens a product closes, from whatever a portal sends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop.record.vaccine_products import ATC_SYSTEM, CVX_SYSTEM, GROUP_SYSTEM, antigens, read_products

ROOT = Path(__file__).resolve().parents[2]
DATA = json.loads((ROOT / "resources/calendars/vaccination_1122n.json").read_text("utf-8"))
PRODUCTS = read_products(DATA)
GROUP = f"urn:oid:{GROUP_SYSTEM}"
FIVE = {"diphtheria", "pertussis", "tetanus", "polio", "hib"}


@pytest.mark.parametrize("product", DATA["products"], ids=lambda one: one["trade_name"])
def test_every_product_of_the_table_closes_its_antigens_by_group_by_cvx_and_by_name(product):
    wanted = set(product["antigens"])
    assert antigens(PRODUCTS, codes=[(GROUP, product["nsi848"])]) >= wanted
    assert antigens(PRODUCTS, title=f"  {product['trade_name'].upper()} ") == wanted
    if product["cvx"]:
        assert antigens(PRODUCTS, codes=[(CVX_SYSTEM, product["cvx"])]) == wanted


def test_one_figure_means_another_thing_in_another_system():
    assert antigens(PRODUCTS, codes=[(GROUP, "10")]) == {"pneumococcal"}
    assert antigens(PRODUCTS, codes=[(CVX_SYSTEM, "10")]) == {"polio"}
    assert antigens(PRODUCTS, codes=[(ATC_SYSTEM, "J07BF03")]) == {"polio"}


def test_the_group_of_the_product_is_believed_before_the_disease_it_names():
    """АДС-М says A36 for the whole group, and holds no pertussis."""
    assert antigens(PRODUCTS, codes=[(GROUP, "60"), (CVX_SYSTEM, "01")], diseases=["A36", "A37"]) == {"diphtheria", "tetanus"}


def test_diseases_speak_where_no_code_is_known():
    assert antigens(PRODUCTS, title="Пятикомпонентная", diseases=["A36.0", "A37", "A35", "A80", "A41.3"]) == FIVE
    assert antigens(PRODUCTS, codes=[("urn:other", "7")], diseases=["B05", "B06", "B26"]) == {"measles", "rubella", "mumps"}


def test_a_longer_name_is_known_by_its_beginning_and_a_strange_one_closes_nothing():
    assert antigens(PRODUCTS, title="Пентаксим, суспензия 0,5 мл") == FIVE
    assert antigens(PRODUCTS, title="Неизвестная", codes=[(GROUP, "999")], diseases=["Z99"]) == frozenset()
