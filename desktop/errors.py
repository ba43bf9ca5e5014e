"""The error tree. Errors carry codes and facts, never texts for people: desktop/views/wording.py and words.py own the words.

KnownError (the world did it)          BugError (we did it)
├── UsageError            exit 2
├── PortalError           exit 3      portal not reached or not usable; nothing lost
├── SignInNeeded          exit 4
├── WrongPassphrase       exit 6
├── VaultDamaged          exit 7      damaged or newer than the program: left untouched
├── DiskFull              exit 8
└── NotAllowed            exit 9      this profile forbids it
"""

from __future__ import annotations


class MedkartaError(Exception):
    """Root of everything raised on purpose."""

    exit_code = 70

    def __init__(self, code: str, **facts: object) -> None:
        """Keep a stable dotted `code` (a key of the wording catalogue) and the facts that its text may name.

        Facts must not hold names, policy numbers, tokens or record text: an error may be logged.
        """
        super().__init__(code)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        return self.code


class KnownError(MedkartaError):
    """The world did it: a person can read what happened, what is safe and what to do."""

    exit_code = 2


class BugError(MedkartaError):
    """We did it: shown with a reference number, never with the record's text."""

    exit_code = 70


class UsageError(KnownError):
    """The request itself is wrong (unknown person, bad date, missing vault …)."""

    exit_code = 2


class PortalError(KnownError):
    """The portal was not reached, or answered with something that is not an answer. Nothing is lost."""

    exit_code = 3


def unreached(reason: str) -> PortalError:
    """Return the error that tells why the portal gave no answer; a certificate that is not in order has words of its own."""
    return PortalError("portal.not_trusted" if reason == "tls" else "portal.unreached", reason=reason)


class SignInNeeded(KnownError):
    """The portal wants the person to sign in again; reading goes on."""

    exit_code = 4


class WrongPassphrase(KnownError):
    """The passphrase (or recovery code) does not open the key file. `wait_s` says how long the next try is delayed."""

    exit_code = 6


class VaultDamaged(KnownError):
    """The vault does not open for a reason other than the passphrase; every file is left as it was."""

    exit_code = 7


class VaultBusy(KnownError):
    """Another process has this vault open."""

    exit_code = 2


class DiskFull(KnownError):
    """The disk has no room; the transaction was rolled back."""

    exit_code = 8


class NotAllowed(KnownError):
    """This profile (kiosk, shared computer) does not permit the act."""

    exit_code = 9
