"""Each section of the card has its story: in the words of a source document, offline, then online, then against a portal that refuses."""

from __future__ import annotations

import ast
import re
from typing import Final

import pytest

from desktop.views import sections
from tests.house.files import read

STORIES: Final = {
    "home": ("stories", "home_is_read_and_a_doctor_called_with_no_network_then_online_then_is_refused"),
    "referrals": ("referrals", "asks_for_a_referral_with_no_network_then_online_then_is_refused"),
    "documents": ("certificates", "orders_a_certificate_with_no_network_then_online_then_is_refused_as_often_as_it_takes"),
    "prescriptions": ("prescriptions", "offline_send_then_online_ready_then_the_doctor_refuses_to_cancel"),
    "results": ("results", "comments_on_a_result_with_no_network_then_online_then_is_refused"),
    "vaccinations": ("vaccinations", "fresh_data_asked_offline_sent_online_and_refused"),
    "checkups": ("checkups", "all_in_one_day_offline_then_booked_then_refused"),
    "history": ("visits", "a_visit_nobody_booked_is_told_with_its_day_and_disputed_offline_then_sent_then_refused"),
    "clinics": ("clinics", "complains_with_no_network_then_online_then_is_refused"),
    "policies": ("policies", "edits_contacts_and_policy_offline_then_online_then_refused"),
    "health": ("stories", "health_is_read_with_no_network_then_grows_online_then_stays_when_the_portal_refuses"),
    "notices": ("notices", "what_the_person_did_comes_back_as_a_notice_after_the_check"),
}
"""Section → the file of its story and the story's name. Bookings and services are acts of several sections, with tests of their own."""
APART: Final = {"bookings", "services"}
CONDITIONS: Final = re.compile(r"\.offline\(\).*\.online\(\).*(?:faults\.add\(\"40\d\"|\"rejected\"|\.refuse\()", re.DOTALL)


def story(section: str) -> tuple[str, ast.AsyncFunctionDef]:
    """Return the source of a section's story and its tree."""
    file, name = STORIES[section]
    source = read(f"tests/views/test_{file}.py")
    found = [one for one in ast.parse(source).body if isinstance(one, ast.AsyncFunctionDef) and one.name == f"test_story_{name}"]
    assert found, f"{section}: no such story"
    return ast.get_source_segment(source, found[0]) or "", found[0]


def test_every_section_of_the_navigation_has_its_story() -> None:
    assert {one.key for one in sections.listed()} - APART <= STORIES.keys()
    assert len(STORIES) == 12


@pytest.mark.parametrize("section", STORIES)
def test_story_runs_in_all_three_conditions_in_the_document_s_own_words(section: str) -> None:
    source, tree = story(section)
    assert CONDITIONS.search(source), "offline, then online, then against a portal that refuses"
    assert re.search(r"«[^»]+»", ast.get_docstring(tree) or ""), "the source document's own words"
