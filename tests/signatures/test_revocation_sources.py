"""Has it been revoked? What a list and a responder say, when they count, and what holds when both are silent."""

import logging
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from gateway.domain.errors import CertificateMissing, SettingsInvalid
from gateway.signatures.ocsp import TRY_AGAIN, WITHOUT_END, OcspResponder
from gateway.signatures.revocation import RevocationCheck, Standing
from gateway.signatures.revocation_list import RevocationLists
from tests.ocsp_responder import Responder, responding
from tests.pki import CLIENT, DAY, NOW, OCSP, Authority, Identity

GOOD, REVOKED, UNKNOWN = ocsp.OCSPCertStatus.GOOD, ocsp.OCSPCertStatus.REVOKED, ocsp.OCSPCertStatus.UNKNOWN
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def ca(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"), "ca")


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Another authority that calls itself by the same name."""
    return Authority(tmp_path_factory.mktemp("other"), "ca")


@pytest.fixture(scope="module")
def shown(ca: Authority) -> Identity:
    return ca.issue("shown")


@pytest.fixture(scope="module")
def revoked(ca: Authority) -> Identity:
    return ca.issue("revoked")


# Lists


def said_by(content: bytes, of: Identity, ca: Authority, folder: Path, now: datetime = NOW) -> Standing:
    file = folder / "list"
    file.write_bytes(content)
    return RevocationLists(file).standing(of.certificate, ca.certificate, now)


def test_a_list_tells_revoked_from_good(ca, shown, revoked, tmp_path) -> None:
    for content in (ca.revocation_list(revoked), _der(ca.revocation_list(revoked))):
        assert said_by(content, revoked, ca, tmp_path) is Standing.REVOKED
        assert said_by(content, shown, ca, tmp_path) is Standing.GOOD


def test_several_lists_may_stand_in_one_file(ca, shown, revoked, tmp_path) -> None:
    elsewhere = Authority(tmp_path, "elsewhere")
    content = elsewhere.revocation_list() + b"a comment\n" + ca.revocation_list(revoked)
    assert said_by(content, revoked, ca, tmp_path) is Standing.REVOKED
    assert said_by(content, elsewhere.issue("there"), elsewhere, tmp_path) is Standing.GOOD


def test_a_list_that_has_run_out_still_revokes_but_vouches_for_nobody(ca, shown, revoked, tmp_path) -> None:
    content = ca.revocation_list(revoked, until=NOW - timedelta(seconds=1))
    assert said_by(content, revoked, ca, tmp_path) is Standing.REVOKED
    assert said_by(content, shown, ca, tmp_path) is Standing.SILENT


def test_a_list_of_tomorrow_vouches_for_nobody(ca, shown, tmp_path) -> None:
    assert said_by(ca.revocation_list(since=NOW + HOUR), shown, ca, tmp_path) is Standing.SILENT


def test_a_list_signed_by_somebody_else_says_nothing(ca, other, shown, tmp_path) -> None:
    assert said_by(ca.revocation_list(shown, signed_by=other), shown, ca, tmp_path) is Standing.SILENT
    assert said_by(other.revocation_list(shown), shown, ca, tmp_path) is Standing.SILENT


def part(**changes: object) -> x509.IssuingDistributionPoint:
    whole: dict = {
        "full_name": None, "relative_name": None, "only_contains_user_certs": False, "only_contains_ca_certs": False,
        "only_some_reasons": None, "indirect_crl": False, "only_contains_attribute_certs": False,
    }  # fmt: skip
    return x509.IssuingDistributionPoint(**{**whole, **changes})


def at(address: str) -> list[x509.GeneralName]:
    return [x509.UniformResourceIdentifier(address)]


@pytest.mark.parametrize(
    "extension",
    [
        part(only_contains_ca_certs=True),
        part(indirect_crl=True),
        part(only_some_reasons=frozenset([x509.ReasonFlags.key_compromise])),
        part(full_name=at("http://ca.example/part2.crl")),
        x509.DeltaCRLIndicator(1),
    ],
    ids=["of authorities", "of others too", "of some reasons", "of another part", "of changes"],
)
def test_a_list_that_does_not_speak_of_this_certificate_says_nothing(ca, tmp_path, extension) -> None:
    points = x509.CRLDistributionPoints([x509.DistributionPoint(at("http://ca.example/part1.crl"), None, None, None)])
    of = ca.issue("in part 1", extensions=[points])
    assert said_by(ca.revocation_list(extensions=[extension]), of, ca, tmp_path) is Standing.SILENT
    right = part(full_name=at("http://ca.example/part1.crl"), only_contains_user_certs=True)
    assert said_by(ca.revocation_list(extensions=[right]), of, ca, tmp_path) is Standing.GOOD


def test_a_list_is_read_again_when_its_file_changes(ca, shown, tmp_path) -> None:
    file = tmp_path / "list"
    file.write_bytes(ca.revocation_list())
    lists = RevocationLists(file)
    assert lists.standing(shown.certificate, ca.certificate, NOW) is Standing.GOOD
    new = tmp_path / "new"
    new.write_bytes(ca.revocation_list(shown))
    new.replace(file)
    assert lists.standing(shown.certificate, ca.certificate, NOW) is Standing.REVOKED


@pytest.mark.parametrize("damage", [b"", b"-----BEGIN X509 CRL-----\nMII\n-----END X509 CRL-----\n", b"\0\1\2", None])
def test_a_damaged_file_leaves_what_was_read_before(ca, revoked, tmp_path, damage, caplog) -> None:
    file = tmp_path / "list"
    file.write_bytes(ca.revocation_list(revoked))
    lists = RevocationLists(file)
    assert lists.standing(revoked.certificate, ca.certificate, NOW) is Standing.REVOKED
    if damage is None:
        file.unlink()
    else:
        file.write_bytes(damage)
    assert lists.standing(revoked.certificate, ca.certificate, NOW) is Standing.REVOKED
    assert "cannot be read; those read before stay in force" in caplog.text


@pytest.mark.parametrize("content", [b"", b"no list", None])
def test_a_file_without_a_list_is_named_at_start(tmp_path, content) -> None:
    file = tmp_path / "partners.crl"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingsInvalid, match=r"partners\.crl holds no revocation list"):
        RevocationLists(file)


def _der(pem: bytes) -> bytes:
    return x509.load_pem_x509_crl(pem).public_bytes(Encoding.DER)


# A responder


@pytest.fixture
def responder() -> Iterator[Responder]:
    with responding() as running:
        yield running


class Watch:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def asking(responder: Responder, watch: Watch) -> OcspResponder:
    return OcspResponder(responder.address, 1.0, watch)


@pytest.fixture
def standing(asking: OcspResponder, ca: Authority, shown: Identity, watch: Watch):
    """What it says of `shown` at the watch's time."""
    return lambda: asking.standing(shown.certificate, ca.certificate, watch.now)


@pytest.mark.parametrize(
    ("status", "word"), [(GOOD, Standing.GOOD), (REVOKED, Standing.REVOKED), (UNKNOWN, Standing.NEVER_ISSUED)]
)
def test_a_responder_tells_good_revoked_and_never_issued_apart(responder, standing, ca, shown, status, word) -> None:
    responder.says(shown, ca.ocsp_answer(shown.certificate, status))
    assert standing() is word


def test_a_responder_may_be_appointed_by_the_authority(responder, standing, ca, shown) -> None:
    responder.says(shown, ca.ocsp_answer(shown.certificate, signer=ca.issue("responder", OCSP)))
    assert standing() is Standing.GOOD


@pytest.mark.parametrize("how", ["another authority", "appointed for nothing", "appointed by another", "not any more"])
def test_an_answer_signed_by_anybody_else_says_nothing(responder, standing, ca, other, shown, how) -> None:
    answers = {
        "another authority": lambda: other.ocsp_answer(shown.certificate),
        "appointed for nothing": lambda: ca.ocsp_answer(shown.certificate, signer=ca.issue("client", CLIENT)),
        "appointed by another": lambda: ca.ocsp_answer(shown.certificate, signer=other.issue("fake", OCSP)),
        "not any more": lambda: ca.ocsp_answer(shown.certificate, signer=ca.issue("old", OCSP, until=NOW - DAY)),
    }
    responder.says(shown, answers[how]())
    assert standing() is Standing.SILENT


def test_an_answer_about_another_certificate_says_nothing(responder, standing, ca, shown, revoked) -> None:
    responder.says(shown, ca.ocsp_answer(revoked.certificate))
    assert standing() is Standing.SILENT


@pytest.mark.parametrize(("since", "until"), [(-2 * DAY, -DAY), (HOUR, DAY)], ids=["of yesterday", "of tomorrow"])
def test_an_answer_of_another_time_says_nothing(responder, standing, ca, shown, since, until) -> None:
    responder.says(shown, ca.ocsp_answer(shown.certificate, since=NOW + since, until=NOW + until))
    assert standing() is Standing.SILENT


@pytest.mark.parametrize("answer", [b"rubbish", b"x" * 100_000, b""], ids=["rubbish", "endless", "unauthorized"])
def test_an_answer_that_is_none_says_nothing(responder, standing, shown, answer) -> None:
    responder.says(shown, answer)
    assert standing() is Standing.SILENT


def test_a_responder_in_trouble_says_nothing(responder, standing, ca, shown) -> None:
    responder.says(shown, ca.ocsp_answer(shown.certificate))
    responder.status = 500
    assert standing() is Standing.SILENT


def test_an_answer_is_kept_and_renewed_ahead_without_anybody_waiting(responder, ca, shown, watch) -> None:
    asking = OcspResponder(responder.address, 10.0, watch)

    def standing() -> Standing:
        return asking.standing(shown.certificate, ca.certificate, watch.now)

    responder.says(shown, ca.ocsp_answer(shown.certificate, until=NOW + 2 * HOUR))
    for _ in range(5):
        assert standing() is Standing.GOOD
    assert len(responder.asked) == 1
    watch.now += HOUR
    responder.delay_seconds = 2.0
    responder.says(shown, ca.ocsp_answer(shown.certificate, REVOKED))
    began = time.monotonic()
    assert standing() is Standing.GOOD
    assert time.monotonic() - began < 1.5
    assert _soon(lambda: standing() is Standing.REVOKED)
    assert len(responder.asked) == 2


def test_an_answer_that_has_run_out_is_waited_for(responder, standing, ca, shown, watch) -> None:
    responder.says(shown, ca.ocsp_answer(shown.certificate, until=NOW + HOUR))
    assert standing() is Standing.GOOD
    watch.now += HOUR
    responder.says(shown, ca.ocsp_answer(shown.certificate, REVOKED))
    assert standing() is Standing.REVOKED


def test_an_answer_without_an_end_holds_for_a_minute(responder, standing, ca, shown, watch) -> None:
    responder.says(shown, ca.ocsp_answer(shown.certificate, until=None))
    assert standing() is Standing.GOOD
    watch.now += WITHOUT_END
    assert standing() is Standing.GOOD
    assert len(responder.asked) == 2


def test_a_responder_that_fails_is_left_alone_for_a_while_and_what_it_said_holds(
    responder, standing, ca, shown, watch
) -> None:
    responder.says(shown, ca.ocsp_answer(shown.certificate, until=NOW + 2 * HOUR))
    assert standing() is Standing.GOOD
    responder.status = 503
    watch.now += HOUR
    assert standing() is Standing.GOOD
    assert _soon(lambda: len(responder.asked) == 2)
    time.sleep(0.1)
    assert standing() is Standing.GOOD
    assert len(responder.asked) == 2
    watch.now += TRY_AGAIN
    assert standing() is Standing.GOOD
    assert _soon(lambda: len(responder.asked) == 3)


def test_a_silent_responder_costs_its_time_limit_once_not_once_for_each_caller(responder, ca, shown, watch) -> None:
    responder.delay_seconds = 5.0
    asking = OcspResponder(responder.address, 1.0, watch)
    heard: list[Standing] = []

    def ask() -> None:
        heard.append(asking.standing(shown.certificate, ca.certificate, watch.now))

    began = time.monotonic()
    callers = [threading.Thread(target=ask) for _ in range(8)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert heard == [Standing.SILENT] * 8
    assert time.monotonic() - began < 4.0
    assert _soon(lambda: len(responder.asked) == 1)
    responder.delay_seconds = 0.0
    time.sleep(0.2)
    began = time.monotonic()
    ask()
    assert time.monotonic() - began < 0.8


def _soon(true) -> bool:
    until = time.monotonic() + 5
    while not true() and time.monotonic() < until:
        time.sleep(0.01)
    return true()


# Both, and neither


class Says:
    def __init__(self, word: Standing) -> None:
        self.word = word

    def standing(self, *_: object) -> Standing:
        return self.word


TOGETHER = [
    ((Standing.GOOD, Standing.GOOD), None),
    ((Standing.SILENT, Standing.GOOD), None),
    ((Standing.GOOD, Standing.SILENT), None),
    ((Standing.GOOD, Standing.REVOKED), "has been revoked"),
    ((Standing.REVOKED, Standing.GOOD), "has been revoked"),
    ((Standing.REVOKED, Standing.SILENT), "has been revoked"),
    ((Standing.GOOD, Standing.NEVER_ISSUED), "not known to the authority"),
    ((Standing.SILENT, Standing.NEVER_ISSUED), "not known to the authority"),
]


@pytest.mark.parametrize("accept", [False, True])
@pytest.mark.parametrize(("words", "text"), TOGETHER)
def test_one_word_against_outweighs_any_for_it(ca, shown, words, text, accept) -> None:
    check = RevocationCheck([Says(word) for word in words], accept_silence=accept)
    if text is None:
        check.require_not_revoked(shown.certificate, ca.certificate, NOW)
        return
    with pytest.raises(CertificateMissing, match=text):
        check.require_not_revoked(shown.certificate, ca.certificate, NOW)


def test_what_holds_when_both_are_silent_is_a_choice(ca, shown, caplog) -> None:
    silent = [Says(Standing.SILENT), Says(Standing.SILENT)]
    with pytest.raises(CertificateMissing, match="cannot be found out at the moment"):
        RevocationCheck(silent).require_not_revoked(shown.certificate, ca.certificate, NOW)
    with caplog.at_level(logging.WARNING):
        RevocationCheck(silent, accept_silence=True).require_not_revoked(shown.certificate, ca.certificate, NOW)
    assert "taken unchecked" in caplog.text
