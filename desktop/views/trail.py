"""The way by which the person came: the sections behind the one in front, and what another place has opened in each.

Does not own how a section is opened (shell) nor what stands open in it (its page).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from desktop.views.page import Page

_MOST: Final = 20


class Trail:
    """Where Esc leads once nothing inside the page in front is left to close."""

    def __init__(self) -> None:
        self._behind: list[str] = []
        self._sent: dict[str, str] = {}

    def went(self, left: str, to: str, subject: str = "") -> None:
        """Note a way from one section to another, and for what of it; the first of all leads back nowhere."""
        self._sent[to] = subject if left != to else ""
        if left and left != to:
            self._behind = [*self._behind[-_MOST:], left]

    def leave(self, page: Page, go: Callable[[str], None]) -> None:
        """Close what covers a page, or go back: at once where another place has opened just that."""
        subject = self._sent.get(page.section, "")
        is_sent = bool(subject and self._behind) and page.shows(subject)
        if (page.step_out() and not is_sent) or not self._behind:
            return
        back, behind, sent = self._behind[-1], self._behind[:-1], dict(self._sent)
        go(back)
        self._behind, self._sent = behind, sent
