"""People, portals, drawers, documents, journal, acts and clashes: each table does what its module says."""

from __future__ import annotations

import base64
import hashlib

import pytest

from desktop import limits
from desktop.errors import BugError, UsageError
from tests.store.kit import ANNA, OLEG, Home


def test_people_keep_their_order_and_come_back_under_their_number(home: Home) -> None:
    people = home.vault.people
    assert [one.patient_id for one in people.of(home.portal)] == [ANNA, OLEG]
    people.reorder([home.oleg, home.anna])
    assert [one.id for one in people.of()] == [home.oleg, home.anna]
    people.seal(home.anna)
    assert people.get(home.anna).is_sealed
    assert people.add(home.portal, ANNA) == home.anna
    assert not people.get(home.anna).is_sealed
    with pytest.raises(UsageError):
        people.get(99)


def test_a_purged_persons_number_is_never_given_again(home: Home) -> None:
    home.vault.people.purge(home.oleg)
    assert home.vault.people.add(home.portal, "someone-else") > home.oleg


def test_portals_settings_and_secrets_are_kept(home: Home) -> None:
    portals = home.vault.portals
    assert portals.put("https://portal.example/fhir", auth="oauth", issuer="https://id.example") == home.portal
    portals.set_capabilities(home.portal, {"batch": True})
    assert portals.next_epoch(home.portal) == 2
    portal = portals.get(home.portal)
    assert portal is not None
    assert (portal.auth, portal.issuer, portal.capabilities, portal.epoch) == ("oauth", "https://id.example", {"batch": True}, 2)
    assert portals.get(99) is None
    home.vault.settings.set("theme", {"dark": True})
    home.vault.secrets.set("token", b"\0\xff")
    assert (home.vault.settings.get("theme"), home.vault.secrets.get("token")) == ({"dark": True}, b"\0\xff")
    home.vault.settings.set("theme", None)
    home.vault.secrets.set("token", None)
    assert (home.vault.settings.get("theme", "light"), home.vault.secrets.get("token")) == ("light", None)


def _plan(home: Home, data: bytes, *, hash: str = "", size: int | None = None, name: str = "d") -> None:
    home.vault.blobs.plan(name, f"Binary/{name}", len(data) if size is None else size, hash, "application/pdf", portal=home.portal,
                          person=home.anna)


def test_a_document_comes_in_pieces_and_is_verified(home: Home) -> None:
    data, blobs = bytes(range(256)) * 4000, home.vault.blobs
    _plan(home, data, hash=base64.b64encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode())
    assert blobs.read("d") is None
    wanted = blobs.next_wanted()
    assert wanted is not None
    assert (wanted.id, wanted.state, wanted.got_bytes) == ("d", "queued", 0)
    for at in range(0, len(data), 300_000):
        assert blobs.append("d", at, data[at:at + 300_000], etag='"1"') == min(at + 300_000, len(data))
    assert blobs.finish("d")
    assert blobs.read("d") == data
    assert blobs.next_wanted() is None
    assert blobs.counts() == {"here": 1}
    assert home.vault.check().is_sound


@pytest.mark.parametrize(("size", "hash", "reason"), [(5, "", "size"), (None, "AAAA", "hash")])
def test_a_document_that_is_not_what_was_promised_is_dropped(home: Home, size: int | None, hash: str, reason: str) -> None:
    _plan(home, b"abc", hash=hash, size=size)
    home.vault.blobs.append("d", 0, b"abc")
    assert not home.vault.blobs.finish("d")
    state = home.vault.blobs.state("d")
    assert state is not None
    assert (state.state, state.reason, state.got_bytes) == ("failed", reason, 0)
    assert home.vault.blobs.read("d") is None


def test_resuming_never_mixes_two_versions(home: Home) -> None:
    _plan(home, b"newnew")
    blobs = home.vault.blobs
    blobs.append("d", 0, b"old", etag='"1"')
    assert blobs.append("d", 3, b"new", etag='"2"') == 0
    blobs.append("d", 0, b"new", etag='"2"')
    assert blobs.append("d", 5, b"gap") == 0
    blobs.append("d", 0, b"newnew", etag='"2"')
    assert blobs.finish("d")
    assert blobs.read("d") == b"newnew"


def test_a_document_beyond_the_bound_is_refused(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ATTACHMENT_BYTES", 10)
    _plan(home, b"x" * 11)
    assert home.vault.blobs.append("d", 0, b"x" * 11) == 0
    state = home.vault.blobs.state("d")
    assert state is not None
    assert state.state == "failed"


def test_the_queue_keeps_its_order_and_lets_one_go_first(home: Home) -> None:
    blobs = home.vault.blobs
    for name in ("one", "two", "three"):
        _plan(home, b"abc", name=name)
    blobs.plan("three", "Binary/three", 3, "", portal=home.portal, person=home.anna, is_first=True)
    order = []
    while wanted := blobs.next_wanted():
        order.append(wanted.id)
        blobs.fail(wanted.id, "gone")
    assert order == ["three", "one", "two"]
    _plan(home, b"abc", name="one")
    blobs.fail("one", "network", is_final=False)
    assert blobs.next_wanted() is not None
    blobs.drop("one", person=home.oleg)
    assert blobs.state("one") is not None
    blobs.drop("one", person=home.anna)
    assert blobs.state("one") is None


def test_a_changed_document_is_fetched_again_and_an_unchanged_one_stays(home: Home) -> None:
    _plan(home, b"abc", hash="")
    home.vault.blobs.append("d", 0, b"abc")
    home.vault.blobs.finish("d")
    _plan(home, b"abc")
    assert home.vault.blobs.read("d") == b"abc"
    _plan(home, b"abcd")
    assert home.vault.blobs.read("d") is None
    assert home.vault.blobs.next_wanted() is not None


def test_the_journal_pages_from_the_newest(home: Home) -> None:
    for number in range(120):
        home.vault.journal.write("document.saved", home.anna, {"n": number})
    first = home.vault.journal.page(limit=50)
    second = home.vault.journal.page(after=first[-1].id, limit=50)
    assert [row.facts["n"] for row in first + second] == list(range(119, 19, -1))
    assert [row.facts["n"] for row in home.vault.journal.export()] == list(range(120))
    assert home.vault.journal.page(person=home.oleg) == []


def _act(home: Home, name: str, person: int | None = None) -> int:
    return home.vault.outbox.append(id=name, kind="book", portal=home.portal, person=person or home.anna, subject="Slot/1",
                                    body={"slot": name}, precondition={"version": "1"})


def test_acts_keep_their_order_and_their_numbers(home: Home) -> None:
    with home.vault.acts():
        assert [_act(home, name) for name in ("a", "b", "c")] == [1, 2, 3]
    outbox = home.vault.outbox
    with home.vault.acts():
        assert outbox.set_state("b", "SENDING", revision=1, facts={"try": 1})
        assert not outbox.set_state("c", "SENDING", revision=7)
        assert outbox.rewrite("c", body={"slot": "z"}, precondition={})
        assert outbox.remove("a")
        assert not outbox.remove("a")
    assert [act.id for act in outbox.open()] == ["b", "c"]
    assert [(act.id, act.facts) for act in outbox.by_state("SENDING")] == [("b", {"try": 1})]
    rewritten = outbox.get("c")
    assert rewritten is not None
    assert (rewritten.revision, rewritten.body) == (2, {"slot": "z"})
    with home.vault.acts():
        assert _act(home, "d") == 4
    assert outbox.is_whole()


def test_an_act_outside_its_transaction_is_our_mistake(home: Home) -> None:
    with pytest.raises(BugError):
        _act(home, "a")


def test_an_act_is_out_of_the_log_when_it_is_acknowledged(home: Home) -> None:
    with home.vault.acts():
        _act(home, "a")
    folder = home.vault.folder
    assert folder is not None
    assert (folder / "vault.db-wal").stat().st_size == 0


def test_an_act_that_fails_half_way_leaves_nothing(home: Home) -> None:
    with pytest.raises(KeyError), home.vault.acts():
        _act(home, "a")
        raise KeyError("later")
    assert home.vault.outbox.open() == []
    with home.vault.acts():
        assert _act(home, "b") == 1


def test_a_clash_waits_until_it_is_settled_once(home: Home) -> None:
    clashes = home.vault.clashes
    with home.vault.acts():
        for theirs in ({"status": "busy"}, {"status": "gone"}):
            clashes.add(id="k", intent="a", portal=home.portal, person=home.anna, subject="Slot/1", basis={}, mine={"slot": "1"},
                        theirs=theirs, choices=("other", "drop"))
    waiting = clashes.list(person=home.anna)
    assert [(one.id, one.theirs, one.choices) for one in waiting] == [("k", {"status": "gone"}, ("other", "drop"))]
    with home.vault.acts():
        assert clashes.settle("k", "drop")
        assert not clashes.settle("k", "other")
    assert clashes.list() == ()
    settled = clashes.get("k")
    assert settled is not None
    assert settled.choice == "drop"
    assert clashes.list(is_open=False) == (settled,)
