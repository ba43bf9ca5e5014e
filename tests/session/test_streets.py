"""Streets: only from a source that the administrator names, nothing of a person in what is asked, and kept for when there is no network."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest

from desktop import limits
from desktop.clock import ManualClock
from desktop.demo.portal import DemoPortal
from desktop.demo.streets import picture
from desktop.record.streets import Tile
from desktop.session.session import Session
from desktop.session.streets import VARIABLE, StreetSource, source
from tests import kept

TEMPLATE = "https://streets.example/{z}/{x}/{y}.png"
HERE = StreetSource(template=TEMPLATE, attribution="© the town")
TILES = tuple(Tile(14, 9_900 + x, 5_120) for x in range(4))


class Town(httpx.AsyncBaseTransport):
    """A source of squares that remembers what it was asked; `answer` may be replaced."""

    def __init__(self) -> None:
        self.asked: list[httpx.Request] = []
        self.answer: Callable[[httpx.Request], httpx.Response] = self.square

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return self.answer(request)

    @staticmethod
    def square(request: httpx.Request) -> httpx.Response:
        zoom, x, y = (int(part) for part in request.url.path.removesuffix(".png").split("/")[1:])
        return httpx.Response(200, content=picture(zoom, x, y), headers={"content-type": "image/png"})


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
async def at_home(tmp_path: Path, clock: ManualClock, box: DemoPortal, town: Town) -> AsyncIterator[Session]:
    kept.record(tmp_path / "record", start=clock.now())
    made = await kept.opened(tmp_path / "record", clock=clock, transport=town)
    yield made
    await made.lock()


async def fetched(session: Session, tiles: tuple[Tile, ...] = TILES) -> tuple[dict[Tile, bytes], bool]:
    got: dict[Tile, bytes] = {}

    async def take(tile: Tile, data: bytes) -> None:
        got[tile] = data

    return got, await session.streets.fetch(HERE, tiles, take)


def name(folder: Path, **streets: object) -> Path:
    file = folder / "map.json"
    file.write_text(json.dumps({"streets": streets}), "utf-8")
    return file


async def test_no_source_is_named_by_itself(at_home: Session) -> None:
    assert await at_home.streets.source() is None


def test_source_is_read_from_the_administrators_file_before_the_one_beside_the_vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "etc").mkdir()
    name(tmp_path, template=TEMPLATE, attribution=" © the town ", zoom=[13, 17])
    assert source(tmp_path) == StreetSource(template=TEMPLATE, attribution="© the town", farthest=13, nearest=17)
    file = name(tmp_path / "etc", template="https://region.example/{z}/{y}/{x}", attribution="© the region")
    monkeypatch.setenv(VARIABLE, str(file))
    found = source(tmp_path)
    assert found is not None
    assert found.url(Tile(14, 1, 2)) == "https://region.example/14/2/1"
    file.write_text("{", "utf-8")
    assert source(tmp_path) == StreetSource(template=TEMPLATE, attribution="© the town", farthest=13, nearest=17)


@pytest.mark.parametrize("streets", [
    {}, {"template": TEMPLATE}, {"template": TEMPLATE, "attribution": " "}, {"template": 5, "attribution": "a"},
    {"template": "http://streets.example/{z}/{x}/{y}.png", "attribution": "a"},
    {"template": "file:///{z}/{x}/{y}.png", "attribution": "a"},
    {"template": "https://user@streets.example/{z}/{x}/{y}.png", "attribution": "a"},
    {"template": "https://streets.example/{z}/{x}.png", "attribution": "a"},
    {"template": TEMPLATE, "attribution": "a", "zoom": [17, 13]}, {"template": TEMPLATE, "attribution": "a", "zoom": [13, 99]},
    {"template": TEMPLATE, "attribution": "a", "zoom": "near"}, {"template": TEMPLATE, "attribution": "a", "zoom": [None, 3]},
    {"template": TEMPLATE, "attribution": "a", "zoom": [float("inf"), 3]},
])  # fmt: skip
def test_unsound_source_is_none(tmp_path: Path, streets: dict[str, object]) -> None:
    name(tmp_path, **streets)
    assert source(tmp_path) is None


async def test_squares_are_asked_for_once_without_a_word_of_the_person_and_are_there_with_no_network(at_home: Session, town: Town) -> None:
    got, is_whole = await fetched(at_home)
    assert is_whole
    assert got == {tile: picture(*tile) for tile in TILES}
    assert sorted(str(one.url) for one in town.asked) == [HERE.url(tile) for tile in TILES]
    assert {key for one in town.asked for key in one.headers} == {"host", "user-agent", "accept", "accept-encoding"}
    assert await at_home.streets.kept(HERE, TILES) == (got, ())


async def test_old_squares_are_shown_and_asked_for_again(at_home: Session, clock: ManualClock) -> None:
    got, _ = await fetched(at_home, TILES[:1])
    clock.advance(limits.STREETS_FRESH_DAYS * 86_400 + 1)
    assert await at_home.streets.kept(HERE, TILES[:2]) == (got, TILES[:2])


async def test_where_nobody_answers_one_square_alone_is_waited_for(at_home: Session, town: Town) -> None:
    def dead(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no way out")

    town.answer = dead
    assert await fetched(at_home) == ({}, False)
    assert len(town.asked) == 1


@pytest.mark.parametrize("answer", [
    httpx.Response(500), httpx.Response(302, headers={"location": "https://elsewhere.example/"}),
    httpx.Response(200, content=b"<html>Sign in to the network</html>"), httpx.Response(200, content=b"\x89PNG\r\n\x1a\n" + bytes(limits.STREET_BYTES)),
])  # fmt: skip
async def test_what_is_no_square_is_not_kept_and_not_followed(at_home: Session, town: Town, answer: httpx.Response) -> None:
    town.answer = lambda _request: answer
    assert await fetched(at_home, TILES[:1]) == ({}, False)
    assert len(town.asked) == 1
    assert await at_home.streets.kept(HERE, TILES[:1]) == ({}, TILES[:1])


async def test_place_where_the_source_has_nothing_is_not_asked_about_again(at_home: Session, town: Town) -> None:
    town.answer = lambda _request: httpx.Response(404)
    assert await fetched(at_home) == ({}, True)
    assert await at_home.streets.kept(HERE, TILES) == ({}, ())
