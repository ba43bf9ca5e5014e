"""Where the pages of the open record are to stand: each person's lists where they were left, and all of it where a look is changed.

Does not own: what a place is made of (each page says it), nor how it is kept (session/places), nor the focus (focus_kept).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from desktop.views import sections
from desktop.views.page import Memory, Page

if TYPE_CHECKING:
    from desktop.session.places import Places
    from desktop.session.session import Session

_KEPT: Final = tuple(one.key for one in sections.TABLE if not one.under and one.key != "home")
"""A task half done is begun anew, and a day begins at the top of home."""


class Standing:
    """What each page is told when it is next in front, once. `memories`: of the pages of a window that is built anew."""

    def __init__(self, session: Session, memories: Mapping[str, Memory]) -> None:
        self._session, self._memories = session, dict(memories)
        self._places = dict(self._kept())

    def give(self, key: str, page: Page) -> None:
        """Let a page stand where it is to."""
        place = self._places.pop(key, None)
        if memory := self._memories.pop(key, None):
            page.restore(memory)
        elif place is not None:
            page.stand(place)

    def keep(self, pages: Mapping[str, Page]) -> None:
        """Note where the lists of the open person stand."""
        if (current := self._session.current) is not None:
            stand = {key: page.place() for key, page in pages.items() if key in _KEPT and page.is_loaded}
            self._session.places.keep(current.id, {**self._session.places.of(current.id), **stand})

    def person_changed(self) -> None:
        """Tell each page where this person left it; who never opened it finds it at the top."""
        kept = self._kept()
        self._places = {key: kept.get(key, {}) for key in _KEPT}

    def _kept(self) -> Places:
        current = self._session.current
        return self._session.places.of(current.id) if current is not None else {}
