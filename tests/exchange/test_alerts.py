"""Alerts: what is one, what is none yet, and that each is told once."""

import logging
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from gateway.domain.availability.windows import PlannedWindow
from gateway.domain.delivery_state import DeliveryState
from gateway.domain.errors import ServiceUnavailable
from gateway.domain.people.sentence import Sentence
from gateway.exchange.alerts import conditions
from gateway.exchange.alerts.alert import Alert, AlertKind
from gateway.exchange.alerts.watch import AlertWatch
from gateway.exchange.availability.history import Reachability
from gateway.exchange.ports import OutgoingConfirmation, RefusalCount
from gateway.exchange.ports.report.shared import WaitingShare
from tests.builders import a_window

NOW = datetime(2026, 11, 29, 2, 0, tzinfo=UTC)
PINNED, STRANGER = "aa" * 32, "dd" * 32
FULL = Alert(AlertKind.DISK, "data", Sentence("the disk of data has 2.0% free"), urgent=True)
EXPIRED = Alert(AlertKind.PARTNER_REFUSED, "za", Sentence("refused\nERROR forged"), "za", "0192-1")


def refusal(outcome: str, times: int = 1, **changes: str | None) -> RefusalCount:
    values = {"caller": None, "fingerprint": PINNED, "newest": "0192-1"} | changes
    return RefusalCount(
        values["caller"], values["fingerprint"], outcome, times, values["newest"] or ""
    )


def found(*counts: RefusalCount) -> list[Alert]:
    return list(conditions.refusals(counts, {PINNED: "za"}.get, 10))


def test_a_partner_whose_certificate_has_expired_is_an_alert_at_once_and_named() -> None:
    (alert,) = found(
        refusal("CertificateMissing", newest="0192-1"),
        refusal("CertificateMissing", newest="0192-2"),
    )
    assert (alert.kind, alert.partner, alert.urgent) == (AlertKind.PARTNER_REFUSED, "za", True)
    assert (alert.id, alert.reference) == ("0192-2", "0192-2")
    assert "refused 2 times: CertificateMissing" in str(alert.sentence)


@pytest.mark.parametrize(("times", "alerts"), [(9, 0), (10, 1)])
def test_wrong_tokens_of_a_partner_are_an_alert_from_the_limit_on(times: int, alerts: int) -> None:
    assert len(found(refusal("CertificateNotFound", times, caller="za"))) == alerts


@pytest.mark.parametrize(("times", "alerts"), [(9, 0), (10, 1)])
def test_a_certificate_of_nobody_is_an_alert_from_the_limit_on(times: int, alerts: int) -> None:
    told = found(refusal("CallerNotFound", times, fingerprint=STRANGER))
    assert len(told) == alerts
    assert all(STRANGER in str(alert.sentence) and not alert.partner for alert in told)


def test_callers_without_certificate_are_no_alert() -> None:
    assert found(refusal("CertificateMissing", 500, fingerprint=None)) == []


@dataclass
class Waiting:
    """The port Outbox, as far as it is read here: confirmations, by minutes since they began."""

    minutes: tuple[int, ...]

    def counts(self) -> dict[DeliveryState, tuple[int, datetime]]:
        return {DeliveryState.PARKED: (len(self.minutes), NOW)}

    def all(self, states: list[DeliveryState]) -> list[OutgoingConfirmation]:
        return [
            OutgoingConfirmation(
                f"id-{minutes}", "ZA", "ZA26EX1", None, (), "T. Sitoe",
                NOW - timedelta(minutes=minutes), DeliveryState.PARKED, 1, NOW, None,
                "PartnerFault",
            )
            for minutes in self.minutes
        ]  # fmt: skip


def test_the_oldest_confirmation_that_waits_too_long_is_named() -> None:
    hour = timedelta(minutes=60)
    assert list(conditions.outbox(Waiting((59,)), hour, NOW)) == []  # type: ignore[arg-type]
    (alert,) = conditions.outbox(Waiting((59, 60, 90)), hour, NOW)  # type: ignore[arg-type]
    assert (alert.id, alert.kind) == ("id-90", AlertKind.OUTBOX)
    assert str(alert.sentence).startswith("2 confirmations for ZA wait")


def test_differences_that_wait_for_a_person_of_ours_are_an_alert_of_their_partner() -> None:
    (alert,) = conditions.mismatches([WaitingShare("za", 3, NOW)])
    assert (alert.kind, alert.partner) == (AlertKind.MISMATCHES, "za")
    assert str(alert.sentence).startswith("3 differences of counts with partner za wait")


def failing(minutes: int, ended: int = 0) -> Reachability:
    """Partner za, failing for so many minutes, last tried so many minutes before now."""
    last = NOW - timedelta(minutes=ended)
    return Reachability("za", None, last - timedelta(minutes=minutes), last)


def unreachable(reach: Reachability, *windows: PlannedWindow) -> list[Alert]:
    return list(conditions.unreachable([reach], windows, timedelta(minutes=30), NOW))


@pytest.mark.parametrize(
    ("reach", "alerts"),
    [
        (failing(29), 0),
        (failing(30), 1),
        (failing(0, ended=600), 0),  # one failure long ago: nothing is known of the time since
        (failing(30, ended=24 * 60), 1),
        (failing(30, ended=24 * 60 + 1), 0),
        (Reachability("za", NOW, None, None), 0),
    ],
)
def test_a_partner_that_fails_for_too_long_is_an_alert(reach: Reachability, alerts: int) -> None:
    assert len(unreachable(reach)) == alerts


def test_the_alert_names_the_partner_and_both_ends() -> None:
    (alert,) = unreachable(failing(90))
    assert (alert.kind, alert.partner) == (AlertKind.PARTNER_UNREACHABLE, "za")
    assert str(alert.sentence) == (
        "the service of partner za has failed since 2026-11-29 00:30 UTC, last at 02:00;"
        " last good answer: never"
    )


@pytest.mark.parametrize(
    ("begins", "ends", "alerts"),
    [(-90, -30, 1), (-90, -29, 0), (-45, -14, 0), (-1, 1, 0), (0, 30, 0), (1, 30, 1)],
)
def test_no_alert_within_a_planned_window_and_none_for_its_time(
    begins: int, ends: int, alerts: int
) -> None:
    window = a_window(NOW + timedelta(minutes=begins), NOW + timedelta(minutes=ends))
    assert len(unreachable(failing(60), window)) == alerts
    assert len(unreachable(failing(60), replace(window, partner="ch"))) == 1


@pytest.mark.parametrize(
    ("read", "alerts"),
    [
        (lambda: conditions.unsealed(300, 300), 0),
        (lambda: conditions.unsealed(301, 300), 1),
        (lambda: conditions.replica(None, 60), 0),
        (lambda: conditions.replica(60, 60), 0),
        (lambda: conditions.replica(61, 60), 1),
        (lambda: conditions.replica(float("inf"), 60), 1),
        (lambda: conditions.disks([("data", 0.10)], 0.10), 0),
        (lambda: conditions.disks([("data", 0.09)], 0.10), 1),
    ],
)
def test_a_reading_is_an_alert_beyond_its_threshold(read, alerts: int) -> None:
    assert len(list(read())) == alerts


@dataclass
class Channel:
    """The port AlertChannel. broken: it takes nothing."""

    broken: bool = False
    sent: list[str] = field(default_factory=list)

    def send(self, alert: Alert) -> None:
        if self.broken:
            raise ServiceUnavailable("The webhook did not take the alert.")
        self.sent.append(alert.id)


def watch(rounds: list[list[Alert]], *channels: Channel) -> AlertWatch:
    """A watch that sees one list of alerts after the other, and ends after the last."""

    def wait(seconds: float) -> bool:
        assert seconds == 60
        rounds.pop(0)
        return not rounds

    return AlertWatch(lambda: rounds[0], lambda: channels, 60, wait)


def test_an_alert_is_told_once_while_it_lasts_and_again_when_it_comes_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    channel = Channel()
    watching = watch([[EXPIRED], [EXPIRED, FULL], [], [EXPIRED]], channel)
    with caplog.at_level(logging.WARNING):
        watching.run()
    assert channel.sent == [EXPIRED.id, FULL.id, EXPIRED.id]
    assert watching.active == (EXPIRED,)
    lines = [(record.levelname, record.getMessage()) for record in caplog.records]
    assert lines[0] == (
        "WARNING",
        "alert=partner-refused id=0192-1 partner=za refused\\u000AERROR forged",
    )
    assert lines[1][0] == "ERROR"


def test_what_no_channel_took_is_sent_in_the_next_round() -> None:
    one, other = Channel(broken=True), Channel(broken=True)
    watching = watch([[FULL], [FULL], [FULL]], one, other)
    watching.round()
    other.broken = False
    watching.round()
    watching.round()
    assert (one.sent, other.sent) == ([], [FULL.id])
