"""Whose record is open, as a number that grows with every switch: an answer to an older question is `Stale`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    # Only for the checker: the lock page reads this module and must not wait for the store's libraries.
    from desktop.store.thread import StoreThread
    from desktop.store.vault import Vault

P = ParamSpec("P")
T = TypeVar("T")


class Stale(Exception):
    """The person was switched while the question was under way; the answer is dropped without a word."""


class Scope:
    """The open person and the epoch. *Thread*: the loop's."""

    def __init__(self, store: StoreThread, vault: Vault) -> None:
        self.store = store
        self.vault = vault
        self.epoch = 0
        self.person = 0

    def switch(self, person: int) -> None:
        """Open another person's record: every question asked before is stale from now on."""
        self.epoch += 1
        self.person = person

    async def ask(self, fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Ask about the open person. *Raises* Stale when the person was switched before the answer came."""
        epoch = self.epoch
        answer = await self.store.call(fn, *args, **kwargs)
        if self.epoch != epoch:
            raise Stale
        return answer

    async def tell(self, fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Ask or write something that belongs to no open person: never stale."""
        return await self.store.call(fn, *args, **kwargs)
