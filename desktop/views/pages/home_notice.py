"""The one notice of the home page: how old the record is, and what to do about it (DESIGN.md §8). None when all is well."""

from __future__ import annotations

from desktop.clock import local_date
from desktop.session.rows import ExchangeView
from desktop.views import wording
from desktop.views.page import Host
from desktop.views.parts import Notice
from desktop.words import tr


def is_told(view: ExchangeView) -> bool:
    """Say whether the exchange's state is worth a notice."""
    return view.state not in ("up_to_date", "running")


def notice(view: ExchangeView, host: Host) -> Notice | None:
    """Return the notice of the exchange's state."""
    if not is_told(view):
        return None
    strong, text = notice_words(view, host)
    action = tr(f"home.notice_act_{view.state}")
    icons = {"offline": "cloud-off", "portal_down": "cloud-off", "decision": "conflict", "signed_out": "key", "demo": "info",
             "never": "sync"}  # fmt: skip
    kind = {"decision": "warn", "signed_out": "accent", "demo": "accent", "never": "accent"}.get(view.state, "quiet")
    made = Notice(text, strong=strong, kind=kind, icon=icons[view.state], action=action)
    made.setObjectName("home_notice")
    made.acted.connect(lambda: host.go("exchange"))
    return made


def notice_words(view: ExchangeView, host: Host) -> tuple[str, str]:
    """Return the bold beginning and the rest."""
    today = local_date(host.clock)
    as_of = wording.moment(view.checked_at, today=today) if view.checked_at is not None else ""
    if view.state == "offline" and view.offline_since is not None:
        since = view.offline_since.astimezone()
        strong = tr("home.offline_since", time=wording.clock_time(since) if since.date() == today else wording.moment(since, today=today))
    else:
        strong = tr(f"home.notice_{view.state}")
    if view.state in ("offline", "portal_down"):
        return strong, tr("home.notice_as_of", at=_short(view, host)) if as_of else tr("home.notice_read")
    if view.state == "decision":
        return strong, tr("home.notice_decision_more", max(1, view.clashes or view.quarantined))
    if view.state == "signed_out" and view.waiting:
        return strong, tr("home.notice_signed_out_waiting", view.waiting)
    return strong, tr(f"home.notice_{view.state}_more")


def _short(view: ExchangeView, host: Host) -> str:
    assert view.checked_at is not None
    local, today = view.checked_at.astimezone(), local_date(host.clock)
    return wording.clock_time(local) if local.date() == today else wording.moment(local, today=today)
