"""The rules about our own source, as functions from a file to its violations.

Owns what import-linter and ruff cannot say. A rule takes the path (as text, from the root) and the source and returns
lines for people. Every rule is fed bad source in test_rules_catch.py: a rule that catches nothing is no rule.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

Rule = Callable[[str, str], list[str]]

MODULE_LINES: Final = 400
FUNCTION_LINES: Final = 60

# Where a library may be imported. A place is a folder ("desktop/store/") or the beginning of a file's name.
ROOMS: Final[dict[str, tuple[str, ...]]] = {
    "sqlcipher3": ("desktop/store/",),
    "httpx": ("desktop/sync/", "desktop/demo/"),
    "pypdf": ("desktop/worker/",),
    "starlette": ("desktop/demo/",),
    "uvicorn": ("desktop/demo/",),
    "reportlab": ("desktop/demo/",),
    "qasync": ("desktop/app",),
    # Pages and the command line know the session; .importlinter says the same of packages, this also of cli_*.py.
    "desktop.store": ("desktop/store/", "desktop/sync/", "desktop/session/", "desktop/worker/", "desktop/app"),
    "desktop.sync": ("desktop/sync/", "desktop/session/", "desktop/app"),
    "desktop.worker": ("desktop/worker/", "desktop/session/", "desktop/app"),
    "desktop.demo": ("desktop/demo/", "desktop/app", "desktop/cli"),
    "PySide6": ("desktop/views/", "desktop/app", "desktop/session/", "desktop/worker/"),
    "PySide6.QtWidgets": ("desktop/views/", "desktop/app"),
    "PySide6.QtGui": ("desktop/views/", "desktop/app", "desktop/worker/"),
    "PySide6.QtPdf": ("desktop/worker/",),
    # QtCharts and QtVirtualKeyboard are GPL only; the web engine is a browser that we do not want to carry.
    "PySide6.QtCharts": (), "PySide6.QtVirtualKeyboard": (), "PySide6.QtWebEngineWidgets": (), "PySide6.QtNetwork": (),
}

# Calls that ask the world something that a test must be able to decide, and the seams that may.
SEAMS: Final[dict[str, tuple[str, ...]]] = {
    "time.time": ("desktop/clock.py",), "time.time_ns": ("desktop/clock.py",), "time.monotonic": ("desktop/clock.py",),
    "time.monotonic_ns": ("desktop/clock.py",), "time.perf_counter": ("desktop/clock.py",), "time.sleep": (),
    "datetime.datetime.now": ("desktop/clock.py",), "datetime.datetime.utcnow": (), "datetime.datetime.today": (),
    "datetime.date.today": (),
    "uuid.uuid1": (), "uuid.uuid4": ("desktop/session/", "desktop/demo/"),
    **{f"random.{name}": () for name in ("random", "randint", "randrange", "choice", "choices", "shuffle", "sample",
                                         "uniform", "seed", "getrandbits")},
}
# A generator without a seed is made only where the parts meet; everyone else is handed one.
UNSEEDED: Final = ("desktop/app", "desktop/cli", "desktop/session/")

# The one place that handles what stands in a layout: PySide loses count of items that Qt deletes.
LAYOUTS: Final = "desktop/views/parts/layouts.py"

# Paper is white in every theme, and so is the index of the scenes, which no one but us reads: both have inks of their own.
THEME: Final = ("desktop/views/theme", "desktop/views/typeset", "desktop/views/scenes.py")


@lru_cache(maxsize=2)
def parsed(source: str) -> ast.Module:
    """Return a file's tree: the rules are held against one file after another, so the last one is enough."""
    return ast.parse(source)


@lru_cache(maxsize=2)
def nodes(source: str) -> tuple[ast.AST, ...]:
    """Return everything that stands in a file: a dozen rules look through it."""
    return tuple(ast.walk(parsed(source)))


def is_in(path: str, places: tuple[str, ...]) -> bool:
    """Say whether a file lives in one of the places."""
    return path.startswith(places) if places else False


def imports(source: str) -> Iterator[tuple[int, str]]:
    """Yield (line, dotted name) of everything imported, with names taken from a package spelled out."""
    for node in nodes(source):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module
            for alias in node.names:
                yield node.lineno, f"{node.module}.{alias.name}"


def meanings(source: str) -> dict[str, str]:
    """Return what each imported local name stands for."""
    known: dict[str, str] = {}
    for node in nodes(source):
        if isinstance(node, ast.Import):
            known |= {(a.asname or a.name.partition(".")[0]): (a.name if a.asname else a.name.partition(".")[0])
                      for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            known |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
    return known


def dotted(node: ast.AST, known: dict[str, str]) -> str:
    """Return the full dotted name of a call's target, or an empty text."""
    if isinstance(node, ast.Name):
        return known.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        left = dotted(node.value, known)
        return f"{left}.{node.attr}" if left else ""
    return ""


@lru_cache(maxsize=2)
def calls(source: str) -> tuple[tuple[ast.Call, str], ...]:
    """Return every call with the full name of what is called."""
    known = meanings(source)
    return tuple((node, dotted(node.func, known)) for node in nodes(source) if isinstance(node, ast.Call))


# --- size and shape


def short_modules(path: str, source: str) -> list[str]:
    """A module has at most 400 lines."""
    count = source.count("\n")
    return [f"{path}: {count} lines"] if count > MODULE_LINES else []


def short_functions(path: str, source: str) -> list[str]:
    """A function has at most 60 lines."""
    return [
        f"{path}:{node.lineno}: {node.name} has {size} lines"
        for node in nodes(source)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (size := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES
    ]


def says_what_it_owns(path: str, source: str) -> list[str]:
    """A module that holds anything begins with a docstring."""
    tree = parsed(source)
    return [f"{path}: no module docstring"] if tree.body and not ast.get_docstring(tree) else []


def plain_names(path: str, source: str) -> list[str]:
    """No class is a Manager, a Helper or a Utils: such names hide what the thing is."""
    return [
        f"{path}:{node.lineno}: class {node.name}"
        for node in nodes(source)
        if isinstance(node, ast.ClassDef) and re.search(r"(Manager|Helpers?|Utils?)$", node.name)
    ]


def no_promises(path: str, source: str) -> list[str]:
    """No TODO, FIXME, XXX or HACK: what is missing is an issue, not a comment."""
    tag = re.compile("#.*\\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK")) + ")\\b")
    return [f"{path}:{n}: {line.strip()}" for n, line in enumerate(source.splitlines(), 1) if tag.search(line)]


# --- rooms and seams


def libraries_in_their_rooms(path: str, source: str) -> list[str]:
    """A library that touches the vault, the network, PDF or the screen is imported only in its room."""
    return [
        f"{path}:{line}: {name}"
        for line, name in imports(source)
        for library, places in ROOMS.items()
        if (name == library or name.startswith(f"{library}.")) and not is_in(path, places)
    ]


def chance_and_time_through_seams(path: str, source: str) -> list[str]:
    """Time, chance and new identities come through named seams, so that a test decides them."""
    found = []
    for node, name in calls(source):
        unseeded = name == "random.Random" and not node.args and not is_in(path, UNSEEDED)
        if unseeded or (name in SEAMS and not is_in(path, SEAMS[name])):
            found.append(f"{path}:{node.lineno}: {name}()")
    return found


def text_has_an_encoding(path: str, source: str) -> list[str]:
    """Text is read and written as UTF-8 by name: Windows would guess otherwise."""
    found = []
    for node, name in calls(source):
        named = any(keyword.arg == "encoding" for keyword in node.keywords)
        last = name.rpartition(".")[2] or (node.func.attr if isinstance(node.func, ast.Attribute) else "")
        bare_read = last == "read_text" and not node.args
        bare_write = last == "write_text" and len(node.args) < 2
        mode = node.args[1].value if len(node.args) > 1 and isinstance(node.args[1], ast.Constant) else "r"
        bare_open = name == "open" and "b" not in str(mode)
        if not named and (bare_read or bare_write or bare_open):
            found.append(f"{path}:{node.lineno}: {last or name}() without encoding")
    return found


def items_stay_with_their_layouts(path: str, source: str) -> list[str]:
    """No page asks a layout for its items or has Qt delete one: docs/decisions/0029."""
    if not path.startswith("desktop/views/") or path == LAYOUTS:
        return []
    return [
        f"{path}:{node.lineno}: {ast.unparse(node)}"
        for node in nodes(source)
        if isinstance(node, ast.Attribute) and node.attr in ("itemAt", "itemAtPosition", "takeAt", "removeWidget", "removeItem", "replaceWidget")
    ]


def colours_from_the_theme(path: str, source: str) -> list[str]:
    """A page takes colours from the theme: a literal would be wrong in three themes of four."""
    if not path.startswith("desktop/views/") or is_in(path, THEME):
        return []
    literal = re.compile(r"#[0-9A-Fa-f]{3}(?:[0-9A-Fa-f]{3}(?:[0-9A-Fa-f]{2})?)?\b|\brgba?\(")
    found = [
        f"{path}:{node.lineno}: {node.value!r}"
        for node in nodes(source)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and literal.search(node.value)
    ]
    for node, name in calls(source):
        if name.endswith("QColor") and node.args and all(isinstance(a, ast.Constant) for a in node.args):
            found.append(f"{path}:{node.lineno}: {ast.unparse(node)}")
    return found


# --- tests about tests


def tests_wait_for_nothing(path: str, source: str) -> list[str]:
    """A test never sleeps; tests/waiting.py lets others go first, desktop/views/resting.py waits for things to be so."""
    return [f"{path}:{node.lineno}: {name}" for node, name in calls(source) if name.rpartition(".")[2] in ("sleep", "qSleep", "qWait")]


def tests_use_real_parts(path: str, source: str) -> list[str]:
    """No mocks."""
    found = [f"{path}:{line}: {name}" for line, name in imports(source) if re.search(r"\bmock\b", name)]
    for node in nodes(source):
        if isinstance(node, ast.arg) and node.arg == "mocker":
            found.append(f"{path}:{node.lineno}: mocker")
    return found


def tests_all_run(path: str, source: str) -> list[str]:
    """No test is skipped or expected to fail."""
    banned = {"skip", "skipif", "xfail", "importorskip"}
    return [
        f"{path}:{node.lineno}: {ast.unparse(node)}"
        for node in nodes(source)
        if isinstance(node, ast.Attribute) and node.attr in banned
        and ast.unparse(node.value) in ("pytest", "pytest.mark", "mark", "unittest")
    ]


def tests_can_fail(path: str, source: str) -> list[str]:
    """No assertion about a constant or a non-empty tuple."""
    return [
        f"{path}:{node.lineno}: {ast.unparse(node)}"
        for node in nodes(source)
        if isinstance(node, ast.Assert)
        and (isinstance(node.test, ast.Constant) or (isinstance(node.test, ast.Tuple) and node.test.elts))
    ]


# --- what may stand in any file of the repository


_FOREIGN: Final = re.compile(
    "|".join([
        r"(?<![\w.:/~-])/(?:ro" r"ot|wo" r"rk|ho" r"me|Us" r"ers)/[\w.-]+",
        r"[A-Za-z]:\\+Us" r"ers\\",
        *(re.escape(host) for host in (
            "py" "pi.org", "python" "hosted.org", "registry.npm" "js.org", "registry.yarn" "pkg.com", "static.crates" ".io",
            "proxy.gol" "ang.org", "repo.maven" ".apache.org", "deb.deb" "ian.org",
        )),
    ])
)


def no_foreign_addresses(path: str, source: str) -> list[str]:
    """No path of someone's machine and no host of a package index stands in a file."""
    return [
        f"{path}:{source.count(chr(10), 0, found.start()) + 1}: {found.group()}" for found in _FOREIGN.finditer(source)
    ]


EVERYWHERE: Final[tuple[Rule, ...]] = (short_modules, short_functions, says_what_it_owns, plain_names, no_promises)
IN_THE_PROGRAM: Final[tuple[Rule, ...]] = (
    libraries_in_their_rooms, chance_and_time_through_seams, text_has_an_encoding, colours_from_the_theme,
    items_stay_with_their_layouts,
)
IN_TESTS: Final[tuple[Rule, ...]] = (
    tests_wait_for_nothing, tests_use_real_parts, tests_all_run, tests_can_fail, text_has_an_encoding,
)
IN_ANY_FILE: Final[tuple[Rule, ...]] = (no_foreign_addresses,)
