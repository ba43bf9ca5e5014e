"""The kinds of certificates and what each asks for: one rule for the form, for a script and for the intent.

Owns no words: what a kind and a field are called stands in the catalogue of texts (`documents.certificate_*`, `documents.field_*`).
*Source*: resources/domain/certificates.json (see its own sources).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from desktop.errors import UsageError

FieldKind = Literal["text", "period", "year", "money"]
TEXT_CHARS: Final = 300
"""How long one answer may be."""

_FILE: Final = Path(__file__).resolve().parents[2] / "resources" / "domain" / "certificates.json"
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
_YEAR: Final = re.compile(r"2\d{3}", re.ASCII)
_MONEY: Final = re.compile(r"\d{1,9}([.,]\d{1,2})?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateField:
    """One thing to fill in. `key` names its answer on the wire; a period is not an answer but the act's own `from` and `to`."""

    key: str
    kind: FieldKind
    is_required: bool

    @property
    def names(self) -> tuple[str, ...]:
        """Return what the field is called in the body of an act."""
        return ("from", "to") if self.kind == "period" else (f"answers.{self.key}",)


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateKind:
    """One certificate. `needs_clinic` says that a clinic makes it, `needs_visit` that it usually takes a visit."""

    key: str
    form: str
    fields: tuple[CertificateField, ...]
    needs_clinic: bool
    needs_visit: bool


@cache
def kinds() -> Mapping[str, CertificateKind]:
    """Return every kind by its key, in the order of the catalogue."""
    return {entry["key"]: _kind(entry) for entry in json.loads(_FILE.read_text("utf-8"))["certificates"]}


def _kind(entry: Mapping[str, Any]) -> CertificateKind:
    asked = entry["request_fields"]
    fields = (_FIELDS[one] for one in asked if one not in _KNOWN_FROM_RECORD)
    return CertificateKind(
        key=entry["key"],
        form="" if entry["form"] == "—" else entry["form"],
        fields=tuple(CertificateField(key=key, kind=kind, is_required=needed) for key, kind, needed in fields),
        needs_clinic="учреждение" in asked,
        needs_visit=entry["usually_needs_visit"],
    )


def fault(kind: FieldKind, text: str) -> Literal["", "long", "year", "money"]:
    """Return what is wrong with an answer that was given."""
    if len(text) > TEXT_CHARS:
        return "long"
    pattern = {"year": _YEAR, "money": _MONEY}.get(kind)
    return "" if pattern is None or pattern.fullmatch(text) else "year" if kind == "year" else "money"


def check(body: Mapping[str, Any], *, is_new: bool) -> None:
    """Refuse a request for a certificate that leaves out what its kind asks for, or answers what was not asked.

    A request that is corrected (not `is_new`) goes to the clinic that it went to, where none is named.

    *Raises* UsageError act.bad_field (field, why), act.missing_field, act.unknown_field.
    """
    kind = kinds().get(str(body["certificate"]))
    if kind is None:
        raise UsageError("act.bad_field", field="certificate", why="unknown")
    answers = body.get("answers") or {}
    if not isinstance(answers, dict) or not all(isinstance(said, str) for said in answers.values()):
        raise UsageError("act.bad_field", field="answers", why="answers")
    if is_new and kind.needs_clinic and not body.get("clinic_id"):
        raise UsageError("act.missing_field", field="clinic_id")
    given = {**body, **{f"answers.{name}": said.strip() for name, said in answers.items()}}
    for field in kind.fields:
        for name in field.names:
            if field.is_required and not given.get(name):
                raise UsageError("act.missing_field", field=name)
            if field.kind != "period" and given.get(name) and (why := fault(field.kind, given[name])):
                raise UsageError("act.bad_field", field=name, why=why, needs=TEXT_CHARS)
    known = {field.key for field in kind.fields if field.kind != "period"}
    if more := sorted(answers.keys() - known):
        raise UsageError("act.unknown_field", field=f"answers.{more[0]}")
