"""What a kind of certificate and a thing it asks for are called in the language in use."""

from __future__ import annotations

from desktop.session.certificates import CertificateField, CertificateKind
from desktop.words import tr


def title(kind: CertificateKind) -> str:
    """Return the name of a certificate without the number of its form."""
    return tr(f"documents.certificate_{kind.key}")


def label(field: CertificateField) -> str:
    """Return what stands above a field."""
    return tr(f"documents.field_{field.key}")
