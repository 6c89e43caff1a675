"""Check of a declaration: each line against its permit, field by field. Nothing is changed."""

from dataclasses import dataclass, replace
from decimal import Decimal

from gateway.domain.declarations.compare import (
    SameTaxon,
    compare_line,
    named_position,
)
from gateway.domain.declarations.line import CustomsDeclaration, DeclarationLine
from gateway.domain.declarations.verdict import (
    Agreement,
    DeclarationVerdict,
    Field,
    FieldVerdict,
    LineVerdict,
)
from gateway.domain.errors import (
    CertificateCancelled,
    CertificateExpired,
    CertificateNotFound,
    CertificateReplaced,
    GatewayError,
    TrustRefused,
)
from gateway.domain.people.sentence import Sentence
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.quantity import Quantity
from gateway.exchange.declarations.budget import Asking
from gateway.exchange.declarations.free import FreeQuantities, free_of
from gateway.exchange.declarations.permits import DeclaredPermits, KnownPermit
from gateway.exchange.ports import BeginWork

_REFUSALS = (
    CertificateCancelled,
    CertificateReplaced,
    CertificateExpired,
    CertificateNotFound,
    TrustRefused,
)
"""Errors that say that the declaration cannot rely on the permit."""


@dataclass(frozen=True, slots=True)
class CheckDeclaration:
    """Use case: compare a declaration with the permits that it names."""

    permits: DeclaredPermits
    begin_work: BeginWork
    same_taxon: SameTaxon
    free: FreeQuantities

    def check(
        self, declaration: CustomsDeclaration, *, ask: bool = True, within: str | None = None
    ) -> DeclarationVerdict:
        """Return the verdict. Lines of one permit line share what is free, in their order.

        A permit that is past the call budget is not asked for: the verdict on its line says so.
        ask: ask partners for their permits; else take what is at hand.
        within: authority whose own permits alone are in reach; None for all.
        Raises DeclarationInvalid, InvalidRequest, ServiceUnavailable.
        """
        validated = declaration.validated()
        known: dict[tuple[str | None, ...], KnownPermit | GatewayError] = {}
        free: dict[tuple[tuple[str, str], str], dict[str, Quantity]] = {}
        verdicts = []
        asking = self.permits.budget.begin()
        for line in validated.lines:
            shown = (*line.permit, line.token, line.authority)
            if shown not in known:
                known[shown] = self._find(line, asking, ask=ask, within=within)
            found = known[shown]
            if isinstance(found, GatewayError):
                verdicts.append(_without_permit(line, found))
                continue
            of_permit = line.permit, found.holder
            if of_permit not in free:
                free[of_permit] = self._free(*of_permit, found.permit, declaration.number)
            verdict = compare_line(
                line, found.permit, free[of_permit], validated.day, self.same_taxon
            )
            _take(free[of_permit], verdict, found.permit)
            verdicts.append(_with_permit(verdict, found))
        return DeclarationVerdict(validated, tuple(verdicts))

    def _find(
        self, line: DeclarationLine, asking: Asking, *, ask: bool, within: str | None
    ) -> KnownPermit | GatewayError:
        try:
            return self.permits.find(
                *line.permit,
                line.token,
                ask=ask,
                within=within,
                authority=line.authority,
                asking=asking,
            )
        except GatewayError as error:
            return error

    def _free(
        self, name: tuple[str, str], holder: str, permit: Permit, declaration: str
    ) -> dict[str, Quantity]:
        """Free quantity of each line, with the quantities that this declaration holds itself."""
        with self.begin_work() as work:
            use = self.free.use(work, name, holder, but_for=declaration)
        return dict(free_of(permit, use))


def _take(free: dict[str, Quantity], verdict: LineVerdict, permit: Permit) -> None:
    """Count what a line declares, so that the next line of the same permit line finds less."""
    declared, position = verdict.line.quantity, verdict.position
    if declared is None or position not in free or permit.document_type.multi_use:
        return
    left = free[position]
    if left.like(declared):
        negative = Quantity(-declared.amount, declared.unit)
        rest = left.plus(negative).amount
        free[position] = Quantity(max(rest, Decimal(0)), left.unit)


def _with_permit(verdict: LineVerdict, known: KnownPermit) -> LineVerdict:
    said = {"declared": verdict.line.number}
    template = (
        "The issuing authority answers for permit {declared}."
        if known.is_current
        else "An earlier document of permit {declared} is compared: its authority did not answer."
    )
    fields = [
        FieldVerdict(
            Field.PERMIT,
            Agreement.AGREES if known.is_current else Agreement.UNKNOWN,
            "1",
            verdict.line.number,
            known.permit.number.text,
            Sentence(template, said),
        )
    ]
    if known.token_agrees:
        sentence = Sentence("The token opens the permit.")
        fields.append(FieldVerdict(Field.TOKEN, Agreement.AGREES, "1", None, None, sentence))
    return LineVerdict(verdict.line, verdict.position, (*fields, *verdict.fields))


def _without_permit(line: DeclarationLine, error: GatewayError) -> LineVerdict:
    agreement = Agreement.DIFFERS if isinstance(error, _REFUSALS) else Agreement.UNKNOWN
    verdict = FieldVerdict(Field.PERMIT, agreement, "1", line.number, None, error.words)
    return LineVerdict(line, None, (verdict,))


def position_for(
    line: DeclarationLine, permit: Permit, same_taxon: SameTaxon
) -> tuple[str | None, LineVerdict | None]:
    """Return the letter of the line of the permit that a declaration line uses.

    The named one; else the best, where nothing but its quantity differs and no other is as good.
    """
    if line.position is not None:
        named = named_position(permit, line.position)
        return (named.id if named else None), None
    ranked = sorted(
        (
            compare_line(replace(line, position=position.id), permit, {}, None, same_taxon)
            for position in permit.positions
        ),
        key=lambda verdict: verdict.rank,
    )
    if not ranked or ranked[0].rank[0]:
        return None, ranked[0] if ranked else None
    if len(ranked) > 1 and ranked[1].rank == ranked[0].rank:
        return None, ranked[0]
    return ranked[0].position, ranked[0]
