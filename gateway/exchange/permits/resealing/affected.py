"""Permits that a revoked key has sealed, for the partners that may see them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from gateway.domain.partner import Partner
from gateway.exchange.permits.resealing.reseal import each_sealed
from gateway.exchange.ports import OwnSeals, SealedPermit, SealedPermits


@dataclass(frozen=True, slots=True)
class AffectedPermit:
    """A permit that carries, or carried, a seal of the revoked key.

    sealed_anew: whether every seal of that key was replaced.
    partners: keys of the partners that may see it.
    """

    permit: SealedPermit
    sealed_anew: bool
    partners: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AffectedPermits:
    """Use case: list the permits that a revoked key has sealed."""

    sealed: SealedPermits
    seals: OwnSeals
    partners: Sequence[Partner]

    def count(self) -> int:
        """Return how many permits are looked at. Raises ServiceUnavailable."""
        return self.sealed.count()

    def of(
        self, key_sha256: str, on_progress: Callable[[], None] = lambda: None
    ) -> Iterator[AffectedPermit]:
        """Yield each of them. key_sha256: of the certificate, hex. Raises ServiceUnavailable."""
        for permit in each_sealed(self.sealed):
            carries = any(
                self.seals.signer(document.seal or b"") == key_sha256
                for document in permit.documents.values()
            )
            carried = key_sha256 in permit.former_signers or any(
                self.seals.signer(seal) == key_sha256 for seal in permit.former_seals
            )
            if carries or carried:
                partners = tuple(
                    partner.key
                    for partner in self.partners
                    if partner.may_see(permit.authority, permit.countries)
                )
                yield AffectedPermit(permit, not carries, partners)
            on_progress()
