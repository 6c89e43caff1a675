"""Revocation mark: the file in the folder of a revoked key that says since when, and why.

The mark is a file and not a row, so that write access to the database cannot take it away.
"""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from cryptography import x509

from gateway.crypto.keys.folder import StoredKey, replace_file
from gateway.domain.errors import KeyUnusable
from gateway.domain.key_revocation import KeyRevocation, RevocationCause
from gateway.domain.responsible_person import ResponsiblePerson

_FILE = "revoked.json"

CRL_REASONS = {
    RevocationCause.STOLEN: x509.ReasonFlags.key_compromise,
    RevocationCause.LOST: x509.ReasonFlags.cessation_of_operation,
    RevocationCause.REPLACED: x509.ReasonFlags.superseded,
}
"""Reason that the CA is asked for, by cause. Source: RFC 5280, section 5.3.1."""


def write_revocation(stored: StoredKey, revocation: KeyRevocation) -> None:
    """Mark a key as revoked. A mark that is there already stays."""
    if not _file(stored).exists():
        fields = asdict(revocation)
        for name in ("at", "since"):
            fields[name] = fields[name] and fields[name].isoformat()
        text = json.dumps(fields, ensure_ascii=False, indent=2) + "\n"
        replace_file(_file(stored), text.encode())


def revocation_of(stored: StoredKey) -> KeyRevocation | None:
    """The mark of a key; None where it is in force. Raises KeyUnusable for a damaged mark."""
    try:
        fields = json.loads(_file(stored).read_bytes())
        return KeyRevocation(
            fields["purpose"],
            fields["subject"],
            fields["serial"],
            fields["sha256"],
            RevocationCause(fields["cause"]),
            datetime.fromisoformat(fields["at"]),
            datetime.fromisoformat(fields["since"]) if fields["since"] else None,
            ResponsiblePerson(**fields["by"]),
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError):
        raise KeyUnusable(
            f"{_file(stored)} cannot be read: it says since when the key is revoked. Take it from a"
            " backup."
        ) from None


def _file(stored: StoredKey) -> Path:
    return stored.folder / _FILE
