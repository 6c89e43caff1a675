"""Balance of a document: goods that came with it against the re-exports that name it, by line.

Goods are compared by taxon, term and dimension of the unit. Units are converted only where the code
list of units gives a factor; pieces and kilograms are never added up.
Source: rule Q06, logic of boxes 12 and 12a.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gateway.domain.permit.position import CitesPosition
from gateway.domain.permit.quantity import Quantity
from gateway.domain.trace.held import Basis, HeldDocument, lines_by_taxon, taxon_of
from gateway.domain.trace.named import REEXPORT, DocumentName, came_with


class BalanceState(StrEnum):
    """BalanceState of goods."""

    WITHIN = "within"
    OVER = "over"
    """More was re-exported than came in."""
    NOT_ON_IT = "not-on-it"
    """The document has no line of the taxon, so nothing came in."""
    NOT_COMPARABLE = "not-comparable"
    """The term or the dimension of the unit changed, or a quantity is not known."""


@dataclass(frozen=True, slots=True)
class Use:
    """A line of a re-export that names the document. quantity, basis: None where unknown."""

    name: DocumentName
    position: str
    quantity: Quantity | None
    basis: Basis | None


@dataclass(frozen=True, slots=True)
class Balance:
    """Goods of one document.

    scientific_name: as the document or, where it has none, the re-export writes it.
    came_in: sum of its lines, with letters and bases.  went_out: sum of the uses.
    excess: by how much more was re-exported; None unless `standing` is OVER.
    path: from the document that was traced to this one.
    """

    document: DocumentName
    scientific_name: str
    term: str
    standing: BalanceState
    came_in: Quantity | None
    letters: tuple[str, ...]
    bases: frozenset[Basis]
    went_out: Quantity | None
    uses: tuple[Use, ...]
    excess: Quantity | None = None
    path: tuple[DocumentName, ...] = ()

    @property
    def is_over(self) -> bool:
        """Whether more was re-exported than came in."""
        return self.standing in (BalanceState.OVER, BalanceState.NOT_ON_IT)


@dataclass(frozen=True, slots=True)
class _Claim:
    """A line of a re-export, and its use of the document."""

    line: CitesPosition
    use: Use

    @property
    def goods(self) -> tuple[str, str]:
        return taxon_of(self.line), self.line.term or ""


def balances_of(
    document: HeldDocument,
    reexports: Iterable[HeldDocument],
    path: tuple[DocumentName, ...] = (),
) -> Sequence[Balance]:
    """Return the balances of a document against the re-exports whose lines came with it.

    reexports: each once; a re-export that does not name the document does not count.
    """
    groups: dict[tuple[str, str], list[list[_Claim]]] = {}
    for claim in _claims(document.name, reexports):
        alike = groups.setdefault(claim.goods, [])
        for group in alike:
            if _like(group[0].use.quantity, claim.use.quantity):
                group.append(claim)
                break
        else:
            alike.append([claim])
    lines = _Lines.of(document)
    return [_balance(lines, group, path) for groups_ in groups.values() for group in groups_]


@dataclass(frozen=True, slots=True)
class _Lines:
    """Lines of a document by taxon, and by taxon and term.

    has_unread: whether a line has no taxon.
    """

    document: HeldDocument
    by_taxon: Mapping[str, Sequence[CitesPosition]]
    by_goods: Mapping[tuple[str, str], Sequence[CitesPosition]]

    @classmethod
    def of(cls, document: HeldDocument) -> "_Lines":
        by_taxon = lines_by_taxon(document.permit)
        by_goods: dict[tuple[str, str], list[CitesPosition]] = {}
        for taxon, lines in by_taxon.items():
            for line in lines:
                by_goods.setdefault((taxon, line.term or ""), []).append(line)
        return cls(document, by_taxon, by_goods)

    @property
    def has_unread(self) -> bool:
        """Whether box 7 of a line is blank or could not be read."""
        return "" in self.by_taxon


def _claims(name: DocumentName, reexports: Iterable[HeldDocument]) -> Iterator[_Claim]:
    for held in reexports:
        if held.permit.type != REEXPORT:
            continue
        for line in held.permit.positions:
            if came_with(line) == name:
                quantity, basis = held.went_out(line) or (None, None)
                yield _Claim(line, Use(held.name, line.id, quantity, basis))


def _like(one: Quantity | None, other: Quantity | None) -> bool:
    if one is None or other is None:
        return one is other
    return one.like(other)


def _balance(
    of_document: _Lines, claims: Sequence[_Claim], path: tuple[DocumentName, ...]
) -> Balance:
    taxon, term = claims[0].goods
    document, of_taxon = of_document.document, of_document.by_taxon.get(taxon, ())
    went_out = _sum([claim.use.quantity for claim in claims])
    every = [
        (line.id, document.came_in(line)) for line in of_document.by_goods.get((taxon, term), ())
    ]
    lines = [(letter, *found) for letter, found in every if found and _like(went_out, found[0])]
    came_in = _sum([quantity for _, quantity, _ in lines])
    excess = minus(went_out, came_in) if went_out and came_in else None
    is_over = excess is not None and excess.amount > 0
    # What could not be read may be the goods in question: it accuses nobody.
    is_known = bool(taxon) and not of_document.has_unread and all(found for _, found in every)
    if not of_taxon and is_known:
        standing = BalanceState.NOT_ON_IT
    elif excess is None or not taxon or (is_over and not is_known):
        standing, is_over = BalanceState.NOT_COMPARABLE, False
    else:
        standing = BalanceState.OVER if is_over else BalanceState.WITHIN
    written = of_taxon[0] if of_taxon else claims[0].line
    return Balance(
        document.name,
        written.scientific_name or "",
        term,
        standing,
        came_in,
        tuple(letter for letter, _, _ in lines),
        frozenset(basis for _, _, basis in lines),
        went_out,
        tuple(claim.use for claim in claims),
        excess if is_over else None,
        path,
    )


def _sum(quantities: Sequence[Quantity | None]) -> Quantity | None:
    """The sum in the unit of the first; None where a quantity is not known, or there is none."""
    total: Quantity | None = None
    for each in quantities:
        if each is None:
            return None
        total = each if total is None else total.plus(each)
    return total


def minus(one: Quantity, other: Quantity) -> Quantity:
    """Return the exact difference in the unit of the first; they are `like` each other."""
    return one.plus(Quantity(-other.amount, other.unit))
