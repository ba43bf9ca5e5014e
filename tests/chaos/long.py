"""Many fresh seeds by hand: `python -m tests.chaos.long 20000 [first] [processes] [file]`. Prints what broke and which faults were delivered.

Every chunk of seeds that is done is a line in the file; what stands there is not run again when the same is asked for once more.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any

from tests.chaos.machine import run

CHUNK = 50


def chunk(first: int) -> dict[str, Any]:
    """Run one chunk of seeds and sum it up."""
    began, faults, outcomes, requests = time.monotonic(), Counter[str](), Counter[str](), 0
    broken: dict[str, list[str]] = {}
    for seed in range(first, first + CHUNK):
        try:
            one = run(seed)
        except Exception as error:
            broken[str(seed)] = [f"raised {error!r}"[:300]]
            continue
        faults += one.faults
        outcomes += one.outcomes
        requests += one.requests
        if one.broken:
            broken[str(seed)] = one.broken[:5]
    return {"first": first, "seeds": CHUNK, "broken": broken, "requests": requests, "s": round(time.monotonic() - began, 1),
            "faults": dict(faults), "outcomes": dict(outcomes)}  # fmt: skip


def total(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """Add up the lines of a file."""
    faults, outcomes = Counter[str](), Counter[str]()
    for line in lines:
        faults.update(line["faults"])
        outcomes.update(line["outcomes"])
    return {
        "seeds": sum(line["seeds"] for line in lines), "broken": {seed: words for line in lines for seed, words in line["broken"].items()},
        "requests": sum(line["requests"] for line in lines), "process_s": round(sum(line["s"] for line in lines)),
        "faults_delivered": faults.total(), "faults": dict(faults.most_common()), "outcomes": dict(outcomes.most_common()),
    }  # fmt: skip


def main() -> None:
    """Run as many as the command line says, a hundred thousand being where fresh seeds begin."""
    count, first, processes = (int(text) for text in islice((*sys.argv[1:4], *("20000", "100000", "2")[len(sys.argv[1:4]):]), 3))
    file = Path(sys.argv[4]) if len(sys.argv) > 4 else None
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file is not None and file.exists() else []
    done = {line["first"] for line in lines}
    with ProcessPoolExecutor(processes) as pool:
        for line in pool.map(chunk, [one for one in range(first, first + count, CHUNK) if one not in done]):
            lines.append(line)
            if file is not None:
                with file.open("a", encoding="utf-8") as end:
                    end.write(json.dumps(line, ensure_ascii=False) + "\n")
            for seed, words in line["broken"].items():
                print(seed, words[:3], flush=True)
    whole = total(lines)
    print(json.dumps(whole, ensure_ascii=False))
    raise SystemExit(bool(whole["broken"]))


if __name__ == "__main__":
    main()
