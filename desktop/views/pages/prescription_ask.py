"""The form of a request for a prescription, without a visit and without paper: one that was written before, or another medicine.

*Source*: requirements C40, D9. The doctor decides; the program advises nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from desktop.session.documents import RequestForm
from desktop.views.page import Host
from desktop.views.pages.form_fields import text_problem
from desktop.views.pages.paper_form import PaperForm
from desktop.views.parts import Field, Labelled
from desktop.words import tr

OTHER = "other"


class PrescriptionAskForm(PaperForm):
    """«Запросить рецепт». `about` is the prescription ("Type/id") whose medicine is wanted again, or nothing."""

    words = "rx"

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self.known: dict[str, str] = {}
        self.about = self._wanted = ""

    async def begin(self, again: RequestForm | None = None) -> None:
        facts = await self.host.session.subjects.facts("prescriptions")
        latest = {one.medicine: one.id for one in reversed(facts) if one.medicine and one.is_safe}
        self.known = {id: medicine for medicine, id in latest.items()}
        self._wanted = next((one.medicine for one in facts if f"MedicationRequest/{one.id}" == self.about), "")
        await super().begin(again)

    def ask(self) -> None:
        items = [("", tr("papers.rx_choose")), *self.known.items(), (OTHER, tr("papers.rx_other"))]
        named = self.before("medicine") or self._wanted
        chosen = next((id for id, medicine in self.known.items() if medicine == named), OTHER) if named else ""
        self.medicine = self.choice(tr("papers.rx_medicine"), items, name="rx_medicine", chosen=chosen)
        self.other = Field(tr("papers.rx_name"), value=named if chosen == OTHER else "")
        self.medicine.changed.connect(lambda key: self.other.setVisible(key == OTHER))
        self.clinic = self.clinic_choice()
        self.comment = self.comment_area()
        self.add(self.medicine, self.other, self.clinic, self.comment)
        self.other.setVisible(chosen == OTHER)
        self.buttons()
        self.draft.hold(medicine=self.medicine, other=self.other, clinic=self.clinic, comment=self.comment)

    def named(self) -> str:
        return f"{self.words}:{self.about}" if self.about else self.words

    def problems(self) -> Sequence[tuple[Labelled, str]]:
        chosen = self.medicine.chosen()
        return (
            (self.medicine, "" if chosen else tr("papers.error_medicine")),
            (self.other, text_problem(self.other, most=300, is_required=True) if chosen == OTHER else ""),
            (self.clinic, "" if self.clinic.chosen() else tr("documents.error_clinic")),
            (self.comment, text_problem(self.comment, most=1_000)),
        )

    def body(self) -> Mapping[str, Any]:
        chosen, clinic = self.medicine.chosen(), self.clinic.chosen()
        made = {"clinic_id": clinic, "clinic": self.clinics[clinic], "comment": self.comment.value().strip()}
        if chosen == OTHER:
            return made | {"medicine": self.other.value().strip()}
        return made | {"medicine": self.known[chosen], "subject": f"MedicationRequest/{chosen}"}

    def act(self) -> str:
        return "prescription.ask"
