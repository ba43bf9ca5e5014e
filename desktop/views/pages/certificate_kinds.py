"""The kinds of certificates and what each asks for, of the catalogue that the session reads. Owns no widget.

*Source*: certificates.json (see its own sources); a field that the table below does not know is asked as plain text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from desktop.session.certificates import catalogue
from desktop.words import has, tr

FieldKind = Literal["text", "period", "year", "money"]
_KNOWN_FROM_RECORD: Final = ("пациент", "пациентка", "учреждение", "полис")
_FIELDS: Final[dict[str, tuple[str, FieldKind, bool]]] = {
    "цель / куда предъявляется": ("purpose", "text", True),
    "место учёбы/работы": ("place_of_study", "text", True),
    "название лагеря": ("camp", "text", True),
    "даты смены": ("shift", "period", True),
    "диагноз (из карты)": ("diagnosis", "text", False),
    "путёвка: санаторий, даты": ("voucher", "text", True),
    "период отсутствия": ("absence", "period", True),
    "период": ("period", "period", True),
    "период с … по …": ("period", "period", True),
    "образовательная организация": ("school", "text", True),
    "вид спорта": ("sport", "text", True),
    "класс": ("class", "text", True),
    "категории": ("categories", "text", True),
    "страна": ("country", "text", True),
    "ПНД / НД": ("dispensary", "text", True),
    "налогоплательщик (ФИО, ИНН или документ)": ("taxpayer", "text", True),
    "пациент (если другой)": ("other_patient", "text", False),
    "год": ("year", "year", True),
    "сумма по чекам": ("sum", "money", False),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateField:
    """One thing to fill in. `key` is what it is called on the wire."""

    key: str
    kind: FieldKind
    label: str
    is_required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateKind:
    """One certificate. `needs_clinic` says that a clinic makes it, `needs_visit` that it usually takes a visit."""

    key: str
    form: str
    title: str
    fields: tuple[CertificateField, ...]
    needs_clinic: bool
    needs_visit: bool


def kinds() -> tuple[CertificateKind, ...]:
    """Return every kind in the order of the catalogue, named in the language in use."""
    return tuple(_kind(entry) for entry in catalogue())


def _kind(entry: Mapping[str, Any]) -> CertificateKind:
    asked = [str(one) for one in entry["request_fields"]]
    key, form = str(entry["key"]), str(entry["form"])
    name = f"documents.certificate_{key}"
    title = tr(name) if has(name) else str(entry["title_ru"])
    return CertificateKind(
        key=key,
        form="" if form == "—" else form,
        title=title,
        fields=tuple(_field(one) for one in asked if one not in _KNOWN_FROM_RECORD),
        needs_clinic="учреждение" in asked,
        needs_visit=bool(entry["usually_needs_visit"]),
    )


def _field(asked: str) -> CertificateField:
    key, kind, is_required = _FIELDS.get(asked, (asked[:60], "text", True))
    name = f"documents.field_{key}"
    label = tr(name) if has(name) else asked[:1].upper() + asked[1:]
    return CertificateField(key=key, kind=kind, label=label, is_required=is_required)
