"""Whose fault, in which words? Network, TLS, HTTP and XML trouble and partners' Faults become our errors, here only.

Transport and readers raise a Failure or a PartnerRefusal; `partner_failed` turns either into the domain's error.
Sentences say who failed and what a person can do; nothing of the inside, nothing the partner wrote.
"""

import http.client
import socket
import ssl

from gateway.domain.errors import PartnerFailed, PartnerFault, PartnerReplyInvalid, PartnerTimeout, PartnerUnreachable


class Failure(Exception):
    """The partner gave no usable answer. reason: the rest of the sentence that begins with its name."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotReached(Failure):
    """No connection, TLS not agreed, or nobody behind the address at the moment."""


class TooLate(Failure):
    """Connected, but the answer is not whole in time."""


class Unreadable(Failure):
    """An answer came, but not one of the contract."""


class PartnerRefusal(Exception):
    """The partner answered with a Fault. code: its one word where it gave one.  text: its sentence."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(code)
        self.code = code
        self.text = text


_ERRORS: dict[type[Failure], type[PartnerFailed]] = {
    NotReached: PartnerUnreachable,
    TooLate: PartnerTimeout,
    Unreadable: PartnerReplyInvalid,
}


def partner_failed(name: str, cause: Failure | PartnerRefusal) -> PartnerFailed:
    """The domain's error for what happened. name: the partner, as a sentence names it."""
    if isinstance(cause, PartnerRefusal):
        advice = _ADVICE.get(cause.code, "Its own words are in the journal.")
        return PartnerFault(f"{name} refused the request. {advice}", partner_code=cause.code, partner_text=cause.text)
    return _ERRORS[type(cause)](f"{name} {cause.reason}")


_ADVICE = {
    "CertificateNotFound": "It knows no permit under this number and token; check both.",
    "CertificateNotFinal": "The border endorsement (box 14) is not complete yet; ask again later.",
    "CertificateCancelled": "The permit has been cancelled by its authority.",
    "CertificateReplaced": "Another permit stands in place of this one.",
    "AlreadyConfirmed": "Other quantities have been confirmed to it for this permit before.",
    "PositionUnknown": "Its permit has no such line; compare the letters of the lines.",
    "PositionRepeated": "It found one line named twice.",
    "QuantityInvalid": "It does not accept a quantity; compare units and decimals with box 11.",
    "QuantityExceeded": "A quantity is more than box 11 still allows.",
    "CertificateMissing": "It saw no client certificate of ours; check certificate_file in its configuration.",
    "CallerNotFound": "It does not know our client certificate; ask it to register us.",
    "CalleeNotFound": "It does not answer for this country; check the country in its configuration.",
    "AccessDenied": "It does not open this operation to us; ask its authority.",
    "AdapterNotAvailable": "It does not open this operation to us; ask its authority.",
    "OperationNotAvailable": "It does not offer this operation.",
    "TooManyRequests": "It asks us to wait; try again later.",
    "ServiceUnavailable": "It cannot work at the moment; try again later.",
}
"""Our words for the codes the contract names (wire contract, sections 11.1 and 12)."""


def while_connecting(error: OSError) -> NotReached:
    """Why there is no connection."""
    match error:
        case socket.gaierror():
            return NotReached("cannot be reached: the host name in its address is not known. Check the address.")
        case ssl.SSLCertVerificationError():
            return NotReached(f"was not trusted: {_certificate(error.verify_code)}")
        case ssl.SSLError():
            return NotReached(
                "was reached, but TLS was not agreed. It must offer TLS 1.2 or newer; check our client certificate."
            )
        case TimeoutError():
            return NotReached("did not take the connection in time. Try again later or check the address.")
        case ConnectionError():
            return NotReached("refused the connection. Its service is down or the address is wrong.")
        case _:
            return NotReached("cannot be reached over the network. Check the address and our own connection.")


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
    """Why no answer began, after the request was sent."""
    match error:
        case TimeoutError():
            return TooLate("did not answer in time. It may have got the request all the same.")
        case ssl.SSLError():
            return NotReached("ended the connection. It probably wants a client certificate that it knows.")
        case OSError():
            return NotReached("closed the connection without an answer. Try again later; check our client certificate.")
        case _:
            return Unreadable("answered with something that is not HTTP. Check the address.")


def while_reading(error: OSError | http.client.HTTPException) -> Failure:
    """Why an answer that began has no end."""
    if isinstance(error, TimeoutError):
        return TooLate("began to answer but did not finish in time.")
    return Unreadable("broke off in the middle of its answer.")
