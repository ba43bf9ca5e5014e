"""«О здоровье»: what the clinics wrote, each line with its source and day; the person's own lines, plainly not official;
the emergency sheet; «Если карта не отображается». Nothing here is a diagnosis of ours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final
from urllib.parse import urlsplit

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.clock import local_date
from desktop.record.care import HealthFact
from desktop.session.health import NOTE_CHARS, NOTE_KINDS, CheckRow, HealthView, Note
from desktop.views import theme, wording
from desktop.views.columns import Columns
from desktop.views.draft import Draft
from desktop.views.page import ColumnPage, Host, Memory
from desktop.views.pages import health_paper
from desktop.views.pages.care_parts import show_notice
from desktop.views.pages.documents_leave import Leaving
from desktop.views.parts import (
    STRETCH,
    Body,
    Box,
    Button,
    Card,
    Combo,
    Divider,
    FilterChip,
    FlowLayout,
    Heading,
    IconButton,
    IconLabel,
    Lead,
    Meta,
    Tag,
    TextArea,
    clear,
    column,
    row,
)
from desktop.views.parts.narrowing import Narrowing
from desktop.words import tr

_CARDS: Final = (("blood_group", "drop"), ("allergy", "flower"), ("condition", "heart"), ("medicine", "pill"))
_CHECK_TAG: Final = {"good": ("check", "good"), "bad": ("alert", "warn"), "unknown": ("help", "quiet")}
_FIRST_ROWS: Final = 8
_SEARCH_PX: Final = 280


class HealthPage(ColumnPage):
    """«О здоровье»."""

    section = "health"
    topics = ("health", "results", "policies", "people", "exchange", "documents")
    gap = 20

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._view: HealthView | None = None
        self._all: set[str] = set()
        self._shows_past = False
        self.notice = QVBoxLayout()
        self.past = FilterChip(tr("health.past"))
        self.past.toggled.connect(self._toggle_past)
        self.sheet = Button(tr("health.sheet"), icon="print", role="primary")
        self.sheet.setObjectName("emergency")
        self.sheet.clicked.connect(self.print_subject)
        self.save = Button(tr("health.sheet_save"), icon="save")
        self.save.clicked.connect(self.save_subject)
        self.narrowing = Narrowing(name=tr("health.find"), count=0, kept=("", ""), parent=self)
        self.narrowing.search.setMinimumWidth(theme.px(_SEARCH_PX))
        self.narrowing.changed.connect(self._narrowed)
        self.head = Box(FlowLayout(self.sheet, self.save, self.past, self.narrowing.search, self.narrowing.sorting, gap=8))
        self.cards = column(gap=16)
        self.side = column(gap=16)
        self._cards, self._side = Box(self.cards), Box(self.side)
        self.column.addLayout(self.notice)
        self.column.addWidget(self.head)
        self.column.addWidget(Columns(self._cards, self._side, least_px=860, share=(3, 2)))
        self.column.addStretch(1)

    async def refresh(self) -> None:
        await show_notice(self.host, self.notice)
        view = await self.host.session.health.view()
        self._show(view)

    def clear(self) -> None:
        self._view = None
        self.narrowing.search.clear()
        self._all.clear()
        clear(self.cards)
        clear(self.side)

    def _show(self, view: HealthView) -> None:
        self._view = view
        clear(self.side)
        self._show_facts(view)
        self.side.addWidget(self._notes(view.notes))
        self.side.addWidget(self._checks(view.checks))
        self.side.addStretch(1)

    # --- what the clinics wrote
    def _show_facts(self, view: HealthView) -> None:
        clear(self.cards)
        self.narrowing.offer(sum(one.kind != "blood_group" and self._is_shown(one) for one in view.facts))
        for kind, icon in _CARDS:
            self.cards.addWidget(self._card(kind, icon, [one for one in view.facts if one.kind == kind]))
        self.cards.addStretch(1)

    def _narrowed(self) -> None:
        if self._view is not None:
            self._show_facts(self._view)

    def _is_shown(self, one: HealthFact) -> bool:
        return self._shows_past or one.status not in health_paper.OVER

    def _card(self, kind: str, icon: str, facts: list[HealthFact]) -> Card:
        made = Card(pad=(18, 24), gap=8)
        made.setObjectName(f"health_{kind}")
        head = row(IconLabel(icon, "accent", 24), gap=10)
        head.addWidget(Heading(tr(f"health.{kind}")), 1)
        made.body.addLayout(head)
        shown = known = [one for one in facts if self._is_shown(one)]
        if kind != "blood_group":
            shown = self.narrowing.of(known, day=lambda one: one.on, name=lambda one: one.title, words=self._words)
        if not shown:
            made.body.addWidget(Body(tr("health.none_found" if known else f"health.none_{kind}"), tone="ink2"))
        elif kind == "blood_group":
            made.body.addWidget(Lead(health_paper.blood(shown), bold=True))
            made.body.addWidget(Meta(self._source(shown[0])))
            return made
        limit = len(shown) if kind in self._all else _FIRST_ROWS
        for n, one in enumerate(shown[:limit]):
            if n:
                made.body.addWidget(Divider())
            made.body.addWidget(self._fact(one))
        if len(shown) > limit:
            more = Button(tr("care.more", len(shown) - limit), role="text", tight=True)
            more.clicked.connect(lambda: self._more(kind))
            made.body.addLayout(row(more, STRETCH))
        return made

    def _fact(self, one: HealthFact) -> QWidget:
        texts = column(Body(one.title or tr("health.untitled"), bold=True), gap=0)
        if not one.is_safe:
            texts.addWidget(Meta(tr("health.unsafe"), tone="warn", weight=500))
        elif one.detail and one.detail != one.title:
            texts.addWidget(Body(one.detail, tone="ink2"))
        texts.addWidget(Meta(self._source(one)))
        line = row(gap=12)
        line.addLayout(texts, 1)
        if one.status in health_paper.OVER or one.status == "remission":
            word = tr("health.remission" if one.status == "remission" else "health.over")
            line.addWidget(Tag(word, icon="check", kind="quiet"), 0, Qt.AlignmentFlag.AlignTop)
        made = Box(line)
        made.setObjectName(f"fact_{one.id}")
        return made

    def _words(self, one: HealthFact) -> str:
        """Return all by which a fact is found: what is written of it."""
        return " ".join((one.title, one.detail, self._source(one)))

    def _source(self, one: HealthFact) -> str:
        who = tr("health.source", who=one.source) if one.source else tr("health.no_source")
        day = wording.day(one.on, today=local_date(self.host.clock)) if one.on is not None else tr("health.no_day")
        return f"{who}, {day}"

    def _more(self, kind: str) -> None:
        self._all.add(kind)
        if self._view is not None:
            self._show(self._view)

    def _toggle_past(self, on: bool) -> None:
        self._shows_past = on
        if self._view is not None:
            self._show(self._view)

    # --- the person's own
    def _notes(self, notes: tuple[Note, ...]) -> Card:
        made = Card(role="pending", pad=(18, 24), gap=10)
        made.setObjectName("notes")
        made.body.addWidget(Heading(tr("health.own")))
        made.body.addWidget(Meta(tr("health.own_more")))
        for n, note in enumerate(notes):
            if n:
                made.body.addWidget(Divider())
            said = wording.day(note.on, today=local_date(self.host.clock))
            texts = column(Body(note.text), Meta(tr("health.own_source", kind=tr(f"health.note_{note.kind}"), day=said)), gap=0)
            gone = IconButton("trash", tr("health.remove_note", text=note.text[:60]), size_px=20)
            gone.clicked.connect(lambda _on=False, note=note: self.host.spawn(self._remove(note)))
            line = row(gap=8)
            line.addLayout(texts, 1)
            line.addWidget(gone, 0, Qt.AlignmentFlag.AlignTop)
            made.body.addLayout(line)
        self.kind = Combo(tr("health.note_kind"), [(key, tr(f"health.note_{key}")) for key in NOTE_KINDS], chosen="other")
        self.text = TextArea(tr("health.note_text"), lines=2)
        self.text.setObjectName("note_text")
        add = Button(tr("health.note_add"), icon="plus")
        add.setObjectName("note_add")
        add.clicked.connect(lambda: self.host.spawn(self._add()))
        self.draft = Draft(self.host, "about")
        self.draft.hold(text=self.text, kind=self.kind)
        made.body.addWidget(self.draft.notice)
        made.body.addWidget(self.kind)
        made.body.addWidget(self.text)
        made.body.addLayout(row(add, STRETCH))
        return made

    async def _add(self) -> None:
        text = " ".join(self.text.value().split())
        if not text or len(text) > NOTE_CHARS:
            self.text.set_error(tr("care.too_long", n_has=len(text), n_max=NOTE_CHARS) if text else tr("health.note_missing"))
            self.text.edit.setFocus()
            return
        await self.host.session.health.add_note(self.kind.chosen(), text)  # type: ignore[arg-type]
        self.draft.sent()
        self.text.set_value("")
        await self.reload()
        self.host.toast(tr("health.note_kept"))
        self.text.edit.setFocus()

    async def _remove(self, note: Note) -> None:
        person = self.host.session.scope.person
        await self.host.session.health.remove_note(note.id)
        self.host.toast(tr("health.note_gone"), undo=lambda: self.host.spawn(self._put_back(person, note)))
        self.reload()

    async def _put_back(self, person: int, note: Note) -> None:
        await self.host.session.health.put_back(person, note)
        self.reload()

    # --- if the card does not show
    def _checks(self, checks: tuple[CheckRow, ...]) -> Card:
        made = Card(pad=(18, 24), gap=12)
        made.setObjectName("checks")
        bad = sum(one.standing == "bad" for one in checks)
        made.body.addWidget(Heading(tr("health.checks")))
        made.body.addWidget(Meta(tr("health.checks_bad", bad) if bad else tr("health.checks_good")))
        for one in checks:
            icon, kind = _CHECK_TAG[one.standing]
            texts = column(Body(tr(f"health.check_{one.key}"), bold=True), Meta(self._said(one)), gap=0)
            line = row(gap=12)
            line.addLayout(texts, 1)
            line.addWidget(Tag(tr(f"health.is_{one.standing}"), icon=icon, kind=kind), 0, Qt.AlignmentFlag.AlignTop)
            made.body.addLayout(line)
            if one.standing != "good":
                made.body.addWidget(Body(tr(f"health.do_{one.key}")))
            if one.standing != "good" and one.key in ("account", "update"):
                act = Button(tr(f"health.act_{one.key}"), name=f"{tr(f'health.act_{one.key}')}: {tr(f'health.check_{one.key}')}")
                act.clicked.connect(lambda: self.host.go("exchange"))
                made.body.addLayout(row(act, STRETCH))
        return made

    def _said(self, one: CheckRow) -> str:
        facts, today = dict(one.facts), local_date(self.host.clock)
        for key in ("since", "on"):
            if facts.get(key):
                facts[key] = wording.day(date.fromisoformat(facts[key]), today=today)
        if portal := facts.get("portal"):
            facts["portal"] = urlsplit(portal).netloc or portal
        if facts.get("at"):
            facts["at"] = wording.moment(datetime.fromisoformat(facts["at"]), today=today)
        if one.key == "card" and one.standing == "good":
            return tr("health.found_card", int(facts["n"]))
        why = f"_{facts['why']}" if facts.get("why") else ""
        return tr(f"health.{one.standing}_{one.key}{why}", **{"since": "", "portal": "", "clinic": "", **facts})

    # --- the emergency sheet
    def print_subject(self) -> bool:
        if self._view is not None:
            self.host.spawn(Leaving(self.host, self).print_sheet(self._paper(self._view), event="health.printed"))
        return self._view is not None

    def save_subject(self) -> bool:
        if self._view is not None:
            self.host.spawn(Leaving(self.host, self).save_sheet(self._paper(self._view), name=tr("health.file"), event="health.saved"))
        return self._view is not None

    def _paper(self, view: HealthView) -> health_paper.Sheet:
        facts = tuple(one for one in view.facts if one.status not in health_paper.OVER)
        return health_paper.emergency(view, facts, today=local_date(self.host.clock))

    # --- what the base asks for
    def filter_field(self) -> QWidget | None:
        return self.past if self.narrowing.search.isHidden() else self.narrowing.search

    def regions(self) -> tuple[QWidget, ...]:
        return (self.head, self._cards, self._side)

    def show_subject(self, subject: str) -> None:
        self._all.update(kind for kind, _icon in _CARDS)

    def remember(self) -> Memory:
        return {**super().remember(), "past": self._shows_past, "all": sorted(self._all),
                **dict(zip(("sought", "order"), self.narrowing.kept(), strict=True))}  # fmt: skip

    def restore(self, memory: Mapping[str, object]) -> None:
        self.past.setChecked(memory.get("past") is True)
        self.narrowing.search.setText(str(memory.get("sought", "")))
        self.narrowing.sorting.choose(str(memory.get("order", "")))
        if isinstance(kept := memory.get("all"), list):
            self._all = {str(one) for one in kept}
        super().restore(memory)
