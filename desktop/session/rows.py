"""What crosses from the session to a page: frozen rows, each with the person it belongs to.

Rows hold facts (dates, numbers, codes, names as the portal wrote them), never sentences: views word them.
This module owns the shapes; desks fill them. It knows neither FHIR JSON nor SQL nor Qt.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

PersonId = int  # the vault's own small number; 0 is nobody (shared resources)

Certainty = Literal["confirmed", "pending", "clash", "past", "cancelled"]
"""Line = certainty (DESIGN.md §1): what the clinic said, what exists only here, what waits for a decision, what is over."""

Held = Literal["in", "below", "above", "abnormal", "unknown"]
"""How a value stands to the range of its day, or what the laboratory called it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """One policy card of the stack. `hue` is 1..6; `standing` is the portal's word on the policy."""

    id: PersonId
    patient_id: str
    given: str
    family: str
    middle: str
    initials: str
    birth_date: date | None
    age: int | None
    relation: Literal["self", "child", "parent", "spouse", "other"]
    hue: int
    policy_tail: str
    policy_number: str
    standing: Literal["verified", "checking", "unverified"]
    insurer: str
    is_sealed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CallStep:
    """One step of a house call: accepted, assigned, travelling, examination."""

    code: str
    text: str
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingRow:
    """A ticket. `starts_at` is aware local time; `certainty` decides how it is drawn."""

    id: str
    person: PersonId
    certainty: Certainty
    kind: Literal["visit", "house_call", "waiting"]
    status: str
    specialty: str
    doctor: str
    clinic: str
    address: str
    room: str
    starts_at: datetime | None
    ends_at: datetime | None
    advice: str
    reason: str = ""
    intent: str | None = None
    clash: str | None = None
    pending: str = ""
    """The kind of the act that is laid over the portal's copy: "book", "reschedule", "cancel" …"""
    was_at: datetime | None = None
    """When the portal still has it, where an act would move it."""
    doctor_id: str = ""
    clinic_id: str = ""
    slot: str = ""
    cancelled_by: str = ""
    """The portal's code of who cancelled: "pat" the patient, "prov" the clinic."""
    steps: tuple[CallStep, ...] = ()
    is_proposed: bool = False
    """The clinic proposes this time, and no act of the person's answers it yet."""


AttentionKind = Literal[
    "clash", "watch_found", "new_report", "prescription_ends", "policy_ends", "vaccine_missed", "vaccine_soon", "visit_soon",
    "document_ready", "visit_unknown", "quarantine", "draft",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionRow:
    """One thing that needs the person; `kind` chooses icon and words, `facts` fill them."""

    id: str
    person: PersonId
    kind: AttentionKind
    facts: tuple[tuple[str, str], ...]
    section: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeView:
    """Everything of the home page in one answer."""

    person: PersonId
    today: date
    next_visit: BookingRow | None
    attention: tuple[AttentionRow, ...]
    family: tuple[tuple[PersonRow, AttentionRow | None], ...]
    district: str
    district_doctor: str
    prescriptions_active: int
    prescriptions_funded: int
    checkup_done: int
    checkup_total: int
    checkup_year: int | None
    has_come: bool = True
    """False until the first screen of a first sync is here: an empty home then means "not yet", not "nothing"."""
    ahead: tuple[BookingRow, ...] = ()
    """The nearest visit, or today's house call, of each of the family who has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRow:
    """One line of the results list. `out_of_range`/`measured` count the report's observations."""

    id: str
    person: PersonId
    title: str
    category: Literal["blood", "urine", "imaging", "ecg", "other"]
    status: Literal["final", "partial", "pending", "cancelled", "unknown"]
    taken_at: datetime | None
    issued_at: datetime | None
    expected_on: date | None
    measured: int
    below: int
    above: int
    has_conclusion: bool
    within: int = 0
    """How many have a range and stand in it; the rest of `measured` has no range."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPoint:
    """One earlier value of the same analyte, in the unit of the row that asked; `standing` is to the range of its own day."""

    at: datetime
    value: float
    text: str
    report: str
    standing: Held


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureRow:
    """One analyte of a report. `value_text` and `range_text` are the portal's digits, decimal comma and all left to the view.

    `standing` is "unknown" when the portal sent no interpretation and no range, or only ranges for another age or sex
    (`has_other_range`): nothing is guessed.
    """

    id: str
    code: str
    title: str
    value: float | None
    value_text: str
    unit: str
    low: float | None
    high: float | None
    range_text: str
    standing: Held
    previous: TrendPoint | None
    note: str
    is_safe_to_show: bool = True
    unit_code: str = ""
    note_by: str = ""
    note_on: date | None = None
    has_other_range: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """An open report."""

    row: ReportRow
    clinic: str
    requested_by: str
    conclusion: str
    conclusion_by: str
    conclusion_on: date | None
    measures: tuple[MeasureRow, ...]
    document: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    """One document. `place` says where its bytes are; `signature` is what the portal states, never our own claim."""

    id: str
    person: PersonId
    title: str
    category: Literal["discharge", "certificate", "conclusion", "sick_leave", "statement", "other"]
    type_code: str
    created_on: date | None
    clinic: str
    author: str
    status: str
    content_type: str
    size_bytes: int | None
    place: Literal["absent", "waiting", "loading", "here", "failed"]
    failure: str
    signature: Literal["stated_valid", "none", "unknown"]
    starts_on: date | None = None
    ends_on: date | None = None
    stage: str = ""
    """The portal's word on what it is about: «Закрыт» of a sick leave."""
    is_own: bool = False
    """A person put it in; no clinic answers for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRow:
    """A request that the clinic works on (a certificate ordered, a statement asked for)."""

    id: str
    person: PersonId
    title: str
    status: Literal["waiting", "sent", "in_progress", "done", "refused"]
    due_on: date | None
    reason: str
    stage: str = ""
    """Where it stands, in the portal's own words."""
    kind: str = ""
    """Which act it was, or the portal's own code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """One find, with the section that shows it."""

    id: str
    person: PersonId
    section: str
    title: str
    detail: str
    on: date | None
    type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalRow:
    """One line of the journal; `event` is a key of the wording catalogue, `facts` fill it."""

    id: int
    at: datetime
    event: str
    person: PersonId
    facts: tuple[tuple[str, str], ...]
    by: Literal["person", "portal", "network", "computer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineRow:
    """A resource set aside, with its reason (a wording key). `id` is "Type/id"."""

    id: str
    portal: int
    person: PersonId
    type: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeView:
    """The exchange chip and the exchange page."""

    state: Literal["never", "up_to_date", "running", "offline", "portal_down", "decision", "signed_out", "demo"]
    checked_at: datetime | None
    offline_since: datetime | None
    retry_at: datetime | None
    progress_done: int
    progress_total: int | None
    waiting: int
    clashes: int
    quarantined: int
    documents_here: int
    documents_total: int
    brings: Literal["needed", "all", "asked"]
    """Which documents come by themselves: small ones, every one, only those that are opened."""
    replica_bytes: int
    cannot: tuple[str, ...] | None
    """What this portal cannot do, as wording keys (capability.*); None as long as it was not asked."""
    may_sign_out: bool
    """Somebody is signed in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClashRow:
    """One decision that waits. `kind` and `choices` are wording keys (clash.*); `mine` and `theirs` are named facts."""

    id: str
    person: PersonId
    kind: str
    act: str
    mine: tuple[tuple[str, str], ...]
    theirs: tuple[tuple[str, str], ...]
    choices: tuple[str, ...]
    acted_at: datetime
    found_at: datetime
    intent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """One act that is not settled. `kind` is a wording key (act.*); nothing of it has an effect until the clinic says so."""

    id: str
    person: PersonId
    kind: str
    state: str
    body: tuple[tuple[str, str], ...]
    created_at: datetime
    release_at: datetime
    next_try_at: datetime | None
    tries: int
    reason: str
    decides: str
    """The clash that it came of; taken back, that decision waits again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """What taking an act back came to: the act that undoes one which may have left, or the decision that waits again."""

    opposite: str = ""
    reopened: str = ""
