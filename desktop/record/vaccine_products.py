"""Which antigens a vaccination closes: from the codes of the product or its group, else from the diseases named, else from its name.

Owns: the order in which the sources are believed. The tables are dated data (resources/calendars), read by the caller.
*Source*: НСИ 99.2.848 (groups), CVX, ATC, ICD-10 as the calendar's data names them. LIMIT: CVX and ATC rows are from memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

GROUP_SYSTEM: Final = "1.2.643.5.1.13.13.99.2.848"
CVX_SYSTEM: Final = "http://hl7.org/fhir/sid/cvx"
ATC_SYSTEM: Final = "http://www.whocc.no/atc"
NONE: Final = frozenset[str]()


@dataclass(frozen=True, slots=True, kw_only=True)
class Products:
    """The tables: code → antigens. Names are in lower case with ё as е."""

    groups: Mapping[str, frozenset[str]]
    cvx: Mapping[str, frozenset[str]]
    atc: Mapping[str, frozenset[str]]
    names: Mapping[str, frozenset[str]]


_ICD: Final = {
    "A15": "bcg", "A16": "bcg", "A17": "bcg", "A18": "bcg", "A19": "bcg", "A33": "tetanus", "A34": "tetanus", "A35": "tetanus",
    "A36": "diphtheria", "A37": "pertussis", "A80": "polio", "B05": "measles", "B06": "rubella", "B16": "hepb", "B26": "mumps",
    "J09": "influenza", "J10": "influenza", "J11": "influenza", "J13": "pneumococcal", "A40.3": "pneumococcal",
    "G00.1": "pneumococcal", "G00.0": "hib", "A41.3": "hib", "A49.2": "hib",
}  # fmt: skip


def read_products(data: Mapping[str, Any]) -> Products:
    """Read the tables from the calendar's JSON."""
    groups = {str(one["nsi848"]): frozenset(one["antigens"]) for one in data["groups"]}
    cvx: dict[str, set[str]] = {}
    atc: dict[str, set[str]] = {}
    for antigen, facts in data["antigens"].items():
        for code in facts["cvx"]:
            cvx.setdefault(code, set()).add(antigen)
        for code in facts["atc"]:
            atc.setdefault(code, set()).add(antigen)
    for one in data["products"]:
        if one["cvx"]:
            cvx[one["cvx"]] = set(one["antigens"])
    names = {_plain(one["trade_name"]): frozenset(one["antigens"]) for one in data["products"]}
    return Products(groups=groups, cvx=_frozen(cvx), atc=_frozen(atc), names=names)


def antigens(
    products: Products, *, title: str = "", codes: Iterable[tuple[str, str]] = (), diseases: Iterable[str] = ()
) -> frozenset[str]:
    """Return the antigens of one product. `codes` are (system, code) of the vaccine, `diseases` ICD-10 codes of what it is against."""
    listed = tuple(codes)
    for end, table in ((GROUP_SYSTEM, products.groups), (CVX_SYSTEM, products.cvx), (ATC_SYSTEM, products.atc)):
        found = NONE.union(*(table.get(code, NONE) for system, code in listed if system.endswith(end)))
        if found:
            return found
    name = _plain(title)
    if name in products.names:
        return products.names[name]
    found = of_diseases(diseases)
    if found:
        return found
    return next((known for trade, known in products.names.items() if name.startswith(trade)), NONE)


def of_diseases(diseases: Iterable[str]) -> frozenset[str]:
    """Return the antigens against diseases given by their ICD-10 codes: the exact code, else its three signs."""
    plain = (code.strip().upper() for code in diseases)
    found = (_ICD.get(code) or _ICD.get(code[:3]) for code in plain)
    return frozenset(antigen for antigen in found if antigen is not None)


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("ё", "е").split())


def _frozen(table: Mapping[str, set[str]]) -> dict[str, frozenset[str]]:
    return {code: frozenset(found) for code, found in table.items()}
