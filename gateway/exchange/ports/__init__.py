"""What the use cases need of the world. Only domain objects, plain values and bytes cross these walls."""

from gateway.exchange.ports.backup import EmptyDatabase, Kind, Row, Snapshot, TableForm, Value
from gateway.exchange.ports.callers import CertificateJudge, ShownCertificate
from gateway.exchange.ports.common import Attachment, Clock, Form, NewId
from gateway.exchange.ports.documents import SEAL_NAME, Judged, PermitFormat, Sealer, SealVerifier
from gateway.exchange.ports.journal import Direction, Exchange, ExchangeWatch, Journal, LookupWatch, Receipt, Wanted
from gateway.exchange.ports.messages import NO_SECURITY, MessageSecurer, MessageSecurity, MessageVerifier, TakenMessages
from gateway.exchange.ports.national import NationalRecord, NationalSource
from gateway.exchange.ports.nodes import ServiceMode, ServiceModes, SharedKeys
from gateway.exchange.ports.outbox import LONGEST_WAIT, Outbox, Outgoing, OutgoingEvent, PartnerResting, Patience, Vault
from gateway.exchange.ports.partners import PartnerConfirmation, PartnerDoor, PartnerReply, PartnerState
from gateway.exchange.ports.permits import (
    Answers,
    BeginWork,
    ConcurrentChange,
    Document,
    KeptPermit,
    Permits,
    StoredPermit,
    Work,
)
from gateway.exchange.ports.retained import Hold, Holds, Old, Release, RetainedJournal
from gateway.exchange.ports.sealed import (
    FAR_AHEAD,
    Head,
    HeadSigner,
    HeadVerifier,
    Leaf,
    SealedJournal,
    StampVerifier,
    TimeStamper,
)
from gateway.exchange.ports.turns import Turns
from gateway.exchange.ports.unsealed import UnsealedPermit, UnsealedPermits

__all__ = [
    "FAR_AHEAD",
    "LONGEST_WAIT",
    "NO_SECURITY",
    "SEAL_NAME",
    "Answers",
    "Attachment",
    "BeginWork",
    "CertificateJudge",
    "Clock",
    "ConcurrentChange",
    "Direction",
    "Document",
    "EmptyDatabase",
    "Exchange",
    "ExchangeWatch",
    "Form",
    "Head",
    "HeadSigner",
    "HeadVerifier",
    "Hold",
    "Holds",
    "Journal",
    "Judged",
    "KeptPermit",
    "Kind",
    "Leaf",
    "LookupWatch",
    "MessageSecurer",
    "MessageSecurity",
    "MessageVerifier",
    "NationalRecord",
    "NationalSource",
    "NewId",
    "Old",
    "Outbox",
    "Outgoing",
    "OutgoingEvent",
    "PartnerConfirmation",
    "PartnerDoor",
    "PartnerReply",
    "PartnerResting",
    "PartnerState",
    "Patience",
    "PermitFormat",
    "Permits",
    "Receipt",
    "Release",
    "RetainedJournal",
    "Row",
    "SealVerifier",
    "SealedJournal",
    "Sealer",
    "ServiceMode",
    "ServiceModes",
    "SharedKeys",
    "ShownCertificate",
    "Snapshot",
    "StampVerifier",
    "StoredPermit",
    "TableForm",
    "TakenMessages",
    "TimeStamper",
    "Turns",
    "UnsealedPermit",
    "UnsealedPermits",
    "Value",
    "Vault",
    "Wanted",
    "Work",
]
