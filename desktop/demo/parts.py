"""What the layers of the box know of the portal that holds them together (portal.py)."""

from __future__ import annotations

from typing import Any, Protocol

from desktop.clock import Clock
from desktop.demo.access import Access
from desktop.demo.faults import Faults
from desktop.demo.interact import Interactions
from desktop.demo.relatives import Relatives
from desktop.demo.shelf import Shelf
from desktop.demo.watch import Watch


class Portal(Protocol):
    """The parts of one portal."""

    clock: Clock
    shelf: Shelf
    access: Access
    fhir: Interactions
    relatives: Relatives
    watch: Watch

    @property
    def faults(self) -> Faults: ...

    @property
    def base(self) -> str: ...

    @property
    def issuer(self) -> str: ...

    def resource(self, type: str, id: str) -> dict[str, Any] | None: ...

    def deliver_late(self, *, all_of_them: bool = False) -> int: ...
