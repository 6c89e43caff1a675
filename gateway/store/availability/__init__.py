"""Availability of partners in the database: results, plan of probes, planned windows."""

from dataclasses import dataclass

from sqlalchemy import Engine

from gateway.exchange.ports.availability.results import PartnerResults, ProbePlan
from gateway.exchange.ports.availability.windows import PlannedWindows
from gateway.store.availability.probes import SqlProbePlan
from gateway.store.availability.results import SqlPartnerResults
from gateway.store.availability.windows import SqlPlannedWindows

__all__ = ["AvailabilityStore", "availability_store"]


@dataclass(frozen=True, slots=True)
class AvailabilityStore:
    """Ports of availability data."""

    results: PartnerResults
    probes: ProbePlan
    windows: PlannedWindows


def availability_store(writing: Engine, reading: Engine) -> AvailabilityStore:
    """The ports on one database."""
    return AvailabilityStore(
        SqlPartnerResults(writing, reading),
        SqlProbePlan(writing),
        SqlPlannedWindows(writing, reading),
    )
