"""Error tree of the gateway; each interface (SOAP, JSON, command line) maps it in one table.

GatewayError
    RequestRefused   the caller can correct it (SOAP side Client)
        CertificateMissing, CallerNotFound, CalleeNotFound, AccessDenied, CertificateNotFound,
        CertificateNotFinal, CertificateCancelled, CertificateReplaced, CertificateExpired,
        InvalidRequest, MessageTooLarge, PositionUnknown, PositionRepeated, QuantityInvalid,
        QuantityExceeded, AlreadyConfirmed, TooManyRequests, OperationNotAvailable, VersionMismatch,
        MustUnderstand
    TrustRefused     a signature is missing or not trusted (SOAP side Client)
        SignatureMissing, SignatureInvalid, SignerNotTrusted, AlgorithmRefused, MessageExpired,
        MessageReplayed
    PartnerFailed    the partner that we asked failed (SOAP side Server)
        PartnerUnreachable, PartnerTimeout, PartnerFault, PartnerReplyInvalid
    InternalFailure  a problem of this gateway (SOAP side Server; a partner sees no details)
        ServiceUnavailable, UnderMaintenance, PermitAltered, InternalError
    InputInvalid     wrong input of our own staff; never reaches a partner
        SettingsInvalid, KeyUnusable, RecordInvalid, ReferenceDataInvalid, DocumentInvalid,
        BackupInvalid, RestoreRefused, RecordingInvalid, PersonInvalid, ApiKeyInvalid,
        DeclarationInvalid, DocumentRefused

The class name is the code on the wire, in JSON and in the log. `text` is one sentence for a person.
"""

from enum import StrEnum
from typing import ClassVar

from gateway.domain.codes import Language, RuleFinding
from gateway.domain.people.sentence import Sentence


class Retry(StrEnum):
    """Whether a repeated request can succeed: the `Retry` of a fault's detail."""

    NEVER = "never"
    LATER = "later"
    AFTER_CHANGE = "after-change"


class DatabaseProblem(StrEnum):
    """Cause of a database failure, for log and metrics; never shown to a partner."""

    FULL = "full"
    READ_ONLY = "read-only"
    LOCKED = "locked"
    DAMAGED = "damaged"
    UNREACHABLE = "unreachable"
    NOT_GRANTED = "not-granted"


class GatewayError(Exception):
    """Root of the tree.

    text: sentence for a person, free of tokens, paths and internal names.
    words: the same for pages; text that is given as a Sentence is there in their languages.
    position: letter of the line (CitesPosition ID) that the error is about, if any.
    box: box of the CITES form ("11", "12a") that the error is about, if any.
    """

    retry: ClassVar[Retry] = Retry.AFTER_CHANGE

    def __init__(
        self, text: str | Sentence, *, position: str | None = None, box: str | None = None
    ) -> None:
        super().__init__(str(text))
        self.text = str(text)
        self.words = text if isinstance(text, Sentence) else Sentence("{text}", {"text": text})
        self.position = position
        self.box = box

    @property
    def code(self) -> str:
        """Code of the error in every interface."""
        return type(self).__name__


class RequestRefused(GatewayError):
    """The request is refused; the caller can correct it."""


class CertificateMissing(RequestRefused):
    """No client certificate where one is required."""


class CallerNotFound(RequestRefused):
    """The client certificate is valid but belongs to no registered partner."""


class CalleeNotFound(RequestRefused):
    """IsoCountryCode names a country not served here, or is absent where several are served."""


class AccessDenied(RequestRefused):
    """This partner may not use this operation here."""


_NOT_FOUND = Sentence("No permit or certificate is known here under this number and token.")


class CertificateNotFound(RequestRefused):
    """Number unknown, token wrong or missing, or permit not for this caller's eyes.

    All of these get the same text and the same time, so that a guesser learns nothing.
    """

    def __init__(self) -> None:
        super().__init__(_NOT_FOUND)


class CertificateNotFinal(RequestRefused):
    """Box 14 is not filled for every line yet."""

    retry = Retry.LATER


class CertificateCancelled(RequestRefused):
    """The issuing authority has cancelled the document."""

    retry = Retry.NEVER


class CertificateReplaced(RequestRefused):
    """The document has been replaced by another."""


class CertificateExpired(RequestRefused):
    """The last day of box 2 is over."""

    retry = Retry.NEVER


class InvalidRequest(RequestRefused):
    """The message does not follow the wire contract."""


class MessageTooLarge(RequestRefused):
    """The message exceeds a size limit."""


class PositionUnknown(RequestRefused):
    """The permit has no line of this letter."""


class PositionRepeated(RequestRefused):
    """A message names the same line twice."""


class QuantityInvalid(RequestRefused):
    """Not a plain, finite, non-negative decimal in the unit of box 11."""


class QuantityExceeded(RequestRefused):
    """The quantity is more than what remains of box 11."""


class AlreadyConfirmed(RequestRefused):
    """The same caller has confirmed other quantities for the line before."""


class TooManyRequests(RequestRefused):
    """The rate limit of this caller, or of this permit, is exceeded."""

    retry = Retry.LATER


class OperationNotAvailable(RequestRefused):
    """The operation is not offered here, or not for this permit in this schema version."""

    retry = Retry.NEVER


class VersionMismatch(RequestRefused):
    """The envelope is of another SOAP version."""

    retry = Retry.NEVER


class MustUnderstand(RequestRefused):
    """A mandatory header block is not known here."""

    retry = Retry.NEVER


class TrustRefused(GatewayError):
    """A signature is missing, broken or not trusted."""


class SignatureMissing(TrustRefused):
    """A signature that this party must make is missing."""


class SignatureInvalid(TrustRefused):
    """The signature does not fit the signed content, or has not the form that is accepted."""


class SignerNotTrusted(TrustRefused):
    """The signature holds, but its certificate has no chain to an anchor of this party."""


class AlgorithmRefused(TrustRefused):
    """The signature uses an algorithm or a key size that is not on the accepted list."""


class MessageExpired(TrustRefused):
    """The timestamp of the message is too old, in the future, or missing."""


class MessageReplayed(TrustRefused):
    """The same signed message was accepted before (replay)."""


class PartnerFailed(GatewayError):
    """The partner that we asked failed."""

    retry = Retry.LATER


class PartnerUnreachable(PartnerFailed):
    """No connection, or no TLS session."""


class PartnerTimeout(PartnerFailed):
    """Connected, but no complete answer in time."""


class PartnerFault(PartnerFailed):
    """The partner answered with a Fault.

    partner_code, partner_text: as the partner wrote them, for our journal only.
    partner_incident: number under which the partner finds the exchange; None where it gave none.
    """

    retry = Retry.NEVER
    partner_incident: str | None = None

    def __init__(self, text: str, *, partner_code: str, partner_text: str) -> None:
        super().__init__(text)
        self.partner_code = partner_code
        self.partner_text = partner_text


class PartnerReplyInvalid(PartnerFailed):
    """The answer is not XML, not of the contract, or about another permit."""

    retry = Retry.NEVER


class InternalFailure(GatewayError):
    """A problem of this gateway."""

    retry = Retry.LATER


class ServiceUnavailable(InternalFailure):
    """Database or journal does not answer. problem: its cause, None where unknown."""

    def __init__(self, text: str | Sentence, problem: DatabaseProblem | None = None) -> None:
        super().__init__(text)
        self.problem = problem


class UnderMaintenance(InternalFailure):
    """The service is closed for maintenance."""


class PermitAltered(InternalFailure):
    """The database holds something else of a permit than its sealed record says.

    Nothing is answered or derived from it, and nothing of it is sealed, until a person decides.
    """


class InternalError(InternalFailure):
    """A defect of this gateway."""


class InputInvalid(GatewayError):
    """Input of our own staff is wrong: a configuration, a record, a document."""


class SettingsInvalid(InputInvalid):
    """A configuration file is wrong.

    file, line, key: place; line is 1-based, None where the key is absent.
    """

    def __init__(
        self, text: str, *, file: str, line: int | None = None, key: str | None = None
    ) -> None:
        super().__init__(text)
        self.file, self.line, self.key = file, line, key


class KeyUnusable(InputInvalid):
    """A key or certificate of ours cannot be used.

    It is unreadable, not a pair, of a type that is not accepted, or out of date.
    file, line, key: place in the configuration that names it, where `check-config` found it.
    """

    def __init__(
        self, text: str, *, file: str | None = None, line: int | None = None, key: str | None = None
    ) -> None:
        super().__init__(text)
        self.file, self.line, self.key = file, line, key


class RecordInvalid(InputInvalid):
    """A national record cannot become a permit.

    file, row, field: place; row is 1-based, the CSV line or the index in the JSON list.
    expected: description of a valid value.
    finding, number: of the rule that refuses the record, and of its permit; else None.
    also: further problems of the same record, so that a clerk corrects it in one go.
    """

    def __init__(
        self,
        text: str,
        *,
        file: str,
        row: int,
        field: str | None = None,
        box: str | None = None,
        position: str | None = None,
        expected: str | None = None,
        number: str | None = None,
        finding: RuleFinding | None = None,
        also: tuple["RecordInvalid", ...] = (),
    ) -> None:
        super().__init__(text, position=position, box=box)
        self.file, self.row, self.field = file, row, field
        self.expected = expected
        self.number, self.finding = number, finding
        self.also = also

    def sentence(self, language: Language = "english") -> str:
        """Return the text; the finding of a rule is there in three languages."""
        if self.finding is None:
            return self.text
        return f"{self.number}: {self.finding.text(language)} [{self.finding.rule}]"

    @property
    def problems(self) -> tuple["RecordInvalid", ...]:
        """This problem and all further ones of the record, in the order of the file."""
        return (self, *self.also)


class ReferenceDataInvalid(InputInvalid):
    """A file of reference data cannot be imported; nothing of it is.

    row: line of a CSV file, or index in the list of a JSON file, 1-based.  field: column, or key.
    also: further problems of the file.
    """

    def __init__(
        self, text: str, *, file: str, row: int, field: str | None = None, expected: str = ""
    ) -> None:
        super().__init__(text)
        self.file, self.row, self.field, self.expected = file, row, field, expected
        self.also: tuple[ReferenceDataInvalid, ...] = ()

    @property
    def problems(self) -> tuple["ReferenceDataInvalid", ...]:
        """This problem and all further ones, in the order of the file."""
        return (self, *self.also)


class DocumentInvalid(InputInvalid):
    """A permit document cannot be read, or a permit cannot be written in this schema version.

    path: place in the document.  line: 1-based, None where unknown.
    """

    def __init__(
        self,
        text: str,
        *,
        box: str | None = None,
        position: str | None = None,
        path: str | None = None,
        line: int | None = None,
    ) -> None:
        super().__init__(text, position=position, box=box)
        self.path, self.line = path, line


class BackupInvalid(InputInvalid):
    """A backup cannot be restored: damaged, of another passphrase, of a newer gateway, or none."""


class RestoreRefused(InputInvalid):
    """The target of a restore is not empty."""


class RecordingInvalid(InputInvalid):
    """A recording cannot be read or written: damaged, edited, of another version, not redacted."""
