"""What real portals do and the standard does not say, one habit at a time: the record comes whole, and a second run moves nothing.

Habits of writing are in tests/acting and tests/contract. *Source*: servers.md §2 and §4, whose numbers stand beside each habit.
"""

from __future__ import annotations

import json
from typing import Final
from urllib.parse import urlsplit

import httpx
import pytest

from tests.habits import FHIR, Habit, Resource, Said
from tests.sync.conftest import Make

_GONE: Final = (410, FHIR, b'{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"not-found"}]}')


class OtherHost(Habit):
    """3: links name the host behind a proxy, by plain http and with a port."""

    def page(self, found: Resource) -> Resource:
        for link in found.get("link", []):
            link["url"] = urlsplit(link["url"])._replace(scheme="http", netloc="inner.example:8080").geturl()
        return found


class NoMeta(Habit):
    """11: resources know neither version nor time."""

    def resource(self, found: Resource) -> Resource:
        return {name: value for name, value in found.items() if name != "meta"}


class FineTimes(Habit):
    """15: nine digits of a second."""

    def resource(self, found: Resource) -> Resource:
        if at := found.get("meta", {}).get("lastUpdated"):
            head, zone = (at[:-1], "Z") if at.endswith("Z") else (at[:-6], at[-6:])
            seconds, _, fraction = head.partition(".")
            found["meta"]["lastUpdated"] = f"{seconds}.{fraction:0<9}{zone}"
        return found


class Versioned(Habit):
    """21: references are absolute and name a version."""

    def resource(self, found: Resource) -> Resource:
        for value in found.values():
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, dict):
                    self.resource(one)
        if str(found.get("reference", ""))[:1].isupper():
            found["reference"] = f"{self.box.base}/{found['reference']}/_history/3"
        return found


class OutcomeInside(Habit):
    """23: a word of warning stands among the entries of every page."""

    def page(self, found: Resource) -> Resource:
        issue = {"severity": "information", "code": "informational", "diagnostics": "filtered by access"}
        said = {"resource": {"resourceType": "OperationOutcome", "issue": [issue]}, "search": {"mode": "outcome"},
                "fullUrl": "urn:uuid:9f2b6f0e-7a52-4f55-9a6f-1d1f7f5b7c11"}  # fmt: skip
        found["entry"] = [said, *found.get("entry", [])]
        return found


class BareEntries(Habit):
    """6, 30: entries without an address and without a mode, an empty list where nothing is, never a total."""

    def page(self, found: Resource) -> Resource:
        found["entry"] = [{"resource": entry["resource"]} for entry in found.get("entry", [])]
        found.pop("total", None)
        return found


class OldMedia(Habit):
    """27, 28: the media type of an older standard, the version under another header."""

    def headers(self, found: dict[str, str]) -> dict[str, str]:
        media = found.get("content-type", "").replace("application/fhir+json", "application/json+fhir; qs=0.001")
        kept = {name: value for name, value in found.items() if name != "etag"}
        return {**kept, "content-type": media, "E-Tag": found.get("etag", "")}


class SmallPages(Habit):
    """7: never more than 25 a page, whatever is asked."""

    def asked(self, request: httpx.Request) -> httpx.Request:
        if int(request.url.params.get("_count", 0)) <= 25:
            return request
        self.shown += 1
        return httpx.Request(request.method, request.url.copy_set_param("_count", "25"), headers=request.headers)


class HtmlRefusals(Habit):
    """24, 25: what it does not have is refused in HTML: batches and one type by 404, another type by a 500."""

    refused = frozenset({"Consent"})

    def says_instead(self, request: httpx.Request) -> Said | None:
        kind = request.url.path.rpartition("/")[2]
        is_batch = request.method == "POST" and request.url == self.box.base
        return (404, {"content-type": "text/html"}, b"<html>Not found</html>") if is_batch or kind == "Consent" else None


class SilentParameters(Habit):
    """W: a parameter it does not know gives an empty success, and its self link does not repeat it."""

    def says_instead(self, request: httpx.Request) -> Said | None:
        unknown = {"_elements", "_type", "_total"} & set(request.url.params)
        url = request.url
        for name in unknown:
            url = url.copy_remove_param(name)
        page = {"resourceType": "Bundle", "type": "searchset", "link": [{"relation": "self", "url": str(url)}], "entry": []}
        return (200, FHIR, json.dumps(page).encode()) if unknown else None


class PagesExpire(SmallPages):
    """8: pages are small, and every third next page is gone when it is first asked for."""

    runs = 3

    def __init__(self) -> None:
        super().__init__()
        self._met: set[str] = set()

    def says_instead(self, request: httpx.Request) -> Said | None:
        cursor = request.url.params.get("_cursor")
        if cursor is None or cursor in self._met:
            return None
        self._met.add(cursor)
        return None if len(self._met) % 3 else _GONE


HABITS: Final = (
    OtherHost, NoMeta, FineTimes, Versioned, OutcomeInside, BareEntries, OldMedia, SmallPages, HtmlRefusals, SilentParameters, PagesExpire,
)  # fmt: skip


@pytest.mark.parametrize("kind", HABITS, ids=lambda kind: kind.__name__)
async def test_record_comes_whole_from_a_portal_with_a_habit(make: Make, kind: type[Habit]) -> None:
    habit = kind()
    rig = make("S", transport=habit)
    habit.box = rig.box
    await rig.connect()
    for _ in range(habit.runs):
        report = await rig.run()
        if not report.distrusted:
            break
    (patient,) = rig.patients
    here, there = rig.replica(patient), rig.box.snapshot(patient)
    has_versions = kind is not NoMeta
    assert {name: here[name] if has_versions else "" for name in here} == {
        name: there[name] if has_versions else "" for name in there if name[0] not in habit.refused
    }
    assert habit.shown
    assert (report.ok, report.refused, report.distrusted, report.quarantined) == (True, habit.refused, {}, 0)
    again = await rig.run()
    assert (again.ok, again.pulled.new, again.pulled.changed, again.pulled.removed) == (True, 0, 0, 0)
    assert again.requests <= 15


class PagesGone(PagesExpire):
    """No next page is ever there."""

    def says_instead(self, request: httpx.Request) -> Said | None:
        return _GONE if "_cursor" in request.url.params else None


async def test_list_that_cannot_be_read_to_its_end_is_named_kept_and_gone_on_with(make: Make) -> None:
    habit = PagesGone()
    rig = make("S", transport=habit)
    habit.box = rig.box
    await rig.connect()
    report = await rig.run()
    assert report.ok
    assert report.distrusted["Observation"] == "page_gone"
    assert "capability.short_results" in report.cannot
    some = rig.vault.replica.count("Observation")
    assert some > 0
    habit.says_instead = lambda request: None  # type: ignore[method-assign]
    assert (await rig.run()).distrusted == {}
    assert rig.vault.replica.count("Observation") > some
    rig.assert_equal()
