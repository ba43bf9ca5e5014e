"""How good a new passphrase is, in words. A guess for the person's eye: it never refuses but for the least length."""

from __future__ import annotations

from typing import Final, Literal

from desktop import limits

Strength = Literal["short", "weak", "fair", "strong"]
_COMMON: Final = ("123", "qwerty", "йцукен", "пароль", "password", "111", "000", "abc", "абв")
_FAIR_POINTS: Final = 14
_STRONG_POINTS: Final = 22


def strength(phrase: str) -> Strength:
    """Return how hard `phrase` is to guess: length counts most, then different characters and words."""
    if len(phrase) < limits.PASSPHRASE_MIN_CHARS:
        return "short"
    low = phrase.lower()
    points = len(set(low)) + 3 * (len(set(low.split())) - 1) + len(phrase) // 4
    points += 2 * (any(char.isdigit() for char in phrase) + any(not char.isalnum() for char in phrase.replace(" ", "")))
    points -= 6 * any(piece in low for piece in _COMMON)
    return "strong" if points >= _STRONG_POINTS else "fair" if points >= _FAIR_POINTS else "weak"
