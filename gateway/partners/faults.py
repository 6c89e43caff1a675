"""Errors of an exchange with a partner: mapped here, and only here, to errors of the domain.

Transport and readers raise a Failure or a PartnerRefusal for problems of network, TLS, HTTP and XML
and for Faults; `partner_failed` maps either. Sentences name the partner that failed and what a
person can do. They repeat nothing of the inside and nothing that the partner wrote.
"""

import http.client
import logging
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from gateway.dialects import FaultForm
from gateway.domain.errors import (
    GatewayError,
    PartnerFailed,
    PartnerFault,
    PartnerReplyInvalid,
    PartnerTimeout,
    PartnerUnreachable,
)

_log = logging.getLogger(__name__)


class Failure(Exception):
    """The partner gave no usable answer.

    reason: rest of the sentence that begins with the partner's name.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotReached(Failure):
    """No connection, no agreement on TLS, or no service behind the address at the moment."""


class TooLate(Failure):
    """Connected, but the answer is not complete in time."""


class Unreadable(Failure):
    """An answer came, but not one of the contract."""


class PartnerRefusal(Exception):
    """The partner answered with a Fault.

    code: name of the error where the partner gave one, else `Fault`.  text: its own sentence.
    incident: number under which the partner finds the exchange; None where it gave none.
    said: its faultstring.  details: namespace and local name of elements in the detail.
    """

    def __init__(
        self,
        code: str,
        text: str,
        incident: str | None = None,
        said: str = "",
        details: frozenset[tuple[str | None, str]] = frozenset(),
    ) -> None:
        super().__init__(code)
        self.code = code
        self.text = text
        self.incident = incident
        self.said = said
        self.details = details


_ERRORS: dict[type[Failure], type[PartnerFailed]] = {
    NotReached: PartnerUnreachable,
    TooLate: PartnerTimeout,
    Unreadable: PartnerReplyInvalid,
}


def in_our_words(refusal: PartnerRefusal, faults: FaultForm) -> Failure | PartnerRefusal:
    """A refusal as the dialect of the partner means it; as it came where its words are not known.

    A hub says by a Fault that the partner behind it is slow or away, so it is a Failure.
    """
    meaning = faults.meaning(refusal.said, refusal.details)
    match meaning:
        case None:
            return refusal
        case PartnerTimeout.__name__:
            return TooLate("says that its own partner did not answer in time. Try again later.")
        case PartnerUnreachable.__name__:
            return NotReached("says that its own partner cannot be reached. Try again later.")
        case _:
            return PartnerRefusal(meaning, refusal.text, refusal.incident)


def partner_failed(name: str, cause: Failure | PartnerRefusal) -> PartnerFailed:
    """The domain's error for a failure or a refusal.

    name: the partner as a sentence names it (PartnerProfile.name).
    """
    if isinstance(cause, PartnerRefusal):
        advice = _ADVICE.get(cause.code, "Its own words are in the journal.")
        number = f" Its incident number: {cause.incident}." if cause.incident else ""
        fault = PartnerFault(
            f"{name} refused the request. {advice}{number}",
            partner_code=cause.code,
            partner_text=cause.text,
        )
        fault.partner_incident = cause.incident
        return fault
    return _ERRORS[type(cause)](f"{name} {cause.reason}")


_ADVICE = {
    "CertificateNotFound": "It knows no permit under this number and token; check both.",
    "CertificateNotFinal": "The border endorsement (box 14) is not complete yet; ask again later.",
    "CertificateCancelled": "The permit has been cancelled by its authority.",
    "CertificateReplaced": "Another permit stands in place of this one.",
    "CertificateExpired": "The permit expired before the confirmation came.",
    "AlreadyConfirmed": "Other quantities have been confirmed to it for this permit before.",
    "PositionUnknown": "Its permit has no such line; compare the letters of the lines.",
    "PositionRepeated": "It found one line named twice.",
    "QuantityInvalid": "It does not accept a quantity; compare units and decimals with box 11.",
    "QuantityExceeded": "A quantity is more than box 11 still allows.",
    "CertificateMissing": (
        "It saw no client certificate of ours; check certificate_file in its configuration."
    ),
    "CallerNotFound": "It does not know our client certificate; ask it to register us.",
    "CalleeNotFound": (
        "It does not answer for this country; check the country in its configuration."
    ),
    "AccessDenied": "It does not open this operation to us; ask its authority.",
    "AdapterNotAvailable": "It does not open this operation to us; ask its authority.",
    "OperationNotAvailable": "It does not offer this operation.",
    "TooManyRequests": "It asks us to wait; try again later.",
    "ServiceUnavailable": "It cannot work at the moment; try again later.",
}
"""Advice for each code that the contract names (wire contract, sections 11.1 and 12)."""


def while_connecting(error: OSError) -> NotReached:
    """The failure behind an error before the connection stood."""
    match error:
        case socket.gaierror():
            return NotReached(
                "cannot be reached: the host name in its address is not known. Check the address."
            )
        case ssl.SSLCertVerificationError():
            return NotReached(f"was not trusted: {_certificate(error.verify_code)}")
        case ssl.SSLError() if reason := _alert(error):
            return NotReached(reason)
        case ssl.SSLError():
            return NotReached(
                "was reached, but TLS was not agreed. It must offer TLS 1.2 or newer; check our"
                " client certificate."
            )
        case TimeoutError():
            return NotReached(
                "did not take the connection in time. Try again later or check the address."
            )
        case ConnectionError():
            return NotReached(
                "refused the connection. Its service is down or the address is wrong."
            )
        case _:
            return NotReached(
                "cannot be reached over the network. Check the address and our own connection."
            )


_ALERTS = {
    "CERTIFICATE_EXPIRED": "refused our client certificate, because it has expired. Renew it.",
    "CERTIFICATE_REVOKED": "refused our client certificate, because it was revoked. Renew it.",
    "UNKNOWN_CA": (
        "refused our client certificate, because it does not know the CA behind it. It must enter"
        " that CA."
    ),
    "UNSUPPORTED_CERTIFICATE": (
        "refused our client certificate, because it is not made for client authentication."
    ),
    "BAD_CERTIFICATE": (
        "refused our client certificate: it is not valid yet, or cannot be used. Compare the"
        " clocks."
    ),
    "CERTIFICATE_REQUIRED": (
        "saw no client certificate of ours; check certificate_file of [client]."
    ),
}
"""Sentences by the alert in which a server refuses a client certificate.

Source: RFC 8446, section 6.2. OpenSSL names alerts with a prefix for the TLS version.
"""


def _alert(error: ssl.SSLError) -> str | None:
    reason = error.reason or ""
    if "_ALERT_" not in reason:
        return None
    return _ALERTS.get(reason.partition("_ALERT_")[2])


def _certificate(verify_code: int) -> str:
    match verify_code:
        case 9:  # X509_V_ERR_CERT_NOT_YET_VALID
            return "its server certificate is not valid yet. Compare the clocks."
        case 10:  # X509_V_ERR_CERT_HAS_EXPIRED
            return "its server certificate has expired. It must renew it."
        case 62 | 64:  # X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH
            return "its server certificate is for another host. Check the address."
        case _:
            return "its server certificate does not come from the CA configured for it (ca_file)."


def while_waiting(error: OSError | http.client.HTTPException) -> Failure:
    """The failure behind an error after the request was sent and before an answer began."""
    match error:
        case TimeoutError():
            return TooLate("did not answer in time. It may have got the request all the same.")
        case ssl.SSLError() if reason := _alert(error):
            return NotReached(reason)
        case ssl.SSLError():
            return NotReached(
                "ended the connection. It probably wants a client certificate that it knows."
            )
        case OSError():
            return NotReached(
                "closed the connection without an answer. Try again later; check our client"
                " certificate."
            )
        case _:
            return Unreadable("answered with something that is not HTTP. Check the address.")


def while_reading(error: OSError | http.client.HTTPException) -> Failure:
    """The failure behind an error in the middle of an answer."""
    if isinstance(error, TimeoutError):
        return TooLate("began to answer but did not finish in time.")
    return Unreadable("broke off in the middle of its answer.")


@contextmanager
def while_partner_is_read() -> Iterator[None]:
    """Whatever else a reader raises over bytes of a partner means that they cannot be read.

    Libraries do not say which errors they raise over hostile input: a charset, a depth or a length
    that was not thought of is the partner's answer all the same, and no defect of ours. The block
    holds reading alone; errors in writing a request stay what they are. The log names the place of
    the error and nothing of the answer, so that a reader with a fault of its own is found.
    """
    try:
        yield
    except (Failure, PartnerRefusal, GatewayError, OSError, http.client.HTTPException):
        raise
    except Exception as error:  # every kind of error, see above
        _log.warning("unreadable answer error=%s at=%s", type(error).__name__, _place_of(error))
        raise Unreadable("answered with something that cannot be read.") from error


def _place_of(error: Exception) -> str:
    """Module and line where the error was raised."""
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    return f"{at.tb_frame.f_globals.get('__name__')}:{at.tb_lineno}" if at else ""
