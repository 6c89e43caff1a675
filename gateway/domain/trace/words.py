"""Words of traceability: sentences for a person, in the languages of the catalogues."""

from gateway.domain.foreign_text import one_line
from gateway.domain.people.sentence import Sentence
from gateway.domain.trace.balance import Balance, BalanceState
from gateway.domain.trace.chain import Chain, ChainEnd
from gateway.domain.trace.held import Basis, HeldDocument, Knowledge, Missing, Reason
from gateway.domain.trace.tree import Node, Place

REASONS = {
    Reason.NOT_ISSUED: Sentence("Our authorities have issued no permit of this number."),
    Reason.ALTERED: Sentence(
        "This permit of ours is not what was recorded of it: the operator has to look at it."
    ),
    Reason.NO_PARTNER: Sentence(
        "Not asked: no partner of this country is configured, so nobody can be asked."
    ),
    Reason.REFUSED: Sentence(
        "The issuing country gave no document. It may not know the number, the permit may have a"
        " token that we do not have, or we may not see it; its answer is the same."
    ),
    Reason.UNREACHABLE: Sentence(
        "The issuing country could not be reached, and no earlier copy is at hand."
    ),
    Reason.NOT_ASKED: Sentence(
        "Not asked: no question is left for this trace, and no earlier copy is at hand."
    ),
    Reason.NOT_TRUSTED: Sentence(
        "The answer is of no use: its seal is missing or broken, or it cannot be read."
    ),
    Reason.TOO_MANY: Sentence("Not followed: the tree has as many documents or steps as it may."),
}
ENDS = {
    ChainEnd.CLOSED: Sentence("The chain closes at the country of origin."),
    ChainEnd.CLOSED_BY_DATE: Sentence(
        "The chain closes with the date of acquisition in box 12b (pre-Convention)."
    ),
    ChainEnd.NOT_NAMED: Sentence("Boxes 12 and 12a name no document with country and number."),
    ChainEnd.NOT_AT_HAND: Sentence("The last document is not at hand."),
    ChainEnd.OTHER_GOODS: Sentence("The last document has no line of this taxon."),
    ChainEnd.CIRCLE: Sentence("The documents name each other in a circle."),
    ChainEnd.OTHER_ORIGIN: Sentence(
        "The last document is not the permit, or not of the country, that box 12 names."
    ),
}
BALANCE_STATES = {
    BalanceState.WITHIN: Sentence("within what came in"),
    BalanceState.OVER: Sentence("more than came in"),
    BalanceState.NOT_ON_IT: Sentence("no line of this taxon came in"),
    BalanceState.NOT_COMPARABLE: Sentence(
        "cannot be compared: term or unit differs, or is not known"
    ),
}
BASES = {
    Basis.COUNTED_AT_IMPORT: Sentence("counted at import"),
    Basis.COUNTED_AT_EXPORT: Sentence("counted at export"),
    Basis.PERMITTED: Sentence("as permitted, box 11"),
    Basis.NOT_USED: Sentence("ended unused"),
}
SHOWN_ABOVE = Sentence("Shown above.")
IN_A_CIRCLE = Sentence("It leads back to itself: a circle.")
_UNKNOWN = Sentence("quantity not known")


def known_by(held: HeldDocument) -> Sentence:
    """How a document is known, with its age where it is a copy."""
    if held.knowledge is Knowledge.OWN:
        return Sentence("issued by our authority")
    at = f"{held.at:%Y-%m-%d %H:%M} UTC" if held.at else "-"
    if held.knowledge is Knowledge.ANSWERED:
        return Sentence("answered by its country, {at}", {"at": at})
    return Sentence("earlier copy, {at}", {"at": at})


def missing(found: Missing) -> Sentence:
    """Why a document is not at hand."""
    return REASONS[found.reason]


def place(node: Node) -> Sentence | None:
    """That a document stands elsewhere in the tree; None where it stands here."""
    return {Place.ABOVE: SHOWN_ABOVE, Place.CIRCLE: IN_A_CIRCLE}.get(node.place)


def chain(found: Chain) -> Sentence:
    """How the chain of a line ends."""
    return ENDS[found.end]


def way(found: Chain | Balance) -> str:
    """The documents of a chain, or the way to a balance, from the first to the last."""
    return " > ".join(one_line(str(name)) for name in found.path)


def basis_of(bases: frozenset[Basis]) -> list[Sentence]:
    """Basis of a sum, in a fixed order."""
    return [sentence for basis, sentence in BASES.items() if basis in bases] or [_UNKNOWN]
