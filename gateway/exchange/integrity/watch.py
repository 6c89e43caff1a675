"""Background reconciliation: a page of each walk a round, with suspensions and alerts.

A walk goes on where the last round ended, also after a restart and on another node. What differs is
suspended, and what is as recorded again is answered again.
"""

import logging
from dataclasses import dataclass

from gateway.exchange.integrity.keep import KeepPermits
from gateway.exchange.integrity.reconcile import Finding, Page, ReconcilePermits
from gateway.exchange.ports import BeginWork, Clock, IntegrityReading

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WatchPermits:
    """Use case: reconcile little by little while the gateway serves."""

    reconcile: ReconcilePermits
    keep: KeepPermits
    reading: IntegrityReading
    begin_work: BeginWork
    clock: Clock

    def round(self) -> int:
        """Look at one page of each walk; return the number of differing permits on them.

        Raises ServiceUnavailable.
        """
        walks = {"permits": self.reconcile.permits, "records": self.reconcile.records}
        findings = 0
        for name, walk in walks.items():
            position = self.reading.position(name)
            page = walk(position)
            findings += self._act_on(page)
            if (page.next or "") != position:
                self.reading.save_position(name, page.next or "", self.clock())
        return findings

    def _act_on(self, page: Page) -> int:
        unadopted = [finding for finding in page.findings if finding.unadopted]
        altered = [finding for finding in page.findings if not finding.unadopted]
        if unadopted:
            _LOG.warning(
                "permits that no signed record vouches for: %d here, such as %s; compare them with"
                " the national system, then `epix-gateway journal adopt`",
                len(unadopted),
                unadopted[0].name,
            )
        for finding in altered:
            self._report(finding)
        for name in {each.name for each in self.reading.suspensions()}.intersection(page.intact):
            with self.begin_work() as work:
                self.keep.resume(work.integrity, name)
                work.commit()
        return len(altered)

    def _report(self, finding: Finding) -> None:
        if finding.permit is None:  # a record that says of which permit no more
            _LOG.error("a record of a permit is not what was sealed: %s", finding.text)
            return
        with self.begin_work() as work:
            self.keep.suspend(work.integrity, finding.name, finding.place, finding.differences)
            work.commit()
