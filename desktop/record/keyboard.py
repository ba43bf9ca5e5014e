"""What was meant by a word typed with the other layout switched on. Owns: the two layouts of a Russian keyboard. Nothing else."""

from __future__ import annotations

from typing import Final

_RUSSIAN: Final = str.maketrans("`qwertyuiop[]asdfghjkl;'zxcvbnm,.~{}:\"<>", "ёйцукенгшщзхъфывапролджэячсмитьбюёхъжэбю")


def in_russian(text: str) -> str:
    """Return what the same keys say in the Russian layout, in lower case: «utvjukj,by» is «гемоглобин»."""
    return text.lower().translate(_RUSSIAN)
