"""Checks of files for `validate` and `seal verify`: readers of the rooms, without a gateway."""

from pathlib import Path

from adapters.national.registry import national_source
from adapters.registry import formats
from gateway.bootstrap.clock import now
from gateway.bootstrap.parts.permits import PermitsPart
from gateway.crypto.callers.crl import RevocationLists
from gateway.crypto.permit_seal.verify import PermitSealVerifier, read_anchors
from gateway.dialects import FaultForm
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.rules import Judge, findings
from gateway.exchange.permits.check_file import AnswerUnusable, CheckFile
from gateway.exchange.ports import PartnerConfirmation, PartnerReply, SealVerifier
from gateway.partners.answers import read_certificate, read_confirmation
from gateway.partners.faults import Failure, PartnerRefusal, in_our_words
from gateway.partners.mtom import media_type_of
from gateway.partners.transport import RawAnswer
from gateway.soap.checking import check_request
from schemas import VERSION_BY_ROOT


def check_file(judge: Judge = findings, permits: PermitsPart | None = None) -> CheckFile:
    """The use case that checks files.

    judge: with reference data, where there are any.  permits: of the gateway that national records
    are for: they are judged as `publish` would.
    """
    return CheckFile(
        formats(),
        {root: version.name for root, version in VERSION_BY_ROOT.items()},
        permits.source_of if permits else national_source,
        _read_request,
        _read_confirmation,
        read_answer,
        judge,
        permits.publish.rehearse if permits else None,
    )


def seal_verifier(
    anchors_file: Path | None, country: IsoCountryCode | None, crl_file: Path | None
) -> SealVerifier:
    """Verifier of permit seals.

    anchors_file: PEM with the CAs and certificates that are trusted; None: no signer is trusted.
    country: the signer must be of it; None: of any.
    crl_file: revocation list of these CAs; None: no revocation is known.
    Raises KeyUnusable, SettingsInvalid for an unreadable file.
    """
    anchors = read_anchors(anchors_file) if anchors_file else ()
    lists = RevocationLists(crl_file) if crl_file else None
    return PermitSealVerifier(anchors, country, now, lists)


def read_answer(content: bytes) -> PartnerReply:
    """Read a SOAP answer that holds a permit. Raises AnswerUnusable."""
    try:
        return read_certificate(_raw(content))
    except (Failure, PartnerRefusal) as problem:
        raise _unusable(problem) from None


def fault_code(content: bytes, form: FaultForm) -> str:
    """Code of the SOAP Fault in an answer, in our words; empty where it holds none.

    form: of the faults of the partner that sent it.
    """
    try:
        read_certificate(_raw(content))
    except PartnerRefusal as refusal:
        understood = in_our_words(refusal, form)
        return understood.code if isinstance(understood, PartnerRefusal) else ""
    except Failure:
        pass
    return ""


def _read_confirmation(content: bytes) -> PartnerConfirmation:
    try:
        return read_confirmation(_raw(content))
    except (Failure, PartnerRefusal) as problem:
        raise _unusable(problem) from None


def _read_request(content: bytes) -> str:
    request = check_request(content)
    return f"{request.operation} of contract version {request.version[1:]}"


def _raw(content: bytes) -> RawAnswer:
    return RawAnswer(200, media_type_of(content), body=bytearray(content))


def _unusable(problem: Failure | PartnerRefusal) -> AnswerUnusable:
    if isinstance(problem, PartnerRefusal):
        return AnswerUnusable(f"a SOAP Fault ({problem.code})")
    return AnswerUnusable("a SOAP answer", f"The sender {problem.reason}")
