"""What a class of the window asks of itself is there and takes what it is given, and it writes over nothing of Qt's: mypy does not look
into the views."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import types
from collections.abc import Callable, Iterator
from functools import cache

from PySide6.QtCore import QObject

from desktop import views


@cache
def _classes(module: str) -> dict[str, ast.ClassDef]:
    tree = ast.parse(inspect.getsource(importlib.import_module(module)))
    return {node.name: node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}


def _source(kind: type) -> ast.ClassDef:
    return _classes(kind.__module__)[kind.__name__]


def _own(node: ast.AST) -> str:
    """Return the name in `self.name`, or nothing."""
    return node.attr if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self" else ""


@cache
def _written(kind: type) -> set[str]:
    """Return what a class writes into itself or announces, as it stands in its own source."""
    if not kind.__module__.startswith(("desktop.", __name__)):
        return set()
    stored = {_own(node) for node in ast.walk(_source(kind)) if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)}
    return stored | set(inspect.get_annotations(kind))


def _takes(method: Callable[..., object], call: ast.Call) -> bool:
    if any(isinstance(one, ast.Starred) for one in call.args) or any(one.arg is None for one in call.keywords):
        return True
    try:
        inspect.signature(method).bind(None, *call.args, **{str(one.arg): one for one in call.keywords})
    except TypeError:
        return False
    return True


def _has(kind: type, name: str) -> bool:
    return hasattr(kind, name) or any(name in _written(one) for one in kind.__mro__)


def _hidden(kind: type) -> Iterator[str]:
    """Name what a class writes over: what Qt calls by that name would be something else."""
    of_qt = [one for one in kind.__mro__ if one.__module__.startswith("PySide6.")]
    for name in sorted(_written(kind)):
        if any(name in vars(one) for one in of_qt):
            yield f"{kind.__qualname__}.{name} hides what Qt has there"


def faults(kinds: list[type]) -> Iterator[str]:
    """Name what the classes ask of themselves in vain. What a mixin asks for may be its heirs'."""
    for kind in kinds:
        yield from _hidden(kind)
        for node in ast.walk(_source(kind)):
            name = _own(node)
            if name and not _has(kind, name):
                heirs = [other for other in kinds if other is not kind and kind in other.__mro__]
                if not heirs or not all(_has(one, name) for one in heirs):
                    yield f"{kind.__qualname__} has no {name}, line {node.lineno}"  # type: ignore[attr-defined]
            if isinstance(node, ast.Call) and (name := _own(node.func)):
                method = inspect.getattr_static(kind, name, None)
                if isinstance(method, types.FunctionType) and not _takes(method, node):
                    yield f"{kind.__qualname__}.{name} takes other arguments, line {node.lineno}"


def test_no_class_of_the_window_asks_itself_for_what_it_has_not_or_hides_what_qt_has() -> None:
    modules = [importlib.import_module(one.name) for one in pkgutil.walk_packages(views.__path__, "desktop.views.")]
    kinds = {one for module in modules for one in vars(module).values() if isinstance(one, type) and one.__module__ == module.__name__}
    assert len(kinds) > 200
    assert list(faults(sorted(kinds, key=lambda kind: kind.__qualname__))) == []


class _Page(QObject):
    def first(self, doctor: str) -> None:
        self.kept = doctor

    def second(self) -> Callable[[], None]:
        return lambda: self.first("", "")  # type: ignore[call-arg]

    def third(self) -> str:
        self.parent = self.kept  # type: ignore[assignment, method-assign]
        return self.kept + self.gone  # type: ignore[attr-defined]


def test_rule_catches_a_method_that_went_away_an_argument_too_many_and_a_name_of_qts() -> None:
    assert [one.partition(",")[0] for one in faults([_Page])] == [
        "_Page.parent hides what Qt has there", "_Page.first takes other arguments", "_Page has no gone",
    ]  # fmt: skip
