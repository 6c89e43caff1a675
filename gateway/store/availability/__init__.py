"""Availability of partners in the database: results, plan of probes, planned windows."""

from gateway.store.availability.probes import SqlProbePlan
from gateway.store.availability.results import SqlPartnerResults
from gateway.store.availability.windows import SqlPlannedWindows

__all__ = ["SqlPartnerResults", "SqlPlannedWindows", "SqlProbePlan"]
