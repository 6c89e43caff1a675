"""Conditions of alerts: readings of all parts of the gateway, against their thresholds.

Journal, availability of partners, outbox, national sources, disk and replica.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.domain.availability.windows import PlannedWindow
from gateway.domain.errors import AccessDenied, CallerNotFound, CertificateMissing
from gateway.domain.foreign_text import one_line
from gateway.domain.people.sentence import Sentence
from gateway.exchange.alerts.alert import Alert, AlertKind
from gateway.exchange.availability.history import Reachability
from gateway.exchange.ports import Outbox, RefusalCount
from gateway.exchange.ports.national.sync import SyncFigures
from gateway.exchange.ports.report.shared import WaitingShare

REFUSAL_WINDOW = timedelta(minutes=15)
"""Refusals within this time are counted together."""

STANDSTILL = timedelta(minutes=15)
"""A national source that has not moved for this time, and for three of its intervals, is still."""

UNASKED = timedelta(days=1)
"""A partner that nobody has asked for this time is no alert any more: nothing is known of it."""

_NOT_LET_IN = frozenset(
    error.__name__ for error in (CertificateMissing, CallerNotFound, AccessDenied)
)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of the settings. refusals: within REFUSAL_WINDOW.  disk_free: share of a disk."""

    refusals: int
    outbox: timedelta
    unsealed_seconds: float
    replica_lag_seconds: float
    disk_free: float


def refusals(
    counts: Sequence[RefusalCount], partner_of: Callable[[str], str | None], limit: int
) -> Iterator[Alert]:
    """Refusals of a partner, and of certificates that are nobody's.

    A partner that is not let in at all is an alert from the first time on; other refusals of it,
    such as wrong tokens, from the limit on.
    partner_of: the partner of a certificate, by its SHA-256.
    """
    partners: dict[str, list[RefusalCount]] = defaultdict(list)
    strangers: dict[str, list[RefusalCount]] = defaultdict(list)
    for count in counts:
        partner = count.caller or (partner_of(count.fingerprint) if count.fingerprint else None)
        if partner:
            partners[partner].append(count)
        elif count.fingerprint:
            strangers[count.fingerprint].append(count)
    for partner, found in partners.items():
        times = sum(count.times for count in found)
        if times >= limit or any(count.outcome in _NOT_LET_IN for count in found):
            sentence = Sentence(
                "partner {partner} was refused {times} times: {outcomes}",
                {"partner": partner, "times": times, "outcomes": _outcomes(found)},
            )
            yield Alert(
                AlertKind.PARTNER_REFUSED, partner, sentence, partner, _newest(found), urgent=True
            )
    for fingerprint, found in strangers.items():
        times = sum(count.times for count in found)
        if times >= limit:
            sentence = Sentence(
                "a certificate of no partner was refused {times} times: {outcomes};"
                " SHA-256 {fingerprint}",
                {"times": times, "outcomes": _outcomes(found), "fingerprint": fingerprint},
            )
            yield Alert(
                AlertKind.CERTIFICATE_REFUSED, fingerprint, sentence, reference=_newest(found)
            )


def _outcomes(found: Sequence[RefusalCount]) -> str:
    return ", ".join(sorted({count.outcome for count in found}))


def _newest(found: Sequence[RefusalCount]) -> str:
    return max(count.newest for count in found)


def unreachable(
    partners: Sequence[Reachability],
    windows: Sequence[PlannedWindow],
    longest: timedelta,
    now: datetime,
) -> Iterator[Alert]:
    """Partners whose service has failed for too long, outside of their planned windows."""
    for each in partners:
        is_planned = any(
            window.partner == each.partner and window.holds_at(now) for window in windows
        )
        if not each.failing_since or not each.bad_at or is_planned or now - each.bad_at > UNASKED:
            continue
        if each.failing_for(windows) >= longest:
            sentence = Sentence(
                "the service of partner {partner} has failed since {since}, last at {last};"
                " last good answer: {good}",
                {
                    "partner": each.partner,
                    "since": _minute(each.failing_since),
                    "last": each.bad_at.strftime("%H:%M"),
                    "good": _minute(each.good_at) if each.good_at else Sentence("never"),
                },
            )
            yield Alert(AlertKind.PARTNER_UNREACHABLE, each.partner, sentence, each.partner)


def outbox(entries: Outbox, longest: timedelta, now: datetime) -> Iterator[Alert]:
    """Confirmations that wait for too long, the oldest of each country."""
    waiting: dict[str, int] = defaultdict(int)
    oldest: dict[str, tuple[datetime, str, str]] = {}
    for state in entries.counts():
        for entry in entries.all([state]):
            if now - entry.created_at >= longest:
                waiting[entry.country] += 1
                found = (entry.created_at, entry.id, entry.outcome)
                oldest[entry.country] = min(found, oldest.get(entry.country, found))
    for country, (since, identity, outcome) in oldest.items():
        yield Alert(
            AlertKind.OUTBOX,
            country,
            Sentence(
                "{count} confirmations for {country} wait, the oldest since {since}; last outcome"
                " {outcome}",
                {
                    "count": waiting[country],
                    "country": country,
                    "since": _minute(since),
                    "outcome": outcome,
                },
            ),
            reference=identity,
        )


def mismatches(waiting: Sequence[WaitingShare]) -> Iterator[Alert]:
    """Differences of counts with a partner that wait for a person of ours for too long."""
    for each in waiting:
        sentence = Sentence(
            "{count} differences of counts with partner {partner} wait for a person of ours, the"
            " oldest since {since}",
            {"count": each.count, "partner": each.partner, "since": _minute(each.since)},
        )
        yield Alert(AlertKind.MISMATCHES, each.partner, sentence, each.partner)


def unsealed(seconds: float, limit: float) -> Iterator[Alert]:
    """Records of the journal that wait for their seal."""
    if seconds > limit:
        sentence = Sentence(
            "the oldest record of the journal has waited {seconds} seconds for its seal",
            {"seconds": round(seconds)},
        )
        yield Alert(AlertKind.JOURNAL, "", sentence, urgent=True)


def replica(lag_seconds: float | None, limit: float) -> Iterator[Alert]:
    """A read replica that is behind, or does not answer (infinite). None: there is none."""
    if lag_seconds is not None and lag_seconds > limit:
        sentence = (
            Sentence("the read replica does not answer")
            if lag_seconds == float("inf")
            else Sentence(
                "the read replica is {seconds} seconds behind", {"seconds": round(lag_seconds)}
            )
        )
        yield Alert(AlertKind.REPLICA, "", sentence)


def sources(figures: Sequence[SyncFigures], now: datetime) -> Iterator[Alert]:
    """National sources whose last run ended early, or that are not taken any more."""
    for each in figures:
        state = each.state
        silent = now - state.progress_at if state else None
        if state and state.failure:
            sentence = Sentence(
                "the synchronisation of the national source {source} failed at {at}: {reason}",
                {
                    "source": each.source,
                    "at": _minute(state.progress_at),
                    "reason": one_line(state.failure),
                },
            )
        elif silent and silent >= max(STANDSTILL, 3 * each.interval):
            sentence = Sentence(
                "the synchronisation of the national source {source} has not run since {at}",
                {"source": each.source, "at": _minute(now - silent)},
            )
        else:
            continue
        yield Alert(AlertKind.SOURCE, each.source, sentence)


def disks(free: Sequence[tuple[str, float]], limit: float) -> Iterator[Alert]:
    """Disks with little room. free: (folder, share that is free)."""
    for folder, share in free:
        if share < limit:
            sentence = Sentence(
                "the disk of {folder} has {share} free",
                {"folder": folder, "share": format(share, ".1%")},
            )
            yield Alert(AlertKind.DISK, folder, sentence, urgent=True)


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
