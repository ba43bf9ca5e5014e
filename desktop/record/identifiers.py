"""Numbers of people and papers, checked as they are written: СНИЛС, the policy's number, identity documents, phone, e-mail.

Owns: what makes each of them impossible, as a fault's name and its facts, and the form in which each is sent.
Does not own: the words for a fault (views), nor what a number says of a person: nothing is ever decoded from one.
*Source*: Постановление 192п (control number of СНИЛС, only above 001-001-998); ISO/IEC 7812 (last digit of the policy's number).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

SNILS_DIGITS: Final = 11
ENP_DIGITS: Final = 16
TEMPORARY_DIGITS: Final = 9
PHONE_DIGITS: Final = 10
EMAIL_CHARS: Final = 120
_UNCHECKED_SNILS: Final = 1_001_998
_BETWEEN: Final = re.compile(r"[\s\-\u2010-\u2015()\u00a0\u202f.]")
_PASSPORT: Final = re.compile(r"(\d\d) ?(\d\d) ?(\d{6})")
_BIRTH: Final = re.compile(r"([IVXLC]{1,6})-?([А-ЯЁ]{2}) ?(?:№ ?|N ?)?(\d{6})")
_ROMAN: Final = str.maketrans({"І": "I", "1": "I", "У": "V", "Х": "X", "С": "C", "Л": "L", "Ⅰ": "I", "Ⅱ": "II", "Ⅲ": "III"})
_DASH: Final = re.compile(r"[\u2010-\u2015]")
_EMAIL: Final = re.compile(r"[^@\s,;<>()\"]+@[^@\s,;<>()\"]+\.(?:xn--[a-z\d-]+|[^@\s,;<>()\".\d]{2,})", re.IGNORECASE)
"""The last part of a site's name is of letters, or a name in other letters as it goes over the wire (RFC 5890)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What came of a check: `value` in the form in which it is sent, or a `fault` with how many digits there are and must be."""

    value: str = ""
    fault: str = ""
    has: int = 0
    needs: int = 0

    @property
    def is_good(self) -> bool:
        """Say whether the number may be sent."""
        return not self.fault


def snils(text: str) -> Checked:
    """Check a СНИЛС: eleven digits, the last two of them the control number of the nine before."""
    digits = _BETWEEN.sub("", text)
    fault = _digits_fault(digits, SNILS_DIGITS)
    if fault is not None:
        return fault
    body, control = digits[:9], int(digits[9:])
    if int(body) == 0:
        return Checked(fault="control")
    if int(body) > _UNCHECKED_SNILS:
        total = sum(int(sign) * weight for sign, weight in zip(body, range(9, 0, -1), strict=True)) % 101
        if total % 100 != control:
            return Checked(fault="control")
    return Checked(value=f"{body[:3]}-{body[3:6]}-{body[6:]} {digits[9:]}")


def policy_number(text: str) -> Checked:
    """Check the number of a policy: sixteen digits with a control digit, or the nine of a temporary certificate."""
    digits = _BETWEEN.sub("", text)
    if len(digits) == TEMPORARY_DIGITS and digits.isascii() and digits.isdigit():
        return Checked(value=digits)
    fault = _digits_fault(digits, ENP_DIGITS)
    if fault is not None:
        return fault
    if int(digits) == 0 or not _luhn(digits):
        return Checked(fault="control")
    return Checked(value=digits)


def document(text: str) -> Checked:
    """Check a passport («12 34 567890») or a birth certificate («IV-ИК № 123456»; Russian letters in the Roman number are taken)."""
    line = " ".join(_DASH.sub("-", text.upper()).replace("\u00a0", " ").split())
    passport = _PASSPORT.fullmatch(line)
    if passport:
        return Checked(value=" ".join(passport.groups()))
    roman, dash, rest = line.partition("-")
    birth = _BIRTH.fullmatch(f"{roman.translate(_ROMAN).strip()}-{rest.strip()}") if dash else None
    if birth:
        return Checked(value=f"{birth[1]}-{birth[2]} № {birth[3]}")
    only = line.replace(" ", "")
    if only.isascii() and only.isdigit():
        return Checked(fault="digits", has=len(only), needs=10)
    return Checked(fault="shape")


def phone(text: str) -> Checked:
    """Check a Russian telephone number; «8» and «+7» before it, brackets and dashes are taken."""
    digits = _BETWEEN.sub("", text)
    bare = digits.removeprefix("+7") if digits.startswith("+7") else digits
    if len(bare) == PHONE_DIGITS + 1 and bare[:1] in "78" and not digits.startswith("+"):
        bare = bare[1:]
    fault = _digits_fault(bare, PHONE_DIGITS)
    return fault if fault is not None else Checked(value=f"+7{bare}")


def email(text: str) -> Checked:
    """Check an e-mail address for what makes it impossible, not for existence."""
    line = text.strip()
    if len(line) > EMAIL_CHARS:
        return Checked(fault="long", has=len(line), needs=EMAIL_CHARS)
    if ".." in line or not _EMAIL.fullmatch(line):
        return Checked(fault="shape")
    return Checked(value=line)


def _digits_fault(text: str, needs: int) -> Checked | None:
    if not text.isascii() or (text and not text.isdigit()):
        return Checked(fault="letters", needs=needs)
    return None if len(text) == needs else Checked(fault="digits", has=len(text), needs=needs)


def _luhn(digits: str) -> bool:
    total = 0
    for place, sign in enumerate(reversed(digits)):
        value = int(sign) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
