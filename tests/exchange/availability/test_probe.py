"""Probes: partners that are due are asked side by side; one that does not answer stops no other."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Barrier

from gateway.domain.errors import PartnerUnreachable
from gateway.exchange.availability.probe import ProbedPartner, ProbePartners
from gateway.store import Store

NOON = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
BOTH_ASKED_SECONDS = 30.0


@dataclass
class Partner:
    """The port PartnerOperations, as far as it is probed: it fails once both are being asked."""

    side_by_side: Barrier
    times: int = field(default=0)

    def state(self) -> None:
        self.times += 1
        self.side_by_side.wait(BOTH_ASKED_SECONDS)
        raise PartnerUnreachable("No connection.")


def test_partners_that_are_due_are_asked_side_by_side_at_their_intervals(store: Store) -> None:
    barrier, now = Barrier(2), [NOON]
    partners = [Partner(barrier), Partner(barrier)]
    probe = ProbePartners(
        [
            ProbedPartner(key, partner, 5 * MINUTE)  # type: ignore[arg-type]
            for key, partner in zip(("za", "ch"), partners, strict=True)
        ],
        store.availability.probes,
        lambda: now[0],
        lambda low, high: high,
    )
    probed = []
    for minutes in range(18):
        now[0] = NOON + minutes * MINUTE
        probed.append(probe.all_due())
    # First after an interval at the most; then each 5.5 minutes, the interval with its jitter.
    assert [minutes for minutes, count in enumerate(probed) if count] == [5, 11, 17]
    assert {*probed} == {0, 2}
    assert [partner.times for partner in partners] == [3, 3]


def test_a_gateway_that_stops_begins_no_probe(store: Store) -> None:
    partner = Partner(Barrier(1))
    probed = [ProbedPartner("za", partner, 5 * MINUTE)]  # type: ignore[arg-type]
    probe = ProbePartners(probed, store.availability.probes, lambda: NOON, lambda low, high: low)
    assert probe.all_due(stopping=lambda: True) == 0
    assert (probe.all_due(), probe.all_due(), partner.times) == (0, 1, 1)
