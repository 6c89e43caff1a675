"""Foreign documents for the annual report: as partners answered, from the journal.

The newest answer about a permit is read whose seal is trusted; where a partner has agreed to no
seals, the newest answer, unless its seal is broken. An answer is taken only from the partner of the
issuing country.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from gateway.domain.errors import DocumentInvalid
from gateway.domain.identifiers import CertificateNumber, IsoCountryCode
from gateway.domain.ledger.newer_version import with_box_14
from gateway.domain.permit.permit import Permit
from gateway.domain.verdict import SealStatus
from gateway.exchange.permits.foreign.ask_partner import SealRule, seals_of
from gateway.exchange.permits.foreign.earlier_answers import EarlierAnswer, EarlierAnswers
from gateway.exchange.ports import PermitFormat


@dataclass(frozen=True, slots=True)
class ForeignDocuments:
    """Documents of partners that are at hand.

    formats: every schema version by name.  seals: the seal policy for each partner's country.
    partners: key of the partner by its country.
    """

    earlier: EarlierAnswers
    formats: Mapping[str, PermitFormat]
    seals: Callable[[], Mapping[IsoCountryCode, SealRule]]
    partners: Mapping[str, str]

    def find(self, country: str, number: str) -> Permit | None:
        """Return the permit as its authority answered it last; None where no answer is at hand.

        Box 14 stands in a final document alone: where a newer one as issued is there, it has box 14
        of the final one for each line that is the same in both.
        Raises ServiceUnavailable, KeyUnusable.
        """
        found = self.newest(country, number)
        return found[0] if found else None

    def newest(self, country: str, number: str) -> tuple[Permit, datetime] | None:
        """As `find`, with the moment of the answer, aware."""
        partner, rule = self.partners.get(country), self.seals().get(IsoCountryCode(country))
        if partner is None or rule is None:
            return None
        asked = CertificateNumber.of_partner(number)
        final = self._newest(asked, partner, rule, final=True)
        issued = self._newest(asked, partner, rule, final=False)
        if final is None or issued is None or final[1] >= issued[1]:
            return final or issued
        return with_box_14(issued[0], final[0]), issued[1]

    def _newest(
        self, asked: CertificateNumber, partner: str, rule: SealRule, *, final: bool
    ) -> tuple[Permit, datetime] | None:
        """The permit of the newest answer that can be read, and when it came."""
        for answer in self.earlier.of(asked, final=final):
            permit = self._read(answer, rule) if answer.partner == partner else None
            if permit is not None and permit.number == asked:
                return permit, answer.at
        return None

    def _read(self, answer: EarlierAnswer, rule: SealRule) -> Permit | None:
        reply = answer.reply
        judgement = rule.verifier.judge(reply.document, seals_of(reply))
        verdict = judgement.verdict
        if verdict.worth is SealStatus.SEALED_BROKEN or (rule.must_seal and not verdict.is_trusted):
            return None
        document = reply.document if judgement.document is None else judgement.document
        try:
            return self.formats[reply.version].read_foreign(document)
        except DocumentInvalid:
            return None
