"""Which doctors deal with which part of the classification of diseases, for finding a service by a code. Never a diagnosis.

*Source*: chapters of ICD-10; who deals with them is general knowledge, provisional until a clinician has looked at it.
"""

from __future__ import annotations

import re
from typing import Final

CODE: Final = re.compile(r"([A-Z])(\d\d)(?:\.\d{1,2})?", re.IGNORECASE)
_CYRILLIC: Final = str.maketrans("АВСЕНКМОРТХ", "ABCEHKMOPTX")
_DEALS: Final = (
    ("A", 0, 99, ("инфекционист", "терапевт", "педиатр")), ("B", 0, 99, ("инфекционист", "терапевт", "педиатр")),
    ("C", 0, 99, ("онколог",)), ("D", 0, 48, ("онколог",)), ("D", 50, 99, ("гематолог", "терапевт", "педиатр")),
    ("E", 0, 99, ("эндокринолог", "терапевт")), ("F", 0, 99, ("психиатр", "психотерапевт")), ("G", 0, 99, ("невролог",)),
    ("H", 0, 59, ("окулист", "офтальмолог")), ("H", 60, 99, ("лор", "оториноларинголог")),
    ("I", 0, 99, ("кардиолог", "терапевт")), ("J", 0, 6, ("терапевт", "педиатр", "лор")),
    ("J", 7, 99, ("терапевт", "пульмонолог", "педиатр", "лор")),
    ("K", 0, 14, ("стоматолог",)), ("K", 15, 99, ("гастроэнтеролог", "хирург", "терапевт")),
    ("L", 0, 99, ("дерматовенеролог", "дерматолог")),
    ("M", 0, 99, ("ревматолог", "невролог", "ортопед", "травматолог")), ("N", 0, 39, ("уролог", "нефролог", "терапевт")),
    ("N", 40, 59, ("уролог",)), ("N", 60, 99, ("гинеколог",)), ("O", 0, 99, ("гинеколог",)), ("S", 0, 99, ("травматолог", "хирург")),
    ("T", 0, 99, ("травматолог", "хирург", "терапевт")),
)  # fmt: skip


def code(text: str) -> str:
    """Return the code that a text is, in capitals, Cyrillic look-alikes as Latin; nothing for a text that is none."""
    tidy = text.strip().upper().translate(_CYRILLIC)
    return tidy if CODE.fullmatch(tidy) else ""


def doctors(of: str) -> tuple[str, ...]:
    """Return the specialties, in lower case, that deal with a code; none for an unknown one."""
    match = CODE.fullmatch(of)
    if match is None:
        return ()
    letter, number = match[1].upper(), int(match[2])
    return next((who for part, first, last, who in _DEALS if part == letter and first <= number <= last), ())
