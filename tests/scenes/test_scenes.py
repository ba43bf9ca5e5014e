"""Every scene in the smallest window with the largest text: nothing is cut, a screen reader can name every control, and what
has the focus is seen."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace

import pytest

from desktop import app_scenes, words
from desktop.record.acts import ACTS
from desktop.views.scenes import Scene, catalogue
from desktop.views.sections import TABLE
from tests import kept
from tests.views.looking import cut, unnamed, unseen

_PARTS = 4
_AT_HOME = {"home-loading", "search", "switcher", "toast"}
"""Scenes that begin on the home page; for the others a lighter page stands there first."""
_GIVES_WAY = {"search"}
"""Where the title of the page gives way to what is being searched for, with its three dots."""


_TICKET = ("bookings-decision", "bookings-decision", "bookings-full")
_VISIT = ("bookings-acts-waiting", "exchange-acts-refused", "bookings-full")
_OVER = ("bookings-acts-waiting", "exchange-acts-refused", "bookings-past")
_LETTER = ("clinics-letter-waiting", "clinics-letter-refused", "clinics-letter-done")
_NOTE = ("results-note-waiting", "results-note-refused", "results-note-done")
_ORDER = ("certificate-waiting", "certificate-refused", "certificate-done")
_COVER = ("cover-waiting", "cover-refused", "cover-accepted")
_PAPER = ("documents-pass-waiting", "documents-pass-refused", "documents-pass-done")
_PHARMACY = ("prescriptions-waiting", "prescriptions-refused", "prescriptions-done")
_POLICY = ("policies-waiting", "policies-refused", "policies-done")
SHOWN: dict[str, tuple[str, str, str]] = {
    "book": _TICKET, **dict.fromkeys(("reschedule", "accept", "house_call"), _VISIT), **dict.fromkeys(("cancel", "house_call.cancel"), _OVER),
    **dict.fromkeys(("waitlist.join", "waitlist.leave"), ("bookings-lists-waiting", "exchange-acts-refused", "bookings-waiting")),
    **dict.fromkeys(("clinic.complain", "clinic.write"), _LETTER), **dict.fromkeys(("result.comment", "result.ask"), _NOTE),
    **dict.fromkeys(("certificate.order", "certificate.resubmit"), _ORDER),
    **dict.fromkeys(("records.pass_on", "document.send_to_clinic", "card.send_to_clinic"), _PAPER),
    **dict.fromkeys(("prescription.send", "prescription.resend", "prescription.cancel"), _PHARMACY),
    **dict.fromkeys(("profile.edit", "policy.edit"), _POLICY),
    **dict.fromkeys(("statement.order", "insurer.choose", "policy.order", "identity.submit", "card.connect", "consent.give"), _COVER),
    **dict.fromkeys(
        ("document.request", "prescription.ask"), ("documents-request-waiting", "documents-request-refused", "documents-request-done")
    ),
    "result.add": ("results-own-waiting", "results-own-refused", "results-own-done"),
    "vaccination.refresh": ("vaccinations-waiting", "vaccinations-refused", "vaccinations-done"),
    "checkup.book": ("checkups-waiting", "checkups-refused", "checkups-done"),
    "referral.ask": ("referrals-waiting", "referrals-refused", "referrals-done"),
    "visit.dispute": ("history-waiting", "history-refused", "history-done"),
    "visit.rate": ("history-rating-waiting", "history-rating-refused", "history-rating-done"),
    "support.write": ("help-support-waiting", "help-support-refused", "help-support-done"),
}
"""Where each act is pictured waiting, refused and done. Acts that one line of a page shows alike share its scenes."""


FORMS: dict[str, str] = {
    "book": "wizard-time", "reschedule": "wizard-move", "accept": "bookings-proposed", "cancel": "bookings-cancel",
    "waitlist.join": "wizard-wait", "waitlist.leave": "bookings-leave", "house_call": "house-call-errors", "house_call.cancel": "bookings-cancel",
    **dict.fromkeys(("certificate.order", "certificate.resubmit"), "certificate"), "prescription.cancel": "prescriptions-cancel",
    **dict.fromkeys(("prescription.send", "prescription.resend"), "prescriptions-send"), "prescription.ask": "documents-prescription",
    "vaccination.refresh": "vaccinations-child", "checkup.book": "checkups-full", "referral.ask": "referrals-form",
    "visit.dispute": "history-dispute", "visit.rate": "history-rating", **dict.fromkeys(("clinic.complain", "clinic.write"), "clinics-letter"),
    **dict.fromkeys(("profile.edit", "policy.edit"), "policies-child"), "support.write": "help-support", "statement.order": "cover-statement",
    "insurer.choose": "cover-left-out", "policy.order": "cover-policy", "identity.submit": "cover-identity",
    **dict.fromkeys(("card.connect", "consent.give"), "cover-card"), "document.request": "documents-request-form",
    "document.send_to_clinic": "documents-send", **dict.fromkeys(("card.send_to_clinic", "records.pass_on"), "documents-pass-form"),
    "result.comment": "results-note-form", "result.ask": "results-question", "result.add": "results-own-form",
}  # fmt: skip
"""Where each act is pictured before it is accepted: its form, or the one button that it takes."""


def scenes(language: str = "ru") -> tuple[Scene, ...]:
    """Return the scenes of this version, those on one record together: every one in Russian, in English each page and form once."""
    every = sorted(catalogue(), key=lambda scene: scene.record)
    # These states stand in the same place as the whole page does, and Russian words are the longer ones.
    return tuple(scene for scene in every if language == "ru" or not scene.name.endswith(("-waiting", "-refused", "-done", "-offline")))


@pytest.mark.timeout(400)
@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize("part", range(_PARTS))
async def test_no_scene_cuts_a_text_or_hides_the_focus_or_leaves_a_control_without_a_name(qapp, language: str, part: int) -> None:
    every = scenes(language)
    share = len(every) // _PARTS + 1
    chosen = every[part * share : (part + 1) * share]
    assert len(chosen) > 20
    words.set_language(language)
    qapp.setQuitOnLastWindowClosed(False)
    look = app_scenes.settings_for(language=language, look="light", factor=1.5, size=(1024, 640))
    found: dict[str, list[str]] = {}
    with ExitStack() as held:
        made = await app_scenes.records(held, {scene.record for scene in chosen}, world=kept.world())
        for scene in chosen:
            settings = look if scene.name in _AT_HOME else replace(look, section="journal")
            async with app_scenes.staged(scene, made, settings) as window:
                found[scene.name] = ([] if scene.name in _GIVES_WAY else cut(window)) + unnamed(window) + unseen(window)
        for session in made.values():
            await session.lock()
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_no_two_scenes_have_one_name() -> None:
    names = [scene.name for scene in scenes()]
    assert len(names) == len(set(names))


def test_every_page_is_pictured_full_empty_and_without_a_network() -> None:
    names = {scene.name for scene in scenes()}
    assert [f"{page.key}-{record}" for page in TABLE for record in ("full", "empty", "offline") if f"{page.key}-{record}" not in names] == []


def test_every_act_is_pictured_in_its_form_waiting_refused_and_done() -> None:
    names = {scene.name for scene in scenes()}
    assert set(SHOWN) == set(FORMS) == set(ACTS)
    assert [name for shown in (*SHOWN.values(), FORMS.values()) for name in shown if name not in names] == []
