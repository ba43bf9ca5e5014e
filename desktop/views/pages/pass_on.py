"""The form by which records are passed on: the whole card, chosen sections, or one record; to a clinic or to the state's card.

Nothing of the record leaves this computer by it: the portal, which has the records, is told what to pass on and to whom.
*Source*: requirements C36, C41, D10.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from desktop.clock import local_date
from desktop.record.acts_papers import SECTIONS
from desktop.views.page import Host
from desktop.views.pages.form_fields import Agreement, day_of, day_problem, iso, period_problem, text_problem
from desktop.views.pages.paper_form import PaperForm
from desktop.views.parts import Box, Check, DateField, Labelled, Meta, column
from desktop.words import tr

REGISTER = "register"
_NAMED = {"visits": "history"}


class PassOnForm(PaperForm):
    """«Передать записи». `about` is one record ("Type/id") and its title; nothing for the card."""

    words = "pass"

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self.about: tuple[str, str] = ("", "")

    def ask(self) -> None:
        today = local_date(self.host.clock)
        subject, title = self.about
        items = [("one", tr("papers.pass_one", title=title))] if subject else []
        items += [(key, tr(f"papers.pass_{key}")) for key in ("card", "sections")]
        named = self.before("sections").split(", ")
        is_part = bool(named[0]) and len(named) < len(SECTIONS)
        self.what = self.choice(tr("papers.pass_what"), items, name="pass_what", chosen="sections" if is_part else items[0][0])
        self.what.changed.connect(lambda _key: self._fit())
        self.sections = {key: Check(tr(f"shell.section_{_NAMED.get(key, key)}")) for key in SECTIONS}
        for key, one in self.sections.items():
            one.setObjectName(f"pass_section_{key}")
            one.setChecked(is_part and key in named)
        places = [("", tr("papers.receiver_choose")), (REGISTER, tr("papers.receiver_register")), *self.clinics.items()]
        to = REGISTER if self.before("receiver") == REGISTER else self.again.clinic_id if self.again is not None else ""
        self.receiver = self.choice(tr("papers.receiver"), places, name="pass_receiver", chosen=to)
        self.first = DateField(tr("papers.from"), today=today, value=day_of(self.before("from")), hint=tr("papers.period_hint"))
        self.last = DateField(tr("papers.to"), today=today, value=day_of(self.before("to")))
        self.comment = self.comment_area()
        self.consent = Agreement(tr("papers.pass_consent"), name="pass_consent", label=tr("papers.agreement"))
        self.list = Labelled(tr("papers.pass_list"), Box(column(*self.sections.values(), gap=0)))
        self.list.editor.setFocusProxy(self.sections[SECTIONS[0]])
        self.add(self.what, self.list)
        self.add(self.receiver)
        self.pair(self.first, self.last)
        self.add(self.comment, self.consent, Meta(tr("papers.pass_how")))
        self.buttons()
        self._fit()

    def _fit(self) -> None:
        what = self.what.chosen()
        self.list.setVisible(what == "sections")
        for field in (self.first, self.last):
            field.setVisible(what == "sections")

    def _chosen(self) -> list[str]:
        return [key for key, one in self.sections.items() if one.isChecked()]

    def problems(self) -> Sequence[tuple[Labelled, str]]:
        is_part = self.what.chosen() == "sections"
        return (
            (self.list, tr("papers.error_sections") if is_part and not self._chosen() else ""),
            (self.receiver, "" if self.receiver.chosen() else tr("papers.error_receiver")),
            (self.first, day_problem(self.first, is_required=False) if is_part else ""),
            (self.last, period_problem(self.first, self.last, is_required=False) if is_part else ""),
            (self.comment, text_problem(self.comment, most=1_000)),
            (self.consent, "" if self.consent.is_on() else tr("papers.error_agree")),
        )

    def body(self) -> Mapping[str, Any]:
        what, to = self.what.chosen(), self.receiver.chosen()
        where = {} if to == REGISTER else {"clinic_id": to, "clinic": self.clinics[to]}
        made: dict[str, Any] = {"consent": True, "comment": self.comment.value().strip(), **where}
        if self.act() == "card.send_to_clinic":
            return made
        names = {"one": self.about[1], "card": tr("papers.pass_card")}
        words = names.get(what) or ", ".join(self.sections[key].text() for key in self._chosen())
        made |= {"receiver": REGISTER if to == REGISTER else "clinic", "title": tr("papers.pass_named", what=words)[:300]}
        if what == "one":
            made["subject"] = self.about[0]
        elif what == "sections":
            made |= {"sections": self._chosen(), "from": iso(self.first.date()), "to": iso(self.last.date())}
        else:
            made["sections"] = list(SECTIONS)
        return made

    def act(self) -> str:
        return "card.send_to_clinic" if self.what.chosen() == "card" and self.receiver.chosen() != REGISTER else "records.pass_on"
