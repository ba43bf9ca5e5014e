"""What goes wrong on purpose, how often and where: the plan of faults. How each is delivered is upset.py's.

A spec is a comma list; each item is `KIND[@METHOD/ROUTE][=VALUE]`, for example
`lose_answer=0.2, delay=50ms, 429@GET/Observation=0.1, lose_answer@PUT/Slot=x1, relative_next, skew=-3600s`.
VALUE holds, split by ":", a probability (0..1), a time (50ms, 2s), a size (5MB) and a number of times (x3).
ROUTE is the first part of the path below the base: a type, `metadata`, `Bundle` (POST to the base), or `oidc`.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

from desktop.demo.answers import Call

STATUSES: Final = frozenset({401, 403, 404, 409, 412, 429, 500, 502, 503, 504})
KINDS: Final = frozenset(
    {
        "lose_request",  # dropped before any effect
        "lose_answer",  # applied, then dropped
        "late_request",  # dropped; applied later all the same
        "late_duplicate",  # answered; a write arrives once more later
        "delay",
        "cut",  # the body breaks off in the middle
        "short",  # the body is truncated, the framing is sound
        "drip",
        "huge",
        "html",
        "empty",
        "malformed",
        "foreign",
        "after_500",  # applied, then answered 500
        "after_503",
    }
)
WEAK: Final = frozenset(
    {"deny_batch", "deny_transactions", "no_client_ids", "no_next_links", "relative_next", "seconds_precision"}
)
_ITEM: Final = re.compile(r"(?P<kind>\w+)(?:@(?P<method>[A-Z]*)(?:/(?P<route>\w*))?)?(?:=(?P<value>\S+))?")
_TIME: Final = re.compile(r"(-?\d+(?:\.\d+)?)(ms|s|m|h)")
_SIZE: Final = re.compile(r"(\d+)(KB|MB)")
_SECONDS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_BYTES: Final = {"KB": 2**10, "MB": 2**20}


@dataclass(slots=True)
class Fault:
    """One planned fault. `amount` is *seconds*, or bytes for `huge`; `left` is how often it may still happen."""

    kind: str
    chance: float = 1.0
    amount: float | None = None
    method: str = ""
    route: str = ""
    left: int | None = None

    def fits(self, method: str, route: str) -> bool:
        return self.left != 0 and self.method in ("", method) and self.route in ("", route)


class Faults:
    """The plan. It may be changed at any time; `delivered` counts what happened."""

    def __init__(self, spec: str = "", *, seed: int = 1) -> None:
        self._random = random.Random(seed)
        self.plan: list[Fault] = []
        self.weak: set[str] = set()
        self.skew_s = 0.0
        self.delivered: Counter[str] = Counter()
        self.late: list[tuple[float, Call, str | None]] = []
        if spec:
            self.parse(spec)

    def parse(self, spec: str) -> Faults:
        """Take over the plan that `spec` describes, in place of the present one. *Raises* ValueError."""
        self.clear()
        for item in filter(None, (part.strip() for part in spec.split(","))):
            found = _ITEM.fullmatch(item)
            if found is None:
                raise ValueError(item)
            kind = found["kind"].removeprefix("status_")
            if kind in WEAK:
                self.weak.add(kind)
                continue
            chance, amount, times = _value(found["value"] or "")
            if kind == "skew":
                self.skew_s = amount or 0.0
                continue
            self.add(kind, chance, amount=amount, method=found["method"] or "", route=found["route"] or "", times=times)
        return self

    def add(
        self,
        kind: str,
        chance: float = 1.0,
        *,
        amount: float | None = None,
        method: str = "",
        route: str = "",
        times: int | None = None,
    ) -> None:
        """Plan one more fault. *Raises* ValueError for a kind that we do not have."""
        if kind not in KINDS and not (kind.isdecimal() and int(kind) in STATUSES):
            raise ValueError(kind)
        self.plan.append(Fault(kind, chance, amount, method, route, times))

    def clear(self) -> None:
        """Stop every fault. What is already under way late still comes."""
        self.plan.clear()
        self.weak.clear()
        self.skew_s = 0.0

    def draw(self, method: str, route: str) -> list[Fault]:
        """Return the faults that hit this request, at most one of each kind."""
        hit: dict[str, Fault] = {}
        for fault in self.plan:
            if fault.fits(method, route) and fault.kind not in hit and self._random.random() < fault.chance:
                if fault.left is not None:
                    fault.left -= 1
                hit[fault.kind] = fault
        return list(hit.values())

    def between(self, low: float, high: float) -> float:
        """Return a number from the plan's own randomness."""
        return self._random.uniform(low, high)

    def pick(self, count: int) -> int:
        """Return a whole number below `count` from the plan's own randomness."""
        return self._random.randrange(count)


def _value(text: str) -> tuple[float, float | None, int | None]:
    chance, amount, times = 1.0, None, None
    for part in filter(None, text.split(":")):
        if time := _TIME.fullmatch(part):
            amount = float(time[1]) * _SECONDS[time[2]]
        elif size := _SIZE.fullmatch(part):
            amount = float(int(size[1]) * _BYTES[size[2]])
        elif re.fullmatch(r"x\d+", part):
            times = int(part[1:])
        else:
            chance = float(part)
            if not 0 <= chance <= 1:
                raise ValueError(part)
    return chance, amount, times
