"""One line a target, the same from every program: `P5 replica size 0.247 (target ≤ 0.35) reached`.

Owns: the form of that line, both ways. Lines of a program that begin otherwise are detail for whoever looks closer.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

_LINE = re.compile(r"(P\d+) (.+) (-?[\d.]+)(%| ms| s| MiB| MiB/h)? \(target ([≤≥<]) ([\d.]+)[^)]*\) (reached|not reached)(?:; (.+))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured figure against its target. `unit` stands directly behind both numbers; `detail` says spread and what binds."""

    code: str
    name: str
    value: float
    target: float
    at_most: bool = True
    unit: str = ""
    detail: str = ""

    @property
    def is_reached(self) -> bool:
        """Say whether the target is met, as the figure is written."""
        value = float(number(self.value))
        return value <= self.target if self.at_most else value >= self.target

    def __str__(self) -> str:
        sign, word = "≤" if self.at_most else "≥", "reached" if self.is_reached else "not reached"
        tail = f"; {self.detail}" if self.detail else ""
        return f"{self.code} {self.name} {number(self.value)}{self.unit} (target {sign} {self.target:g}{self.unit}) {word}{tail}"


def number(value: float) -> str:
    """Write a figure with three digits that count."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def tell(code: str, name: str, value: float, target: float, *, at_most: bool = True, unit: str = "", detail: str = "") -> None:
    """Print the line of one target."""
    print(Figure(code=code, name=name, value=value, target=target, at_most=at_most, unit=unit, detail=detail), flush=True)


def read(line: str) -> Figure | None:
    """Read such a line back; None for any other."""
    found = _LINE.fullmatch(line.strip())
    if found is None:
        return None
    code, name, value, unit, sign, target, _, detail = found.groups()
    return Figure(code=code, name=name, value=float(value), target=float(target), at_most=sign != "≥", unit=unit or "", detail=detail or "")


def share(values: Sequence[float], part: float) -> float:
    """Return the value that `part` of all stay under."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def spread(values: Sequence[float], *, unit: str = "", scale: float = 1.0) -> str:
    """Write median and range of several runs."""
    low, middle, high = (number(one * scale) for one in (min(values), statistics.median(values), max(values)))
    return f"{middle}{unit} of {low}-{high}"
