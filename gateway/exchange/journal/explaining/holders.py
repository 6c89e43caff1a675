"""Holders of client certificates: the partner behind a fingerprint of the journal, and on what."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from gateway.exchange.ports import ShownCertificate


class Basis(StrEnum):
    """What says that a certificate is a partner's, the strongest first."""

    PINNED = "its fingerprint is in conf/partners.toml"
    KNOWN = "it was accepted for the partner, or a rule names its CA and subject"
    SUBJECT = "its subject alone, which is that of another certificate of the partner"


@dataclass(frozen=True, slots=True)
class Holder:
    """Holder of a certificate. partner: key, None for nobody's.  basis: None without partner.

    certificate: None where it was not noted.
    """

    certificate: ShownCertificate | None
    partner: str | None = None
    basis: Basis | None = None


@dataclass(frozen=True)
class CertificateHolders:
    """Holders, as configuration and noted certificates have them.

    pins: SHA-256 of a certificate -> key of the partner it is pinned for.
    read: gives every noted certificate; raises ServiceUnavailable.
    """

    pins: Mapping[str, str]
    read: Callable[[], Sequence[ShownCertificate]]

    @cached_property
    def shown(self) -> Sequence[ShownCertificate]:
        """Every noted certificate, read once. Raises ServiceUnavailable."""
        return self.read()

    def of(self, fingerprint: str) -> Holder:
        """Return the holder of a certificate (SHA-256, hex). Raises ServiceUnavailable."""
        noted = [each for each in self.shown if each.sha256 == fingerprint]
        certificate = noted[0] if noted else None
        if pinned := self.pins.get(fingerprint):
            return Holder(certificate, pinned, Basis.PINNED)
        partner = next((each.partner for each in reversed(noted) if each.partner), None)
        if partner:
            return Holder(certificate, partner, Basis.KNOWN)
        namesakes = {
            each.partner or self.pins.get(each.sha256, "")
            for each in self.shown
            if certificate and each.subject == certificate.subject
        } - {""}
        if len(namesakes) == 1:
            return Holder(certificate, namesakes.pop(), Basis.SUBJECT)
        return Holder(certificate)

    def fingerprints(self, partner: str) -> frozenset[str]:
        """Return every certificate of a partner, on whatever basis. Raises ServiceUnavailable."""
        known = {each.sha256 for each in self.shown} | self.pins.keys()
        return frozenset(each for each in known if self.of(each).partner == partner)
