"""Anchors: the newest head goes to a file, by mail and to partners; its age is measured."""

import json
import socketserver
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import monotonic

import pytest
from uuid_utils import uuid7

from gateway.anchoring.file import AnchorFile
from gateway.anchoring.mail import AnchorMail
from gateway.anchoring.partner import AnchorPartner
from gateway.bootstrap.jobs import _seal
from gateway.domain.errors import ServiceUnavailable
from gateway.exchange.anchors.anchor import AnchorHead
from gateway.exchange.journal.noted_head import newest_noted
from gateway.exchange.ports import Head, JournalFilter
from gateway.wire import smtp as mail
from gateway.wire.deadline import connected
from gateway.wire.smtp import MailServer
from tests.pki import SERVER, Authority
from tests.smtp_server import Dripping, smtp
from tests.store.journal.sealing_acts import HOUR, Sealed


class Place:
    """The port `Anchor`: fails as often as it is told to."""

    name = "file"

    def __init__(self, failures: int = 0) -> None:
        self.failures, self.kept = failures, []

    def keep(self, head: Head) -> bool:
        if self.failures:
            self.failures -= 1
            raise ServiceUnavailable("away")
        self.kept.append(head.batch)
        return True


def anchoring(journal: Sealed, place) -> AnchorHead:
    return AnchorHead(
        journal.store.sealed_journal,
        journal.store.head_archive,
        place,
        lambda: journal.now,
        lambda: str(uuid7()),
        HOUR,
    )


def sealed(journal: Sealed) -> Head:
    journal.record(1)
    journal.seal()
    head = journal.store.sealed_journal.last()
    assert head is not None
    return head


def test_the_newest_head_is_handed_over_once_an_hour(journal: Sealed) -> None:
    place = Place()
    anchor = anchoring(journal, place)
    assert anchor.anchor() is None, "there is none"
    assert anchor.age_seconds() == float("inf")
    sealed(journal)
    assert (anchor.anchor(), anchor.anchor()) == (1, None)
    sealed(journal)
    journal.now += timedelta(minutes=59)
    assert anchor.anchor() is None
    assert anchor.age_seconds() == 59 * 60
    journal.now += timedelta(minutes=1)
    assert anchor.anchor() == journal.store.sealed_journal.last().batch
    assert place.kept == [1, 2]
    found = journal.store.journal.search(JournalFilter(operation="JournalAnchored"), 9)
    assert [json.loads(record.request)["batch"] for record in found] == [2, 1]


def test_a_place_that_is_away_is_tried_again(journal: Sealed) -> None:
    anchor = anchoring(journal, Place(failures=2))
    sealed(journal)
    for _ in range(2):
        with pytest.raises(ServiceUnavailable):
            anchor.anchor()
    assert anchor.age_seconds() == float("inf")
    assert anchor.anchor() == 1


def test_the_file_takes_lines_that_verify_takes(journal: Sealed, tmp_path: Path) -> None:
    file = tmp_path / "heads.txt"
    place = AnchorFile(file)
    heads = [sealed(journal) for _ in range(3)]
    for head in heads:
        assert place.keep(head)
    assert file.read_text().splitlines() == [str(newest_noted(head)) for head in heads]
    assert file.stat().st_mode & 0o007 == 0
    with pytest.raises(ServiceUnavailable, match="cannot be written"):
        AnchorFile(tmp_path / "nowhere/heads.txt").keep(heads[0])


def mail_to(server: socketserver.ThreadingTCPServer, tmp_path: Path, **changes) -> AnchorMail:
    password = tmp_path / "password"
    password.write_text("hunter2 and more\nnot this\n")
    there = MailServer(
        "127.0.0.1", server.server_address[1], "epix@example.org", None, "epix", password
    )
    return AnchorMail(there, ("auditor@example.org", "court@example.org"), "https://mz", **changes)


@pytest.mark.slow
def test_the_mail_holds_the_line_that_verify_takes(journal: Sealed, tmp_path: Path) -> None:
    head = sealed(journal)
    with smtp() as server:
        assert mail_to(server, tmp_path).keep(head)
    (mail,) = server.mails
    assert str(newest_noted(head)).encode() in mail
    assert b"Subject: Journal head 1 of https://mz" in mail
    recipients = [line for line in server.said if line.upper().startswith(b"RCPT")]
    assert len(recipients) == 2
    assert any(line.startswith(b"AUTH PLAIN") for line in server.said)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("verdict", "kind"),
    [
        (b"535 no secret", "SMTPAuthenticationError"),
        (b"535 no\x1b[31m secret", "HTTPException"),
        (b"235 " + b"secret" * 20_000, "LineTooLong"),
    ],
)
def test_a_mail_server_that_refuses_is_not_repeated(
    journal: Sealed, tmp_path: Path, caplog: pytest.LogCaptureFixture, verdict: bytes, kind: str
) -> None:
    head = sealed(journal)
    with smtp(verdict=verdict) as server, pytest.raises(ServiceUnavailable):
        mail_to(server, tmp_path).keep(head)
    assert kind in caplog.text
    assert "secret" not in caplog.text
    assert "hunter2" not in caplog.text


@pytest.mark.slow
def test_a_mail_server_that_drips_is_left_at_the_deadline(journal: Sealed, tmp_path: Path) -> None:
    head = sealed(journal)
    began = monotonic()
    with smtp(Dripping) as server, pytest.raises(ServiceUnavailable):
        mail_to(server, tmp_path, total_seconds=1.0).keep(head)
    assert monotonic() - began < 10


@pytest.mark.slow
def test_a_mail_server_on_the_network_is_verified(
    journal: Sealed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TLS from the first byte on, by the CA and the name of the settings."""
    head = sealed(journal)
    ca = Authority(tmp_path, "mail-ca")
    here = ca.issue("mail", SERVER, hosts=["mail.test"])
    with smtp(tls=here) as server:
        there = replace(mail_to(server, tmp_path).server, host="mail.test", ca_file=ca.pem)
        monkeypatch.setattr(
            mail, "connected", lambda _, port, deadline: connected("127.0.0.1", port, deadline)
        )
        assert AnchorMail(there, ("a@example.org",), "https://mz").keep(head)
        for wrong in (
            replace(there, host="other.test"),
            replace(there, ca_file=Authority(tmp_path, "another").pem),
            replace(there, ca_file=None),
        ):
            with pytest.raises(ServiceUnavailable):
                AnchorMail(wrong, ("a@example.org",), "https://mz").keep(head)
    assert len(server.mails) == 1


def test_a_partner_is_asked_its_state_and_keeps_the_head_by_its_receipt(journal: Sealed) -> None:
    class Operations:
        asked = 0

        def state(self) -> None:
            self.asked += 1

    there = Operations()
    anchor = anchoring(journal, AnchorPartner("za", lambda: there))
    sealed(journal)
    assert (anchor.anchor(), there.asked) == (None, 1)
    assert anchor.place.name == "partner-za"
    assert AnchorPartner("za", None).keep(sealed(journal)) is False


@pytest.mark.slow
def test_a_round_of_sealing_goes_on_until_nothing_waits(
    journal: Sealed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One batch for each round would leave ever more unsealed under load."""
    monkeypatch.setattr("gateway.exchange.journal.seal.BATCH", 10)
    monkeypatch.setattr("gateway.bootstrap.jobs.BATCH", 10)

    class Gateway:
        def __init__(self) -> None:
            self.journal = type("Part", (), {"seal": journal.sealing})

    journal.record(25)
    journal.now += timedelta(seconds=1)
    assert journal.store.sealed_journal.oldest_unsealed() is not None
    _seal(Gateway(), lambda: False)
    assert journal.store.sealed_journal.oldest_unsealed() is None
    assert journal.store.sealed_journal.last().batch == 3
    journal.record(25)
    _seal(Gateway(), lambda: True)
    assert journal.store.sealed_journal.last().batch == 4, "a gateway that stops ends the round"


def test_the_oldest_unsealed_record_is_the_one_that_ended_first(journal: Sealed) -> None:
    archive = journal.store.sealed_journal
    assert archive.oldest_unsealed() is None
    sealed(journal)
    assert archive.oldest_unsealed() is None
    (late,) = [journal.now - timedelta(seconds=40)]
    journal.record(1, ended_at=journal.now)
    journal.record(1, ended_at=late)
    journal.record(1, ended_at=journal.now)
    assert archive.oldest_unsealed() == late
