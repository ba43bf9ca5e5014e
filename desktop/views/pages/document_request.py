"""The form of a request for documents: which, for what time, with what proof. The clinic makes them; the usual term is a day.

*Source*: requirements C15–C17.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from desktop.clock import local_date
from desktop.record.acts_papers import DOCUMENT_TYPES
from desktop.record.uploads import Upload
from desktop.views.pages.form_fields import UploadField, day_of, day_problem, iso, period_problem, text_problem
from desktop.views.pages.paper_form import PaperForm
from desktop.views.parts import DateField, Field, Labelled, Notice
from desktop.words import tr

_YEAR_DAYS = 365


class DocumentRequestForm(PaperForm):
    """«Запросить документы»."""

    words = "request"
    wants_files = True

    def ask(self) -> None:
        today, current = local_date(self.host.clock), self.host.session.current
        types = [("", tr("papers.type_choose")), *((one, tr(f"papers.type_{one}")) for one in DOCUMENT_TYPES)]
        self.type = self.choice(tr("papers.type"), types, name="request_type", chosen=self.before("type"))
        self.first = DateField(tr("papers.from"), today=today, value=day_of(self.before("from")) or today - timedelta(days=_YEAR_DAYS))
        self.last = DateField(tr("papers.to"), today=today, value=day_of(self.before("to")) or today)
        self.clinic = self.clinic_choice()
        number = current.policy_number if current is not None else ""
        self.policy = Field(tr("papers.policy"), value=self.before("policy") or number, hint=tr("papers.policy_hint"))
        self.visited = DateField(tr("papers.visited"), today=today, value=day_of(self.before("visited_on")), hint=tr("papers.visited_hint"))
        self.proof = UploadField(tr("papers.proof"), self.host, hint=tr("papers.proof_again") if self.again is not None else "")
        self.comment = self.comment_area()
        self.add(self.type)
        self.pair(self.first, self.last)
        self.add(self.clinic)
        self.pair(self.policy, self.visited)
        self.add(self.proof, self.comment, Notice(tr("papers.term_text"), strong=tr("papers.term"), kind="quiet", icon="clock"))
        self.buttons()
        self.draft.hold(type=self.type, first=self.first, last=self.last, clinic=self.clinic, policy=self.policy, visited=self.visited,
                        comment=self.comment)  # fmt: skip

    def problems(self) -> Sequence[tuple[Labelled, str]]:
        visited = self.visited.date()
        is_ahead = visited is not None and visited > local_date(self.host.clock)
        return (
            (self.type, "" if self.type.chosen() else tr("papers.error_type")),
            (self.first, day_problem(self.first)),
            (self.last, period_problem(self.first, self.last)),
            (self.clinic, "" if self.clinic.chosen() else tr("documents.error_clinic")),
            (self.policy, text_problem(self.policy, most=40)),
            (self.visited, tr("papers.error_ahead") if is_ahead else day_problem(self.visited, is_required=False)),
            (self.proof, self.proof.problem),
            (self.comment, text_problem(self.comment, most=1_000)),
        )

    def body(self) -> Mapping[str, Any]:
        type, clinic = self.type.chosen(), self.clinic.chosen()
        return {
            "type": type, "title": tr(f"papers.type_{type}"), "from": iso(self.first.date()), "to": iso(self.last.date()),
            "clinic_id": clinic, "clinic": self.clinics[clinic], "policy": self.policy.value().strip(),
            "visited_on": iso(self.visited.date()), "comment": self.comment.value().strip(),
        }  # fmt: skip

    def files(self) -> Mapping[str, Upload]:
        return {"proof": self.proof.upload} if self.proof.upload is not None else {}

    def act(self) -> str:
        return "document.request"
