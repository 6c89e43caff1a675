"""Who asks, and what they may see and do."""

from dataclasses import dataclass
from enum import StrEnum

from gateway.domain.errors import AccessDenied
from gateway.domain.identifiers import IsoCountryCode


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
    """Those that name the partner's country as exporting or importing."""
    ALL = "all"
    """A blanket permission."""


ALL_OPERATIONS = frozenset(OperationName)


@dataclass(frozen=True, slots=True)
class Partner:
    """A partner authority as it stands before our door.

    key: short name in the configuration, log and journal.  country: for which it acts.
    operations: what it may call.  sees: which permits.
    empty_answers: it wants ConfirmQuantitiesResponse and ServiceStateResponse without children.
    """

    key: str
    country: IsoCountryCode
    operations: frozenset[OperationName] = ALL_OPERATIONS
    sees: Sees = Sees.NAMED
    empty_answers: bool = False

    def require(self, operation: OperationName) -> None:
        """Raises AccessDenied where the partner may not call the operation."""
        if operation not in self.operations:
            raise AccessDenied(f"{operation} is not open to this partner here.")

    def may_see(self, issued_by: IsoCountryCode, countries: frozenset[str]) -> bool:
        """Whether a permit issued by one country and naming others is for this partner's eyes; its own always is."""
        return self.sees is Sees.ALL or self.country == issued_by or self.country.text in countries
