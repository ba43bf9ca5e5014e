"""The open record: sidebar, spine, top bar and one page. It is the `Host` of pages and dies with the lock.

Owns navigation, the switch of the person and the frame's counters; knows nothing of keys (commands) nor of how the record is kept.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop import limits
from desktop.clock import local_date
from desktop.errors import KnownError
from desktop.preferences import Preferences
from desktop.session.rows import HomeView, PersonRow
from desktop.session.scope import Stale
from desktop.views import sections, theme, wording
from desktop.views.all_sections import AllSections
from desktop.views.attention import family_notes
from desktop.views.frame import Asked, Facts, Gathering, Surroundings
from desktop.views.notice_panel import NoticePanel
from desktop.views.over import CardOver, Over
from desktop.views.page import Memory, Page
from desktop.views.parts import Card, Fill, Spine, Toast, announce
from desktop.views.regions import focus_next
from desktop.views.search_popup import SearchPopup
from desktop.views.sidebar import Sidebar
from desktop.views.standing import Standing
from desktop.views.switcher import Switcher
from desktop.views.topbar import TopBar
from desktop.views.trail import Trail
from desktop.words import tr

if TYPE_CHECKING:
    from desktop.session.session import Session
    from desktop.views.page import Host

_RAIL_BELOW_PX = 1100
_FRAME = ("people", "results", "documents", "bookings", "exchange", "journal", "home", "scope", "notices")
_TOPICS = (*_FRAME, "policies", "referrals", "visits", "prescriptions", "vaccinations", "checkups", "health", "clinics",
           "services")  # fmt: skip


class Shell(QWidget):
    """Everything that is seen while the record is open."""

    def __init__(
        self, session: Session, around: Surroundings, *, section: str = "home", memories: Mapping[str, Memory] | None = None
    ) -> None:
        super().__init__()
        self.session, self._around, self.clock, self.profile, self.lock = session, around, around.clock, around.profile, around.lock
        self.hint = around.doors.hint
        self.pages: dict[str, Page] = {}
        self._standing = Standing(session, memories or {})
        self._trail = Trail()
        self._toasts: list[Toast] = []
        self.section = ""
        self._tasks: set[asyncio.Task[Any]] = set()
        self.over: Over | None = None
        self.counts: Counter[str] = Counter()
        self.checked_at = ""
        self.family_notes: dict[int, str] = {}
        self._asked = Asked(session)
        self._news_due = Gathering(self._told, self)
        self._unread: list[Page] = []
        self._emptied: set[Page] = set()
        self.sidebar, self.spine, self.topbar = Sidebar(is_simple=around.preferences.is_simple), Spine(), TopBar()
        self.stack = QStackedWidget()
        self._build()
        self.popup, self.notices = SearchPopup(self.topbar.search, self), NoticePanel(self)
        self._wire()
        self._offs = [session.events.on(topic, self._news) for topic in _TOPICS]
        self.show_person()
        self.go(section)
        self.spawn(self.refresh_frame())

    def _build(self) -> None:
        self.sheet = Fill(tone="sheet")
        right = QVBoxLayout(self.sheet)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self.topbar)
        right.addWidget(self.stack, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        for widget in (self.sidebar, self.spine):
            whole.addWidget(widget)
        whole.addWidget(self.sheet, 1)

    def _wire(self) -> None:
        bar, side = self.topbar, self.sidebar
        side.section_chosen.connect(self.go)
        side.stack_pressed.connect(self.open_switcher)
        side.chip_pressed.connect(lambda: self.go("exchange"))
        side.all_pressed.connect(self.open_all)
        bar.back_pressed.connect(self.step_back)
        bar.bell_pressed.connect(self.notices.toggle)
        bar.settings_pressed.connect(lambda: self.go("settings"))
        bar.lock_pressed.connect(self.lock)
        self.popup.asked.connect(lambda text: self.spawn(self._find(text)))
        self.popup.chosen.connect(self._found)

    # --- Host
    @property
    def preferences(self) -> Preferences:
        """Return the person's choices about the window."""
        return self._around.preferences

    def change(self, **choices: object) -> Host:
        """Put a choice in force and keep it; return what then stands in this place."""
        return self._around.change(**choices) or self

    def copy(self, text: str) -> None:
        """Copy for ten seconds."""
        self._around.copy(text)

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run `work` until the card is locked."""
        self._tasks.add(task := self._around.spawn(self._guarded(work)))
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _task: work.close())
        return task

    async def _guarded(self, work: Coroutine[Any, Any, Any]) -> Any:
        try:
            return await work
        except Stale:
            return None
        except KnownError as error:
            self.failed(error)
            return None

    def failed(self, error: KnownError) -> None:
        """Say a known error in words."""
        self.toast(wording.error(error), icon="alert")

    def announce(self, text: str, *, urgent: bool = False) -> None:
        """Say something to a screen reader."""
        announce(self, text, urgent=urgent)

    def toast(
        self,
        text: str,
        *,
        undo: Callable[[], object] | None = None,
        icon: str = "check",
        action: str = "",
        seconds: float = limits.TOAST_S,
    ) -> Toast:
        """Say what was done; an older toast makes room. `action` names the way back where it is not «Вернуть»."""
        for old in self._toasts:
            old.close_now()
        made = Toast(text, host=self.sheet, action=(action or tr("shell.undo")) if undo is not None else "", icon=icon,
                     seconds=seconds)  # fmt: skip
        self._toasts = [made]
        made.destroyed.connect(lambda: self._drop_toast(made))
        made.acted.connect(undo or made.close_now)
        return made

    def _drop_toast(self, toast: Toast) -> None:
        if toast in self._toasts:
            self._toasts.remove(toast)

    def go(self, section: str, subject: str | None = None) -> None:
        """Open a section, and one thing in it."""
        self._close_over()
        self._clear_hidden()
        key = sections.by_key(section).key
        self._trail.went(self.section, key, subject or "")
        page = self.pages.get(key)
        if page is None:
            page = self.pages[key] = sections.build(key, self)
            self.stack.addWidget(page)
        self._standing.give(key, page)
        self._emptied.discard(page)
        self.section = key
        self.topbar.back.setVisible(bool(under := sections.by_key(key).under))
        self.sidebar.show_section(under or key)
        with page.standing():
            self.stack.setCurrentWidget(page)
        self.show_title()
        if subject:
            page.show_subject(subject)

    def show_title(self) -> None:
        """Write the page's title into the bar."""
        self.topbar.show_title(self.page.title())

    @property
    def page(self) -> Page:
        """Return the page in front."""
        return self.pages[self.section]

    # --- people
    def switch(self, person: int) -> None:
        """Open another person's record: header, spine and models in one turn, then the pages ask again."""
        if self.session.current is not None and self.session.current.id == person:
            return
        self._clear_hidden()
        self._standing.keep(self.pages)
        self.session.switch(person)
        self.show_person()
        self.page.person_changed()
        self._standing.person_changed()
        self._standing.give(self.section, self.page)
        self._unread = [page for page in self.pages.values() if page is not self.page and page not in self._emptied]
        for page in self._unread:
            page.stop()
        QTimer.singleShot(0, self, self._clear_hidden)
        self.page.reload()
        if self._asked.known is None:
            self.counts.clear()
            self.sidebar.show_counts(self.counts)
        self.spawn(self.refresh_frame())
        current = self.session.current
        if current is not None:
            years = wording.age(current)
            name = wording.person_name(current)
            self.announce(tr("shell.opened_age", name=name, age=years) if years else tr("shell.opened", name=name), urgent=True)

    def _clear_hidden(self) -> None:
        """Empty the pages that are not in front: they are out of sight, and the one in front goes first.

        One that was emptied stays empty until it is opened.
        """
        waiting, self._unread = self._unread, []
        for page in waiting:
            page.person_changed()
        self._emptied.update(waiting)

    def switch_number(self, number: int) -> None:
        """Open the record with this number in the pile."""
        if number <= len(self.session.people):
            self._close_over()
            self.switch(self.session.people[number - 1].id)

    def show_person(self) -> None:
        """Show whose record is open in the sidebar, the spine and the bar."""
        current: PersonRow | None = self.session.current
        self.sidebar.show_people(self.session.people, current)
        self.spine.set_hue(current.hue if current is not None else None)
        self.topbar.show_person(current)

    def open_switcher(self) -> None:
        """Ask whose record to open."""
        if self.over is None:
            made = Switcher(self.session.people, self.session.current, self.family_notes, self)
            made.chosen.connect(self.switch)
            made.policies_pressed.connect(lambda: self.go("policies"))
            made.add_pressed.connect(lambda: self.toast(tr("shell.add_person_how"), icon="info"))
            self._covered(made)

    def lay_over(self, card: Card, first: QWidget, *, name: str) -> Over:
        """Cover everything by a card until it is answered."""
        self._close_over()
        made = CardOver(self, card, name=name)
        made.open(first)
        self._covered(made)
        return made

    def _covered(self, over: Over) -> None:
        self.over = over
        over.closed.connect(self._uncovered)

    def _uncovered(self) -> None:
        self.over = None

    def _close_over(self) -> None:
        if self.over is not None:
            self.over.close_now()

    def open_all(self) -> None:
        """Show every section (large text keeps only six in the sidebar)."""
        if "all" not in self.pages:
            self.pages["all"] = AllSections(self)
            self.stack.addWidget(self.pages["all"])
        self._trail.went(self.section, "all")
        self._emptied.discard(self.pages["all"])
        self.section = "all"
        self.stack.setCurrentWidget(self.pages["all"])
        self.show_title()

    # --- frame
    async def refresh_frame(self) -> None:
        """Ask how the exchange stands and what needs the person."""
        facts = await self._asked.facts()
        view = facts.exchange
        self.sidebar.show_exchange(view, wording.chip(view, today=local_date(self.clock)))
        self.checked_at = view.checked_at.isoformat() if view.checked_at is not None else ""
        if (current := self.session.current) is not None and current.id in facts.homes:
            self._show_needs(facts.homes[current.id])
            self.topbar.show_count(facts.unread)

    async def facts(self) -> Facts:
        """Return how the exchange stands and what the family needs; asked once for all who want it."""
        return await self._asked.facts()

    def known_facts(self) -> Facts | None:
        """Return the same without asking, as long as nothing has changed."""
        return self._asked.known

    def is_gathering(self) -> bool:
        """Say whether news are still to be told to the pages."""
        return self._news_due.is_waiting

    def _show_needs(self, home: HomeView) -> None:
        self.counts = Counter(sections.by_key(row.section).key for row in home.attention)
        self.sidebar.show_counts({key: n for key, n in self.counts.items() if key != "home"})
        self.family_notes = family_notes(home)

    def _news(self, topic: str, _keys: object, initiator: str) -> None:
        if topic != "scope":
            self._asked.spoil()
        self._news_due.add(topic, is_urgent=initiator == "person")

    def _told(self, topics: frozenset[str]) -> None:
        if topics & {"people", "scope"}:
            self.show_person()
        for page in self.pages.values():
            page.news(*(topics - {"scope"}))
        if topics & set(_FRAME):
            self.spawn(self.refresh_frame())

    async def _find(self, text: str) -> None:
        meant, hits = await self.session.search.find_meant(text)
        if text == self.topbar.search.text():
            self.popup.show_hits(meant, hits, {person.id: person for person in self.session.people}, self.clock)

    def _found(self, section: str, subject: str, person: int) -> None:
        self.topbar.search.clear()
        if person:
            self.switch(person)
        self.go(section, subject or None)
        self.page.setFocus()

    # --- ways about
    def open_search(self) -> None:
        """Focus the search field and open its list."""
        self._close_over()
        self.topbar.open_search()
        self.popup.open()

    def step_back(self) -> None:
        """Close the innermost open thing, else go back one section."""
        if self.over is not None:
            self.over.leave()
        elif self.popup.isVisible():
            self.popup.hide()
        elif self.notices.isVisible():
            self.notices.shut()
        elif not self.page.step_back():
            self._trail.leave(self.page, lambda back: self.open_all() if back == "all" else self.go(back))

    def next_region(self, step: int) -> None:
        """Move the focus to the next part of the window: sidebar, bar, the page's parts, toast."""
        focus_next([self.sidebar, self.topbar, *self.page.regions(), *self._toasts], step)

    def book(self, **wanted: str) -> None:
        """Open the booking wizard with what is known already: specialty, doctor, clinic, referral."""
        self._close_over()
        self.go("wizard", sections.wizard_start(wanted))

    # --- life
    def remember(self) -> dict[str, Memory]:
        """Return what the next shell needs to stand at the same place."""
        return {key: page.remember() for key, page in self.pages.items() if key != "all"}

    def leave(self) -> None:
        """Stop listening and asking; the widget is about to be destroyed."""
        self._standing.keep(self.pages)
        for off in self._offs:
            off()
        self._news_due.stop()
        self._asked.stop()
        for page in self.pages.values():
            page.stop()
        for task in list(self._tasks):
            task.cancel()
        self._close_over()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Become a rail when narrow."""
        super().resizeEvent(event)
        rail = self.width() < theme.px(_RAIL_BELOW_PX)
        if rail != self.sidebar.is_rail:
            self.sidebar.set_rail(rail)
        if self.popup.isVisible():
            self.popup.open()
