"""What the program may hand to the system's browser: a page of the portal over https, or the portal in the box (R-54)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices

from desktop.views import asking

SCHEMES = ("https", "http", "file", "ftp", "javascript", "data", "smb", "mailto", "medkarta")


class Opened(QObject):
    """The system's side, put in the place of the browser by Qt itself."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        """Remember what was to be opened."""
        self.urls.append(url.toString())


@pytest.fixture
def opened(qapp: object) -> Iterator[Opened]:
    system = Opened()
    for scheme in SCHEMES:
        QDesktopServices.setUrlHandler(scheme, system, "take")
    yield system
    for scheme in SCHEMES:
        QDesktopServices.unsetUrlHandler(scheme)


@pytest.mark.parametrize("url", [
    "https://portal.example/authorize?state=1", "http://127.0.0.1:8080/authorize", "http://localhost:8080/authorize",
])
def test_page_of_the_portal_is_opened(opened: Opened, url: str) -> None:
    asking.open_browser(url)
    assert opened.urls == [url]


@pytest.mark.parametrize("url", [
    "http://portal.example/authorize", "javascript:alert(1)", "file:///etc/passwd", "file://server/share/card.pdf",
    "\\\\server\\share\\card.pdf", "data:text/html,card", "https://portal.example@evil.example/", "https://u:p@portal.example/",
    "http://127.0.0.1@evil.example/", "smb://server/share", "ftp://portal.example/", "https:///authorize", "https://", "", "portal.example",
    "https://portal.example/\nfile:///etc/passwd", " javascript:alert(1)", "mailto:a@portal.example",
])  # fmt: skip
def test_anything_else_is_not_opened(opened: Opened, url: str) -> None:
    asking.open_browser(url)
    assert opened.urls == []
