"""The sidebar: whose record, sections with their counters, the exchange chip. A rail when narrow, six items when it is to be short."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from desktop.session.rows import ExchangeView, PersonRow
from desktop.views import sections, theme, wording
from desktop.views.parts import Face, Fill, NavGroup, NavItem, PolicyStack, SyncChip, column
from desktop.words import tr

RAIL_PX = 72
_CHIP = {"never": "down", "up_to_date": "sent", "running": "sending", "offline": "offline", "portal_down": "down",
         "decision": "decision", "signed_out": "signedOut", "demo": "demo"}  # fmt: skip


class Sidebar(Fill):
    """What is always at the left."""

    section_chosen = Signal(str)
    stack_pressed = Signal()
    chip_pressed = Signal()
    all_pressed = Signal()

    def __init__(self, *, is_simple: bool = False) -> None:
        super().__init__(tone="desk")
        self._is_short = is_simple or theme.scale().large
        self.setAccessibleName(tr("shell.nav_name"))
        self.items: dict[str, NavItem] = {}
        self._groups: list[NavGroup] = []
        self.is_rail = False
        self.stack = PolicyStack(Face(name=tr("shell.no_person"), hue=1, initials=""))
        self.stack.clicked.connect(self.stack_pressed)
        self.chip = SyncChip()
        self.chip.clicked.connect(self.chip_pressed)
        self._nav = QWidget()
        self._nav.setProperty("role", "clear")
        self._list = column(gap=4 if theme.scale().large else 0)
        self._nav.setLayout(self._list)
        self._fill()
        area = QScrollArea()
        area.setProperty("role", "page")
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.viewport().setAutoFillBackground(False)
        area.setWidget(self._nav)
        self._area = area
        self._whole = QVBoxLayout(self)
        self._whole.setSpacing(theme.px(14))
        self._whole.addWidget(self.stack)
        self._whole.addWidget(area, 1)
        self._whole.addWidget(self.chip)
        self.set_rail(False)

    def _fill(self) -> None:
        group = ""
        for section in sections.listed():
            if self._is_short and section.key not in sections.SHORT:
                continue
            if section.group != group and section.group and not self._is_short:
                label = NavGroup(tr(f"shell.group_{section.group}"))
                self._groups.append(label)
                self._list.addWidget(label)
            group = section.group
            item = NavItem(tr(f"shell.section_{section.key}"), icon=section.icon)
            item.setObjectName(f"nav_{section.key}")
            item.clicked.connect(lambda _on=False, key=section.key: self.section_chosen.emit(key))
            self.items[section.key] = item
            self._list.addWidget(item)
        if self._is_short:
            more = NavItem(tr("shell.all_sections"), icon="services")
            more.setObjectName("nav_all")
            more.clicked.connect(self.all_pressed)
            self.items["all"] = more
            self._list.addWidget(more)
        self._list.addStretch(1)

    def set_rail(self, rail: bool) -> None:
        """Become a rail of icons, or the whole sidebar."""
        self.is_rail = rail
        needed = Qt.ScrollBarPolicy.ScrollBarAlwaysOff if rail else Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self._area.setVerticalScrollBarPolicy(needed)
        side = theme.px(12 if rail else 16)
        self._whole.setContentsMargins(side, theme.px(20), side, theme.px(16))
        self.setFixedWidth(theme.px(RAIL_PX) if rail else theme.scale().size("sidebar"))
        self.stack.set_rail(rail)
        self.chip.set_rail(rail)
        for item in self.items.values():
            item.set_rail(rail)
        for group in self._groups:
            group.setVisible(not rail)

    def show_section(self, key: str) -> None:
        """Mark the section that is open; one that is not in the list marks none."""
        item = self.items.get(key, self.items.get("all") if key in {s.key for s in sections.listed()} else None)
        if item is not None:
            item.setChecked(True)
            self._area.ensureWidgetVisible(item)
            return
        for other in self.items.values():
            other.setAutoExclusive(False)
            other.setChecked(False)
            other.setAutoExclusive(True)

    def focus_section(self, key: str) -> None:
        """Begin where the keyboard can go anywhere from: at the open section."""
        item = self.items.get(key) or next(iter(self.items.values()))
        item.setFocus()

    def show_people(self, people: Sequence[PersonRow], current: PersonRow | None) -> None:
        """Lay the pile: the open record in front."""
        self.stack.setVisible(current is not None)
        if current is None:
            return
        self.stack.show_faces(face(current), [person.hue for person in people if person.id != current.id])

    def show_counts(self, counts: Mapping[str, int]) -> None:
        """Show what needs the person, section by section."""
        for key, item in self.items.items():
            # «История посещений» fills its row: what it counts stands on the home page and under the bell.
            item.set_count(0 if key == "history" else counts.get(key, 0))

    def show_exchange(self, view: ExchangeView, words: tuple[str, str]) -> None:
        """Show how the exchange stands."""
        is_held = view.state == "up_to_date" and view.waiting > 0
        self.chip.show_state("sending" if is_held else _CHIP[view.state], *words)


def face(person: PersonRow, *, between: str = " · ") -> Face:
    """Return what a policy card shows of a person."""
    policy = tr("shell.policy", tail=person.policy_tail) if person.policy_tail else ""
    return Face(
        name=wording.person_name(person), hue=person.hue, initials=person.initials,
        line=wording.person_line(person, between=between), policy=policy, standing=person.standing,
    )  # fmt: skip
