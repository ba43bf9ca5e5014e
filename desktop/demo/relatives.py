"""A relative with an account of their own is asked before anybody books for them the first time: the portal sends them a code.

Owns the codes, whom they were sent to and what a booking must carry. How the messages look on a page is pages.py's.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from desktop.clock import Clock
from desktop.demo import terms
from desktop.demo.answers import Who, refuse

CODE_S: Final = 3600.0
_TRIES: Final = 3
_CODE: Final = "urn:medkarta:confirmation-code"


@dataclass(slots=True)
class Message:
    """One code on its way to a relative. `until` is the portal's wall time in *seconds*."""

    person: str
    code: str
    until: float
    tries: int = 0


class Relatives:
    """Codes of one portal. `asked` are the Patients whose own account asks for one; it may be changed at any time."""

    def __init__(self, clock: Clock, *, asked: Iterable[str], seed: int) -> None:
        self._clock = clock
        self._random = random.Random(f"{seed}/codes")
        self._open: dict[tuple[str, str], Message] = {}
        self._agreed: set[tuple[str, str]] = set()
        self.asked = set(asked)
        self.messages: list[Message] = []
        """Every message that was sent, oldest first."""

    def check(self, visit: dict[str, Any], who: Who) -> None:
        """Take the code off a new booking; *Raises* Refused when the relative has not agreed and the code is not theirs."""
        extensions = visit.pop("extension", [])
        given = next((str(one.get("valueString", "")) for one in extensions if one.get("url") == _CODE), "")
        if kept := [one for one in extensions if one.get("url") != _CODE]:
            visit["extension"] = kept
        for person in terms.owners(visit):
            if person in self.asked and (who.account, person) not in self._agreed:
                self._prove(who.account, person, given)

    def _prove(self, account: str, person: str, given: str) -> None:
        now = self._clock.now().timestamp()
        sent = self._open.get((account, person))
        is_good = sent is not None and sent.tries < _TRIES and now < sent.until
        if not given:
            if not is_good:
                sent = self._open[account, person] = Message(person, f"{self._random.randrange(10**6):06d}", now + CODE_S)
                self.messages.append(sent)
            raise refuse(422, "business-rule", "Нужен код, который пришёл вашему близкому.", detail="RELATIVE_CODE_NEEDED")
        if sent is None or not is_good:
            raise refuse(422, "business-rule", "Код больше не действует.", detail="RELATIVE_CODE_EXPIRED")
        if given != sent.code:
            sent.tries += 1
            raise refuse(422, "business-rule", "Код не подходит.", detail="RELATIVE_CODE_WRONG")
        self._agreed.add((account, person))
