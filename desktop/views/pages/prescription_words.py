"""Prescriptions in words, and as a sheet of paper. Knows no widget."""

from __future__ import annotations

from datetime import date

from desktop.session.pharmacy import RENEW_DAYS, PrescriptionRow, TrailRow
from desktop.session.rows import PersonRow
from desktop.views import typeset, wording
from desktop.views.parts import narrowing
from desktop.words import tr


def name(row: PrescriptionRow) -> str:
    """Return the medicine without its dose where the line under it says the dose too."""
    at = next((n for n, sign in enumerate(row.medicine) if sign.isdigit()), 0)
    return row.medicine[:at].rstrip() if at and row.medicine[at:] in row.pack else row.medicine


def matches(row: PrescriptionRow, wanted: str) -> bool:
    """Say whether a prescription is what is sought."""
    return narrowing.matches(f"{row.medicine} {row.doctor} {row.clinic} {row.series}", wanted, number=row.number)


def left(row: PrescriptionRow) -> str:
    """Write how long it still holds: «29 дней», «последний день»."""
    days = row.days_left or 0
    return tr("prescriptions.last_day") if days <= 0 else tr("prescriptions.days", days)


def until(row: PrescriptionRow, *, today: date) -> str:
    """Write the end of the term for the list."""
    if row.valid_until is None:
        return tr("prescriptions.valid_no_end")
    day = wording.day(row.valid_until, today=today)
    if row.standing not in ("active", "on_hold"):
        return tr("prescriptions.was_until", day=day)
    return tr("prescriptions.until", day=day) if row.ends_soon else tr("prescriptions.until_left", day=day, left=left(row))


def tag(row: PrescriptionRow) -> tuple[str, str, str]:
    """Return word, icon and kind of the one tag of a card: what matters most."""
    ask = row.ask
    if ask is not None and ask.state in ("waiting", "unconfirmed"):
        return tr(f"asks.state_{ask.state}"), "clock", "dashed"
    if row.ends_soon:
        days = row.days_left or 0
        return tr("prescriptions.tag_last_day") if days <= 0 else tr("prescriptions.tag_left", days), "clock", "warn"
    if row.standing == "active" and row.fills_done:
        return tr("prescriptions.tag_part", done=row.fills_done, all=row.fills), "check", "good"
    if row.standing == "active" and row.was_sent:
        return tr("prescriptions.sent"), "send", "accent"
    if row.standing == "active":
        return (tr("prescriptions.tag_funded"), "umbrella", "accent") if row.is_funded else (tr("prescriptions.ready"), "print", "quiet")
    looks = {"used": ("check", "quiet"), "expired": ("clock", "quiet"), "cancelled": ("ban", "quiet"), "on_hold": ("hourglass", "warn"),
             "draft": ("edit", "dashed"), "unsafe": ("alert", "warn")}  # fmt: skip
    return (tr(f"prescriptions.standing_{row.standing}"), *looks[row.standing])


def kind(row: PrescriptionRow) -> str:
    """Write «Платный рецепт, форма 107-1/у»."""
    words = tr("prescriptions.kind_funded" if row.is_funded else "prescriptions.kind_paid")
    return tr("prescriptions.form", kind=words, form=row.form) if row.form else words


def amount(row: PrescriptionRow) -> str:
    """Write how much is given out, and in how many times."""
    if not row.amount:
        return ""
    return tr("prescriptions.amount_packs", row.fills, amount=row.amount) if row.fills > 1 else row.amount


def standing(row: PrescriptionRow) -> str:
    """Write how it stands, with the pharmacy's part: one that may be used is ready to be printed, or with the pharmacy."""
    words = tr(f"prescriptions.standing_{row.standing}")
    if row.standing == "active" and row.fills_done:
        words += ", " + tr("prescriptions.tag_part", done=row.fills_done, all=row.fills).lower()
    elif row.standing == "active" and row.was_sent and row.ask is not None and row.ask.state not in ("waiting", "unconfirmed"):
        words += ", " + tr("prescriptions.sent").lower()
    elif row.standing == "active":
        words += ", " + tr("prescriptions.ready").lower()
    return words


def facts(row: PrescriptionRow, *, today: date | None) -> tuple[tuple[str, str], ...]:
    """Return label and value of everything the record has of a prescription; without `today` as it stays true on paper."""
    term = tr("prescriptions.valid_no_end")
    if row.valid_until is not None:
        day = wording.paper_day(row.valid_until) if today is None else wording.day(row.valid_until, today=today)
        is_open = row.standing in ("active", "on_hold")
        key = "was_until" if not is_open else "until" if today is None else "until_left"
        term = tr(f"prescriptions.{key}", day=day, left=left(row))
    pairs = (
        (tr("prescriptions.how"), row.how), (tr("prescriptions.amount"), amount(row)), (tr("prescriptions.doctor"), row.doctor),
        (tr("prescriptions.clinic"), row.clinic), (tr("prescriptions.valid"), term), (tr("prescriptions.status"), standing(row)),
    )  # fmt: skip
    return tuple((label, value) for label, value in pairs if value)


def trail(line: TrailRow, *, today: date) -> tuple[str, str]:
    """Return the day (with the time where it is known) and the words of one line of the journal."""
    when = ""
    if line.on is not None:
        when = wording.day(line.on, today=today)
        if line.at is not None:
            # The doctor's clock for what the portal wrote, this computer's own for what was done here.
            at = line.at if line.event == "written" else line.at.astimezone()
            when += f", {at.hour}:{at.minute:02d}"
    if line.event == "asked":
        what = tr(f"prescriptions.ask_{line.kind}", detail=line.by) if line.by else tr(f"prescriptions.ask_{line.kind}_alone")
        return when, tr("prescriptions.trail_asked", what=what, state=tr(f"asks.state_{line.state}").lower())
    by = line.by or tr("prescriptions.nobody")
    return when, tr(f"prescriptions.trail_{line.event}", by=by) if line.event in ("written", "given") else tr(
        f"prescriptions.trail_{line.event}"
    )


def remind(row: PrescriptionRow) -> str:
    """Return the word of the reminder's button."""
    return tr("prescriptions.reminded", RENEW_DAYS) if row.is_reminded else tr("prescriptions.remind")


def sheet(row: PrescriptionRow, person: PersonRow | None, *, today: date) -> typeset.Sheet:
    """Compose a prescription on paper, its code large enough for a scanner."""
    name = " ".join(part for part in (person.family, person.given, person.middle) if part) if person is not None else ""
    written = wording.paper_day(row.written_on) if row.written_on is not None else tr("prescriptions.nobody")
    pairs = [
        (tr("prescriptions.paper_person"), name), (tr("prescriptions.number"), wording.number(row.number)),
        (tr("prescriptions.series"), row.series), (tr("prescriptions.paper_written"), written), *facts(row, today=None),
    ]  # fmt: skip
    blocks: list[typeset.Block] = [typeset.Facts(pairs=[pair for pair in pairs if pair[1]])]
    if has_code(row):
        blocks.append(typeset.Qr(payload=row.qr, caption=wording.number(row.number)))
    blocks.append(typeset.Text(text=tr("prescriptions.paper_note"), is_small=True))
    return typeset.Sheet(
        kind=tr("prescriptions.paper_kind"),
        title=tr("prescriptions.paper_title", medicine=row.medicine),
        subtitle=kind(row),
        origin=wording.paper_origin(today),
        blocks=tuple(blocks),
    )


def has_code(row: PrescriptionRow) -> bool:
    """Say whether a pharmacy would take the code."""
    return bool(row.qr) and row.standing in ("active", "on_hold")
