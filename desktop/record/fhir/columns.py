"""What the replica's narrow columns need from a resource, read on the hot path of every sync.

Owns: per type, where the owner, the moment, the code, the status and the human text are. Does not own: typed views (lens_*.py).
A lean msgspec Struct is tried first; a resource whose shape differs from it is read generously as plain JSON, never refused for it.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final

import msgspec

from desktop.record.door import Unreadable
from desktop.record.fhir.specs import OTHER, SPECS, Spec

MODIFIED: Final = 1
"""Flag: the resource has a modifierExtension, so it must not be shown as if it were ordinary (security.md R-46)."""
MISTAKEN: Final = 2
"""Flag: the clinic says entered-in-error."""

MINUTES_A_DAY: Final = 1440
_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()


class Coding(msgspec.Struct, gc=False):
    code: str | None = None


class Concept(msgspec.Struct, gc=False):
    coding: list[Coding] | None = None
    text: str | None = None


class Reference(msgspec.Struct, gc=False):
    reference: str | None = None


class Period(msgspec.Struct, gc=False):
    start: str | None = None


class _Actor(msgspec.Struct, gc=False):
    actor: Reference | None = None


class Meta(msgspec.Struct, gc=False):
    versionId: str | None = None
    lastUpdated: str | None = None


class Head(msgspec.Struct, gc=False, frozen=True):
    """The columns of one resource. `owners` are patient ids it names as its subject; `moment` is minutes of the written local clock."""

    type: str
    id: str
    version: str
    updated: str
    owners: tuple[str, ...]
    moment: int | None
    code: str | None
    status: str | None
    flags: int


_LISTS: Final = {("Appointment", "serviceType"), ("RelatedPerson", "relationship"), ("Communication", "category"),
                 ("EpisodeOfCare", "type"), ("CarePlan", "category"), ("Encounter", "type"), ("ImagingStudy", "procedureCode"),
                 ("Organization", "type"), ("PractitionerRole", "specialty"), ("Location", "type"), ("HealthcareService", "type"),
                 ("Schedule", "specialty")}


def _lean(kind: str, spec: Spec) -> type[msgspec.Struct]:
    fields: list[tuple[str, Any, Any]] = [("resourceType", str, ""), ("id", str, ""), ("meta", Meta | None, None),
                                          ("modifierExtension", msgspec.Raw, msgspec.Raw())]
    rename: dict[str, str] = {}
    made: set[str] = set()

    def add(path: str, shape: Any) -> None:
        name = path.partition(".")[0]
        if name and name not in made:
            made.add(name)
            rename["f_" + name] = name
            fields.append(("f_" + name, shape | None, None))

    for path in spec.owners:
        add(path, list[_Actor] if path == "participant.actor" else Reference)
    for path in spec.moment:
        if path == "context.period.start":
            continue
        add(path, Period if "." in path else str)
    if spec.code:
        plain: Any = Reference if kind == "Slot" else Concept
        add(spec.code, list[Concept] if (kind, spec.code) in _LISTS else plain)
    if spec.status:
        add(spec.status, Concept if spec.status == "clinicalStatus" else str)
    if kind in ("Condition", "AllergyIntolerance"):
        add("verificationStatus", Concept)
    return msgspec.defstruct("Lean" + kind, fields, rename=rename, gc=False)


_DECODERS: Final = {kind: msgspec.json.Decoder(_lean(kind, spec)) for kind, spec in SPECS.items()}
_NAMES: Final = {kind: (tuple("f_" + path.partition(".")[0] for path in spec.moment if path != "context.period.start"),
                        tuple("f_" + path.partition(".")[0] for path in spec.owners),
                        "f_" + spec.code if spec.code else "", "f_" + spec.status if spec.status else "")
                 for kind, spec in SPECS.items()}
_TYPE_FIRST = re.compile(rb'\s*\{\s*"resourceType"\s*:\s*"([A-Za-z]+)"')


class _TypeOnly(msgspec.Struct, gc=False):
    resourceType: str = ""


_TYPE_ONLY = msgspec.json.Decoder(_TypeOnly)


def read_head(raw: bytes, full_url: str | None = None) -> Head:
    """Read the columns of one resource that has passed the door; `full_url` names it where it has no id of its own.

    *Raises* Unreadable("shape") when it has no type, or no name at all.
    """
    found = _TYPE_FIRST.match(raw)
    try:
        kind = found.group(1).decode() if found else _TYPE_ONLY.decode(raw).resourceType
        decoder = _DECODERS.get(kind)
        if decoder is None:
            return _generous(raw, full_url)
        lean: Any = decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _generous(raw, full_url)
    ident = lean.id or _id_in(full_url)
    if not ident or lean.resourceType != kind:
        return _generous(raw, full_url)
    moments, owner_names, code_name, status_name = _NAMES[kind]
    moment = None
    for name in moments:
        value = getattr(lean, name)
        if value is not None:
            moment = moment_of(value if type(value) is str else value.start)
            if moment is not None:
                break
    if moment is None and kind == "DocumentReference":
        return _generous(raw, full_url)
    code = _code_of(getattr(lean, code_name)) if code_name else None
    status = getattr(lean, status_name) if status_name else None
    if status is not None and type(status) is not str:
        status = _code_of(status)
    flags = MODIFIED if lean.modifierExtension else 0
    if status == "entered-in-error" or (kind in _VERIFIED and _code_of(lean.f_verificationStatus) == "entered-in-error"):
        flags |= MISTAKEN
    if kind == "Patient":
        owners: tuple[str, ...] = (ident,)
    else:
        owners = _owners(lean, owner_names)
    meta = lean.meta
    return Head(kind, ident, (meta.versionId or "") if meta else "", (meta.lastUpdated or "") if meta else "",
                owners, moment, code, status, flags)


_VERIFIED: Final = ("Condition", "AllergyIntolerance")


def _owners(lean: Any, names: tuple[str, ...]) -> tuple[str, ...]:
    found: list[str] = []
    for name in names:
        value = getattr(lean, name)
        if value is None:
            continue
        references = [part.actor for part in value if part.actor] if type(value) is list else (value,)
        for reference in references:
            owner = patient_id(reference.reference)
            if owner:
                found.append(owner)
    return tuple(found)


def patient_id(reference: str | None) -> str:
    """Return the id in a reference to a Patient, whatever form it has (relative, absolute, with a version), else an empty text."""
    if not reference:
        return ""
    if reference.startswith("Patient/"):
        tail = reference[8:]
    else:
        _head, slash, tail = reference.rpartition("/Patient/")
        if not slash:
            return ""
    return tail.partition("/")[0]


def _code_of(value: Any) -> str | None:
    if type(value) is list:
        value = value[0] if value else None
    if value is None:
        return None
    if type(value) is Reference:
        return value.reference
    for coding in value.coding or ():
        if coding.code:
            return str(coding.code)
    return value.text or None


_moments: dict[str, int | None] = {}


def moment_of(text: str | None) -> int | None:
    """Return minutes since 1970 on the clock of the text itself; the offset is ignored: a list shows what the clinic wrote.

    A partial date means its first day.
    """
    if text is None:
        return None
    key = text[:16]
    try:
        return _moments[key]
    except KeyError:
        pass
    if len(_moments) > 50_000:
        _moments.clear()
    value = _moments[key] = _parse(key)
    return value


_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T([01]\d|2[0-4]):([0-5]\d))?)?)?(?!\d)")


def _parse(text: str) -> int | None:
    found = _DATE.match(text)
    if found is None:
        return None
    year, month, day, hour, minute = (int(part) if part else None for part in found.groups())
    try:
        days = date(year or 0, month or 1, day or 1).toordinal() - _EPOCH_DAY
    except ValueError:
        return None
    return days * MINUTES_A_DAY + (hour or 0) * 60 + (minute or 0)


def date_of(moment: int | None) -> date | None:
    """Return the day of a moment."""
    return None if moment is None else date.fromordinal(moment // MINUTES_A_DAY + _EPOCH_DAY)


def moment_of_day(day: date) -> int:
    """Return the first moment of a day."""
    return (day.toordinal() - _EPOCH_DAY) * MINUTES_A_DAY


def _id_in(full_url: str | None) -> str:
    return re.split("[/:]", full_url)[-1] if full_url else ""


def _generous(raw: bytes, full_url: str | None) -> Head:
    try:
        tree = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Unreadable("syntax") from None
    if not isinstance(tree, dict):
        raise Unreadable("shape")
    kind, ident = tree.get("resourceType"), tree.get("id") or _id_in(full_url)
    if not isinstance(kind, str) or not re.fullmatch(r"[A-Za-z]{1,64}", kind):
        raise Unreadable("shape")
    if kind == "OperationOutcome":
        return Head(kind, "", "", "", (), None, None, None, 0)
    if not isinstance(ident, str) or not 0 < len(ident) <= 256:
        raise Unreadable("shape")
    spec = SPECS.get(kind, OTHER)
    meta = tree.get("meta")
    meta = meta if isinstance(meta, dict) else {}
    owners = tuple(owner for path in spec.owners for one in _walk(tree, path)
                   if (owner := patient_id(_text(one.get("reference")) if isinstance(one, dict) else "")))
    moments = (moment_of(_text(one) or None) for path in spec.moment for one in _walk(tree, path))
    status = next(iter(_codes(tree, spec.status)), None)
    flags = MODIFIED if tree.get("modifierExtension") else 0
    if "entered-in-error" in (status, *_codes(tree, "verificationStatus")):
        flags |= MISTAKEN
    return Head(kind, ident, _text(meta.get("versionId")), _text(meta.get("lastUpdated")), (ident,) if kind == "Patient" else owners,
                next((moment for moment in moments if moment is not None), None), next(iter(_codes(tree, spec.code)), None), status, flags)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _walk(tree: object, path: str) -> list[Any]:
    found: list[Any] = [tree] if path else []
    for name in path.split("."):
        nexts: list[Any] = []
        for item in found:
            value = item.get(name) if isinstance(item, dict) else None
            nexts.extend(value if isinstance(value, list) else () if value is None else (value,))
        found = nexts
    return found


def _codes(tree: object, path: str) -> list[str]:
    codes: list[str] = []
    for item in _walk(tree, path):
        if isinstance(item, str):
            codes.append(item)
        elif isinstance(item, dict):
            codes.extend(_text(coding.get("code")) for coding in _walk(item, "coding") if isinstance(coding, dict))
            codes.extend((_text(item.get("text")), _text(item.get("reference"))))
    return [code for code in codes if code]


_IDENTITY = {name: re.compile(rb'"' + name + rb'"\s*:\s*"([^"\\]{1,256})"') for name in (b"resourceType", b"id", b"versionId")}


def guess_identity(raw: bytes) -> tuple[str, str, str]:
    """Guess type, id and version of a resource that cannot be read, so that its quarantine row can be found again."""
    head = raw[:65_536]
    found = (_IDENTITY[name].search(head) for name in (b"resourceType", b"id", b"versionId"))
    kind, ident, version = (match.group(1).decode("utf-8", "replace") if match else "" for match in found)
    return (kind if re.fullmatch(r"[A-Za-z]{1,64}", kind) else ""), ident, version


_TEXTS: Final = re.compile(
    rb'"(?:display|text|title|name|family|description|comment|conclusion|valueString|contentString|patientInstruction)"'
    rb'\s*+:\s*+"([^"\\]*+(?:\\.[^"\\]*+)*+)"')
_TEXT_LISTS: Final = re.compile(rb'"(?:alias|given)"\s*+:\s*+\[([^\[\]{}]*+)\]')
_STRINGS: Final = re.compile(rb'"([^"\\]*+(?:\\.[^"\\]*+)*+)"')


def search_bytes(raw: bytes) -> tuple[bytes, ...]:
    """Return every human text of a resource as it stands in the JSON; a hashable key for what search makes of them."""
    texts: list[bytes] = _TEXTS.findall(raw)
    if b'"given"' in raw or b'"alias"' in raw:
        for names in _TEXT_LISTS.findall(raw):
            texts += _STRINGS.findall(names)
    return tuple(texts)


def title_of(tree: object) -> str:
    """Say in the portal's own words what a resource is: the code's text, a name, a title or a description. May be empty."""
    if not isinstance(tree, dict):
        return ""
    kind = _text(tree.get("resourceType"))
    spec = SPECS.get(kind, OTHER)
    # Of a message its words say more than that it is a message.
    first = ("topic", "payload.contentString") if kind == "Communication" else ()
    for path in (*first, "title", "name.text", "name", "description", spec.code, "code", "type", "vaccineCode", "serviceType",
                 "specialty", "category", "content.attachment.title", "payload.contentString"):
        for item in _walk(tree, path):
            text = _named(item)
            if text:
                return text
    names = [one for one in _walk(tree, "name") if isinstance(one, dict)]
    return " ".join([_text(names[0].get("family")), *(_text(one) for one in _walk(names[0], "given"))]).strip() if names else ""


def _named(item: object) -> str:
    if isinstance(item, str):
        return item
    if not isinstance(item, dict):
        return ""
    codings = (_text(coding.get("display")) for coding in _walk(item, "coding") if isinstance(coding, dict))
    return _text(item.get("text")) or next((text for text in codings if text), "") or _text(item.get("display"))
