"""Every benchmark once, as the table of docs/benchmarks.md: `python -m tests.benchmarks.report [--large] [--quick] [--write]`.

Prints Markdown; `--write` puts it into docs/benchmarks.md in place of the figures there. Owns: which programs at which sizes make
up the report, and how long each may take. The figures' form is figures.py's.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks.figures import Figure, number, read

PROGRAMS = (
    ("bench_store", "M", "--rounds", "5"),
    ("bench_sync", "M", "--rounds", "3", "--naive"),
    ("bench_sync", "M", "--rounds", "3", "--delay", "50ms"),
    ("bench_sync", "S", "--rounds", "3"),
    ("bench_session", "M", "--rounds", "40"),
    ("bench_window", "--runs", "5"),
    ("bench_list",),
    ("bench_memory", "--hours", "6"),
)
LARGE = (
    ("bench_store", "M", "--rounds", "5"),
    ("bench_sync", "M", "L", "--rounds", "3", "--naive"),
    ("bench_sync", "M", "--rounds", "3", "--delay", "50ms"),
    ("bench_sync", "S", "--rounds", "3"),
    ("bench_session", "M", "L", "--rounds", "40"),
    ("bench_window", "--runs", "5", "--sizes", "M", "L"),
    ("bench_list",),
    ("bench_memory", "--hours", "6"),
)
QUICK = (
    ("bench_store", "S", "--rounds", "3"), ("bench_sync", "S", "--rounds", "3"), ("bench_session", "S", "--rounds", "20"),
    ("bench_window", "--runs", "2", "--sizes", "S"), ("bench_list", "--rows", "5000", "--frames", "100"),
    ("bench_memory", "--hours", "2", "--size", "S"),
)  # fmt: skip
_DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"
_HEADING = "## Figures\n"
_LONGEST_S = 400


def figures_of(program: tuple[str, ...]) -> list[Figure]:
    """Run one program and read its lines; its detail goes to the standard error."""
    began = time.monotonic()
    try:
        done = subprocess.run([sys.executable, "-m", f"tests.benchmarks.{program[0]}", *program[1:]], stdout=subprocess.PIPE,
                              encoding="utf-8", timeout=_LONGEST_S, check=False)
        said, code = done.stdout, done.returncode
    except subprocess.TimeoutExpired as late:
        said, code = (late.stdout or b"").decode() if isinstance(late.stdout, bytes) else late.stdout or "", -1
    print(f"--- {' '.join(program)}: exit {code} after {time.monotonic() - began:.0f} s\n{said}", file=sys.stderr, flush=True)
    return [found for line in said.splitlines() if (found := read(line)) is not None]


def row(figure: Figure) -> str:
    """Write one line of the table."""
    sign, verdict = "≤" if figure.at_most else "≥", "reached" if figure.is_reached else "**not reached**"
    return (f"| {figure.code} | {figure.name} | {number(figure.value)}{figure.unit} | {sign} {figure.target:g}{figure.unit} | {verdict} | "
            f"{figure.detail} |")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--large", action="store_true", help="the record of 200,000 resources too, some five minutes more")
    parser.add_argument("--quick", action="store_true", help="small sizes only, to see that every program runs")
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    chosen = parser.parse_args()
    began = time.monotonic()
    before = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    found = [figure for program in (QUICK if chosen.quick else LARGE if chosen.large else PROGRAMS) for figure in figures_of(program)]
    found.sort(key=lambda figure: int(figure.code[1:]))
    after = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    text = "\n".join([
        f"{datetime.now(UTC):%d.%m.%Y}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"load average {before:.1f} before and {after:.1f} after (the benchmarks' own included), "
        f"{(time.monotonic() - began) / 60:.0f} minutes.\n",
        "| # | Figure | Measured | Target | | Detail |\n|---|---|---|---|---|---|",
        *map(row, found),
        f"\nReached: {sum(figure.is_reached for figure in found)} of {len(found)}.\n",
    ])  # fmt: skip
    print(text)
    if chosen.write:
        kept = _DOCUMENT.read_text("utf-8").partition(_HEADING)[0]
        _DOCUMENT.write_text(f"{kept}{_HEADING}\n{text}", "utf-8")


if __name__ == "__main__":
    main()
