"""Every part of the kit in every state, as on design sheet 00. For our eyes and the tests; no person's record is in it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from desktop.views import theme
from desktop.views.parts import (
    STRETCH,
    Body,
    Button,
    Card,
    Check,
    Divider,
    EmptyState,
    Field,
    FilterChip,
    FlowLayout,
    Heading,
    IconButton,
    IconLabel,
    Meta,
    Notice,
    Radio,
    ScrollPage,
    Segmented,
    Skeleton,
    Switch,
    Tabs,
    Tag,
    Toast,
    column,
    row,
)
from desktop.words import tr


def _t(name: str) -> str:
    return tr(f"parts.sheet_{name}")


def _state(button: Button, state: str) -> Button:
    button.setProperty("state", state)
    return button


class ComponentSheet(ScrollPage):
    """The sheet. Lines can be found by `lines[name]`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(24))
        grid.setVerticalSpacing(theme.px(28))
        grid.setColumnMinimumWidth(0, theme.px(148))
        grid.setColumnStretch(1, 1)
        self._grid = grid
        page = column(Heading(_t("title"), level=1), grid, STRETCH, gap=32)
        super().__init__(page, pad=(48, 56, 48, 56))
        self._buttons()
        self._fields()
        self._choices()
        self._tags()
        self._messages()
        self._places()

    def add_line(self, name: str, content: QLayout | QWidget) -> None:
        """Put one more line at the end."""
        line = self._grid.rowCount()
        self._grid.addWidget(Meta(_t(name), weight=500), line, 0, Qt.AlignmentFlag.AlignTop)
        if isinstance(content, QLayout):
            self._grid.addLayout(content, line, 1)
        else:
            self._grid.addWidget(content, line, 1)

    def _buttons(self) -> None:
        busy = Button(_t("send"), role="primary")
        busy.set_busy(True)
        off = Button(_t("off"))
        off.setEnabled(False)
        self.add_line(
            "primary",
            FlowLayout(
                Button(_t("book"), role="primary"),
                _state(Button(_t("hover"), role="primary"), "hover"),
                _state(Button(_t("pressed"), role="primary"), "pressed"),
                Button(_t("send"), role="primary", icon="send"),
                busy,
                off,
                gap=16,
            ),
        )
        self.add_line(
            "default",
            FlowLayout(
                Button(_t("print"), icon="print"),
                _state(Button(_t("hover")), "hover"),
                Button(_t("more"), role="text"),
                Button(_t("erase"), role="danger", icon="trash"),
                IconButton("more", _t("menu"), framed=True),
                IconButton("lock", _t("lock")),
                gap=16,
            ),
        )

    def _fields(self) -> None:
        date = Field(_t("wrong"), value="31.02.2026")
        date.add_end(IconLabel("calendar", "ink2", 20))
        date.set_error(_t("wrong_date"))
        fields = (
            Field(_t("rest"), value=_t("region"), hint=_t("hint")),
            Field(_t("secret"), value="сосна", password=True),
            date,
            Field(_t("read_only"), value=_t("name"), read_only_reason=_t("read_only_why")),
        )
        line = QHBoxLayout()
        line.setSpacing(theme.px(16))
        for field in fields:
            line.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
        self.add_line("field", line)

    def _choices(self) -> None:
        no, yes = Radio(_t("no")), Radio(_t("yes"), checked=True)
        segments = Segmented([("own", _t("first")), ("all", _t("family"))], name=_t("whose"))
        self.add_line(
            "choice",
            FlowLayout(
                Check(_t("no")),
                Check(_t("yes"), checked=True),
                no,
                yes,
                Switch(name=_t("setting")),
                Switch(checked=True, name=_t("setting")),
                segments,
                FilterChip(_t("filter")),
                FilterChip(_t("filter_on"), checked=True),
                gap=24,
            ),
        )
        tabs = Tabs([("a", _t("tab_main")), ("b", _t("tab_access")), ("c", _t("tab_about"))], name=_t("title"))
        self.add_line("tabs", tabs)

    def _tags(self) -> None:
        kinds = (
            ("tag_normal", "check", "good"),
            ("tag_below", "trend-down", "bad"),
            ("tag_days", "clock", "warn"),
            ("tag_decision", "conflict", "warn"),
            ("tag_confirmed", "seal", "accent"),
            ("tag_waits", "clock", "dashed"),
            ("tag_offline", "cloud-off", "quiet"),
            ("tag_here", "device", "good"),
        )
        self.add_line("tags", FlowLayout(*(Tag(_t(text), icon=icon, kind=kind) for text, icon, kind in kinds), gap=12))

    def _messages(self) -> None:
        self.add_line(
            "messages",
            column(
                Notice(_t("notice_offline"), strong=_t("notice_offline_strong"), kind="quiet"),
                Notice(_t("notice_sent"), strong=_t("notice_sent_strong"), kind="good"),
                Notice(
                    _t("notice_full"),
                    strong=_t("notice_full_strong"),
                    kind="bad",
                    action=_t("again"),
                    action_role="default",
                ),
                gap=12,
            ),
        )

    def _places(self) -> None:
        stage = QWidget()
        stage.setMinimumSize(theme.px(448), theme.px(108))
        self.toast = Toast(_t("cancelled"), host=stage, action=_t("undo"))
        dialog = Card(pad=(22, 24))
        body = dialog.body
        assert isinstance(body, QVBoxLayout)
        body.addWidget(Heading(_t("ask_cancel")))
        body.addWidget(Body(_t("ask_cancel_text")))
        self.safe = Button(_t("keep"))
        body.addSpacing(theme.px(8))
        body.addLayout(row(STRETCH, self.safe, Button(_t("do_cancel"), role="danger"), gap=14))
        line = row(stage, gap=24)
        line.addWidget(dialog)
        line.addStretch(1)
        self.add_line("popup", line)
        rows = Card(column(Skeleton(rows=2)), pad=(0,))
        empty = EmptyState(_t("empty"), _t("empty_text"), icon="pill")
        line = row(gap=24)
        line.addWidget(empty, 4, Qt.AlignmentFlag.AlignTop)
        line.addWidget(rows, 5)
        line.addStretch(1)
        self.add_line("empty_line", line)
        self.add_line("divider", Divider())
