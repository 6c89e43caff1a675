"""Trace of a permit: tree, chains of its lines, and balances of all documents of the tree."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.domain.trace.balance import Balance, balances_of
from gateway.domain.trace.chain import Chain, chains_of
from gateway.domain.trace.held import HeldDocument, Missing
from gateway.domain.trace.named import DocumentName
from gateway.domain.trace.tree import Node, documents_of, paths_of


@dataclass(frozen=True, slots=True)
class Trace:
    """A traced permit.

    chains: of each line of a re-export; empty for another document.
    others: re-exports outside the tree that name a document of it, or why they are not at hand.
    more_others: whether there are more of them than were read.
    balances: of each document that re-exports name, the passed ones first.
    questions: that were sent to partners.
    """

    root: Node
    chains: tuple[Chain, ...]
    others: tuple[tuple[DocumentName, HeldDocument | Missing], ...]
    balances: tuple[Balance, ...]
    more_others: bool = False
    questions: int = 0

    @property
    def closes(self) -> bool | None:
        """Whether the chain of every line closes; None for a document that is no re-export."""
        return all(chain.closes for chain in self.chains) if self.chains else None

    @property
    def passed(self) -> Sequence[Balance]:
        """Balances of which more was re-exported than came in."""
        return [balance for balance in self.balances if balance.is_over]


def trace_of(
    root: Node,
    others: Sequence[tuple[DocumentName, HeldDocument | Missing]] = (),
    *,
    more_others: bool = False,
    questions: int = 0,
) -> Trace:
    """Return the trace of a tree, and of the re-exports beside it."""
    documents, paths = documents_of(root), paths_of(root)
    held = [each for each in documents.values() if isinstance(each, HeldDocument)]
    beside = [found for _, found in others if isinstance(found, HeldDocument)]
    balances = [
        balance for each in held for balance in balances_of(each, held + beside, paths[each.name])
    ]
    balances.sort(key=lambda each: not each.is_over)
    return Trace(
        root,
        chains_of(root.name, documents),
        tuple(others),
        tuple(balances),
        more_others,
        questions,
    )
