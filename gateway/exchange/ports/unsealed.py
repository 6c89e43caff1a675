"""Permit documents that were written while this gateway had no key to seal with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from gateway.exchange.ports.common import Form


@dataclass(frozen=True, slots=True)
class UnsealedPermit:
    """place: where the store keeps it, the store's own word.  documents: those without seal, by (version, form)."""

    place: int
    documents: Mapping[tuple[str, Form], bytes]


class UnsealedPermits(Protocol):
    """Permits with documents that have no seal beside them."""

    def count(self) -> int:
        """How many permits. Raises ServiceUnavailable."""

    def after(self, place: int, most: int) -> Sequence[UnsealedPermit]:
        """The next of them, by place; none once there are no more. Raises ServiceUnavailable."""

    def add_seals(self, unsealed: UnsealedPermit, seals: Mapping[tuple[str, Form], bytes]) -> bool:
        """Put a seal beside each of its documents, all or none.

        False where somebody has changed the permit since it was read: nothing is kept.  Raises ServiceUnavailable.
        """
