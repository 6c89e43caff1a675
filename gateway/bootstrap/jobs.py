"""Background jobs of one gateway.

Sealing, time-stamping, anchoring and pruning the journal; reconciling permits with it; delivery;
lapsing of reservations; questions of customs officers that a partner has not answered; probing
partners, telling them of counts that differ, fetching their key lists, and condensing the history
of their availability; synchronising national sources; fetching reference data; telling webhooks of
events; counting exchanges by day; removing rows with data of persons whose days are over.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic

from gateway.bootstrap.background_jobs import DELIVERY_JOB, PRUNING_JOB, RETENTION_JOB, Job
from gateway.bootstrap.gateway import Gateway
from gateway.bootstrap.parts.console.part import ConsolePart
from gateway.bootstrap.parts.national.synchronising import job_name, synchronised
from gateway.bootstrap.parts.report.sharing import SHARING_JOB
from gateway.domain.foreign_text import one_line
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.anchors.anchor import AnchorHead
from gateway.exchange.journal.seal import BATCH
from gateway.exchange.listings.refresh import RefreshListings
from gateway.settings import Settings

SEALING_SECONDS = 5.0
"""From one batch of the journal that is sealed to the next."""

TIMESTAMP_POLL_SECONDS = 60.0
"""From one check whether a head is due for a time-stamp to the next."""

ANCHOR_POLL_SECONDS = 60.0
"""From one check whether a place is due for the newest head to the next, and between attempts."""

RECONCILING_SECONDS = 10.0
"""From one page of permits and records that are reconciled to the next: some 50 and 500 rows.

A page takes a tenth of a second of processor where every row is a record of a permit: work that is
little at a time, in place of a thread of low priority, which would be kept waiting while it holds
the lock that writers of an SQLite file wait for.
"""

RESETTING_JOB = "sandbox-reset"
"""Name of the job that resets a sandbox, and of its advisory lock."""

PRUNING_SECONDS = 6 * 3600.0
"""From one pruning of the journal to the next."""

RETENTION_SECONDS = 3600.0
"""From one removal of rows with data of persons whose days are over to the next."""

PROBE_POLL_SECONDS = 5.0
"""From one look at the partners that are due for a probe to the next."""

REFRESH_POLL_SECONDS = 60.0
"""From one check whether reference data are due to be fetched to the next."""

KEY_LIST_SECONDS = 900.0
"""From one look for key lists of partners that are due to the next, and between attempts."""

_LOG = logging.getLogger(__name__)

WEBHOOK_SECONDS = 5.0
"""From one look for events of permits, and messages that are due, to the next."""

LAPSING_SECONDS = 600.0
"""From one look at the reservations whose days are over to the next."""

QUESTION_POLL_SECONDS = 5.0
"""From one look at the questions of customs officers that are due to the next."""

COMPARING_SECONDS = 3600.0
"""From one comparison of all counts, for partners that share the queue, to the next."""

COUNTING_SECONDS = 60.0
"""From one count of exchanges, for the charts of the console, to the next."""

CONDENSING_SECONDS = 3600.0
"""From one condensing of the availability history to the next."""


def jobs_of(
    gateway: Gateway,
    publisher: Gateway | None = None,
    reload_workers: Callable[[], None] = lambda: None,
) -> Sequence[Job]:
    """The jobs that the settings of a gateway ask for.

    publisher: publishes the permits of national sources; `gateway` where it is left out.
    reload_workers: has the workers replaced by new ones.
    """
    settings, console = gateway.settings, ConsolePart(gateway)
    jobs = [
        Job("sealing", lambda stopping: _seal(gateway, stopping), SEALING_SECONDS),
        Job("reconciling", lambda _: _reconcile(gateway), RECONCILING_SECONDS),
        Job("lapsing", lambda _: gateway.declarations.act.lapse(), LAPSING_SECONDS),
        Job("counting", lambda stopping: console.count.count(stopping), COUNTING_SECONDS),
        Job(RETENTION_JOB, gateway.people.remove_old.round, RETENTION_SECONDS),
    ]
    if timestamp := gateway.journal.timestamp:
        jobs.append(Job("stamping", lambda _: timestamp.timestamp(), TIMESTAMP_POLL_SECONDS))
    if settings.anchors_heads:
        jobs += [
            Job(f"anchor-{each.place.name}", _anchoring(each), ANCHOR_POLL_SECONDS)
            for each in gateway.heads.anchors
        ]
    if settings.journal.prune:
        jobs.append(Job(PRUNING_JOB, lambda stopping: _prune(gateway, stopping), PRUNING_SECONDS))
    if settings.web.enabled:
        jobs.append(Job("webhooks", gateway.api.deliver.round, WEBHOOK_SECONDS))
    if settings.server.reset_minutes:
        jobs.append(_resetting(settings, settings.server.reset_minutes, reload_workers))
    jobs += _jobs_with_partners(gateway)
    jobs += [
        _synchronising(publisher or gateway, name, interval)
        for name, interval in synchronised(settings.directory)
    ]
    if refresh := gateway.listings.refresh:
        jobs.append(Job("species-plus", lambda _: _refresh(refresh), REFRESH_POLL_SECONDS))
    return jobs


def _jobs_with_partners(gateway: Gateway) -> list[Job]:
    """Jobs that ask partners, or keep what was found of their availability."""
    settings, jobs = gateway.settings, list[Job]()
    if any(partner.address for partner in settings.partners):
        jobs.append(
            Job(
                DELIVERY_JOB,
                lambda stopping: _deliver_while_open(gateway, stopping),
                settings.outbox.poll_seconds,
            )
        )
        if settings.web.enabled:
            jobs.append(
                Job(
                    "customs-questions",
                    lambda stopping: _ask_while_open(gateway, stopping),
                    QUESTION_POLL_SECONDS,
                )
            )
        jobs.append(
            Job("condensing", lambda _: gateway.availability.condense(), CONDENSING_SECONDS)
        )
    if any(partner.mismatch_address for partner in settings.partners):
        sharing = _Sharing(gateway)
        jobs.append(Job(SHARING_JOB, sharing.run, settings.outbox.poll_seconds))
    if any(partner.key_list_address for partner in settings.partners):
        jobs.append(
            Job("key-lists", lambda stopping: _fetch_key_lists(gateway, stopping), KEY_LIST_SECONDS)
        )
    if gateway.availability.probed:
        jobs.append(
            Job(
                "probing", lambda stopping: _probe_while_open(gateway, stopping), PROBE_POLL_SECONDS
            )
        )
    return jobs


@dataclass(slots=True)
class _Sharing:
    """Sharing of differences of counts: what is due is told; all counts are compared hourly.

    Nothing is told while the service is closed, as for delivery.
    """

    gateway: Gateway
    compare_from: float = float("-inf")

    def run(self, stopping: Callable[[], bool]) -> None:
        """Do a round."""
        is_closed = self.gateway.maintenance.is_on
        if is_closed():
            return
        share = self.gateway.sharing.share
        if monotonic() >= self.compare_from:
            share.refresh(stopping)
            self.compare_from = monotonic() + COMPARING_SECONDS
        share.deliver(lambda: stopping() or is_closed())


def _synchronising(publisher: Gateway, source: str, interval: timedelta) -> Job:
    def run(stopping: Callable[[], bool]) -> None:
        """Synchronise, unless the service is closed: a restored copy must not publish yet."""
        if not publisher.maintenance.is_on():
            publisher.national.run_if_due(source, stopping)

    return Job(job_name(source), run, interval.total_seconds())


def _refresh(refresh: RefreshListings) -> None:
    if reason := refresh.round():
        _LOG.warning("job=species-plus outcome=kept reason=%s", one_line(reason))


def _fetch_key_lists(gateway: Gateway, stopping: Callable[[], bool]) -> None:
    """Fetch lists that are due, unless the service is closed: then no partner is called."""
    is_closed = gateway.maintenance.is_on
    for fetched in gateway.paper.fetch_lists.due(lambda: stopping() or is_closed()):
        if fetched.problem:
            _LOG.warning(
                "job=key-lists partner=%s outcome=kept reason=%s",
                fetched.partner,
                one_line(fetched.problem),
            )


def _resetting(settings: Settings, minutes: int, reload_workers: Callable[[], None]) -> Job:
    from gateway.bootstrap.sandbox.beginning import reset_sandbox

    def run(_: Callable[[], bool]) -> None:
        reset_sandbox(settings)
        reload_workers()

    return Job(RESETTING_JOB, run, 60.0 * minutes)


def _seal(gateway: Gateway, stopping: Callable[[], bool]) -> None:
    """Seal until nothing waits: the time without seal must not grow with the load."""
    while gateway.journal.seal.seal() >= BATCH and not stopping():
        pass


def _anchoring(anchor: AnchorHead) -> Callable[[Callable[[], bool]], object]:
    return lambda _: anchor.anchor()


def _reconcile(gateway: Gateway) -> None:
    gateway.integrity.key_record.record()
    gateway.integrity.watch.round()


def _prune(gateway: Gateway, stopping: Callable[[], bool]) -> None:
    by = ResponsiblePerson("this gateway", "retention is over")
    for _ in gateway.journal.prune.remove(by):
        if stopping():
            return


def _deliver_while_open(gateway: Gateway, stopping: Callable[[], bool]) -> None:
    """Send the outbox, unless the service is closed for maintenance.

    A gateway that was restored from a backup is closed until a person has checked it, because its
    outbox may hold entries that were sent after the backup.
    """
    is_closed = gateway.maintenance.is_on
    if not is_closed():
        gateway.outbox.deliver.all_due(
            stopping=lambda: stopping() or is_closed(),
            poll_seconds=gateway.settings.outbox.poll_seconds,
        )


def _probe_while_open(gateway: Gateway, stopping: Callable[[], bool]) -> None:
    """Probe partners, unless the service is closed: a restored copy must not speak for us yet."""
    if not gateway.maintenance.is_on():
        gateway.availability.probe.all_due(stopping)


def _ask_while_open(gateway: Gateway, stopping: Callable[[], bool]) -> None:
    """Ask again what officers wait for, unless the service is closed, as for delivery."""
    is_closed = gateway.maintenance.is_on
    if not is_closed():
        gateway.customs.questions.ask_waiting(lambda: stopping() or is_closed())
