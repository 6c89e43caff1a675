"""Partner change: values of conf/partners.toml that a partner's file changes, shown beforehand.

Certificates are pinned by fingerprint. A file for a known partner is an update: certificates that
it names are added, and those that we know from before stay beside them while they are in date, so
that the partner may change over on any day (roll-over). Keys that a file does not mention stay.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from gateway.domain.errors import SettingsInvalid
from gateway.settings.introduction.partner_file import PartnerFile, ServiceEntry
from gateway.settings.partners import PartnerKey, PartnerSettings

FOLDER = "keys/partners"
"""Folder of partners' certificates, one folder for each partner."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A key of [[partner]] whose value changes. before, after: for a person, empty for none."""

    key: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PartnerChange:
    """Change of one partner. values: by key of [[partner]].  files: content by relative path."""

    key: str
    is_new: bool
    values: Mapping[str, Any]
    files: Mapping[str, bytes]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Certificates:
    """Certificates of a change, each PEM, empty for none.

    client: client certificates that are to count, with the former ones that stay.
    fingerprints: of these, and of former ones that are known by their fingerprint alone.
    """

    client: bytes = b""
    fingerprints: tuple[str, ...] = ()
    client_ca: bytes = b""
    server_ca: bytes = b""
    seal_anchors: bytes = b""


_KEY = TypeAdapter(PartnerKey)


def require_partner_key(key: str) -> None:
    """Raise SettingsInvalid for a key that no partner may have: it stands in paths."""
    try:
        _KEY.validate_python(key)
    except ValidationError:
        raise SettingsInvalid(
            "The key of a partner must be 1 to 35 of a-z 0-9 -, not beginning with -.",
            file="conf/partners.toml",
            key="partner.key",
        ) from None


def change_of(
    key: str,
    file: PartnerFile,
    certificates: Certificates,
    known: PartnerSettings | None,
    directory: Path,
) -> PartnerChange:
    """Return what a file changes. known: the partner as it is now; None: it is new.

    directory: the working directory, whose certificate files are compared.
    """
    files: dict[str, bytes] = {}
    values: dict[str, Any] = {} if known else {"country": file.country.text}
    if certificates.fingerprints:
        values["certificate_sha256"] = list(certificates.fingerprints)
    for name, label, pem in (
        ("certificates_file", "client", certificates.client),
        ("client_ca_file", "client-ca", certificates.client_ca),
        ("ca_file", "server-ca", certificates.server_ca),
        ("seal_anchors_file", "seal-anchors", certificates.seal_anchors),
    ):
        if pem and pem != _content(getattr(known, name, None)):
            path = f"{FOLDER}/{key}/{label}-{hashlib.sha256(pem).hexdigest()[:16]}.pem"
            files[path], values[name] = pem, path
    if file.service:
        values |= _service(_preferred(file.service, known))
    if file.contact:
        values["contact"] = file.contact.model_dump(exclude_defaults=True)
    differences = tuple(_differences(values, known, directory))
    changed = {each.key for each in differences}
    return PartnerChange(
        key,
        known is None,
        {name: value for name, value in values.items() if name in changed},
        files,
        differences,
    )


def _preferred(services: Sequence[ServiceEntry], known: PartnerSettings | None) -> ServiceEntry:
    """The service of the version that is in use with it, else the newest."""
    in_use = [each for each in services if known and each.version == known.version]
    return (in_use or sorted(services, key=lambda each: each.version))[-1]


def _service(service: ServiceEntry) -> dict[str, Any]:
    dialect = {"dialect": service.dialect} if service.dialect else {}
    return dialect | {
        "address": service.address,
        "version": service.version,
        "soap": service.soap[0],
        "final_operation": service.final_operation,
        "send_country": service.send_country,
    }


def _differences(
    values: Mapping[str, Any], known: PartnerSettings | None, directory: Path
) -> list[Difference]:
    default = PartnerSettings.model_fields
    found = []
    for name, value in values.items():
        field = default[name]
        unknown = None if field.is_required() else field.get_default()
        before = getattr(known, name) if known else unknown
        said = _said(before, directory)
        if said != (after := _said(value, directory)):
            found.append(Difference(name, said, after))
    return found


def _said(value: Any, directory: Path) -> str:
    if value in (None, "", (), []):
        return ""
    if isinstance(value, Mapping):
        return ", ".join(str(part) for part in value.values() if part)
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Path) and value.is_relative_to(directory):
        return str(value.relative_to(directory))
    return str(getattr(value, "line", value))


def _content(path: Path | None) -> bytes:
    return path.read_bytes() if path else b""
