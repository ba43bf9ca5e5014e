"""Papers of cover: the applications as they are sent, printed or signed, and an extract of a policy. Composes only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from desktop.record.people import Policy
from desktop.record.uploads import TITLE_CHARS, Upload
from desktop.views import typeset, wording
from desktop.views.parts.dates import write_date
from desktop.views.typeset import Block, Facts, Heading, Sheet, Text
from desktop.words import has, tr, tr_in

_APPLICANT = ("name", "birth_date", "birth_place", "citizenship", "snils", "number", "document", "representative", "phone", "email")
_LIVES = ("registered_on", "address", "address_of_stay", "region")
_WANTS = ("reason", "insurer", "form", "point")
_LANGUAGE: Final = "ru"
"""Of an application: an office reads it, whatever language the person at this window speaks."""
_WRITTEN: Final = {"number": wording.number, "phone": wording.phone}
_DAYS = ("birth_date", "registered_on", "from", "to")


def statement(known: Mapping[str, str], body: Mapping[str, str], *, today: date) -> Sheet:
    """Return the application for the statement of services and their cost."""
    blocks: list[Block] = [
        _facts(known, ("name", "birth_date", "snils", "number")),
        Heading(text=_said("cover.paper_asks")),
        Text(text=_said("cover.paper_statement", first=_value("from", body["from"]), last=_value("to", body["to"]))),
    ]
    title = _said("cover.paper_statement_title")
    return Sheet(kind=title, title=title, subtitle=_said("cover.paper_to_fund"), origin=_origin(today), language=_LANGUAGE, blocks=blocks)


def insurer(body: Mapping[str, str], *, today: date) -> Sheet:
    """Return the application to choose an insurer: what is signed, printed or sent."""
    blocks: list[Block] = [
        Heading(text=_said("cover.paper_applicant")), _facts(body, _APPLICANT),
        Heading(text=_said("cover.paper_lives")), _facts(body, _LIVES),
        Heading(text=_said("cover.paper_wants")), _facts(body, _WANTS),
        Text(text=_said("cover.paper_consent")), Text(text=_said("cover.paper_signature")),
    ]  # fmt: skip
    title = _said("cover.paper_insurer_title")
    return Sheet(kind=title, title=title, subtitle=body.get("insurer", ""), origin=_origin(today), language=_LANGUAGE, blocks=blocks)


def policy(one: Policy, form: str, name: str, *, today: date) -> Sheet:
    """Return an extract of a policy as the portal has it."""
    until = write_date(one.until) if one.until else tr("policies.endless")
    pairs = [
        (tr("cover.field_name"), name), (tr("cover.field_number"), wording.number(one.number)), (tr("cover.paper_kind"), one.kind),
        (tr("cover.field_form"), form), (tr("cover.field_insurer"), one.insurer),
        (tr("cover.paper_since"), write_date(one.since) if one.since else ""),
        (tr("cover.paper_until"), until), (tr("cover.paper_standing"), tr(f"policies.standing_{one.standing}")),
    ]  # fmt: skip
    blocks: list[Block] = [Facts(pairs=[pair for pair in pairs if pair[1]]), Text(text=tr("cover.paper_policy_note"), is_small=True)]
    title = tr("cover.paper_policy_title")
    return Sheet(kind=title, title=title, origin=wording.paper_origin(today), blocks=blocks)


def as_upload(sheet: Sheet) -> Upload:
    """Set a sheet in type and return it as a file to hand in."""
    return Upload(title=f"{sheet.title}.pdf"[-TITLE_CHARS:], content_type="application/pdf", data=typeset.pdf_bytes(sheet))


def _facts(values: Mapping[str, str], keys: tuple[str, ...]) -> Facts:
    return Facts(pairs=[(_said(f"cover.field_{key}"), _value(key, values[key])) for key in keys if values.get(key)])


def _value(key: str, text: str) -> str:
    if key in _DAYS:
        return write_date(date.fromisoformat(text))
    if key in _WRITTEN:
        return _WRITTEN[key](text)
    named = f"cover.{key}_{text}"
    return _said(named) if has(named) else text


def _said(key: str, **facts: object) -> str:
    return tr_in(_LANGUAGE, key, **facts)


def _origin(today: date) -> str:
    return _said("paper.origin", day=write_date(today))
