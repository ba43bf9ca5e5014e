"""Which words stay in one line, on the screen and on paper alike."""

from __future__ import annotations

import re
from typing import Final

_TOGETHER: Final = re.compile(
    r" (?:(?<=№ )(?=\d)|(?<=\b[гд]\. )(?=\w)|(?<=\b(?:ул|пр|кв)\. )(?=\w)|(?<=\bкаб\. )(?=\d)|(?<=абинет )(?=\d)|(?<=ценка )(?=\d)"
    r"|(?<=\b(?:по|до|на|от|из|за|не|ни|об|По|До|На|От|Из|За|Не) )(?=\w)|(?<=\d )(?=\(\d)|(?<=\d\) )(?=\d)"
    r"|(?<=\b\d{4} )(?=\d{4}\b)|(?<=\w )(?=№)|(?<=\w, )(?=\d{1,2}:\d\d\b)|(?<=\broom )(?=\d)|(?<=\bRated )(?=\d)"
    r"|(?=[А-ЯЁA-Z]\. ?[А-ЯЁA-Z]\.)|(?<= [А-ЯЁA-Z]\. )(?=[А-ЯЁA-Z]\.)|(?<=\b[вксуояиаВКСУОЯИА] )(?=\w)|(?<=ещё )(?=нет\b)"
    r"|(?<=\d )(?=янв|фев|мар|апр|ма[йя]\b|июн|июл|авг|сен|окт|ноя|дек|этаж|дней|дня|день|мес|лет|год|мин|сек|час|из |окн|окон|льготн"
    r"|sec|hour|day|week|month|year|free |Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec))"
)
"""Spaces that no line ends at: a number stays in one piece and with its sign, its month and its unit, «№» with what it numbers, an
hour with its day, initials with each other and with the name, a word of one letter or a short preposition with the next, «г.»,
«ул.», «кабинет» and «оценка» with what they name, «ещё» with «нет»."""


def tied(text: str) -> str:
    """Return `text` with the spaces that no line ends at made unbreakable."""
    return _TOGETHER.sub("\u00a0", text)
