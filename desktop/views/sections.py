"""The table of sections: order, group, icon and the page class, imported when first opened. Owns no widget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Final

from desktop.views.page import Host, Page


@dataclass(frozen=True, slots=True)
class Section:
    """One entry of the navigation, or a place behind the bar (no group)."""

    key: str
    icon: str
    group: str = ""
    page: str = ""
    is_listed: bool = True
    under: str = ""
    """The section of the navigation that this one is a step into: it stays marked, and the bar shows the way back."""


TABLE: Final = (
    Section("home", "home", "", "desktop.views.pages.home:HomePage"),
    Section("bookings", "calendar", "visits", "desktop.views.pages.bookings:BookingsPage"),
    Section("referrals", "referral", "visits", "desktop.views.pages.referrals:ReferralsPage"),
    Section("history", "history", "visits", "desktop.views.pages.visits:HistoryPage"),
    Section("results", "flask", "record", "desktop.views.pages.results:ResultsPage"),
    Section("documents", "document", "record", "desktop.views.pages.documents:DocumentsPage"),
    Section("prescriptions", "pill", "record", "desktop.views.pages.prescriptions:PrescriptionsPage"),
    Section("vaccinations", "syringe", "record", "desktop.views.pages.vaccinations:VaccinationsPage"),
    Section("checkups", "shield-check", "record", "desktop.views.pages.checkups:CheckupsPage"),
    Section("health", "heart", "record", "desktop.views.pages.health:HealthPage"),
    Section("clinics", "clinic", "help", "desktop.views.pages.clinics:ClinicsPage"),
    Section("services", "services", "help", "desktop.views.pages.services:ServicesPage"),
    Section("wizard", "calendar-plus", "", "desktop.views.pages.wizard:WizardPage", is_listed=False, under="bookings"),
    Section("house_call", "house-call", "", "desktop.views.pages.house_call:HouseCallPage", is_listed=False, under="bookings"),
    Section("policies", "id-card", "", "desktop.views.pages.policies:PoliciesPage", is_listed=False),
    Section("cover", "umbrella", "", "desktop.views.pages.cover:CoverPage", is_listed=False, under="policies"),
    Section("notices", "bell", "", "desktop.views.pages.notices:NoticesPage", is_listed=False),
    Section("exchange", "sync", "", "desktop.views.pages.exchange:ExchangePage", is_listed=False),
    Section("journal", "journal", "", "desktop.views.pages.journal:JournalPage", is_listed=False),
    Section("help", "help", "", "desktop.views.pages.help:HelpPage", is_listed=False),
    Section("sitemap", "services", "", "desktop.views.pages.sitemap:SitemapPage", is_listed=False),
    Section("settings", "settings", "", "desktop.views.pages.settings:SettingsPage", is_listed=False),
)
SHORT: Final = ("home", "bookings", "results", "prescriptions", "documents")
"""What stays in the sidebar from text ×1.25 on, or where a person wants it simple; the rest is behind «Все разделы»."""

_BY_KEY: Final = {section.key: section for section in TABLE}
_ALSO: Final = {
    "visits": "history", "vaccines": "vaccinations", "people": "policies", "clash": "exchange",
    "quarantine": "exchange", "places": "clinics", "reports": "results", "appointments": "bookings",
}  # fmt: skip


def by_key(key: str) -> Section:
    """Return the section called `key`, or the one that shows that subject. *Raises* KeyError."""
    return _BY_KEY[_ALSO.get(key, key)]


def listed() -> tuple[Section, ...]:
    """Return the sections of the navigation in their order, which never changes by itself."""
    return tuple(section for section in TABLE if section.is_listed)


def build(key: str, host: Host) -> Page:
    """Make the page of a section."""
    module, _, name = by_key(key).page.partition(":")
    page: Page = getattr(import_module(module), name)(host)
    return page


def wizard_start(wanted: Mapping[str, str]) -> str:
    """Return the start of the booking wizard that says most of what is known already."""
    kinds = ("move", "again", "referral", "doctor", "clinic", "specialty", "person")
    return next((f"{kind}:{wanted[kind]}" for kind in kinds if wanted.get(kind)), "new")
