"""The services that the product itself leads to: certificates, papers, prevention, with their price, term and needs as text.

Owns their words, where each opens, and how they and what clinics offer (the session's) stand in one list.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from desktop.record.slots import FreeSlot
from desktop.session.certificates import CertificateKind, kinds
from desktop.session.services import Kind, Service
from desktop.views.pages.certificate_words import label, title
from desktop.words import has, tr

ORDER_PLACE: Final = ("documents", "certificate.order")
_OWN: Final[tuple[tuple[str, Kind, bool, str], ...]] = (
    ("house_call", "visit", True, "house_call:new"), ("checkup", "prevention", False, "checkups"),
    ("vaccination", "prevention", False, "vaccinations"), ("referral", "papers", True, "referrals"),
    ("statement", "papers", True, "cover:statement"), ("extract", "papers", True, "documents"),
    ("prescription", "papers", True, "prescriptions"), ("policy", "papers", True, "policies"),
    ("policy_order", "papers", True, "cover:policy"),
    ("insurer", "papers", True, "cover:insurer"), ("attachment", "papers", True, "policies"), ("card", "papers", True, "cover:card"),
)  # fmt: skip
ICONS: Final = {
    "own:house_call": "house-call", "own:vaccination": "syringe", "own:referral": "referral", "own:statement": "ruble",
    "own:extract": "document", "own:prescription": "pill", "own:policy": "id-card", "own:insurer": "umbrella",
    "own:attachment": "clinic",
}  # fmt: skip
_POLICY: Final = ("policy", "insurer", "attachment")


def services() -> tuple[Service, ...]:
    """Return the product's own services in the language in use."""
    made = [_certificate(one) for one in kinds().values()]
    for key, kind, at_home, section in _OWN:
        detail, words, price, term, needs = (_maybe(f"services.own_{key}_{part}") for part in ("detail", "words", "price", "term", "needs"))
        made.append(Service(id=f"own:{key}", kind=kind, title=tr(f"services.own_{key}"), at_home=at_home, opens=_place(section),
                            detail=detail, words=words, price=price, term=term, needs=needs))  # fmt: skip
    return tuple(made)


def about_policies() -> tuple[Service, ...]:
    """Return the services about policies, for the short list at the side."""
    return tuple(one for one in services() if one.id.removeprefix("own:") in _POLICY)


def _place(words: str) -> tuple[str, str]:
    section, _, subject = words.partition(":")
    return section, subject


def _maybe(key: str) -> str:
    return tr(key) if has(key) else ""


def _certificate(one: CertificateKind) -> Service:
    asked = ", ".join(label(field) for field in one.fields if field.is_required)
    return Service(
        id=f"certificate:{one.key}",
        kind="certificate",
        title=title(one),
        detail=one.form,
        words=f"{one.key} {tr('services.certificate_words')}",
        price=tr("services.price_asked") if one.needs_visit else tr("services.price_free"),
        term=tr("services.term_visit") if one.needs_visit else tr("services.term_days"),
        needs=asked,
        at_home=not one.needs_visit,
        opens=ORDER_PLACE,
    )


def title_of(one: Service) -> str:
    """Return the title of a service: the portal's own, or that of a visit to a specialty."""
    return one.title or tr("services.visit_title", specialty=one.specialty)


def in_order(rows: Sequence[Service], order: str, slots: Sequence[FreeSlot]) -> list[Service]:
    """Sort what was found: as it fits ("best"), by name, or by the soonest free time, what has none last."""
    if order == "name":
        return sorted(rows, key=lambda one: title_of(one).casefold())
    if order == "soonest":
        first = {slot.specialty: n for n, slot in reversed(list(enumerate(slots)))}
        return sorted(rows, key=lambda one: first.get(one.specialty, len(slots)))
    return list(rows)
