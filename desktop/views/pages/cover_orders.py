"""The short forms about cover: the statement of services, a policy, an identity paper, the electronic card.

Owns what each asks and which acts it becomes. Does not own: the checks (cover_form), the choice of an insurer (cover_insurer).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from desktop.clock import local_date
from desktop.record import uploads
from desktop.record.acts_cover import CONSENTS, IDENTITY_DOCUMENTS, POLICY_TYPES
from desktop.session.cover import CoverView
from desktop.views import asking, typeset
from desktop.views.draft import Draft
from desktop.views.page import Host
from desktop.views.pages import cover_paper
from desktop.views.pages.cover_form import CoverPanel, clean_value
from desktop.views.pages.form_fields import UploadField, iso
from desktop.views.parts import STRETCH, Body, Button, Meta, Notice
from desktop.words import tr

_YEAR_DAYS: Final = 366


class StatementPanel(CoverPanel):
    """«Сведения об оказанных медицинских услугах и их стоимости»: a period; the application is a PDF of ours that waits to be sent."""

    def __init__(self, view: CoverView, host: Host) -> None:
        super().__init__(tr("cover.statement"), view, host)
        today = local_date(host.clock)
        self.first = self.day("from", value=today - timedelta(days=_YEAR_DAYS), hint=tr("cover.hint_from"), is_past=True)
        self.last = self.day("to", value=today, since=self.first)
        who = view.known
        self.add(Body(who.get("name", ""), bold=True), Meta(tr("cover.own_data")), self.first, self.last)
        self.add(Meta(tr("cover.statement_goes")), STRETCH)
        self.look = Button(tr("cover.look"), icon="eye")
        self.look.setObjectName("cover_look")
        self.look.clicked.connect(lambda: host.spawn(self._look()))
        self.submit.setText(tr("cover.apply"))
        self.submit.clicked.connect(self._send)
        self.set_foot(self.submit, self.look)

    def filled(self) -> dict[str, str]:
        """Return what is asked."""
        return {"from": iso(self.first.date()), "to": iso(self.last.date())}

    def _sheet(self) -> typeset.Sheet:
        return cover_paper.statement(self.view.known, self.filled(), today=local_date(self.host.clock))

    async def _look(self) -> None:
        if not self.faults():
            await asking.print_sheet(self, self._sheet())

    def _send(self) -> None:
        if self.faults():
            return
        files = {"application": cover_paper.as_upload(self._sheet())}
        self.host.spawn(self.accept([("statement.order", dict(self.filled()), files)], tr("cover.statement_waits")))


class PolicyPanel(CoverPanel):
    """«Оформление ОМС»: name, СНИЛС, paper, kind of policy, wanted period, consent."""

    def __init__(self, view: CoverView, host: Host) -> None:
        super().__init__(tr("cover.policy"), view, host)
        known = view.known
        self.lines = {key: self.text(key, value=known.get(key, "")) for key in ("name", "snils", "document")}
        if stands_for := self.representative():
            self.lines["representative"] = self.text("representative", value=stands_for, hint=tr("cover.hint_representative"))
        self.kind = self.choose("type", [(key, tr(f"cover.type_{key}")) for key in POLICY_TYPES])
        self.first = self.day("from", value=local_date(host.clock))
        self.last = self.day("to", is_required=False, hint=tr("cover.hint_to"), since=self.first)
        self.consent = self.tick("consent", tr("cover.consent_policy"))
        self.draft = Draft(host, "policy", wants_files=True)
        self.draft.hold(**self.lines, type=self.kind, since=self.first, until=self.last)
        self.sent.connect(self.draft.sent)
        self.add(self.draft.notice, Meta(tr("cover.own_data")), *self.lines.values(), self.kind, self.first, self.last, self.consent,
                 STRETCH)  # fmt: skip
        self.submit.clicked.connect(self._send)
        self.set_foot(self.submit)

    def _send(self) -> None:
        if self.faults():
            return
        body: dict[str, object] = {key: clean_value(key, field.value().strip()) for key, field in self.lines.items()}
        body |= {"type": self.kind.chosen(), "from": iso(self.first.date()), "to": iso(self.last.date()), "consent": True}
        self.host.spawn(self.accept([("policy.order", body, {})], tr("cover.policy_waits")))


class IdentityPanel(CoverPanel):
    """A scan of an identity paper: PDF or JPEG, no more than 5 MB."""

    def __init__(self, view: CoverView, host: Host) -> None:
        super().__init__(tr("cover.identity"), view, host)
        self.kind = self.choose("paper", [(key, tr(f"cover.document_{key}")) for key in IDENTITY_DOCUMENTS])
        self.scan = UploadField(tr("cover.field_scan"), host, name="cover_scan", hint=tr("cover.hint_scan"))
        self.add(self.kind, self.scan, Meta(tr("cover.identity_goes")), STRETCH)
        self.ask("scan", self.scan, lambda: "" if self.scan.upload is not None else self.scan.problem or tr("cover.fault_file"))
        self.submit.clicked.connect(self._send)
        self.set_foot(self.submit)

    def _send(self) -> None:
        if self.faults() or self.scan.upload is None:
            return
        body: dict[str, object] = {"document": self.kind.chosen()}
        self.host.spawn(self.accept([("identity.submit", body, {"scan": self.scan.upload})], tr("cover.identity_waits")))


class CardPanel(CoverPanel):
    """«Электронная медицинская карта»: two consents, the permanent clinic, a therapist if the person wants one."""

    def __init__(self, view: CoverView, host: Host) -> None:
        super().__init__(tr("cover.card"), view, host)
        self.processing = self.tick("processing", tr("cover.consent_processing"))
        self.transfer = self.tick("transfer", tr("cover.consent_transfer"))
        self.clinic = self.choose("clinic", list(view.clinics), chosen=view.attached[0])
        self.doctor = self.choose("doctor", [], is_required=False)
        self.clinic.changed.connect(self._offer_doctors)
        self._offer_doctors()
        self.add(Body(tr("cover.card_about")), self.processing, self.transfer, self.clinic, self.doctor,
                 Notice(tr("cover.card_term"), kind="accent", icon="clock"), STRETCH)  # fmt: skip
        self.submit.setText(tr("cover.connect"))
        self.submit.clicked.connect(self._send)
        self.set_foot(self.submit)

    def _offer_doctors(self, _clinic: str = "") -> None:
        chosen = self.clinic.chosen()
        here = [(id, name) for id, name, clinic in self.view.doctors if clinic == chosen]
        self.doctor.box.set_choices([("", tr("cover.any_doctor")), *here], chosen="")

    def _send(self) -> None:
        if self.faults():
            return
        clinic, doctor = self.clinic.chosen(), self.doctor.chosen()
        place = {"clinic_id": clinic, "clinic": dict(self.view.clinics).get(clinic, "")}
        named = {id: name for id, name, _ in self.view.doctors}
        acts: list[tuple[str, dict[str, object], dict[str, uploads.Upload]]] = [
            ("consent.give", {"consent": one, "agreed": True, **place}, {}) for one in CONSENTS if one not in self.view.consents
        ]
        body: dict[str, object] = {"processing": True, "transfer": True, **place, "doctor_id": doctor, "doctor": named.get(doctor, "")}
        self.host.spawn(self.accept([*acts, ("card.connect", body, {})], tr("cover.card_waits")))
