"""Lease of a confirmation: the time for which one process has it for an attempt."""

from datetime import timedelta

from gateway.exchange.permits.foreign.ask_partner import PartnerDirectory

_EXCHANGES_PER_ATTEMPT = 2
_READING_SECONDS = 15.0
"""For reading the answer of an exchange, which is bounded in bytes, elements and names."""
_DATABASE_SECONDS = 20.0


def lease(partners: PartnerDirectory, country: str) -> timedelta:
    """Return a time longer than any attempt takes.

    An attempt is two exchanges at most, confirmation and final certificate, with the reading of
    their answers, and the writes to our own database. After the lease another process tries, as the
    first one must have died. Should it be alive, its late result is not stored (fencing,
    `Outbox.settle`).
    """
    exchanges = _EXCHANGES_PER_ATTEMPT * (partners.longest_seconds(country) + _READING_SECONDS)
    return timedelta(seconds=exchanges + _DATABASE_SECONDS)
