#!/usr/bin/env python3
"""The one door for people who work on Медкарта: demo, test, check, bench, scenes, sbom.

Owns: everything between a bare machine with Python 3.11-3.13 and a running verb (virtual environment, locked wheels,
system libraries), with the standard library alone. Deliberately knows nothing of what the verbs do inside.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import locale
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "medkarta.json"
RUN_LOCK, DEV_LOCK = (ROOT / "requirements" / name for name in ("run.txt", "dev.txt"))
NPM_SERVER = ROOT / "tests" / "contract" / "server"
OLDEST, NEWEST = (3, 11), (3, 13)

# What Qt loads at run time, as the file it looks for and the Debian package that holds it.
OFFSCREEN_LIBRARIES = {
    "libglib-2.0.so.0": "libglib2.0-0", "libEGL.so.1": "libegl1", "libGL.so.1": "libgl1", "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1", "libxkbcommon.so.0": "libxkbcommon0",
}
WINDOW_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0", "libxcb-icccm.so.4": "libxcb-icccm4", "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0", "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}

# How pip says that nothing answered.
NO_NETWORK = ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError", "ProxyError")

TEXTS = {
    "usage": (
        "Использование: python3 dev.py demo | test | check | bench | scenes | sbom [параметры]\n"
        "  demo    портал-пример и окно с вымышленной семьёй\n"
        "  test    все тесты\n"
        "  check   стиль, типы, границы пакетов, лишние зависимости и мёртвый код\n"
        "  bench   измерения скорости; bench ИМЯ запускает одно\n"
        "  scenes  картинки всех страниц во всех состояниях (по умолчанию в папку scenes)\n"
        "  sbom    из чего собрана программа, в формате CycloneDX (по умолчанию dist/medkarta.cdx.json)",
        "Usage: python3 dev.py demo | test | check | bench | scenes | sbom [options]\n"
        "  demo    the sample portal and the window on an invented family\n"
        "  test    every test\n"
        "  check   style, types, package borders, unused dependencies and dead code\n"
        "  bench   speed measurements; bench NAME runs one\n"
        "  scenes  pictures of every page in every state (into the folder scenes by default)\n"
        "  sbom    what the program is made of, as CycloneDX (dist/medkarta.cdx.json by default)",
    ),
    "preparing": ("Готовлю окружение (один раз, около минуты)…", "Preparing the environment (once, about a minute)…"),
    "libraries": ("Ставлю системные библиотеки: {names}", "Installing system libraries: {names}"),
    "libraries_missing": (
        "Не хватает системных библиотек. Поставьте их и повторите: sudo apt-get install {names}",
        "System libraries are missing. Install them and repeat: sudo apt-get install {names}",
    ),
    "python": (
        "Нужен Python от 3.11 до 3.13, а здесь {found}. Поставьте его с python.org или из пакетов системы и повторите.",
        "Python 3.11 to 3.13 is needed, and this is {found}. Install it from python.org or your system and repeat.",
    ),
    "venv": (
        "Python здесь без модуля venv. Поставьте его и повторите: sudo apt-get install {names}",
        "This Python comes without the venv module. Install it and repeat: sudo apt-get install {names}",
    ),
    "wheels": (
        "Пакеты не установились. Последние строки установщика:\n{tail}",
        "The packages did not install. The installer's last lines:\n{tail}",
    ),
    "no_network": (
        "Нет связи: пакеты Python не скачать. Подключитесь к сети и повторите, дальше она не понадобится.",
        "No network: the Python packages cannot be fetched. Connect and repeat; later it is not needed.",
    ),
    "no_display": (
        "Экрана нет, окно открыть негде. Запустите в графическом сеансе или так: xvfb-run -a python3 dev.py demo",
        "There is no display to open a window on. Run it in a graphical session, or: xvfb-run -a python3 dev.py demo",
    ),
    "no_node": (
        "Node.js 20 не найден: проверка на чужом FHIR-портале в этот раз не запускается.",
        "Node.js 20 was not found: the check against a foreign FHIR portal does not run this time.",
    ),
    "no_npm_packages": (
        "Пакеты npm не установились: проверка на чужом FHIR-портале в этот раз не запускается.",
        "The npm packages did not install: the check against a foreign FHIR portal does not run this time.",
    ),
    "no_such_bench": ("Нет измерения {name}. Есть: {names}", "There is no benchmark {name}. There are: {names}"),
    "check_passed": ("{name}: в порядке", "{name}: fine"),
    "check_failed": ("{name}: не прошло", "{name}: did not pass"),
}


class Stop(Exception):
    """End the run with a line for the person; *code* is the exit code."""

    def __init__(self, line: str, code: int = 2) -> None:
        super().__init__(line)
        self.code = code


def speaks_english() -> bool:
    """Say whether the person's system is set to English; Russian otherwise."""
    named = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG")
    if not named and os.name == "nt":
        locale.setlocale(locale.LC_ALL, "")
        named = locale.getlocale()[0]
    return (named or "").lower().startswith("en")


def text(key: str, **facts: str) -> str:
    """Return a line of TEXTS in the person's language."""
    russian, english = TEXTS[key]
    return (english if speaks_english() else russian).format(**facts)


def say(key: str, **facts: str) -> None:
    """Print a line that a person would want, at once."""
    print(text(key, **facts), flush=True)


def quietly(command: list[str], *, cwd: Path = ROOT, env: dict[str, str] | None = None) -> tuple[int, str]:
    """Run a tool without showing its output; return the exit code and that output."""
    done = subprocess.run(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, encoding="utf-8", errors="replace", check=False)
    return done.returncode, done.stdout


# --- the interpreter


def version_of(command: list[str]) -> tuple[int, int] | None:
    """Return (major, minor) of a Python, or None where it does not run."""
    try:
        code, out = quietly([*command, "-c", "import sys; print(*sys.version_info[:2])"])
    except OSError:
        return None
    parts = out.split()
    return (int(parts[0]), int(parts[1])) if code == 0 and len(parts) == 2 else None


def find_python() -> list[str]:
    """Return the command of a supported Python: this one, else the newest that the machine has."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return [sys.executable]
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        for command in ([f"python3.{minor}"], ["py", f"-3.{minor}"]):
            if shutil.which(command[0]) and version_of(command) == (3, minor):
                return command
    raise Stop(text("python", found=".".join(map(str, sys.version_info[:3]))))


def venv_python() -> Path:
    """Return the path of the environment's own Python."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


# --- what the machine must have


def may_install() -> bool:
    """Say whether system packages can be installed without asking anyone."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(names: list[str]) -> bool:
    """Install Debian packages; say whether that worked."""
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *names]
    # A bare machine has no package lists yet: the first try fails there.
    tries = (command, ["apt-get", "update", "-q"], command)
    return quietly(tries[0], env=env)[0] == 0 or all(quietly(one, env=env)[0] == 0 for one in tries[1:])


def is_there(library: str) -> bool:
    """Say whether the system's loader finds a shared library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def ensure_libraries(wanted: dict[str, str], *, programs: tuple[str, ...] = ()) -> None:
    """Install the system libraries that Qt will look for. *Raises* Stop naming them where that may not be done."""
    if not sys.platform.startswith("linux"):
        return
    missing = [package for library, package in wanted.items() if not is_there(library)]
    missing += [package for package in programs if not shutil.which({"xvfb": "Xvfb"}.get(package, package))]
    names = " ".join(missing)
    if missing and may_install():
        say("libraries", names=names)
        if apt_install(missing):
            return
    if missing:
        raise Stop(text("libraries_missing", names=names))


def make_venv(python: list[str]) -> None:
    """Create .venv with pip in it. *Raises* Stop naming the package where the system's Python has no venv."""
    if VENV.exists():
        shutil.rmtree(VENV)
    command = [*python, "-m", "venv", str(VENV)]
    if quietly(command)[0] == 0:
        return
    found = version_of(python) or OLDEST
    package = f"python{found[0]}.{found[1]}-venv"
    shutil.rmtree(VENV, ignore_errors=True)
    if may_install() and apt_install([package]) and quietly(command)[0] == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    raise Stop(text("venv", names=package))


def digest(path: Path) -> str:
    """Return the SHA-256 of a file with line ends made equal on every system."""
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def stamped() -> dict[str, str]:
    """Return what the environment was last made from."""
    try:
        found = json.loads(STAMP.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def ensure_environment(*, for_work: bool) -> Path:
    """Make .venv hold exactly the locked wheels; return its Python. `for_work` adds the tools of tests and checks."""
    lock = DEV_LOCK if for_work else RUN_LOCK
    want, have = digest(lock), stamped()
    usable = venv_python().exists() and version_of([str(venv_python())]) is not None
    if usable and have.get(lock.name) == want:
        return venv_python()
    say("preparing")
    if not usable:
        make_venv(find_python())
        have = {}
    # Wheels only: a source package would run code that no one here has read, and needs a compiler.
    code, out = quietly([
        str(venv_python()), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input",
        "--only-binary", ":all:", "--require-hashes", "--no-deps", "-r", str(lock),
    ])
    if code != 0:
        is_cut = any(sign in out for sign in NO_NETWORK)
        raise Stop(text("no_network") if is_cut else text("wheels", tail="\n".join(out.strip().splitlines()[-12:])), code=1)
    have.update({one.name: digest(one) for one in (lock, RUN_LOCK)})
    STAMP.write_text(json.dumps(have), "utf-8")
    return venv_python()


def ensure_npm_server() -> None:
    """Install the foreign FHIR server of the contract tests, or say in a line why it will not take part."""
    npm = shutil.which("npm")
    if not npm or not shutil.which("node"):
        say("no_node")
        return
    stamp = NPM_SERVER / "node_modules" / ".medkarta"
    want = digest(NPM_SERVER / "package.json") + digest(NPM_SERVER / "package-lock.json")
    if stamp.exists() and stamp.read_text("utf-8") == want:
        return
    code, _ = quietly([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"], cwd=NPM_SERVER)
    if code == 0:
        stamp.write_text(want, "utf-8")
    else:
        say("no_npm_packages")


# --- the verbs


def environment(**more: str) -> dict[str, str]:
    """Return the environment for the program: this folder importable, UTF-8 everywhere, nothing else of ours."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **more}


def run(command: list[str], *, env: dict[str, str]) -> int:
    """Run a verb in the foreground and return its exit code."""
    return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode


def private_home(folder: str) -> dict[str, str]:
    """Return the variables that keep a run out of the person's own folders."""
    home = Path(folder)
    names = {"XDG_CONFIG_HOME": "config", "XDG_DATA_HOME": "data", "XDG_CACHE_HOME": "cache", "XDG_STATE_HOME": "state",
             "XDG_RUNTIME_DIR": "run", "APPDATA": "appdata", "LOCALAPPDATA": "localappdata"}
    for name in names.values():
        (home / name).mkdir(mode=0o700)
    return {"HOME": folder, "USERPROFILE": folder, **{key: str(home / name) for key, name in names.items()}}


def demo(arguments: list[str]) -> int:
    """Open the window on the invented family."""
    headless = sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    offscreen = os.environ.get("QT_QPA_PLATFORM") in ("offscreen", "minimal")
    # Without a screen the advice is xvfb-run: have it ready where we may, but do not fail for want of it.
    with_xvfb = ("xvfb", "xauth") if headless and not offscreen and may_install() else ()
    ensure_libraries({**OFFSCREEN_LIBRARIES, **WINDOW_LIBRARIES}, programs=with_xvfb)
    python = ensure_environment(for_work=False)
    if headless and not offscreen:
        raise Stop(text("no_display"))
    return run([str(python), "-m", "desktop", "demo", *arguments], env=environment())


def test(arguments: list[str]) -> int:
    """Run the tests on an invisible screen, in a home of their own; their hundred processes compile the program once."""
    ensure_libraries(OFFSCREEN_LIBRARIES)
    python = ensure_environment(for_work=True)
    ensure_npm_server()
    cores = os.cpu_count() or 1
    # One more than there are cores: a test that waits for a process or a socket leaves its core to another.
    spread = ["-n", str(min(cores, 4) + 1), "--dist", "worksteal"] if not arguments and cores > 1 else []
    with tempfile.TemporaryDirectory(prefix="medkarta-test-", ignore_cleanup_errors=True) as home:
        env = environment(QT_QPA_PLATFORM="offscreen", PYTHONDONTWRITEBYTECODE="", **private_home(home))
        return run([str(python), "-m", "pytest", "-q", *spread, *arguments], env=env)


def check(arguments: list[str]) -> int:
    """Run every check of the source and name those that did not pass."""
    ensure_libraries(OFFSCREEN_LIBRARIES)
    python = str(ensure_environment(for_work=True))
    lint_imports = str(venv_python().with_name("lint-imports"))
    tools = {
        "ruff": [python, "-m", "ruff", "check", "--quiet", "."],
        "mypy": [python, "-m", "mypy", "--no-error-summary"],
        "borders": [lint_imports, "--no-cache"],
        "circles": [lint_imports, "--no-cache", "--config", "tests/house/cycles.importlinter"],
        "deptry": [python, "-m", "deptry", "--no-ansi", "."],
        "vulture": [python, "-m", "vulture"],
        "tests/house": [python, "-m", "pytest", "-q", "tests/house"],
    }
    worst = 0
    with tempfile.TemporaryDirectory(prefix="medkarta-check-", ignore_cleanup_errors=True) as home:
        env = environment(QT_QPA_PLATFORM="offscreen", **private_home(home))
        for name in [name for name in tools if name in (arguments or tools)]:
            code, out = quietly(tools[name], env=env)
            say("check_failed" if code else "check_passed", name=name)
            if code:
                worst = 1
                print(out.rstrip(), flush=True)
    return worst


def bench(arguments: list[str]) -> int:
    """Run the benchmark programs one after another, or the one that is named first."""
    ensure_libraries(OFFSCREEN_LIBRARIES)
    python = ensure_environment(for_work=True)
    programs = {program.stem[6:]: program for program in sorted((ROOT / "tests" / "benchmarks").glob("bench_*.py"))}
    if arguments and not arguments[0].startswith("-"):
        name, arguments = arguments[0], arguments[1:]
        if name not in programs:
            raise Stop(text("no_such_bench", name=name, names=", ".join(programs)))
        programs = {name: programs[name]}
    with tempfile.TemporaryDirectory(prefix="medkarta-bench-", ignore_cleanup_errors=True) as home:
        env = environment(QT_QPA_PLATFORM="offscreen", **private_home(home))
        codes = [run([str(python), "-m", f"tests.benchmarks.{program.stem}", *arguments], env=env) for program in programs.values()]
    return max(codes, default=0)


def scenes(arguments: list[str]) -> int:
    """Paint every page in every state to PNG files."""
    ensure_libraries(OFFSCREEN_LIBRARIES)
    python = ensure_environment(for_work=False)
    where = [] if "--out" in arguments else ["--out", str(ROOT / "scenes")]
    return run([str(python), "-m", "desktop", "scenes", *where, *arguments], env=environment(QT_QPA_PLATFORM="offscreen"))


def sbom(arguments: list[str]) -> int:
    """Write what the program is made of."""
    ensure_libraries(OFFSCREEN_LIBRARIES)
    return run([str(ensure_environment(for_work=False)), str(ROOT / "packaging" / "sbom.py"), *arguments], env=environment())


VERBS = {"demo": demo, "test": test, "check": check, "bench": bench, "scenes": scenes, "sbom": sbom}


def main(arguments: list[str]) -> int:
    """Run one verb; return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    if not arguments or arguments[0] not in VERBS or arguments in (["bench", "-h"], ["bench", "--help"]):
        say("usage")
        return 0 if arguments and arguments[-1] in ("-h", "--help", "help") else 2
    try:
        return VERBS[arguments[0]](arguments[1:])
    except Stop as stop:
        print(stop, file=sys.stderr, flush=True)
        return stop.code
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
