"""Stands in for the system browser: walks the sign-in pages of the box and follows them home. Started by the program through BROWSER."""

from __future__ import annotations

import asyncio
import sys

import httpx

from desktop.demo import visitor

LOGIN, PASSWORD = "n.orlova@pochta.example", "zarechensk-2026"


async def main(url: str) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        home = await visitor.walk(client, url, login=LOGIN, password=PASSWORD)
        await client.get(home)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
