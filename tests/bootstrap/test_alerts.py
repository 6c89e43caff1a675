"""Alerts of a gateway: read from its database, keys and disks, and sent by its channels."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.alerting import mail, webhook
from gateway.bootstrap import build, new_id
from gateway.bootstrap.parts.alerts import alert_watch, channels, current_alerts, free_disk
from gateway.cli.workdir import Plan, make
from gateway.crypto.keys.development import DevelopmentCa
from gateway.domain.errors import ServiceUnavailable, SettingsInvalid
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.people.sentence import Sentence
from gateway.exchange.alerts.alert import Alert, AlertKind
from gateway.exchange.ports import Direction, Exchange
from gateway.settings import load_settings
from gateway.wire.http_post import NoResponse
from gateway.wire.smtp import NotMailed
from tests.builders import a_shown_certificate

PIN = "cd" * 32
PARTNER = f'\n[[partner]]\nkey = "za"\ncountry = "ZA"\ncertificate_sha256 = ["{PIN}"]\n'
CHANNELS = """[alerts]
webhook = "https://alerts.example.org/epix"
mail_to = ["on-call@example.org"]
"""
MAIL = """
[mail]
host = "mail.example.org"
sender = "epix@example.org"
"""
REFUSED = Alert(
    AlertKind.PARTNER_REFUSED, "za", Sentence("partner za\nwas refused"), "za", "0192-1", True
)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    make(tmp_path / "mz", Plan(IsoCountryCode("MZ")), DevelopmentCa())
    (tmp_path / "mz/conf/partners.toml").write_text(PARTNER)
    return tmp_path / "mz"


def configure(directory: Path) -> None:
    """Name a webhook and addresses of mail."""
    file = directory / "conf/gateway.toml"
    file.write_text(file.read_text().replace("[alerts]\n", CHANNELS) + MAIL)


def test_a_partner_whose_certificate_expired_at_night_is_named_with_its_incident(
    directory: Path,
) -> None:
    settings = load_settings(directory, {})
    with build(settings) as gateway:
        now = gateway.clock()
        expired = a_shown_certificate(
            sha256=PIN, partner="za", not_before=now - timedelta(days=365), not_after=now
        )
        gateway.store.shown_certificates.keep(expired, now)
        refused = Exchange(
            new_id(), Direction.IN, now, now, None, None, None, PIN, None, "CertificateMissing",
            b"", b"",
        )  # fmt: skip
        gateway.store.journal.record(refused)
    found = {alert.kind: alert for alert in current_alerts(settings)}
    assert found[AlertKind.PARTNER_REFUSED].id == refused.id
    ended = found[AlertKind.CERTIFICATE]
    assert (ended.partner, ended.urgent) == ("za", True)
    assert "partner za, client: CN=epix.example.za" in str(ended.sentence)


def test_a_gateway_in_order_has_no_alert_but_for_its_development_certificates(
    directory: Path,
) -> None:
    assert {alert.kind for alert in current_alerts(load_settings(directory, {}))} <= {
        AlertKind.CERTIFICATE,
        AlertKind.DISK,
    }


def test_a_database_that_is_away_and_files_that_are_wrong_are_alerts(directory: Path) -> None:
    settings = load_settings(directory, {})
    Path(settings.database.address.removeprefix("sqlite:///")).unlink()

    def read() -> None:
        raise SettingsInvalid("conf/partners.toml, line 3: not TOML.", file="conf/partners.toml")

    watching = alert_watch(read, settings)  # type: ignore[arg-type]
    watching.round()
    found = {alert.kind: str(alert.sentence) for alert in watching.active}
    assert found[AlertKind.CONFIGURATION] == "conf/partners.toml, line 3: not TOML."
    assert "ServiceUnavailable" in found[AlertKind.DATABASE]


def test_disks_are_those_of_directory_and_database(directory: Path) -> None:
    places = dict(free_disk(load_settings(directory, {})))
    assert places.keys() == {"directory", "database"}
    assert all(0 <= share <= 1 for share in places.values())


def test_an_alert_is_posted_and_mailed_on_one_line(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(directory)
    posted, mailed = [], []
    monkeypatch.setattr(webhook, "post", lambda *values, **_: posted.append(values))
    monkeypatch.setattr(mail, "send_mail", lambda *values: mailed.append(values))
    for channel in channels(load_settings(directory, {})):
        channel.send(REFUSED)
    ((address, body, *_),) = posted
    told = json.loads(body)
    assert address == "https://alerts.example.org/epix"
    assert (told["id"], told["partner"], told["kind"]) == ("0192-1", "za", "partner-refused")
    assert "\n" not in told["text"]
    ((_, to, subject, text, _),) = mailed
    assert to == ("on-call@example.org",)
    assert subject.startswith("URGENT: partner-refused (za) at https://")
    assert "epix-gateway explain 0192-1" in text


def test_a_channel_that_fails_says_so(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(directory)

    def refuse(*_: object, **__: object) -> None:
        raise NoResponse("HTTP status 500, 0 bytes")

    def refuse_mail(*_: object) -> None:
        raise NotMailed("SMTPDataError")

    monkeypatch.setattr(webhook, "post", refuse)
    monkeypatch.setattr(mail, "send_mail", refuse_mail)
    for channel in channels(load_settings(directory, {})):
        with pytest.raises(ServiceUnavailable, match="did not take the alert"):
            channel.send(REFUSED)


def test_unreadable_seal_anchors_are_told_with_their_partner(directory: Path) -> None:
    partners = directory / "conf/partners.toml"
    partners.write_text(PARTNER + 'seal_anchors_file = "za.pem"\n')
    (directory / "conf/za.pem").write_text("no certificate")
    (directory / "za.pem").write_text("no certificate")
    (told,) = (
        alert
        for alert in current_alerts(load_settings(directory, {}))
        if alert.kind is AlertKind.CONFIGURATION
    )
    assert told.partner == "za"
    assert "za.pem holds no PEM certificates" in str(told.sentence)
