"""The portal in the box put together: shelf, rules, access, faults and HTTP as one ASGI application."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.routing import Route

from desktop.clock import Clock, SystemClock
from desktop.demo import edge, streets, terms
from desktop.demo.access import Access
from desktop.demo.clinic import Clinic
from desktop.demo.faults import Faults
from desktop.demo.interact import Interactions
from desktop.demo.letters import Letters
from desktop.demo.office import Office
from desktop.demo.oidc import Provider
from desktop.demo.records import RecordsRoom
from desktop.demo.relatives import Relatives
from desktop.demo.rules import Rules
from desktop.demo.shelf import Shelf
from desktop.demo.signin import SignInPages
from desktop.demo.upset import Upset
from desktop.demo.watch import Watch

if TYPE_CHECKING:
    from desktop.demo.world import Account, World


class DemoPortal:
    """One portal: store, rules, faults and sign-in."""

    def __init__(
        self,
        world: World | None = None,
        *,
        clock: Clock | None = None,
        open_access: bool = False,
        db: Path | None = None,
        base: str = "http://portal.test/fhir",
        seed: int = 1,
    ) -> None:
        self._faults = Faults(seed=seed)
        self.clock: Clock = _Skewed(clock or SystemClock(), self)
        self.shelf = Shelf(self.clock, db, seed=seed)
        if world and self.shelf.is_new:
            self.shelf.load(world.resources, world.binaries)
        self.rules = Rules(self.shelf, self.clock)
        self.access = Access(world.accounts if world else (), self.clock, open_access=open_access)
        self.fhir = Interactions(self.shelf, self.rules, self.faults)
        self.clinic = Clinic(self.shelf, self.rules, self.clock)
        self.office = Office(self.shelf, self.clinic, self.clock, level_of=self.access.level_of)
        self.rules.office = self.office.check
        asked = [person for account in (world.accounts if world else ()) for person in account.asked]
        self.relatives = Relatives(self.clock, asked=asked, seed=seed)
        self.rules.relatives = self.relatives.check
        self.records = RecordsRoom(self.shelf, self.clinic, self.clock)
        self.letters = Letters(self.shelf, self.clinic, self.access)
        self.watch = Watch(self.access)
        self.oidc = Provider(self.access, self.clock)
        self.sign_in_pages = SignInPages(self, self.oidc)
        self.base = base
        self._starlette = Starlette(
            routes=[
                Route("/fhir", edge.fhir, methods=_METHODS),
                Route("/fhir/{path:path}", edge.fhir, methods=_METHODS),
                *self.sign_in_pages.routes,
                *streets.routes(),
            ]
        )
        self._starlette.state.portal = self
        self.app = Upset(self, self._starlette)

    @property
    def faults(self) -> Faults:
        """Return the plan of what goes wrong; may be changed or replaced at any time."""
        return self._faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        self._faults = self.fhir.faults = faults

    @property
    def violations(self) -> list[str]:
        """Return what the client did wrong so far."""
        return self.watch.violations

    @property
    def requests(self) -> Counter[tuple[str, str]]:
        """Return how many requests came, by (method, type); a POST to the base counts as "Bundle"."""
        return self.watch.requests

    @property
    def base(self) -> str:
        """Return the address of the FHIR base, as clients reach it."""
        return self._base

    @base.setter
    def base(self, base: str) -> None:
        self._base = base.rstrip("/")
        self.fhir.base = self.oidc.fhir_base = self._base
        self.oidc.issuer = self.issuer

    @property
    def streets(self) -> str:
        """Return the template of the addresses of a street map's squares."""
        return self._base.removesuffix("/fhir") + "/streets/{z}/{x}/{y}.png"

    @property
    def issuer(self) -> str:
        """Return the address of the sign-in side."""
        return self._base.removesuffix("/fhir") + "/oidc"

    def close(self) -> None:
        """Close the portal's file."""
        self.shelf.close()

    # --- for tests
    def token_for(self, person_ids: Sequence[str]) -> str:
        """Return a bearer that may act for these people."""
        return self.access.token_for(person_ids)

    def revoke(self, account: Account | str, person: str) -> None:
        """End an account's right to a person's record."""
        self.access.revoke(account, person)

    def grant(self, account: Account | str, person: str) -> None:
        """Give an account the right to a person's record."""
        self.access.grant(account, person)

    def snapshot(self, patient_id: str) -> dict[tuple[str, str], str]:
        """Return (type, id) → versionId of all that this person may read, shared types too."""
        shared = ",".join(f"'{kind}'" for kind in sorted(terms.SHARED))
        rows = self.shelf.rows(
            f"SELECT type, id, version FROM item WHERE live AND (type IN ({shared}) OR"
            " seq IN (SELECT seq FROM owner WHERE person=?))",
            (patient_id,),
        )
        return {(kind, name): version for kind, name, version in rows}

    def resource(self, type: str, id: str) -> dict[str, Any] | None:
        """Return the current version, or None."""
        item = self.shelf.current(type, id)
        return item.resource if item and item.live else None

    def history(self, type: str, id: str) -> list[dict[str, Any]]:
        """Return every version that had a body, newest first."""
        return [item.resource for item in self.shelf.history(type, id) if item.body]

    def put(self, resource: dict[str, Any]) -> dict[str, Any]:
        """Store a new version as the server itself; the id is made when there is none. Returns what was stored."""
        return self.shelf.write({"id": self.shelf.fresh_id(), **resource}, "PUT").resource

    def delete(self, type: str, id: str) -> None:
        """Delete as the server itself."""
        self.shelf.erase(type, id)

    def deliver_late(self, *, all_of_them: bool = False) -> int:
        """Let late requests and late duplicates arrive whose time has come; return how many did.

        The clinics answer then too, if they are at work (`clinic.works_after_s`).
        """
        self.clinic.work()
        self.office.work()
        self.records.work()
        self.letters.work()
        now = self.clock.monotonic()
        due = [late for late in self.faults.late if all_of_them or late[0] <= now]
        self.faults.late = [late for late in self.faults.late if late not in due]
        for _, call, token in sorted(due, key=lambda late: late[0]):
            who = self.access.who(token)
            if who is not None:
                edge.dispatch(self, replace(call, who=who))
        return len(due)

    def purge_deleted(self) -> int:
        """Forget tombstones: what was deleted is 404 from now on, not 410. Returns how many."""
        return self.shelf.purge_deleted()

    def backup(self) -> bytes:
        """Return a backup of the whole portal."""
        return self.shelf.backup()

    def restore(self, data: bytes) -> None:
        """Restore the portal from a backup: versions go back."""
        self.shelf.restore(data)


class _Skewed:
    """The portal's own clock: the true one, set wrong by the plan's skew."""

    def __init__(self, clock: Clock, portal: DemoPortal) -> None:
        self._clock = clock
        self._portal = portal

    def now(self) -> datetime:
        return self._clock.now() + timedelta(seconds=self._portal.faults.skew_s)

    def monotonic(self) -> float:
        return self._clock.monotonic()


_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
