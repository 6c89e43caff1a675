"""Who asks, and what they may see and do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from gateway.domain.errors import AccessDenied
from gateway.domain.identifiers import Authority, IsoCountryCode


class OperationName(StrEnum):
    """The four operations, and the name by which the hub calls the second of them."""

    GET_NON_FINAL = "GetNonFinalCitesCertificate"
    GET_FINAL = "GetFinalCertificate"
    GET_FINAL_AS_THE_HUB = "GetFinalCitesCertificate"
    CONFIRM_QUANTITIES = "ConfirmQuantities"
    SERVICE_STATE = "ServiceState"


class Sees(StrEnum):
    """Which permits are for a partner's eyes."""

    NAMED = "named"
    """Those that name the partner's country as exporting, importing or of transit."""
    ALL = "all"
    """A blanket permission."""


ALL_OPERATIONS = frozenset(OperationName)


@dataclass(frozen=True, slots=True)
class Access:
    """What a partner may do at one authority. operations: what it may call.  sees: which permits."""

    operations: frozenset[OperationName] = ALL_OPERATIONS
    sees: Sees = Sees.NAMED


FULL_ACCESS = Access()


@dataclass(frozen=True, slots=True)
class Partner:
    """A partner authority as it stands before our door.

    key: short name in the configuration, log and journal.  country: for which it acts.
    access: what it may do, at every authority served here.
    access_at: in its place, authority by authority; one that is not named here is closed to the partner.
    empty_answers: it wants ConfirmQuantitiesResponse and ServiceStateResponse without children.
    """

    key: str
    country: IsoCountryCode
    access: Access = FULL_ACCESS
    access_at: Mapping[Authority, Access] | None = None
    empty_answers: bool = False

    def require(self, operation: OperationName, authorities: Iterable[Authority]) -> None:
        """Raises AccessDenied where the partner may call the operation at none of the authorities."""
        if not any(self.may_call(operation, authority) for authority in authorities):
            raise AccessDenied(f"{operation} is not open to this partner here.")

    def may_call(self, operation: OperationName, authority: Authority) -> bool:
        """Whether the operation is open to the partner at this authority."""
        access = self._at(authority)
        return access is not None and operation in access.operations

    def may_see(self, authority: Authority, countries: frozenset[str]) -> bool:
        """Whether a permit of an authority that names these countries is for this partner's eyes.

        Customs of the issuing country see its own. Source: Res. Conf. 12.3; wire contract, section 4.
        """
        access = self._at(authority)
        if access is None:
            return False
        return access.sees is Sees.ALL or self.country == authority.country or self.country.text in countries

    def _at(self, authority: Authority) -> Access | None:
        return self.access if self.access_at is None else self.access_at.get(authority)
