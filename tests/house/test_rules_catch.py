"""Every house rule catches what it is for, and lets its honest neighbour pass."""

from __future__ import annotations

import pytest

from tests.house import rules

LONG = "x = 1\n" * 401
LONG_FUNCTION = "def f():\n" + "    x = 1\n" * 60
VIEW = "desktop/views/pages/home.py"
HOME = "/ho" + "me/anna/notes"
INDEX = "py" + "pi.org"
LATER = "x = 1  # TO" + "DO: later\n"

# rule, where, bad source, good source
SEEDS = [
    (rules.short_modules, "desktop/a.py", LONG, LONG[6:]),
    (rules.short_functions, "desktop/a.py", LONG_FUNCTION, LONG_FUNCTION[: -len("    x = 1\n")]),
    (rules.says_what_it_owns, "desktop/a.py", "x = 1\n", '"""Owns x."""\nx = 1\n'),
    (rules.plain_names, "desktop/a.py", "class SyncManager: ...\n", "class Engine: ...\n"),
    (rules.no_promises, "desktop/a.py", LATER, "x = 1  # one is enough\n"),
    (rules.libraries_in_their_rooms, VIEW, "import sqlcipher3\n", "import json\n"),
    (rules.libraries_in_their_rooms, "desktop/cli.py", "from desktop import store\n", "from desktop import demo\n"),
    (rules.libraries_in_their_rooms, VIEW, "import desktop.demo.portal\n", "from desktop.session import rows\n"),
    (rules.libraries_in_their_rooms, VIEW, "from httpx import AsyncClient\n", "import httpxtra\n"),
    (rules.libraries_in_their_rooms, VIEW, "from PySide6 import QtPdf\n", "from PySide6 import QtGui\n"),
    (rules.libraries_in_their_rooms, "desktop/session/a.py", "from PySide6.QtGui import QColor\n",
     "from PySide6.QtCore import QObject\n"),
    (rules.libraries_in_their_rooms, "desktop/store/a.py", "import PySide6.QtCore\n", "import sqlcipher3\n"),
    (rules.libraries_in_their_rooms, "desktop/worker/a.py", "from PySide6.QtWidgets import QLabel\n",
     "from PySide6.QtPdf import QPdfDocument\n"),
    (rules.chance_and_time_through_seams, "desktop/store/a.py", "import time\nx = time.time()\n", "x = clock.now()\n"),
    (rules.chance_and_time_through_seams, "desktop/store/a.py", "from time import monotonic as m\nx = m()\n",
     "from time import struct_time\n"),
    (rules.chance_and_time_through_seams, "desktop/sync/a.py", "from datetime import datetime\nx = datetime.now(UTC)\n",
     "from datetime import datetime\nx = datetime.fromisoformat(t)\n"),
    (rules.chance_and_time_through_seams, "desktop/sync/a.py", "import random\nx = random.random()\n",
     "import random\nx = random.Random(7).random()\n"),
    (rules.chance_and_time_through_seams, "desktop/sync/a.py", "import random\nx = random.Random()\n",
     "def f(rng):\n    return rng.random()\n"),
    (rules.chance_and_time_through_seams, "desktop/record/a.py", "from uuid import uuid4\nx = uuid4()\n",
     "from uuid import UUID\nx = UUID(t)\n"),
    (rules.text_has_an_encoding, "desktop/a.py", "x = path.read_text()\n", 'x = path.read_text("utf-8")\n'),
    (rules.text_has_an_encoding, "desktop/a.py", "x = (a / b).read_text()\n", 'x = (a / b).read_text("utf-8")\n'),
    (rules.text_has_an_encoding, "desktop/a.py", "path.write_text(t)\n", 'path.write_text(t, encoding="utf-8")\n'),
    (rules.text_has_an_encoding, "desktop/a.py", "x = open(name)\n", 'x = open(name, "rb")\n'),
    (rules.colours_from_the_theme, VIEW, 'x = "#ff0033"\n', 'x = "№ 4417"\n'),
    (rules.colours_from_the_theme, VIEW, 'x = "color: rgba(0, 0, 0, 9)"\n', "x = theme.ink\n"),
    (rules.colours_from_the_theme, VIEW, "x = QColor(1, 2, 3)\n", "x = QColor(theme.ink)\n"),
    (rules.items_stay_with_their_layouts, VIEW, "x = layout.itemAt(0)\n", "x = layout.indexOf(y)\n"),
    (rules.items_stay_with_their_layouts, VIEW, "layout.removeWidget(x)\n", "take_out(layout, x)\n"),
    (rules.tests_wait_for_nothing, "tests/a.py", "import time\ntime.sleep(1)\n", "from tests.waiting import turn\nturn()\n"),
    (rules.tests_wait_for_nothing, "tests/a.py", "import asyncio\nasyncio.sleep(0)\n", "await until(is_so)\n"),
    (rules.tests_use_real_parts, "tests/a.py", "from unittest import mock\n", "from unittest import TestCase\n"),
    (rules.tests_use_real_parts, "tests/a.py", "def test_a(mocker): ...\n", "def test_a(vault): ...\n"),
    (rules.tests_all_run, "tests/a.py", "import pytest\npytest.skip('no')\n", "words.skip('no')\n"),
    (rules.tests_all_run, "tests/a.py", "import pytest\n@pytest.mark.xfail\ndef test_a(): ...\n", "def test_a(): ...\n"),
    (rules.tests_can_fail, "tests/a.py", "assert True\n", "assert x\n"),
    (rules.tests_can_fail, "tests/a.py", "assert (x, 'text')\n", "assert x, 'text'\n"),
    (rules.no_foreign_addresses, "a.md", f"see {HOME}\n", "see https://example.org/home/notes\n"),
    (rules.no_foreign_addresses, "a.txt", f"--index https://{INDEX}/simple\n", "pytest==9.2.0\n"),
]


@pytest.mark.parametrize(("rule", "path", "bad", "good"), SEEDS)
def test_rule_tells_bad_from_good(rule: rules.Rule, path: str, bad: str, good: str) -> None:
    assert rule(path, bad) != []
    assert rule(path, good) == []


def test_every_rule_has_a_seed() -> None:
    seeded = {seed[0] for seed in SEEDS}
    assert {*rules.EVERYWHERE, *rules.IN_THE_PROGRAM, *rules.IN_TESTS, *rules.IN_ANY_FILE} == seeded
