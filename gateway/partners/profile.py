"""Partner profile: settings of a partner's service, from configuration, never from its WSDL."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from gateway.dialects import Dialect, OperationNames, contract_name
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.partner import OperationName
from gateway.loopback import is_loopback_url


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerProfile:
    """The service of a partner, and how it is called.

    key: short name in log and journal.
    country: it holds the permits of this country.
    address: https; http only to a loopback address.
    dialect: how its service is spoken to.  soap: version of SOAP.
    spelling: of its operations, where the dialect has several; empty: the usual one.
    final_operation: the partner's name for the operation that gives the permit with box 14; empty:
    as `spelling` has it.
    send_country: whether requests carry IsoCountryCode.
    connect_timeout_seconds: for connection and TLS, for each address of the host name. Looking up
    the name takes as long as the machine's resolver allows.
    read_timeout_seconds: longest silence.
    total_timeout_seconds: from the request to the last byte of the answer, also when bytes arrive
    steadily but slowly.
    max_reply_bytes: of the body.
    ca_file: PEM; None: the CAs that this machine trusts.
    certificate_file, key_file: PEM, for the client certificate; both or neither.
    passphrase_file: its first line decrypts the key.
    service_namespace: of the partner, where it differs from the dialect's, or that has none.
    values: texts for header blocks of the dialect by their name, a password among them.
    Raises ValueError, with a sentence naming the field, for a profile that cannot be used.
    Source: wire contract, sections 1 to 3.
    """

    key: str
    country: IsoCountryCode
    address: str
    dialect: Dialect
    soap: Literal["1.1", "1.2"]
    send_country: bool
    connect_timeout_seconds: float
    read_timeout_seconds: float
    total_timeout_seconds: float
    max_reply_bytes: int
    ca_file: Path | None = None
    certificate_file: Path | None = None
    key_file: Path | None = None
    passphrase_file: Path | None = None
    spelling: str = ""
    final_operation: str = ""
    service_namespace: str | None = None
    values: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        _require_address(self.address)
        if (self.certificate_file is None) != (self.key_file is None):
            raise ValueError("certificate_file and key_file: give both or neither.")
        for name in ("connect_timeout_seconds", "read_timeout_seconds", "total_timeout_seconds"):
            if not 0 < getattr(self, name) <= 3600:
                raise ValueError(f"{name}: must be more than 0 and at most 3600.")
        if self.max_reply_bytes < 1024:
            raise ValueError("max_reply_bytes: must be at least 1024.")
        if not (self.service_namespace or self.dialect.form.namespace):
            raise ValueError(f"service_namespace: the dialect {self.dialect.name} has none.")

    def bounded(self, seconds: float, reply_bytes: int) -> "PartnerProfile":
        """The same service, with no time-out and no answer longer than these."""
        return replace(
            self,
            connect_timeout_seconds=min(self.connect_timeout_seconds, seconds),
            read_timeout_seconds=min(self.read_timeout_seconds, seconds),
            total_timeout_seconds=min(self.total_timeout_seconds, seconds),
            max_reply_bytes=min(self.max_reply_bytes, reply_bytes),
        )

    @property
    def name(self) -> str:
        """The partner as a sentence names it: `Partner za-dffe (ZA)`."""
        return f"Partner {self.key} ({self.country})"

    @property
    def namespace(self) -> str:
        """Namespace of its messages."""
        return self.service_namespace or self.dialect.form.namespace or ""

    def names_of(self, operation: OperationName) -> OperationNames:
        """Return its names of an operation. Raises OperationNotAvailable where it has none."""
        offered = self.dialect.operation(operation)
        wanted = self.final_operation
        if contract_name(operation) is OperationName.GET_FINAL and wanted:
            return next(
                (each for each in offered.names if each.operation == wanted), offered.names[0]
            )
        return offered.spelled(self.spelling)


def _require_address(address: str) -> None:
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
        (host or "").encode("idna")  # ValueError for a name that no name server can be asked
    except ValueError:
        raise ValueError("address: is not a URL.") from None
    if (
        not host
        or parts.username is not None
        or parts.fragment
        or not re.fullmatch(r"[!-~]+", address)
    ):
        raise ValueError("address: must be a whole URL in ASCII, without user name and fragment.")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback_url(address)):
        raise ValueError(
            "address: must begin with https:// (plain http only reaches this machine)."
        )
