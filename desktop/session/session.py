"""The façade: everything that exists while a vault is open hangs on one Session; locking is dropping it.

Owns: opening and closing, the open person, the desks. Does not own: any question (one desk a subject) nor any widget.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import secrets
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from desktop import limits
from desktop.clock import Clock, SystemClock
from desktop.errors import KnownError
from desktop.profile import HOME, Profile
from desktop.session import people as family
from desktop.session.asked import AskedDesk
from desktop.session.bookings import BookingsDesk
from desktop.session.checkups import CheckupsDesk
from desktop.session.clinics import ClinicsDesk
from desktop.session.cover import CoverDesk
from desktop.session.desks import JournalDesk, QuarantineDesk, SearchDesk
from desktop.session.documents import DocumentsDesk
from desktop.session.drafts import DraftsDesk
from desktop.session.events import Events
from desktop.session.exchange import ExchangeDesk
from desktop.session.export import ExportDesk
from desktop.session.health import HealthDesk
from desktop.session.home import HomeDesk
from desktop.session.notices import NoticesDesk
from desktop.session.openings import OpeningsDesk
from desktop.session.pharmacy import PharmacyDesk
from desktop.session.places import PlacesDesk
from desktop.session.policies import FamilyDesk
from desktop.session.referrals import ReferralsDesk
from desktop.session.reminders import RemindersDesk
from desktop.session.results import ResultsDesk
from desktop.session.rows import PersonRow
from desktop.session.scope import Scope
from desktop.session.services import ServicesDesk
from desktop.session.streets import StreetsDesk
from desktop.session.subjects import SubjectsDesk
from desktop.session.vaccinations import VaccinationsDesk
from desktop.session.visits import VisitsDesk
from desktop.session.watches import WatchesDesk
from desktop.store import vault as vaults
from desktop.store.acting import Acting
from desktop.store.check import CheckReport
from desktop.store.keychain import Keychain
from desktop.store.keys import Kdf
from desktop.store.thread import StoreThread
from desktop.store.vault import Progress, Vault

if TYPE_CHECKING:
    from desktop.store.portals import Portal as StoredPortal
    from desktop.sync.portal import Portal
    from desktop.sync.report import Pushed
    from desktop.sync.roads import Transport

CHEAP_KDF = Kdf(memory_kib=8 * 1024, passes=1, lanes=1)
"""For the example family only: its passphrase is shown on the screen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a portal said of itself before anything is kept."""

    base_url: str
    title: str
    auth: Literal["oauth", "none", "token"]


class Session:
    """One open vault. *Thread*: made and used on one loop; work on the vault goes to the store thread."""

    def __init__(
        self,
        vault: Vault,
        *,
        clock: Clock,
        profile: Profile,
        transport: Transport | None = None,
        rng: random.Random | None = None,
    ) -> None:
        """Take an open vault into use. Call `ready` before asking anything."""
        from desktop.sync.engine import Engine

        self.clock, self.profile, self.vault = clock, profile, vault
        self.store = StoreThread()
        self.store.start(vault)
        self.events = Events()
        self.scope = Scope(self.store, vault)
        self.people: tuple[PersonRow, ...] = ()
        self.keychain: Keychain | None = None
        self._is_closed = False
        self._rng = rng or random.Random(secrets.randbits(64))
        self._acting = Acting(vault, new_id=self._new_id)
        self._engine = Engine(
            store=self.store, vault=vault, clock=clock, rng=self._rng, transport=transport,
            on_news=lambda news: self.exchange.news(news), push=self._push,
        )  # fmt: skip
        is_demo = profile.name == "demo"
        self.exchange = ExchangeDesk(self.scope, self._engine, self._acting, self.events, clock, self._rng, is_demo=is_demo)
        self.exchange.on_people = self.ready
        self.home = HomeDesk(self.scope, self._acting, clock, people=lambda: self.people)
        self.results = ResultsDesk(self.scope, self._acting)
        self.documents = DocumentsDesk(self.scope, profile)
        self.bookings = BookingsDesk(self.scope, self._acting, clock, profile=profile, on_act=self._acted, wishes=lambda: self.watches)
        self.openings = OpeningsDesk(self.scope, clock)
        self.watches = WatchesDesk(self.scope, self.bookings, self.events, clock, new_id=self._new_id)
        self.reminders = RemindersDesk(self.scope, self.bookings, clock)
        self.exchange.on_run = self.watches.evaluate
        self.subjects = SubjectsDesk(self.scope, clock)
        self.services = ServicesDesk(self.scope)
        self.notices = NoticesDesk(self.scope, self._acting, clock, people=lambda: self.people)
        self.clinics = ClinicsDesk(self.scope, self._acting, clock, people=lambda: self.people)
        self.vaccinations = VaccinationsDesk(self.scope, self._acting, clock, act=self.bookings.act)
        self.checkups = CheckupsDesk(self.scope, self._acting, clock, act=self.bookings.act)
        self.pharmacy = PharmacyDesk(self.scope, self._acting, clock, act=self.bookings.act)
        self.asked = AskedDesk(self.scope, self._acting)
        self.cover = CoverDesk(self.scope, self._acting, clock)
        self.referrals = ReferralsDesk(self.scope, self._acting, clock)
        self.visits = VisitsDesk(self.scope, self._acting, clock)
        self.events.on("visits", self.visits.noticed)
        for topic in ("clinics", "services", "bookings", "visits", "policies", "people"):
            self.events.on(topic, self.clinics.forget)
        self.family = FamilyDesk(self.scope, self._acting, clock, on_people=self.ready)
        self.drafts = DraftsDesk(self.scope, self.events, clock)
        self.health = HealthDesk(self.scope, clock, needs_sign_in=lambda: self.exchange.needs_sign_in)
        self.streets = StreetsDesk(self.scope, clock, transport=transport)
        self.places = PlacesDesk(self.scope, people=lambda: self.people)
        self.search = SearchDesk(self.scope)
        self.journal = JournalDesk(self.scope)
        self.quarantine = QuarantineDesk(self.scope, self.events)
        self.export = ExportDesk(self.scope, self._acting, clock, profile)

    def _new_id(self) -> str:
        return str(uuid.UUID(int=self._rng.getrandbits(128), version=4))

    # --- opening

    @classmethod
    async def open(
        cls,
        folder: Path,
        *,
        passphrase: str,
        clock: Clock | None = None,
        profile: Profile = HOME,
        transport: Transport | None = None,
        rng: random.Random | None = None,
        is_live: bool = True,
    ) -> Self:
        """Unlock a vault; the passphrase is stretched beside the loop. *Raises* WrongPassphrase, VaultDamaged, VaultBusy."""
        used = clock or SystemClock()
        vault = await asyncio.to_thread(vaults.unlock, folder, passphrase=passphrase, clock=used)
        return await cls._begin(
            vault, clock=used, profile=profile, transport=transport, rng=rng, is_live=is_live, event="vault.opened"
        )

    @classmethod
    async def open_by_computer(
        cls, folder: Path, *, keychain: Keychain | None = None, clock: Clock | None = None, profile: Profile = HOME, is_live: bool = True
    ) -> Self:
        """Unlock by the key that the system keeps. *Raises* UsageError keychain.refused, VaultDamaged, VaultBusy."""
        used = clock or SystemClock()
        place = keychain if keychain is not None else await asyncio.to_thread(Keychain.of_system)
        vault = await asyncio.to_thread(vaults.unlock_by_computer, folder, keychain=place, clock=used)
        session = await cls._begin(
            vault, clock=used, profile=profile, transport=None, rng=None, is_live=is_live, event="vault.opened_by_computer"
        )
        session.keychain = place
        return session

    @classmethod
    async def create(
        cls,
        folder: Path,
        *,
        passphrase: str,
        clock: Clock | None = None,
        profile: Profile = HOME,
        transport: Transport | None = None,
        rng: random.Random | None = None,
        is_live: bool = True,
    ) -> tuple[Self, str]:
        """Make a new vault on purpose; also return its recovery code. *Raises* UsageError where one stands already."""
        used = clock or SystemClock()
        kdf = CHEAP_KDF if profile.cheap_kdf else None
        vault, code = await asyncio.to_thread(vaults.create, folder, passphrase=passphrase, clock=used, kdf=kdf)
        return await cls._begin(
            vault, clock=used, profile=profile, transport=transport, rng=rng, is_live=is_live, event="vault.created"
        ), code

    @classmethod
    async def recover(
        cls,
        folder: Path,
        *,
        recovery_code: str,
        new_passphrase: str,
        clock: Clock | None = None,
        profile: Profile = HOME,
        transport: Transport | None = None,
        is_live: bool = True,
    ) -> tuple[Self, str]:
        """Open by the recovery code and set a new passphrase. The code stays good; it is returned to be shown no more."""
        used = clock or SystemClock()
        vault = await asyncio.to_thread(
            vaults.recover, folder, recovery_code=recovery_code, new_passphrase=new_passphrase, clock=used
        )
        return await cls._begin(
            vault, clock=used, profile=profile, transport=transport, rng=None, is_live=is_live, event="vault.recovered"
        ), ""

    @classmethod
    async def restore(
        cls,
        backup: Path,
        folder: Path,
        *,
        passphrase: str,
        clock: Clock | None = None,
        profile: Profile = HOME,
        is_live: bool = True,
    ) -> Self:
        """Bring a record over from a backup into an empty folder, and open it."""
        used = clock or SystemClock()
        await asyncio.to_thread(vaults.restore, backup, folder, passphrase=passphrase, clock=used)
        return await cls.open(folder, passphrase=passphrase, clock=used, profile=profile, is_live=is_live)

    @classmethod
    async def ephemeral(
        cls, *, clock: Clock | None = None, profile: Profile, transport: Transport | None = None
    ) -> Self:
        """Open a vault in memory that is gone with the process."""
        used = clock or SystemClock()
        return await cls._begin(
            vaults.ephemeral(used),
            clock=used,
            profile=profile,
            transport=transport,
            rng=None,
            is_live=False,
            event="vault.created",
        )

    @classmethod
    async def _begin(cls, vault: Vault, *, event: str, is_live: bool, **options: Any) -> Self:
        session = cls(vault, **options)
        await session.journal.write(event, by="computer")
        await session.drafts.ready()
        await session.ready()
        if is_live:
            session.exchange.start()
        return session

    @staticmethod
    async def glance(address: str, *, transport: Transport | None = None) -> Seen:
        """Ask a portal who it is and how one signs in, keeping nothing. *Raises* UsageError, PortalError."""
        from desktop.sync.glance import glance

        base_url, title, auth = await glance(address, transport=transport)
        return Seen(base_url=base_url, title=title, auth=auth)

    # --- people
    @property
    def current(self) -> PersonRow | None:
        """Return the person whose record is open."""
        return next((one for one in self.people if one.id == self.scope.person), None)

    async def ready(self) -> None:
        """Read the family again; keep the open person if they are still here, else open the first."""
        self.people = await self.store.call(family.rows, self.vault, today=self.clock.now().astimezone().date())
        await self.places.read()
        if self.current is None:
            kept = await self.store.call(self.vault.settings.get, "open.person", 0)
            first = next((one.id for one in self.people if one.id == kept), self.people[0].id if self.people else 0)
            if first != self.scope.person:
                self.scope.switch(first)
                self.events.changed("scope")
        self.events.changed("people")

    def switch(self, person: int) -> None:
        """Open another person's record, in one turn of the loop. *Raises* KeyError for somebody who is not in the family."""
        if all(one.id != person for one in self.people):
            raise KeyError(person)
        self.scope.switch(person)
        self.events.changed("scope")
        kept = self.store.call(self.vault.settings.set, "open.person", person, is_lasting=False)
        self._kept = asyncio.get_running_loop().create_task(kept)

    def person(self, named: str) -> PersonRow | None:
        """Find a person by the vault's number, the portal's id, or a given name."""
        names = ((one, (str(one.id), one.patient_id, one.given.casefold())) for one in self.people)
        return next((one for one, known in names if named in known or named.casefold() == known[-1]), None)

    # --- the vault
    async def change_passphrase(self, old: str, new: str) -> None:
        """Wrap the vault's key under another passphrase. *Raises* WrongPassphrase, UsageError."""
        await asyncio.to_thread(self.vault.change_passphrase, old, new)
        await self.journal.write("vault.passphrase_changed")

    async def prove(self, passphrase: str) -> None:
        """Ask for the passphrase once more before something of the record goes to others. *Raises* WrongPassphrase."""
        await asyncio.to_thread(self.vault.prove, passphrase)

    async def new_recovery_code(self, passphrase: str) -> str:
        """Replace the recovery code and return the new one."""
        code = await asyncio.to_thread(self.vault.new_recovery_code, passphrase)
        await self.journal.write("vault.recovery_changed")
        return code

    @property
    def is_key_kept(self) -> bool:
        """Whether this computer opens the record without the passphrase."""
        return self.vault.is_key_kept

    async def keep_key(self, passphrase: str) -> None:
        """Let this computer open the record by itself. *Raises* WrongPassphrase, UsageError keychain.*."""
        await asyncio.to_thread(self.vault.keep_key, passphrase, await self._place())
        await self.journal.write("vault.key_kept")

    async def forget_key(self) -> None:
        """Ask for the passphrase from now on."""
        await asyncio.to_thread(self.vault.forget_key, await self._place())
        await self.journal.write("vault.key_forgotten")

    async def _place(self) -> Keychain:
        if self.keychain is None:
            self.keychain = await asyncio.to_thread(Keychain.of_system)
        return self.keychain

    async def backup(self, file: Path, progress: Progress | None = None) -> None:
        """Write the vault into one encrypted file."""
        await self.store.call(self.vault.backup, file, progress)
        await self.journal.write("vault.backed_up")

    async def check(self, progress: Progress | None = None) -> CheckReport:
        """Verify every page, index, body and digest."""
        return await self.store.call(self.vault.check, progress)

    async def lock(self) -> None:
        """Drop everything: no question is answered after it. Replacing the process is the app's job."""
        if self._is_closed:
            return
        self._is_closed = True
        self.scope.switch(0)
        await self.drafts.settle()
        await self.exchange.stop()
        await self._engine.close()
        await self.streets.close()
        await self.visits.settle()
        await self.places.write()
        await asyncio.to_thread(self.store.stop)
        self.vault.close()

    async def erase(self, passphrase: str) -> None:
        """Sign out where the portal can be reached, close, and remove the vault for good. What has not been sent goes with it.

        *Raises* WrongPassphrase, with everything as it was.
        """
        folder = self.vault.folder
        await self.prove(passphrase)
        assert folder is not None
        with contextlib.suppress(KnownError, TimeoutError):
            async with asyncio.timeout(limits.LOCK_WAIT_S):
                await self.exchange.revoke()
        if self.is_key_kept:
            await self.forget_key()
        await self.lock()
        await asyncio.to_thread(vaults.erase, folder)

    # --- the person's acts on their way

    def _acted(self) -> None:
        for topic in ("bookings", "home", "exchange", "journal"):
            self.events.changed(topic, (), "person")
        self.exchange.wake()

    async def _push(self, portal: Portal, stored: StoredPortal, *, is_asked: bool) -> Pushed:
        from desktop.sync.push import push
        from desktop.sync.report import Pushed
        from desktop.sync.shelf import VaultShelf

        shelf = VaultShelf(self.store, self.vault, self._acting, portal=stored.id, clock=self.clock)
        tally = await push(portal, shelf, clock=self.clock, rng=self._rng, is_asked=is_asked)
        if tally.applied or tally.clashes or tally.rejected:
            for topic in ("bookings", "home"):
                self.events.changed(topic, (), "portal")
        return Pushed(applied=tally.applied, clashes=tally.clashes, rejected=tally.rejected, waiting=tally.waiting)
