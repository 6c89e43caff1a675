"""Vocabulary of messages: names of elements, and values that are public and stay as they are.

A value stays only where its element is known to hold codes, dates, quantities or the name of a
taxon, and where its text has that form. All else is replaced.
"""

import re
from functools import cache
from pathlib import Path

import schemas
import wsdl
from gateway.domain import errors
from gateway.domain.partner import OperationName
from gateway.domain.white_space import collapsed
from gateway.wire import namespaces as wire_namespaces

_CODE = re.compile(r"[A-Z0-9]{1,4}(?: [A-Z])?")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9:.]{5,18})?(?:Z|[+-][0-9:]{4,6})?")
_DAY_AND_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{5,18}(?:Z|[+-][0-9:]{4,6})?")
"""In any element: redacted, it would be a date no more, and the same date elsewhere neither."""
_DECIMAL = re.compile(r"[+-]?[0-9]{1,20}(?:\.[0-9]{1,20})?")
_INDICATOR = re.compile(r"true|false|0|1", re.IGNORECASE)
_TAXON = re.compile(r"[A-Z][a-z-]{2,30}(?: (?:×|x|spp?\.|[a-z-]{3,30})){0,3}")
_SHORT_ID = re.compile(r"[A-Z0-9]{1,2}")

_BY_NAME: dict[str, re.Pattern[str]] = {
    "TypeCode": _CODE,
    "TypeExtensionCode": _CODE,
    "PurposeCode": re.compile("[A-Z]"),
    "IsoCountryCode": re.compile("[A-Z]{2}"),
    "ID": _SHORT_ID,
    "CitesPositionID": _SHORT_ID,
    "Position": _SHORT_ID,
    "Box": re.compile("[0-9]{1,2}[a-z]?"),
    "ScientificName": _TAXON,
    "Composite": _INDICATOR,
    "CopyIndicator": _INDICATOR,
    "Retry": re.compile("|".join(errors.Retry)),
    "State": re.compile("OK|DEGRADED|UNAVAILABLE|CONFIRMED|ALREADY_CONFIRMED"),
    "Version": re.compile(r"[0-9]{1,4}(?:\.[0-9a-z+]{1,12}){0,3}"),
}
_BY_ENDING = (
    (re.compile(r".*DateTime|Created|Expires|Time"), _MOMENT),
    (re.compile(r".*Quantity"), _DECIMAL),
)
_FREE_TEXT = frozenset(
    [
        "CommonName",
        "Description",
        "Information",
        "Statement",
        "Purpose",
        "Text",
        "faultstring",
        "Reason",
        "message",
    ]
)
_IDENTIFIERS = frozenset(
    [
        "ID",
        "CertificateNumber",
        "TokenId",
        "Incident",
        "ConfirmationId",
        "PostcodeCode",
        "SellerAssignedID",
        "Username",
        "Password",
        "PostOfficeBox",
    ]
)
_FAULT_CODE = re.compile(
    r"(?:[A-Za-z][A-Za-z0-9_-]{0,15}:)?(?:Client|Server|Sender|Receiver|VersionMismatch"
    r"|MustUnderstand|DataEncodingUnknown)"
)
_HUB_FAULTS = frozenset({"AdapterNotAvailable", "AdapterNotFound", "TokenInvalid"})
"""Words of the hub beside our own codes. Source: wire contract, sections 11.1 and 12."""
_FAULT_ELEMENTS = frozenset({"Code", "Value", "faultcode", "faultstring", "Text", "Subcode"})

_ATTRIBUTES = frozenset(
    [
        "unitCode",
        "languageID",
        "lang",
        "listID",
        "listAgencyID",
        "schemeID",
        "schemeAgencyID",
        "mustUnderstand",
        "actor",
        "role",
        "encodingStyle",
        "type",
        "Type",
        "Algorithm",
        "EncodingType",
        "ValueType",
        "nil",
        "relay",
    ]
)
_ATTRIBUTE_VALUE = re.compile(
    r"[A-Z0-9]{1,3}|[a-z]{2}(?:-[A-Z]{2})?|[0-9]{1,4}|true|false|(?:xsd?|xs|tns):[A-Za-z]{1,32}"
    r"|http://(?:schemas\.xmlsoap|www\.w3|docs\.oasis-open|uri\.etsi)\.org/[a-z0-9./_-]{0,120}"
    r"(?:#[A-Za-z0-9-]{0,24})?"
)
_DECLARED = re.compile(r'\bname="([A-Za-z]+)"')
_OTHER_NAMES = (
    "Envelope Header Body Fault faultcode faultstring faultactor detail Code Value Subcode Reason"
    " Text Node Role Detail Security UsernameToken Username Password Nonce Created Timestamp"
    " Expires Include Signature SignedInfo SignatureValue KeyInfo Object JournalHeads html head"
    " body title center hr h1 h2 h3 p div span pre a table tr td th meta link style script br b i"
    " ul li"
)


def is_kept(element: str, text: str) -> bool:
    """Whether the text of an element is public. element: local name."""
    value = collapsed(text)
    if value in ("", "?") or known_operation(value.removeprefix("urn:")) or value in _codes():
        return True
    if _DAY_AND_TIME.fullmatch(value) or value in ("true", "false"):
        return True
    if element in _FAULT_ELEMENTS and (
        value.rpartition(":")[2] in _codes() or _FAULT_CODE.fullmatch(value)
    ):
        return True
    form = _BY_NAME.get(element) or next(
        (form for ending, form in _BY_ENDING if ending.fullmatch(element)), None
    )
    return bool(form and form.fullmatch(value))


def is_attribute_kept(name: str, value: str) -> bool:
    """Whether the value of an attribute is public. name: local name."""
    return (
        value in ("", "?")
        or value in namespaces()
        or (name in _ATTRIBUTES and _ATTRIBUTE_VALUE.fullmatch(value) is not None)
    )


def is_free_text(element: str) -> bool:
    """Whether an element holds text for people."""
    return element in _FREE_TEXT


def is_identifier(element: str) -> bool:
    """Whether an element holds a number, a token or an id, whatever its form."""
    return element in _IDENTIFIERS


@cache
def element_names() -> frozenset[str]:
    """Names of elements that say nothing about a permit: of the contract, SOAP and web pages."""
    files = [*schemas.directory().rglob("*.xsd"), *wsdl.directory().glob("*.wsdl")]
    return frozenset(_OTHER_NAMES.split()).union(*map(_names_in, files))


@cache
def namespaces() -> frozenset[str]:
    """Namespaces of the contract, and those that messages carry beside it."""
    versions = schemas.VERSIONS.values()
    return frozenset(
        (
            *(value for value in vars(wire_namespaces).values() if isinstance(value, str)),
            *(each.namespace for each in versions),
            *(each.document_namespace for each in versions),
            *(each.components_namespace for each in versions),
            schemas.FAULT_NAMESPACE,
        )
    )


def _names_in(file: Path) -> set[str]:
    return set(_DECLARED.findall(file.read_text(encoding="utf-8")))


@cache
def _codes() -> frozenset[str]:
    kinds, found = [errors.GatewayError], set(_HUB_FAULTS)
    while kinds:
        kind = kinds.pop()
        found.add(kind.__name__)
        kinds += kind.__subclasses__()
    return frozenset(found)


def known_operation(name: str | None) -> str | None:
    """The operation of the contract that a name is; None for any other name."""
    return name if name in set(OperationName) else None


def known_code(outcome: str) -> bool:
    """Whether an outcome is `ok` or a code of our errors."""
    return outcome == "ok" or outcome in _codes()
