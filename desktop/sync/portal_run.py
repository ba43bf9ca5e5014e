"""One portal's share of a run: people, pull, deletes, rights.

Owns: the order of these, and what follows from how each ended.  Does not own: paging (pull.py), comparing (manifest.py),
the run over all portals and documents (engine.py).  *Source*: architecture.md §4.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from desktop import limits
from desktop.clock import Clock
from desktop.record.bundle import read_page
from desktop.record.door import Unreadable
from desktop.record.versions import is_lower
from desktop.store.blobs import paper_id
from desktop.store.deciding import unsent
from desktop.store.ingest import Summary
from desktop.store.people import StoredPerson
from desktop.store.portals import Portal as StoredPortal
from desktop.store.thread import StoreThread
from desktop.store.vault import Vault
from desktop.sync import capability, manifest, people, plan
from desktop.sync.capability import Capability
from desktop.sync.keeping import Keeper, Load, News
from desktop.sync.plan import SHARED, Ask, Key, Pace, Place, Subject, Tail
from desktop.sync.portal import Answer, Portal, Refused
from desktop.sync.pull import Pull, Told, only
from desktop.sync.report import MassRemoval, Revoked, RunReport
from desktop.sync.wire import Unreached

ALLOWED = "allowed"
_BROKEN = frozenset({"syntax", "utf8", "shape", "not_a_page"})


@dataclass(frozen=True, slots=True)
class _Known:
    """What the vault knew of a portal before the run."""

    places: Mapping[Key, Place]
    tails: Mapping[int, Tail]
    is_rereading: bool


class PortalRun:
    """One portal in one run."""

    def __init__(
        self, *, store: StoreThread, vault: Vault, stored: StoredPortal, portal: Portal, clock: Clock,
        on_news: Callable[[News], None], report: RunReport,
    ) -> None:
        self._store = store
        self._vault = vault
        self._stored = stored
        self._portal = portal
        self._clock = clock
        self._on_news = on_news
        self._report = report
        self._pace = Pace()
        self._listed: people.Granted | None = None

    async def run(self, *, first: int | None) -> None:
        """Bring the replica of this portal up to date as far as the portal answers."""
        family = await self._people()
        if not self._report.ok or not family:
            return
        can = await self._capability(family)
        if can is None:
            return
        subjects = plan.in_order([Subject(one.id, one.patient_id) for one in family], first=first)
        known = await self._store.call(_known, self._vault, self._stored.id, [*subjects, SHARED])
        keeper = Keeper(self._store, self._vault, portal=self._stored.id, on_news=self._on_news, tails=known.tails)
        try:
            told = await self._pull(keeper, can, subjects, known)
            self._judge(told)
            subjects = await self._rights(told, subjects)
            if self._report.ok:
                await self._compare(keeper, can, subjects, known, told)
            await self._store.call(_remember, self._vault, self._stored.id, known.tails, keeper.tails)
        finally:
            await keeper.close()
            self._count(keeper)
        if self._report.ok:
            await self._note_refused(can)

    def _count(self, keeper: Keeper) -> None:
        mine, whole = keeper.tally, self._report.pulled
        for name in ("new", "changed", "removed", "unchanged", "received"):
            setattr(whole, name, getattr(whole, name) + getattr(mine, name))
        self._report.topics |= keeper.topics

    # --- people

    async def _people(self) -> tuple[StoredPerson, ...]:
        family = await self._store.call(self._vault.people.of, self._stored.id)
        if self._stored.auth == "oauth":
            self._listed = await people.granted(self._portal)
            if self._listed.reply is not None:
                self._ended(self._listed.reply)
            is_fixed = await self._store.call(self._vault.settings.get, f"sync.named.{self._stored.id}", False)
            mine = {one.patient_id for one in family if not one.is_sealed}
            mine.update(await self._store.call(self._vault.settings.get, f"people.left.{self._stored.id}", ()))
            for patient in self._listed.patients if self._listed.is_complete and not is_fixed else ():
                if patient not in mine:
                    await self._store.call(self._vault.people.add, self._stored.id, patient)
            if self._report.ok:
                for one in family:
                    if one.patient_id not in self._listed.patients and self._listed.is_complete:
                        await self._end_if_revoked(one)
            family = await self._store.call(self._vault.people.of, self._stored.id)
        # Killed between sealing and purging: what was begun is finished, or undone where the right stands again.
        for one in (one for one in family if one.is_sealed and self._report.ok):
            if await self._end_if_revoked(one) is None:
                await self._store.call(self._vault.people.add, self._stored.id, one.patient_id)
        open_ = tuple(one for one in await self._store.call(self._vault.people.of, self._stored.id) if not one.is_sealed)
        self._report.people += len(open_)
        return open_

    def _ended(self, reply: object) -> None:
        if isinstance(reply, Unreached):
            self._report.unreached = self._report.unreached or reply.reason
        elif isinstance(reply, Refused) and reply.status == 401:
            self._report.needs_sign_in = True
        elif isinstance(reply, Refused):
            self._report.unreached = self._report.unreached or f"status_{reply.status}"
            self._report.retry_after_s = reply.retry_after_s

    async def _rights(self, told: Sequence[Told], subjects: Sequence[Subject]) -> tuple[Subject, ...]:
        """Ask for the standing of each person whom the portal refused something; return those who stay."""
        doubted = {
            one.ask.subject.person for one in told
            if one.end == "refused" and people.is_about_rights(one.codes, one.status)
        }
        if not doubted:
            return tuple(subjects)
        family = await self._store.call(self._vault.people.of, self._stored.id)
        ended = {one.id for one in family if one.id in doubted and await self._end_if_revoked(one)}
        return tuple(one for one in subjects if one.person not in ended)

    async def _end_if_revoked(self, one: StoredPerson) -> bool | None:
        """Seal and purge a person whose right has ended; None where it surely stands, False where that was not learnt."""
        if (known := await people.standing(self._portal, one.patient_id, listed=self._listed)) != "ended":
            return None if known == "granted" else False
        await self._store.call(self._vault.people.seal, one.id)
        self._on_news(News(topics={"people": (str(one.id),)}, person=one.id, received=0))
        gone = await self._store.call(_purge, self._vault, self._stored.id, one.id)
        self._report.revoked.append(Revoked(person=one.id, portal=self._stored.id, unsent=gone))
        self._on_news(News(topics={"people": (str(one.id),), "journal": ()}, person=one.id, received=0))
        return True

    # --- what the portal can

    async def _capability(self, family: Sequence[StoredPerson]) -> Capability | None:
        known = capability.load(self._stored.capabilities)
        if known is not None and not await self._is_manifest_due():
            return known
        hello = await self._portal.read("Patient", family[0].patient_id)
        if not isinstance(hello, Answer) and not (isinstance(hello, Refused) and hello.status in (403, 404, 410)):
            self._ended(hello)
            return None
        found, is_sure = await capability.probe(self._portal, patient=family[0].patient_id, known=known)
        if not is_sure and known is not None:
            return known
        if is_sure:
            await self._store.call(self._vault.portals.set_capabilities, self._stored.id, found.dump())
        return found

    async def _is_manifest_due(self) -> bool:
        """Compare at least daily; a clock that went back must not put it off."""
        at = await self._store.call(self._vault.settings.get, f"sync.manifest.{self._stored.id}")
        return at is None or not 0 <= self._clock.now().timestamp() - at < limits.MANIFEST_EVERY_S

    async def _note_refused(self, can: Capability) -> None:
        topics = capability.topics_refused(self._report.refused)
        if topics != can.refused_topics:
            can = msgspec.structs.replace(can, refused_topics=topics)
            await self._store.call(self._vault.portals.set_capabilities, self._stored.id, can.dump())
        self._report.cannot.update((*can.cannot, *capability.cut_short(self._report.distrusted)))

    # --- pull

    async def _pull(
        self, keeper: Keeper, can: Capability, subjects: Sequence[Subject], known: _Known, *, anew: bool = False
    ) -> list[Told]:
        pull = Pull(
            self._portal, keeper, can=can, pace=self._pace, accepts_older=known.is_rereading or anew,
            most=self._store.commit_rows,
        )
        asks: list[Ask] = []
        looks = () if anew else plan.first_look(subjects[0], known.places)
        if looks:
            looks += plan.first_look(SHARED, known.places)
            await pull.run(looks)
        for subject in (*subjects, SHARED):
            kinds = plan.shared_kinds() if subject is SHARED else plan.person_kinds()
            mine = plan.asks_for(subject, kinds, known.places, can=can, anew=anew or known.is_rereading)
            asks += plan.with_tail(mine, known.tails.get(subject.person))
        await self._store.call(_begin, self._vault, self._stored.id, asks, known.places)
        told = await pull.run(asks)
        again = [
            Ask(one.ask.subject, one.ask.kind, "full", Place(one.ask.place.generation + 1))
            for one in told if one.reason == "ignored_parameter" and one.ask.mode == "delta"
        ]
        if again:
            await self._store.call(_begin, self._vault, self._stored.id, again, known.places)
            repeated = {(ask.subject, ask.kind) for ask in again}
            told = [one for one in told if (one.ask.subject, one.ask.kind) not in repeated] + await pull.run(again)
        return told

    def _judge(self, told: Sequence[Told]) -> None:
        for one in told:
            if one.end == "sign_in":
                self._report.needs_sign_in = True
            elif one.end == "unreached":
                self._report.unreached = self._report.unreached or (f"status_{one.status}" if one.status else one.reason)
                self._report.retry_after_s = one.retry_after_s
            elif one.end == "refused":
                self._report.refused.add(one.ask.kind.type)
            elif one.end == "distrusted":
                self._report.distrusted[one.ask.kind.type] = one.reason
                if one.reason in _BROKEN:
                    self._report.unreached = self._report.unreached or "unreadable"
        # One kind answered with a 5xx may be how a portal refuses it; every kind at once is a portal that is down.
        if told and all(one.end == "refused" and (one.status or 0) >= 500 for one in told):
            self._report.unreached = self._report.unreached or f"status_{told[0].status}"

    # --- deletes, misses, a portal that went back

    async def _compare(
        self, keeper: Keeper, can: Capability, subjects: Sequence[Subject], known: _Known, told: Sequence[Told]
    ) -> None:
        now = self._clock.now().timestamp()
        is_first = not known.tails and not known.places
        is_due = await self._is_manifest_due()
        asked = {one.ask.subject.person for one in told if one.ask.mode == "delta" and one.end == "done"}
        shaken = {
            person for person, tail in known.tails.items()
            if tail.id and person in asked and (person, tail.type, tail.id) not in keeper.met
        }
        full = [one.ask for one in told if one.end == "done" and one.ask.mode == "full"]
        repeated = [ask for ask in full if ask.place.generation > 1]
        if is_first and all(one.end in ("done", "refused") for one in told):
            short = [one for one in (*subjects, SHARED) if not await self._counts_agree(can, one)]
            is_whole = True
            for subject in short:
                is_whole &= (await self._compare_one(keeper, can, subject, is_shaken=False))[1]
            if is_whole and self._report.ok:
                await self._store.call(self._vault.settings.set, f"sync.manifest.{self._stored.id}", now)
            return
        if not (is_due or shaken or repeated):
            return
        is_whole, went_back = True, False
        changed = shaken | {ask.subject.person for ask in repeated}
        # Where one person's list has gone back, everyone's may have: then nobody is left out.
        for subject in sorted((*subjects, SHARED), key=lambda one: one.person not in changed):
            if is_due or went_back or subject.person in changed:
                is_shaken = subject.person in shaken
                has_gone_back, is_listed = await self._compare_one(keeper, can, subject, is_shaken=is_shaken)
                went_back |= has_gone_back
                is_whole &= is_listed
        for ask in repeated:
            await self._store.call(_sweep, self._vault, self._stored.id, ask)
        if went_back and not known.is_rereading and self._report.ok:
            await self._reread(keeper, can, subjects)
        elif known.is_rereading and self._report.ok and all(one.end in ("done", "refused") for one in told):
            await self._store.call(self._vault.settings.set, f"sync.reread.{self._stored.id}", None)
        if is_due and is_whole and self._report.ok:
            await self._store.call(self._vault.settings.set, f"sync.manifest.{self._stored.id}", now)

    async def _counts_agree(self, can: Capability, subject: Subject) -> bool:
        """Say whether as much is here as the portal counts: an empty answer on the way may have been none."""
        kinds = plan.shared_kinds() if subject is SHARED else plan.person_kinds()
        there = await manifest.counts(self._portal, subject, kinds, can=can)
        here = Counter(type_ for type_, _ in await self._store.call(self._vault.replica.manifest_of, self._stored.id, subject.person))
        return there is not None and all(here[type_] == count for type_, count in there.items())

    async def _compare_one(
        self, keeper: Keeper, can: Capability, subject: Subject, *, is_shaken: bool
    ) -> tuple[bool, bool]:
        """Compare one subject. Return whether the portal went back, and whether the whole list came."""
        kinds = plan.shared_kinds() if subject is SHARED else plan.person_kinds()
        there = await manifest.listing(self._portal, subject, kinds, can=can)
        if there.unreached is not None:
            self._ended(there.unreached)
            return False, False
        here = await self._store.call(self._vault.replica.manifest_of, self._stored.id, subject.person)
        found = manifest.difference(here, there)
        if found.missed:
            await self._fetch(keeper, subject, found.missed)
        # What was set aside is no part of the record whose half would go.
        rows = await self._store.call(self._vault.replica.count, [kind.type for kind in kinds], subject.person)
        if found.gone and not await self._remove(keeper, can, subject, found.gone, rows=rows):
            return False, False
        older = any(is_lower(there.versions[name], here[name]) for name in found.missed if name in here)
        differing = sum(name in here for name in found.missed) + len(found.gone)
        return older or (is_shaken and differing >= 2), True

    async def _fetch(self, keeper: Keeper, subject: Subject, missed: Sequence[manifest.Name]) -> None:
        for kind, url in manifest.fetches(self._portal, subject, missed):
            reply = await self._portal.get(url)
            if isinstance(reply, Answer):
                try:
                    page = only(read_page(reply.body), frozenset((kind.type,)))
                except Unreadable:
                    continue
                await keeper.keep([Load(subject, page, accepts_older=True, is_listing=False)])
            elif isinstance(reply, Unreached):
                self._ended(reply)
                return

    async def _remove(
        self, keeper: Keeper, can: Capability, subject: Subject, gone: Sequence[manifest.Name], *, rows: int
    ) -> bool:
        """Remove what the portal no longer has, or ask first; False when the portal did not answer."""
        sure = await manifest.proven(self._portal, subject, gone, can=can)
        if sure is None:
            return False
        name = f"sync.removal.{self._stored.id}.{subject.person}"
        is_massive = subject is not SHARED and manifest.is_massive(len(sure), rows=rows)
        if is_massive and await self._store.call(self._vault.settings.get, name) != ALLOWED:
            await self._store.call(self._vault.settings.set, name, len(sure))
            self._report.removals.append(MassRemoval(person=subject.person, rows=len(sure), of_rows=rows))
            return True
        if sure:
            summary = await self._store.ingest(_drop, self._vault, self._stored.id, subject.person, sure)
            keeper.tell(summary, person=subject.person)
        await self._store.call(self._vault.settings.set, name, None)
        return True

    async def _reread(self, keeper: Keeper, can: Capability, subjects: Sequence[Subject]) -> None:
        """Read a restored portal from the beginning: numbers of versions may repeat with other contents."""
        await self._store.call(self._vault.portals.next_epoch, self._stored.id)
        await self._store.call(self._vault.settings.set, f"sync.reread.{self._stored.id}", True)
        keeper.tails.clear()
        fresh = await self._store.call(_known, self._vault, self._stored.id, [*subjects, SHARED])
        told = await self._pull(keeper, can, subjects, fresh, anew=True)
        self._judge(told)
        if self._report.ok and all(one.end in ("done", "refused") for one in told):
            await self._store.call(self._vault.settings.set, f"sync.reread.{self._stored.id}", None)


# --- on the store thread


def _known(vault: Vault, portal: int, subjects: Sequence[Subject]) -> _Known:
    places: dict[Key, Place] = {}
    tails: dict[int, Tail] = {}
    for subject in subjects:
        for kind in plan.shared_kinds() if subject.person == 0 else plan.person_kinds():
            stored = vault.cursors.get(portal, subject.person, kind.code)
            if stored.generation:
                places[(subject.person, kind.code)] = plan.place(
                    stored.position, generation=stored.generation, is_complete=stored.is_complete
                )
        kept = vault.settings.get(f"sync.tail.{portal}.{subject.person}")
        if kept:
            tails[subject.person] = Tail(*kept)
    return _Known(places, tails, bool(vault.settings.get(f"sync.reread.{portal}")))


def _remember(vault: Vault, portal: int, before: Mapping[int, Tail], after: Mapping[int, Tail]) -> None:
    for person, tail in after.items():
        if before.get(person) != tail:
            vault.settings.set(f"sync.tail.{portal}.{person}", [tail.type, tail.id, tail.version, tail.at])


def _begin(vault: Vault, portal: int, asks: Sequence[Ask], places: Mapping[Key, Place]) -> None:
    """Open a new generation for every full pass that begins anew over rows that are here."""
    for ask in asks:
        before = places.get((ask.subject.person, ask.kind.code), Place()).generation
        if ask.mode == "full" and ask.place.generation > max(before, 1):
            vault.cursors.begin_pass(portal, ask.subject.person, ask.kind.code)


def _sweep(vault: Vault, portal: int, ask: Ask) -> None:
    """Clear the marks of a full pass once the comparison has removed what it did not meet."""
    where = (portal, ask.subject.person, ask.kind.code, ask.place.generation)
    if not vault.replica.unseen(*where):
        vault.replica.sweep(*where)


def _drop(vault: Vault, portal: int, person: int, gone: Sequence[manifest.Name]) -> Summary:
    for type_, id in gone:
        if type_ in ("DocumentReference", "DiagnosticReport"):
            vault.blobs.drop(paper_id(type_, id), person=person)
    return vault.replica.remove(portal, person, gone)


def _purge(vault: Vault, portal: int, person: int) -> tuple[str, ...]:
    going = unsent(vault, person)
    vault.people.purge(person)
    for name in (f"sync.tail.{portal}.{person}", f"sync.removal.{portal}.{person}"):
        vault.settings.set(name, None)
    vault.journal.write("rights.ended", 0, {"person": person, "unsent": list(going)}, by="portal")
    return going
