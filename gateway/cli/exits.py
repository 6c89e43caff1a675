"""Exit statuses: a table of status and advice for each error. The error brings its own sentence."""

from dataclasses import dataclass, replace

from gateway.domain import errors
from gateway.domain.api.refused import ApiKeyInvalid
from gateway.domain.credential.verdict import CredentialStatus
from gateway.domain.declarations.refused import DeclarationInvalid
from gateway.domain.paper.verdict import PaperStatus
from gateway.domain.people.refused import PersonInvalid
from gateway.domain.summary import Outcome
from gateway.domain.supporting.refused import DocumentRefused
from gateway.domain.verdict import SealStatus


class CannotDo(Exception):
    """A command that cannot be carried out as it was called. text, advice: a sentence each."""

    def __init__(self, text: str, advice: str = "") -> None:
        super().__init__(text)
        self.text = text
        self.advice = advice


@dataclass(frozen=True, slots=True)
class Exit:
    """Exit of a command. status: 0 to 125, unique for each error.  advice: a sentence."""

    status: int
    advice: str


CANNOT_DO = 1
"""Status of a command that was refused, or could not be done as asked.

2 is a wrong command line, 130 an interruption.
"""

UNADOPTED = 55
"""Status of `journal verify --reconcile` where permits only wait for `journal adopt`."""

DIFFERENT = 72
"""Status of `replay` where an answer or an outcome is not as it was recorded."""

_ASK_THE_PARTNER = (
    "Ask the partner authority; `epix-gateway state` shows whether its service is up."
)
_MEND_AND_REPEAT = "Mend it and call the command again."
_REPORT_IT = "Please report this sentence and the command that led to it."

EXITS: dict[type[errors.GatewayError], Exit] = {
    errors.CertificateMissing: Exit(
        20, "Name certificate_file and key_file in [client] of conf/gateway.toml."
    ),
    errors.CallerNotFound: Exit(21, "Ask the partner to register our client certificate."),
    errors.CalleeNotFound: Exit(22, "Give the country's partner an address in conf/partners.toml."),
    errors.AccessDenied: Exit(23, "Ask the partner to open this operation to us."),
    errors.CertificateNotFound: Exit(
        24, "Compare number and token with the document, letter by letter."
    ),
    errors.CertificateNotFinal: Exit(
        25, "Ask again when customs have confirmed every line, or ask without --final."
    ),
    errors.CertificateCancelled: Exit(26, "Do not accept the document; ask the issuing authority."),
    errors.CertificateReplaced: Exit(27, "Ask for the document that stands in its place."),
    errors.CertificateExpired: Exit(57, "Ask the issuing authority; it takes no confirmation now."),
    errors.InvalidRequest: Exit(28, _MEND_AND_REPEAT),
    errors.MessageTooLarge: Exit(29, _MEND_AND_REPEAT),
    errors.PositionUnknown: Exit(30, "Use the letters of the lines as the permit shows them."),
    errors.PositionRepeated: Exit(31, "Name each line once."),
    errors.QuantityInvalid: Exit(
        32, "Write a quantity in plain digits in the unit of box 11, such as 12 or 12.5."
    ),
    errors.QuantityExceeded: Exit(33, "Compare the quantity with box 11 of the permit."),
    errors.AlreadyConfirmed: Exit(
        34, "Ask the issuing authority to reverse the first confirmation."
    ),
    errors.TooManyRequests: Exit(35, "Wait a minute, then ask again."),
    errors.OperationNotAvailable: Exit(
        36, "Ask in the other schema version, or ask the issuing authority."
    ),
    errors.VersionMismatch: Exit(
        37, "Set soap of this partner in conf/partners.toml to the version it speaks."
    ),
    errors.MustUnderstand: Exit(38, _ASK_THE_PARTNER),
    errors.PartnerUnreachable: Exit(
        40, "Check its address, and that its certificate comes from the configured CA."
    ),
    errors.PartnerTimeout: Exit(
        41, "Ask again later, or raise the partner's time-outs in conf/partners.toml."
    ),
    errors.PartnerFault: Exit(42, _ASK_THE_PARTNER),
    errors.PartnerReplyInvalid: Exit(
        43, "Tell the partner authority; the journal keeps what it answered."
    ),
    errors.SignatureMissing: Exit(
        44, "Do not rely on the document; ask the partner authority why it is not sealed."
    ),
    errors.SignatureInvalid: Exit(45, "Do not accept the document; tell the partner authority."),
    errors.SignerNotTrusted: Exit(
        46, "Ask the partner who signs for it: its CA belongs in conf/partners.toml."
    ),
    errors.AlgorithmRefused: Exit(
        47, "Tell the partner authority which algorithms are accepted: docs/permit-seal.md."
    ),
    errors.MessageExpired: Exit(48, "Compare the clock of this machine with the partner's."),
    errors.MessageReplayed: Exit(49, _ASK_THE_PARTNER),
    errors.ServiceUnavailable: Exit(50, "Check that the database can be reached and written."),
    errors.UnderMaintenance: Exit(
        52, "`epix-gateway maintenance status` shows since when, and why."
    ),
    errors.PermitAltered: Exit(
        54, "`epix-gateway journal verify --reconcile` names each difference; see docs/journal.md."
    ),
    errors.InternalError: Exit(51, _REPORT_IT),
    errors.SettingsInvalid: Exit(
        60, "`epix-gateway check-config` shows everything that is wrong at once."
    ),
    errors.KeyUnusable: Exit(
        63, "`epix-gateway check-config` shows what is wrong with each key and certificate."
    ),
    errors.RecordInvalid: Exit(61, "Mend the record in the national system and publish it again."),
    errors.ReferenceDataInvalid: Exit(
        66, "Nothing was imported. Mend the file, or fetch it again from its source."
    ),
    errors.BackupInvalid: Exit(
        64, "Nothing was restored. Compare file and passphrase, or take an older backup."
    ),
    errors.RestoreRefused: Exit(
        65, "Name a new directory, or an empty database; nothing was changed."
    ),
    PersonInvalid: Exit(67, _MEND_AND_REPEAT),
    ApiKeyInvalid: Exit(73, _MEND_AND_REPEAT),
    DeclarationInvalid: Exit(75, _MEND_AND_REPEAT),
    DocumentRefused: Exit(78, _MEND_AND_REPEAT),
    errors.RecordingInvalid: Exit(
        71, "Take it again from where it came, or record the exchange again: docs/recordings.md."
    ),
    errors.DocumentInvalid: Exit(62, "Tell whoever made the document what is wrong with it."),
}

PROBLEMS: dict[errors.DatabaseProblem, str] = {
    errors.DatabaseProblem.FULL: (
        "The disk of the database is full: make room on it; nothing has to be restarted."
    ),
    errors.DatabaseProblem.READ_ONLY: (
        "The database can only be read: see who may write it, and how its disk is mounted."
    ),
    errors.DatabaseProblem.LOCKED: (
        "Another process has been writing to the database for too long: find it and let it end."
    ),
    errors.DatabaseProblem.DAMAGED: (
        "The database is damaged: keep its files, look at the disk, and see docs/backup.md."
    ),
    errors.DatabaseProblem.UNREACHABLE: (
        "Check that the database can be reached: that its server runs, or its file is there."
    ),
    errors.DatabaseProblem.NOT_GRANTED: (
        "The database user may not do this: use the role that is for it, or run"
        " conf/database-roles.sql again after a migration (docs/database-roles.md)."
    ),
}
"""Advice by problem of the database, in place of that of ServiceUnavailable."""

VERDICTS: dict[SealStatus, Exit] = {
    SealStatus.SEALED_VALID: Exit(0, ""),
    SealStatus.UNSEALED: Exit(
        EXITS[errors.SignatureMissing].status,
        "Ask first: nothing proves that this is what the authority issued.",
    ),
    SealStatus.SEALED_BROKEN: EXITS[errors.SignatureInvalid],
    SealStatus.SIGNER_UNKNOWN: Exit(
        EXITS[errors.SignerNotTrusted].status,
        "Ask first: ask the issuing authority who signs for it; its CA belongs in"
        " conf/partners.toml.",
    ),
    SealStatus.EXPIRED: Exit(
        53, "Ask first: ask the issuing authority whether the document is still in force."
    ),
    SealStatus.REVOKED: Exit(
        56,
        "Do not accept the document: ask the issuing authority for it again, sealed with its new"
        " key.",
    ),
}
"""Exit of `seal verify` by the status of the seal.

The status is that of the error by which a partner that must seal is refused: one number has one
meaning. A revoked signer has a number of its own: SignerNotTrusted advises to ask who signs. An
unsealed permit is no success even where partners need not seal: a seal that somebody took away
would look the same.
"""

SUMMARIES: dict[Outcome, int] = {
    Outcome.MAY_PASS: 0,
    Outcome.ASK_FIRST: 58,
    Outcome.DO_NOT_ACCEPT: 59,
}
"""Status of `ask` by its summary. Whatever the reason, one summary has one number: a program that
looks at it alone does what a person would. The reasons are in the output, and in `--json`.
"""

PAPERS: dict[PaperStatus, Exit] = {
    PaperStatus.GENUINE: Exit(0, ""),
    PaperStatus.WITHDRAWN: EXITS[errors.CertificateCancelled],
    PaperStatus.ALTERED: EXITS[errors.SignatureInvalid],
    PaperStatus.SIGNER_UNKNOWN: EXITS[errors.SignerNotTrusted],
    PaperStatus.KEY_EXPIRED: VERDICTS[SealStatus.EXPIRED],
    PaperStatus.KEY_REVOKED: VERDICTS[SealStatus.REVOKED],
    PaperStatus.EXPIRED: EXITS[errors.CertificateExpired],
    PaperStatus.MAY_BE_WITHDRAWN: Exit(SUMMARIES[Outcome.ASK_FIRST], ""),
    PaperStatus.LIST_OUT_OF_DATE: Exit(SUMMARIES[Outcome.ASK_FIRST], ""),
    PaperStatus.NOT_YET_VALID: Exit(SUMMARIES[Outcome.DO_NOT_ACCEPT], ""),
}
"""Exit of `paper verify` by the status of the code: that of the same finding elsewhere."""


CREDENTIALS: dict[CredentialStatus, Exit] = {
    CredentialStatus.GENUINE: Exit(0, ""),
    CredentialStatus.NO_CREDENTIAL: EXITS[errors.DocumentInvalid],
    CredentialStatus.ALGORITHM_REFUSED: EXITS[errors.AlgorithmRefused],
    CredentialStatus.ALTERED: EXITS[errors.SignatureInvalid],
    CredentialStatus.SIGNER_UNKNOWN: EXITS[errors.SignerNotTrusted],
    CredentialStatus.KEY_EXPIRED: VERDICTS[SealStatus.EXPIRED],
    CredentialStatus.KEY_REVOKED: VERDICTS[SealStatus.REVOKED],
    CredentialStatus.EXPIRED: EXITS[errors.CertificateExpired],
    CredentialStatus.REVOKED: EXITS[errors.CertificateCancelled],
    CredentialStatus.MAY_BE_REVOKED: Exit(SUMMARIES[Outcome.ASK_FIRST], ""),
    CredentialStatus.STATUS_UNKNOWN: Exit(SUMMARIES[Outcome.ASK_FIRST], ""),
    CredentialStatus.NOT_YET_VALID: Exit(SUMMARIES[Outcome.DO_NOT_ACCEPT], ""),
}
"""Exit of `credential verify` by the status of the credential: that of the same finding elsewhere.
"""


def exit_of(error: errors.GatewayError) -> Exit:
    """The row of an error's class. A class without one is a defect that the tests find."""
    row = EXITS[type(error)]
    if isinstance(error, errors.ServiceUnavailable) and error.problem:
        return replace(row, advice=PROBLEMS[error.problem])
    return row


def exit_of_code(code: str) -> Exit:
    """The row of an error by its code; that of PartnerFault for a code that is none of ours."""
    found = next((kind for kind in EXITS if kind.__name__ == code), errors.PartnerFault)
    return EXITS[found]
