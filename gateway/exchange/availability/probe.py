"""Probes: partners are asked for their ServiceState at intervals, each by one node of several.

An interval has jitter, so that gateways that were started together do not ask together. Partners
are asked side by side, so that a slow one does not delay the others for longer than its time-outs.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from gateway.domain.errors import GatewayError
from gateway.exchange.daemon_threads import DaemonThreads
from gateway.exchange.ports import Clock, PartnerOperations
from gateway.exchange.ports.availability.results import ProbePlan

MOST_AT_ONCE = 8
"""Partners that are probed side by side."""

JITTER = 0.1
"""Share of the interval by which the next probe comes sooner or later, at the most."""


@dataclass(frozen=True, slots=True)
class ProbedPartner:
    """A partner to be probed. key: its key.  interval: from one probe to the next."""

    key: str
    partner: PartnerOperations
    interval: timedelta


@dataclass(frozen=True, slots=True)
class ProbePartners:
    """Use case: probe the partners that are due. uniform: a random number between two others."""

    partners: Sequence[ProbedPartner]
    plan: ProbePlan
    clock: Clock
    uniform: Callable[[float, float], float] = random.uniform

    def all_due(self, stopping: Callable[[], bool] = lambda: False) -> int:
        """Probe every partner that is due; return their number. Results go where all results go.

        Raises ServiceUnavailable.
        """
        due = []
        for each in self.partners:
            if stopping():
                break
            if self._is_due(each):
                due.append(each)
        with DaemonThreads(MOST_AT_ONCE, "probe") as threads:
            for probe in [threads.submit(_probe, each.partner) for each in due]:
                probe.result()
        return len(due)

    def _is_due(self, probed: ProbedPartner) -> bool:
        now, interval = self.clock(), probed.interval
        return self.plan.claim(
            probed.key,
            now,
            first=now + interval * self.uniform(0, 1),
            following=now + interval * self.uniform(1 - JITTER, 1 + JITTER),
            latest=now + interval * (1 + JITTER),
        )


def _probe(partner: PartnerOperations) -> None:
    """Ask for the state. An error is a result like another: it is kept by ObservedPartner."""
    try:
        partner.state()
    except GatewayError:
        return
