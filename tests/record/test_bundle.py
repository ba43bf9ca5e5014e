"""Pages: tolerant of what servers really send, strict about each entry."""

from __future__ import annotations

import json
import random
import time

import pytest

from desktop import limits
from desktop.record.bundle import read_entry, read_page
from desktop.record.door import Unreadable


def _page(entries: list[bytes], **more: object) -> bytes:
    head = json.dumps({"resourceType": "Bundle", "type": "searchset", **more})[:-1].encode()
    return head + b',"entry":[' + b",".join(entries) + b"]}"


def _entry(raw: bytes, mode: str | None = None) -> bytes:
    return b'{"resource":' + raw + (b',"search":{"mode":"%s"}' % mode.encode() if mode else b"") + b"}"


OBSERVATION = b'{"resourceType":"Observation","id":"o","meta":{"versionId":"3","lastUpdated":"2026-01-01T00:00:00Z"}}'
OUTCOME = b'{"resourceType":"OperationOutcome","issue":[]}'


def test_links_total_and_raw_bytes_are_read() -> None:
    links = [{"relation": "next", "url": "?p=2"}, {"relation": "self", "url": "s"}]
    page = read_page(_page([_entry(OBSERVATION, "include")], total=9, link=links))
    assert (page.next, page.self_url, page.total, page.type) == ("?p=2", "s", 9, "searchset")
    only = page.entries[0]
    assert (only.type, only.id, only.version_id, only.mode, only.raw) == ("Observation", "o", "3", "include", OBSERVATION)


def test_a_missing_mode_is_a_match_and_outcomes_are_no_entries() -> None:
    page = read_page(_page([_entry(OBSERVATION), _entry(OUTCOME, "outcome"), _entry(OUTCOME)]))
    assert [entry.mode for entry in page.entries] == ["match"]
    assert len(page.outcomes) == 2


@pytest.mark.parametrize("body", [b'{"resourceType":"Bundle","type":"searchset"}', b'{"resourceType":"Bundle","entry":[]}',
                                  b'{"resourceType":"Bundle","entry":null,"link":null}'])
def test_an_empty_answer_has_no_entries(body: bytes) -> None:
    assert read_page(body).entries == ()


def test_a_resource_that_came_alone_is_a_page_of_one() -> None:
    assert [entry.id for entry in read_page(OBSERVATION).entries] == ["o"]
    assert read_page(OUTCOME).outcomes == (OUTCOME,)


def test_a_missing_id_comes_from_the_full_url() -> None:
    page = read_page(_page([b'{"fullUrl":"urn:uuid:1b4e28ba-2fa1-11d2-883f-0016d3cca427","resource":{"resourceType":"Observation"}}']))
    assert page.entries[0].id == "1b4e28ba-2fa1-11d2-883f-0016d3cca427"


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'"x"', b"{}", b'{"resourceType":"Bundle","entry":[{"resource":{"a":',
                                  b"\xff\xfe", b"[" * 100_000, b'{"resourceType":"Bundle","entry":{"a":1}}'])
def test_what_is_no_answer_is_refused_whole(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read_page(body)


def test_too_many_entries_or_bytes_are_refused_whole() -> None:
    with pytest.raises(Unreadable):
        read_page(_page([_entry(OBSERVATION)] * (limits.PAGE_ENTRIES + 1)))
    with pytest.raises(Unreadable):
        read_page(b" " * 100, limit_bytes=99)


@pytest.mark.parametrize(("bad", "reason"), [
    (b'{"resourceType":"Observation","id":"bad","v":NaN}', "syntax"),
    (b'{"resourceType":"Observation","id":"bad","v":1,"v":2}', "duplicate"),
    (b'{"resourceType":"Observation","id":"bad","v":"\xff"}', "utf8"), (b'{"resourceType":"Observation","id":"bad","v":}', "syntax"),
    (b'{"resourceType":"Observation","id":"bad","v":' + b"[" * 70 + b"]" * 70 + b"}", "depth"),
    (b'{"resourceType":"Observation","id":"bad","v":1e999}', "number"), (b'{"resourceType":"Observation","id":"bad","v":[1}', "syntax"),
    (b'{"resourceType":"Observation","id":"bad","v":"' + b"x" * limits.RESOURCE_BYTES + b'"}', "size")])
def test_a_bad_entry_is_marked_and_the_others_stand(bad: bytes, reason: str) -> None:
    page = read_page(_page([_entry(OBSERVATION), _entry(bad), _entry(OBSERVATION.replace(b'"o"', b'"p"'))]))
    assert [(entry.id, entry.reason) for entry in page.entries] == [("o", None), ("bad", reason), ("p", None)]


def test_a_broken_page_that_hides_its_next_link_is_refused() -> None:
    body = _page([_entry(OBSERVATION), _entry(b'{"resourceType":"Observation","id":"bad","v":[1}')])
    with pytest.raises(Unreadable):
        read_page(body[:-1] + b',"link":[{"relation":"next","url":"x"}]}')


def test_one_resource_alone_is_judged_like_an_entry() -> None:
    assert read_entry(OBSERVATION).reason is None
    assert read_entry(b'{"resourceType":"Observation","id":"x",').reason == "syntax"
    assert read_entry(b'{"resourceType":"Observation"}').reason == "shape"
    assert read_entry(b"[1]").reason == "shape"


def test_a_page_cut_off_anywhere_is_never_taken_for_the_whole_list() -> None:
    entry = '{"resource":{"resourceType":"Slot","id":"s%d","meta":{"versionId":"1"}},"search":{"mode":"match"}}'
    whole = ('{"resourceType":"Bundle","type":"searchset","entry":[' + ",".join(entry % one for one in range(3)) + "]}").encode()
    believed = []
    for size in range(len(whole)):
        try:
            read_page(whole[:size])
        except Unreadable:
            continue
        believed.append(whole[:size][-12:])
    # Only the bracket that closes the Bundle itself may be wanting.
    assert believed in ([], [whole[:-1][-12:]])


BROKEN = (
    b"NaN", b"-Infinity", b"1e400", b"1e1000000", b"9223372036854775808", b"-99999999999999999999", b"0." + b"7" * 80, b'"\\ud800"',
    b'"\\udc00\\ud83d"', b'"\xff"', b'"\xed\xa0\x80"', b'"\x01"', b"01", b"+1", b".5", b"nul", b"'a'", b"[1,]", b'{"b":1,}', b'{"b" 1}',
    b'{"b":1,"b":2}', b'{"b":{"c":1,"\\u0063":2}}', b"[" * 70 + b"]" * 70, b'{"b":' * 70 + b"1" + b"}" * 70, b'"\\x"', b'"\\u12"', b"",
)  # fmt: skip


def test_ten_thousand_malformed_resources_are_set_aside_and_no_good_one_with_them() -> None:
    dice = random.Random(20260514)
    began = time.process_time()
    for page in range(200):
        bodies = [_malformed(f"bad-{number}", dice) for number in range(50)]
        good = OBSERVATION.replace(b'"o"', b'"good"')
        got = read_page(_page([*map(_entry, bodies[:25]), _entry(good), *map(_entry, bodies[25:])])).entries
        assert [entry.id for entry in got if entry.reason is None] == ["good"], page
        assert [entry.raw for entry in got if entry.reason is not None] == bodies, page
    assert time.process_time() - began < 20


def _malformed(id: str, dice: random.Random) -> bytes:
    """Write a resource with one thing that must not be in it, at a depth and among other members as chance has it."""
    inside = b'"x":' + dice.choice(BROKEN)
    for _ in range(dice.randrange(5)):
        name = b'"%s"' % dice.choice((b"code", b"note", b"component", b"\\u0451", b"{["))
        inside = name + b":" + dice.choice((b"{%b}", b"[{%b}]", b'{"a":"]}",%b}', b'{%b,"z":[1,"\\""]}')) % inside
    around = [b'"resourceType":"Observation"', b'"id":"%s"' % id.encode(), b'"status":"final"', inside]
    if dice.random() < 0.5:
        around[2:] = reversed(around[2:])
    return b"{" + b",".join(around) + b"}"
