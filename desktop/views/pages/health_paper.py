"""The emergency sheet: what a doctor in a hurry wants first, one page to print. Composes only; typeset.py lays it out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from desktop.record.care import HealthFact
from desktop.session.health import HealthView
from desktop.views import wording
from desktop.views.typeset import Block, Facts, Grid, Heading, Sheet, Text
from desktop.words import tr

__all__ = ["OVER", "Sheet", "emergency"]
OVER: Final = frozenset({"resolved", "inactive", "completed", "stopped", "cancelled"})
"""States of a fact that was so and is so no longer."""
_WIDTHS: Final = (40, 30, 30)


def emergency(view: HealthView, facts: Sequence[HealthFact], *, today: date) -> Sheet:
    """Return the sheet of a person: who, blood, allergies, illnesses, medicines, their own lines set apart."""
    who = view.person
    name = " ".join(part for part in (who.family, who.given, who.middle) if part) if who else ""
    pairs = [
        (tr("health.paper_born"), wording.paper_day(who.birth_date) if who and who.birth_date else ""),
        (tr("health.blood_group"), blood([one for one in facts if one.kind == "blood_group"]) or tr("health.none_blood_group")),
        (tr("health.paper_policy"), wording.number(view.policy)), (tr("health.paper_insurer"), view.insurer),
        (tr("health.paper_clinic"), ", ".join(part for part in (view.clinic, who.district_doctor if who else "") if part)),
        (tr("health.paper_phone"), wording.phone(who.phone) if who else ""),
    ]  # fmt: skip
    blocks: list[Block] = [Facts(pairs=[pair for pair in pairs if pair[1]])]
    for kind in ("allergy", "condition", "medicine"):
        found = [one for one in facts if one.kind == kind]
        blocks.append(Heading(text=tr(f"health.{kind}")))
        if not found:
            blocks.append(Text(text=tr(f"health.none_{kind}")))
            continue
        header = (tr(f"health.paper_{kind}"), tr("health.paper_detail"), tr("health.paper_source"))
        rows = [(one.title, one.detail if one.is_safe else tr("health.unsafe"), _source(one)) for one in found]
        blocks.append(Grid(header=header, rows=rows, widths=_WIDTHS))
    if view.notes:
        blocks.append(Heading(text=tr("health.own"), note=tr("health.paper_own")))
        blocks += [Text(text=f"{tr(f'health.note_{one.kind}')}: {one.text}") for one in view.notes]
    blocks.append(Text(text=tr("health.paper_note"), is_small=True))
    kind = tr("health.sheet_title")
    return Sheet(kind=kind, title=name or kind, subtitle=kind if name else "", origin=wording.paper_origin(today), blocks=blocks)


def blood(facts: Sequence[HealthFact]) -> str:
    """Return the blood group in the clinics' words, oldest kind first; one that may mean something else is not said at all."""
    return ", ".join(one.title if one.is_safe else tr("health.unsafe") for one in reversed(facts))


def _source(one: HealthFact) -> str:
    return ", ".join(part for part in (one.source, wording.paper_day(one.on) if one.on else "") if part)
