"""The key that this computer may keep: the vault opens by it, nobody else's secret does, and no copy carries it away."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null

from desktop.clock import ManualClock
from desktop.errors import DiskFull, UsageError, WrongPassphrase
from desktop.store import vault as vaults
from desktop.store.keychain import SERVICE, Keychain
from tests.store.kit import PASSPHRASE, Home
from tests.store.wallet import Wallet


@pytest.fixture
def wallet() -> Wallet:
    return Wallet()


def _opened(folder: Path, place: KeyringBackend | None) -> None:
    vaults.unlock_by_computer(folder, keychain=Keychain(place), clock=ManualClock()).close()


def test_kept_key_opens_the_vault_until_it_is_forgotten(home: Home, folder: Path, wallet: Wallet) -> None:
    home.vault.keep_key(PASSPHRASE, Keychain(wallet))
    assert home.vault.is_key_kept
    home.vault.close()
    _opened(folder, wallet)

    again = vaults.unlock(folder, passphrase=PASSPHRASE, clock=home.clock)
    kept = dict(wallet.kept)
    again.forget_key(Keychain(wallet))
    assert not again.is_key_kept
    again.close()
    assert wallet.kept == {}
    wallet.kept = kept
    with pytest.raises(UsageError, match="keychain.refused"):
        _opened(folder, wallet)


def test_key_is_kept_only_after_the_passphrase(home: Home, wallet: Wallet) -> None:
    with pytest.raises(WrongPassphrase):
        home.vault.keep_key("совсем другая фраза", Keychain(wallet))
    assert not home.vault.is_key_kept
    assert wallet.kept == {}


@pytest.mark.parametrize("what", ["nothing", "another", "closed", "none"])
def test_secret_that_does_not_fit_is_said_and_counts_as_no_try(what: str, home: Home, folder: Path, wallet: Wallet) -> None:
    home.vault.keep_key(PASSPHRASE, Keychain(wallet))
    store = home.vault.store_id
    home.vault.close()
    if what == "another":
        wallet.kept[SERVICE, store] = "0" * 64
    elif what == "nothing":
        wallet.kept.clear()
    wallet.is_closed = what == "closed"
    for _ in range(12):
        with pytest.raises(UsageError, match="keychain.refused"):
            _opened(folder, None if what == "none" else wallet)
    vaults.unlock(folder, passphrase=PASSPHRASE, clock=home.clock).close()


def test_kept_key_does_not_stand_for_the_passphrase_when_that_is_asked_again(home: Home, folder: Path, wallet: Wallet) -> None:
    home.vault.keep_key(PASSPHRASE, Keychain(wallet))
    home.vault.close()
    opened = vaults.unlock_by_computer(folder, keychain=Keychain(wallet), clock=home.clock)
    with pytest.raises(WrongPassphrase):
        opened.prove("совсем другая фраза")
    opened.prove(PASSPHRASE)
    opened.close()


def test_backup_holds_no_key_of_this_computer(home: Home, tmp_path: Path, wallet: Wallet) -> None:
    home.vault.keep_key(PASSPHRASE, Keychain(wallet))
    home.vault.backup(tmp_path / "copy")
    elsewhere = tmp_path / "elsewhere"
    vaults.restore(tmp_path / "copy", elsewhere, passphrase=PASSPHRASE, clock=home.clock)
    with pytest.raises(UsageError, match="keychain.refused"):
        _opened(elsewhere, wallet)


def test_system_that_keeps_nothing_is_said(home: Home, wallet: Wallet) -> None:
    with pytest.raises(UsageError, match="keychain.none"):
        home.vault.keep_key(PASSPHRASE, Keychain(None))
    wallet.is_closed = True
    with pytest.raises(UsageError, match="keychain.refused"):
        home.vault.keep_key(PASSPHRASE, Keychain(wallet))
    assert not home.vault.is_key_kept


def test_key_that_could_not_be_written_down_leaves_no_secret_behind(monkeypatch: pytest.MonkeyPatch, home: Home, wallet: Wallet) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(DiskFull):
        home.vault.keep_key(PASSPHRASE, Keychain(wallet))
    assert not home.vault.is_key_kept
    assert wallet.kept == {}


def test_place_that_is_not_the_systems_own_is_not_trusted(monkeypatch: pytest.MonkeyPatch, home: Home, wallet: Wallet) -> None:
    monkeypatch.setattr("keyring.backend.get_all_keyring", lambda: [fail.Keyring(), null.Keyring(), wallet])
    with pytest.raises(UsageError, match="keychain.none"):
        home.vault.keep_key(PASSPHRASE, Keychain.of_system())


def test_changed_passphrase_leaves_the_kept_key_good(home: Home, folder: Path, wallet: Wallet) -> None:
    home.vault.keep_key(PASSPHRASE, Keychain(wallet))
    home.vault.change_passphrase(PASSPHRASE, "новая фраза из слов")
    home.vault.close()
    _opened(folder, wallet)
