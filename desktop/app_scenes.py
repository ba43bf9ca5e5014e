"""The `scenes` verb: real vaults synced from the portal in the box on 14 May 2026, so that pictures stand beside the drawings."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from desktop import preferences, words
from desktop.app_demo import name_streets
from desktop.app_doors import VaultDoors
from desktop.clock import ManualClock, local_date
from desktop.errors import UsageError
from desktop.preferences import Preferences
from desktop.profile import DEMO
from desktop.session.files import refusal
from desktop.words import tr

if TYPE_CHECKING:
    from desktop.cli.terminal import Moved, Terminal
    from desktop.demo.portal import DemoPortal
    from desktop.demo.world import World
    from desktop.session.portals import Region
    from desktop.session.session import Session
    from desktop.views.doors import Glance
    from desktop.views.scenes import Sheet
    from desktop.views.staging import Scene
    from desktop.views.window import Window

_DAY: Final = datetime(2026, 5, 14, 9, 38, tzinfo=UTC)
_PORTAL: Final = "https://portal.example/fhir"
_PHRASE: Final = "берег лист окно гроза"
_LEFT_OUT: Final = (("17, 18, 18b", "kiosk"),)


def scenes(
    out: Path, *, terminal: Terminal, only: str = "", theme: str = "", scale: float = 0.0, language: str = "ru", size: str | None = None
) -> int:
    """Paint the scenes into `out` with an index; return the exit code. *Raises* UsageError scenes.unknown, file.refused; DiskFull."""
    import qasync

    from desktop.app import application

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # Pictures need no screen.
    os.environ["TZ"] = "Europe/Moscow"  # The drawings' clock; a system without tzset shows its own.
    if hasattr(time, "tzset"):
        time.tzset()
    from PySide6.QtCore import qInstallMessageHandler

    qInstallMessageHandler(_said)
    app = application()
    words.set_language(language)
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    with loop, terminal.progress(tr("scenes.painting")) as moved:
        work = _paint(out, only=only, theme=theme, scale=scale, language=language, size=size, moved=moved)
        count = loop.run_until_complete(work)
    terminal.result({"ok": True, "pictures": count, "index": "index.html"}, tr("scenes.done", n=count, file="index.html"))
    return 0


def _said(_kind: object, _where: object, text: str) -> None:
    """Pass Qt's messages on, but for one: a platform without a screen has nobody to give a window's wishes to."""
    if "propagateSizeHints" not in text:
        print(text, file=sys.stderr)


async def _paint(out: Path, *, only: str, theme: str, scale: float, language: str, size: str | None, moved: Moved) -> int:
    from desktop.views import scenes as stage

    sheet = stage.Sheet()
    sheet.left_out += [(name, tr(f"scenes.{why}")) for name, why in _LEFT_OUT]
    chosen = [scene for scene in stage.catalogue() if not only or only in scene.name]
    if not chosen:
        raise UsageError("scenes.unknown")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refusal(error) from error
    looks = [(t, s) for t in ((theme,) if theme else preferences.THEMES) for s in ((scale,) if scale else (1.0, 1.5))]
    sizes = [tuple(int(part) for part in size.split("x"))] if size else list(stage.SIZES)
    with ExitStack() as held:
        made = await records(held, {scene.record for scene in chosen})
        every = [(settings_for(language=language, look=look, factor=factor, size=(wide, high)), scene)
                 for wide, high in sizes for look, factor in looks for scene in chosen]  # fmt: skip
        for done, (settings, scene) in enumerate(every):
            moved(done, len(every))
            await _one(out, sheet, scene, made, settings)
        for session in made.values():
            await session.lock()
    mockups = Path(__file__).resolve().parents[2] / "shared" / "design" / "mockups"
    stage.write_index(out, sheet, mockups=mockups if mockups.is_dir() else None)
    return len(sheet.painted)


async def _one(out: Path, sheet: Sheet, scene: Scene, made: dict[str, Session], settings: Preferences) -> None:
    assert settings.geometry is not None
    wide, high = settings.geometry[2:]
    async with staged(scene, made, settings) as window:
        name = f"{scene.name}-{settings.theme}-{settings.text_scale}-{wide}x{high}.png"
        if not window.grab().save(str(out / name)):
            raise UsageError("file.refused")
        is_drawn = settings.theme == "light" and settings.text_scale == 1.0 and wide == 1440
        sheet.painted.append((name, scene.mockup if is_drawn else ""))


def settings_for(*, language: str, look: str, factor: float, size: tuple[int, int]) -> Preferences:
    """Return what a person would have chosen to see the scenes so, on the day of the drawings."""
    return Preferences(language=language, theme=look, text_scale=factor, reduce_motion=True, checked_at=_DAY.isoformat(),
                       geometry=(0, 0, *size))  # fmt: skip


@asynccontextmanager
async def staged(scene: Scene, made: dict[str, Session], settings: Preferences) -> AsyncIterator[Window]:
    """Bring a scene about in a window of its own, on one of the records, and wait until it has come to rest."""
    from desktop.views.resting import settle
    from desktop.views.staging import show_request
    from desktop.views.window import Window

    async def locked(_session: Session) -> None:
        return None

    assert settings.geometry is not None
    with tempfile.TemporaryDirectory(prefix="medkarta-scenes-") as place:
        folder = Path(place)
        preferences.save(folder, settings)
        window = Window(_Shown(folder), folder, on_lock=locked)
        window.resize(*settings.geometry[2:])
        session = made.get(scene.record)
        if session is not None:
            if session.people and session.scope.person != session.people[0].id:
                session.switch(session.people[0].id)
            for one in session.people:
                session.places.keep(one.id, {})
                for form in session.drafts.forms(one.id):
                    session.drafts.keep(form, {}, person=one.id)
            await session.drafts.settle()
            window.enter(session)
        window.show()
        try:
            await scene.stage(window)
            await settle(window)
            if scene.name.endswith(("-waiting", "-refused", "-done")):
                await show_request(window)
            yield window
        finally:
            window.session = None
            window.close()
            window.deleteLater()
            await asyncio.sleep(0)


class _Shown(VaultDoors):
    """Doors that are only looked at."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, profile=DEMO, clock=ManualClock(_DAY))

    keeps_key = False

    def standing(self) -> Literal["none", "locked"]:
        return "locked"

    def has_key(self) -> bool:
        return self.keeps_key

    def regions(self) -> tuple[Region, ...]:
        from desktop.session.portals import Region

        return (Region(ru="Заречная область", en="Zarechnaya Region", base_url=_PORTAL),)

    async def glance(self, address: str) -> Glance:
        from desktop.views.doors import Glance

        return Glance(base_url=address, title=address, auth="oauth")


async def records(held: ExitStack, wanted: set[str], *, world: World | None = None) -> dict[str, Session]:
    """Open the records the scenes stand on: full, empty, and one whose portal went away. `world`: the family's, if it is built already."""
    from desktop.demo.portal import DemoPortal
    from desktop.demo.serve import running

    made: dict[str, Session] = {}
    world = world or _world()
    for name in sorted(wanted - {"none"}):
        clock = ManualClock(_DAY)
        folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="medkarta-scenes-")))
        doors = VaultDoors(folder / "vault", profile=DEMO, clock=clock)
        doors.is_live = False
        session, _code = await doors.create(_PHRASE)
        # A scene begins after the passphrase was given.
        session.bookings.asks_passphrase = False
        if name != "empty":
            with ExitStack() as up:
                portal = DemoPortal(world, clock=clock)
                base = up.enter_context(running(portal))
                name_streets(doors.folder, portal)
                await session.exchange.connect(base, auth="token", token=portal.token_for(world.accounts[0].grants))
                if name == "decision":
                    _free_up(portal)
                await session.exchange.run_now(documents="needed")
                if name == "decision":
                    await _disagree(session, portal, clock)
                if name == "full":
                    await _walk(session)
            if name == "decision":
                await _wait_for_the_network(session)
            if name in ("offline", "decision"):
                clock.advance(120)
                await _try(session)
        made[name] = session
    return made


async def _walk(session: Session) -> None:
    """Look at the streets around the family's first clinic, so that they are kept."""
    from desktop.record.streets import Area, covering

    async def seen(_tile: object, _picture: bytes) -> None:
        return None

    source, clinic = await session.streets.source(), (await session.clinics.all())[0].clinic
    if source is not None and clinic.latitude is not None and clinic.longitude is not None:
        area = Area(north=clinic.latitude + 0.03, south=clinic.latitude - 0.03, west=clinic.longitude - 0.06, east=clinic.longitude + 0.06)
        await session.streets.fetch(source, covering(area, source.farthest), seen)


def _world() -> World:
    """Return the invented family on the day of the drawings."""
    from desktop.demo.families import build

    return build("demo", today=local_date(ManualClock(_DAY)))


def _free_up(portal: DemoPortal) -> None:
    """Open the oculist's time that somebody else will take while there is no connection."""
    row = portal.shelf.rows("SELECT id FROM item WHERE live AND type='Slot' AND first = ?", (_moment(20, 15, 10),))
    for (name,) in row:
        portal.shelf.write({**(portal.resource("Slot", name) or {}), "status": "free"}, "PUT")


async def _disagree(session: Session, portal: DemoPortal, clock: ManualClock) -> None:
    """Book and move while others are quicker: a time that is taken, a visit that the clinic moves at the same hour."""
    people = {one.given: one.id for one in session.people}
    oculist = await _slot(session, "Соколова", 20, 15)
    await session.bookings.book(oculist, people["Тимофей"])
    visit = next(one for one in await session.bookings.upcoming(family=True) if one.doctor.startswith("Гусев"))
    await session.bookings.reschedule(visit.id, await _slot(session, "Гусев", 22, 9))
    portal.clinic.another_patient_takes(oculist)
    portal.clinic.move(visit.id, await _slot(session, "Гусев", 21, 11))
    clock.advance(60)
    await session.exchange.run_now(documents="none")


async def _wait_for_the_network(session: Session) -> None:
    people = {one.given: one.id for one in session.people}
    await session.bookings.book(await _slot(session, "Рябова", 27, 8), people["Наталья"])


async def _slot(session: Session, doctor: str, day: int, hour: int) -> str:
    free = await session.bookings.free(doctor=doctor)
    return next(one.id for one in free if (one.starts_at.day, one.starts_at.hour) == (day, hour))


def _moment(day: int, hour: int, minute: int) -> int:
    at = datetime(2026, 5, day, hour, minute, tzinfo=timezone(timedelta(hours=3)))
    return round(at.timestamp() * 1000)


async def _try(session: Session) -> None:
    from desktop.errors import KnownError

    try:
        await session.exchange.run_now()
    except KnownError:
        return
