"""The portal in the box: a FHIR R4 server with sign-in, faults and a clinic's side.

It shares no code with the client.
"""

from __future__ import annotations

from desktop.demo.portal import DemoPortal

__all__ = ["DemoPortal"]
