"""The whole corpus under the product's own limits and many mutants, by hand: `python -m tests.worker.long 10000 1`. Prints figures.

The corpus is read for its facts too (pypdf). A mutant gets one second: what hangs, hangs.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import time
from collections import Counter
from itertools import islice

from desktop import limits
from tests.worker.corpus import CORPUS
from tests.worker.made import honest
from tests.worker.mutants import mutant, seeds
from tests.worker.trial import ENDS, Bench, Canary, Outcome

_MUTANT_WALL_S = 1.0
_FILES_A_PROCESS = 500
_FILES_A_LINE = 2_000


def figures(outcomes: list[Outcome], processes: int) -> dict[str, object]:
    """Sum up: deaths are processes that a file ended by itself, hangs those that had to be killed."""
    slowest = sorted(outcomes, key=lambda one: -one.took_s)[:5]
    deaths = [one for one in outcomes if one.died]
    return {
        "files": len(outcomes), "shown": sum(one.end == "shown" for one in outcomes), "ends": dict(Counter(one.end for one in outcomes)),
        "worker_deaths": len(deaths) - sum(one.end == "too_slow" for one in deaths), "hangs_killed": sum(one.end == "too_slow" for one in deaths),
        "processes": processes, "slowest_s": {one.name: round(one.took_s, 2) for one in slowest},
        "largest_rss_mib": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
    }  # fmt: skip


def main() -> None:
    """Run as many mutants as the command line says, from the seed it says; end with 1 where a promise is broken."""
    count, seed = (int(text) for text in islice((*sys.argv[1:3], *("10000", "1")[len(sys.argv[1:3]) :]), 2))
    canary, dice, began = Canary(), random.Random(seed), time.monotonic()
    with Bench(wall_s=limits.PDF_WALL_S) as bench:
        whole = [bench.try_one(name, canary.heard(make()), with_facts=True) for name, make in CORPUS.items()]
        print(json.dumps({"corpus": figures(whole, bench.processes)}), flush=True)
    damaged: list[Outcome] = []
    with Bench(wall_s=_MUTANT_WALL_S) as bench:
        for number, data in enumerate(seeds(dice, count)):
            damaged.append(bench.try_one(f"{seed}/{number}", canary.heard(mutant(data, dice))))
            if number % _FILES_A_PROCESS == _FILES_A_PROCESS - 1:
                bench.renew()
            if number % _FILES_A_LINE == _FILES_A_LINE - 1:
                print(json.dumps({"mutants": figures(damaged, bench.processes)}), flush=True)
        last = bench.try_one("honest", honest())
        print(json.dumps({"mutants": figures(damaged, bench.processes)}), flush=True)
    canary.close()
    broken = [one.name for one in (*whole, *damaged) if one.end not in ENDS or one.took_s > 3 * limits.PDF_WALL_S + limits.PDF_START_S]
    print(json.dumps({"broken": broken, "calls": canary.calls, "last_opens": last.end == "shown", "s": round(time.monotonic() - began)}))
    raise SystemExit(bool(broken or canary.calls or last.end != "shown"))


if __name__ == "__main__":
    main()
