"""One request and where it stands, for any page: waiting here, sent, at work, done, refused with its reason; and the way back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from desktop.clock import local_date
from desktop.session.asked import AskedRow
from desktop.views import wording
from desktop.views.page import Host
from desktop.views.pages.care_parts import take_back
from desktop.views.parts import Body, Box, Button, Card, FlowLayout, Meta, Tag, column
from desktop.views.parts.layouts import Snug
from desktop.words import tr

_LOOK: Final = {
    "waiting": ("clock", "dashed"), "unconfirmed": ("hourglass", "dashed"), "sent": ("send", "accent"),
    "in_progress": ("hourglass", "accent"), "done": ("check", "good"), "refused": ("ban", "bad"),
}  # fmt: skip
"""A refusal carries its reason; it is no illness and no loss."""


def asked_words(asked: AskedRow, host: Host) -> str:
    """Say what the state of a request means, with its day or the reason of a refusal; «исполнено» needs no more than the day."""
    if asked.state == "refused":
        return tr("asks.more_refused", reason=wording.refusal(asked.reason))
    if asked.state == "done":
        day = wording.day(asked.asked_on, today=local_date(host.clock)) if asked.asked_on is not None else ""
        return tr("asks.more_done", day=day) if day else ""
    words = tr(f"asks.more_{asked.state}")
    if asked.state in ("sent", "in_progress") and asked.due_on is not None:
        words += " " + tr("asks.answer_by", day=wording.day(asked.due_on, today=local_date(host.clock)))
    return words


class AskedLine(Snug):
    """What was asked and where it stands. While it is still here it may be kept back; a refused one may be put away.

    `again` writes a refused one anew, where its form can take it up.
    """

    def __init__(self, asked: AskedRow, title: str, host: Host, *, more: str = "", again: Callable[[], object] | None = None) -> None:
        super().__init__()
        self.setObjectName(f"asked_{asked.id}")
        state = tr(f"asks.state_{asked.state}")
        self.setAccessibleName(f"{title}. {state}")
        icon, kind = _LOOK[asked.state]
        under = FlowLayout(Tag(state, icon=icon, kind=kind), gap=12)
        if asked.state == "refused" and again is not None:
            anew = Button(tr("documents.correct"), role="text", tight=True, name=f"{tr('documents.correct')}: {title}")
            anew.setObjectName("again")
            anew.clicked.connect(lambda: again())
            under.addWidget(anew)
        if asked.intent and asked.state in ("waiting", "refused"):
            word = tr("asks.withdraw" if asked.state == "waiting" else "asks.put_away")
            button = Button(word, role="text", tight=True, name=f"{word}: {title}")
            button.setObjectName("withdraw")
            button.clicked.connect(lambda: host.spawn(take_back(host, asked.intent)))
            under.addWidget(button)
        said = more or asked_words(asked, host)
        self.setLayout(column(Body(title, bold=True), *([Meta(said)] if said else []), Box(under), gap=6))
        self.be_snug()


class AskedCard(Card):
    """A request on a ground of its own."""

    def __init__(self, asked: AskedRow, title: str, host: Host, *, more: str = "", again: Callable[[], object] | None = None) -> None:
        role = "pending" if asked.state in ("waiting", "unconfirmed") else "card"
        super().__init__(column(AskedLine(asked, title, host, more=more, again=again)), role=role, pad=(12, 16))
