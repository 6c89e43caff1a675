"""Is a token kept only if it counts? Against OpenSSL's time-stamping authority, honest and not."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.domain.errors import ServiceUnavailable, SettingsInvalid
from gateway.evidence.verify import Refused, anchors_in, read_token
from gateway.signatures.timestamps import TimeStampingAuthority, time_stamping_authority
from tests.pki import Authority
from tests.time_stamper import TimeStamper, needs_openssl, stamping_certificate, time_stamper

pytestmark = needs_openssl
STATEMENT = b'{"batch":1,"root":"00"}'


@pytest.fixture
def tsa(tmp_path: Path) -> Iterator[TimeStamper]:
    with time_stamper(tmp_path) as server:
        yield server


def client(tsa: TimeStamper, ca_file: Path | None = None, **change: object) -> TimeStampingAuthority:
    return time_stamping_authority(tsa.address, ca_file or tsa.authority.pem, 5.0, lambda: datetime.now(UTC))


@pytest.mark.parametrize("ess", ["sha1", "sha256", "sha512"])
def test_a_token_of_a_real_authority_is_taken_and_verifies_without_us(tmp_path: Path, ess: str) -> None:
    with time_stamper(tmp_path, ess) as tsa:
        token = client(tsa).stamp(STATEMENT)
        at = read_token(token, STATEMENT, anchors_in([tsa.authority.pem]), "The token")
        assert abs(at - datetime.now(UTC)) < timedelta(minutes=1)
        assert read_token(token, STATEMENT, (), "The token") == at


def test_the_verifier_refuses_every_token_with_a_changed_byte(tsa: TimeStamper) -> None:
    token = client(tsa).stamp(STATEMENT)
    anchors = anchors_in([tsa.authority.pem])
    at = read_token(token, STATEMENT, anchors, "The token")
    unprotected = []
    for place in range(len(token)):
        changed = bytearray(token)
        changed[place] ^= 0x01
        try:
            assert read_token(bytes(changed), STATEMENT, anchors, "The token") == at
            unprotected.append(place)
        except Refused:
            pass
    # what CMS leaves unsigned (versions, lists of algorithms, the root that came along) changes nothing that is said
    assert len(unprotected) < len(token) / 2


def test_the_verifier_refuses_a_token_over_something_else(tsa: TimeStamper) -> None:
    token = client(tsa).stamp(STATEMENT)
    with pytest.raises(Refused, match="of something else"):
        read_token(token, STATEMENT + b" ", (), "The token")


def test_the_verifier_refuses_a_token_of_a_stranger(tsa: TimeStamper, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = Authority(tmp_path / "other", "tsa-root")
    with pytest.raises(Refused, match="Nothing leads"):
        read_token(client(tsa).stamp(STATEMENT), STATEMENT, anchors_in([other.pem]), "The token")


@pytest.mark.parametrize(
    "rubbish", [b"", b"\x30", b"\x30\x80\x00\x00", b"\x30\x84\xff\xff\xff\xff", b"\x02\x01\x00" * 9]
)
def test_the_verifier_refuses_what_is_no_token(rubbish: bytes) -> None:
    with pytest.raises(Refused):
        read_token(rubbish, STATEMENT, (), "The token")


def flipped(answer: bytes) -> bytes:
    return answer[:-5] + bytes([answer[-5] ^ 1]) + answer[-4:]


@pytest.mark.parametrize("spoil", [flipped, lambda answer: b"<html>", lambda answer: b"", lambda answer: answer[:200]])
def test_an_answer_that_does_not_count_is_not_kept(tsa: TimeStamper, spoil: Callable[[bytes], bytes]) -> None:
    tsa.spoil = spoil  # type: ignore[assignment]
    with pytest.raises(ServiceUnavailable, match="no token that counts"):
        client(tsa).stamp(STATEMENT)


def test_an_old_answer_is_not_taken_again(tsa: TimeStamper) -> None:
    first: list[bytes] = []

    def replay(answer: bytes) -> bytes:
        first.append(answer)
        return first[0]

    tsa.spoil = replay  # type: ignore[assignment]
    client(tsa).stamp(STATEMENT)
    with pytest.raises(ServiceUnavailable):
        client(tsa).stamp(STATEMENT)


def test_an_error_of_its_server_is_no_token(tsa: TimeStamper) -> None:
    tsa.status = 503
    with pytest.raises(ServiceUnavailable):
        client(tsa).stamp(STATEMENT)


def test_an_authority_that_is_away_gives_no_token(tmp_path: Path) -> None:
    authority = Authority(tmp_path, "tsa-root")
    away = time_stamping_authority("http://127.0.0.1:9/", authority.pem, 1.0, lambda: datetime.now(UTC))
    with pytest.raises(ServiceUnavailable):
        away.stamp(STATEMENT)


def test_a_token_of_an_authority_that_is_not_ours_is_not_kept(tsa: TimeStamper, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = Authority(tmp_path / "other", "tsa-root")
    with pytest.raises(ServiceUnavailable):
        client(tsa, other.pem).stamp(STATEMENT)


def test_a_certificate_that_may_not_stamp_is_refused(tsa: TimeStamper) -> None:
    stamping_certificate(tsa.authority, critical=False)  # OpenSSL itself would refuse to serve with none at all
    with pytest.raises(ServiceUnavailable):
        client(tsa).stamp(STATEMENT)


def test_a_clock_that_is_apart_is_said(tsa: TimeStamper, caplog: pytest.LogCaptureFixture) -> None:
    ahead = TimeStampingAuthority(tsa.address, client(tsa).roots, 5.0, lambda: datetime.now(UTC) + timedelta(hours=2))
    ahead.stamp(STATEMENT)
    assert "seconds apart" in caplog.text


def test_a_file_without_certificates_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("")
    with pytest.raises(SettingsInvalid, match=r"empty\.pem"):
        time_stamping_authority("http://127.0.0.1:9/", tmp_path / "empty.pem", 1.0, lambda: datetime.now(UTC))


def test_only_a_digest_is_sent(tsa: TimeStamper) -> None:
    client(tsa).stamp(STATEMENT)
    sent = (tsa.folder / "1.tsq").read_bytes()
    assert hashlib.sha256(STATEMENT).digest() in sent
    assert STATEMENT not in sent
