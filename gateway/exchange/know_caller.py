"""Who asks? A caller is known by its pinned client certificate, never by a name in it alone."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from gateway.domain.errors import CallerNotFound, CertificateMissing
from gateway.domain.partner import Partner


@dataclass(frozen=True, slots=True)
class KnowCaller:
    """by_fingerprint: SHA-256 of the DER certificate in lower-case hex -> partner; a partner may have several.

    anyone: the sandbox's caller, taken for everybody; None everywhere else.
    """

    by_fingerprint: Mapping[str, Partner]
    anyone: Partner | None = None

    def identify(self, certificate: bytes | None) -> Partner:
        """The partner behind a verified client certificate (DER).

        Raises CertificateMissing, CallerNotFound.
        """
        if self.anyone:
            return self.anyone
        if certificate is None:
            raise CertificateMissing("This service is open only to callers with a client certificate.")
        partner = self.by_fingerprint.get(hashlib.sha256(certificate).hexdigest())
        if partner is None:
            raise CallerNotFound("No partner is registered with this client certificate.")
        return partner
