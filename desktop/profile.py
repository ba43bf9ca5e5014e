"""Frozen policies of where and how the program runs. A kiosk is a profile, not a fork."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What this installation may do."""

    name: str
    keeps_replica: bool
    idle_limit_s: float
    may_save: bool
    may_print: bool
    may_mail: bool
    may_queue: bool
    cheap_kdf: bool = False


HOME = Profile(name="home", keeps_replica=True, idle_limit_s=600.0, may_save=True, may_print=True, may_mail=True, may_queue=True)
SHARED = Profile(name="shared", keeps_replica=False, idle_limit_s=180.0, may_save=True, may_print=True, may_mail=True, may_queue=True)
KIOSK = Profile(name="kiosk", keeps_replica=False, idle_limit_s=60.0, may_save=False, may_print=False, may_mail=False, may_queue=False)
DEMO = Profile(name="demo", keeps_replica=True, idle_limit_s=3600.0, may_save=True, may_print=True, may_mail=True, may_queue=True,
               cheap_kdf=True)
