"""«Заявление о выборе страховой медицинской организации», step by step; what is written outlives the window and a restart.

Owns the steps and the draft's fields. The product does not sign: the paper is saved, signed by a program that may, and its detached
signature is taken back.  *Source*: requirements B30–B43; resources/domain/subjects.json for the subjects of the federation.
"""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.clock import local_date
from desktop.record import uploads
from desktop.record.acts_cover import POLICY_FORMS, REASONS
from desktop.session.cover import CoverView
from desktop.session.signing import signing_program
from desktop.views.page import Host
from desktop.views.pages import cover_paper
from desktop.views.pages.cover_form import CoverPanel, clean_value
from desktop.views.pages.documents_leave import Leaving
from desktop.views.pages.form_fields import UploadField
from desktop.views.parts import (
    STRETCH,
    Body,
    Box,
    Button,
    Combo,
    DateField,
    Field,
    FlowLayout,
    Heading,
    Meta,
    Notice,
    clear,
    column,
)
from desktop.views.typeset import Sheet
from desktop.words import language, tr

STEPS: Final = ("terms", "person", "address", "policy", "sign")
_OWN: Final = ("name", "birth_date", "birth_place", "citizenship", "snils", "number", "document", "phone", "email")
_MAY_BE_EMPTY: Final = frozenset({"number", "email"})
_DAYS: Final = ("birth_date", "registered_on")
_RESOURCES: Final = Path(__file__).resolve().parents[3] / "resources"
_SUBJECTS: Final = _RESOURCES / "domain" / "subjects.json"
_TOWNS: Final = _RESOURCES / "map" / "towns.geojson"


@cache
def subjects() -> tuple[str, ...]:
    """Return the subjects of the federation."""
    return tuple(json.loads(_SUBJECTS.read_text("utf-8"))["subjects"])


@cache
def towns() -> tuple[str, ...]:
    """Return the towns of the packaged map, as an address begins."""
    found = json.loads(_TOWNS.read_text("utf-8"))["features"]
    return tuple(sorted(f"Московская область, г. {one['properties']['name']}" for one in found))


class InsurerPanel(CoverPanel):
    """The application. Its values live in `values`, so that a step that is not on the screen keeps its answers."""

    def __init__(self, view: CoverView, host: Host) -> None:
        super().__init__(tr("cover.insurer"), view, host)
        known = {name: value for name, value in view.known.items() if name != "address_of_stay"}
        stays = view.known.get("address_of_stay", "")
        citizen = tr("cover.citizen_ru") if language() == "ru" else ""
        stay = {"address_of_stay": stays, "same_address": "" if stays else "yes"}
        self._stands_for = self.representative()
        draft = host.session.drafts.of("insurer", person=view.person)
        start = {"citizenship": citizen, "representative": self._stands_for, **stay, **known, **(draft.fields if draft is not None else {})}
        self.values: dict[str, str] = {name: value for name, value in start.items() if value}
        self.at = STEPS.index(self.values.get("step", "terms")) if self.values.get("step") in STEPS else 0
        self.place: QVBoxLayout = column(gap=12)
        self.add(self.place, STRETCH)
        self.back = Button(tr("cover.back"))
        self.back.clicked.connect(lambda: self.show_step(self.at - 1))
        self.submit.clicked.connect(self._go_on)
        self.set_foot(self.submit, self.back)
        self.program = signing_program()
        self._directory = (*view.addresses, *towns())
        self.show_step(self.at)

    # --- steps
    def show_step(self, at: int) -> None:
        """Show a step with what was answered in it."""
        self.at = max(0, min(at, len(STEPS) - 1))
        step = STEPS[self.at]
        self.values["step"] = step
        self.asked.clear()
        clear(self.place)
        self.place.addWidget(Meta(tr("cover.step", at=self.at + 1, count=len(STEPS))))
        self.place.addWidget(Heading(tr(f"cover.step_{step}")))
        {"terms": self._terms, "person": self._person, "address": self._address, "policy": self._policy, "sign": self._sign}[step]()
        self.back.setVisible(self.at > 0)
        words = {"terms": "get_service", "policy": "to_signing", "sign": "send"}.get(step, "next")
        self.submit.setText(tr(f"cover.{words}"))
        self.submit.set_icon("send" if step == "sign" else "arrow-right")
        if self.at:
            self.keep()
        self.host.announce(f"{tr('cover.step', at=self.at + 1, count=len(STEPS))}: {tr(f'cover.step_{step}')}")

    def _put(self, *parts: QWidget) -> None:
        for part in parts:
            self.place.addWidget(part)

    def _line(self, key: str, **more: object) -> Field:
        made = self.text(key, value=self.values.get(key, ""), **more)  # type: ignore[arg-type]
        made.changed.connect(lambda text: self._noted(key, text))
        return made

    def _date(self, key: str) -> DateField:
        kept = self.values.get(key, "")
        made = self.day(key, value=date.fromisoformat(kept) if kept else None, is_past=True)
        made.changed_date.connect(lambda on: self._noted(key, on.isoformat() if on else ""))
        return made

    def _pick(self, key: str, choices: list[tuple[str, str]]) -> Combo:
        made = self.choose(key, choices, chosen=self.values.get(key, ""))
        made.changed.connect(lambda chosen: self._noted(key, chosen))
        return made

    def _noted(self, key: str, text: str) -> None:
        self.values[key] = text.strip()
        self.keep()

    def keep(self) -> None:
        """Keep what is answered as a draft."""
        self.host.session.drafts.keep("insurer", self.values, person=self.view.person)

    def _terms(self) -> None:
        for key in ("who", "once", "term", "sign"):
            self._put(Body(tr(f"cover.terms_{key}")))
        self.agree = self.tick("terms", tr("cover.terms_read"))
        self.agree.check.setChecked(self.values.get("terms") == "yes")
        self.agree.check.toggled.connect(lambda on: self._noted("terms", "yes" if on else ""))
        self._put(self.agree, self._pick("reason", [(key, tr(f"cover.reason_{key}")) for key in REASONS]))

    def _person(self) -> None:
        self._put(Meta(tr("cover.own_data")))
        for key in _OWN:
            made = self._date(key) if key in _DAYS else self._line(key, is_required=key not in _MAY_BE_EMPTY)
            self._put(made)
        if self._stands_for:
            self._put(self._line("representative", hint=tr("cover.hint_representative")))

    def _address(self) -> None:
        self._put(self._date("registered_on"), self._line("address", hint=tr("cover.hint_address"), offers=self._directory))
        self.same = self.tick("same_address", tr("cover.same_address"))
        self.asked.pop("same_address")
        self.same.check.setChecked(self.values.get("same_address") == "yes")
        self.stay = self._line("address_of_stay", hint=tr("cover.hint_address"), offers=self._directory)
        stay_fault = self.asked["address_of_stay"][1]
        self.ask("address_of_stay", self.stay, lambda: "" if self.same.is_on() else stay_fault())
        self.same.check.toggled.connect(self._same)
        self._put(self.same, self.stay, self._pick("region", [(one, one) for one in subjects()]))
        self.stay.setVisible(not self.same.is_on())

    def _same(self, on: bool) -> None:
        self.stay.setVisible(not on)
        self._noted("same_address", "yes" if on else "")

    def _policy(self) -> None:
        insurers = [(one.name, one.name) for one in self.view.insurers]
        self._put(self._pick("form", [(key, tr(f"cover.form_{key}")) for key in POLICY_FORMS]))
        if insurers:
            self._insurer = self._pick("insurer", insurers)
            self._insurer.changed.connect(lambda _: self._offer_points())
            self._put(self._insurer)
        else:
            self._put(self._line("insurer", hint=tr("cover.hint_insurer")))
        self.point = self._pick("point", self._points()) if insurers else self._line("point", hint=tr("cover.hint_point"))
        self._put(self.point, Meta(tr("cover.insurers_note")))

    def _points(self) -> list[tuple[str, str]]:
        return [(one.address, one.address) for one in self.view.insurers if one.name == self.values.get("insurer") and one.address]

    def _offer_points(self) -> None:
        points = self._points()
        if isinstance(self.point, Combo):
            only = points[0][0] if len(points) == 1 else ""
            self.point.box.set_choices([("", tr("cover.choose")), *points], chosen=only)
            self._noted("point", only)

    def _sign(self) -> None:
        found = tr("cover.sign_found", program=self.program) if self.program else tr("cover.sign_none")
        steps = (Body(tr(f"cover.sign_step_{n}")) for n in (1, 2, 3))
        self._put(Body(tr("cover.sign_not_here")), *steps, Notice(found, kind="accent" if self.program else "warn", icon="signature"))
        save, show = Button(tr("cover.save_paper"), icon="save"), Button(tr("cover.print_paper"), icon="print")
        save.setObjectName("cover_save_paper")
        leaving = Leaving(self.host, self)
        save.clicked.connect(lambda: self.host.spawn(leaving.save_sheet(self.sheet(), name=tr("cover.paper_file"))))
        show.clicked.connect(lambda: self.host.spawn(leaving.print_sheet(self.sheet())))
        self.paper = UploadField(tr("cover.field_application"), self.host, name="cover_paper", word=tr("cover.pick_paper"),
                                 hint=tr("cover.hint_application"), kinds=(uploads.PDF,))  # fmt: skip
        self.signature = UploadField(tr("cover.field_signature"), self.host, name="cover_signature", word=tr("cover.pick_signature"),
                                     hint=tr("cover.hint_signature"), kinds=(uploads.SIGNATURE,))  # fmt: skip
        self.ask("signature", self.signature, lambda: self.signature.problem)
        self.ask("application", self.paper, self._paper_fault)
        without = Notice(tr("cover.sign_without"), kind="quiet", icon="info")
        self._put(Box(FlowLayout(save, show, gap=8)), self.paper, self.signature, without)

    def _paper_fault(self) -> str:
        """A signature is of certain bytes: it says nothing without the very file that was signed."""
        is_bare = self.signature.upload is not None and self.paper.upload is None
        return tr("cover.fault_paper") if is_bare else self.paper.problem

    # --- going on
    def filled(self) -> dict[str, str]:
        """Return the act's fields as they are written."""
        kept = dict(self.values)
        if kept.get("same_address") == "yes":
            kept["address_of_stay"] = kept.get("address", "")
        return {name: clean_value(name, value) for name, value in kept.items() if name not in ("step", "same_address", "terms")}

    def sheet(self) -> Sheet:
        """Return the application as it stands."""
        return cover_paper.insurer(self.filled(), today=local_date(self.host.clock))

    def first_left_out(self) -> int | None:
        """Return the first step with a field that is empty, or None."""
        needs: dict[str, tuple[str, ...]] = {
            "terms": ("terms", "reason"), "person": tuple(key for key in _OWN if key not in _MAY_BE_EMPTY),
            "address": ("registered_on", "address", "region"), "policy": ("form", "insurer", "point"),
        }  # fmt: skip
        return next((n for n, step in enumerate(STEPS) if any(not self.values.get(key) for key in needs.get(step, ()))), None)

    def _go_on(self) -> None:
        if self.faults():
            return
        if STEPS[self.at] in ("policy", "sign") and (missing := self.first_left_out()) is not None:
            self.show_step(missing)
            self.faults()
            return
        if STEPS[self.at] != "sign":
            self.show_step(self.at + 1)
            first = next(iter(self.asked.values()), None)
            (first[0] if first is not None else self.submit).setFocus()
            return
        self.host.spawn(self._sent())

    async def _sent(self) -> None:
        files = {"application": self.paper.upload or cover_paper.as_upload(self.sheet())}
        if self.signature.upload is not None:
            files["signature"] = self.signature.upload
        body: dict[str, object] = {**self.filled(), "terms": True}
        if await self.accept([("insurer.choose", body, files)], tr("cover.insurer_waits")):
            self.host.session.drafts.keep("insurer", {}, person=self.view.person)
