"""Whether this computer has a program that signs: looked for by its own files, never started, never asked for a key.

Owns: where such programs live on each system. The product does not sign: a qualified signature needs a certified provider, so the
paper is handed over to one, and its detached signature is taken back.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

_PLACES: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "linux": (("КриптоПро CSP", "/opt/cprocsp/bin"), ("ViPNet CSP", "/opt/itcs/bin"), ("КриптоАРМ", "/opt/cryptoarm-gost")),
    "darwin": (("КриптоПро CSP", "/opt/cprocsp/bin"), ("КриптоАРМ", "/Applications/CryptoARM GOST.app")),
    "win32": (
        ("КриптоПро CSP", "C:/Program Files/Crypto Pro/CSP"),
        ("КриптоПро CSP", "C:/Program Files (x86)/Crypto Pro/CSP"),
        ("ViPNet CSP", "C:/Program Files/InfoTeCS/ViPNet CSP"),
        ("КриптоАРМ", "C:/Program Files/CryptoARM GOST"),
    ),
}


def signing_program(platform: str = sys.platform, *, is_there: Callable[[Path], bool] = Path.exists) -> str:
    """Return the name of the first program found that makes qualified signatures, or nothing."""
    places: Sequence[tuple[str, str]] = _PLACES.get(platform, ())
    return next((name for name, place in places if is_there(Path(place))), "")
