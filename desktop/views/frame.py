"""What the frame and the home page both show: how the exchange stands and what the family needs, asked once for both.

Owns the answers until news make them old, and the gathering of news: a burst of them is one refresh. Owns no widget.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QElapsedTimer, QObject, QTimer

from desktop import limits
from desktop.clock import Clock
from desktop.preferences import Preferences
from desktop.profile import Profile
from desktop.session.rows import ExchangeView, HomeView

if TYPE_CHECKING:
    from desktop.session.session import Session
    from desktop.views.doors import Doors
    from desktop.views.page import Host


class Surroundings(Protocol):
    """What the window does for the shell."""

    preferences: Preferences
    profile: Profile
    clock: Clock
    doors: Doors

    def change(self, **choices: object) -> Host | None: ...
    def copy(self, text: str) -> None: ...
    def lock(self) -> None: ...
    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]: ...


@dataclass(frozen=True, slots=True)
class Facts:
    """One answer for the frame and the home page."""

    exchange: ExchangeView
    homes: dict[int, HomeView] = field(default_factory=dict)
    unread: int = 0


class Asked:
    """The last answer, and the question under way: who asks the same meanwhile gets the same answer."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._age = 0
        self._known: Facts | None = None
        self._flight: tuple[int, asyncio.Task[Facts]] | None = None
        self._flights: set[asyncio.Task[Facts]] = set()

    def spoil(self) -> None:
        """Note that something changed: the next question goes to the record."""
        self._age += 1
        self._known = None

    @property
    def known(self) -> Facts | None:
        """Return the answer as long as nothing has changed since."""
        return self._known

    async def facts(self) -> Facts:
        """Return how things stand."""
        if self._known is not None:
            return self._known
        if self._flight is None or self._flight[0] != self._age or self._flight[1].done():
            self._flight = (self._age, task := asyncio.ensure_future(self._ask(self._age)))
            self._flights.add(task)
            task.add_done_callback(self._flights.discard)
        return await asyncio.shield(self._flight[1])

    async def _ask(self, age: int) -> Facts:
        exchange = await self._session.exchange.view()
        has_family = bool(self._session.people)
        homes = await self._session.home.views() if has_family else {}
        answer = Facts(exchange, homes, await self._session.notices.unread() if has_family else 0)
        if age == self._age:
            self._known = answer
        return answer

    def stop(self) -> None:
        """Drop every question under way: one that news made old still has those who wait for it."""
        for task in self._flights:
            task.cancel()


class Gathering(QObject):
    """Topics of news until they are told together: at once after a pause, else at most every NEWS_EVERY_MS."""

    def __init__(self, tell: Callable[[frozenset[str]], None], parent: QObject) -> None:
        super().__init__(parent)
        self._tell = tell
        self._topics: set[str] = set()
        self._since = QElapsedTimer()
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._told)

    @property
    def is_waiting(self) -> bool:
        """Say whether news are still to be told."""
        return bool(self._topics)

    def add(self, topic: str, *, is_urgent: bool) -> None:
        """Take a topic; what the person did is told in the next turn, whatever came before."""
        self._topics.add(topic)
        pause = 0
        if not is_urgent and self._since.isValid():
            pause = max(0, limits.NEWS_EVERY_MS - self._since.elapsed())
        if not self._timer.isActive() or pause < self._timer.remainingTime():
            self._timer.start(pause)

    def stop(self) -> None:
        """Tell nothing any more."""
        self._timer.stop()
        self._topics.clear()

    def _told(self) -> None:
        topics, self._topics = frozenset(self._topics), set()
        self._since.start()
        self._tell(topics)
