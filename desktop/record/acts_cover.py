"""Acts about cover and identity: the policy, the insurer, the statement of services, the electronic card, consents.

Owns: their kinds and fields. *Source*: requirements B23–B44, C58, C77, D2–D4; resources/domain/insurers.json (choice_application).
"""

from __future__ import annotations

from typing import Final

from desktop.record.act_shape import CLINIC, Act, Field, optional, task

POLICY_FORMS: Final = ("electronic", "paper", "card")
POLICY_TYPES: Final = ("regional", "federal")
IDENTITY_DOCUMENTS: Final = ("passport", "birth_certificate", "snils", "policy", "other")
CONSENTS: Final = ("processing", "transfer")
REASONS: Final = ("first", "yearly", "moved", "contract_ended")

COVER_ACTS: Final[tuple[Act, ...]] = (
    task(
        "statement.order",
        "policies",
        Field(name="from", type="date"),
        Field(name="to", type="date"),
        optional("application", "file"),
    ),
    task(
        "insurer.choose",
        "policies",
        Field(name="terms", type="flag"),
        Field(name="reason", type="choice", choices=REASONS),
        Field(name="name", max_chars=200),
        Field(name="birth_date", type="date"),
        Field(name="birth_place", max_chars=200),
        Field(name="citizenship", max_chars=80),
        Field(name="snils", max_chars=20),
        optional("number", max_chars=40),
        Field(name="document", max_chars=80),
        optional("representative", max_chars=300),
        Field(name="phone", max_chars=40),
        optional("email", max_chars=120),
        Field(name="registered_on", type="date"),
        Field(name="address", max_chars=300),
        Field(name="address_of_stay", max_chars=300),
        Field(name="region", max_chars=120),
        Field(name="form", type="choice", choices=POLICY_FORMS),
        Field(name="insurer", max_chars=200),
        Field(name="point", max_chars=300),
        Field(name="application", type="file"),
        optional("signature", "file"),
        step_up="signature",
    ),
    task(
        "policy.order",
        "policies",
        Field(name="name", max_chars=200),
        Field(name="snils", max_chars=20),
        Field(name="document", max_chars=80),
        optional("representative", max_chars=300),
        Field(name="type", type="choice", choices=POLICY_TYPES),
        Field(name="from", type="date"),
        optional("to", "date"),
        Field(name="consent", type="flag"),
        step_up="consent",
    ),
    task(
        "identity.submit",
        "people",
        Field(name="document", type="choice", choices=IDENTITY_DOCUMENTS),
        Field(name="scan", type="file"),
        optional("comment", max_chars=500),
    ),
    task(
        "card.connect",
        "health",
        Field(name="processing", type="flag"),
        Field(name="transfer", type="flag"),
        Field(name="clinic_id", type="id"),
        Field(name="clinic", max_chars=300),
        optional("doctor", max_chars=200),
        optional("doctor_id", "id"),
        step_up="consent",
    ),
    Act(
        kind="consent.give",
        topic="people",
        effect="create",
        resource="Consent",
        fields=(Field(name="consent", type="choice", choices=CONSENTS), Field(name="agreed", type="flag"), *CLINIC),
        step_up="consent",
    ),
)
NEEDS_CONFIRMED: Final = frozenset({"statement.order", "insurer.choose", "policy.order", "card.connect", "consent.give"})
"""Acts that a portal takes only from a confirmed account. *Source*: requirements B2."""
MUST_AGREE: Final = {
    "insurer.choose": ("terms",),
    "policy.order": ("consent",),
    "card.connect": ("processing", "transfer"),
    "consent.give": ("agreed",),
}
"""Flags that must be a yes: without it the portal has nothing to act on."""
