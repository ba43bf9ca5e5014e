"""Who may read and act for whom: accounts, bearer tokens, ended grants. The sign-in pages are oidc.py's."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.clock import Clock
from desktop.demo.answers import EVERYONE, Who

if TYPE_CHECKING:
    from desktop.demo.world import Account

FOR_TESTS_S = 10 * 365 * 24 * 3600


@dataclass(slots=True)
class Bearer:
    """One access token. `until` is the portal's wall time in *seconds*."""

    account: str
    until: float
    family: str = ""
    people: frozenset[str] | None = None
    writes: bool = True


class Access:
    """Accounts, their grants and their tokens."""

    def __init__(self, accounts: Sequence[Account], clock: Clock, *, open_access: bool) -> None:
        self._clock = clock
        self.open_access = open_access
        self.accounts = {account.login_phone: account for account in accounts}
        self._may = {account.login_phone: set(account.grants) for account in accounts}
        self._ended: dict[str, set[str]] = {}
        self._bearers: dict[str, Bearer] = {}

    def now(self) -> float:
        """Return the portal's wall time in *seconds*."""
        return self._clock.now().timestamp()

    def token_for(self, people: Sequence[str]) -> str:
        """Return a long-lived bearer that may act for these people; the same people make the same account."""
        account = "test:" + "+".join(sorted(people))
        self._may.setdefault(account, set(people) - self._ended.get(account, set()))
        return self.issue(account, FOR_TESTS_S)

    def issue(
        self,
        account: str,
        lifetime_s: float,
        *,
        family: str = "",
        people: frozenset[str] | None = None,
        writes: bool = True,
    ) -> str:
        """Return a fresh bearer of an account, for all its people or only the chosen ones."""
        token = secrets.token_urlsafe(32)
        self._bearers[token] = Bearer(account, self.now() + lifetime_s, family, people, writes)
        return token

    def drop(self, *, token: str = "", family: str = "") -> None:
        """End one bearer, or all that come from one sign-in."""
        self._bearers.pop(token, None)
        if family:
            self._bearers = {key: bearer for key, bearer in self._bearers.items() if bearer.family != family}

    def expire_all(self) -> None:
        """End every bearer, as if their time had come."""
        for bearer in self._bearers.values():
            bearer.until = self.now()

    def account_of(self, token: str) -> str | None:
        """Return the account of a bearer that still holds."""
        bearer = self._bearers.get(token)
        return bearer.account if bearer and bearer.until > self.now() else None

    def who(self, token: str | None) -> Who | None:
        """Return on whose behalf a request comes; None when it must sign in."""
        account = self.account_of(token) if token else None
        if token and account is not None:
            bearer = self._bearers[token]
            may = frozenset(self._may[account])
            chosen = may if bearer.people is None else may & bearer.people
            return Who(account, chosen, frozenset(self._ended.get(account, ())), bearer.writes)
        return EVERYONE if self.open_access else None

    def level_of(self, account: str) -> int:
        """Return how far the state knows the holder of an account; bearers of tests are known."""
        return self.accounts[account].level if account in self.accounts else 3

    def grants(self, account: str) -> list[str]:
        """Return the people an account may act for, the holder first."""
        holder = self.accounts[account].person if account in self.accounts else ""
        return sorted(self._may.get(account, ()), key=lambda person: (person != holder, person))

    def revoke(self, account: Account | str, person: str) -> None:
        """End an account's right to a person's record. `account`: an Account, its phone, or a bearer."""
        name = self._name(account)
        self._may[name].discard(person)
        self._ended.setdefault(name, set()).add(person)

    def grant(self, account: Account | str, person: str) -> None:
        """Give the right to a person's record, again or for the first time."""
        name = self._name(account)
        self._may[name].add(person)
        self._ended.get(name, set()).discard(person)

    def _name(self, account: Account | str) -> str:
        if not isinstance(account, str):
            return account.login_phone
        return self._bearers[account].account if account in self._bearers else account
