"""What makes a house call impossible as it is written: a telephone that nobody can call, a temperature that nobody has.

Does not own: which fields there are (acts), nor the words for a fault (views, errors). Symptoms are never weighed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

_CALLABLE: Final = re.compile(r"[\d\s()+\-.,;доб]*")
_DIGIT: Final = re.compile(r"\d")
_DIGITS: Final = (5, 15)
_DEGREES: Final = (34.0, 43.0)


def is_callable(phone: str) -> bool:
    """Say whether a doctor could call this: a town's own number, and one with an extension, will do."""
    least, most = _DIGITS
    return least <= len(_DIGIT.findall(phone)) <= most and _CALLABLE.fullmatch(phone.lower()) is not None


def is_of_a_body(degrees: float) -> bool:
    """Say whether a person can have this temperature, in degrees Celsius."""
    coldest, hottest = _DEGREES
    return coldest <= degrees <= hottest


def fault(body: Mapping[str, Any]) -> str:
    """Return the first field of a call's body that cannot be so, or nothing."""
    phone, degrees = body.get("phone"), body.get("temperature")
    if isinstance(phone, str) and not is_callable(phone):
        return "phone"
    return "temperature" if isinstance(degrees, int | float) and not is_of_a_body(degrees) else ""
