"""Re-sealing part of a gateway: seals of a new key, the list of permits, the signed notice."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from gateway.bootstrap.clock import new_id
from gateway.bootstrap.parts.own_keys import OwnKeys
from gateway.crypto.permit_seal.detached_cms import cms_signature
from gateway.crypto.permit_seal.own_seals import OwnSealVerifier
from gateway.crypto.permit_seal.sign import PermitSealer
from gateway.domain.errors import KeyUnusable
from gateway.exchange.permits.resealing.affected import AffectedPermits
from gateway.exchange.permits.resealing.reseal import ResealPermits
from gateway.exchange.ports import Clock, PermitRecords
from gateway.settings import PartnerSettings

if TYPE_CHECKING:
    from gateway.bootstrap.parts.database import Database


@dataclass(frozen=True)
class ResealingPart:
    """Use cases after the revocation of a sealing key.

    seal_certificates: gives the DER of every certificate that seals for us, or has.
    records: gives the signed records of permits.
    """

    partners: Sequence[PartnerSettings]
    seal_certificates: Callable[[], frozenset[bytes]]
    records: Callable[[], PermitRecords]
    keys: OwnKeys
    database: "Database"
    clock: Clock

    @cached_property
    def reseal(self) -> ResealPermits:
        """Replaces the seals of a former key. Raises KeyUnusable."""
        store = self.database.store
        return ResealPermits(
            store.sealed_permits,
            self._seals,
            self._sealer,
            store.begin_work,
            self.records(),
            self.clock,
            new_id,
        )

    @cached_property
    def affected(self) -> AffectedPermits:
        """Lists what a key has sealed. Raises KeyUnusable."""
        partners = [partner.partner for partner in self.partners]
        return AffectedPermits(self.database.store.sealed_permits, self._seals, partners)

    def signed(self, content: bytes) -> bytes:
        """Sign a notice with the sealing key in use: detached CMS, DER. Raises KeyUnusable."""
        return cms_signature(self._sealer, content)

    @property
    def signer(self) -> str:
        """Subject of the sealing certificate in use (RFC 4514). Raises KeyUnusable."""
        return self._sealer.signer

    @property
    def _sealer(self) -> PermitSealer:
        sealer = self.keys.sealer
        if sealer is None:
            raise KeyUnusable(
                "There is no key to seal with. Name certificate and key in [seal] of"
                " conf/gateway.toml."
            )
        return sealer

    @cached_property
    def _seals(self) -> OwnSealVerifier:
        return OwnSealVerifier.of(self.seal_certificates(), self.clock)
