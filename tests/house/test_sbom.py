"""The list of what the program is made of holds every locked wheel, names what guards the record, and is CycloneDX 1.6."""

from __future__ import annotations

import importlib.util
import json
import re
import ssl
from pathlib import Path
from typing import Any

import pypdf
import pytest
from PySide6.QtCore import qVersion

from desktop.store.database import Database
from tests.house.files import ROOT, read

Json = dict[str, Any]


@pytest.fixture(scope="module")
def bom(tmp_path_factory: pytest.TempPathFactory) -> Json:
    spec = importlib.util.spec_from_file_location("sbom", ROOT / "packaging" / "sbom.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    target = tmp_path_factory.mktemp("sbom") / "list.json"
    assert made.main([str(target)]) == 0
    first = target.read_bytes()
    made.main([str(target)])
    assert target.read_bytes() == first, "the same lock gives the same bytes"
    found = json.loads(first)
    assert isinstance(found, dict)
    return found


def every(parts: list[Json]) -> list[Json]:
    return [one for part in parts for one in (part, *every(part.get("components", [])))]


def test_list_has_what_cyclonedx_asks_for(bom: Json) -> None:
    assert (bom["bomFormat"], bom["specVersion"], bom["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", bom["serialNumber"])
    parts = [bom["metadata"]["component"], *every(bom["components"])]
    refs = [one["bom-ref"] for one in parts]
    assert len(refs) == len(set(refs))
    assert {ref for one in bom["dependencies"] for ref in (one["ref"], *one["dependsOn"])} <= set(refs)
    for one in parts:
        assert one["type"] in ("application", "library")
        assert one["name"]
        assert re.search(r"\d", one["version"])
        assert all(digest["alg"] == "SHA-256" and re.fullmatch("[0-9a-f]{64}", digest["content"]) for digest in one.get("hashes", []))
        assert all(("expression" in said) != ("license" in said) for said in one.get("licenses", []))
        assert all(set(said) == {"name", "value"} for said in one.get("properties", []))


def test_list_holds_every_locked_wheel_with_all_its_hashes_and_a_licence_where_the_wheel_is_here(bom: Json) -> None:
    lock = read("requirements/run.txt")
    pins = set(re.findall(r"^([a-z0-9-]+)==([^ ]+)", lock, re.MULTILINE))
    wheels = [one for one in bom["components"] if "purl" in one]
    assert {(one["name"], one["version"]) for one in wheels} == pins
    assert all(one["purl"] == f"pkg:pypi/{one['name']}@{one['version']}" for one in wheels)
    assert sorted(digest["content"] for one in wheels for digest in one["hashes"]) == sorted(re.findall(r"sha256:([0-9a-f]{64})", lock))
    assert {one["licenses"][0].get("expression") for one in wheels if one["name"] in ("pypdf", "httpcore")} == {"BSD-3-Clause"}


def test_what_guards_the_record_or_reads_bytes_of_others_is_named_in_the_version_that_is_here(bom: Json, tmp_path: Path) -> None:
    watched = {(one["name"], one["version"]) for one in every(bom["components"]) if {"name": "medkarta:watched", "value": "yes"}
               in one.get("properties", [])}  # fmt: skip
    (cipher,) = Database(tmp_path / "v", b"\1" * 32, must_exist=False).all("PRAGMA cipher_version")
    expected = {("pypdf", pypdf.__version__), ("Qt", qVersion()), ("PDFium", f"qt-{qVersion()}"), ("SQLCipher", cipher[0].split()[0])}
    assert expected <= watched
    assert ("OpenSSL", ssl.OPENSSL_VERSION.split()[1]) in watched
    carriers = {one["name"] for one in bom["components"] if any(part["name"] == "OpenSSL" for part in one.get("components", []))}
    assert carriers == {"sqlcipher3", "cryptography"}
