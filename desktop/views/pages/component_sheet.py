"""Every part of the kit in every state, as on design sheet 00. For our eyes and the tests; no person's record is in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLayout, QVBoxLayout, QWidget

from desktop.views import theme
from desktop.views.parts import (
    STRETCH,
    AttentionRow,
    Avatar,
    Body,
    Box,
    Button,
    Card,
    Check,
    DateField,
    DayMark,
    Divider,
    EmptyState,
    Face,
    Field,
    Fill,
    FilterChip,
    FlowLayout,
    Heading,
    IconButton,
    MarkLegend,
    Meta,
    MonthView,
    NavGroup,
    NavItem,
    Notice,
    PersonPill,
    Point,
    PolicyCard,
    PolicyPile,
    PolicyStack,
    PressRow,
    Radio,
    RangeBar,
    Reading,
    RowFace,
    RowList,
    ScrollPage,
    Segmented,
    Skeleton,
    Slot,
    SlotDay,
    SlotGrid,
    Spine,
    Stop,
    Switch,
    SyncChip,
    Tabs,
    Tag,
    Ticket,
    Toast,
    TrendChart,
    VaccineLine,
    VaccineMatrix,
    column,
    row,
    tall_enough,
)
from desktop.views.row_model import RowModel
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
        self._tickets()
        self._people()
        self._rows()
        self._figures()
        self._grids()

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
        wrong = DateField(_t("wrong"), today=date(2026, 5, 14))
        wrong.set_value("31.02.2026")
        wrong.set_error(_t("wrong_date"))
        fields = (
            Field(_t("rest"), value=_t("region"), hint=_t("hint")),
            Field(_t("secret"), value="сосна", password=True),
            wrong,
            Field(_t("read_only"), value=_t("name"), read_only_reason=_t("read_only_why")),
        )
        self.add_line("field", _grid(fields, columns=4))

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
        self.add_line("popup", _side_by_side(stage, dialog))
        rows = Card(column(Skeleton(rows=2)), pad=(0,))
        empty = EmptyState(_t("empty"), _t("empty_text"), icon="pill")
        self.add_line("empty_line", _side_by_side(empty, rows))
        self.add_line("divider", Divider())

    def _tickets(self) -> None:
        facts = (
            ("confirmed", "19", "tue", "10:40", "seal"),
            ("pending", "27", "wed", "8:30", "clock"),
            ("conflict", "20", "wed", "15:10", "conflict"),
            ("past", "5", "tue", "9:00", "ban"),
        )
        tickets = [
            Ticket(
                kind,
                day=day,
                month=_t(month),
                time=time,
                title=_t(f"t{n}"),
                subtitle=_t(f"t{n}d"),
                status=(icon, _t(f"t{n}s")),
            )
            for n, (kind, day, month, time, icon) in enumerate(facts, start=1)
        ]
        self.add_line("tickets", _grid(tickets))
        home = Ticket(
            day="19",
            month=_t("tue"),
            time="10:40",
            title=_t("doctor"),
            subtitle=_t("doctor_name"),
            lines=(("pin", _t("clinic")), ("clinic", _t("room")), ("document", _t("bring"))),
            caption=_t("next"),
            size="home",
        )
        home.add_action(Button(_t("move"), icon="calendar-move"))
        home.add_action(Button(_t("route"), icon="route"))
        home.add_action(Button(_t("cancel"), role="quietText", tight=True), far=True)
        self.add_line("home_ticket", home)

    def _people(self) -> None:
        faces = [
            Face(name=_t(name), hue=hue, initials=initials, line=_t(f"line_{name}"), policy=_t("policy"), standing=how)
            for name, hue, initials, how in (
                ("first", 1, "НО", "verified"),
                ("second", 2, "ТО", "unverified"),
                ("third", 3, "ВО", "verified"),
                ("fourth", 4, "ЛК", "checking"),
            )
        ]
        items = [
            NavItem(_t(name), icon=icon, count=count)
            for name, icon, count in (("home", "home", 0), ("bookings", "calendar", 1), ("results", "flask", 12))
        ]
        items[0].setChecked(True)
        chips = (
            SyncChip("offline", _t("no_link"), _t("two_wait")),
            SyncChip("sent", _t("all_sent"), _t("checked")),
            SyncChip("decision", _t("decide"), _t("one_clash")),
        )
        self.stack = PolicyStack(faces[0], (2, 3, 4))
        side = column(self.stack, 14, items[0], NavGroup(_t("visit")), items[1], items[2], STRETCH, *chips, gap=4)
        side.setContentsMargins(theme.px(16), theme.px(20), theme.px(16), theme.px(16))
        desk = Fill(side, tone="desk")
        cards = [PolicyCard(face, right=f"Ctrl {face.hue}") for face in reversed(faces)]
        circles = row(*(Avatar(face.initials, hue=face.hue) for face in faces), PersonPill(_t("pill"), hue=1), STRETCH)
        whole = column(PolicyPile(cards), circles, STRETCH, gap=24)
        line = row(desk, Spine(hue=1), gap=0)
        line.addSpacing(theme.px(24))
        line.addLayout(whole, 1)
        line.addStretch(1)
        self.add_line("sidebar", line)

    def _rows(self) -> None:
        faces = (
            RowFace(title=_t("r1"), detail=_t("r1d"), third=_t("r1t"), third_icon="trend-down", third_tone="bad",
                    third_bold=True, icon="drop"),
            RowFace(title=_t("r2"), detail=_t("r1d"), third=_t("r2t"), third_icon="check", third_tone="good",
                    icon="drop", trailing="device"),
            RowFace(title=_t("r3"), detail=_t("r3d"), third=_t("r3t"), third_bold=True, icon="save", kind="dashed"),
        )  # fmt: skip
        model = RowModel([_Line(n, face) for n, face in enumerate(faces)], text=lambda line: line.face.title,
                         face=lambda line: line.face, parent=self)  # fmt: skip
        self.list = RowList(model, name=_t("rows"))
        self.list.choose(0)
        self.list.setMinimumSize(theme.px(320), tall_enough(self.list))
        attention = AttentionRow(_t("a1"), _t("a1d"), icon="conflict", kind="warn", action=_t("a1b"))
        press = PressRow(_t("second"), _t("decide"), leading=Avatar("ТО", hue=2), detail_tone="warn")
        right = Card(column(attention, Divider(), press, STRETCH, gap=0), pad=(0,))
        self.add_line("rows", _side_by_side(Card(column(self.list), pad=(1,)), right))

    def _figures(self) -> None:
        below = Reading(value=114, low=117, high=155, previous=119)
        bars = column(
            RangeBar(below, label=_t("hb")),
            RangeBar(Reading(value=6.2, low=4, high=9, previous=5.4), label=_t("hb")),
            RangeBar(Reading(value=3, high=5), label=_t("hb")),
            row(MarkLegend("within"), MarkLegend("above"), MarkLegend("previous"), STRETCH),
            STRETCH,
            gap=16,
        )
        values = (131, 127, 124, 119, 114)
        points = [Point(_t(f"axis_{n}"), value) for n, value in enumerate(values, start=1)]
        chart = TrendChart(points, label=_t("hb"), unit=_t("unit"), low=117, high=155)
        self.month = MonthView(today=date(2026, 5, 14), day=date(2026, 5, 19))
        self.month.set_marks(
            {
                date(2026, 5, 14): (DayMark("dot", 4),),
                date(2026, 5, 19): (DayMark("dot", 1),),
                date(2026, 5, 20): (DayMark("diamond", 2),),
                date(2026, 5, 27): (DayMark("ring", 1),),
            }
        )
        chart_card = Card(column(chart), pad=(10, 8, 4, 10))
        month = Card(column(self.month), pad=(16, 16, 12))
        self.add_line("figures", _side_by_side(Box(column(bars, chart_card, STRETCH, gap=24)), month))

    def _grids(self) -> None:
        days = [
            SlotDay(weekday=tr(f"parts.weekday_{n}"), number=str(18 + n), reason="" if times else _t("study"),
                    slots=tuple(Slot(id=f"{n}-{time}", time=time, part=part) for time, part in times))
            for n, times in enumerate(
                ((("14:20", 1), ("18:20", 2)), (("8:40", 0), ("11:20", 0), ("12:40", 1)), (), (("9:20", 0), ("17:40", 2)))
            )
        ]  # fmt: skip
        self.slots = SlotGrid(days, chosen="3-9:20", name=_t("slots"))
        self.add_line("slots", Card(column(self.slots), pad=(12, 16)))
        ages = ("0", "1", "2", "3", "6", "18", "20", _t("three"), _t("six"))
        kinds = (("hepatitis", ((0, "done"), (1, "done"), (4, "done"))),
                 ("polio", ((3, "done"), (4, "done"), (5, "done"), (6, "missed"), (8, "ahead"))))  # fmt: skip
        lines = [
            VaccineLine(
                _t(name), tuple(Stop(id=f"{name}{at}", column=at, kind=kind, said=_t(name)) for at, kind in stops)
            )
            for name, stops in kinds
        ]
        self.vaccines = VaccineMatrix(lines, columns=ages, now=7, caption=_t("age"), name=_t("vaccines"))
        self.add_line("vaccines", Card(column(self.vaccines), pad=(16, 24)))


@dataclass(frozen=True, slots=True)
class _Line:
    id: int
    face: RowFace


def _grid(widgets: Sequence[QWidget], *, columns: int = 2) -> QGridLayout:
    grid = QGridLayout()
    grid.setSpacing(theme.px(16))
    columns = columns // 2 if theme.scale().large else columns
    for n, widget in enumerate(widgets):
        grid.addWidget(widget, n // columns, n % columns, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(n % columns, 1)
    return grid


def _side_by_side(*widgets: QWidget) -> QLayout:
    large = theme.scale().large
    made = column(gap=24) if large else row(gap=24)
    for widget in widgets:
        made.addWidget(widget, 0 if large else 1)
    return made
