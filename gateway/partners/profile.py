"""What must be known of a partner to ask it? Configuration alone; never its WSDL."""

import ipaddress
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from gateway.domain.identifiers import IsoCountryCode


@dataclass(frozen=True, slots=True)
class PartnerProfile:
    """One partner's service. Raises ValueError, with a sentence naming the field, for one that cannot be asked.

    key: short name in log and journal.  country: whose permits it holds.  address: https; http on this machine only.
    version: contract version spoken to it.  soap: version of SOAP.
    final_operation: its name for the operation that gives the permit with box 14.
    send_country: whether requests carry IsoCountryCode.
    connect_timeout_seconds: connection, then TLS, for each address the host name has; looking the name up takes what
    the machine's resolver allows.  read_timeout_seconds: longest silence.
    total_timeout_seconds: from the request to the last byte of the answer, however steadily it drips.
    maximum_answer_bytes: of the body.  ca_file: PEM, None means the CAs this machine trusts.
    certificate_file, key_file: PEM, our own; both or neither.  passphrase_file: its first line opens an encrypted key.
    service_namespace: where the partner's differs from the contract's.
    Source: wire contract, sections 1 to 3.
    """

    key: str
    country: IsoCountryCode
    address: str
    version: Literal["v1", "v2"]
    soap: Literal["1.1", "1.2"] = "1.1"
    final_operation: Literal["GetFinalCertificate", "GetFinalCitesCertificate"] = "GetFinalCitesCertificate"
    send_country: bool = True
    connect_timeout_seconds: float = 5.0
    read_timeout_seconds: float = 30.0
    total_timeout_seconds: float = 120.0
    maximum_answer_bytes: int = 10 * 1024 * 1024
    ca_file: Path | None = None
    certificate_file: Path | None = None
    key_file: Path | None = None
    passphrase_file: Path | None = None
    service_namespace: str | None = None

    def __post_init__(self) -> None:
        _require_address(self.address)
        if (self.certificate_file is None) != (self.key_file is None):
            raise ValueError("certificate_file and key_file: give both or neither.")
        for field in ("connect_timeout_seconds", "read_timeout_seconds", "total_timeout_seconds"):
            if not 0 < getattr(self, field) <= 3600:
                raise ValueError(f"{field}: must be more than 0 and at most 3600.")
        if self.maximum_answer_bytes < 1024:
            raise ValueError("maximum_answer_bytes: must be at least 1024.")

    @property
    def name(self) -> str:
        """The partner as a sentence names it: `Partner za-dffe (ZA)`."""
        return f"Partner {self.key} ({self.country})"


def _require_address(address: str) -> None:
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
        (host or "").encode("idna")  # what no name server could be asked
    except ValueError:
        raise ValueError("address: is not a URL.") from None
    if not host or parts.username is not None or parts.fragment or not re.fullmatch(r"[!-~]+", address):
        raise ValueError("address: must be a whole URL in ASCII, without user name and fragment.")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_this_machine(host)):
        raise ValueError("address: must begin with https:// (plain http only reaches this machine).")


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
