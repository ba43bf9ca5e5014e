"""Write what the program is made of as CycloneDX 1.6: the locked wheels with their hashes, and the libraries that those carry inside.

Owns the reading of the lock and the asking of each library for its version. Looks up no known fault: that needs a network.
*Source*: CycloneDX 1.6, JSON; the package-url specification (type pypi).
"""

from __future__ import annotations

import importlib
import json
import re
import ssl
import sys
import tomllib
import uuid
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FILE = "medkarta.cdx.json"
WATCHED = ("pypdf", "lxml", "Qt", "PDFium", "SQLCipher", "OpenSSL")
"""What reads bytes of others or guards the record: its news of security are followed first."""
_PIN = re.compile(r"^([a-z0-9-]+)==(\S+)(?: ; (.+?))? \\$")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_LONGEST_NAME = 60

Json = dict[str, Any]


def locked(lock: str) -> list[Json]:
    """Return a component for each pin of a lock, with the hash of each of its wheels."""
    found: list[Json] = []
    for line in lock.splitlines():
        if pin := _PIN.match(line):
            name, version, marker = pin[1], pin[2], pin[3]
            made = component(name, version, purl=f"pkg:pypi/{name}@{version}", **licences(name, version))
            made["hashes"] = []
            if marker:
                made["properties"] = [*made.get("properties", []), {"name": "medkarta:marker", "value": marker}]
            found.append(made)
        elif (digest := _HASH.search(line)) and found:
            found[-1]["hashes"].append({"alg": "SHA-256", "content": digest[1]})
    return found


def component(name: str, version: str, *, purl: str = "", inside: str = "", **more: object) -> Json:
    """Return one library; `inside` names the wheel that carries it."""
    made: Json = {"type": "library", "bom-ref": purl or f"{inside}/{name}@{version}", "name": name, "version": version, **more}
    if purl:
        made["purl"] = purl
    if name in WATCHED:
        made["properties"] = [{"name": "medkarta:watched", "value": "yes"}]
    return made


def licences(name: str, version: str) -> Json:
    """Return the licence that a wheel names, where it is installed here in this very version and names one."""
    try:
        facts = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return {}
    if facts.get("Version") != version:
        return {}
    if said := facts.get("License-Expression"):
        return {"licenses": [{"expression": said}]}
    classes = [line.rpartition(" :: ")[2] for line in facts.get_all("Classifier", []) if line.startswith("License :: ")]
    written = (facts.get("License") or "").strip()
    names = [written] if written and len(written) <= _LONGEST_NAME and "\n" not in written else classes
    return {"licenses": [{"license": {"name": one}} for one in names]} if names else {}


def carried() -> dict[str, list[Json]]:
    """Return the libraries that wheels and the interpreter carry, by who carries them, as they name themselves at run time."""
    core = importlib.import_module("PySide6.QtCore")
    database = importlib.import_module("sqlcipher3.dbapi2")
    openssl = importlib.import_module("cryptography.hazmat.backends.openssl.backend")
    etree = importlib.import_module("lxml.etree")
    line = database.connect(":memory:")
    try:
        line.execute("PRAGMA key = 'nothing is kept here'")
        cipher, provider = (line.execute(f"PRAGMA {what}").fetchone()[0] for what in ("cipher_version", "cipher_provider_version"))
    finally:
        line.close()
    qt = core.qVersion()
    return {
        "pyside6-essentials": [component("Qt", qt, inside="pyside6-essentials")],
        # Qt says of its PDFium only that it is the one of this Qt.
        "pyside6-addons" if qt < "6.12" else "pyside6-pdf": [component("PDFium", f"qt-{qt}", inside="pyside6-pdf")],
        "sqlcipher3": [
            component("SQLCipher", cipher.split()[0], inside="sqlcipher3"),
            component("SQLite", database.sqlite_version, inside="sqlcipher3"),
            component("OpenSSL", provider.split()[1], inside="sqlcipher3"),
        ],
        "cryptography": [component("OpenSSL", openssl.backend.openssl_version_text().split()[1], inside="cryptography")],
        "lxml": [component("libxml2", ".".join(map(str, etree.LIBXML_VERSION)), inside="lxml")],
        "": [
            component("CPython", ".".join(map(str, sys.version_info[:3])), inside="python"),
            component("OpenSSL", ssl.OPENSSL_VERSION.split()[1], inside="python"),
        ],
    }


def bom() -> Json:
    """Return the whole list. The same lock on the same computer gives the same bytes."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wheels, inner = locked((ROOT / "requirements" / "run.txt").read_text("utf-8")), carried()
    for wheel in wheels:
        # A wheel locked in two versions carries what is here in the one that is here.
        if wheel["name"] in inner and metadata.version(wheel["name"]) == wheel["version"]:
            wheel["components"] = inner.pop(wheel["name"])
    parts = [*wheels, *(one for rest in inner.values() for one in rest)]
    itself = {"type": "application", "bom-ref": "medkarta", "name": project["name"], "version": project["version"],
              "licenses": [{"expression": project["license"]}]}  # fmt: skip
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps([itself, parts], sort_keys=True))
    return {
        "bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": f"urn:uuid:{serial}", "version": 1,
        "metadata": {"component": itself}, "components": parts,
        "dependencies": [{"ref": "medkarta", "dependsOn": [one["bom-ref"] for one in parts]}],
    }  # fmt: skip


def main(arguments: list[str]) -> int:
    """Write the list into the file that is named, or beside the built program."""
    target = Path(arguments[0]) if arguments else ROOT / "dist" / FILE
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(bom(), ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(target)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
