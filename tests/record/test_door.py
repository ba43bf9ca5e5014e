"""The strict door: the fast way gives the slow one's verdict, and neither lets in what security.md R-42 forbids."""

from __future__ import annotations

import json
import time
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop import limits
from desktop.record import door
from desktop.record.door import Unreadable


def _slow(raw: bytes) -> str | None:
    try:
        door.strict(raw, limit_bytes=limits.RESOURCE_BYTES)
    except Unreadable as refusal:
        return refusal.reason
    return None


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _fast(raw: bytes) -> str | None:
    """Ask the door as read_page does: a syntax check first, twice, so that the second time the shape is known."""
    try:
        msgspec.json.Decoder(msgspec.Raw).decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return "refused before"
    first = door.entry_is_fit(raw, is_utf8=_is_utf8(raw))
    assert door.entry_is_fit(raw, is_utf8=_is_utf8(raw)) == first
    return first


@pytest.mark.parametrize(("raw", "reason"), [
    (b'{"a":1,"a":2}', "duplicate"), (b'{"a":{"b":1,"b":2}}', "duplicate"), (b'{"a":1,"\\u0061":2}', "duplicate"),
    (b'{"a":[{"x":1},{"x":1,"x":1}]}', "duplicate"), (b'{"a":NaN}', "number"), (b'{"a":-Infinity}', "number"), (b'{"a":1e400}', "number"),
    (b'{"a":9223372036854775808}', "number"), (b'{"a":-9223372036854775809}', "number"), (b'{"a":1.' + b"2" * 70 + b"}", "number"),
    (b'{"a":1e1000000}', "number"), (b'{"a":"\\ud800x"}', "surrogate"), (b'{"a":"\\udc00\\ud800"}', "surrogate"),
    (b'{"a":"\xff"}', "utf8"), (b'{"a":"\xed\xa0\x80"}', "utf8"), (b'{"a":01}', "syntax"), (b'{"a":"\x01"}', "syntax"),
    (b"{'a':1}", "syntax"),
    (b'{"a":1}x', "syntax"), (b"", "syntax"), (b"[" * 65 + b"]" * 65, "depth"), (b'{"a":' * 70 + b"1" + b"}" * 70, "depth"),
    (b"[" * 200_000, "depth"), (b"[" + b"[]," * 500_000 + b"[]]", "elements")])
def test_what_is_forbidden_is_refused_with_its_reason(raw: bytes, reason: str) -> None:
    assert _slow(raw) == reason
    assert _fast(raw) in (reason, "refused before")


@pytest.mark.parametrize("raw", [
    b'{"a":9223372036854775807}', b'{"a":-9223372036854775808}', b'{"a":0.000000000000000000012}', b'{"a":123456789.123456789}',
    b'{"a":1.000000000000000000E-245}',
    b'{"a":1E5}',
    b'{"a":"\\ud83d\\ude00"}', b'{"a":"{[\\"}]"}', b'{"a":["x:","y"],"b":"z:"}', b"[" * 64 + b"]" * 64, b'{"a":"","b":null}',
    b'{"":{"":1}}'])
def test_what_is_unusual_but_sound_is_let_in(raw: bytes) -> None:
    assert _slow(raw) is None
    assert _fast(raw) is None


def test_a_size_over_the_bound_is_refused_without_reading() -> None:
    huge = b'{"a":"' + b"x" * limits.RESOURCE_BYTES + b'"}'
    assert door.entry_is_fit(huge, is_utf8=True) == "size"
    with pytest.raises(Unreadable):
        door.strict(b" " * (limits.RESPONSE_BYTES + 1))


@pytest.mark.parametrize("bomb", [b'{"a":' + b"9" * 1_000_000 + b"}", b'{"a":1e' + b"9" * 1_000_000 + b"}",
                                  b"[" + b'"",' * 600_000 + b'""]', b'{"k":[' + b"{}," * 499_000 + b"{}]}"])
def test_no_bomb_takes_two_seconds(bomb: bytes) -> None:
    began = time.process_time()
    _slow(bomb)
    _fast(bomb)
    assert time.process_time() - began < 2.0


_NAMES = st.sampled_from(["a", "b", ":", ":1,", "a:", "id", 'q"', "{", "}", "x:1,", "", "\\", "ё"])
_TEXTS = st.sampled_from(["", ":", ",", "a:", ":1,", '"', '":1', "{}", "]", " x", "\\", "\\\\", "ё", '","a":"', "x", "end:"])
_NUMBERS = st.sampled_from(["0", "-1", "1.50", "1e5", "1E400", "123456789012345678901", "9223372036854775808",
                             "0.1234567890123456789", "12"])


def _written(draw: Any, depth: int) -> str:
    """Write JSON text by hand, so that names may repeat and spaces may stand anywhere."""
    kind = draw(st.integers(0, 6 if depth < 4 else 3))
    if kind in (0, 1):
        return json.dumps(draw(_TEXTS), ensure_ascii=draw(st.booleans()))
    if kind == 2:
        return str(draw(_NUMBERS))
    if kind == 3:
        return str(draw(st.sampled_from(["true", "null", '"\\ud800"', '"\\u0041"'])))
    gap = draw(st.sampled_from(["", "", " ", "\n "]))
    count = draw(st.integers(0, 3))
    if kind == 4:
        return "[" + ("," + gap).join(_written(draw, depth + 1) for _ in range(count)) + "]"
    pairs = [json.dumps(draw(_NAMES)) + draw(st.sampled_from(["", "", " "])) + ":" + gap + _written(draw, depth + 1) for _ in range(count)]
    return "{" + gap + ("," + gap).join(pairs) + "}"


@settings(max_examples=600)
@given(st.data())
def test_the_fast_way_and_the_slow_way_agree(data: st.DataObject) -> None:
    for _ in range(3):
        raw = _written(data.draw, 0).encode("utf-8", "replace")
        fast = _fast(raw)
        if fast == "refused before":
            assert _slow(raw) is not None
        else:
            assert fast == _slow(raw), raw


@settings(max_examples=400)
@given(st.binary(max_size=80))
def test_any_bytes_are_judged_and_nothing_else_is_raised(raw: bytes) -> None:
    fast, slow = _fast(raw), _slow(raw)
    assert (fast is None) == (slow is None)


def test_a_repeated_name_is_refused_though_its_shape_but_for_values_is_known() -> None:
    good = b'{"resourceType":"X","a":[{"k":"v"},{"k":"w"}],"b":":1,"}'
    assert _fast(good) is None
    for bad in (b'{"resourceType":"X","a":[{"k":"v"},{"k":"w"}],"b":":1,","b":1}',
                b'{"resourceType":"X","a":[{"k":"v","k":"w"}],"b":":1,"}'):
        assert _fast(bad) == "duplicate"


def test_numbers_beyond_the_ordinary_are_never_hidden_by_a_known_shape() -> None:
    assert _fast(b'{"v":1}') is None
    for number in (b"1e999", b"123456789012345678901234567890", b"1." + b"7" * 80):
        assert _fast(b'{"v":' + number + b"}") == "number"
