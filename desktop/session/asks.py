"""Acts that became requests, for any page: what waits on this computer and what the portal says of those that left."""

from __future__ import annotations

from collections.abc import Collection

from desktop.record.asks import Ask, of_intents, of_request
from desktop.record.fhir import lens_documents, read
from desktop.store.acting import Acting
from desktop.store.vault import Vault

_LOOKED_THROUGH = 200


def asks(vault: Vault, acting: Acting, person: int, kinds: Collection[str]) -> tuple[Ask, ...]:
    """Return a person's requests of some kinds: those of this computer first, then the portal's, newest first. *Thread*: store."""
    found = of_intents(acting.shown(person=person), kinds)
    for row in vault.replica.rows("Task", person=person, limit=_LOOKED_THROUGH):
        resource = read.parse(row.body or b"{}")
        request = lens_documents.request(resource)
        if request.kind in kinds:
            details = tuple(
                (read.concept(one, "type"), read.text(one, "valueString")) for one in read.each(resource, "input")
            )
            found.append(of_request(request, details=details, asked_at=read.moment(resource.get("authoredOn"))))
    return tuple(found)
