"""Numbers of invented people: they pass their check digits and belong to no one.

Source: domain identifiers (СНИЛС mod 101, ЕНП Luhn). ЕНП begin with 5000 (an impossible coded month), СНИЛС with
000-9.., phones with the area code 000, which does not exist.
"""

from __future__ import annotations

from random import Random


def snils(body: str) -> str:
    """Complete nine digits to a СНИЛС, as printed: «000-912-345 67»."""
    total = sum(int(digit) * (9 - index) for index, digit in enumerate(body)) % 101
    check = 0 if total == 100 else total
    return f"{body[:3]}-{body[3:6]}-{body[6:]} {check:02}"


def luhn_passes(number: str) -> bool:
    """Check a number by Luhn's rule."""
    total = 0
    for index, digit in enumerate(reversed(number)):
        value = int(digit) * (1 + index % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def enp(rng: Random, *, ending: str) -> str:
    """Find a policy number that begins with 5000, ends as told and passes its check digit."""
    while True:
        number = f"5000{rng.randrange(10**8):08}{ending}"
        if luhn_passes(number):
            return number


def phone(rng: Random) -> str:
    """Make a telephone number in the area code that does not exist."""
    return f"+7000{rng.randrange(10**7):07}"
