"""The fields beside the pile: what the portal owns, what the person may ask to change, each checked where it stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from desktop.clock import local_date
from desktop.record import identifiers
from desktop.record.identifiers import Checked
from desktop.session.policies import CardView
from desktop.session.rows import PersonRow
from desktop.views import theme, wording
from desktop.views.columns import Columns
from desktop.views.draft import Draft
from desktop.views.page import Host
from desktop.views.pages.asked_line import AskedLine
from desktop.views.pages.policies_cards import Reveal, masked
from desktop.views.parts import (
    STRETCH,
    Box,
    Button,
    Card,
    Field,
    FlowLayout,
    Heading,
    IconLabel,
    Meta,
    Notice,
    Radio,
    Tag,
    column,
    row,
)
from desktop.views.parts.dates import write_date
from desktop.words import has, tr

_STANDING: Final = {"verified": ("seal", "accent"), "checking": ("clock", "quiet"), "unverified": ("alert", "warn")}
_CHECKS: Final[dict[str, Callable[[str], Checked]]] = {
    "number": identifiers.policy_number, "snils": identifiers.snils, "document": identifiers.document,
    "phone": identifiers.phone, "email": identifiers.email,
}  # fmt: skip
_POLICY: Final = ("number", "snils", "document")
_PROFILE: Final = ("phone", "email", "address", "address_of_stay")
_ADDRESS_CHARS: Final = 300
_ADDRESSES: Final = ("address", "address_of_stay")
_HUES: Final = 6
_LONG_PAIR_PX: Final = 500
"""From this width on an address of mail or the name of an insurer stands whole in one half of the form."""


class HueRadio(Radio):
    """One hue of the spine."""

    MARK_WIDTH = 32
    MARK_HEIGHT = 32

    def __init__(self, hue: int, *, checked: bool) -> None:
        self._hue = hue
        super().__init__("", checked=checked, name=tr(f"policies.hue_{hue}"))

    def paint_mark(self, painter: QPainter, area: QRectF) -> None:
        """Paint a disc, ringed when it is chosen."""
        on = self.isChecked()
        painter.setPen(QPen(theme.colour("ink"), 2) if on else Qt.PenStyle.NoPen)
        if on:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(area.adjusted(1, 1, -1, -1))
            painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(theme.person_role(self._hue)))
        inset = theme.px(5)
        painter.drawEllipse(area.adjusted(inset, inset, -inset, -inset))


class CardForm(Card):
    """One person's fields. `saved` gives the two bodies that differ from the portal's copy: policy, profile."""

    saved = Signal(object, object)
    left = Signal()
    hue_chosen = Signal(int)
    removal = Signal()

    def __init__(self, view: CardView, person: PersonRow, host: Host, reveal: Reveal) -> None:
        super().__init__(pad=(20, 28), gap=14)
        self.view, self._host = view, host
        icon, kind = _STANDING[person.standing]
        head = row(gap=12)
        head.addWidget(Heading(wording.person_name(person), level=2), 1)
        head.addWidget(Tag(tr(f"policies.standing_{person.standing}"), icon=icon, kind=kind))
        self.body.addLayout(head)
        for one in view.edits:
            self.body.addWidget(AskedLine(one, tr(f"policies.edit_{one.kind.replace('.', '_')}"), host))
        if person.standing != "verified":
            self.body.addWidget(Notice(tr(f"policies.why_{person.standing}"), kind="warn" if person.standing == "unverified" else "accent"))
        self.fields: dict[str, Field] = {}
        self._owned(person)
        self._own_policy()
        self._own_contacts()
        self.draft = Draft(host, "card")
        self.draft.hold(**self.fields)
        self.body.insertWidget(1, self.draft.notice)
        self._around(person)
        self._foot(person)
        reveal.turned.connect(self.turn)
        self.turn(reveal.is_on)

    # --- fields
    def _owned(self, person: PersonRow) -> None:
        """Show what only the portal changes."""
        facts = self.view.facts
        name = " ".join(part for part in (person.family, person.given, person.middle) if part)
        self.body.addWidget(Field(tr("policies.name"), value=name, read_only_reason=tr("policies.owned")))
        born = write_date(facts.birth_date) if facts and facts.birth_date else ""
        sex = tr(f"policies.sex_{facts.gender}") if facts and facts.gender in ("male", "female") else tr("policies.sex_unknown")
        whose = f"{wording.relation(person)}, {sex}"
        self._pair(Field(tr("policies.born"), value=born, read_only_reason=tr("policies.owned_short")),
                   Field(tr("policies.relation"), value=whose[:1].upper() + whose[1:],
                         read_only_reason=tr("policies.owned_short")))  # fmt: skip

    def _own_policy(self) -> None:
        self.body.addWidget(self._field("number", tr("policies.number")))
        self._pair(self._field("snils", tr("policies.snils")), self._field("document", tr("policies.document")))

    def _own_contacts(self) -> None:
        self._pair(self._field("phone", tr("policies.phone")), self._field("email", tr("policies.email")), least_px=_LONG_PAIR_PX)
        self.body.addWidget(self._field("address", tr("policies.address")))
        self.body.addWidget(self._field("address_of_stay", tr("policies.address_of_stay")))

    def _field(self, key: str, label: str) -> Field:
        made = Field(label, hint=tr(f"policies.hint_{key}"))
        made.setObjectName(f"field_{key}")
        made.edit.editingFinished.connect(lambda: self.check(key))
        self.fields[key] = made
        return made

    def _pair(self, left: QWidget, right: QWidget, *, share: tuple[int, int] = (1, 1), least_px: float = 0) -> None:
        self.body.addWidget(Columns(Box(column(left, STRETCH)), Box(column(right, STRETCH)), least_px=least_px, gap=16, share=share))

    def _around(self, person: PersonRow) -> None:
        """Show insurer, form, colour, attachment, and how long the access lasts."""
        view, today = self.view, local_date(self._host.clock)
        policy = view.policies[0] if view.policies else None
        insurer = Field(tr("policies.insurer"), value=policy.insurer if policy else "", read_only_reason=tr("policies.insurer_why"))
        form = Field(tr("policies.form"), value=(view.forms[0] if view.forms else "") or (policy.kind if policy else ""),
                     read_only_reason=tr("policies.since", day=wording.day(policy.since, today=today)) if policy and policy.since
                     else tr("policies.owned_short"))  # fmt: skip
        self._pair(insurer, form, share=(6, 5), least_px=_LONG_PAIR_PX)
        self.hues = [HueRadio(n, checked=n == person.hue) for n in range(1, _HUES + 1)]
        for n, radio in enumerate(self.hues, 1):
            radio.toggled.connect(lambda on, n=n: self.hue_chosen.emit(n) if on else None)
        colours = Box(FlowLayout(*self.hues, gap=12))
        colours.setAccessibleName(tr("policies.hue"))
        self.body.addWidget(Box(column(Heading(tr("policies.hue")), colours, gap=4)))
        if view.region:
            self._line("globe", tr("policies.region", region=view.region))
        self._line("clinic", self._attached())
        checked = wording.moment(view.checked_at, today=today) if view.checked_at else ""
        if checked:
            self._line("sync", tr("policies.checked", at=checked))
        if person.relation == "child" and view.of_age_on is not None:
            self._line("child", tr("policies.of_age", day=wording.day(view.of_age_on, today=today)))
        elif view.access_until is not None:
            self._line("key", tr("policies.access_until", day=wording.day(view.access_until, today=today)))
        elif person.relation == "child" and person.age is not None and person.age >= 18:
            self._line("key", tr("policies.is_of_age"))

    def _attached(self) -> str:
        found = self.view.attachment
        if found is None:
            return tr("policies.not_attached")
        parts = [found.clinic, tr("policies.district", name=found.district) if found.district else "", found.doctor]
        if found.since is not None:
            parts.append(tr("policies.attached_since", day=wording.day(found.since, today=local_date(self._host.clock))))
        return tr("policies.attached", where=", ".join(part for part in parts if part))

    def _line(self, icon: str, text: str) -> None:
        line = row(gap=12)
        line.addWidget(IconLabel(icon, "ink2", 20), 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(Meta(text), 1)
        self.body.addLayout(line)

    def _foot(self, person: PersonRow) -> None:
        self.save = Button(tr("policies.save"), role="primary")
        self.save.setObjectName("save_card")
        self.save.clicked.connect(self.submit)
        leave = Button(tr("policies.undo"))
        leave.clicked.connect(self._leave)
        parts: list[QWidget] = [self.save, leave]
        if person.relation != "self":
            remove = Button(tr("policies.remove"), role="danger")
            remove.setObjectName("remove_person")
            remove.clicked.connect(self.removal)
            parts.append(remove)
        self.body.addWidget(Box(FlowLayout(*parts, gap=8)))
        self.body.addStretch(1)

    def _leave(self) -> None:
        self.draft.sent()
        self.left.emit()

    # --- numbers
    def turn(self, on: bool) -> None:
        """Show or mask what the portal holds, as placeholders: a field is empty until the person writes in it."""
        facts, view = self.view.facts, self.view
        number = view.policies[0].number if view.policies else facts.policy_number if facts else ""
        snils, phone = (facts.snils, facts.phone) if facts else ("", "")
        held = {
            "number": wording.number(number) if on else masked(number), "snils": snils if on else wording.masked(snils),
            "document": view.paper if on else wording.masked(view.paper), "phone": wording.phone(phone) if on else wording.masked(phone),
            "email": facts.email if facts else "", "address": facts.address if facts else "", "address_of_stay": view.address_of_stay,
        }  # fmt: skip
        for key, field in self.fields.items():
            # An address has no length that a line could be sure to hold.
            is_long = key in _ADDRESSES and bool(held[key])
            field.set_hint(tr("policies.held", held=held[key], hint=tr(f"policies.hint_{key}")) if is_long else tr(f"policies.hint_{key}"))
            field.edit.setPlaceholderText("" if is_long else held[key] or tr("policies.empty"))

    def check(self, key: str) -> str | None:
        """Check one field and say its fault under it; return what is sent, nothing when it is empty, None when it is wrong."""
        field = self.fields[key]
        text = field.value().strip()
        found = Checked(value=text) if not text or key not in _CHECKS else _CHECKS[key](text)
        if key not in _CHECKS and len(text) > _ADDRESS_CHARS:
            found = Checked(fault="long", has=len(text), needs=_ADDRESS_CHARS)
        field.set_error("" if found.is_good else fault_words(key, found))
        return found.value if found.is_good else None

    def submit(self) -> None:
        """Check every field; go to the first that is wrong, else hand the changes over."""
        values = {key: self.check(key) for key in self.fields}
        wrong = next((key for key, value in values.items() if value is None), None)
        if wrong is not None:
            self.fields[wrong].edit.setFocus()
            return
        policy = {key: values[key] for key in _POLICY if values[key]}
        profile = {key: values[key] for key in _PROFILE if values[key]}
        if policy and self.view.policies:
            policy["subject"] = f"Coverage/{self.view.policies[0].id}"
        if policy or profile:
            self.saved.emit(policy, profile)
        else:
            self.fields["number"].set_error(tr("policies.nothing_changed"))
            self.fields["number"].edit.setFocus()


def fault_words(key: str, found: Checked) -> str:
    """Say what is wrong with a number that a person wrote, by the name of its field."""
    if found.fault == "digits":
        word = "short" if found.has < found.needs else "more"
        missing = abs(found.needs - found.has)
        return tr(f"policies.fault_{key}_digits", found.has, needs=found.needs) + " " + tr(f"policies.fault_{word}", missing)
    named = f"policies.fault_{key}_{found.fault}"
    return tr(named if has(named) else f"policies.fault_{found.fault}", needs=found.needs)
