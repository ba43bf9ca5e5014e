"""The form for a certificate: its kind, what that kind asks for, the clinic. Accepted without a network, as an act that waits.

A request that was refused is corrected in the same form and sent again; its reason stands at the top.
"""

from __future__ import annotations

import re
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from desktop.clock import local_date
from desktop.session.documents import RequestForm
from desktop.views import theme, wording
from desktop.views.page import Host
from desktop.views.pages.certificate_kinds import CertificateField, CertificateKind, kinds
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
    Labelled,
    Notice,
    ScrollPage,
    TextArea,
    clear,
    column,
    row,
)
from desktop.words import tr

_WIDTH_PX = 640
_FIRST_YEAR = 2000
_MONEY = re.compile(r"\d{1,9}([.,]\d{1,2})?")
_TEXT_CHARS = 300


class CertificateForm(QWidget):
    """The whole form. `done` gives the id of the act; `closed` says that nothing is to be ordered."""

    done = Signal(str)
    closed = Signal()

    def __init__(self, host: Host) -> None:
        super().__init__()
        self.host = host
        self.again: RequestForm | None = None
        self.fields: dict[str, tuple[CertificateField, tuple[Labelled, ...]]] = {}
        self.clinic: Combo | None = None
        self.send: Button | None = None
        self._kinds: dict[str, CertificateKind] = {}
        self._clinics: dict[str, str] = {}
        side = 28 if theme.scale().large else 40
        self.scroll = ScrollPage(pad=(0, side, 32), gap=16)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.scroll)

    async def begin(self, again: RequestForm | None = None, *, reason: str = "") -> None:
        """Show an empty form, or the one of a refused request with the reason of the refusal."""
        found = await self.host.session.subjects.facts("clinics")
        self._clinics = {one.organization_id or one.id: one.name for one in found if one.name}
        self._kinds = {one.key: one for one in kinds()}
        self.again = again
        if again is not None and again.clinic_id:
            self._clinics.setdefault(again.clinic_id, again.clinic)
        self._build(reason)

    def clear(self) -> None:
        """Forget what was written, in this turn."""
        self.again, self.clinic, self.send = None, None, None
        self.fields = {}
        clear(self.scroll.body)

    def _build(self, reason: str) -> None:
        self.clear_widgets()
        again = self.again
        back = Button(tr("documents.form_back"), role="text", icon="arrow-left")
        back.setObjectName("form_back")
        back.clicked.connect(self.closed)
        parts: list[QWidget] = [Box(row(back, STRETCH)), Heading(tr("documents.form_again" if again else "documents.form_title"), level=2)]
        if reason:
            parts.append(Notice(reason, strong=tr("documents.form_reason"), kind="warn"))
        chosen = again.certificate if again is not None and again.certificate in self._kinds else ""
        if again is not None and again.title:
            parts.append(Body(again.title, bold=True))
        items = [("", tr("documents.form_choose")), *((one.key, _named(one)) for one in self._kinds.values())]
        self.kind = Combo(tr("documents.form_kind"), items, chosen=chosen)
        self.kind.box.setObjectName("certificate_kind")
        _may_shrink(self.kind)
        self.kind.changed.connect(lambda _key: self._fields())
        self.about = Body("", tone="ink2")
        self.place = column(gap=16)
        for part in (*parts, self.kind, self.about):
            part.setMaximumWidth(theme.px(_WIDTH_PX))
            self.scroll.body.addWidget(part)
        self.kind.setVisible(again is None or not chosen)
        self.scroll.body.addLayout(self.place)
        self.scroll.body.addStretch(1)
        self._fields()
        (self.kind.box if self.kind.isVisibleTo(self) else back).setFocus(Qt.FocusReason.OtherFocusReason)

    def clear_widgets(self) -> None:
        """Take the widgets out, keeping what the form is about."""
        self.fields, self.clinic, self.send = {}, None, None
        clear(self.scroll.body)

    def _chosen(self) -> CertificateKind | None:
        return self._kinds.get(self.kind.chosen())

    def _fields(self) -> None:
        clear(self.place)
        self.fields, self.clinic, self.send = {}, None, None
        kind = self._chosen()
        self.kind.set_error("")
        visit = tr("documents.form_visit") if kind is not None and kind.needs_visit else ""
        self.about.set_text(visit, strong=f"{kind.title}." if kind is not None else "")
        self.about.setVisible(bool(self.about.text()))
        if kind is None and self.again is None:
            return
        current = self.host.session.current
        who = " ".join(part for part in (current.family, current.given, current.middle) if part) if current else ""
        self._add(Field(tr("documents.field_patient"), value=who, read_only_reason=tr("documents.form_whose")))
        if kind is not None:
            for field in kind.fields:
                self._ask(field)
        if kind is None or kind.needs_clinic:
            self._ask_clinic()
        self.comment = TextArea(tr("documents.field_comment"), hint=tr("documents.form_optional"), lines=2)
        self._add(self.comment)
        self.send = Button(tr("documents.form_resend" if self.again else "documents.form_send"), role="primary", icon="send")
        self.send.setObjectName("certificate_send")
        self.send.clicked.connect(self._send)
        keep = Button(tr("documents.form_not"))
        keep.clicked.connect(self.closed)
        self._add(Body(tr("documents.form_waits"), tone="ink2"))
        self._add(Box(FlowLayout(self.send, keep, gap=8)))

    def _add(self, widget: QWidget) -> None:
        widget.setMaximumWidth(theme.px(_WIDTH_PX))
        self.place.addWidget(widget)

    def _ask(self, field: CertificateField) -> None:
        hint = "" if field.is_required else tr("documents.form_optional")
        before = dict(self.again.answers) if self.again is not None else {}
        if field.kind == "period":
            today = local_date(self.host.clock)
            ends = []
            for end in ("from", "to"):
                made = DateField(tr(f"documents.field_{end}", label=field.label), today=today, value=_day(before.get(end, "")))
                made.edit.setObjectName(f"certificate_{field.key}_{end}")
                ends.append(made)
            both = row(gap=16)
            for made in ends:
                both.addWidget(Box(column(made, STRETCH, gap=0)), 1)
            self._add(Box(column(*ends, gap=16) if theme.scale().large else both))
            self.fields[field.key] = (field, tuple(ends))
            return
        made_field = Field(field.label, value=before.get(field.key, ""), hint=hint)
        made_field.edit.setObjectName(f"certificate_{field.key}")
        self._add(made_field)
        self.fields[field.key] = (field, (made_field,))

    def _ask_clinic(self) -> None:
        chosen = self.again.clinic_id if self.again is not None and self.again.clinic_id in self._clinics else ""
        items = [("", tr("documents.form_clinic_choose")), *self._clinics.items()]
        self.clinic = Combo(tr("documents.field_clinic"), items, chosen=chosen)
        self.clinic.box.setObjectName("certificate_clinic")
        _may_shrink(self.clinic)
        self.clinic.box.setEnabled(not chosen)
        self._add(self.clinic)

    # --- sending
    def problems(self) -> list[Labelled]:
        """Check everything, write each error under its field, and return the fields in error."""
        wrong: list[tuple[Labelled, str]] = []
        for field, editors in self.fields.values():
            wrong += _period_problem(editors) if field.kind == "period" else _text_problem(field, editors[0])
        if self.clinic is not None:
            wrong.append((self.clinic, "" if self.clinic.chosen() or self.again else tr("documents.error_clinic")))
        if self.send is not None:
            wrong.append((self.comment, "" if len(self.comment.value()) <= 1_000 else tr("documents.error_long", n=1_000)))
        for editor, text in wrong:
            editor.set_error(text)
        return [editor for editor, text in wrong if text]

    def body(self) -> dict[str, object]:
        """Return the body of the act, as it is filled in."""
        answers: dict[str, str] = {}
        made: dict[str, object] = {}
        for key, (field, editors) in self.fields.items():
            if field.kind == "period":
                ends = dict(zip(("from", "to"), editors, strict=True))
                days = {end: one.date() for end, one in ends.items() if isinstance(one, DateField)}
                (answers if self.again is not None else made).update({end: on.isoformat() for end, on in days.items() if on is not None})
            elif isinstance(editors[0], Field) and (text := editors[0].value().strip()):
                answers[key] = text
        kind = self._chosen()
        if self.again is not None:
            made["subject"] = f"Task/{self.again.id}"
        elif kind is not None:
            made |= {"certificate": kind.key, "title": kind.title[:_TEXT_CHARS]}
            if self.clinic is not None:
                id = self.clinic.chosen()
                made |= {"clinic_id": id, "clinic": self._clinics[id]}
        made["answers"] = answers
        made["comment"] = self.comment.value().strip()
        return made

    def _send(self) -> None:
        wrong = self.problems()
        if wrong:
            wrong[0].editor.setFocus(Qt.FocusReason.OtherFocusReason)
            self.host.announce(wrong[0].error())
            return
        self.host.spawn(self._accept())

    async def _accept(self) -> None:
        current = self.host.session.current
        if current is None or self.send is None or self.send.busy:
            return
        self.send.set_busy(True)
        try:
            kind = "certificate.resubmit" if self.again is not None else "certificate.order"
            intent = await self.host.session.bookings.act(kind, current.id, self.body())
        finally:
            if self.send is not None:
                self.send.set_busy(False)
        self.clear()
        self.done.emit(intent)


def _may_shrink(combo: Combo) -> None:
    """Let a choice be narrower than its longest word: what is chosen is written whole under it."""
    combo.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.box.setMinimumContentsLength(16)


def _named(kind: CertificateKind) -> str:
    return tr("documents.form_named", title=kind.title, form=kind.form) if kind.form else kind.title


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _period_problem(editors: tuple[Labelled, ...]) -> list[tuple[Labelled, str]]:
    first, last = (one.date() if isinstance(one, DateField) else None for one in editors)
    found = [(editors[0], "" if first is not None else _no_date(editors[0]))]
    problem = "" if last is not None else _no_date(editors[1])
    if first is not None and last is not None and last < first:
        problem = tr("documents.error_period", on=wording.day(first, today=first))
    return [*found, (editors[1], problem)]


def _no_date(editor: Labelled) -> str:
    is_empty = isinstance(editor, Field) and not editor.value().strip()
    return tr("documents.error_empty" if is_empty else "documents.error_date")


def _text_problem(field: CertificateField, editor: Labelled) -> list[tuple[Labelled, str]]:
    text = editor.value().strip() if isinstance(editor, Field) else ""
    problem = ""
    if not text:
        problem = tr("documents.error_empty") if field.is_required else ""
    elif len(text) > _TEXT_CHARS:
        problem = tr("documents.error_long", n=_TEXT_CHARS)
    elif field.kind == "year" and not (text.isdecimal() and len(text) == 4 and int(text) >= _FIRST_YEAR):
        problem = tr("documents.error_year")
    elif field.kind == "money" and not _MONEY.fullmatch(text):
        problem = tr("documents.error_money")
    return [(editor, problem)]
