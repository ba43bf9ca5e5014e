"""What a person is told of and where: in the bell, by the system's own notifications. Kept in the vault.

Owns: the choices and what was told already. Does not own: which notices there are (notices), words, the system's tray.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, get_args

from desktop import limits
from desktop.store.vault import Vault

Occasion = Literal["visit", "result", "prescription", "vaccine", "decision", "message", "change"]
Channel = Literal["bell", "computer"]
Choices = dict[Occasion, frozenset[Channel]]
OCCASIONS: Final[tuple[Occasion, ...]] = get_args(Occasion)
CHANNELS: Final[tuple[Channel, ...]] = get_args(Channel)
_QUIET: Final = ("change", "computer")
_CHOICES: Final = "notices.channels"
_WANTED: Final = "notices.wanted"
_TOLD: Final = "notices.told"


def choices(vault: Vault) -> Choices:
    """Return where each occasion is told. What the exchange did is no reason to disturb anybody unasked. *Thread*: store."""
    kept = vault.settings.get(_CHOICES, {})
    made: Choices = {}
    for occasion in OCCASIONS:
        usual = [channel for channel in CHANNELS if (occasion, channel) != _QUIET]
        made[occasion] = frozenset(channel for channel in CHANNELS if channel in kept.get(occasion, usual))
    return made


def choose(vault: Vault, occasion: Occasion, channel: Channel, on: bool) -> None:
    """Tell of an occasion there, or no more. *Thread*: store."""
    now = choices(vault)
    now[occasion] = now[occasion] | {channel} if on else now[occasion] - {channel}
    vault.settings.set(_CHOICES, {name: sorted(channels) for name, channels in now.items()})


def is_wanted(vault: Vault) -> bool:
    """Say whether the system's own notifications are wanted at all. *Thread*: store."""
    return bool(vault.settings.get(_WANTED, True))


def want(vault: Vault, on: bool) -> None:
    """Choose whether the system tells of anything. *Thread*: store."""
    vault.settings.set(_WANTED, on)


def on_computer(vault: Vault, occasion: Occasion) -> bool:
    """Say whether the system tells of an occasion. *Thread*: store."""
    return is_wanted(vault) and "computer" in choices(vault)[occasion]


def take(vault: Vault, ids: Iterable[str]) -> frozenset[str]:
    """Return those of `ids` that were never told, and note that they are told now. *Thread*: store."""
    known = dict.fromkeys(vault.settings.get(_TOLD, []))
    fresh = [id for id in dict.fromkeys(ids) if id not in known]
    if fresh:
        vault.settings.set(_TOLD, [*known, *fresh][-limits.NOTICES_READ :])
    return frozenset(fresh)
