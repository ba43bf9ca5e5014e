"""Many fresh seeds by hand: `python -m tests.chaos.long 20000 [first] [processes]`. Prints what broke and which faults were delivered."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from itertools import islice

from tests.chaos.machine import Result, run

CHUNK = 50


def chunk(first: int) -> list[Result]:
    """Run one chunk of seeds."""
    found = []
    for seed in range(first, first + CHUNK):
        try:
            one = run(seed)
        except Exception as error:
            one = Result(seed, [f"raised {error!r}"[:300]], "", Counter(), Counter(), 0)
        one.history = []
        found.append(one)
    return found


def main() -> None:
    """Run as many as the command line says, a hundred thousand being where fresh seeds begin."""
    count, first, processes = (int(text) for text in islice((*sys.argv[1:], *("20000", "100000", "2")[len(sys.argv) - 1:]), 3))
    began, done, faults, outcomes, requests = time.monotonic(), 0, Counter[str](), Counter[str](), 0
    broken: dict[int, list[str]] = {}
    with ProcessPoolExecutor(processes) as pool:
        for results in pool.map(chunk, range(first, first + count, CHUNK)):
            for one in results:
                done += 1
                faults += one.faults
                outcomes += one.outcomes
                requests += one.requests
                if one.broken:
                    broken[one.seed] = one.broken
                    print(one.seed, one.broken[:3], flush=True)
            if done % 500 == 0:
                line = {"seeds": done, "broken": len(broken), "s": round(time.monotonic() - began), "requests": requests}
                print(json.dumps({**line, "faults": dict(faults)}), flush=True)
    print(json.dumps({"seeds": done, "broken": {str(seed): words for seed, words in broken.items()}, "requests": requests,
                      "faults": dict(faults.most_common()), "outcomes": dict(outcomes.most_common())}, ensure_ascii=False))  # fmt: skip
    raise SystemExit(bool(broken))


if __name__ == "__main__":
    main()
