"""A file on its way up: a slow line is given the time that its size needs, and no more."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from desktop import limits
from desktop.clock import ManualClock
from desktop.sync.wire import Raw, Unreached, Wire
from tests.acting.desk import TODAY
from tests.chaos.virtual import VirtualLoop


class Slow(httpx.AsyncBaseTransport):
    """A line that takes its time."""

    def __init__(self, takes_s: float) -> None:
        self._takes_s = takes_s

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        loop = asyncio.get_running_loop()
        arrived = loop.create_future()
        loop.call_later(self._takes_s, arrived.set_result, None)
        await arrived
        return httpx.Response(201, stream=httpx.ByteStream(b"{}"))


@pytest.mark.parametrize(("size_bytes", "takes_s", "arrives"), [
    (0, 50, True), (0, 70, False), (limits.UPLOAD_BYTES, 300, True), (limits.UPLOAD_BYTES, 900, False),
])  # fmt: skip
def test_file_is_given_the_time_that_its_size_needs(size_bytes: int, takes_s: float, arrives: bool) -> None:
    loop = VirtualLoop(ManualClock(TODAY))

    async def send() -> Raw | Unreached:
        wire = Wire(transport=Slow(takes_s))
        try:
            return await wire.exchange("POST", "https://portal.test/fhir/Binary", headers={}, content=b"x" * size_bytes)
        finally:
            await wire.close()

    try:
        answer = loop.run_until_complete(send())
    finally:
        loop.close()
    assert isinstance(answer, Raw) is arrives
