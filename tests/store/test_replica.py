"""The replica: what comes in is there, equal; what is wrong is aside, with its reason; nothing goes back in time."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from desktop.errors import BugError
from desktop.record.bundle import read_page
from desktop.record.kinds import BY_TYPE
from desktop.store.cursors import CursorStep
from desktop.store.ingest import Batch
from tests.store.kit import ANNA, OLEG, PASSPHRASE, Home, ids, observation, page

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
OBSERVATION = BY_TYPE["Observation"].code


def test_numbers_and_unknown_fields_come_back_as_they_came(home: Home) -> None:
    raw = (b'{"resourceType":"Observation","id":"n","meta":{"versionId":"1"},"status":"final","x":[1.50,120.0,1E2,0.10],'
           b'"valueQuantity":{"value":120.50},"_status":{"id":"a"},"note":[{"text":"\\u0451\\/"}]}')
    home.take(raw)
    assert home.vault.replica.get("Observation", "n") == raw


@pytest.mark.parametrize("file", sorted((GOLDEN / "synthea").glob("*.json")), ids=lambda file: str(file.name)[:12])
def test_every_resource_of_a_foreign_record_comes_back_equal(home: Home, file: Path) -> None:
    got = read_page(file.read_bytes())
    summary = home.vault.replica.take(Batch(portal=home.portal, person=home.anna, pages=[got]))
    assert (summary.quarantined, summary.new + summary.unchanged) == (0, len({(one.type, one.id) for one in got.entries}))
    tree = json.loads(file.read_bytes())
    for entry, row in zip(tree["entry"], got.entries, strict=True):
        assert json.loads(home.vault.replica.get(row.type, row.id) or b"") == entry["resource"]


def test_malformed_files_are_set_aside_or_kept_equal_and_never_stop_the_rest(home: Home) -> None:
    files = sorted((GOLDEN / "malformed").glob("*.json"))
    for number, file in enumerate(files):
        summary = home.take(file.read_bytes(), observation(f"good-{number}"), patient=ANNA)
        assert home.vault.replica.get("Observation", f"good-{number}"), file.name
        assert summary.new + summary.quarantined + summary.unchanged + summary.changed >= 1
    aside = {row.reason for row in home.vault.replica.quarantine()}
    assert {"syntax", "shape", "person"} <= aside
    assert home.vault.check().is_sound


def test_the_same_page_again_changes_nothing(home: Home) -> None:
    first = home.take(observation("a"), observation("b"))
    again = home.take(observation("a"), observation("b"))
    assert (first.new, again.new, again.changed, again.unchanged) == (2, 0, 0, 2)
    assert first.keys_changed == {"results": ("a", "b")}
    assert again.keys_changed == {}


def test_a_new_version_replaces_the_old_one_in_lists_and_search(home: Home) -> None:
    home.take(observation("a", text="Гемоглобин"))
    summary = home.take(observation("a", text="Глюкоза", version="2", day="2026-04-01"))
    assert summary.changed == 1
    assert home.vault.search.find("гемоглобин", person=home.anna) == []
    assert ids(home.vault.search.find("глюкоза", person=home.anna)) == ["a"]
    assert home.vault.replica.rows("Observation", person=home.anna)[0].day == date(2026, 4, 1)


def test_a_version_never_goes_back_unless_the_portal_was_restored(home: Home) -> None:
    home.take(observation("a", version="10", value=10.0))
    late = home.take(observation("a", version="9", value=9.0))
    assert late.unchanged == 1
    assert b"10.0" in (home.vault.replica.get("Observation", "a") or b"")
    restored = home.take(observation("a", version="9", value=9.0), accepts_older=True)
    assert restored.changed == 1
    assert b"9.0" in (home.vault.replica.get("Observation", "a") or b"")


def test_version_named_by_a_digest_of_digits_alone_says_nothing_of_its_age(home: Home) -> None:
    def named(version: str, second: int) -> dict[str, Any]:
        body = observation("a", value=float(second))
        return body | {"meta": {"versionId": version, "lastUpdated": f"2026-05-01T10:00:{second:02d}Z"}}

    home.take(named("583352885531", 10))
    assert home.take(named("495503793089", 20)).changed == 1
    assert home.take(named("983352885531", 15)).unchanged == 1


def test_the_same_version_with_other_content_is_seen(home: Home) -> None:
    home.take(observation("a", value=1.0))
    assert home.take(observation("a", value=2.0)).changed == 1


def test_a_resource_without_a_version_is_compared_by_content(home: Home) -> None:
    plain = {"resourceType": "Observation", "id": "p", "status": "final"}
    assert home.take(plain).new == 1
    assert home.take(plain).unchanged == 1
    assert home.take(plain | {"status": "amended"}).changed == 1
    manifest = home.vault.replica.manifest_of(home.portal, home.anna)
    assert manifest[("Observation", "p")].startswith("~")


def test_another_persons_resource_is_set_aside_and_not_stored(home: Home) -> None:
    summary = home.take(observation("a"), observation("foreign", patient=OLEG))
    assert (summary.new, summary.quarantined) == (1, 1)
    assert home.vault.replica.get("Observation", "foreign") is None
    assert [(row.id, row.reason) for row in home.vault.replica.quarantine()] == [("foreign", "person")]
    assert home.vault.search.find("гемоглобин", person=None)[0].id == "a"


@pytest.mark.parametrize("form", ["Patient/{}", "https://portal.example/fhir/Patient/{}", "Patient/{}/_history/3"])
def test_a_reference_names_the_person_in_every_form(home: Home, form: str) -> None:
    mine = observation("m") | {"subject": {"reference": form.format(ANNA)}}
    theirs = observation("t") | {"subject": {"reference": form.format(OLEG)}}
    summary = home.take(mine, theirs)
    assert (summary.new, summary.quarantined) == (1, 1)


def test_a_quarantined_id_shows_no_stale_copy_and_leaves_with_a_good_version(home: Home) -> None:
    home.take(observation("a", value=1.0), observation("b"))
    broken = b'{"resourceType":"Observation","id":"a","meta":{"versionId":"2"},"status":"final","status":"amended"}'
    summary = home.take(broken)
    assert (summary.quarantined, summary.keys_changed) == (1, {"results": ("a",)})
    assert home.vault.replica.get("Observation", "a") is None
    assert ids(home.vault.replica.rows("Observation", person=home.anna)) == ["b"]
    assert ids(home.vault.search.find("гемоглобин", person=home.anna)) == ["b"]
    aside = home.vault.replica.quarantine()[0]
    assert (aside.type, aside.id, aside.version, aside.reason) == ("Observation", "a", "2", "duplicate")
    assert home.vault.replica.quarantined_bytes(home.portal, "Observation", "a") == broken
    assert home.vault.replica.manifest_of(home.portal, home.anna)[("Observation", "a")] == "2"
    assert home.vault.check().is_sound
    assert home.take(observation("a", version="3", value=3.0)).changed == 1
    assert home.vault.replica.quarantine() == []
    assert ids(home.vault.search.find("гемоглобин", person=home.anna)) == ["b", "a"] or home.vault.replica.get("Observation", "a")


def test_what_was_dismissed_comes_back_only_with_another_version(home: Home) -> None:
    def broken(version: int) -> bytes:
        return b'{"resourceType":"Observation","id":"a","meta":{"versionId":"%d"},"status":"final","status":"amended"}' % version

    replica = home.vault.replica
    home.take(observation("a", value=1.0))
    home.take(broken(2))
    with home.vault.acts():
        replica.dismiss(home.portal, "Observation", "a")
    home.take(broken(2))
    assert (replica.quarantine(), replica.set_aside(), replica.get("Observation", "a")) == ([], 0, None)
    assert replica.manifest_of(home.portal, home.anna)[("Observation", "a")] == "2"
    home.take(broken(3))
    assert ([one.version for one in replica.quarantine()], replica.set_aside()) == (["3"], 1)


def test_one_bad_entry_of_a_page_does_not_hide_the_others(home: Home) -> None:
    bad = b'{"resourceType":"Observation","id":"bad","v":NaN}'
    summary = home.take(observation("a"), bad, observation("c"))
    assert (summary.new, summary.quarantined) == (2, 1)
    assert home.vault.replica.quarantine()[0].id == "bad"


def test_lists_page_on_without_a_gap_or_a_repeat(home: Home) -> None:
    days = [f"2026-0{1 + number % 4}-{1 + number % 9:02d}" for number in range(130)]
    home.take(*(observation(f"o{number}", day=day) for number, day in enumerate(days)),
              *({"resourceType": "Observation", "id": f"u{number}", "status": "final"} for number in range(7)))
    for newest_first in (True, False):
        met, after = [], None
        while rows := home.vault.replica.rows("Observation", person=home.anna, after=after, limit=10, newest_first=newest_first):
            met += [(row.moment, row.id) for row in rows]
            after = rows[-1].place
        assert len({one[1] for one in met}) == len(met) == 137
        dated = [moment for moment, _ in met if moment is not None]
        assert dated == sorted(dated, reverse=newest_first)


def test_lists_choose_by_state_code_and_day(home: Home) -> None:
    home.take(observation("a", day="2026-01-05"), observation("b", day="2026-02-05", code="2345-7"),
              observation("c", day="2026-03-05") | {"status": "amended"})
    rows = home.vault.replica.rows
    assert ids(rows("Observation", person=home.anna, status="final")) == ["b", "a"]
    assert ids(rows("Observation", person=home.anna, status=("final", "amended"))) == ["c", "b", "a"]
    assert ids(rows("Observation", person=home.anna, code="2345-7")) == ["b"]
    assert ids(rows("Observation", person=home.anna, since=date(2026, 2, 5), until=date(2026, 2, 5))) == ["b"]
    assert rows("Observation", person=home.anna, code="unheard of") == []
    assert rows("Observation", person=home.oleg) == []
    assert home.vault.replica.count("Observation", home.anna) == 3


def test_a_row_tells_what_must_not_look_ordinary(home: Home) -> None:
    home.take(observation("m") | {"modifierExtension": [{"url": "x", "valueBoolean": True}]},
              observation("e") | {"status": "entered-in-error"}, observation("o"))
    marks = {row.id: (row.is_modified, row.is_mistaken) for row in home.vault.replica.rows("Observation", person=home.anna)}
    assert marks == {"m": (True, False), "e": (False, True), "o": (False, False)}


def test_a_trend_is_one_code_of_one_person_oldest_first(home: Home) -> None:
    home.take(*(observation(f"o{number}", day=f"2026-01-{number:02d}") for number in range(1, 20)), observation("x", code="1-1"))
    home.take(observation("other", patient=OLEG), person=home.oleg, patient=OLEG)
    trend = home.vault.replica.trend(home.anna, "718-7", 5)
    assert ids(trend) == ["o15", "o16", "o17", "o18", "o19"]


def test_shared_resources_belong_to_nobody_and_are_seen_by_all(home: Home) -> None:
    home.take({"resourceType": "Organization", "id": "org", "name": "Поликлиника № 5"}, observation("a"))
    assert home.vault.replica.rows("Organization", person=0)[0].title == "Поликлиника № 5"
    assert ids(home.vault.search.find("поликлиника", person=home.oleg)) == ["org"]


def test_types_outside_the_list_are_kept_too(home: Home) -> None:
    home.take({"resourceType": "Basic", "id": "same"}, {"resourceType": "Library", "id": "same"})
    assert home.vault.replica.get("Basic", "same")
    assert ids(home.vault.replica.rows("Library", person=home.anna)) == ["same"]
    assert home.vault.replica.manifest_of(home.portal, home.anna).keys() == {("Basic", "same"), ("Library", "same")}


def test_the_cursor_moves_with_its_page_or_not_at_all(home: Home) -> None:
    home.take(observation("a"), position="one")
    assert home.vault.cursors.get(home.portal, home.anna, OBSERVATION).position == "one"
    batch = Batch(portal=home.portal, person=home.anna, pages=[page(observation("b"))],
                  cursor=CursorStep(kind=OBSERVATION, position={"no": "text"}))  # type: ignore[arg-type]
    with pytest.raises(BugError):
        home.vault.replica.take(batch)
    assert home.vault.replica.get("Observation", "b") is None
    assert home.vault.cursors.get(home.portal, home.anna, OBSERVATION).position == "one"
    assert home.take(observation("b"), position="two").new == 1


def test_a_full_pass_sweeps_only_what_it_did_not_meet(home: Home) -> None:
    home.take(observation("old"), observation("gone"))
    home.take(observation("other", patient=OLEG), person=home.oleg, patient=OLEG)
    generation = home.vault.cursors.begin_pass(home.portal, home.anna, OBSERVATION)
    home.take(observation("old"), observation("new"), generation=generation)
    unmet = home.vault.replica.unseen(home.portal, home.anna, OBSERVATION, generation)
    assert unmet == [("Observation", "gone")]
    summary = home.vault.replica.sweep(home.portal, home.anna, OBSERVATION, generation)
    assert (summary.removed, summary.keys_changed) == (1, {"results": ("gone",)})
    assert sorted(ids(home.vault.replica.rows("Observation", person=None))) == ["new", "old", "other"]


def test_a_sweep_of_another_generation_removes_nothing(home: Home) -> None:
    home.take(observation("a"))
    home.vault.cursors.begin_pass(home.portal, home.anna, OBSERVATION)
    assert home.vault.replica.sweep(home.portal, home.anna, OBSERVATION, 99).removed == 0


def test_what_is_removed_is_gone_everywhere(home: Home) -> None:
    home.take(observation("a"), observation("b"))
    summary = home.vault.replica.remove(home.portal, home.anna, [("Observation", "a"), ("Observation", "unknown")])
    assert summary.removed == 1
    assert home.vault.replica.get("Observation", "a") is None
    assert ids(home.vault.search.find("гемоглобин", person=home.anna)) == ["b"]
    assert home.vault.check().is_sound


def test_a_sealed_person_is_nowhere_to_be_seen(home: Home) -> None:
    home.take(observation("a"))
    home.vault.people.seal(home.anna)
    assert home.vault.replica.get("Observation", "a") is None
    assert home.vault.replica.rows("Observation", person=home.anna) == []
    assert home.vault.replica.trend(home.anna, "718-7") == []
    assert home.vault.search.find("гемоглобин", person=None) == []


def test_hundreds_of_rows_compress_and_read_back_after_a_rest_and_after_reopening(home: Home, folder: Path) -> None:
    many = [observation(f"o{number}", value=number / 10, text=f"Гемоглобин {number % 9}") for number in range(400)]
    home.take(*many[:300])
    home.vault.rest()
    home.take(*many[300:])
    for one in (many[0], many[-1]):
        assert json.loads(home.vault.replica.get("Observation", one["id"]) or b"") == one
    home.vault.close()
    from desktop.store import vault as vaults
    vault = vaults.unlock(folder, passphrase=PASSPHRASE, clock=home.clock)
    for one in many:
        assert json.loads(vault.replica.get("Observation", one["id"]) or b"") == one
    vault.close()


def test_a_strangers_entry_that_goes_takes_nothing_from_the_stranger(home: Home) -> None:
    home.take(observation("his", patient=OLEG), person=home.oleg, patient=OLEG)
    home.take(observation("his", patient=OLEG))
    assert [(row.id, row.person, row.reason) for row in home.vault.replica.quarantine()] == [("his", home.anna, "person")]
    assert home.vault.replica.remove(home.portal, home.anna, [("Observation", "his")]).removed == 0
    assert home.vault.replica.quarantine() == []
    assert home.vault.replica.get("Observation", "his") is not None


def test_an_unreadable_entry_of_another_person_neither_hides_nor_takes_over_theirs(home: Home) -> None:
    def broken(name: str) -> bytes:
        return b'{"resourceType":"Observation","id":"%s","subject":{"reference":"Patient/%s"},"status":"final","status":"amended"}' % (
            name.encode(), OLEG.encode())  # fmt: skip

    home.take(observation("whole", patient=OLEG), broken("bad"), person=home.oleg, patient=OLEG)
    home.take(broken("whole"), broken("bad"))
    aside = {row.id: (row.person, row.reason) for row in home.vault.replica.quarantine()}
    assert aside == {"bad": (home.oleg, "duplicate"), "whole": (home.anna, "person")}
    assert home.vault.replica.get("Observation", "whole") is not None
    # What is truly theirs takes the place of what only looked so.
    home.take(broken("whole"), person=home.oleg, patient=OLEG)
    assert {row.id: (row.person, row.reason) for row in home.vault.replica.quarantine()}["whole"] == (home.oleg, "duplicate")
