"""A resource's JSON as FHIR XML: the same elements and values in the order that XML asks for.

Owns: attributes, elements, extensions of primitives, the narrative. Does not own: the table of orders (resources/domain/fhir_order.json,
names of R4 4.0.1; "name>Type" says of what an element consists) nor files. What the table does not know keeps its place at the end.
*Source*: HL7 FHIR R4, XML and JSON representations (hl7.org/fhir/R4/xml.html, json.html); XML 1.0 §2.2 for characters.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

FHIR: Final = "http://hl7.org/fhir"
XHTML: Final = "http://www.w3.org/1999/xhtml"
Orders = Mapping[str, Sequence[str]]
_ILLEGAL: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TAG: Final = re.compile(r"<[^>]*>")
_CHOICE: Final = re.compile(r"^[a-z]+?([A-Z]\w*)$")
_ANY: Final = "*"


def resource_xml(body: bytes, orders: Orders) -> str:
    """Write one resource. Numbers keep every digit that they came with. *Raises* ValueError for what is no resource."""
    found = json.loads(body, parse_float=str, parse_int=str)
    if not isinstance(found, dict) or not isinstance(found.get("resourceType"), str):
        raise ValueError("resourceType")
    return "".join(_resource(found, orders, is_root=True))


def _resource(found: Mapping[str, Any], orders: Orders, *, is_root: bool = False) -> Iterator[str]:
    name = _name(found["resourceType"])
    yield f'<{name} xmlns="{FHIR}">' if is_root else f"<{name}>"
    yield from _inside({key: value for key, value in found.items() if key != "resourceType"}, name, orders)
    yield f"</{name}>"


def _inside(found: Mapping[str, Any], type: str, orders: Orders) -> Iterator[str]:
    known = {entry.partition(">")[0]: (place, entry.partition(">")[2]) for place, entry in enumerate(orders.get(type, ()))}
    names = dict.fromkeys(key.removeprefix("_") for key in found)
    for name in sorted(names, key=lambda one: known.get(one, (len(known), ""))[0]):
        child = known[name][1] if name in known else _guessed(name, orders)
        values, beside = _listed(found.get(name)), _listed(found.get(f"_{name}"))
        for at in range(max(len(values), len(beside))):
            value = values[at] if at < len(values) else None
            more = beside[at] if at < len(beside) else None
            yield from _element(_name(name), value, more, child, orders)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _element(name: str, value: Any, more: Any, child: str, orders: Orders) -> Iterator[str]:
    if name == "div" and isinstance(value, str):
        yield _narrative(value)
        return
    if isinstance(value, dict) and isinstance(value.get("resourceType"), str) and child in (_ANY, ""):
        yield f"<{name}>"
        yield from _resource(value, orders)
        yield f"</{name}>"
        return
    inside = value if isinstance(value, dict) else more if isinstance(more, dict) else {}
    marks = "".join(f" {key}={_quoted(inside[key])}" for key in _attributes(child or _type_of(name)) if isinstance(inside.get(key), str))
    if value is not None and not isinstance(value, dict | list):
        marks += f" value={_quoted(_plain(value))}"
    rest = {key: one for key, one in inside.items() if key not in _attributes(child or _type_of(name)) or not isinstance(one, str)}
    text = "".join(_inside(rest, child if isinstance(value, dict) else "", orders))
    yield f"<{name}{marks}>{text}</{name}>" if text else f"<{name}{marks}/>"


def _attributes(type: str) -> tuple[str, ...]:
    """Return what of a type is an attribute: the id of an element, and the address of an extension."""
    return ("id", "url") if type == "Extension" else ("id",)


def _type_of(name: str) -> str:
    return "Extension" if name in ("extension", "modifierExtension") else ""


def _guessed(name: str, orders: Orders) -> str:
    """Tell of what an element consists by its own name: valueQuantity, extension."""
    if name in ("extension", "modifierExtension"):
        return "Extension"
    choice = _CHOICE.match(name)
    return choice.group(1) if choice and choice.group(1) in orders else ""


def _plain(value: object) -> str:
    return "true" if value is True else "false" if value is False else str(value)


def _quoted(text: str) -> str:
    return quoteattr(_ILLEGAL.sub("", text), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


def _name(text: str) -> str:
    """Return a name that XML takes; what a hostile portal calls an element must not open another one."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9]{0,127}", text):
        raise ValueError("name")
    return text


def _narrative(text: str) -> str:
    """Return the narrative as it came where it is well-formed XHTML without declarations, else its words."""
    if "<!" not in text and "<?" not in text:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            found = etree.fromstring(_ILLEGAL.sub("", text).encode(), parser)
        except etree.XMLSyntaxError:
            found = None
        if found is not None and found.tag == f"{{{XHTML}}}div":
            return str(etree.tostring(found, encoding="unicode"))
    words = escape(_ILLEGAL.sub("", _TAG.sub(" ", text)))
    return f'<div xmlns="{XHTML}">{words}</div>'
