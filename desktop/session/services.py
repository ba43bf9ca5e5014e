"""Services to be found: what the portal's clinics offer, grouped so that a person sees each once, and the searches kept here.

Owns: grouping, finding, hints when nothing is found, saved searches. Does not own: the product's own services (views words them).
"""

from __future__ import annotations

import difflib
import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from desktop import limits
from desktop.record import icd
from desktop.record.care import DENIED
from desktop.record.fhir import lens_care, lens_places, read
from desktop.record.keyboard import in_russian
from desktop.session.clinics import has_words
from desktop.session.scope import Scope
from desktop.store import stems
from desktop.store.vault import Vault

Kind = Literal["visit", "examination", "prevention", "certificate", "papers"]
_SAVED: Final = "services.saved"
_WORD: Final = re.compile(r"[^\W_]+")
_EXAMINES: Final = ("узи", "рентген", "диагност", "исследован", "экг", "маммограф", "анализ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service. `opens` is (section, subject), or ("book", specialty); `at_home` needs no visit to a clinic."""

    id: str
    kind: Kind
    title: str
    detail: str = ""
    words: str = ""
    price: str = ""
    term: str = ""
    holds: str = ""
    needs: str = ""
    at_home: bool = False
    specialty: str = ""
    towns: tuple[str, ...] = ()
    clinics: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    opens: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is looked for. Empty means any; `specialties` narrows visits to those with free time in the wanted days."""

    text: str = ""
    kinds: frozenset[str] = frozenset()
    forms: frozenset[str] = frozenset()
    town: str = ""
    specialties: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was found; `hints` are other words to try; `code` and `illness` say which illness the words were taken for."""

    rows: tuple[Service, ...]
    hints: tuple[str, ...] = ()
    code: str = ""
    illness: str = ""
    doctors: tuple[str, ...] = ()
    counts: tuple[tuple[str, int], ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSearch:
    """A search that a person keeps on this computer."""

    id: str
    text: str
    kinds: tuple[str, ...] = ()
    town: str = ""


class ServicesDesk:
    """Services of the portal, codes of the open person's record, saved searches of the vault."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def offered(self) -> tuple[Service, ...]:
        """Return what clinics offer: one row a specialty, one for each other service."""
        return await self._scope.tell(_offered, self._scope.vault)

    async def illnesses(self) -> tuple[tuple[str, str], ...]:
        """Return (code, words) of the illnesses in the open record."""
        return await self._scope.ask(_illnesses, self._scope.vault, self._scope.person)

    async def saved(self) -> tuple[SavedSearch, ...]:
        """Return the saved searches, oldest first."""
        return await self._scope.tell(_saved, self._scope.vault)

    async def save(self, text: str, *, kinds: Iterable[str] = (), town: str = "") -> None:
        """Keep a search; the same words are kept once."""
        one = {"id": uuid.uuid4().hex[:12], "text": text.strip()[: limits.SAVED_SEARCH_CHARS], "kinds": sorted(kinds), "town": town}
        await self._scope.tell(_change, self._scope.vault, one, "")

    async def forget(self, id: str) -> None:
        """Drop a saved search."""
        await self._scope.tell(_change, self._scope.vault, None, id)


def _town(body: read.Json) -> tuple[str, str, str]:
    owner = read.reference(body, "managingOrganization")[1]
    return owner, read.text(body, "address", "city"), read.text(body, "telecom", 0, "value")


def _offered(vault: Vault) -> tuple[Service, ...]:
    towns = {}
    for owner, town, phone in vault.replica.values(_town, "Location", person=0, limit=limits.SHARED_ROWS):
        towns[owner] = (town, phone)
    groups: dict[tuple[str, str], list[lens_places.Offer]] = {}
    for offer in vault.replica.values(lens_places.offer, "HealthcareService", person=0, limit=limits.SHARED_ROWS):
        for specialty in offer.specialties:
            groups.setdefault(("visit", specialty), []).append(offer)
        if not offer.specialties:
            groups.setdefault(("other", offer.title), []).append(offer)
    return tuple(_service(kind, name, offers, towns) for (kind, name), offers in sorted(groups.items()) if name)


def _service(kind: str, name: str, offers: list[lens_places.Offer], towns: dict[str, tuple[str, str]]) -> Service:
    best = max(offers, key=lambda one: (bool(one.detail), bool(one.price)))
    examines = any(part in name.casefold() for part in _EXAMINES)
    places = [towns.get(one.organization_id, ("", "")) for one in offers]
    return Service(
        id=f"{kind}:{name}",
        kind="certificate" if "справк" in name.casefold() else "examination" if examines else "visit",
        title=name if kind == "other" or examines else "",
        detail=best.detail,
        words=" ".join((best.title, best.category, best.price)),
        price=best.price,
        specialty=name if kind == "visit" else "",
        towns=tuple(dict.fromkeys(town for town, _ in places if town)),
        clinics=tuple(dict.fromkeys(one.clinic for one in offers if one.clinic)),
        phones=tuple(dict.fromkeys(phone for _, phone in places if phone)),
        opens=("book", name if kind == "visit" else ""),
    )


def _illnesses(vault: Vault, person: int) -> tuple[tuple[str, str], ...]:
    found = {}
    for fact in vault.replica.values(lens_care.health_fact, "Condition", person=person, limit=limits.SHARED_ROWS):
        if fact is not None and fact.status not in DENIED and icd.code(fact.detail):
            found[icd.code(fact.detail)] = fact.title
    return tuple(sorted(found.items()))


def _saved(vault: Vault) -> tuple[SavedSearch, ...]:
    kept: list[dict[str, Any]] = vault.settings.get(_SAVED, [])
    return tuple(SavedSearch(id=one["id"], text=one["text"], kinds=tuple(one["kinds"]), town=one["town"]) for one in kept)


def _change(vault: Vault, new: dict[str, Any] | None, gone: str) -> None:
    kept = [one for one in vault.settings.get(_SAVED, []) if one["id"] != gone and (new is None or one["text"] != new["text"])]
    vault.settings.set(_SAVED, [*kept, *([new] if new and new["text"] else [])][-limits.SAVED_SEARCHES :] or None)


def find(services: Sequence[Service], asked: Asked, *, illnesses: Sequence[tuple[str, str]] = ()) -> Answer:
    """Return the services that fit, those whose title fits first, and what to try when there is none."""
    code, illness, doctors = _as_illness(asked.text, illnesses)
    rows = _matching(services, asked.text)
    if doctors:
        more = [one for who in doctors for one in services if one.specialty.casefold() == who and one not in rows]
        rows = [*rows, *more] if code else rows
    counts = {kind: sum(one.kind == kind for one in rows) for kind in ("certificate", "visit", "examination", "prevention", "papers")}
    left = tuple(one for one in rows if _fits(one, asked))
    hints = () if rows or not asked.text.strip() else _hints(services, asked.text, illnesses)
    return Answer(rows=left, hints=hints, code=code, illness=illness, doctors=doctors if code else (), counts=tuple(counts.items()))


def words_found(text: str, asked: str) -> tuple[str, ...]:
    """Return the words of a text, as they are written there, by which it answers what is asked."""
    sought = stems.words(asked)
    return tuple(word for word in dict.fromkeys(_WORD.findall(text)) if any(has_words([one], word) for one in sought))


def _as_illness(text: str, illnesses: Sequence[tuple[str, str]]) -> tuple[str, str, tuple[str, ...]]:
    code = icd.code(text)
    if not code:
        words = stems.words(text)
        code = next((known for known, title in illnesses if words and has_words(words, title)), "")
    title = next((words for known, words in illnesses if known == code), "")
    return code, title, icd.doctors(code)


def _matching(services: Sequence[Service], text: str) -> list[Service]:
    words = stems.words(text)
    found = [one for one in services if has_words(words, " ".join((one.title, one.specialty, one.detail, one.words, *one.clinics)))]
    return sorted(found, key=lambda one: not has_words(words, f"{one.title} {one.specialty}")) if words else found


def _fits(one: Service, asked: Asked) -> bool:
    return (
        (not asked.kinds or one.kind in asked.kinds)
        and (not asked.forms or ("home" if one.at_home else "clinic") in asked.forms)
        and (not asked.town or not one.towns or asked.town in one.towns)
        and (asked.specialties is None or not one.specialty or one.specialty in asked.specialties)
    )


def _hints(services: Sequence[Service], text: str, illnesses: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Return other spellings: the same keys in the Russian layout, then the nearest known words."""
    typed = in_russian(text)
    hints = [typed] if typed != text.lower() and _matching(services, typed) else []
    known = sorted({word for one in services for word in stems.words(f"{one.title} {one.specialty} {one.words}") if len(word) > 3}
                   | {word for _, title in illnesses for word in stems.words(title) if len(word) > 3})  # fmt: skip
    asked = stems.words(text)
    near = [next(iter(difflib.get_close_matches(word, known, n=1, cutoff=0.7)), "") for word in asked]
    better = " ".join(new or old for new, old in zip(near, asked, strict=True))
    if any(near) and better != " ".join(asked) and _matching(services, better):
        hints.append(better)
    return tuple(hints + [word for word in near if word and word not in hints and word != better])[:3]
