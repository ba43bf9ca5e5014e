"""The form for a certificate: its kind, what that kind asks for, the clinic.

A request that was refused is corrected in the same form and sent again; its reason stands at the top.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.clock import local_date
from desktop.session.certificates import TEXT_CHARS, CertificateField, CertificateKind, fault, kinds
from desktop.views.page import Host
from desktop.views.pages.certificate_words import label, title
from desktop.views.pages.form_fields import day_of, day_problem, iso, period_problem, text_problem
from desktop.views.pages.paper_form import PaperForm
from desktop.views.parts import Body, Combo, DateField, Field, Heading, Labelled, clear, column
from desktop.words import tr


class CertificateForm(PaperForm):
    """«Заказать справку»; a request that was refused when it began with one."""

    words = "certificate"

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self.fields: dict[str, tuple[CertificateField, tuple[Labelled, ...]]] = {}
        self.clinic: Combo | None = None

    def clear(self) -> None:
        super().clear()
        self.clinic, self.fields = None, {}

    def head(self) -> tuple[QWidget, ...]:
        again = self.again
        head = Heading(tr("papers.certificate_again" if again else "papers.certificate_title"), level=2)
        return (head, Body(again.title, bold=True)) if again is not None and again.title else (head,)

    def ask(self) -> None:
        again = self.again
        chosen = again.certificate if again is not None and again.certificate in kinds() else ""
        items = [("", tr("documents.form_choose")), *((one.key, _named(one)) for one in kinds().values())]
        self.kind = self.choice(tr("documents.form_kind"), items, name="certificate_kind", chosen=chosen)
        self.kind.changed.connect(lambda _key: self._fields())
        self.about = Body("", tone="ink2")
        self.add(self.kind, self.about)
        self.kind.setVisible(again is None or not chosen)
        # From here on the form is put anew whenever another kind is chosen.
        whole, self.place = self.place, column(gap=16)
        whole.addLayout(self.place)
        self._fields()
        self.draft.hold(kind=self.kind)

    def _chosen(self) -> CertificateKind | None:
        return kinds().get(self.kind.chosen())

    def _fields(self) -> None:
        clear(self.place)
        self.fields, self.clinic, self.send = {}, None, None
        kind = self._chosen()
        self.kind.set_error("")
        visit = tr("documents.form_visit") if kind is not None and kind.needs_visit else ""
        self.about.set_text(visit, strong=f"{title(kind)}." if kind is not None else "")
        self.about.setVisible(bool(self.about.text()))
        if kind is None and self.again is None:
            return
        current = self.host.session.current
        who = " ".join(part for part in (current.family, current.given, current.middle) if part) if current else ""
        self.add(Field(tr("documents.field_patient"), value=who, read_only_reason=tr("documents.form_whose")))
        if kind is not None:
            for field in kind.fields:
                self._ask(field)
        if kind is None or kind.needs_clinic:
            self.clinic = self.clinic_choice()
            self.clinic.box.setEnabled(not self.clinic.chosen())
            self.add(self.clinic)
            self.draft.hold(clinic=self.clinic)
        self.comment = self.comment_area()
        self.draft.hold(comment=self.comment)
        self.add(self.comment)
        self.buttons(tr("papers.certificate_resend") if self.again else "")

    def _ask(self, field: CertificateField) -> None:
        words, hint = label(field), "" if field.is_required else tr("documents.form_optional")
        if field.kind == "period":
            today = local_date(self.host.clock)
            ends = []
            for end in ("from", "to"):
                made = DateField(tr(f"documents.field_{end}", label=words), today=today, value=day_of(self.before(end)))
                made.edit.setObjectName(f"certificate_{field.key}_{end}")
                self.draft.hold(**{f"{field.key}_{end}": made})
                ends.append(made)
            self.pair(*ends)
            self.fields[field.key] = (field, tuple(ends))
            return
        made_field = Field(words, value=self.before(field.key), hint=hint)
        made_field.edit.setObjectName(f"certificate_{field.key}")
        self.draft.hold(**{field.key: made_field})
        self.add(made_field)
        self.fields[field.key] = (field, (made_field,))

    # --- sending
    def problems(self) -> Sequence[tuple[Labelled, str]]:
        found = [one for field, editors in self.fields.values() for one in _faults(field, editors)]
        if self.clinic is not None:
            found.append((self.clinic, "" if self.clinic.chosen() or self.again else tr("documents.error_clinic")))
        return [*found, (self.comment, text_problem(self.comment, most=1_000))]

    def body(self) -> Mapping[str, Any]:
        answers: dict[str, str] = {}
        made: dict[str, Any] = {"answers": answers, "comment": self.comment.value().strip()}
        for key, (_field, editors) in self.fields.items():
            days = {end: iso(one.date()) for end, one in zip(("from", "to"), editors, strict=False) if isinstance(one, DateField)}
            made |= days
            if not days and isinstance(one := editors[0], Field) and (text := one.value().strip()):
                answers[key] = text
        kind = self._chosen()
        if self.again is not None:
            made["subject"] = f"Task/{self.again.id}"
        if kind is not None:
            made |= {"certificate": kind.key, "title": title(kind)}
        elif self.again is not None:
            made["title"] = self.again.title[:TEXT_CHARS]
        if self.clinic is not None and (id := self.clinic.chosen()):
            made |= {"clinic_id": id, "clinic": self.clinics[id]}
        return made

    def act(self) -> str:
        return "certificate.resubmit" if self.again is not None else "certificate.order"


def _named(kind: CertificateKind) -> str:
    return tr("documents.form_named", title=title(kind), form=kind.form) if kind.form else title(kind)


def _faults(field: CertificateField, editors: tuple[Labelled, ...]) -> list[tuple[Labelled, str]]:
    """Return each editor of a field with what is wrong with it."""
    if field.kind == "period":
        first, last = (one for one in editors if isinstance(one, DateField))
        return [(first, day_problem(first)), (last, period_problem(first, last))]
    (editor,) = editors
    assert isinstance(editor, Field)
    text = editor.value().strip()
    wrong = fault(field.kind, text) if text else ""
    if wrong in ("year", "money"):
        return [(editor, tr(f"documents.error_{wrong}"))]
    return [(editor, text_problem(editor, most=TEXT_CHARS, is_required=field.is_required))]
