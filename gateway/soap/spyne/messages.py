"""Message types of requests and answers for Spyne, spelled as in the WSDL.

Children of a message have no namespace (`sub_ns=""`): they are unqualified on the wire. Source:
wire contract, sections 2 to 4.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from spyne import AnyXml, Boolean, ByteArray, ComplexModel, DateTime, Decimal, Unicode

from schemas import ContractVersion

_Model = Any


@dataclass(frozen=True, slots=True)
class Messages:
    """The message types of one contract version."""

    certificate_request: _Model
    certificate_response: _Model
    confirm_quantities_request: _Model
    confirm_quantities_response: _Model
    service_state_request: _Model
    service_state_response: _Model


def _required(model: _Model) -> _Model:
    return model.customize(min_occurs=1, nillable=False, sub_ns="")


def _optional(model: _Model, nillable: bool = False) -> _Model:
    return model.customize(min_occurs=0, nillable=nillable, sub_ns="")


def _list_of(model: _Model, least: int) -> _Model:
    return model.customize(min_occurs=least, max_occurs="unbounded", nillable=False, sub_ns="")


@cache
def messages(version: ContractVersion) -> Messages:
    """The message types in the namespace of one contract version. Made once."""
    return Messages(
        *_certificate_messages(version), *_confirmation_messages(version), *_state_messages(version)
    )


_COUNTRY = ("IsoCountryCode", _optional(Unicode))
_IDENTIFICATION = (
    ("CertificateNumber", _required(Unicode)),
    ("TokenId", _optional(Unicode, nillable=True)),
    _COUNTRY,
)


def _certificate_messages(version: ContractVersion) -> tuple[_Model, _Model]:
    class CertificateRequestType(ComplexModel):  # type: ignore[misc]
        __namespace__ = version.namespace
        _type_info = _IDENTIFICATION

    class AttachmentType(ComplexModel):  # type: ignore[misc]
        __namespace__ = version.namespace
        _type_info = (
            ("AttachmentName", _required(Unicode)),
            ("AttachmentContent", _required(ByteArray)),
        )

    class CertificateResponseType(ComplexModel):  # type: ignore[misc]
        __namespace__ = version.namespace
        _type_info = (
            (version.root, _required(AnyXml)),
            ("Attachments", _list_of(AttachmentType, 0)),
            ("Composite", _required(Boolean)),
        )

    return CertificateRequestType, CertificateResponseType


def _confirmation_messages(version: ContractVersion) -> tuple[_Model, _Model]:
    class CitesPositionType(ComplexModel):  # type: ignore[misc]
        __namespace__ = version.namespace
        _type_info = (("ID", _required(Unicode)), ("InspectedUnitQuantity", _required(Decimal)))

    class ConfirmedQuantitiesType(ComplexModel):  # type: ignore[misc]
        __namespace__ = version.namespace
        _type_info = (("CitesPosition", _list_of(CitesPositionType, 1)),)

    class ConfirmQuantitiesRequestType(ComplexModel):  # type: ignore[misc]
        __namespace__ = version.namespace
        _type_info = (*_IDENTIFICATION, ("ConfirmedQuantities", _required(ConfirmedQuantitiesType)))

    class ConfirmQuantitiesResponseType(ComplexModel):  # type: ignore[misc]
        __namespace__ = version.namespace
        _type_info = (("State", _optional(Unicode)), ("ConfirmationId", _optional(Unicode)))

    return ConfirmQuantitiesRequestType, ConfirmQuantitiesResponseType


def _state_messages(version: ContractVersion) -> tuple[_Model, _Model]:
    class ServiceStateRequestType(ComplexModel):  # type: ignore[misc]
        __namespace__ = version.namespace
        _type_info = (_COUNTRY,)

    class ServiceStateResponseType(ComplexModel):  # type: ignore[misc]
        __namespace__ = version.namespace
        _type_info = (
            ("State", _optional(Unicode)),
            ("Version", _optional(Unicode)),
            ("Time", _optional(DateTime)),
        )

    return ServiceStateRequestType, ServiceStateResponseType
