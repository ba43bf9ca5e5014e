"""Bugs in answering a clinic that proposes a time, and in taking a decision back."""

from __future__ import annotations

from typing import Any

from desktop.record import merge
from desktop.record.fhir import acts as wire
from desktop.store import deciding
from desktop.store.clashes import Clashes
from desktop.store.deciding import Deciding
from tests.chaos.planting import bug

# --- the clinic asks


def _whatever_stands(choose: Any) -> Any:
    def chooses(intent: Any, *, booking: Any, **seen: Any) -> Any:
        if booking is not None and booking.status == "proposed" and intent.id not in booking.intents:
            return merge.Agree(booking.id, booking.version)
        return choose(intent, booking=booking, **seen)

    return chooses


bug(merge, "next_accept", _whatever_stands, called="a yes to one time is a yes to whatever stands now")
bug(wire, "is_asked", lambda old: lambda visit: False, called="the question is never seen: who takes another time leaves it open")
bug(wire, "_with_yes", lambda old: lambda visit: visit.get("participant", []), called="a yes that says nothing for the patient")
bug(wire, "_is_patient", lambda old: lambda one: True, called="a yes for everybody who takes part")


def _yes_is_a_move(agreed: Any) -> Any:
    def agrees(visit: Any, intent: Any) -> Any:
        return {key: value for key, value in agreed(visit, intent).items() if key != "comment"}

    return agrees


bug(wire, "agreed", _yes_is_a_move, called="a yes sends only the fields that we know")

# --- the person thinks again


def _leaves_the_act(take_back: Any) -> Any:
    def takes_back(self: Any, clash: str, made: str = "") -> bool:
        return bool(take_back(self, clash))

    return takes_back


bug(Deciding, "take_back", _leaves_the_act, called="a decision is taken back, and what it became leaves all the same")
bug(Clashes, "reopen", lambda old: lambda self, id: None, called="a decision taken back does not wait again")


def _goes_at_once(decide: Any) -> Any:
    def decides(self: Any, *asked: Any, hold_s: float = 0.0, **more: Any) -> Any:
        return decide(self, *asked, **more)

    return decides


bug(Deciding, "decide", _goes_at_once, called="what was decided about goes with the click")
bug(deciding, "OPEN_NAMES", lambda old: (), called="what was decided about goes before what it became has left")
bug(Deciding, "tidy", lambda old: lambda self: None, called="what was decided about is kept for ever")


# --- a relative's code


def _keeps_the_slot(choose: Any) -> Any:
    def chooses(intent: Any, *, refusal: str = "", **seen: Any) -> Any:
        step = choose(intent, refusal=refusal, **seen)
        # Nor is it handed back later, as one is whose act has ended.
        return merge.Clashed(refusal) if refusal in ("needs_code", "refused") and isinstance(step, merge.Release) else step

    return chooses


bug(merge, "next_book", _keeps_the_slot, called="a slot is kept for nobody while a relative's code is waited for")
