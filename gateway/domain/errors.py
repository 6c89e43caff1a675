"""What can go wrong, in one tree; every door maps it in one table of its own.

GatewayError
    RequestRefused   the caller can mend it (SOAP side Client)
        CertificateMissing, CallerNotFound, CalleeNotFound, AccessDenied,
        CertificateNotFound, CertificateNotFinal, CertificateCancelled, CertificateReplaced,
        InvalidRequest, MessageTooLarge, PositionUnknown, PositionRepeated, QuantityInvalid, QuantityExceeded,
        AlreadyConfirmed, TooManyRequests, OperationNotAvailable, VersionMismatch, MustUnderstand
    TrustRefused     what is signed, or should be, cannot be vouched for (SOAP side Client)
        SignatureMissing, SignatureInvalid, SignerNotTrusted, AlgorithmRefused, MessageExpired, MessageReplayed
    PartnerFailed    the other side did not do its part (SOAP side Server)
        PartnerUnreachable, PartnerTimeout, PartnerFault, PartnerReplyInvalid
    HouseFault       ours (SOAP side Server; no inside is ever shown to a partner)
        ServiceUnavailable, UnderMaintenance, InternalError
    InputInvalid     what our own people hand us; never reaches a partner
        SettingsInvalid, KeyUnusable, RecordInvalid, DocumentInvalid, BackupInvalid,
        RestoreRefused

The class name is the code on the wire, in JSON and in the log. `text` is one sentence for a person.
"""

from enum import StrEnum
from typing import ClassVar


class Retry(StrEnum):
    """Whether asking again can help: the `Retry` of a fault's detail."""

    NEVER = "never"
    LATER = "later"
    AFTER_CHANGE = "after-change"


class Trouble(StrEnum):
    """What ails a database, in a word for our own people; no partner is told."""

    FULL = "full"
    READ_ONLY = "read-only"
    LOCKED = "locked"
    DAMAGED = "damaged"
    UNREACHABLE = "unreachable"


class GatewayError(Exception):
    """Root of the tree.

    text: one sentence for a person, free of tokens, paths and inside names.
    position: letter of the line (CitesPosition ID) where one line is to blame.
    box: number of the box of the CITES form ("11", "12a") where one box is to blame.
    """

    retry: ClassVar[Retry] = Retry.AFTER_CHANGE

    def __init__(self, text: str, *, position: str | None = None, box: str | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.position = position
        self.box = box

    @property
    def code(self) -> str:
        """The one word by which every door names this error."""
        return type(self).__name__


class RequestRefused(GatewayError):
    """The caller can mend it."""


class CertificateMissing(RequestRefused):
    """No client certificate where one is required."""


class CallerNotFound(RequestRefused):
    """The client certificate is valid but belongs to no registered partner."""


class CalleeNotFound(RequestRefused):
    """IsoCountryCode names a country that is not served here; or is absent where several authorities are."""


class AccessDenied(RequestRefused):
    """This partner may not use this operation here."""


class CertificateNotFound(RequestRefused):
    """Number unknown, token wrong or missing, or not for this caller's eyes: one answer for all of them."""

    def __init__(self) -> None:
        super().__init__("No permit or certificate is known here under this number and token.")


class CertificateNotFinal(RequestRefused):
    """Box 14 is not filled for every line yet."""

    retry = Retry.LATER


class CertificateCancelled(RequestRefused):
    """The issuing authority has cancelled the document."""

    retry = Retry.NEVER


class CertificateReplaced(RequestRefused):
    """Another document stands in its place."""


class InvalidRequest(RequestRefused):
    """The message is against the contract."""


class MessageTooLarge(RequestRefused):
    """The message is over a limit."""


class PositionUnknown(RequestRefused):
    """The permit has no line of this letter."""


class PositionRepeated(RequestRefused):
    """One message names the same line twice."""


class QuantityInvalid(RequestRefused):
    """Not a plain, finite, non-negative decimal in the unit of box 11."""


class QuantityExceeded(RequestRefused):
    """More than remains of box 11."""


class AlreadyConfirmed(RequestRefused):
    """The same caller has confirmed other quantities for the line before."""


class TooManyRequests(RequestRefused):
    """The budget of this caller is spent."""

    retry = Retry.LATER


class OperationNotAvailable(RequestRefused):
    """The authority does not offer this operation, or not for this permit in this schema version."""

    retry = Retry.NEVER


class VersionMismatch(RequestRefused):
    """The envelope is of another SOAP version."""

    retry = Retry.NEVER


class MustUnderstand(RequestRefused):
    """A mandatory header block is not known here."""

    retry = Retry.NEVER


class TrustRefused(GatewayError):
    """What is signed, or should be, cannot be vouched for."""


class SignatureMissing(TrustRefused):
    """There is no signature where this party must sign."""


class SignatureInvalid(TrustRefused):
    """The signature does not fit what it should cover, or has not the one form that is accepted."""


class SignerNotTrusted(TrustRefused):
    """The signature holds, but nothing leads from its certificate to what is trusted for this party."""


class AlgorithmRefused(TrustRefused):
    """The signature uses an algorithm or a key size that is not on the list of those accepted."""


class MessageExpired(TrustRefused):
    """The message is older than it may be, says that it comes from the future, or does not say when it was made."""


class MessageReplayed(TrustRefused):
    """The same signed message was taken before."""


class PartnerFailed(GatewayError):
    """The partner we asked did not do its part."""

    retry = Retry.LATER


class PartnerUnreachable(PartnerFailed):
    """No connection, or TLS not agreed."""


class PartnerTimeout(PartnerFailed):
    """Connected, but no whole answer in time."""


class PartnerFault(PartnerFailed):
    """The partner answered with a Fault. partner_code and partner_text: its own words, for our journal only."""

    retry = Retry.NEVER

    def __init__(self, text: str, *, partner_code: str, partner_text: str) -> None:
        super().__init__(text)
        self.partner_code = partner_code
        self.partner_text = partner_text


class PartnerReplyInvalid(PartnerFailed):
    """The answer is not XML, not of the contract, or carries another permit than the one asked for."""

    retry = Retry.NEVER


class HouseFault(GatewayError):
    """Our own trouble."""

    retry = Retry.LATER


class ServiceUnavailable(HouseFault):
    """A part we need (store, journal) does not answer. trouble: what ails it, where that is known."""

    def __init__(self, text: str, trouble: Trouble | None = None) -> None:
        super().__init__(text)
        self.trouble = trouble


class UnderMaintenance(HouseFault):
    """Somebody has closed the service for a while."""


class InternalError(HouseFault):
    """A defect of ours."""


class InputInvalid(GatewayError):
    """What our own people hand us is wrong: a configuration, a record, a document."""


class SettingsInvalid(InputInvalid):
    """A configuration file is wrong. file, line (1-based, None where the key is absent) and key say where."""

    def __init__(self, text: str, *, file: str, line: int | None = None, key: str | None = None) -> None:
        super().__init__(text)
        self.file = file
        self.line = line
        self.key = key


class KeyUnusable(InputInvalid):
    """A key or certificate of ours cannot be used: unreadable, not a pair, of a kind not accepted, or out of date."""


class RecordInvalid(InputInvalid):
    """A national record cannot become a permit.

    file, row (1-based: CSV line or index in the JSON list), field: where; expected: what should stand there.
    also: whatever else is wrong with the same record, so that a clerk mends it once.
    """

    def __init__(
        self, text: str, *, file: str, row: int, field: str | None = None, box: str | None = None,
        position: str | None = None, expected: str | None = None, also: tuple["RecordInvalid", ...] = (),
    ) -> None:  # fmt: skip
        super().__init__(text, position=position, box=box)
        self.file = file
        self.row = row
        self.field = field
        self.expected = expected
        self.also = also

    @property
    def problems(self) -> tuple["RecordInvalid", ...]:
        """This problem and every further one of the record, in the order of the file."""
        return (self, *self.also)


class DocumentInvalid(InputInvalid):
    """A permit document cannot be read, or a permit cannot be written in this schema version.

    path: place in the document, line: 1-based line where known.
    """

    def __init__(
        self, text: str, *, box: str | None = None, position: str | None = None,
        path: str | None = None, line: int | None = None,
    ) -> None:  # fmt: skip
        super().__init__(text, position=position, box=box)
        self.path = path
        self.line = line


class BackupInvalid(InputInvalid):
    """A backup cannot be restored: another kind of file, damaged, another passphrase, or of a newer gateway."""


class RestoreRefused(InputInvalid):
    """There is something already where a backup should be restored to."""
