"""Alerts part of a gateway: readings of all its parts, and the channels of the settings."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

from gateway.alerting.mail import AlertMail
from gateway.alerting.webhook import Webhook
from gateway.bootstrap.gateway import Gateway, build
from gateway.bootstrap.parts.heads import mail_server
from gateway.bootstrap.parts.national.part import description_problems
from gateway.bootstrap.parts.partner_agreements import seal_rule
from gateway.crypto.keys.expiry import Expiry, client_expiries, expiries
from gateway.domain.errors import GatewayError, KeyUnusable, SettingsInvalid
from gateway.domain.people.sentence import Sentence
from gateway.exchange.alerts import conditions
from gateway.exchange.alerts.alert import Alert, AlertChannel, AlertKind
from gateway.exchange.alerts.watch import AlertWatch
from gateway.exchange.ports import Clock, ShownCertificate
from gateway.settings import AlertSettings, Settings


def alert_watch(read: Callable[[], Settings], settings: Settings) -> AlertWatch:
    """The watch of a gateway that serves.

    read: gives the settings of now, so that keys and partners that changed count at once; raises
    SettingsInvalid.  settings: of the start, for channels where the files cannot be read.
    """
    latest = [settings]

    def alerts() -> Iterator[Alert]:
        try:
            latest[0] = read()
        except SettingsInvalid as wrong:
            yield Alert(AlertKind.CONFIGURATION, "", Sentence("{text}", {"text": wrong.text}))
        yield from current_alerts(latest[0])

    return AlertWatch(
        alerts, lambda: channels(latest[0]), settings.alerts.check_seconds, Event().wait
    )


def channels(settings: Settings) -> Sequence[AlertChannel]:
    """The channels that the settings name."""
    wanted, service = settings.alerts, settings.gateway.public_address
    found: list[AlertChannel] = []
    if wanted.webhook:
        found.append(Webhook(wanted.webhook, service, wanted.webhook_ca_file))
    if wanted.mail_to and settings.mail:
        found.append(AlertMail(mail_server(settings.mail), wanted.mail_to, service))
    return found


def current_alerts(settings: Settings) -> Iterator[Alert]:
    """Every alert that is true now. Raises nothing for a database that does not answer."""
    with build(settings) as gateway:
        yield from alerts_of(gateway)


def alerts_of(gateway: Gateway) -> Iterator[Alert]:
    """Every alert that is true now, of a gateway that is open."""
    settings = gateway.settings
    shown: Sequence[ShownCertificate] = ()
    try:
        shown = gateway.store.shown_certificates.all()
        yield from _of_database(gateway, settings.alerts)
    except GatewayError as error:
        sentence = Sentence("{code}: {text}", {"code": error.code, "text": error.text})
        yield Alert(AlertKind.DATABASE, "", sentence, urgent=True)
    yield from (
        Alert(AlertKind.SOURCE, problem.file or "", Sentence("{text}", {"text": problem.text}))
        for problem in description_problems(settings.directory)
    )
    yield from seal_files(settings, gateway.clock)
    yield from certificates(settings, shown, gateway.clock())
    yield from conditions.disks(free_disk(settings), settings.alerts.disk_free_percent / 100)


def _of_database(gateway: Gateway, wanted: AlertSettings) -> Iterator[Alert]:
    at, store = gateway.clock(), gateway.store
    holders = gateway.journal.holders
    yield from conditions.refusals(
        store.journal.refusals(at - conditions.REFUSAL_WINDOW),
        lambda fingerprint: holders.of(fingerprint).partner,
        wanted.refusals,
    )
    yield from conditions.outbox(store.outbox, timedelta(minutes=wanted.outbox_minutes), at)
    yield from conditions.mismatches(
        store.report.shared.waiting(at - timedelta(days=wanted.mismatch_days))
    )
    yield from conditions.unreachable(
        gateway.availability.reachability(),
        store.availability.windows.all(ending_after=at - conditions.UNASKED),
        timedelta(minutes=wanted.unreachable_minutes),
        at,
    )
    yield from conditions.unsealed(gateway.heads.unsealed_seconds(), wanted.unsealed_minutes * 60)
    yield from conditions.sources(gateway.national.figures(), at)
    yield from conditions.replica(store.replica_lag_seconds(), wanted.replica_lag_seconds)


def seal_files(settings: Settings, clock: Clock) -> Iterator[Alert]:
    """Files by which the seals and key lists of a partner are verified, and cannot be read."""
    for partner in settings.partners:
        try:
            seal_rule(partner, clock)
        except (KeyUnusable, SettingsInvalid) as unreadable:
            sentence = Sentence("{text}", {"text": unreadable.text})
            yield Alert(AlertKind.CONFIGURATION, f"seal {partner.key}", sentence, partner.key)


def certificates(
    settings: Settings, shown: Sequence[ShownCertificate], at: datetime
) -> Iterator[Alert]:
    """Certificates and revocation lists that end soon or have ended. at: aware."""
    for expiry in (*expiries(settings, at), *partners_certificates(settings, shown, at)):
        if expiry.is_soon:
            yield Alert(
                AlertKind.CERTIFICATE,
                f"{expiry.purpose} {expiry.subject} {expiry.step}",
                expiry.sentence,
                expiry.partner,
                urgent=expiry.is_urgent,
            )


def partners_certificates(
    settings: Settings, shown: Sequence[ShownCertificate], at: datetime
) -> Iterator[Expiry]:
    """Client certificates that partners have shown, with their end."""
    return client_expiries(shown, {partner.key for partner in settings.partners}, at)


def free_disk(settings: Settings) -> Sequence[tuple[str, float]]:
    """Share of each disk that is free: of the working directory, and of a database file."""
    folders = {"directory": settings.directory}
    prefix, _, file = settings.database.address.partition(":///")
    if prefix == "sqlite":
        folders["database"] = Path(file).parent
    found = []
    for name, folder in folders.items():
        try:
            usage = shutil.disk_usage(folder)
        except OSError:
            continue
        found.append((name, usage.free / usage.total))
    return found


def partner_days(
    settings: Settings, shown: Sequence[ShownCertificate], at: datetime
) -> list[tuple[str, float]]:
    """Days until the first client certificate of each partner ends, with fraction. For metrics."""
    soonest: dict[str, datetime] = {}
    for expiry in partners_certificates(settings, shown, at):
        soonest[expiry.partner] = min(
            expiry.not_after, soonest.get(expiry.partner, expiry.not_after)
        )
    return [(key, (end - at) / timedelta(days=1)) for key, end in soonest.items()]
