"""What is answered of a visit that is not asked for yet: it comes back once after the record was closed in the middle.

Does not own: where drafts lie and for how long (session/drafts). Keeps no move, decision or wish: each begins at a place of its
own with all but the time answered.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from desktop.clock import local_date
from desktop.views import wording
from desktop.views.page import Host
from desktop.views.pages.wizard_choices import Answers
from desktop.views.parts import Notice
from desktop.words import tr

_FORM: Final = "wizard"
_FIELDS: Final = ("specialty", "clinic", "doctor", "slot", "referral", "asked", "sent_to")


class Kept:
    """The answers of each person that the wizard keeps. `at`: since when those in front are back, None where they are not."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.at: datetime | None = None

    def keep(self, answers: Answers) -> None:
        """Keep the answers from the specialty on, for the person whom they are about."""
        if answers.person and answers.specialty and not (answers.is_only_time or answers.watch):
            fields = {name: getattr(answers, name) for name in _FIELDS}
            self._host.session.drafts.keep(_FORM, fields, person=answers.person)

    def forget(self, person: int) -> None:
        """Keep nothing of a person's answers: the visit is asked for, or begun anew."""
        self._host.session.drafts.keep(_FORM, {}, person=person)

    def back(self, answers: Answers, *, person: int) -> Answers:
        """Return what a person had answered when the record was closed, or the same answers where there is nothing."""
        draft = self._host.session.drafts.of(_FORM, person=person)
        if draft is None or not draft.is_back:
            return answers
        self.at = draft.at
        fields: dict[str, Any] = {name: draft.fields.get(name, "") for name in _FIELDS}
        return Answers(person=person, **fields)

    def notice(self, begin_anew: Callable[[], None]) -> Notice | None:
        """Say that the answers in front are back, with the way to begin anew."""
        if self.at is None:
            return None
        at = wording.moment(self.at, today=local_date(self._host.clock))
        made = Notice(tr("drafts.back_more", at=at), strong=tr("drafts.back"), kind="accent", icon="edit", action=tr("drafts.anew"))
        made.setObjectName("draft_back")
        made.acted.connect(begin_anew)
        return made
