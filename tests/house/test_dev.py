"""The one door says what is missing in a line, in the person's language, on any Python."""

from __future__ import annotations

import ast
import importlib.util
import os
import subprocess
import sys
from types import ModuleType

import pytest

from tests.house.files import ROOT, read


@pytest.fixture
def dev() -> ModuleType:
    spec = importlib.util.spec_from_file_location("dev", ROOT / "dev.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _run(*arguments: str, lang: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "LANG": lang, "PYTHONUTF8": "1", "SYSTEMROOT": os.environ.get("SYSTEMROOT", "")}
    return subprocess.run([sys.executable, str(ROOT / "dev.py"), *arguments], env=env, stdin=subprocess.DEVNULL,
                          capture_output=True, encoding="utf-8", check=False)


@pytest.mark.parametrize(("lang", "word"), [("ru_RU.UTF-8", "Использование"), ("C.UTF-8", "Использование"),
                                           ("en_GB.UTF-8", "Usage")])
def test_without_a_verb_it_explains_itself(lang: str, word: str) -> None:
    done = _run(lang=lang)
    assert done.returncode == 2
    assert done.stdout.startswith(word)
    assert _run("--help", lang=lang).returncode == 0
    assert _run("bench", "--help", lang=lang).stdout == done.stdout


def test_it_can_be_read_by_a_python_that_is_too_old_to_run_the_program(dev: ModuleType) -> None:
    tree = ast.parse(read("dev.py"), feature_version=(3, 7))
    imported = {name.partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import)
                for name in (alias.name for alias in node.names)}
    assert imported - sys.stdlib_module_names == set()
    dev.OLDEST, dev.NEWEST = (3, 98), (3, 99)
    with pytest.raises(dev.Stop, match=r"3\.\d+\.\d+"):
        dev.find_python()


def test_it_names_the_libraries_that_it_may_not_install(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev.sys, "platform", "linux")
    monkeypatch.setattr(dev, "may_install", lambda: False)
    with pytest.raises(dev.Stop) as stopped:
        dev.ensure_libraries({"libnothing-of-that-name.so.7": "libnothing7"})
    assert str(stopped.value).endswith("sudo apt-get install libnothing7")
    assert "\n" not in str(stopped.value)


def test_every_line_is_there_in_both_languages(dev: ModuleType) -> None:
    for russian, english in dev.TEXTS.values():
        assert russian != english
        assert "!" not in russian + english
    assert set(dev.VERBS) == {"demo", "test", "check", "bench", "scenes", "sbom"}


def test_a_changed_lock_is_noticed_whatever_the_line_ends(dev: ModuleType, tmp_path: object) -> None:
    lock = dev.Path(str(tmp_path)) / "run.txt"
    lock.write_bytes(b"a==1\nb==2\n")
    unix = dev.digest(lock)
    lock.write_bytes(b"a==1\r\nb==2\r\n")
    assert dev.digest(lock) == unix
    lock.write_bytes(b"a==1\nb==3\n")
    assert dev.digest(lock) != unix


def test_python_without_venv_is_told_which_package_to_get(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setattr(dev, "may_install", lambda: False)
    monkeypatch.setattr(dev, "VENV", dev.Path(str(tmp_path)) / ".venv")
    # Plays a Debian Python: answers its version, fails at `-m venv`.
    python = [sys.executable, "-c", "import sys; sys.exit(1) if 'venv' in sys.argv else print(3, 11)"]
    with pytest.raises(dev.Stop, match=r"sudo apt-get install python3\.11-venv$"):
        dev.make_venv(python)
    assert not dev.VENV.exists()


@pytest.mark.parametrize(
    ("said", "told"),
    [("WARNING: … NewConnectionError(… Errno -3 …)\nERROR: No matching distribution", r"^Нет связи: [^\n]+$"),
     ("ERROR: these packages do not match the hashes", r"^Пакеты не установились[^\n]*\nERROR: these packages")],
)  # fmt: skip
def test_installer_without_a_network_is_told_in_a_line_and_its_other_troubles_in_its_own_words(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, said: str, told: str
) -> None:
    monkeypatch.setenv("LC_ALL", "ru_RU.UTF-8")
    monkeypatch.setattr(dev, "stamped", dict)
    monkeypatch.setattr(dev, "make_venv", lambda python: None)
    monkeypatch.setattr(dev, "quietly", lambda command: (1, said))
    with pytest.raises(dev.Stop, match=told):
        dev.ensure_environment(for_work=False)
