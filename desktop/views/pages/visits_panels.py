"""The panels of the history of visits: one visit in full, and «Я не посещал это медучреждение» (mockup 10)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLayout, QWidget

from desktop.clock import local_date
from desktop.session.visits import LinkRow, VisitView
from desktop.views import theme, wording
from desktop.views.draft import Draft
from desktop.views.page import Host
from desktop.views.pages import visits_words as words
from desktop.views.pages.asked_line import AskedLine
from desktop.views.pages.care_parts import Panel, facts_grid
from desktop.views.pages.documents_mail import MailAsk
from desktop.views.pages.form_fields import room_problem
from desktop.views.parts import (
    STRETCH,
    Body,
    Box,
    Button,
    Card,
    Divider,
    Field,
    Heading,
    IconButton,
    IconLabel,
    Meta,
    Notice,
    PressRow,
    Radio,
    TextArea,
    column,
    take_out,
)
from desktop.views.parts.given import layout_of
from desktop.views.parts.paint import keep_within
from desktop.words import tr

ANSWER_DAYS: Final = 30
"""*Source*: 59-ФЗ, article 12: a written address is answered within 30 days."""
_WRONG: Final = ("not_there", "other_day", "other_service")
_COMMENT_CHARS: Final = 1_000
_WORDS_FROM_PX: Final = 104
"""Where the words of a line begin: after its day."""
_ICONS: Final = {"prescriptions": "pill", "referrals": "referral", "results": "flask", "documents": "document"}


class VisitLine(Box):
    """A visit in the list; the one whose panel is open is tinted and has a bar, within the corners of its card."""

    def __init__(self, layout: QLayout, id: str) -> None:
        super().__init__(layout)
        self.id, self.is_open = id, False
        self._held: QWidget | None = None

    def set_open(self, on: bool) -> None:
        """Show whether its panel is open."""
        self.is_open = on
        self.update()

    def hold(self, card: QWidget) -> None:
        """Put the rating under the words of the visit, in place of the way to it."""
        left = 20 if theme.scale().large else _WORDS_FROM_PX
        self._held = Box(column(card, pad=(0, 20, 14, left)), parent=self)
        layout_of(self).addWidget(self._held)
        self._offer(False)

    def let_go(self) -> None:
        """Take the rating out again."""
        if self._held is not None:
            take_out(layout_of(self), self._held)
            self._held.hide()
            self._held.deleteLater()
            self._held = None
            self._offer(True)

    def _offer(self, on: bool) -> None:
        if (button := self.findChild(QWidget, f"rate_{self.id}")) is not None:
            button.setVisible(on)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground of an open line."""
        card = self.parentWidget()
        if not self.is_open or card is None:
            return
        painter = QPainter(self)
        keep_within(painter, self, card)
        painter.fillRect(self.rect(), theme.colour("accentTint"))
        painter.fillRect(QRectF(0, 0, theme.px(8 if theme.current().contrast else 4), self.height()), theme.colour("accent"))


class VisitPanel(Panel):
    """One visit: what was found, what came of it, who changed the record."""

    disputed = Signal()
    saved = Signal()
    printed = Signal()
    mailed = Signal()

    def __init__(self, view: VisitView, host: Host) -> None:
        super().__init__(words.title(view.row))
        self.view = view
        facts = view.row.facts
        if view.row.is_strange and view.row.dispute is None:
            notice = Notice(words.evidence(view), strong=tr("visits.strange"), kind="warn", icon="history")
            notice.setObjectName("evidence")
            self.add(notice)
        if view.row.dispute is not None:
            self.add(AskedLine(view.row.dispute, tr("visits.disputed"), host))
        if view.row.rating is not None and view.row.rating.state != "done":
            self.add(AskedLine(view.row.rating, tr("visits.rated", n_star=view.row.rating.field("stars")), host))
        when = words.moment(facts.started_at) if facts.started_at else tr("visits.no_day")
        diagnoses = "; ".join(words.diagnosis(one) for one in view.diagnoses)
        self.add(facts_grid([
            (tr("visits.when"), when), (tr("visits.clinic"), facts.clinic), (tr("visits.doctor"), facts.doctor),
            (tr("visits.status"), words.state(facts)), (tr("visits.diagnosis"), diagnoses or tr("visits.no_diagnosis")),
            (tr("visits.complaints"), view.complaints),
        ]))  # fmt: skip
        for key in ("prescriptions", "referrals", "results", "documents"):
            self._links(key, getattr(view, key), host)
        self._log(view)
        self.add(STRETCH)
        self._foot()

    def _links(self, key: str, links: Sequence[LinkRow], host: Host) -> None:
        if not links:
            return
        self.add(Heading(tr(f"visits.{key}")))
        for one in links:
            line = PressRow(one.title or tr(f"visits.{key}"), one.detail, leading=IconLabel(_ICONS[key], "accent", 24), pad=(8, 4))
            line.clicked.connect(lambda _on=False, one=one: host.go(one.section, one.id))
            self.add(line)

    def _log(self, view: VisitView) -> None:
        self.add(Divider(), Heading(tr("visits.log")))
        if not view.log:
            self.add(Meta(tr("visits.log_none")))
        for one in view.log:
            what, who = words.edit(one)
            self.add(column(Body(what), Meta(who), gap=0))

    def _foot(self) -> None:
        self.save = Button(tr("visits.save"), icon="save", role="primary")
        self.save.clicked.connect(self.saved)
        show = IconButton("print", tr("visits.print"), framed=True)
        show.clicked.connect(self.printed)
        mail = IconButton("mail", tr("visits.mail"), framed=True)
        mail.setObjectName("visit_mail")
        self.mail = MailAsk(mail, self.mailed.emit, self.scroller)
        self.inside.insertWidget(0, self.mail)
        buttons: list[QWidget] = [self.save, show, mail]
        if self.view.row.dispute is None or self.view.row.dispute.state == "refused":
            self.dispute = Button(tr("visits.not_me"), icon="flag", role="text", tight=True)
            self.dispute.setObjectName("not_me")
            self.dispute.clicked.connect(self.disputed)
            buttons.append(self.dispute)
        self.set_foot(*buttons)


class DisputePanel(Panel):
    """«Вы не были на этом приёме?»: what is wrong, who receives it, by when, what stays. `sent` gives comment and contact."""

    sent = Signal(str, str)

    def __init__(self, view: VisitView, host: Host, *, insurer: str, phone: str) -> None:
        super().__init__(tr("visits.dispute_title"))
        self.view = view
        facts, today = view.row.facts, local_date(host.clock)
        when = words.moment(facts.started_at) if facts.started_at else ""
        summary = column(Body(words.title(view.row), bold=True), Meta(". ".join(part for part in (when, facts.clinic) if part)), gap=0)
        self.add(Card(summary, role="sunken", pad=(12, 14)))
        self.radios = {key: Radio(tr(f"visits.wrong_{key}"), checked=key == "not_there") for key in _WRONG}
        self.add(Box(column(Body(tr("visits.wrong"), bold=True), *self.radios.values(), gap=0)))
        self.comment = TextArea(tr("visits.comment"), lines=3)
        self.contact = Field(tr("visits.contact"), hint=tr("visits.contact_hint"), value="", placeholder=wording.masked(phone))
        self.draft = Draft(host, f"dispute:{facts.id}")
        self.draft.hold(comment=self.comment, contact=self.contact)
        self.add(self.draft.notice, self.comment)
        # Who receives it comes before what may be left empty: it is to be read before the sending, not sought for.
        self.add(Meta(tr("visits.dispute_goes", insurer=insurer or tr("visits.insurer"), day=_by(today))), self.contact)
        if view.seen_at is not None:
            self.add(Meta(tr("visits.evidence_attached", evidence=words.evidence(view))))
        self.add(STRETCH)
        self.submit = Button(tr("visits.dispute_send"), role="primary")
        self.submit.setObjectName("dispute_send")
        self.submit.clicked.connect(self._send)
        leave = Button(tr("shell.close"))
        leave.clicked.connect(self.closed)
        self.set_foot(self.submit, leave)

    def _send(self) -> None:
        wrong = next(key for key, radio in self.radios.items() if radio.isChecked())
        text = ". ".join(part for part in (tr(f"visits.wrong_{wrong}"), self.comment.value().strip()) if part)
        longer = len(text) > _COMMENT_CHARS
        self.comment.set_error(tr("care.too_long", n_has=len(text), n_max=_COMMENT_CHARS) if longer else "")
        self.contact.set_error(room_problem(self.contact, "visit.dispute", "contact"))
        faulty = next((field for field in (self.comment, self.contact) if field.error()), None)
        if faulty is not None:
            faulty.edit.setFocus()
            return
        self.sent.emit(text, self.contact.value().strip())


def _by(today: date) -> str:
    return wording.day(today + timedelta(days=ANSWER_DAYS), today=today)
