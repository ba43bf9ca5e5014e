"""What was asked of a clinic and is not here yet: what waits on this computer, what is being made, what was refused and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.session.rows import OutboxRow, RequestRow
from desktop.views import theme
from desktop.views.pages import documents_words
from desktop.views.parts import (
    STRETCH,
    Body,
    Box,
    Button,
    Card,
    Divider,
    FlowLayout,
    Meta,
    ScrollPage,
    Tile,
    clear,
    column,
    row,
)
from desktop.views.parts.given import ground_of
from desktop.words import tr

_FIRST_ROWS = 2
_TALLEST_PX = 300


class RequestsCard(Card):
    """The requests. `corrected` gives the request to be filled in again, `withdrawn` the act to be taken back."""

    corrected = Signal(str)
    withdrawn = Signal(str)

    def __init__(self) -> None:
        super().__init__(pad=(1,), gap=0)
        self.setAccessibleName(tr("documents.requests"))
        self._shows_all = False
        self._rows: tuple[RequestRow, ...] = ()
        self._acts: tuple[OutboxRow, ...] = ()
        self._today = date.min
        self.scroller = ScrollPage(pad=(12, 0, 4), gap=0)
        self.body.addWidget(self.scroller)
        self.hide()

    def show_requests(self, rows: Sequence[RequestRow], acts: Sequence[OutboxRow], *, today: date) -> None:
        """Show other requests; a refused one that is on its way again is shown once."""
        named = (dict(act.body).get(name, "") for act in acts for name in ("subject", "corrects"))
        again = {subject.removeprefix("Task/") for subject in named if subject.startswith("Task/")}
        shown = tuple(one for one in rows if one.id not in again), tuple(acts)
        if shown != (self._rows, self._acts) or today != self._today:
            (self._rows, self._acts), self._today = shown, today
            self._build()

    def _build(self) -> None:
        clear(self.scroller.body)
        made = [self._act(act) for act in self._acts] + [self._request(one) for one in self._rows]
        self.setVisible(bool(made))
        if not theme.scale().large:
            # Large text leaves the room to the rows, which name what was asked.
            self.scroller.body.addWidget(_padded(Meta(tr("documents.requests"), weight=500)))
        first = made if self._shows_all else made[: 1 if theme.scale().large else _FIRST_ROWS]
        for n, line in enumerate(first):
            if n:
                self.scroller.body.addWidget(Divider())
            self.scroller.body.addWidget(line)
        for line in made[len(first) :]:
            line.deleteLater()
        if len(made) > len(first) or self._shows_all:
            rest = len(made) - len(first)
            more = Button(tr("documents.requests_more", rest) if rest else tr("documents.requests_less"), role="text", tight=True)
            more.setObjectName("more_requests")
            more.clicked.connect(self._toggle)
            if theme.scale().large and rest:
                first[0].add(more)  # Under it, half of the way to the others would be out of sight.
            else:
                self.scroller.body.addWidget(_padded(Box(row(more, STRETCH))))
        self.scroller.body.addStretch(1)
        for part in ground_of(self.scroller.body).findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            part.show()
        self._fit()

    def _toggle(self) -> None:
        self._shows_all = not self._shows_all
        self._build()

    def _fit(self) -> None:
        """Be as tall as the rows, up to a bound past which they scroll."""
        width = max(self.width(), theme.px(300))
        rows = self.scroller.body
        tall = rows.totalHeightForWidth(width) if rows.hasHeightForWidth() else rows.sizeHint().height()
        bound = min(theme.px(_TALLEST_PX), self.window().height() // 3)
        self.setFixedHeight(min(tall + 2 + 2 * theme.border_px() + 2, bound))

    def resizeEvent(self, event: object) -> None:
        """Fit again where the words wrap otherwise."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._fit()

    def _act(self, act: OutboxRow) -> _Line:
        is_refused = act.state == "rejected"
        back = None
        if act.state != "sending":
            words = tr("asks.put_away" if is_refused else "documents.withdraw")
            back = Button(words, role="text", tight=True, name=f"{words}: {documents_words.act_title(act)}")
            back.setObjectName(f"withdraw_{act.id}")
            back.clicked.connect(lambda: self.withdrawn.emit(act.id))
        return _Line(documents_words.act_title(act), documents_words.act_words(act), icon="alert" if is_refused else "clock",
                     kind="warn" if is_refused else "dashed", button=back)  # fmt: skip

    def _request(self, one: RequestRow) -> _Line:
        is_refused = one.status == "refused"
        again = None
        if is_refused:
            again = Button(tr("documents.correct"), role="text", tight=True, name=f"{tr('documents.correct')}: {one.title}")
            again.setObjectName(f"correct_{one.id}")
            again.clicked.connect(lambda: self.corrected.emit(one.id))
        return _Line(one.title, documents_words.request_words(one, today=self._today), icon="alert" if is_refused else "hourglass",
                     kind="warn" if is_refused else "quiet", button=again)  # fmt: skip


class _Line(Box):
    """One request, with what can be done about it under its words."""

    def __init__(self, title: str, detail: str, *, icon: str, kind: str, button: Button | None) -> None:
        self._actions = FlowLayout(gap=8)
        texts = column(Body(title, bold=True), Meta(detail, tone="warn" if kind == "warn" else "ink2"), self._actions, gap=0)
        line = row(gap=12, pad=(8, 16, 8 if button is not None else 14))
        line.addWidget(Tile(icon, kind=kind, size_px=40), 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(texts, 1)
        super().__init__(line)
        self.setAccessibleName(f"{title}. {detail}")
        if button is not None:
            self.add(button)

    def add(self, button: Button) -> None:
        """Put one more thing that can be done behind the others."""
        self._actions.addWidget(button)


def _padded(widget: QWidget) -> QWidget:
    return Box(column(widget, pad=(0, 16)))
