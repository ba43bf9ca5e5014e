"""Searching the shelf: a Bundle joined from stored bytes, in pages by (lastUpdated, seq). The SQL is query.py's."""

from __future__ import annotations

import base64
from collections.abc import Collection
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from desktop.demo import terms, text
from desktop.demo.answers import Answer, Who, bundle, entry, outcome, refuse
from desktop.demo.query import Plan, plan_for
from desktop.demo.shelf import Item, Shelf

COUNT_USUAL: Final = 50
COUNT_MOST: Final = 1_000
_NO_LIMIT: Final = 1_000_000


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
            total = self._shelf.rows(*plan.count())[0][0]
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
        return [Item(*row[2:]) for row in self._page(self._plan(kind, query, who), {}, after=None, count=1)]

    def _plan(self, kind: str, query: tuple[tuple[str, str], ...], who: Who) -> Plan:
        plan = plan_for(kind, query, who)
        if plan.is_deep:
            self._shelf.deepen()
        return plan

    def _page(
        self, plan: Plan, options: dict[str, str], *, after: list[int] | None, count: int
    ) -> list[tuple[Any, ...]]:
        """Return one row more than `count`, where there is one: (place, seq, columns of Item)."""
        sort = options.get("_sort", "_lastUpdated")
        chosen, values = plan.page(sort, after=after, limit=count + 1)
        direction = "DESC" if sort.startswith("-") else ""
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


def _number(value: str | None, usual: int) -> int:
    if value is None:
        return usual
    if not value.isdecimal():
        raise refuse(400, "invalid", f"Not a number: {value!r}")
    return int(value)


def _url(base: str, kind: str, query: tuple[tuple[str, str], ...]) -> str:
    path = f"{base}/{kind}" if kind else base
    return f"{path}?{urlencode(query)}" if query else path
