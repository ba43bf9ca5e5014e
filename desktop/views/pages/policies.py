"""«Полисы семьи»: the pile, one card in full with its fields, order, lost rights, leaving this computer (mockup 12)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.clock import local_date
from desktop.session.policies import CardView, LostRow
from desktop.views import theme, wording
from desktop.views.columns import Columns
from desktop.views.page import ColumnPage, Host
from desktop.views.pages.care_parts import show_notice, take_back
from desktop.views.pages.policies_cards import OpenCard, Reveal, pile
from desktop.views.pages.policies_form import CardForm
from desktop.views.pages.step_up import StepUp
from desktop.views.parts import (
    STRETCH,
    Body,
    Box,
    Button,
    EmptyState,
    Heading,
    IconButton,
    IconLabel,
    Meta,
    Notice,
    clear,
    column,
    row,
)
from desktop.words import tr


class PoliciesPage(ColumnPage):
    """«Полисы семьи»."""

    section = "policies"
    topics = ("people", "policies", "documents", "journal", "exchange")
    gap = 20

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self.form: CardForm | None = None
        self.front: OpenCard | None = None
        self._arrow = 0
        self._is_turned = False
        self.up: IconButton | None = None
        self.down: IconButton | None = None
        self.reveal = Reveal(host.clock, self)
        self.notice = QVBoxLayout()
        self.left = column(gap=16)
        self.right = column(gap=16)
        self._left, self._right = Box(self.left), Box(self.right)
        if not theme.scale().large:
            self._left.setMaximumWidth(theme.px(420))
        self.panes = Columns(self._left, self._right, least_px=860, share=(2, 3))
        self.column.addLayout(self.notice)
        self.column.addWidget(self.panes)
        self.column.addStretch(1)

    def title(self) -> str:
        return tr("policies.title")

    async def refresh(self) -> None:
        await show_notice(self.host, self.notice)
        lost = await self.host.session.family.lost()
        if self.host.session.current is None:
            self._show_empty(lost)
            return
        view = await self.host.session.family.card()
        if self._is_written() and self.form is not None and self.form.view.person == view.person:
            self._show_pile(view, lost)
            return
        self._show_pile(view, lost)
        self._show_form(view)

    def _is_written(self) -> bool:
        """Say whether the person is in the middle of writing: news must not take it away."""
        return self.form is not None and any(field.value() for field in self.form.fields.values())

    def clear(self) -> None:
        self.reveal.mask()
        self.form = self.front = self.up = self.down = None
        clear(self.left)
        clear(self.right)

    def hideEvent(self, event: object) -> None:
        """Mask the numbers when the page goes out of sight."""
        self.reveal.mask()
        super().hideEvent(event)  # type: ignore[arg-type]

    # --- the pile
    def _show_empty(self, lost: tuple[LostRow, ...]) -> None:
        clear(self.left)
        clear(self.right)
        self.right.addWidget(EmptyState(tr("policies.none"), tr("policies.none_more"), icon="id-card"))
        self._show_lost(lost)
        # Two columns of which one is bare would push the words aside.
        self._left.setVisible(bool(lost))

    def _show_pile(self, view: CardView, lost: tuple[LostRow, ...]) -> None:
        # News rebuilds the pile: an arrow that had the focus keeps it.
        arrow = -1 if self.up is not None and self.up.hasFocus() else 1 if self.down is not None and self.down.hasFocus() else self._arrow
        self._arrow = 0
        clear(self.left)
        self.up = self.down = None
        current, people = self.host.session.current, self.host.session.people
        if current is None:
            return
        self._left.show()
        until = view.policies[0].until if view.policies else None
        words = tr("policies.until", day=wording.day(until, today=local_date(self.host.clock))) if until else tr("policies.endless")
        self.front = OpenCard(current, until=words if view.policies else "", reveal=self.reveal)
        self.left.addWidget(pile(people, self.front, current, self._turn))
        at, count = [one.id for one in people].index(current.id), len(people)
        name = wording.person_name(current)
        add = Button(tr("policies.add"), icon="plus")
        add.clicked.connect(lambda: self.host.toast(tr("shell.add_person_how"), icon="info"))
        self.up = IconButton("chevron-up", tr("policies.up", name=name), framed=True)
        self.down = IconButton("chevron-down", tr("policies.down", name=name), framed=True)
        self.up.setEnabled(at > 0)
        self.down.setEnabled(at < count - 1)
        self.up.clicked.connect(lambda: self._move(-1))
        self.down.clicked.connect(lambda: self._move(1))
        line = row(gap=8)
        line.addWidget(add, 1)
        line.addWidget(self.up)
        line.addWidget(self.down)
        self.left.addLayout(line)
        self.left.addWidget(Meta(tr("policies.place", at=at + 1, count=count)))
        cover = Button(tr("shell.section_cover"), icon="umbrella")
        cover.setObjectName("open_cover")
        cover.clicked.connect(lambda: self.host.go("cover"))
        self.left.addLayout(row(cover, STRETCH))
        self._info("info", tr("policies.how_children"))
        self._show_lost(lost)
        self.left.addStretch(1)
        self._focus_arrow(arrow)
        if self._is_turned:
            self._is_turned = False
            self.front.show()
            self.front.setFocus()

    def _turn(self, person: int) -> None:
        """Bring a card to the front and the focus along with it."""
        self._is_turned = True
        self.host.switch(person)

    def _focus_arrow(self, step: int) -> None:
        """Give the focus to an arrow, or to the other one at the end of the pile."""
        wanted, other = (self.up, self.down) if step < 0 else (self.down, self.up)
        if step and wanted is not None and other is not None:
            chosen = wanted if wanted.isEnabled() else other
            chosen.show()
            chosen.setFocus()

    def _info(self, icon: str, text: str) -> None:
        line = row(gap=12)
        line.addWidget(IconLabel(icon, "ink2", 20), 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(Meta(text), 1)
        self.left.addLayout(line)

    def _show_lost(self, lost: tuple[LostRow, ...]) -> None:
        today = local_date(self.host.clock)
        for one in lost[:3]:
            words = tr("policies.lost", at=wording.moment(one.at, today=today))
            unsent = tr("policies.lost_unsent", one.unsent) if one.unsent else ""
            self._info("ban", " ".join(part for part in (words, unsent) if part))

    def _move(self, step: int) -> None:
        current = self.host.session.current
        if current is not None:
            self.host.spawn(self._moved(current.id, step))

    async def _moved(self, person: int, step: int) -> None:
        self._arrow = step
        await self.host.session.family.move(person, step)
        order = [one.id for one in self.host.session.people]
        self.host.announce(tr("policies.place", at=order.index(person) + 1, count=len(order)))

    # --- the fields
    def _show_form(self, view: CardView) -> None:
        current = self.host.session.current
        clear(self.right)
        if current is None:
            return
        self.form = CardForm(view, current, self.host, self.reveal)
        self.form.saved.connect(lambda policy, profile: self.host.spawn(self._save(policy, profile)))
        self.form.left.connect(lambda: self._show_form(view))
        self.form.hue_chosen.connect(lambda hue: self.host.spawn(self.host.session.family.paint(current.id, hue)))
        self.form.removal.connect(lambda: self._ask_removal(view))
        self.right.addWidget(self.form)
        self.right.addStretch(1)

    async def _save(self, policy: Mapping[str, str], profile: Mapping[str, str]) -> None:
        person, done = self.host.session.scope.person, []
        for kind, body in (("policy.edit", policy), ("profile.edit", profile)):
            if body:
                done.append(await self.host.session.bookings.act(kind, person, body))
        if self.form is not None:
            for field in self.form.fields.values():
                field.set_value("")
            self.form.draft.sent()
        self.host.toast(tr("policies.saved"), undo=lambda: self.host.spawn(take_back(self.host, *done)))
        self.reload()

    # --- leaving this computer
    def _ask_removal(self, view: CardView) -> None:
        current = self.host.session.current
        if current is None:
            return
        clear(self.right)
        self.form = None
        name = wording.person_name(current)
        waiting = [Notice(tr("policies.remove_unsent", view.unsent), kind="warn")] if view.unsent else []
        self.removal = StepUp(
            self.host, Heading(tr("policies.remove_title", name=name), level=2), Body(tr("policies.remove_what")), *waiting,
            Meta(tr("policies.remove_stays")), do=partial(self._remove, current.id, name), yes=tr("policies.remove_yes"),
            no=tr("policies.remove_no"), busy=tr("policies.removing"), hint=tr("step_up.hint"),
        )  # fmt: skip
        self.removal.left.connect(lambda: self._show_form(view))
        self.right.addWidget(self.removal)
        self.right.addStretch(1)
        self.removal.phrase.edit.setFocus()

    async def _remove(self, person: int, name: str, passphrase: str) -> None:
        await self.host.session.family.remove(person, passphrase=passphrase)
        self.host.toast(tr("policies.removed", name=name))

    # --- what the base asks for
    def regions(self) -> tuple[QWidget, ...]:
        return (self._left, self._right)

    def step_back(self) -> bool:
        if self.reveal.is_on:
            self.reveal.mask()
            return True
        return False
