"""Trusted timestamps (RFC 3161): only a verified response is stored.

OpenSSL serves as time-stamping authority, honest and not.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.crypto.journal_seal.timestamps import Rfc3161Verifier, TimeStampingAuthority
from gateway.domain.errors import ServiceUnavailable, SignatureInvalid
from tests.pki import Authority
from tests.time_stamper import TimeStamper, needs_openssl, stamping_certificate, time_stamper

pytestmark = [pytest.mark.slow, needs_openssl]
STATEMENT = b'{"batch":1,"root":"00"}'


@pytest.fixture
def tsa(tmp_path: Path) -> Iterator[TimeStamper]:
    with time_stamper(tmp_path) as server:
        yield server


def verifier_of(*authorities: Authority) -> Rfc3161Verifier:
    return Rfc3161Verifier([authority.certificate for authority in authorities])


def client(
    tsa: TimeStamper, stamps: Rfc3161Verifier | None = None, ahead: timedelta = timedelta()
) -> TimeStampingAuthority:
    return TimeStampingAuthority(
        tsa.address, stamps or verifier_of(tsa.authority), lambda: datetime.now(UTC) + ahead
    )


@pytest.fixture
def stranger(tmp_path: Path) -> Authority:
    (tmp_path / "other").mkdir()
    return Authority(tmp_path / "other", "tsa-root")


@pytest.mark.parametrize("ess", ["sha1", "sha256", "sha512"])
def test_a_stamp_of_a_real_authority_is_taken_and_says_when(tmp_path: Path, ess: str) -> None:
    with time_stamper(tmp_path, ess) as tsa:
        stamp = client(tsa).timestamp(STATEMENT)
        at = verifier_of(tsa.authority).timestamped_at(stamp, STATEMENT)
    assert abs(at - datetime.now(UTC)) < timedelta(minutes=1)


def test_only_a_digest_is_sent(tsa: TimeStamper) -> None:
    client(tsa).timestamp(STATEMENT)
    sent = (tsa.folder / "1.tsq").read_bytes()
    assert hashlib.sha256(STATEMENT).digest() in sent
    assert STATEMENT not in sent


def test_a_stamp_over_something_else_is_refused(tsa: TimeStamper) -> None:
    stamp = client(tsa).timestamp(STATEMENT)
    with pytest.raises(SignatureInvalid):
        verifier_of(tsa.authority).timestamped_at(stamp, STATEMENT + b" ")


def test_a_stamp_of_a_stranger_of_the_same_name_is_refused(
    tsa: TimeStamper, stranger: Authority
) -> None:
    stamp = client(tsa).timestamp(STATEMENT)
    with pytest.raises(SignatureInvalid):
        verifier_of(stranger).timestamped_at(stamp, STATEMENT)
    with pytest.raises(ServiceUnavailable):
        client(tsa, verifier_of(stranger)).timestamp(STATEMENT)


def test_a_changed_byte_never_changes_what_a_stamp_says(tsa: TimeStamper) -> None:
    stamp = client(tsa).timestamp(STATEMENT)
    stamps = verifier_of(tsa.authority)
    at = stamps.timestamped_at(stamp, STATEMENT)
    refused = 0
    for place in range(len(stamp)):
        changed = bytearray(stamp)
        changed[place] ^= 0x01
        try:
            assert stamps.timestamped_at(bytes(changed), STATEMENT) == at
        except SignatureInvalid:
            refused += 1
    assert (
        refused > len(stamp) / 2
    )  # CMS leaves some of it unsigned, such as the root that came along


@pytest.mark.parametrize(
    "rubbish",
    [
        b"",
        b"\x30",
        b"\x30\x80\x00\x00",
        b"\x30\x84\xff\xff\xff\xff",
        b"<html>",
        b"\x02\x01\x00" * 9,
    ],
)
def test_what_is_no_stamp_is_refused(tsa: TimeStamper, rubbish: bytes) -> None:
    with pytest.raises(SignatureInvalid):
        verifier_of(tsa.authority).timestamped_at(rubbish, STATEMENT)
    tsa.spoil = lambda _: rubbish
    with pytest.raises(ServiceUnavailable, match="nothing that counts"):
        client(tsa).timestamp(STATEMENT)


def flipped(answer: bytes) -> bytes:
    return answer[:-5] + bytes([answer[-5] ^ 1]) + answer[-4:]


@pytest.mark.parametrize(
    "spoil", [flipped, lambda answer: answer[:200], lambda answer: answer + b"\x00"]
)
def test_an_answer_that_does_not_count_is_not_kept(
    tsa: TimeStamper, spoil: Callable[[bytes], bytes]
) -> None:
    tsa.spoil = spoil
    with pytest.raises(ServiceUnavailable, match="nothing that counts"):
        client(tsa).timestamp(STATEMENT)


def test_an_old_answer_is_not_taken_again(tsa: TimeStamper) -> None:
    first: list[bytes] = []

    def replay(answer: bytes) -> bytes:
        first.append(answer)
        return first[0]

    tsa.spoil = replay
    client(tsa).timestamp(STATEMENT)
    with pytest.raises(ServiceUnavailable):
        client(tsa).timestamp(STATEMENT)


def test_an_error_of_its_server_is_no_stamp(tsa: TimeStamper) -> None:
    tsa.status = 503
    with pytest.raises(ServiceUnavailable):
        client(tsa).timestamp(STATEMENT)


def test_an_authority_that_is_away_gives_none(tmp_path: Path) -> None:
    away = TimeStampingAuthority(
        "http://127.0.0.1:9/", verifier_of(Authority(tmp_path, "ca")), lambda: datetime.now(UTC)
    )
    with pytest.raises(ServiceUnavailable):
        away.timestamp(STATEMENT)


def test_a_certificate_that_may_not_stamp_is_refused(tsa: TimeStamper) -> None:
    stamping_certificate(
        tsa.authority, critical=False
    )  # OpenSSL itself would refuse to serve with none at all
    with pytest.raises(ServiceUnavailable):
        client(tsa).timestamp(STATEMENT)


def test_a_clock_that_is_apart_is_said(tsa: TimeStamper, caplog: pytest.LogCaptureFixture) -> None:
    client(tsa, ahead=timedelta(hours=2)).timestamp(STATEMENT)
    assert re.search(
        r"\+7(199|20[0-5]) seconds apart", caplog.text
    )  # a busy machine takes a moment to answer
