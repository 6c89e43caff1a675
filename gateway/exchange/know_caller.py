"""Who asks? A caller is known by a certificate that is in order and its partner's own, never by a name in it alone."""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.domain.errors import CallerNotFound, CertificateMissing
from gateway.domain.partner import Partner
from gateway.exchange.ports import CertificateJudge, ShownCertificate


@dataclass(frozen=True, slots=True)
class KnowCaller:
    """judge: says whether a certificate is in order.  by_key: every partner.

    by_fingerprint: SHA-256 of the DER certificate in lower-case hex -> partner; a partner may have several.
    """

    judge: CertificateJudge
    by_fingerprint: Mapping[str, Partner]
    by_key: Mapping[str, Partner]

    def identify(self, certificate: bytes | None, *, refused_before: bool = False) -> Partner:
        """The partner behind a client certificate (DER) whose key the caller has shown to hold.

        refused_before: a proxy of ours found it wanting; then it is never accepted, only its fault is named.
        Raises CertificateMissing, CallerNotFound.
        """
        if certificate is None:
            raise CertificateMissing("This service is open only to callers with a client certificate.")
        shown = self.judge.judge(certificate)
        if refused_before:
            raise CertificateMissing("The client certificate was not accepted by the server in front of this service.")
        partner = self._partner(shown)
        if any(country != partner.country.text for country in shown.countries):
            raise CallerNotFound("The client certificate names another country than its partner acts for.")
        return partner

    def _partner(self, shown: ShownCertificate) -> Partner:
        pinned = self.by_fingerprint.get(shown.sha256)
        if pinned is not None:
            return pinned
        if len(shown.partners) != 1:  # where it fits the rules of two, neither is meant for sure
            raise CallerNotFound("No partner is registered with this client certificate.")
        (key,) = shown.partners
        return self.by_key[key]


@dataclass(frozen=True, slots=True)
class AnyCaller:
    """The sandbox's way: everybody is taken for one partner."""

    partner: Partner

    def identify(self, certificate: bytes | None, *, refused_before: bool = False) -> Partner:  # noqa: ARG002
        """The same for all."""
        return self.partner
