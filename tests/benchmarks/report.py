"""Every benchmark once, as the table of docs/benchmarks.md: `python -m tests.benchmarks.report [--quick]`. Prints Markdown and nothing else.

Owns: which programs at which sizes make up the report. The figures' form is figures.py's.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime

from tests.benchmarks.figures import Figure, number, read

PROGRAMS = (
    ("bench_store", "M", "--rounds", "5"),
    ("bench_sync", "M", "L", "--rounds", "3", "--naive"),
    ("bench_sync", "M", "--rounds", "3", "--delay", "50ms"),
    ("bench_sync", "S", "--rounds", "3"),
    ("bench_session", "M", "L", "--rounds", "40"),
    ("bench_window", "--runs", "5"),
    ("bench_memory", "--hours", "6"),
)
QUICK = (("bench_store", "S", "--rounds", "3"), ("bench_sync", "S", "--rounds", "3"), ("bench_session", "S", "--rounds", "20"))
_LONGEST_S = 400


def figures_of(program: tuple[str, ...]) -> list[Figure]:
    """Run one program and read its lines; its detail goes to the standard error."""
    try:
        done = subprocess.run([sys.executable, "-m", f"tests.benchmarks.{program[0]}", *program[1:]], stdout=subprocess.PIPE,
                              encoding="utf-8", timeout=_LONGEST_S, check=False)
        said, code = done.stdout, done.returncode
    except subprocess.TimeoutExpired as late:
        said, code = (late.stdout or b"").decode() if isinstance(late.stdout, bytes) else late.stdout or "", -1
    print(f"--- {' '.join(program)}: exit {code}\n{said}", file=sys.stderr, flush=True)
    return [found for line in said.splitlines() if (found := read(line)) is not None]


def row(figure: Figure) -> str:
    """Write one line of the table."""
    sign, verdict = "≤" if figure.at_most else "≥", "reached" if figure.is_reached else "**not reached**"
    return (f"| {figure.code} | {figure.name} | {number(figure.value)}{figure.unit} | {sign} {figure.target:g}{figure.unit} | {verdict} | "
            f"{figure.detail} |")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="small sizes only, to see that every program runs")
    chosen = parser.parse_args()
    before = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    found = [figure for program in (QUICK if chosen.quick else PROGRAMS) for figure in figures_of(program)]
    found.sort(key=lambda figure: int(figure.code[1:]))
    after = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    print(f"{datetime.now(UTC):%d.%m.%Y}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
          f"load average {before:.1f} before and {after:.1f} after.\n")
    print("| # | Figure | Measured | Target | | Detail |\n|---|---|---|---|---|---|")
    for figure in found:
        print(row(figure))
    print(f"\nReached: {sum(figure.is_reached for figure in found)} of {len(found)}.")


if __name__ == "__main__":
    main()
