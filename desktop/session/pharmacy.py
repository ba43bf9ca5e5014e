"""Prescriptions for their page: each with its standing, what was given out, where it was sent, and its own journal.

Owns: the questions and the acts of prescriptions. Whether medicines go together is not known here, nor anywhere in the program.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from desktop.clock import Clock, local_date
from desktop.record import pharmacy
from desktop.record.care import Prescription
from desktop.record.fhir import lens_care, lens_pharmacy, read
from desktop.session.asked import AskedRow, asked
from desktop.session.attention import ENDS_SOON_DAYS
from desktop.session.scope import Scope
from desktop.store.acting import Acting
from desktop.store.vault import Vault

KINDS: Final = frozenset({"prescription.send", "prescription.resend", "prescription.cancel"})
RENEW_DAYS: Final = 7
"""How long before its end a person is reminded to have a prescription written anew: long enough to see a doctor."""
_MOST: Final = 2_000
_REMINDED: Final = "reminders.prescriptions"
Act = Callable[..., Awaitable[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrescriptionRow:
    """One prescription. `ask` is the newest request about it; `pharmacy` is where it was last sent."""

    id: str
    person: int
    medicine: str
    pack: str
    form: str
    number: str
    series: str
    standing: pharmacy.Standing
    is_funded: bool
    written_at: datetime | None
    written_on: date | None
    valid_until: date | None
    days_left: int | None
    fills: int
    fills_done: int
    how: str
    amount: str
    doctor: str
    clinic: str
    qr: str
    reason: str
    asks: tuple[AskedRow, ...]
    is_reminded: bool

    @property
    def ask(self) -> AskedRow | None:
        """Return the newest request about it, if there is one."""
        return self.asks[0] if self.asks else None

    @property
    def ends_soon(self) -> bool:
        """Say whether the term ends within days."""
        return self.standing == "active" and self.days_left is not None and self.days_left <= ENDS_SOON_DAYS

    @property
    def was_sent(self) -> bool:
        """Say whether a pharmacy has it, or will have once the act leaves."""
        last = next((one for one in self.asks if one.kind != "prescription.cancel"), None)
        return last is not None and last.state != "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class PharmacyView:
    """Everything of the page: prescriptions, newest first; pharmacies known from what was given out; allergies as the record has them."""

    rows: tuple[PrescriptionRow, ...]
    pharmacies: tuple[str, ...]
    allergies: tuple[str, ...]
    is_whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailRow:
    """One line of a prescription's journal: written, given out, sent, saved. `by` is a doctor, a pharmacy, or nobody's name."""

    event: Literal["written", "given", "asked", "saved", "printed"]
    at: datetime | None
    on: date | None
    by: str
    kind: str = ""
    state: str = ""


class PharmacyDesk:
    """Prescriptions of the open person."""

    def __init__(self, scope: Scope, acting: Acting, clock: Clock, *, act: Act) -> None:
        self._scope = scope
        self._acting = acting
        self._clock = clock
        self._act = act

    async def view(self, *, first: int | None = None) -> PharmacyView:
        """Return the page, or only its `first` rows so that something is seen at once."""
        return await self._scope.ask(self._view, self._scope.person, first)

    async def trail(self, id: str) -> tuple[TrailRow, ...]:
        """Return the journal of one prescription, newest first."""
        return await self._scope.ask(self._trail, self._scope.person, id)

    async def send(self, id: str, pharmacy: str, *, passphrase: str = "") -> str:
        """Send a prescription to a pharmacy, again if it was sent before; return the act's id. *Raises* as bookings.acts does."""
        view = await self.view()
        sent = next((one.was_sent for one in view.rows if one.id == id), False)
        kind = "prescription.resend" if sent else "prescription.send"
        body = {"subject": f"MedicationRequest/{id}", "pharmacy": pharmacy}
        return await self._act(kind, self._scope.person, body, passphrase=passphrase)

    async def cancel(self, id: str, comment: str = "") -> str:
        """Ask for a prescription to be cancelled; return the act's id."""
        body = {"subject": f"MedicationRequest/{id}", **({"comment": comment} if comment else {})}
        return await self._act("prescription.cancel", self._scope.person, body)

    async def remind(self, id: str, *, is_on: bool) -> None:
        """Remind of a prescription before its term ends, or no more."""
        await self._scope.tell(self._remind, self._scope.person, id, is_on)

    async def note(self, id: str, event: Literal["saved", "printed"]) -> None:
        """Write down that a prescription left the vault as a file or on paper."""
        facts = {"subject": id}
        await self._scope.tell(self._scope.vault.journal.write, f"prescription.{event}", self._scope.person, facts)

    # --- on the store thread

    def _view(self, person: int, first: int | None) -> PharmacyView:
        vault, today = self._scope.vault, local_date(self._clock)
        written = vault.replica.read(_facts, "MedicationRequest", person=person, limit=first or _MOST)
        # Nothing is given out before it is written: the first rows need no older dispenses.
        fills = _fills(vault, person, since=written[-1][0].day if first and written else None)
        requests = asked(vault, self._acting, person, KINDS)
        marked = reminded(vault, person)
        rows = []
        given = Counter(one.prescription for one in fills)
        for _, facts in written:
            asks = tuple(ask for ask in requests if _is_about(ask, facts[0].id))
            rows.append(_row(facts, person=person, given=given, asks=asks, reminded=marked, today=today))
        known = dict.fromkeys(one.pharmacy for one in fills if one.pharmacy)
        known.update(dict.fromkeys(one.field("pharmacy") for one in requests if one.field("pharmacy")))
        return PharmacyView(rows=tuple(rows), pharmacies=tuple(known), allergies=_allergies(vault, person),
                            is_whole=first is None or len(rows) < first)  # fmt: skip

    def _trail(self, person: int, id: str) -> tuple[TrailRow, ...]:
        vault = self._scope.vault
        body = vault.replica.get("MedicationRequest", id)
        if body is None:
            return ()
        one = lens_care.prescription(read.parse(body))
        written = read.moment(read.parse(body).get("authoredOn"))
        found = [TrailRow(event="written", at=written, on=one.written_on, by=one.doctor)]
        for given in pharmacy.fills_of(id, _fills(vault, person)):
            found.append(TrailRow(event="given", at=None, on=given.on, by=given.pharmacy))
        for ask in asked(vault, self._acting, person, KINDS):
            if _is_about(ask, id):
                by = ask.field("pharmacy")
                found.append(TrailRow(event="asked", at=None, on=ask.asked_on, by=by, kind=ask.kind, state=ask.state))
        for line in vault.journal.page(None, _MOST, person=person):
            if line.event in ("prescription.saved", "prescription.printed") and line.facts.get("subject") == id:
                event: Literal["saved", "printed"] = "saved" if line.event.endswith("saved") else "printed"
                found.append(TrailRow(event=event, at=line.at, on=line.at.astimezone().date(), by=""))
        return tuple(sorted(found, key=lambda row: row.on or date.min, reverse=True))

    def _remind(self, person: int, id: str, is_on: bool) -> None:
        settings = self._scope.vault.settings
        kept = [one for one in settings.get(f"{_REMINDED}.{person}", []) if one != id]
        settings.set(f"{_REMINDED}.{person}", [*kept, id] if is_on else kept)


def reminded(vault: Vault, person: int) -> frozenset[str]:
    """Return the prescriptions of which a person is to be reminded. *Thread*: store."""
    return frozenset(vault.settings.get(f"{_REMINDED}.{person}", []))


def _is_about(ask: AskedRow, id: str) -> bool:
    """Say whether a request is about a prescription; the command line writes «Type:id» too."""
    return ask.subject.replace(":", "/", 1).rsplit("/", 1)[-1] == id


def _fills(vault: Vault, person: int, *, since: date | None = None) -> tuple[pharmacy.Fill, ...]:
    found = vault.replica.values(lens_pharmacy.fill, "MedicationDispense", person=person, since=since, limit=_MOST)
    return tuple(one for one in found if one is not None)


def _allergies(vault: Vault, person: int) -> tuple[str, ...]:
    found = vault.replica.values(lens_care.health_fact, "AllergyIntolerance", person=person, limit=50)
    return tuple(one.title for one in found if one is not None and one.status in ("active", ""))


_Facts = tuple[Prescription, pharmacy.Paper, datetime | None]


def _facts(body: read.Json) -> _Facts:
    return lens_care.prescription(body), lens_pharmacy.paper(body), read.moment(body.get("authoredOn"))


def _row(
    facts: _Facts, *, person: int, given: Mapping[str, int], asks: tuple[AskedRow, ...], reminded: frozenset[str], today: date
) -> PrescriptionRow:
    one, paper, written_at = facts
    return PrescriptionRow(
        id=one.id,
        person=person,
        medicine=one.medicine,
        pack=paper.pack,
        form=paper.form,
        number=one.number,
        series=one.series,
        standing=pharmacy.standing(one, today=today),
        is_funded=one.is_funded,
        written_at=written_at,
        written_on=one.written_on,
        valid_until=one.valid_until,
        days_left=pharmacy.days_left(one, today=today),
        fills=paper.fills,
        fills_done=given.get(one.id, 0),
        how=one.how,
        amount=paper.amount,
        doctor=one.doctor,
        clinic=one.clinic,
        qr=one.qr,
        reason=paper.reason,
        asks=asks,
        is_reminded=one.id in reminded,
    )
