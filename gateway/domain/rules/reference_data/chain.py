"""Chain of documents: a re-export against the document that its goods came with (Q05, Q06, C12).

That document is the last re-export certificate (box 12a), or else the permit of origin (box 12).
Where its content is not known here there is no finding.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gateway.domain.permit.position import CitesPosition
from gateway.domain.permit.quantity import Quantity
from gateway.domain.rules.finding import Finding, risk, warning
from gateway.domain.rules.reference_data.case import Case, ReferenceRule
from gateway.domain.trace.held import lines_by_taxon, taxon_of
from gateway.domain.trace.named import REEXPORT, DocumentName, came_with


@dataclass(frozen=True, slots=True)
class _Link:
    """A line of a re-export, and the lines of its taxon on the document that it came with."""

    line: CitesPosition
    document: DocumentName
    earlier: tuple[CitesPosition, ...]

    @property
    def of_the_same_goods(self) -> tuple[CitesPosition, ...]:
        """The earlier lines of the same description code: goods that kept their form."""
        return tuple(each for each in self.earlier if each.term and each.term == self.line.term)


def _links(case: Case) -> Iterator[_Link]:
    if case.history is None or case.permit.type != REEXPORT:
        return
    known: dict[DocumentName, Mapping[str, Sequence[CitesPosition]]] = {}
    for line in case.permit.positions:
        named = came_with(line)
        if named is None:
            continue
        if named not in known:
            permit = case.history.permit(named.country, named.number)
            known[named] = lines_by_taxon(permit) if permit else {}
        if known[named]:
            yield _Link(line, named, tuple(known[named].get(taxon_of(line), ())))


def reexport_keeps_the_source(case: Case) -> Iterator[Finding]:
    """Box 10: the source of the document that the goods came with (C12).

    Goods that were seized in between have source I.
    Source: 50 CFR 23.23(c)(18).
    """
    for link in _links(case):
        before = {code for each in link.earlier for code in each.sources}
        now = set(link.line.sources) - {"I"}
        if before and now and not now <= before:
            yield warning(
                "C12",
                "source-changed",
                box="10",
                position=link.line.id,
                value=" ".join(link.line.sources),
                expected=" ".join(sorted(before)),
                number=link.document.number,
            )


def reexport_keeps_the_unit(case: Case) -> Iterator[Finding]:
    """Box 11: the unit of the document that the goods came with, if they kept their form (Q05).

    Source: 50 CFR 23.23(c)(12)(iv).
    """
    for link in _links(case):
        quantity = link.line.quantity
        before = [each.quantity for each in link.of_the_same_goods if each.quantity]
        if quantity and before and not any(quantity.like(each) for each in before):
            yield warning(
                "Q05",
                "unit-changed",
                box="11",
                position=link.line.id,
                value=quantity.written_unit,
                expected=" ".join(sorted({each.written_unit for each in before})),
                number=link.document.number,
            )


def reexport_stays_within_what_came_in(case: Case) -> Iterator[Finding]:
    """Box 11: all lines of the same goods together, against what came with their document (Q06).

    Source: logic of boxes 12 and 12a.
    """
    total_out: dict[tuple[DocumentName, str, str | None], Quantity] = {}
    for link in _links(case):
        quantity = link.line.quantity
        before = [each.quantity for each in link.of_the_same_goods if each.quantity]
        came = [each for each in before if quantity and each.like(quantity)]
        if quantity is None or not came:
            continue
        goods = (link.document, taxon_of(link.line), link.line.term)
        before_it = total_out.get(goods)
        total_out[goods] = (
            before_it.plus(quantity) if before_it and before_it.like(quantity) else quantity
        )
        total = came[0]
        for each in came[1:]:
            total = total.plus(each)
        if total.is_less_than(total_out[goods]):
            yield risk(
                "Q06",
                "more-than-came-in",
                box="11",
                position=link.line.id,
                value=str(total_out[goods]),
                expected=str(total),
                number=link.document.number,
            )


RULES: tuple[ReferenceRule, ...] = (
    reexport_keeps_the_source,
    reexport_keeps_the_unit,
    reexport_stays_within_what_came_in,
)
