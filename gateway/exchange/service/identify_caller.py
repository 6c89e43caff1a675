"""Caller identification: the partner behind a client certificate.

A partner is identified by its pinned certificate (SHA-256 of the DER form), or by a rule on issuing
authority, subject and serial that exactly one partner has; never by a name in the certificate
alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from gateway.domain.errors import CallerNotFound, CertificateMissing
from gateway.domain.partner import Partner
from gateway.exchange.ports import AcceptedCertificate, CertificateJudge, ShownCertificate


@dataclass(frozen=True, slots=True)
class IdentifyCaller:
    """Use case: find the partner that a client certificate belongs to.

    judge: verifies the certificate itself.  by_key: every partner.
    by_fingerprint: SHA-256 of the DER certificate in lower-case hex -> partner; a partner may have
    several.
    """

    judge: CertificateJudge
    by_fingerprint: Mapping[str, Partner]
    by_key: Mapping[str, Partner]

    def identify(self, certificate: bytes | None, *, refused_before: bool = False) -> Partner:
        """Return the partner of a client certificate (DER) whose key the caller has proved to hold.

        refused_before: our reverse proxy has refused the certificate. Then it is never accepted,
        and is judged only for the fault to name the reason.
        Raises CertificateMissing, CallerNotFound.
        """
        if certificate is None:
            raise CertificateMissing(
                "This service is open only to callers with a client certificate."
            )
        accepted = self.judge.judge(certificate)
        if refused_before:
            raise CertificateMissing(
                "The client certificate was not accepted by the server in front of this service."
            )
        partner = self._partner(accepted)
        if any(country != partner.country.text for country in accepted.countries):
            raise CallerNotFound(
                "The client certificate names another country than its partner acts for."
            )
        return partner

    def shown(self, certificate: bytes) -> ShownCertificate | None:
        """Return a certificate (DER) with the partner it is of, accepted or not.

        None where it cannot be read.
        """
        shown = self.judge.described(certificate)
        pinned = self.by_fingerprint.get(shown.sha256) if shown else None
        return replace(shown, partner=pinned.key) if shown and pinned else shown

    def _partner(self, accepted: AcceptedCertificate) -> Partner:
        pinned = self.by_fingerprint.get(accepted.sha256)
        if pinned is not None:
            return pinned
        if len(accepted.partners) != 1:  # two rules that fit are ambiguous: neither counts
            raise CallerNotFound("No partner is registered with this client certificate.")
        (key,) = accepted.partners
        return self.by_key[key]


@dataclass(frozen=True, slots=True)
class AnyCaller:
    """Sandbox without client certificates: every caller is the same partner."""

    partner: Partner

    def identify(self, certificate: bytes | None, *, refused_before: bool = False) -> Partner:  # noqa: ARG002
        """Return the partner of the sandbox."""
        return self.partner

    def shown(self, certificate: bytes) -> ShownCertificate | None:  # noqa: ARG002
        """Return None: the sandbox knows no certificates."""
        return None
