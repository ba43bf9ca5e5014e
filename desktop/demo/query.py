"""From search parameters to SQL: which index leads, what filters, in what order, and where a page goes on.

A search is a few branches, each already in order by an index (one person and type, one key, one type), merged and cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from desktop.demo import terms, text
from desktop.demo.answers import Refused, Who, refuse

_CONTROLS: Final = frozenset(
    {
        "_sort",
        "_count",
        "_elements",
        "_summary",
        "_total",
        "_include",
        "_include:iterate",
        "_format",
        "_cursor",
        "_offset",
    }
)
_COMPARE: Final = {
    "eq": "({first} >= :low AND {last} <= :high)",
    "ge": "{last} >= :low",
    "gt": "{last} > :high",
    "le": "{first} <= :high",
    "lt": "{first} < :low",
    "sa": "{first} > :high",
    "eb": "{last} < :low",
    "ne": "NOT ({first} >= :low AND {last} <= :high)",
}
_SORTS: Final = {
    "_lastUpdated": ("{updated}", ""),
    "-_lastUpdated": ("{updated}", "DESC"),
    "date": ("coalesce(i.first, 0)", ""),
    "-date": ("coalesce(i.first, 0)", "DESC"),
}
_BRANCHES_MOST: Final = 200
_BARE: Final = {
    "schedule": "Schedule",
    "practitioner": "Practitioner",
    "organization": "Organization",
    "location": "Location",
    "service": "HealthcareService",
    "encounter": "Encounter",
    "slot": "Slot",
    "appointment": "Appointment",
}


@dataclass(frozen=True, slots=True)
class Branch:
    """One way into the shelf by an index; `owned` when the owner table leads."""

    tables: str
    where: str
    values: tuple[Any, ...]
    owned: bool = False


@dataclass(slots=True)
class Plan:
    """A search ready to be written as SQL; `is_deep` when it needs more keys than terms.FIRST."""

    kinds: list[str]
    people: list[str] | None = None
    keys: list[str] | None = None
    branches: list[Branch] = field(default_factory=list)
    where: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)
    is_deep: bool = False

    def add(self, clause: str, *values: Any) -> None:
        """Add a filter on item `i`."""
        self.where.append(clause)
        self.values.extend(values)

    def count(self) -> tuple[str, list[Any]]:
        """Return SQL that counts everything found."""
        parts, values = [], []
        for branch in self.branches:
            parts.append(f"SELECT i.seq FROM {branch.tables} WHERE {' AND '.join([branch.where, *self.where])}")
            values += [*branch.values, *self.values]
        return f"SELECT count(*) FROM ({' UNION '.join(parts) or _NOTHING})", values

    def page(self, sort: str, *, after: Sequence[int] | None, limit: int) -> tuple[str, list[Any]]:
        """Return SQL that yields (place, seq) of one page in order, beginning after a place. *Raises* Refused."""
        if sort.lstrip("-") in terms.DATE_PARAMS:
            sort = "-date" if sort.startswith("-") else "date"
        if sort not in _SORTS:
            raise refuse(400, "not-supported", f"Unknown sort {sort!r}")
        place, direction = _SORTS[sort]
        parts, values = [], []
        for branch in self.branches:
            column = place.format(updated="o.updated" if branch.owned else "i.updated")
            number = "o.seq" if branch.owned else "i.seq"
            where = [branch.where, *self.where]
            values += [*branch.values, *self.values]
            if after is not None:
                where.append(f"({column}, {number}) {'<' if direction else '>'} (?, ?)")
                values += after
            parts.append(
                f"SELECT {column} AS place, {number} AS seq FROM {branch.tables} WHERE {' AND '.join(where)}"
                f" ORDER BY {column} {direction}, {number} {direction} LIMIT {limit}"
            )
        if len(parts) == 1:
            return parts[0], values
        merged = " UNION ALL ".join(f"SELECT * FROM ({part})" for part in parts) or _NOTHING
        order = f"ORDER BY place {direction}, seq {direction} LIMIT {limit}"
        return f"SELECT DISTINCT place, seq FROM ({merged}) {order}", values


_NOTHING: Final = "SELECT 0 AS place, 0 AS seq WHERE 0"


def plan_for(kind: str, query: Sequence[tuple[str, str]], who: Who) -> Plan:
    """Read the parameters of a search on behalf of `who`. *Raises* Refused: unknown parameter, person not open."""
    plan = Plan([kind] if kind else [])
    for name, value in query:
        bare = name.partition(":")[0]
        if name == "_type":
            plan.kinds = [each for each in value.split(",") if each]
        elif name in _CONTROLS:
            continue
        elif bare in terms.PERSON_PARAMS and _names_people(bare, value):
            plan.people = [each.rpartition("/")[2] for each in value.split(",")]
        else:
            _clause(plan, kind, bare, value)
    for person in plan.people or ():
        if not who.reads(person):
            raise no_access(person, who)
    _restrict(plan, who)
    _lead(plan)
    return plan


def no_access(person: str, who: Who) -> Refused:
    """Return the refusal for a person that the account may not, or may no longer, act for."""
    if person in who.ended:
        return refuse(403, "forbidden", "Access to this person's record has ended", detail="policy-revoked")
    return refuse(403, "forbidden", "This person's record is not open to you", detail="not-granted")


def _restrict(plan: Plan, who: Who) -> None:
    """Keep a search without a person to what is shared or granted."""
    if who.may is None or plan.people is not None or (plan.kinds and terms.SHARED.issuperset(plan.kinds)):
        return
    if plan.kinds and not terms.SHARED & set(plan.kinds):
        plan.people = sorted(who.may)
        return
    shared = ",".join(f"'{each}'" for each in sorted(terms.SHARED))
    plan.add(f"(i.type IN ({shared}) OR {_owned_by(who.may)})", *sorted(who.may))


def _owned_by(people: Sequence[str] | frozenset[str]) -> str:
    return f"EXISTS (SELECT 1 FROM owner p WHERE p.seq = i.seq AND p.person IN ({_marks(people)}))"


def _lead(plan: Plan) -> None:
    """Choose the index that leads: a key that few carry, else people, else the feed of a type."""
    if plan.keys is not None:
        plan.branches = [Branch("term t CROSS JOIN item i ON i.seq = t.seq", "t.key = ?", (key,)) for key in plan.keys]
        if plan.people is not None:
            plan.add(_owned_by(plan.people), *plan.people)
    elif plan.people is not None:
        tables, kinds = "owner o CROSS JOIN item i ON i.seq = o.seq", plan.kinds
        if not kinds or len(plan.people) * len(kinds) > _BRANCHES_MOST:
            some = f" AND o.type IN ({_marks(kinds)})" if kinds else ""
            plan.branches = [Branch(tables, f"o.person = ?{some}", (each, *kinds), True) for each in plan.people]
        else:
            pairs = [(person, kind) for person in dict.fromkeys(plan.people) for kind in kinds]
            plan.branches = [Branch(tables, "o.person = ? AND o.type = ?", pair, True) for pair in pairs]
    elif plan.kinds:
        plan.branches = [Branch("item i", "i.live AND i.type = ?", (kind,)) for kind in plan.kinds[:_BRANCHES_MOST]]
    else:
        plan.branches = [Branch("item i", "i.live", ())]


def _clause(plan: Plan, kind: str, name: str, value: str) -> None:
    if name == "_id":
        ids = value.split(",")
        plan.add(f"i.id IN ({_marks(ids)})", *ids)
    elif name == "_lastUpdated":
        _compare(plan, "i.updated", "i.updated", value)
    elif name in terms.DATE_PARAMS:
        _compare(plan, "i.first", "i.last", value)
    elif name in ("name", "family"):
        plan.add("instr(cast(i.body AS TEXT), ?) > 0", value)
    elif name in terms.TERM_PARAMS:
        keys = [f"{kind}|{name}|{_term_value(name, each)}" for each in value.split(",")]
        plan.is_deep |= name not in terms.FIRST
        if plan.keys is None and (name == "identifier" or name in terms.REFERENCES.values()):
            plan.keys = keys
        else:
            plan.add(f"EXISTS (SELECT 1 FROM term k WHERE k.seq = i.seq AND k.key IN ({_marks(keys)}))", *keys)
    else:
        raise refuse(400, "not-supported", f"Unknown search parameter {name!r}")


def _compare(plan: Plan, first: str, last: str, value: str) -> None:
    sign, moment = (value[:2], value[2:]) if value[:2] in _COMPARE else ("eq", value)
    try:
        low, high = text.span(moment.replace(" ", "+"))
    except ValueError:
        raise refuse(400, "invalid", f"Not a date: {moment!r}") from None
    clause = _COMPARE[sign].format(first=first, last=last)
    values = [bound for mark, bound in ((":low", low), (":high", high)) if mark in clause]
    plan.add(clause.replace(":low", "?").replace(":high", "?"), *values)


def _names_people(name: str, value: str) -> bool:
    """Say whether a patient/subject/actor parameter names people; a bare id does, where only people are meant."""
    first = value.split(",")[0]
    if "/" in first:
        return first.rpartition("/")[0].endswith("Patient")
    return name in ("patient", "beneficiary", "subject")


def _term_value(name: str, value: str) -> str:
    if name in terms.TOKENS.values() or name == "_tag":
        return value
    if "://" in value:
        value = "/".join(value.split("/")[-2:])
    kind = _BARE.get(name)
    return f"{kind}/{value}" if kind and "/" not in value else value


def _marks(values: Sequence[Any] | frozenset[Any]) -> str:
    return ",".join("?" * len(values))
