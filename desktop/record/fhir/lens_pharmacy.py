"""MedicationRequest and MedicationDispense → record/pharmacy. *Source*: HL7 FHIR R4."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desktop.record import pharmacy
from desktop.record.fhir import read

Resource = Mapping[str, Any]


def paper(resource: Resource) -> pharmacy.Paper:
    """Read the rest of a MedicationRequest."""
    form = read.extension(resource, "prescription-form")
    repeats = read.number(resource, "dispenseRequest", "numberOfRepeatsAllowed")
    number = read.number(resource, "dispenseRequest", "quantity", "value")
    unit = read.text(resource, "dispenseRequest", "quantity", "unit")
    # A unit that begins with a figure («1 флакон») already says how many.
    amount = unit if unit[:1].isdigit() else " ".join(part for part in (read.digits(number), unit) if part)
    return pharmacy.Paper(
        form=form if isinstance(form, str) else "",
        pack=read.text(resource, "note", 0, "text"),
        amount=amount,
        fills=1 + int(repeats) if repeats is not None and 0 <= repeats < 1_000 else 1,
        reason=read.concept(resource, "statusReason"),
    )


def fill(resource: Resource) -> pharmacy.Fill | None:
    """Read a MedicationDispense that took place; None for one that did not."""
    if read.text(resource, "status") not in ("completed", "in-progress"):
        return None
    return pharmacy.Fill(
        prescription=read.reference(resource, "authorizingPrescription", 0)[1],
        on=read.day(resource.get("whenHandedOver") or resource.get("whenPrepared")),
        pharmacy=read.display(resource, "performer", 0, "actor"),
    )
