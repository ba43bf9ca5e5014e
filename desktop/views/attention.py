"""What needs the person, in words: the facts of an `AttentionRow` become a bold line and a detail. Interprets nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from desktop.session.rows import AttentionRow, BookingRow, HomeView
from desktop.views import visit_words, wording
from desktop.words import has, tr


def attention_words(entry: AttentionRow, *, today: date) -> tuple[str, str]:
    """Return the bold line and the detail."""
    facts = dict(entry.facts)
    said = {name: _said(name, value, today) for name, value in facts.items()} | {"title": named(facts)}
    key = f"home.attention_{entry.kind}"
    if entry.kind == "clash" and facts.get("why"):
        more = tr(f"{key}_lost" if facts["why"] in visit_words.LOST else f"{key}_more", at=said.get("at", ""))
        return visit_words.clash_title(facts.get("specialty", ""), facts["why"]), more
    if entry.kind == "new_report":
        counts = [tr(f"home.count_{name}", int(facts[name])) for name in ("in", "below", "above") if facts.get(name, "0") != "0"]
        return tr(key, title=facts.get("title", "")), tr(f"{key}_more", counts=", ".join(counts))
    if entry.kind == "prescription_ends":
        left = int(facts.get("days") or 0)
        title = tr(key, days=tr("home.days", left)) if left > 0 else tr(f"{key}_today")
        return title, tr(f"{key}_more", title=facts.get("title", ""), until=said.get("until", ""))
    if entry.kind == "draft":
        at = wording.moment(datetime.fromisoformat(facts["at"]), today=today)
        return tr(key, form=tr(f"drafts.form_{facts['form']}")), tr(f"{key}_more", at=at)
    if entry.kind == "quarantine":
        return tr(key), tr(f"{key}_more", int(facts.get("n") or 1))
    if entry.kind == "document_ready" and facts.get("status") == "refused":
        key = "home.attention_document_refused"
    more = f"{key}_more"
    if entry.kind == "vaccine_missed" and not facts.get("on"):
        more += "_undated"
    others = int(facts.get("more") or 0)
    blank = dict.fromkeys(("title", "specialty", "doctor", "at", "on", "clinic", "reason"), "")
    detail = tr(more, **{**blank, **said})
    return tr(key, **{**blank, **said}), f"{detail} {tr(f'{key}_others', others)}" if others else detail


def named(facts: Mapping[str, str]) -> str:
    """Return what it is about: a dose of our calendar of vaccinations in our words, all else as the portal has it."""
    series = f"vaccinations.series_{facts.get('series', '')}"
    step = f"vaccinations.step_{facts.get('step', '').replace('/', '_')}"
    parts = (tr(series) if has(series) else facts.get("title", ""), tr(step) if has(step) else "")
    return ", ".join(part for part in parts if part)


def action_words(entry: AttentionRow) -> str:
    """Return the verb of the row's button."""
    needs_time = entry.kind == "clash" and dict(entry.facts).get("why") in visit_words.LOST
    return tr("home.act_clash_lost" if needs_time else f"home.act_{entry.kind}")


def family_words(entry: AttentionRow) -> str:
    """Return what the most pressing thing of somebody in the family is, in two or three words."""
    is_refused = entry.kind == "document_ready" and dict(entry.facts).get("status") == "refused"
    return tr("home.family_document_refused" if is_refused else f"home.family_{entry.kind}")


def family_notes(home: HomeView) -> dict[int, str]:
    """Return a few words about each of the family: what is most pressing, else what is next."""
    notes = {row.person: ahead_words(row, today=home.today) for row in home.ahead}
    return notes | {person.id: family_words(row) for person, row in home.family if row is not None}


def ahead_words(row: BookingRow, *, today: date) -> str:
    """Return what is next for somebody of the family: «Врач придёт до 18:00», «Кардиолог 19 мая»."""
    if row.kind == "house_call":
        until = visit_words.hour(row.ends_at) if row.ends_at is not None and row.ends_at.hour else ""
        return tr("home.family_call_until", time=until) if until else tr("home.family_call")
    day = wording.near_day(row.starts_at.date(), today=today) if row.starts_at is not None else ""
    return tr("home.family_visit", specialty=row.specialty or tr("bookings.visit"), day=day)


def _said(name: str, value: str, today: date) -> str:
    try:
        if name == "at":
            return visit_words.near(datetime.fromisoformat(value), today=today)
        if name in ("on", "until"):
            return wording.day(date.fromisoformat(value), today=today)
    except ValueError:
        return ""
    return value
