"""Foreign permits: requested from the issuing country, the seal verified, then read and judged.

The order matters. Where the seal is trusted, only the bytes that it covers are read; where a
partner must seal its permits, a document without a trusted seal is not read at all. A value that
is not readable is marked and does not lose the permit. Then the number is compared with the one
asked for, so that a partner cannot answer with another permit. At last the rules judge it, and one
summary says what a person does with it.

Where the partner cannot be reached, the newest document that it sent before is shown, if its seal
is trusted.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from gateway.domain.declarations.use import WrittenOff
from gateway.domain.delivery_state import DeliveryState
from gateway.domain.errors import (
    CalleeNotFound,
    DocumentInvalid,
    GatewayError,
    PartnerFailed,
    PartnerFault,
    PartnerReplyInvalid,
    PartnerTimeout,
    PartnerUnreachable,
)
from gateway.domain.identifiers import Authority, CertificateNumber, IsoCountryCode, TokenId
from gateway.domain.ledger.foreign_use import Counted
from gateway.domain.partner import Agreement, OperationName
from gateway.domain.permit.permit import Permit
from gateway.domain.rules.finding import Finding
from gateway.domain.rules.foreign import ForeignJudge, foreign_findings
from gateway.domain.summary import Summary, summarise, summary_of_fault, summary_of_seal
from gateway.domain.verdict import Verdict
from gateway.exchange.availability.history import NOTHING_KNOWN, Lately
from gateway.exchange.permits.foreign.box_14 import compare_with_outbox
from gateway.exchange.permits.foreign.earlier_answers import EarlierAnswers
from gateway.exchange.permits.foreign.ended import EndOf
from gateway.exchange.ports import (
    SEAL_NAME,
    Clock,
    Outbox,
    PartnerOperations,
    PartnerReply,
    PartnerState,
    PermitFormat,
    SealVerifier,
)

_ONLY_AUTHORITY = "MA"
"""Code of the authority of a partner's country: partners are known by country alone."""


@dataclass(frozen=True, slots=True)
class ForeignPermit:
    """A permit of another country.

    permit: read from verified bytes alone where the verdict is trusted.  reply: as it came.
    findings: of the rules, at the moment it was asked for.  summary: of all that, for a person.
    expired_since: end of its validity, if that was before it was asked for; aware.
    fetched: when the document came, where the partner could not be reached now; aware.
    lately: latest news of the partner, where it could not be reached now.
    """

    permit: Permit
    verdict: Verdict
    reply: PartnerReply
    findings: tuple[Finding, ...]
    summary: Summary
    expired_since: datetime | None = None
    fetched: datetime | None = None
    lately: Lately = NOTHING_KNOWN


@dataclass(frozen=True, slots=True)
class NotShown:
    """A permit that is not shown, though it is known what a person does with it.

    Its issuer does not give it out because of its status, or must seal it and did not.
    error: as every other command says it.  verdict: on the seal of a document that was not read.
    reply: that document, as it came.
    """

    summary: Summary
    error: GatewayError
    verdict: Verdict | None = None
    reply: PartnerReply | None = None


@dataclass(frozen=True, slots=True)
class SealRule:
    """Seal policy for the permits of one country.

    must_seal: a permit without a trusted seal is refused before it is read.
    """

    verifier: SealVerifier
    must_seal: bool


@dataclass(frozen=True, slots=True)
class PartnerDirectory:
    """Partners that this gateway may ask, one per country."""

    partners: Mapping[IsoCountryCode, PartnerOperations]

    def for_country(self, country: str) -> PartnerOperations:
        """Return the partner of a country.

        Raises InvalidRequest where it is no country code, CalleeNotFound where no partner of that
        country is configured.
        """
        code = IsoCountryCode.parse(country)
        partner = self.partners.get(code)
        if partner is None:
            raise CalleeNotFound(f"No partner with an address is configured for {code}.")
        return partner

    def longest_seconds(self, country: str) -> float:
        """Longest duration of one exchange with that country; 0 where no partner is configured."""
        partner = self.partners.get(IsoCountryCode(country))
        return partner.longest_seconds if partner else 0.0


@dataclass(frozen=True, slots=True)
class AskPartner:
    """Use case: GetNonFinalCitesCertificate and GetFinalCertificate as the asking side.

    seals: the seal policy for each partner's country.  outbox: confirmations of our customs.
    earlier: documents that partners sent before.  judge: with reference data, where there are any.
    agreements: on documents that need no paper, by country.
    lately: latest news of the partner of a country, where it is not reached.
    declared: what declarations have written off of a permit.
    read: is told each permit that a partner answers with under a trusted seal.
    ended: gives what an issuer said before of a permit that has ended.
    """

    partners: PartnerDirectory
    formats: Mapping[str, PermitFormat]
    seals: Mapping[IsoCountryCode, SealRule]
    outbox: Outbox
    earlier: EarlierAnswers
    clock: Clock
    judge: ForeignJudge = foreign_findings
    agreements: Mapping[IsoCountryCode, Sequence[Agreement]] = field(default_factory=dict)
    lately: Callable[[IsoCountryCode], Lately] = lambda _: NOTHING_KNOWN
    declared: Callable[[str, str], WrittenOff] = lambda _country, _number: WrittenOff()
    read: Callable[[IsoCountryCode, Permit, datetime], None] = lambda *_: None
    ended: EndOf = lambda _country, _number: None

    def ask(
        self, country: str, number: str, token: str | None, final: bool
    ) -> ForeignPermit | NotShown:
        """Request a permit, verify its seal, read and judge it. final: with box 14.

        Raises InvalidRequest, CalleeNotFound, PartnerReplyInvalid, ServiceUnavailable; PartnerFault
        where the fault tells nothing of the permit's status; PartnerUnreachable, PartnerTimeout
        where no earlier document with a trusted seal is at hand.
        """
        asked = CertificateNumber.of_partner(number)
        operation = OperationName.GET_FINAL if final else OperationName.GET_NON_FINAL
        partner = self.partners.for_country(country)
        code = IsoCountryCode.parse(country)
        try:
            reply = partner.certificate(operation, asked, TokenId.parse(token) if token else None)
        except PartnerFault as fault:
            summary = summary_of_fault(fault)
            if summary is None:
                raise
            return NotShown(summary, fault)
        except (PartnerUnreachable, PartnerTimeout) as error:
            if ended := self.ended(code.text, asked.text):
                return _ended_before(ended)
            lately = self.lately(code)
            copy = self._earlier(code, asked, final)
            if copy is None:
                raise _with_news(error, lately) from error
            return replace(copy, lately=lately)
        return self._judged(code, asked, reply)

    def judge_again(
        self, country: str, number: str, reply: PartnerReply, fetched: datetime | None
    ) -> ForeignPermit | NotShown:
        """Judge an answer that came before, by what is known now.

        fetched: when it came, where its issuer could not be reached for a newer one; aware.
        Raises CalleeNotFound where the partner was removed from the configuration since;
        PartnerReplyInvalid, ServiceUnavailable.
        """
        asked = CertificateNumber.of_partner(number)
        self.partners.for_country(country)
        code = IsoCountryCode.parse(country)
        judged = self._judged(code, asked, reply, fetched, is_news=False)
        if fetched is None or isinstance(judged, NotShown):
            return judged
        return replace(judged, lately=self.lately(code))

    def _judged(
        self,
        country: IsoCountryCode,
        asked: CertificateNumber,
        reply: PartnerReply,
        fetched: datetime | None = None,
        *,
        is_news: bool = True,
    ) -> ForeignPermit | NotShown:
        rule = self.seals[country]
        judgement = rule.verifier.judge(reply.document, seals_of(reply))
        verdict = judgement.verdict
        if rule.must_seal and not verdict.is_trusted:
            return NotShown(summary_of_seal(verdict), verdict.refusal(), verdict, reply)
        document = reply.document if judgement.document is None else judgement.document
        permit, now = self._read(document, reply.version, asked), self.clock()
        if verdict.is_trusted and is_news:
            compare_with_outbox(self.outbox, country.text, permit, now)
            self.read(country, permit, now)
        findings = self.judge(permit, Authority(country, _ONLY_AUTHORITY))
        declared = self.declared(country.text, asked.text)
        summary = summarise(
            permit,
            verdict,
            findings,
            at=now,
            counted=self._counted(country, asked, declared),
            declared=declared.quantities,
            fetched=fetched,
            agreements=self.agreements.get(country, ()),
        )
        expired = permit.expired_since(now)
        return ForeignPermit(permit, verdict, reply, findings.all, summary, expired, fetched)

    def _earlier(
        self, country: IsoCountryCode, asked: CertificateNumber, final: bool
    ) -> ForeignPermit | None:
        """The newest document of the permit that came before, if its seal is trusted now."""
        for answer in self.earlier.of(asked, final=final):
            try:
                copy = self._judged(country, asked, answer.reply, answer.at, is_news=False)
            except PartnerReplyInvalid:
                continue
            if isinstance(copy, ForeignPermit) and copy.verdict.is_trusted:
                return copy
        return None

    def _counted(
        self, country: IsoCountryCode, number: CertificateNumber, declared: WrittenOff
    ) -> list[Counted]:
        """Confirmations of our customs on the permit, but for those that a person has given up.

        Confirmations of declarations are left out: the quantities that they hold now count instead.
        """
        return [
            each.seen
            for each in self.outbox.of_permit(country.text, number.text)
            if each.state is not DeliveryState.DROPPED and each.id not in declared.confirmations
        ]

    def _read(self, document: bytes, version: str, asked: CertificateNumber) -> Permit:
        try:
            permit = self.formats[version].read_foreign(document)
        except DocumentInvalid as invalid:
            raise PartnerReplyInvalid(
                f"The partner's document cannot be read: {invalid.text}",
                position=invalid.position,
                box=invalid.box,
            ) from invalid
        if permit.number != asked:
            raise PartnerReplyInvalid(
                "The partner answered with another permit than the one asked for.", box="1"
            )
        return permit


def seals_of(reply: PartnerReply) -> tuple[bytes, ...]:
    """Return every seal that came with a permit."""
    return tuple(
        attachment.content for attachment in reply.attachments if attachment.name == SEAL_NAME
    )


@dataclass(frozen=True, slots=True)
class PartnerStates:
    """Use case: ServiceState as the asking side. lately: as of AskPartner."""

    partners: PartnerDirectory
    lately: Callable[[IsoCountryCode], Lately] = lambda _: NOTHING_KNOWN

    def ask(self, country: str | None) -> list[tuple[str, PartnerState | GatewayError]]:
        """Ask one partner, or all, for its state.

        Returns (country code, answer or error), ordered by country code.
        Raises InvalidRequest, CalleeNotFound for the country asked for.
        """
        if country:
            asked = {IsoCountryCode.parse(country): self.partners.for_country(country)}
        else:
            asked = dict(sorted(self.partners.partners.items()))
        return [(code.text, self._state(code, partner)) for code, partner in asked.items()]

    def _state(
        self, country: IsoCountryCode, partner: PartnerOperations
    ) -> PartnerState | GatewayError:
        lately = self.lately(country)  # before this question adds its own result
        try:
            return partner.state()
        except (PartnerUnreachable, PartnerTimeout) as error:
            return _with_news(error, lately)
        except GatewayError as error:
            return error


def _ended_before(code: str) -> NotShown:
    """A permit whose issuer cannot be reached, and said before that it has ended."""
    fault = PartnerFault(
        "Its issuer cannot be reached now, and said before that this permit is no more in force.",
        partner_code=code,
        partner_text="",
    )
    summary = summary_of_fault(fault)
    if summary is None:
        raise ValueError("No status of a permit that has ended.")
    return NotShown(summary, fault)


def _with_news(error: PartnerUnreachable | PartnerTimeout, lately: Lately) -> PartnerFailed:
    """The error, with what is known of the partner besides."""
    return type(error)(error.text + lately.sentences)
