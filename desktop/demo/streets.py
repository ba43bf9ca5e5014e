"""Squares of a street map for the box: invented streets on a grid, the same at every zoom, drawn when they are asked for.

*Source*: PNG by its own rules: an indexed picture is a header, a palette, and rows of numbers under one deflate.
"""

from __future__ import annotations

import struct
import zlib
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_SIDE: Final = 256
_NEAREST: Final = 19
_BLOCK: Final = 1024
"""How far apart streets are, in pixels of the nearest zoom: some 180 metres."""
_LAND, _STREET, _AVENUE, _HOUSE, _PARK = range(5)
_COLOURS: Final = b"\xf2\xef\xe9" b"\xff\xff\xff" b"\xfb\xe3\xa1" b"\xdd\xd5\xca" b"\xcf\xe6\xc4"


def routes() -> list[Route]:
    """Return where the box serves its squares."""
    return [Route("/streets/{zoom:int}/{x:int}/{y:int}.png", _serve)]


async def _serve(request: Request) -> Response:
    zoom, x, y = (int(request.path_params[name]) for name in ("zoom", "x", "y"))
    if zoom > _NEAREST or max(x, y) >= 1 << zoom:
        return Response(status_code=404)
    return Response(picture(zoom, x, y), media_type="image/png")


def picture(zoom: int, x: int, y: int) -> bytes:
    """Return one square as a PNG."""
    step = 1 << (_NEAREST - zoom)
    across = [_line((x * _SIDE + n) * step, step, "x") for n in range(_SIDE)]
    rows: dict[tuple[int, int], bytes] = {}
    lines = []
    for n in range(_SIDE):
        at = (y * _SIDE + n) * step
        kind, block = _line(at, step, "y")
        if (kind, block) not in rows:
            rows[kind, block] = bytes(_point(kind, block, *one) for one in across)
        lines.append(b"\0" + rows[kind, block])
    header = struct.pack(">IIBBBBB", _SIDE, _SIDE, 8, 3, 0, 0, 0)
    parts = ((b"IHDR", header), (b"PLTE", _COLOURS), (b"IDAT", zlib.compress(b"".join(lines), 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_part(name, data) for name, data in parts)


def _part(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _line(at: int, step: int, way: str) -> tuple[int, int]:
    """Return what runs along a line of pixels, and the number of the block beside it."""
    block, inside = divmod(at, _BLOCK)
    is_avenue = zlib.crc32(f"{way}{block}".encode()) % 5 == 0
    if inside < max(80 if is_avenue else 44, step):
        return (_AVENUE if is_avenue else _STREET), block
    return (_HOUSE if 160 < inside < _BLOCK - 110 else _LAND), block


def _point(kind: int, block: int, across: int, beside: int) -> int:
    if kind in (_STREET, _AVENUE) or across in (_STREET, _AVENUE):
        return max(one for one in (kind, across) if one in (_STREET, _AVENUE))
    if zlib.crc32(f"{block // 2},{beside // 3}".encode()) % 7 == 0:
        return _PARK
    return _HOUSE if kind == across == _HOUSE and (block + beside) % 3 else _LAND
