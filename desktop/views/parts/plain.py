"""Labels that show text as it is: never as markup, with hidden characters made visible, bounded in length.

Everything that came from outside is shown through `shown` or a label of this module (security R-44, R-45).
"""

from __future__ import annotations

import re
import unicodedata
from math import ceil
from typing import Final

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import (
    QEnterEvent,
    QFont,
    QFontMetricsF,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from desktop import limits
from desktop.views import theme
from desktop.views.ties import tied
from desktop.words import tr

_MARKS_IN_A_ROW: Final = 4
_HIDDEN: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u2028\u2029")
_PLAIN: Final = re.compile(
    r"[\n -~\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u058f\u2010-\u2027\u202f-\u205f\u20a0-\u20bf\u2100-\u214f]*"
)
_ORDINAL: Final = re.compile(r"(?<=\d)-(?=[а-яё]{1,3}\b)")
_LINE_BREAK: Final = "\u2028"
_WIDEST: Final = 1 << 20
_KEPT_WIDTHS: Final = 4


def shown(text: str, *, chars: int = limits.TEXT_SHOWN_CHARS) -> str:
    """Return `text` as it may stand on the screen: hidden characters written as «[U+202E]», cut at `chars`."""
    whole = len(text)
    text = text[:chars]
    if text.count("\n") > limits.TEXT_SHOWN_LINES:
        text = "\n".join(text.split("\n", limits.TEXT_SHOWN_LINES)[:-1])
    more = whole - len(text)
    if not _PLAIN.fullmatch(text):
        text = _marked(text.replace("\r\n", "\n").replace("\t", " "))
    return f"{text}… {tr('parts.more_chars', more)}" if more > 0 else text


def bound(text: str) -> str:
    """Return `text` with the spaces that no line ends at made unbreakable, and «2-я» in one piece."""
    return tied(_ORDINAL.sub("-\u2060", text))


def _marked(text: str) -> str:
    made: list[str] = []
    marks = 0
    for char in text:
        kind = unicodedata.category(char)
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        if char == "\n" or not (kind in ("Cc", "Cf", "Co", "Cs") or char in _HIDDEN or marks > _MARKS_IN_A_ROW):
            made.append(char)
        else:
            made.append(f"[U+{ord(char):04X}]" if marks <= _MARKS_IN_A_ROW + 1 else "")
    return "".join(made)


def set_tooltip(widget: QWidget, text: str) -> None:
    """Give `widget` a tooltip that is never taken for markup."""
    text = shown(text)
    if "<" in text or "&" in text:
        import html

        text = f"<qt>{html.escape(text)}</qt>"
    widget.setToolTip(text)


class PlainLabel(QLabel):
    """A label with the line height of the type scale. `style` is a type step, `tone` a colour role.

    `strong` is put in bold before the text; `wrap=False` keeps one line at full width; `max_lines` cuts with «…»;
    `elide=True` lets one line shrink with «…».
    """

    def __init__(
        self,
        text: str = "",
        *,
        style: str = "body",
        tone: str = "ink",
        weight: int | None = None,
        strong: str = "",
        strong_tone: str = "",
        tnum: bool = False,
        wrap: bool = True,
        elide: bool = False,
        max_lines: int = 0,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        size_px: float | None = None,
        line_px: float | None = None,
        struck: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self._style, self._tone, self._weight, self._tnum = style, tone, weight, tnum
        self._size, self._line, self._struck, self._strong_tone = size_px, line_px, struck, strong_tone
        self._align, self._elide = align, elide
        self._is_left = align == Qt.AlignmentFlag.AlignLeft
        self._max_lines = 1 if elide else max_lines
        self._wrap = wrap and not elide
        self._strong_chars = 0
        self._found: tuple[str, ...] = ()
        self._laid: dict[int, tuple[int, QTextLayout, list[tuple[QPointF, str]], int]] = {}
        self._span: tuple[int, int] | None = None
        self._least: QSize | None = None
        self._picked: tuple[int, int] = (0, 0)
        tall = QSizePolicy.Policy.Preferred if self._wrap else QSizePolicy.Policy.Fixed
        self.setSizePolicy(QSizePolicy.Policy.Preferred, tall)
        # QLabel says by this, at every text that it is given, whether its height follows its width.
        self.setWordWrap(self._wrap)
        self._restyle()
        self.set_text(text, strong=strong)
        theme.changed.connect(self._restyle)

    def set_text(self, text: str, *, strong: str = "") -> None:
        """Show another text."""
        strong, text = shown(strong), shown(text)
        whole = f"{strong} {text}" if strong and text else strong or text
        if (whole, len(strong)) != (self.text(), self._strong_chars):
            self._strong_chars = len(strong)
            super().setText(whole)
            self._stale()

    def setText(self, text: str) -> None:
        """Show another text; here so that Qt's own name is as safe as ours."""
        self.set_text(text)

    def setTextFormat(self, kind: Qt.TextFormat) -> None:
        """Stay plain whatever `kind` says."""
        super().setTextFormat(Qt.TextFormat.PlainText)

    def mark(self, words: tuple[str, ...]) -> None:
        """Put a ground behind these words wherever the text has them: what is sought was found by them."""
        if words != self._found:
            self._found = words
            self._stale()

    def set_tone(self, tone: str) -> None:
        """Change the colour role."""
        self._tone = tone
        self.update()

    def set_weight(self, weight: int | None) -> None:
        """Change the weight; None is the weight of the type step."""
        self._weight = weight
        self._restyle()

    def _restyle(self) -> None:
        font = theme.font(self._style, weight=self._weight, tnum=self._tnum, size_px=self._size)
        font.setStrikeOut(self._struck)
        self.setFont(font)
        self._stale()

    def _stale(self) -> None:
        self._laid.clear()
        self._picked = (0, 0)
        self._span = self._least = None
        self.updateGeometry()
        self.update()

    def line_height(self) -> int:
        """Return the height of one line in pixels."""
        if self._line is not None:
            return theme.px(self._line)
        if self._size is not None:
            return theme.px(self._size * 1.25)
        # The step of the largest letters is lower than they are: without this their tails are cut.
        return max(theme.scale().type(self._style).line_px, ceil(QFontMetricsF(self.font()).height()))

    def _layout_at(self, width: int) -> tuple[int, QTextLayout, list[tuple[QPointF, str]], int]:
        if (found := self._laid.get(width)) is not None:
            return found
        # A page asks each label at half a dozen widths: what fits into one of them stands there as it does with no bounds.
        # Lines that are cut off are drawn to the width, so they are laid out for it.
        if width != _WIDEST and self._fits(width) and not self._laid[_WIDEST][2]:
            return self._laid[_WIDEST]
        text = bound(self.text()).replace("\n", _LINE_BREAK)
        layout = QTextLayout(text, self.font())
        option = QTextOption(self._align & Qt.AlignmentFlag.AlignHorizontal_Mask)
        option.setWrapMode(
            QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere if self._wrap else QTextOption.WrapMode.ManualWrap
        )
        layout.setTextOption(option)
        if self._strong_chars or self._found:
            layout.setFormats(self._formats(text))
        step, y = self.line_height(), 0
        cut: list[tuple[QPointF, str]] = []
        metrics = QFontMetricsF(self.font())
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(width, 1))
            line.setPosition(QPointF(0, y + (step - line.height()) / 2))
            y += step
            last = self._max_lines and y >= self._max_lines * step
            overflows = line.naturalTextWidth() > width + 0.5 or line.textStart() + line.textLength() < len(text)
            if last and overflows:
                rest = text[line.textStart() :].replace(_LINE_BREAK, " ")
                cut.append((line.position(), metrics.elidedText(rest, Qt.TextElideMode.ElideRight, max(width, 1))))
                break
        layout.endLayout()
        # A pass of the layout asks for the natural width and for the real one in turn: both are kept.
        if len(self._laid) >= _KEPT_WIDTHS:
            self._laid = {_WIDEST: self._laid[_WIDEST]} if _WIDEST in self._laid else {}
        made = self._laid[width] = (width, layout, cut, max(y, step))
        return made

    def _formats(self, text: str) -> list[QTextLayout.FormatRange]:
        """Return the bold beginning and the marked words; a contrast theme has no tints, so there they are underlined."""
        # Read with the first of them: its list of properties is the longest of Qt's.
        from PySide6.QtGui import QTextCharFormat

        bold, mark = QTextCharFormat(), QTextCharFormat()
        bold.setFontWeight(QFont.Weight.DemiBold)
        if self._strong_tone:
            bold.setForeground(theme.colour(self._strong_tone))
        mark.setBackground(theme.colour("warnTint"))
        mark.setFontUnderline(theme.current().contrast)
        words = "|".join(map(re.escape, self._found))
        found = re.finditer(rf"(?<![^\W_])(?:{words})(?![^\W_])", text) if words else ()
        spans = [(0, self._strong_chars, bold), *((one.start(), len(one.group()), mark) for one in found)]
        made = []
        for start, length, style in spans:
            span = QTextLayout.FormatRange()
            span.start, span.length, span.format = start, length, style
            made.append(span)
        return made

    def heightForWidth(self, width: int) -> int:
        """Return the height of the text laid out in `width` pixels."""
        if not self._wrap:
            return self.sizeHint().height()
        width = min(width, self.maximumWidth())
        return self._span[1] if self._span is not None and self._fits(width) else self._layout_at(width)[3]

    def _fits(self, width: int) -> bool:
        """Say whether nothing of the text has to give way at a width, and where the lines begin does not depend on it."""
        if self._span is None:
            self._natural()
        return self._is_left and self._span is not None and self._span[0] <= width

    def _natural(self) -> QSize:
        if self._span is None:
            _, layout, _, height = self._layout_at(_WIDEST)
            widest = max((layout.lineAt(n).naturalTextWidth() for n in range(layout.lineCount())), default=0.0)
            self._span = (int(widest) + 1 if widest else 0, height)
        return QSize(*self._span)

    def sizeHint(self) -> QSize:
        """Return the size of the text with no wrapping but its own line breaks."""
        return self._natural()

    def minimumSizeHint(self) -> QSize:
        """Return the least size: the longest word of a wrapping text, the whole text otherwise."""
        if self._elide:
            return QSize(min(self._natural().width(), theme.px(48)), self.line_height())
        if not self._wrap:
            return self._natural()
        if self._least is None:
            metrics = QFontMetricsF(self.font())
            longest = max((word for line in bound(self.text()[:500]).split("\n") for word in line.split(" ")), key=len, default="")
            self._least = QSize(min(int(metrics.horizontalAdvance(longest)) + 2, theme.px(240)), self.line_height())
        return QSize(self._least)

    # --- picking with the mouse
    def letter_at(self, at: QPoint) -> int:
        """Return the place between two letters that is nearest to a point of the label."""
        _, layout, _, height = self._layout_at(self.width())
        row = int((at.y() - self._top(layout, height)) // self.line_height())
        line = layout.lineAt(min(max(row, 0), layout.lineCount() - 1))
        found = line.xToCursor(at.x())
        return int(found[0] if isinstance(found, tuple) else found)

    def pick(self, one: int, other: int) -> None:
        """Pick the letters between two places, in whatever order."""
        self._picked = (min(one, other), max(one, other))
        self.update()

    def pick_word(self, at: int) -> None:
        """Pick the word around a place."""
        text = self._layout_at(self.width())[1].text()
        found = next((one for one in re.finditer(r"[\w\u2060-]+", text) if one.start() <= at <= one.end()), None)
        self.pick(*(found.span() if found is not None else (0, 0)))

    def picked(self) -> str:
        """Return what is picked, as it was given: with ordinary spaces and line breaks."""
        first, last = self._picked
        text = self._layout_at(self.width())[1].text()[first:last]
        return text.replace("\u2060", "").replace("\u00a0", " ").replace(_LINE_BREAK, "\n")

    def _picked_format(self) -> list[QTextLayout.FormatRange]:
        first, last = self._picked
        if first == last:
            return []
        from PySide6.QtGui import QTextCharFormat

        span, look = QTextLayout.FormatRange(), QTextCharFormat()
        look.setBackground(self.palette().highlight())
        look.setForeground(self.palette().highlightedText())
        span.start, span.length, span.format = first, last - first, look
        return [span]

    def _top(self, layout: QTextLayout, height: int) -> float:
        spare = self.height() - height
        return spare / 2 if spare > 0 and layout.lineCount() == 1 else 0.0

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show that the words can be picked, where nothing around them is pressed as a whole."""
        if self.cursor().shape() == Qt.CursorShape.ArrowCursor:
            self.setCursor(Qt.CursorShape.IBeamCursor)
        super().enterEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let a layout that asked for less height, or for more, see the new one."""
        super().resizeEvent(event)
        width, height = event.size().toTuple()
        if self._wrap and width != event.oldSize().width() and self.heightForWidth(width) != height:
            self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the lines in the role's colour."""
        painter = QPainter(self)
        painter.setPen(theme.colour(self._tone if self.isEnabled() else "ink3"))
        _, layout, cut, height = self._layout_at(self.width())
        top = self._top(layout, height)
        # Else every painting looks for the shapes of its words again: a third of its time.
        layout.setCacheEnabled(True)
        if not cut:
            layout.draw(painter, QPointF(0, top), self._picked_format())
            return
        painter.translate(0, top)
        painter.setFont(self.font())
        for n in range(layout.lineCount() - 1):
            layout.lineAt(n).draw(painter, QPointF(0, 0))
        for place, rest in cut:
            area = QRect(0, round(place.y()), self.width(), self.line_height())
            painter.drawText(area, int(self._align | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextSingleLine), rest)


class Heading(PlainLabel):
    """A heading: level 1 (page title), 2 (card's title) or 3 (section)."""

    def __init__(self, text: str = "", *, level: int = 3, tone: str = "ink", wrap: bool = True) -> None:
        super().__init__(text, style=f"h{level}", tone=tone, wrap=wrap)


class Body(PlainLabel):
    """Ordinary text, 16 px; `strong` puts a bold beginning before it, `bold` makes all of it bold."""

    def __init__(
        self,
        text: str = "",
        *,
        strong: str = "",
        strong_tone: str = "",
        bold: bool = False,
        tone: str = "ink",
        tnum: bool = False,
        wrap: bool = True,
    ) -> None:
        super().__init__(
            text, strong=strong, strong_tone=strong_tone, style="bodyStrong" if bold else "body", tone=tone, tnum=tnum, wrap=wrap
        )


class Lead(PlainLabel):
    """Text of 18 px."""

    def __init__(self, text: str = "", *, bold: bool = False, tone: str = "ink", wrap: bool = True) -> None:
        super().__init__(text, style="lead", weight=600 if bold else None, tone=tone, wrap=wrap)


class Meta(PlainLabel):
    """Secondary text, 14 px, figures of one width."""

    def __init__(
        self, text: str = "", *, tone: str = "ink2", bold: bool = False, weight: int | None = None, wrap: bool = True
    ) -> None:
        super().__init__(text, style="caption", tone=tone, weight=600 if bold else weight, tnum=True, wrap=wrap)
