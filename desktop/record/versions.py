"""What can be told from two versions of one resource. Owns: when version ids are counts. A version id is otherwise opaque.

*Source*: HL7 FHIR R4, Resource.meta; servers.md: some servers count, some name a version by a digest that may be all digits by chance.
"""

from __future__ import annotations

from typing import Final

_COUNT_DIGITS: Final = 9


def is_lower(one: str | None, other: str | None) -> bool:
    """Say whether both are counts and `one` comes first."""
    return one is not None and other is not None and _is_count(one) and _is_count(other) and int(one) < int(other)


def _is_count(version: str) -> bool:
    return version.isascii() and version.isdigit() and len(version) <= _COUNT_DIGITS
