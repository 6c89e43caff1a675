"""What do requests and answers look like, as types of Spyne, spelled as in the WSDL?

A field has no namespace of its own (`sub_ns`): children are unqualified on the wire (wire contract, sections 2-4).
"""

# isort: off
import gateway.soap.spyne_compat  # noqa: F401 - before spyne
from spyne import AnyXml, Boolean, ByteArray, ComplexModel, DateTime, Decimal, Unicode
# isort: on

from dataclasses import dataclass
from typing import Any

from gateway.soap.names import ContractVersion

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


def _once(kind: _Model, **more: Any) -> _Model:
    return kind.customize(min_occurs=1, nillable=False, sub_ns="", **more)


def _perhaps(kind: _Model, **more: Any) -> _Model:
    return kind.customize(min_occurs=0, nillable=more.pop("nillable", False), sub_ns="", **more)


def _many(kind: _Model, least: int) -> _Model:
    return kind.customize(min_occurs=least, max_occurs="unbounded", nillable=False, sub_ns="")


def messages(version: ContractVersion) -> Messages:
    """The message types in the namespace of one contract version."""
    country = ("IsoCountryCode", _perhaps(Unicode))
    identification = (("CertificateNumber", _once(Unicode)), ("TokenId", _perhaps(Unicode, nillable=True)), country)

    class CertificateRequestType(ComplexModel):  # type: ignore[misc]
        __namespace__ = version.namespace
        _type_info = identification

    class AttachmentType(ComplexModel):  # type: ignore[misc]
        __namespace__ = version.namespace
        _type_info = (("AttachmentName", _once(Unicode)), ("AttachmentContent", _once(ByteArray)))

    class CertificateResponseType(ComplexModel):  # type: ignore[misc]
        __namespace__ = version.namespace
        _type_info = (
            (version.permit_element, _once(AnyXml)),
            ("Attachments", _many(AttachmentType, 0)),
            ("Composite", _once(Boolean)),
        )

    class CitesPositionType(ComplexModel):  # type: ignore[misc]
        __namespace__ = version.namespace
        _type_info = (("ID", _once(Unicode)), ("InspectedUnitQuantity", _once(Decimal)))

    class ConfirmedQuantitiesType(ComplexModel):  # type: ignore[misc]
        __namespace__ = version.namespace
        _type_info = (("CitesPosition", _many(CitesPositionType, 1)),)

    class ConfirmQuantitiesRequestType(ComplexModel):  # type: ignore[misc]
        __namespace__ = version.namespace
        _type_info = (*identification, ("ConfirmedQuantities", _once(ConfirmedQuantitiesType)))

    class ConfirmQuantitiesResponseType(ComplexModel):  # type: ignore[misc]
        __namespace__ = version.namespace
        _type_info = (("State", _perhaps(Unicode)), ("ConfirmationId", _perhaps(Unicode)))

    class ServiceStateRequestType(ComplexModel):  # type: ignore[misc]
        __namespace__ = version.namespace
        _type_info = (country,)

    class ServiceStateResponseType(ComplexModel):  # type: ignore[misc]
        __namespace__ = version.namespace
        _type_info = (("State", _perhaps(Unicode)), ("Version", _perhaps(Unicode)), ("Time", _perhaps(DateTime)))

    return Messages(
        CertificateRequestType,
        CertificateResponseType,
        ConfirmQuantitiesRequestType,
        ConfirmQuantitiesResponseType,
        ServiceStateRequestType,
        ServiceStateResponseType,
    )
