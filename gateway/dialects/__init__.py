"""Dialects: how services of partners speak EPIX, as data for a client and for a server."""

from gateway.dialects.answers import AnswerForm, Envelope, FaultForm, FaultMapping
from gateway.dialects.budget import CallBudget
from gateway.dialects.dialect import (
    OPERATIONS,
    Dialect,
    MessageForm,
    RequestReading,
    Style,
    contract_name,
)
from gateway.dialects.headers import (
    PASSWORD,
    USERNAME,
    CertificateUse,
    HeaderBlock,
    HeaderChild,
    HeaderText,
    Login,
)
from gateway.dialects.operations import (
    Absent,
    Carries,
    DialectOperation,
    OperationNames,
    Parameter,
    QuantityNames,
)

__all__ = [
    "OPERATIONS",
    "PASSWORD",
    "USERNAME",
    "Absent",
    "AnswerForm",
    "CallBudget",
    "Carries",
    "CertificateUse",
    "Dialect",
    "DialectOperation",
    "Envelope",
    "FaultForm",
    "FaultMapping",
    "HeaderBlock",
    "HeaderChild",
    "HeaderText",
    "Login",
    "MessageForm",
    "OperationNames",
    "Parameter",
    "QuantityNames",
    "RequestReading",
    "Style",
    "contract_name",
]
