"""The base of every page, and how to write one.

A page is a widget that shows one section of the open record. To add one:

1. Write `desktop/views/pages/<section>.py` with a class derived from `ColumnPage` (one column that scrolls) or `Page`
   (its own layout, for list and detail), set `section` (a key of views/sections.py) and `topics` (what news it shows).
   sections.py imports the module when the section is first opened: a page costs nothing before that.
2. Build the widgets in `__init__` (no waiting there), from `views/parts`; all texts by `tr("<area>.<name>")`.
   Text of the portal only into the kit's labels: they are plain, and mark hidden characters.
3. Write `async def refresh(self)`: ask the desks (`rows = await self.host.session.results.page()`), then put the rows on
   the screen without a further `await`. The base calls it when the page appears, when one of `topics` changes while it is
   visible (else at its next showing), and at F5; a newer call cancels the older one; `Stale` (the person was switched) is
   dropped without a word; a `KnownError` is worded; after 300 ms without an answer a static skeleton covers the page.
4. `clear()` empties every model at once: it runs in the same turn in which the person is switched.
5. Start work from buttons by `self.host.spawn(coroutine)`: errors become words, locking cancels it. Never `exec()`.
6. Optional: `filter_field()` for Ctrl+F, `regions()` for F6 (list, detail), `step_back()` for Esc, `show_subject(id)` when
   another place opens one thing here (`step_out()` closes it, `shows(id)` knows it: Esc then leads back there),
   `print_subject()`/`save_subject()` for Ctrl+P/Ctrl+S, `remember()`/`restore()` beyond the scroll position (selection,
   open filters).

Never name a part of yours like a method of this base (`stop`, `clear`, `title` …), and let nothing raise out of an override
of Qt's (paintEvent, closeEvent …): on Python 3.11 an error raised by the interpreter itself there ends the process
(PySide reads its arguments before it is an object).

A page never sees SQL, FHIR or the network. The theme, the text size and the language change by building the page anew and
calling `restore(remember())`: a page need not listen for them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar, Final, Protocol

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from shiboken6 import isValid

from desktop import limits
from desktop.clock import Clock
from desktop.errors import KnownError
from desktop.preferences import Preferences
from desktop.profile import Profile
from desktop.session.scope import Stale
from desktop.views import focus_kept, theme
from desktop.views.parts import STRETCH, Card, Fill, ScrollPage, Skeleton, Toast, column
from desktop.views.parts.places import Place
from desktop.words import tr

if TYPE_CHECKING:
    from desktop.session.session import Session
    from desktop.views.frame import Facts
    from desktop.views.over import Over

Memory = dict[str, object]
"""What a page keeps of itself across a rebuild: plain values only, and never a text of the record."""

_PLACE: Final = frozenset({"scroll", "shown", "open", "chosen", "is_open", "detail", "shows", "tab", "order", "sort", "limit"})


class Host(Protocol):
    """What the shell does for a page."""

    session: Session
    clock: Clock
    profile: Profile
    hint: str
    """A passphrase that may be shown: only the example family has one."""

    @property
    def preferences(self) -> Preferences:
        """The person's choices about the window."""

    def change(self, **choices: object) -> Host:
        """Put a choice of the window in force and keep it. The page that called is built anew; return the host of the new one."""
        ...

    def lock(self) -> None:
        """Close the record and replace this process."""

    def copy(self, text: str) -> None:
        """Copy for ten seconds."""

    def go(self, section: str, subject: str | None = None) -> None:
        """Open a section, and one thing in it."""

    def book(self, **wanted: str) -> None:
        """Open the booking wizard with what is known already: specialty, doctor, clinic, referral."""

    def switch(self, person: int) -> None:
        """Open another person's record."""

    def lay_over(self, card: Card, first: QWidget, *, name: str) -> Over:
        """Cover everything by a card until it is answered, with `first` in focus."""
        ...

    async def facts(self) -> Facts:
        """Return how the exchange stands and what the family needs; asked once for all who want it."""

    def known_facts(self) -> Facts | None:
        """Return the same without asking, as long as nothing has changed."""

    def toast(self, text: str, *, undo: Callable[[], object] | None = None, icon: str = "check", action: str = "") -> Toast:
        """Say what was done, for ten seconds, with «Вернуть», or `action`, when `undo` is given.

        Its `closed` says that nobody took it back.
        """

    def announce(self, text: str, *, urgent: bool = False) -> None:
        """Say something to a screen reader without moving the focus."""

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run `work` until the card is locked; its known errors are worded."""

    def failed(self, error: KnownError) -> None:
        """Say a known error in words."""


class Page(QWidget):
    """One section of the open record."""

    section: ClassVar[str] = ""
    topics: ClassVar[tuple[str, ...]] = ()

    def __init__(self, host: Host, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.host = host
        self.setObjectName(f"page_{self.section}")
        self.is_loaded = False
        self._is_due = True
        self._question = 0
        self._task: asyncio.Task[None] | None = None
        self._skeleton: Fill | None = None
        self._late = QTimer(self, singleShot=True, interval=limits.SKELETON_AFTER_MS)
        self._late.timeout.connect(self.cover)
        self._lost: focus_kept.Spot | None = None
        self._stood: list[tuple[ScrollPage, Place]] = []
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)

    # --- what a page author writes
    def title(self) -> str:
        """Return the words of the top bar."""
        return tr(f"shell.section_{self.section}")

    async def refresh(self) -> None:
        """Ask the desks and show their answers."""
        raise NotImplementedError

    def clear(self) -> None:
        """Empty everything that shows the record, in this very turn."""

    def filter_field(self) -> QWidget | None:
        """Return what Ctrl+F focuses."""
        return None

    def regions(self) -> tuple[QWidget, ...]:
        """Return what F6 visits, in reading order."""
        return (self,)

    def step_back(self) -> bool:
        """Close the innermost open thing; say whether there was one."""
        return False

    def step_out(self) -> bool:
        """Close what covers the page and may have been opened from elsewhere, a thing of its list or a form; say whether there was one."""
        return False

    def shows(self, subject: str) -> bool:
        """Say whether what `show_subject` was asked for is what `step_out` would close."""
        return False

    def show_subject(self, subject: str) -> None:
        """Open one thing of this section once it is loaded."""

    def begin(self, wanted: Mapping[str, str]) -> None:
        """Start a task of this section anew with what is known already (the booking wizard)."""

    def print_subject(self) -> bool:
        """Print what is open; say whether there was something."""
        return False

    def save_subject(self) -> bool:
        """Save what is open to a file; say whether there was something."""
        return False

    def remember(self) -> Memory:
        """Return what `restore` needs to stand at the same place."""
        return {}

    def restore(self, memory: Mapping[str, object]) -> None:
        """Stand at the place that `remember` described, as far as it still exists."""

    def place(self) -> Memory:
        """Return what of `remember` outlives the window: where its list stands and what is chosen, never what narrows it or is written."""
        return {name: value for name, value in self.remember().items() if name in _PLACE}

    def stand(self, place: Mapping[str, object]) -> None:
        """Stand where `place` said, with whatever narrows the list now."""
        self.restore({**self.remember(), "scroll": {}, **place})

    # --- what the shell calls
    def reload(self) -> asyncio.Task[None]:
        """Ask again; an older question is dropped."""
        self.stop()
        self._is_due = False
        if not self.is_loaded:
            self._late.start()
        self._question += 1
        self._task = asyncio.ensure_future(self._answered(self._question, focus_kept.spot(self)))
        return self._task

    def news(self, *topics: str) -> None:
        """Ask again if this page shows one of `topics`: now when visible, else when it next appears."""
        if not set(topics) & set(self.topics):
            return
        if self.isVisible():
            self.reload()
        else:
            self._is_due = True

    def person_changed(self) -> None:
        """Show nothing of the person before, in this very turn."""
        self.stop()
        self.clear()
        self._lost, self._stood = None, []
        self.is_loaded = False
        self._is_due = True

    def stop(self) -> None:
        """Drop the question under way."""
        self._late.stop()
        self._uncover()
        if self._task is not None and not self._task.done():
            self._task.cancel()
        self._task = None

    async def _answered(self, turn: int, spot: focus_kept.Spot | None) -> None:
        try:
            await self.refresh()
            is_first, self.is_loaded = not self.is_loaded, True
            # What a layout was given is shown a turn later, and takes no focus before.
            QTimer.singleShot(0, self, lambda: self._give_focus_back(spot, is_first=is_first))
        except Stale:
            return
        except KnownError as error:
            self.host.failed(error)
        finally:
            # A window that closes takes its pages with it while their last questions are being cancelled.
            if turn == self._question and isValid(self):
                self._late.stop()
                self._uncover()

    def _focus_moved(self, old: QWidget | None, _new: QWidget | None) -> None:
        """Keep what lost the focus by being put away, until the person moves the focus themselves."""
        if old is None or not self.isAncestorOf(old) or not focus_kept.is_taken_away(self, old):
            self._lost = None
        elif self._lost is None:
            self._lost = focus_kept.spot_of(self, old)
            self._stood = [(one, one.place()) for one in self.findChildren(ScrollPage)]
            # After the next turn: what this one puts in its place is shown in that.
            QTimer.singleShot(0, self, lambda: QTimer.singleShot(0, self, self._catch))

    def _catch(self) -> None:
        """Keep the focus in the page when what had it was put away and nothing took it: Qt passes it to whatever was made next."""
        if (lost := self._lost) is not None and not self.is_loading() and not self._given_back(lost):
            self._keep_here(lost)
            self._lost = lost  # It may yet be made anew by the answer to a question.

    def _keep_here(self, spot: focus_kept.Spot) -> None:
        if self.isVisible() and not self._has_focus():
            focus_kept.take_near(self, spot)

    def _has_focus(self) -> bool:
        """Say whether something in sight on this page has the focus."""
        focus = self.window().focusWidget()
        return focus is not None and self.isAncestorOf(focus) and focus.isVisibleTo(self)

    def _give_focus_back(self, spot: focus_kept.Spot | None, *, is_first: bool) -> None:
        """Focus again what `refresh` put away and made anew; a page that was empty when it was opened begins at its first thing."""
        focus = self.window().focusWidget()
        lost, self._lost = self._lost, None
        found = lost or (None if self._has_focus() else spot)
        if found is not None and not self._given_back(found) and lost is not None:
            self._keep_here(lost)
        elif found is None and focus is not None:
            is_hidden = self.isAncestorOf(focus) and not focus.isVisibleTo(self)
            if is_hidden or (is_first and focus is self):
                with self.standing():
                    focus_kept.take_near(self, None)

    def _given_back(self, spot: focus_kept.Spot) -> bool:
        """Focus the same thing again, and stand where the person stood, who may have scrolled away from it."""
        with self.standing():
            return focus_kept.give_back_lost(self, spot)

    @contextmanager
    def standing(self) -> Iterator[None]:
        """Leave the page where it stands or is to stand, whatever takes the focus on it: nobody has gone there."""
        stood = {one: place for one, place in self._stood if isValid(one)}
        self._stood = []
        places = [(one, one.due or (stood[one] if one in stood else one.remember())) for one in self.findChildren(ScrollPage)]
        yield
        for one, place in places:
            if place:
                one.restore(place)

    def is_loading(self) -> bool:
        """Say whether a question is under way."""
        return self._task is not None and not self._task.done()

    async def settled(self) -> None:
        """Return when the question under way, if there is one, has its answer."""
        if self._task is not None:
            await asyncio.wait([self._task])

    def cover(self) -> None:
        """Put the skeleton over the page."""
        if self._skeleton is None:
            self._skeleton = Fill(column(Skeleton(rows=6), STRETCH, pad=(0, 28 if theme.scale().large else 40)), parent=self)
        self._skeleton.setGeometry(self.rect())
        self._skeleton.show()
        self._skeleton.raise_()

    def _uncover(self) -> None:
        if self._skeleton is not None:
            self._skeleton.hide()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_due:
            self.reload()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._skeleton is not None:
            self._skeleton.setGeometry(self.rect())


def place_in(memory: Mapping[str, object]) -> Place:
    """Return where the list of a page stood by its memory; one that says nothing of it: at the top."""
    kept = memory.get("scroll")
    return kept if isinstance(kept, Mapping) else {}


class ColumnPage(Page):
    """A page of one column that scrolls; put widgets into `column`."""

    gap: ClassVar[float] = 24
    bottom: ClassVar[float] = 32

    def __init__(self, host: Host, parent: QWidget | None = None) -> None:
        super().__init__(host, parent)
        side = 28 if theme.scale().large else 40
        self.scroller = ScrollPage(pad=(0, side, self.bottom), gap=16 if theme.scale().large else self.gap, parent=self)
        self.column = self.scroller.body
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.scroller)

    def remember(self) -> Memory:
        return {"scroll": self.scroller.remember()}

    def restore(self, memory: Mapping[str, object]) -> None:
        self.scroller.restore(place_in(memory))
