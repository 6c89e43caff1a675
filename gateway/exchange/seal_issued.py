"""How do permits come to a seal that were published before this gateway had a key for it?

Their documents stay byte for byte what partners may have seen; a seal is put beside each.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gateway.exchange.ports import Sealer, UnsealedPermit, UnsealedPermits

_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class SealIssued:
    """Seals what was issued without one, while others go on publishing, confirming and answering."""

    unsealed: UnsealedPermits
    sealer: Sealer

    def count(self) -> int:
        """How many permits wait for a seal. Raises ServiceUnavailable."""
        return self.unsealed.count()

    def seal(self, told: Callable[[], None] = lambda: None) -> int:
        """Seal all of them; how many were. told: after each permit.

        One that others change meanwhile is left to them, who seal what they write; the next call looks again.
        What was sealed before an error stays sealed.  Raises KeyUnusable, ServiceUnavailable.
        """
        sealed = 0
        for permit in self._each():
            seals = {name: self.sealer.seal(document) for name, document in permit.documents.items()}
            sealed += self.unsealed.add_seals(permit, seals)
            told()
        return sealed

    def _each(self) -> Iterator[UnsealedPermit]:
        last = 0
        while page := self.unsealed.after(last, _AT_ONCE):
            yield from page
            last = page[-1].place
