"""Acts about papers and results: asking for documents, passing records on, putting in results of one's own, a new prescription.

Owns: their kinds and fields. *Source*: requirements C11, C15–C17, C19, C36, C39–C41, D9, D10.
"""

from __future__ import annotations

from typing import Final

from desktop.record.act_shape import CLINIC, CORRECTS, SUBJECT, Act, Field, message, optional, task

DOCUMENT_TYPES: Final = ("extract", "health", "results", "discharge", "vaccinations", "other")
SECTIONS: Final = ("health", "results", "documents", "visits", "prescriptions", "vaccinations", "checkups", "referrals")
RECEIVERS: Final = ("clinic", "register")

PAPER_ACTS: Final[tuple[Act, ...]] = (
    task(
        "document.request",
        "documents",
        Field(name="type", type="choice", choices=DOCUMENT_TYPES),
        optional("title", max_chars=300),
        optional("from", "date"),
        optional("to", "date"),
        optional("policy", max_chars=40),
        optional("visited_on", "date"),
        optional("proof", "file"),
        *CLINIC,
        optional("preferred_dates", max_chars=300),
        optional("comment", max_chars=1_000),
        CORRECTS,
    ),
    task(
        "document.send_to_clinic",
        "documents",
        SUBJECT,
        Field(name="clinic_id", type="id"),
        optional("clinic", max_chars=300),
        step_up="sharing",
    ),
    task(
        "card.send_to_clinic",
        "documents",
        Field(name="clinic_id", type="id"),
        optional("clinic", max_chars=300),
        Field(name="consent", type="flag"),
        optional("comment", max_chars=1_000),
        CORRECTS,
        step_up="sharing",
    ),
    task(
        "records.pass_on",
        "documents",
        Field(name="receiver", type="choice", choices=RECEIVERS),
        *CLINIC,
        optional("subject", "id"),
        optional("sections", "ids"),
        optional("from", "date"),
        optional("to", "date"),
        optional("title", max_chars=300),
        Field(name="consent", type="flag"),
        optional("comment", max_chars=1_000),
        CORRECTS,
        step_up="sharing",
    ),
    task(
        "prescription.ask",
        "prescriptions",
        Field(name="medicine", max_chars=300),
        optional("subject", "id"),
        *CLINIC,
        optional("comment", max_chars=1_000),
        CORRECTS,
    ),
    message("result.comment", "results", SUBJECT, Field(name="text", max_chars=2_000)),
    message("result.ask", "results", SUBJECT, Field(name="text", max_chars=2_000)),
    Act(
        kind="result.add",
        topic="documents",
        effect="create",
        resource="DocumentReference",
        fields=(
            Field(name="title", max_chars=200),
            Field(name="on", type="date"),
            optional("laboratory", max_chars=300),
            optional("text", max_chars=4_000),
            optional("page", "file"),
        ),
    ),
)
PAPERS_MUST_AGREE: Final = {"card.send_to_clinic": ("consent",), "records.pass_on": ("consent",)}
"""Nothing of the record goes to others without a yes."""
ONE_OF: Final = {"result.add": ("page", "text")}
"""Fields of which one at least must be there."""
