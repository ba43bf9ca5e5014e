"""Whatever call to the database fails, the state after it is the state before it or the whole next one (security.md R-07)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlcipher3.dbapi2 as sqlcipher

from desktop.errors import MedkartaError
from tests.store.kit import Home, new_home, observation


class Failing:
    """Stands before the driver's connection and fails the n-th call."""

    def __init__(self, inner: Any, fail_at: int) -> None:
        self._inner = inner
        self.calls_left = fail_at

    def _count(self, sql: str) -> None:
        if sql != "ROLLBACK":
            self.calls_left -= 1
            if self.calls_left == 0:
                raise sqlcipher.OperationalError("disk I/O error")

    def execute(self, sql: str, *values: Any) -> Any:
        self._count(sql)
        return self._inner.execute(sql, *values)

    def executemany(self, sql: str, rows: Any) -> Any:
        self._count(sql)
        return self._inner.executemany(sql, rows)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def _work(home: Home) -> None:
    broken = b'{"resourceType":"Observation","id":"b","meta":{"versionId":"2"},"a":1,"a":2}'
    home.take(observation("a", version="2", value=2.0), broken, observation("c", text="Железо"), position="two")


def _state(home: Home) -> tuple[Any, ...]:
    vault = home.vault
    return (sorted((row.id, row.version) for row in vault.replica.rows("Observation", person=home.anna)),
            [(row.id, row.reason) for row in vault.replica.quarantine()], vault.cursors.get(home.portal, home.anna, 7).position,
            sorted(hit.id for hit in vault.search.find("гемоглобин", person=home.anna)),
            sorted(hit.id for hit in vault.search.find("железо", person=home.anna)), vault.check().problems)


def test_whichever_call_of_an_ingest_fails_nothing_is_half_done(tmp_path: Path) -> None:
    home = new_home(tmp_path / "vault")
    home.take(observation("a"), observation("b"), position="one")
    real, before, failures = home.vault.database.connection, _state(home), 0
    for fail_at in range(1, 200):
        failing = Failing(real, fail_at)
        home.vault.database.connection = failing
        try:
            _work(home)
        except MedkartaError:
            failures += 1
            home.vault.database.connection = real
            assert _state(home) == before
            continue
        finally:
            home.vault.database.connection = real
        if failing.calls_left > 0:
            break
    after = _state(home)
    assert failures > 10
    assert after == ([("a", "2"), ("c", "1")], [("b", "duplicate")], "two", ["a"], ["c"], ())
    home.vault.close()


@pytest.mark.parametrize("fail_at", range(1, 8))
def test_whichever_call_of_an_act_fails_its_number_has_no_gap(tmp_path: Path, fail_at: int) -> None:
    home = new_home(tmp_path / "vault")
    real = home.vault.database.connection

    def act(name: str) -> None:
        with home.vault.acts():
            home.vault.outbox.append(id=name, kind="book", portal=home.portal, person=home.anna, subject="s", body={}, precondition={})

    act("one")
    home.vault.database.connection = Failing(real, fail_at)
    try:
        act("two")
    except MedkartaError:
        pass
    finally:
        home.vault.database.connection = real
    act("three")
    assert [one.seq for one in home.vault.outbox.open()] in ([1, 2], [1, 2, 3])
    assert home.vault.check().is_sound
    home.vault.close()
