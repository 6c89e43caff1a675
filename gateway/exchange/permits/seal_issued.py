"""Sealing of issued permits: permits published before this gateway had a key get a seal afterwards.

Their documents stay byte for byte the same, as partners may have them already; the seal is a file
beside each document. A permit is sealed only where a signed record vouches for it, and says that it
never had a seal: one that lost its seal is refused, named, and suspended.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gateway.domain.errors import PermitAltered
from gateway.exchange.ports import (
    BeginWork,
    PermitRecords,
    Sealer,
    UnsealedPermit,
    UnsealedPermits,
    Work,
)

_PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class SealedIssued:
    """Result. sealed: number of permits.  refused: why, for each that was refused."""

    sealed: int
    refused: tuple[PermitAltered, ...]


@dataclass(frozen=True, slots=True)
class SealIssued:
    """Use case: seal what was issued without a seal, while the gateway runs."""

    unsealed: UnsealedPermits
    begin_work: BeginWork
    sealer: Sealer
    records: PermitRecords

    def count(self) -> int:
        """Return how many permits have no seal yet. Raises ServiceUnavailable."""
        return self.unsealed.count()

    def seal(self, on_progress: Callable[[], None] = lambda: None) -> SealedIssued:
        """Seal all of them.

        on_progress: is called after each permit.

        A permit that is changed at the same moment is skipped: the change writes documents with
        their own seals. After an error the permits sealed so far stay sealed, and the next call
        goes on. Raises KeyUnusable, ServiceUnavailable.
        """
        sealed, refused = 0, list[PermitAltered]()
        for permit in self._each():
            try:
                sealed += self._seal(permit)
            except PermitAltered as error:
                refused.append(error)
            on_progress()
        return SealedIssued(sealed, tuple(refused))

    def _seal(self, permit: UnsealedPermit) -> bool:
        """False where the permit was changed meanwhile. Raises PermitAltered."""
        with self.begin_work() as work:
            self._require_recorded(work, permit)
        # Outside of a transaction: a key in a token may take its time, and others write meanwhile.
        seals = {name: self.sealer.seal(document) for name, document in permit.documents.items()}
        with self.begin_work() as work:
            self._require_recorded(work, permit)
            if not work.integrity.add_seals(permit, seals):
                return False
            self.records.record(work.integrity, permit.authority, permit.number, "sealed")
            work.commit()
            return True

    def _require_recorded(self, work: Work, permit: UnsealedPermit) -> None:
        stored = work.permits.get(permit.authority, permit.number)
        if stored is None:
            raise PermitAltered(f"Permit {permit.number.text} was removed from the database.")
        self.records.require_recorded(work.integrity, permit.number, stored.published)

    def _each(self) -> Iterator[UnsealedPermit]:
        last = 0
        while page := self.unsealed.after(last, _PAGE_SIZE):
            yield from page
            last = page[-1].place
