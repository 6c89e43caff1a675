"""Words about each fault: when it is given, what leads to it, what the caller does.

Groups of codes stand in the order in which the service checks a request.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FaultWords:
    """A fault in words: its summary in one sentence, cause and cure in one to three."""

    summary: str
    cause: str
    cure: str


GROUPS: Mapping[str, Mapping[str, FaultWords]] = {
    "Caller": {
        "CertificateMissing": FaultWords(
            "The connection shows no client certificate.",
            "Callers are known by their TLS client certificate. The client sent none, or a proxy on"
            " the way ended the TLS connection.",
            "Configure certificate and key in the client. Connect to the service itself, not"
            " through a proxy that opens TLS.",
        ),
        "CallerNotFound": FaultWords(
            "The client certificate is valid, but it belongs to no registered partner.",
            "The certificate was renewed, has another subject, or was never announced to this"
            " authority. Or the caller acts for a country that it may not act for.",
            "Send the new certificate, or the file of your gateway, to the contact of this"
            " authority.",
        ),
        "CalleeNotFound": FaultWords(
            "The country asked is not served here.",
            "IsoCountryCode names another country, or is missing where several authorities are"
            " served. It is the country that issued the permit, never that of the caller.",
            "Write the two letters of the issuing country, or ask that country's own service.",
        ),
        "AccessDenied": FaultWords(
            "This partner may not use this operation here.",
            "The agreement between the two authorities does not cover the operation.",
            "Ask the contact of this authority to extend the agreement.",
        ),
        "TooManyRequests": FaultWords(
            "Too many requests of this caller, or about this permit, were refused.",
            "Refused look-ups are counted for each caller and each permit, so that no one can guess"
            " tokens. Right requests do not count.",
            "Wait a minute; after many wrong tokens for one permit, an hour. Correct number and"
            " token before the next request.",
        ),
    },
    "Message": {
        "VersionMismatch": FaultWords(
            "The envelope is of another version of SOAP.",
            "The namespace of the envelope is neither that of SOAP 1.1 nor that of SOAP 1.2.",
            "Use http://schemas.xmlsoap.org/soap/envelope/ (1.1) or"
            " http://www.w3.org/2003/05/soap-envelope (1.2).",
        ),
        "MustUnderstand": FaultWords(
            "A header block that must be understood is unknown here.",
            "A library adds a header block with mustUnderstand=\"1\", for example of WS-Addressing"
            " or WS-Security.",
            "Leave the block out, or agree on it with this authority.",
        ),
        "InvalidRequest": FaultWords(
            "The message does not follow the contract.",
            "Most often: the children of the request have a namespace, but they have none; their"
            " order is not that of the contract; a required one is missing; SOAPAction names"
            " another operation than the body.",
            "Compare the message with the request on the operation's page. Text says which element"
            " was wrong.",
        ),
        "MessageTooLarge": FaultWords(
            "The message is larger than the service accepts.",
            "Body, elements, names or texts of a message have limits, which a right request stays"
            " far below.",
            "Send one permit in each request, and no attachments with it.",
        ),
        "OperationNotAvailable": FaultWords(
            "The operation is not offered here, or not for this permit in this contract version.",
            "The permit has a value that this contract version has no element for, and a document"
            " without it would not be true.",
            "Ask the address of the other contract version.",
        ),
    },
    "Permit": {
        "CertificateNotFound": FaultWords(
            "No permit is known here under this number and token.",
            "The number is unknown, the token is wrong or missing, or the permit is not for this"
            " caller. The answer is the same for all of these, so that no one can guess.",
            "Compare number and token with the paper or the message of the holder: they are"
            " compared exactly, small and capital letters too.",
        ),
        "CertificateNotFinal": FaultWords(
            "The permit is not final: box 14 is not filled for every line yet.",
            "Customs have not confirmed the quantities of every line.",
            "Ask again after the goods have crossed the border. GetNonFinalCitesCertificate gives"
            " the permit as issued.",
        ),
        "CertificateCancelled": FaultWords(
            "The issuing authority has cancelled the permit.",
            "The permit is no longer valid, and goods must not travel with it.",
            "Do not accept the paper. Ask the holder for a valid permit, or the issuing authority"
            " for the reason.",
        ),
        "CertificateReplaced": FaultWords(
            "The permit has been replaced by another.",
            "The authority issued a new permit in its place, for example because of a mistake.",
            "Ask the holder for the new number and token.",
        ),
        "CertificateExpired": FaultWords(
            "The last day of the permit is over.",
            "A confirmation came after the last day of box 2, and this authority agreed with the"
            " partner to refuse it then.",
            "Do not send it again. Tell the issuing authority on which day the goods crossed the"
            " border.",
        ),
    },
    "Quantities": {
        "PositionUnknown": FaultWords(
            "The permit has no line with this letter.",
            "ID in CitesPosition is not the ID of a line of the permit.",
            "Take the letters from IncludedSupplyChainConsignmentItem/ID of the permit.",
        ),
        "PositionRepeated": FaultWords(
            "A line stands twice in the message.",
            "Two elements CitesPosition have the same ID.",
            "Add the quantities of the line and send them once.",
        ),
        "QuantityInvalid": FaultWords(
            "A quantity is not a plain decimal in the unit of box 11.",
            "The quantity is negative, has an exponent or a separator, more than 15 digits, or a"
            " fraction where specimens are counted in whole numbers.",
            "Write digits with a point, such as 12.5, in the unit that box 11 of the line has.",
        ),
        "QuantityExceeded": FaultWords(
            "The quantity is more than what remains of box 11.",
            "Customs counted more than the permit allows, or another partner has confirmed a part"
            " of it before.",
            "Count again and compare units. If there is more than the permit allows, that part has"
            " no permit: ask the issuing authority.",
        ),
        "AlreadyConfirmed": FaultWords(
            "The same caller has confirmed other quantities for the line before.",
            "A confirmation is booked once. The same one again is answered as the first time; a"
            " different one is refused.",
            "If the first one was wrong, ask the issuing authority to correct it.",
        ),
    },
    "Signature": {
        "SignatureMissing": FaultWords(
            "A signature that was agreed with this partner is missing.",
            "Both authorities agreed on WS-Security, and the message has no Security header.",
            "Sign Body and Timestamp, or ask this authority to change the agreement.",
        ),
        "SignatureInvalid": FaultWords(
            "The signature does not fit the message.",
            "The message was changed after it was signed, for example formatted by a proxy, or the"
            " signature has another form than the agreed one.",
            "Sign last, with exclusive canonicalization, and send the bytes that were signed.",
        ),
        "SignerNotTrusted": FaultWords(
            "The signature is right, but its certificate is not trusted here.",
            "The signing certificate was renewed, or its CA was never announced to this authority.",
            "Send the certificate, or its CA, to the contact of this authority.",
        ),
        "AlgorithmRefused": FaultWords(
            "The signature uses an algorithm or a key size that is not accepted.",
            "SHA-1, short RSA keys and unusual transforms are refused.",
            "Use RSA with 2048 bits or more, or ECDSA, with SHA-256 or better.",
        ),
        "MessageExpired": FaultWords(
            "The Timestamp of the message is too old, in the future, or missing.",
            "The clock of the sender is wrong, or the message waited too long.",
            "Set the clock by NTP, and sign at the moment of sending.",
        ),
        "MessageReplayed": FaultWords(
            "The same signed message was taken before.",
            "A signed message is taken once. The client sent the same bytes again.",
            "Sign each request anew, a repeated one too.",
        ),
    },
    "Other country": {
        "PartnerUnreachable": FaultWords(
            "The service of the country asked cannot be reached.",
            "This service passed the question on, and no connection was made.",
            "Ask again later.",
        ),
        "PartnerTimeout": FaultWords(
            "The service of the country asked gave no complete answer in time.",
            "This service passed the question on, and the other one is slow.",
            "Ask again later.",
        ),
        "PartnerFault": FaultWords(
            "The service of the country asked refused the question.",
            "Its own fault is kept with the incident number.",
            "Name the incident number to the contact of this authority.",
        ),
        "PartnerReplyInvalid": FaultWords(
            "The answer of the country asked is not one that can be used.",
            "It is not XML, not of the contract, or about another permit.",
            "Name the incident number to the contact of this authority.",
        ),
    },
    "Service": {
        "ServiceUnavailable": FaultWords(
            "The service cannot answer at the moment.",
            "It is closed for maintenance, or a part that it needs does not answer.",
            "Send the same request again after a few minutes. ServiceState says when it is up.",
        ),
        "InternalError": FaultWords(
            "Something went wrong in the service.",
            "The reason is kept under the incident number.",
            "Send the request once more later. If it fails again, name the incident number to the"
            " contact of this authority.",
        ),
    },
}  # fmt: skip
"""Words by code, in groups of what is at fault."""

WORDS: Mapping[str, FaultWords] = {
    code: words for group in GROUPS.values() for code, words in group.items()
}
"""Words by code."""
