"""Searching the shelf: parameters → SQL → a Bundle joined from stored bytes. Keyset pages by (lastUpdated, seq)."""

from __future__ import annotations

import base64
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import urlencode

from desktop.demo import terms, text
from desktop.demo.answers import Answer, Who, bundle, entry, outcome, refuse
from desktop.demo.shelf import Item, Shelf

COUNT_USUAL: Final = 50
COUNT_MOST: Final = 1_000
_NO_LIMIT: Final = 1_000_000
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
        "_type",
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
    "_lastUpdated": ("i.updated", ""),
    "-_lastUpdated": ("i.updated", "DESC"),
    "date": ("coalesce(i.first, 0)", ""),
    "-date": ("coalesce(i.first, 0)", "DESC"),
}


@dataclass(slots=True)
class Plan:
    """A search ready to run."""

    tables: str = "item i"
    where: list[str] = field(default_factory=lambda: ["i.live"])
    values: list[Any] = field(default_factory=list)

    def add(self, clause: str, *values: Any) -> None:
        self.where.append(clause)
        self.values.extend(values)


class Search:
    """Answers searches of one portal."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def run(
        self,
        kind: str,
        query: tuple[tuple[str, str], ...],
        *,
        who: Who,
        base: str,
        weak: Collection[str] = (),
    ) -> Answer:
        """Answer a search of one type ("" for all of them); `weak` imitates lesser servers (faults.WEAK)."""
        asked = query
        after: list[int] | None = None
        if cursor := dict(query).get("_cursor"):
            try:
                kind, pairs, after = text.load(base64.urlsafe_b64decode(cursor))
                query = tuple((name, value) for name, value in pairs)
            except (ValueError, TypeError):
                return outcome(400, "invalid", "The page address is not one of ours")
        options = dict(query)
        count = _number(options.get("_count"), COUNT_USUAL)
        most = _NO_LIMIT if "no_next_links" in weak else COUNT_MOST
        plan = self._plan(kind, query, who)
        total = None
        if (
            options.get("_summary") == "count"
            or options.get("_total") == "accurate"
            or count == 0
            or "no_next_links" in weak
        ):
            total = self._shelf.rows(
                f"SELECT count(DISTINCT i.seq) FROM {plan.tables} WHERE {' AND '.join(plan.where)}", plan.values
            )[0][0]
        links = [("self", _url(base, kind, asked))]
        if options.get("_summary") == "count" or count == 0:
            return Answer(200, bundle("searchset", (), links=links, total=total))
        rows = self._page(plan, options, after=after, count=min(count, most))
        more, rows = rows[min(count, most) :], rows[: min(count, most)]
        if more and "no_next_links" not in weak:
            position = [rows[-1][0], rows[-1][1]]
            token = base64.urlsafe_b64encode(text.dump([kind, query, position])).decode()
            address = _url(base, kind, (("_cursor", token),))
            links.append(("next", address.removeprefix(f"{base}/") if "relative_next" in weak else address))
        return Answer(
            200, bundle("searchset", self._entries(rows, query, who=who, base=base), links=links, total=total)
        )

    def matches(self, kind: str, query: tuple[tuple[str, str], ...], who: Who) -> list[Item]:
        """Return up to two live resources that a conditional create's criteria find."""
        plan = self._plan(kind, query, who)
        return [Item(*row[2:]) for row in self._page(plan, {}, after=None, count=1)]

    # --- the query
    def _plan(self, kind: str, query: tuple[tuple[str, str], ...], who: Who) -> Plan:
        plan = Plan()
        people: list[str] | None = None
        kinds = [kind] if kind else []
        for name, value in query:
            bare = name.partition(":")[0]
            if name == "_type":
                kinds = [each for each in value.split(",") if each]
            elif name in _CONTROLS:
                continue
            elif bare in terms.PERSON_PARAMS and _names_people(bare, value):
                people = [each.rpartition("/")[2] for each in value.split(",")]
            else:
                self._clause(plan, kind, bare, value)
        marks = ",".join("?" * len(kinds))
        if people is not None:
            _check_people(people, who)
            plan.tables = "owner o CROSS JOIN item i ON i.seq = o.seq"
            plan.where[0] = f"o.person IN ({','.join('?' * len(people))})"
            plan.values[:0] = people
            if kinds:
                plan.add(f"o.type IN ({marks})", *kinds)
            return plan
        if kinds:
            plan.add(f"i.type IN ({marks})", *kinds)
        if who.may is not None and not (kinds and all(each in terms.SHARED for each in kinds)):
            own = f"i.seq IN (SELECT seq FROM owner WHERE person IN ({','.join('?' * len(who.may))}))"
            shared = ",".join(f"'{each}'" for each in sorted(terms.SHARED))
            plan.add(
                own if kinds and not terms.SHARED & set(kinds) else f"(i.type IN ({shared}) OR {own})", *sorted(who.may)
            )
        return plan

    def _clause(self, plan: Plan, kind: str, name: str, value: str) -> None:
        if name == "_id":
            ids = value.split(",")
            plan.add(f"i.id IN ({','.join('?' * len(ids))})", *ids)
        elif name == "_lastUpdated":
            _compare(plan, "i.updated", "i.updated", value)
        elif name in terms.DATE_PARAMS:
            _compare(plan, "i.first", "i.last", value)
        elif name in terms.TERM_PARAMS and name not in ("name", "family"):
            keys = [f"{kind}|{name}|{_term_value(name, each)}" for each in value.split(",")]
            plan.add(f"i.seq IN (SELECT seq FROM term WHERE key IN ({','.join('?' * len(keys))}))", *keys)
        elif name in ("name", "family"):
            plan.add("instr(cast(i.body AS TEXT), ?) > 0", value)
        else:
            raise refuse(400, "not-supported", f"Unknown search parameter {name!r}")

    def _page(
        self, plan: Plan, options: dict[str, str], *, after: list[int] | None, count: int
    ) -> list[tuple[Any, ...]]:
        sort = options.get("_sort", "_lastUpdated")
        if sort.lstrip("-") in terms.DATE_PARAMS:
            sort = "-date" if sort.startswith("-") else "date"
        if sort not in _SORTS:
            raise refuse(400, "not-supported", f"Unknown sort {sort!r}")
        column, direction = _SORTS[sort]
        where, values = list(plan.where), list(plan.values)
        tables = plan.tables
        number, once = "i.seq", ""
        if tables.startswith("owner"):
            once = "DISTINCT" if where[0].count("?") > 1 else ""
            if column == "i.updated":
                column, number = "o.updated", "o.seq"  # the owner index is already in this order
        if after is not None:
            where.append(f"({column}, {number}) {'<' if direction else '>'} (?, ?)")
            values.extend(after)
        chosen = (
            f"SELECT {once} {column} AS place, {number} AS seq FROM {tables} WHERE {' AND '.join(where)}"
            f" ORDER BY place {direction}, {number} {direction} LIMIT {count + 1}"
        )
        return self._shelf.rows(
            "SELECT place, c.seq, b.seq, b.type, b.id, b.version, b.updated, b.method, b.live, b.body"
            f" FROM ({chosen}) c CROSS JOIN item b ON b.seq = c.seq ORDER BY place {direction}, c.seq {direction}",
            values,
        )

    # --- the page
    def _entries(
        self, rows: list[tuple[Any, ...]], query: tuple[tuple[str, str], ...], *, who: Who, base: str
    ) -> list[bytes]:
        options = dict(query)
        includes = [value for name, value in query if name.startswith("_include")]
        prefix = base.encode()
        elements = options.get("_elements")
        if elements is None:
            entries = [
                b'{"fullUrl":"%s/%s/%s","resource":%s,"search":{"mode":"match"}}'
                % (prefix, row[3].encode(), row[4].encode(), row[9])
                for row in rows
            ]
        elif set(elements.split(",")) <= {"id", "meta"}:
            entries = [
                b'{"fullUrl":"%s/%s/%s","resource":{"resourceType":"%s","id":"%s","meta":{"versionId":"%s","lastUpdated":"%s"}},'
                b'"search":{"mode":"match"}}'
                % (
                    prefix,
                    row[3].encode(),
                    row[4].encode(),
                    row[3].encode(),
                    row[4].encode(),
                    row[5].encode(),
                    text.instant(row[6]).encode(),
                )
                for row in rows
            ]
        else:
            keep = {"resourceType", "id", "meta", *elements.split(",")}
            entries = [
                entry(base, replace(item, body=text.dump({k: v for k, v in item.resource.items() if k in keep})))
                for item in (Item(*row[2:]) for row in rows)
            ]
        if includes:
            entries += [
                entry(base, item, mode="include")
                for item in self._included([Item(*row[2:]) for row in rows], includes, who)
            ]
        return entries

    def _included(self, items: list[Item], includes: list[str], who: Who) -> list[Item]:
        seen = {(item.type, item.id) for item in items}
        found: list[Item] = []
        front = items
        while front:
            coming: list[Item] = []
            for item in front:
                for ref in _references(item, includes):
                    kind, _, name = ref.partition("/")
                    target = None if (kind, name) in seen else self._shelf.current(kind, name)
                    seen.add((kind, name))
                    if target and target.live and self.may_read(target, who):
                        coming.append(target)
            found += coming
            front = coming
        return found

    def may_read(self, item: Item, who: Who) -> bool:
        """Say whether a live resource is shared or in a compartment that `who` may read."""
        if who.may is None or item.type in terms.SHARED:
            return True
        return bool(self._shelf.owners(item.seq) & who.may)


def _references(item: Item, includes: list[str]) -> list[str]:
    """Return "Type/id" that an item's include parameters follow."""
    params = [
        parts[1]
        for value in includes
        if ((parts := value.split(":"))[0] in (item.type, "*") and len(parts) > 1) or parts == ["*"]
    ]
    if not params and "*" not in includes:
        return []
    return [
        key.split("|", 2)[2]
        for key in sorted(terms.terms(item.resource))
        if (param := key.split("|", 2)[1]) in params or "*" in includes
        if param in terms.REFERENCES.values()
    ]


def _names_people(name: str, value: str) -> bool:
    """Say whether a patient/subject/actor parameter names people; a bare id does, where only people are meant."""
    first = value.split(",")[0]
    return first.rpartition("/")[0].endswith("Patient") or (
        "/" not in first and name in ("patient", "beneficiary", "subject")
    )


def _check_people(people: list[str], who: Who) -> None:
    for person in people:
        if not who.reads(person):
            raise no_access(person, who)


def no_access(person: str, who: Who) -> Exception:
    """Return the refusal for a person that the account may not, or may no longer, act for."""
    if person in who.ended:
        return refuse(403, "forbidden", "Access to this person's record has ended", detail="policy-revoked")
    return refuse(403, "forbidden", "This person's record is not open to you", detail="not-granted")


def _compare(plan: Plan, first: str, last: str, value: str) -> None:
    sign, moment = (value[:2], value[2:]) if value[:2] in _COMPARE else ("eq", value)
    try:
        low, high = text.span(moment.replace(" ", "+"))
    except ValueError:
        raise refuse(400, "invalid", f"Not a date: {moment!r}") from None
    clause = _COMPARE[sign].format(first=first, last=last)
    if ":low" in clause and ":high" in clause:
        plan.add(clause.replace(":low", "?").replace(":high", "?"), low, high)
    else:
        plan.add(clause.replace(":low", "?").replace(":high", "?"), low if ":low" in clause else high)


def _term_value(name: str, value: str) -> str:
    if name in terms.TOKENS.values() or name == "_tag":
        return value
    if "://" in value:
        value = "/".join(value.split("/")[-2:])
    kind = _BARE.get(name)
    return f"{kind}/{value}" if kind and "/" not in value else value


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


def _number(value: str | None, usual: int) -> int:
    if value is None:
        return usual
    if not value.isdecimal():
        raise refuse(400, "invalid", f"Not a number: {value!r}")
    return int(value)


def _url(base: str, kind: str, query: tuple[tuple[str, str], ...]) -> str:
    path = f"{base}/{kind}" if kind else base
    return f"{path}?{urlencode(query)}" if query else path
