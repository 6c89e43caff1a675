"""Balance of a document: goods that came with it against the re-exports that name it, by line.

Goods are compared by taxon, term and dimension of the unit. Units are converted only where the code
list of units gives a factor; pieces and kilograms are never added up.
Source: rule Q06, logic of boxes 12 and 12a.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gateway.domain.permit.position import CitesPosition
from gateway.domain.permit.quantity import Quantity
from gateway.domain.trace.held import Basis, HeldDocument, taxon_of
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
    return [_balance(document, group, path) for groups_ in groups.values() for group in groups_]


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
    document: HeldDocument, claims: Sequence[_Claim], path: tuple[DocumentName, ...]
) -> Balance:
    taxon, term = claims[0].goods
    of_taxon = [line for line in document.permit.positions if taxon_of(line) == taxon]
    went_out = _sum([claim.use.quantity for claim in claims])
    lines = [
        (line.id, *found)
        for line in of_taxon
        if (line.term or "") == term
        and (found := document.came_in(line))
        and _like(went_out, found[0])
    ]
    came_in = _sum([quantity for _, quantity, _ in lines])
    excess = minus(went_out, came_in) if went_out and came_in else None
    is_over = excess is not None and excess.amount > 0
    if not of_taxon:
        standing = BalanceState.NOT_ON_IT
    elif excess is None:
        standing = BalanceState.NOT_COMPARABLE
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
