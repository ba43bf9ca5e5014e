"""FHIR XML: the same elements and values in the order of the standard, read back by an independent reader; nothing of a portal runs in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from desktop.record.fhir.as_xml import FHIR, resource_xml

ORDERS = json.loads((Path(__file__).resolve().parents[2] / "resources" / "domain" / "fhir_order.json").read_text("utf-8"))


def made(resource: dict[str, Any]) -> etree._Element:
    return etree.fromstring(resource_xml(json.dumps(resource).encode(), ORDERS).encode())


def names(element: etree._Element) -> list[str]:
    return [etree.QName(one).localname for one in element]


def leaves(tree: Any) -> list[str]:
    """Return every value of a JSON tree as XML writes it, in no order."""
    if isinstance(tree, dict):
        return [leaf for key, value in tree.items() if key not in ("resourceType", "div") for leaf in leaves(value)]
    if isinstance(tree, list):
        return [leaf for value in tree for leaf in leaves(value)]
    return [] if tree is None else ["true" if tree is True else "false" if tree is False else str(tree)]


def values(root: etree._Element) -> list[str]:
    return [value for one in root.iter() for name, value in one.attrib.items() if name in ("value", "id", "url")]


def test_elements_stand_in_the_order_of_the_standard() -> None:
    patient = {"resourceType": "Patient", "birthDate": "1985-03-12", "name": [{"given": ["Анна"], "family": "Орлова", "use": "official"}],
               "id": "p1", "active": True}
    root = made(patient)
    assert etree.QName(root).namespace == FHIR
    assert names(root) == ["id", "active", "name", "birthDate"]
    assert names(root.find(f"{{{FHIR}}}name")) == ["use", "family", "given"]


def test_extensions_of_primitives_and_ids_of_elements_are_attributes_and_children() -> None:
    root = made({"resourceType": "Patient", "birthDate": "1985", "_birthDate": {"id": "b", "extension": [
        {"url": "urn:x", "valueQuantity": {"unit": "г", "value": 1.50}}]}, "name": [{"given": ["А", None], "_given": [None, {"id": "g"}]}]})
    birth = root.find(f"{{{FHIR}}}birthDate")
    assert (birth.get("value"), birth.get("id")) == ("1985", "b")
    (extension,) = birth
    assert extension.get("url") == "urn:x"
    assert names(extension[0]) == ["value", "unit"]
    assert [one.get("id") for one in root.iter(f"{{{FHIR}}}given")] == [None, "g"]


def test_numbers_keep_their_digits() -> None:
    body = b'{"resourceType": "Observation", "status": "final", "code": {"text": "x"}, "valueQuantity": {"value": 5.10, "unit": "\\u0433"}}'
    assert 'value="5.10"' in resource_xml(body, ORDERS)


def test_contained_resources_and_bundles_are_wrapped() -> None:
    root = made({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": {"resourceType": "Patient", "id": "p", "contained": [
        {"resourceType": "Organization", "id": "o", "name": "Клиника"}]}}]})
    assert root.find(f".//{{{FHIR}}}contained/{{{FHIR}}}Organization/{{{FHIR}}}name").get("value") == "Клиника"


@pytest.mark.parametrize("div", [
    '<div xmlns="http://www.w3.org/1999/xhtml"><p>Ф<b>И</b>О</p></div>', "<div>ФИО<br></div>",
    '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hosts">]><div xmlns="http://www.w3.org/1999/xhtml">ФИО&x;</div>',
])
def test_narrative_is_kept_where_it_is_well_formed_and_is_words_else(div: str) -> None:
    root = made({"resourceType": "Patient", "text": {"status": "generated", "div": div}})
    inside = "".join(root.find(f".//{{{'http://www.w3.org/1999/xhtml'}}}div").itertext())
    assert "Ф" in inside
    assert "hosts" not in inside.replace("file:///etc/hosts", "")


@pytest.mark.parametrize("value", ['"><script/>', "a\u0000b\u001f", "</Patient>", "&amp;<", "строка\nвторая"])
def test_hostile_values_stay_values(value: str) -> None:
    root = made({"resourceType": "Patient", "gender": value})
    clean = "".join(sign for sign in value if sign >= " " or sign == "\n")
    assert root[0].get("value") == clean
    assert len(root) == 1


def test_hostile_names_are_refused() -> None:
    with pytest.raises(ValueError, match="name"):
        resource_xml(b'{"resourceType": "Patient", "a><b": 1}', ORDERS)
    with pytest.raises(ValueError, match="resourceType"):
        resource_xml(b"[]", ORDERS)


def test_every_value_of_the_synthea_records_comes_through() -> None:
    folder = Path(__file__).resolve().parents[1] / "golden" / "synthea"
    seen = set()
    for file in sorted(folder.rglob("*.json")):
        for entry in json.loads(file.read_text("utf-8"), parse_float=str, parse_int=str).get("entry", ()):
            resource = entry["resource"]
            if resource["resourceType"] in seen:
                continue
            seen.add(resource["resourceType"])
            assert sorted(values(made(resource))) == sorted(leaves(resource))
    assert len(seen) > 8
