"""Whether what a new act names is here: the record that it is about, the clinic that it goes to, what a certificate asks for.

Does not own: shapes and rules of a body (record/acts, record/act_rules), times and bookings, which have reasons of their own (bookings).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desktop.errors import UsageError
from desktop.record.acts import ACTS
from desktop.session import certificates
from desktop.session.clinics import clinics
from desktop.store.vault import Vault


def check(vault: Vault, kind: str, person: int, body: Mapping[str, Any]) -> None:
    """Refuse an act about what is not here, or is somebody else's. *Thread*: store. *Raises* UsageError act.bad_field (field, why)."""
    needed = {field.name for field in ACTS[kind].fields if field.is_required} if kind in ACTS else set()
    type_name, _, id = str(body.get("subject") or "").partition("/")
    # A request that was refused may be known here alone.
    if type_name not in ("", "Task"):
        known = vault.replica.row(type_name, id)
        if known is None or known.person != person:
            raise _unknown("subject")
    if body.get("certificate"):
        certificates.check(body, is_new=kind == "certificate.order")
    # A clinic that is only wished for may be one that a paper names and no list has.
    if "clinic_id" in needed and body.get("clinic_id") not in {name for one in clinics(vault) for name in (one.organization_id, one.id)}:
        raise _unknown("clinic_id")


def _unknown(field: str) -> UsageError:
    return UsageError("act.bad_field", field=field, why="unknown")
