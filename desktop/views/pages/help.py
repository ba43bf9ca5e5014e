"""«Помощь»: an article for every screen (F1), the guides, a letter to support."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.session.asked import AskedRow
from desktop.views import help_topics, keys, sections, theme
from desktop.views.draft import Draft
from desktop.views.help_topics import Topic
from desktop.views.page import Host, Memory, Page, place_in
from desktop.views.pages.asked_line import AskedCard
from desktop.views.pages.care_parts import take_back
from desktop.views.pages.form_fields import room_problem
from desktop.views.parts import (
    STRETCH,
    Body,
    Box,
    Button,
    Card,
    Edit,
    Field,
    Heading,
    IconLabel,
    Meta,
    RowFace,
    RowList,
    ScrollPage,
    TextArea,
    clear,
    column,
    row,
)
from desktop.views.row_model import RowModel
from desktop.words import tr

_LETTERS: Final = 5
_KEYS: Final = ("help", "search", "book", "exchange", "filter", "copy", "print", "save", "back", "next_region", "lock")
_NUMBER_CHARS: Final = 8
_NARROW_PX: Final = 760


class HelpPage(Page):
    """Topics at the left, the article at the right."""

    section = "help"
    topics = ("exchange", "bookings", "documents")
    # What the portal answers comes as a Task, which is news of the documents.

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._topic = help_topics.topic("about")
        self._letters: tuple[AskedRow, ...] = ()
        self._reads = self._is_sent = False
        self.search = Edit(name=tr("help.find"), placeholder=tr("help.find"))
        self.search.set_start(IconLabel("search", "ink3", 20))
        self.search.textChanged.connect(self._find)
        self.model: RowModel[Topic] = RowModel(
            help_topics.topics(), text=lambda one: one.title, said=lambda one: f"{one.title}. {tr(f'help.group_{one.group}')}",
            face=lambda one: RowFace(title=one.title, icon=_icon(one)),
        )  # fmt: skip
        self.list = RowList(self.model, name=tr("help.topics"))
        self.list.chosen.connect(self._chosen)
        self.list.opened.connect(self._opened)
        card = Card(pad=(1,), gap=0)
        card.body.addWidget(self.list)
        self.left = Box(column(self.search, card, gap=12))
        self.article = ScrollPage(pad=(0, 8, 16, 0), gap=16)
        self.back = Button(tr("help.back"), icon="arrow-left", role="text")
        self.back.clicked.connect(self._to_list)
        self.right = Box(column(row(self.back, STRETCH), self.article, gap=8))
        self.panes = row(self.left, self.right, gap=24)
        self.panes.setStretch(1, 1)
        side = 28 if theme.scale().large else 40
        whole = QVBoxLayout(self)
        whole.setContentsMargins(theme.px(side), 0, theme.px(side), theme.px(24))
        whole.addLayout(self.panes)
        self.text: TextArea | None = None
        self.contact: Field | None = None
        self._show()

    async def refresh(self) -> None:
        current = self.host.session.current
        self._letters = await self.host.session.asked.of("support.write") if current is not None else ()
        if self._topic.id == "support":
            self._show()

    def clear(self) -> None:
        self._letters = ()

    def filter_field(self) -> QWidget | None:
        return self.search

    def regions(self) -> tuple[QWidget, ...]:
        return (self.left, self.right)

    def show_subject(self, subject: str) -> None:
        """Open the article of a section or a guide."""
        self.search.clear()
        self._is_sent = True
        self._open(help_topics.topic(subject))

    def step_back(self) -> bool:
        # What another place has opened leads back there.
        if is_from_list := self._is_narrow() and self._reads and not self._is_sent:
            self._to_list()
        return is_from_list

    def remember(self) -> Memory:
        return {"topic": self._topic.id, "scroll": self.article.remember()}

    def restore(self, memory: Mapping[str, Any]) -> None:
        self._open(help_topics.topic(str(memory.get("topic", "about"))))
        self.article.restore(place_in(memory))

    # --- parts
    def _find(self, text: str) -> None:
        self.model.show(help_topics.found(text))

    def _chosen(self, one: object) -> None:
        if isinstance(one, Topic):
            self._topic = one
            self._show()

    def _opened(self, one: object) -> None:
        if isinstance(one, Topic):
            self._is_sent = False
            self._open(one)

    def _to_list(self) -> None:
        self._reads = False
        self._arrange()
        self.list.setFocus()

    def _open(self, one: Topic) -> None:
        self._topic = one
        self._reads = True
        place = self.model.place_of(one.id)
        if place >= 0 and self.list.currentIndex().row() != place:
            self.list.choose(place)
        self._show()
        self._arrange()

    def _show(self) -> None:
        self.text = self.contact = None
        clear(self.article.body)
        made = Card(pad=(20, 24), gap=10)
        made.body.addWidget(Heading(self._topic.title, level=2))
        for line in self._topic.lines:
            made.body.addLayout(_line(line))
        if self._topic.group == "screens":
            go = Button(tr("help.open_section"), icon=_icon(self._topic))
            go.clicked.connect(lambda _on=False, key=self._topic.id: self.host.go(key))
            made.body.addLayout(row(go, STRETCH))
        if self._topic.id == "account":
            account = Button(tr("help.open_account"), icon="user")
            account.setObjectName("open_account")
            account.clicked.connect(lambda: self.host.go("cover"))
            made.body.addLayout(row(account, STRETCH))
        self.article.body.addWidget(made)
        if self._topic.id == "support":
            self.article.body.addWidget(self._letter())
        self.article.body.addWidget(_keys())
        self.article.body.addStretch(1)
        self.article.restore({})

    def _letter(self) -> Card:
        made = Card(role="sunken", pad=(16, 20), gap=12)
        if self.host.session.current is None:
            made.body.addWidget(Body(tr("help.no_person"), tone="ink2"))
            return made
        self.text = TextArea(tr("help.letter"), lines=4)
        self.contact = Field(tr("help.contact"), hint=tr("help.contact_hint"))
        self.draft = Draft(self.host, "support")
        self.draft.hold(text=self.text, contact=self.contact)
        send = Button(tr("help.send"), role="primary", icon="send")
        send.clicked.connect(self._send)
        for part in (self.draft.notice, self.text, self.contact):
            made.body.addWidget(part)
        made.body.addLayout(row(send, STRETCH))
        if self._letters:
            made.body.addWidget(Heading(tr("help.mine")))
        for one in self._letters[:_LETTERS]:
            key = {"waiting": "help.waits", "refused": "help.refused"}.get(one.state, "") if one.intent else ""
            more = tr(key, number=number(one.intent)) if key else ""
            again = partial(self._correct, one)
            made.body.addWidget(AskedCard(one, one.field("text"), self.host, more=more, again=again))
        return made

    def _correct(self, refused: AskedRow) -> None:
        """Take a refused letter up again; what is being written already stays."""
        assert self.text is not None
        assert self.contact is not None
        if not self.text.value().strip():
            self.text.set_value(refused.field("text"))
            self.contact.set_value(refused.field("contact"))
        self.text.edit.setFocus()

    def _send(self) -> None:
        current = self.host.session.current
        if self.text is None or self.contact is None or current is None:
            return
        text = self.text.value().strip()
        self.text.set_error(tr("help.empty") if len(text) < 3 else tr("help.long") if len(text) > 2_000 else "")
        self.contact.set_error(room_problem(self.contact, "support.write", "contact"))
        wrong = next((field for field in (self.text, self.contact) if field.error()), None)
        if wrong is not None:
            wrong.edit.setFocus()
            return
        body = {"text": text, **({"contact": self.contact.value().strip()} if self.contact.value().strip() else {})}
        self.host.spawn(self._accept(current.id, body))

    async def _accept(self, person: int, body: Mapping[str, str]) -> None:
        act = await self.draft.send(self.host.session.bookings.act("support.write", person, body))
        if not act:
            return
        if self.text is not None:
            self.text.set_value("")
        self.host.toast(tr("help.taken", number=number(act)), undo=lambda: self.host.spawn(take_back(self.host, act)))

    # --- room
    def _is_narrow(self) -> bool:
        return self.width() < theme.px(_NARROW_PX)

    def _arrange(self) -> None:
        narrow = self._is_narrow()
        self.back.setVisible(narrow)
        self.left.setVisible(not narrow or not self._reads)
        self.right.setVisible(not narrow or self._reads)
        self.left.setMaximumWidth(theme.px(360) if not narrow else 1 << 14)
        self.left.setMinimumWidth(theme.px(280) if not narrow else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show one pane at a time where there is no room for two."""
        super().resizeEvent(event)
        self._arrange()


def number(act: str) -> str:
    """Return the number of a letter that a person can say on the phone: the beginning of its act's id."""
    return act[:_NUMBER_CHARS].upper()


def _icon(one: Topic) -> str:
    return sections.by_key(one.id).icon if one.group == "screens" else "info"


def _line(text: str) -> Any:
    if text.startswith("# "):
        return column(Heading(text[2:]), pad=(8, 0, 0))
    if not text.startswith("- "):
        return column(Body(text))
    line = row(gap=10)
    line.addWidget(IconLabel("check", "accent", 20, tall_px=24), 0, Qt.AlignmentFlag.AlignTop)
    line.addWidget(Body(text[2:]), 1)
    return line


def _keys() -> Card:
    made = Card(pad=(14, 24), gap=4)
    made.body.addLayout(column(Heading(tr("help.keys")), pad=(0, 0, 6)))
    for command in _KEYS:
        key = Meta(keys.shown(command), tone="ink", bold=True, wrap=False)
        key.setMinimumWidth(theme.px(110))
        line = row(key, gap=12)
        line.addWidget(Meta(tr(f"help.key_{command}")), 1)
        made.body.addLayout(line)
    return made
