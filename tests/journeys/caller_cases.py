"""Callers and the outcome of their calls, as a table."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """A caller, and the outcome of its call.

    who: name of an identity, None for no certificate.  outcome: `ok` or the code of the fault, also
    in the journal.
    text: what the fault says.  caller: whom the journal names.
    handshake: the alert that the caller gets where the gateway ends TLS, and what the journal says;
    None where it gets as far as an answer there too.
    """

    who: str | None
    outcome: str
    text: str = ""
    caller: str | None = None
    handshake: tuple[str, str] | None = None


CASES = {
    "the right certificate": Case("partner", "ok", caller="za"),
    "the certificate it renews to": Case("renewed", "ok", caller="za"),
    "one known by authority and subject": Case("by rule", "ok", caller="za"),
    "no certificate": Case(
        None, "CertificateMissing", "only to callers with a client certificate",
        handshake=("CERTIFICATE_REQUIRED", "no certificate"),
    ),
    "unknown CA": Case(
        "stranger", "CertificateMissing", "issued by an authority that is not known here",
        handshake=("UNKNOWN_CA", "unable to get local issuer certificate"),
    ),
    "expired": Case(
        "expired", "CertificateMissing", "has expired: it was valid until"
    ),
    "not yet valid": Case(
        "not yet", "CertificateMissing", "is not valid yet: it is from"
    ),
    "wrong usage": Case(
        "server only", "CertificateMissing", "not made for client authentication",
        handshake=("UNSUPPORTED_CERTIFICATE", "unsuitable certificate purpose"),
    ),
    "revoked, says the list": Case("revoked", "CertificateMissing", "has been revoked"),
    "good, says the responder": Case("vouched for", "ok", caller="za"),
    "revoked, says the responder": Case("revoked online", "CertificateMissing", "has been revoked"),
    "never issued, says the responder": Case(
        "unheard of", "CertificateMissing", "not known to the authority"
    ),
    "the responder says nothing": Case(
        "unanswered", "CertificateMissing", "cannot be found out at the moment"
    ),
    "nobody's": Case("nobody", "CallerNotFound", "No partner is registered"),
    "nobody's, from a partner's country": Case(
        "nobody of ZA", "CallerNotFound", "No partner is registered"
    ),
    "another partner's": Case(
        "neighbour", "CertificateNotFound", "under this number and token", caller="ch"
    ),
    "right partner for another country": Case("abroad", "CallerNotFound", "names another country"),
}  # fmt: skip
