"""Client certificate validation: each reason for a refusal, the cache of verdicts, and its cost."""

from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from gateway.crypto.callers.judge import (
    ACCEPTED_FOR,
    REFUSED_FOR,
    CallerJudge,
    CertificateRule,
    RevocationSetting,
)
from gateway.domain.errors import CertificateMissing, SettingsInvalid
from tests.pki import DAY, NOW, SERVER, Authority, Identity


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    folder = tmp_path_factory.mktemp("pki")
    root = Authority(folder, "root")
    issuing = Authority(folder, "issuing", root)
    known = folder / "known.pem"
    ca = Authority(folder, "ca")
    known.write_bytes(issuing.pem.read_bytes() + ca.pem.read_bytes())
    return SimpleNamespace(folder=folder, root=root, issuing=issuing, ca=ca, known=known)


class Watch:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def judge(pki, watch: Watch) -> CallerJudge:
    return CallerJudge(pki.known, (), (), watch)


def refusal(judge: CallerJudge, der: bytes) -> str:
    with pytest.raises(CertificateMissing) as refused:
        judge.judge(der)
    return refused.value.text


def test_a_certificate_in_order_is_shown_with_fingerprint_and_countries(judge, pki) -> None:
    caller = pki.ca.issue("good", country="ZA")
    accepted = judge.judge(caller.der)
    assert (accepted.sha256, accepted.countries, accepted.partners) == (
        caller.sha256,
        ("ZA",),
        frozenset(),
    )


def test_an_issuing_authority_counts_without_its_root(judge, pki) -> None:
    assert judge.judge(pki.issuing.issue("below").der)


def test_a_root_does_not_vouch_for_what_authorities_below_it_issue(pki, watch) -> None:
    judge = CallerJudge(pki.root.pem, (), (), watch)
    assert "not known here" in refusal(judge, pki.issuing.issue("two below").der)


def usage(**changes: bool) -> x509.KeyUsage:
    every = dict.fromkeys(
        (
            "digital_signature",
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    return x509.KeyUsage(**{**every, **changes})


BAD = {
    "expired": (
        lambda ca: ca.issue("x", until=NOW - timedelta(seconds=1)),
        "has expired: it was valid until 20",
    ),
    "not yet valid": (
        lambda ca: ca.issue("x", since=NOW + timedelta(seconds=1)),
        "is not valid yet: it is from 20",
    ),
    "a server's": (lambda ca: ca.issue("x", SERVER), "not made for client authentication"),
    "for anything": (
        lambda ca: ca.issue("x", ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE),
        "not made for client authentication",
    ),
    "for encryption": (
        lambda ca: ca.issue("x", extensions=[usage(key_encipherment=True)]),
        "not made for client authentication",
    ),
    "an authority's": (
        lambda ca: ca.issue("x", extensions=[x509.BasicConstraints(ca=True, path_length=None)]),
        "not made for client authentication",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("make", "text"), BAD.values(), ids=BAD.keys())
def test_a_certificate_that_is_not_in_order_is_refused_with_the_reason(
    judge, pki, make, text
) -> None:
    assert text in refusal(judge, make(pki.ca).der)


def test_a_certificate_without_any_usage_may_be_shown(judge, pki) -> None:
    assert judge.judge(pki.ca.issue("plain", use=None).der)


def test_the_last_second_of_a_certificate_still_counts(judge, pki) -> None:
    assert judge.judge(pki.ca.issue("last", until=NOW).der)


def test_an_authority_of_the_same_name_is_another_authority(judge, pki, tmp_path) -> None:
    impostor = Authority(tmp_path, "ca")
    assert "not known here" in refusal(judge, impostor.issue("x").der)


def test_a_certificate_of_an_authority_that_has_expired_is_refused(pki, watch, tmp_path) -> None:
    old = Authority(tmp_path, "old", until=NOW - DAY)
    assert "not fit for use" in refusal(CallerJudge(old.pem, (), (), watch), old.issue("x").der)


def test_an_authoritys_own_certificate_is_no_callers(judge, pki) -> None:
    der = pki.ca.certificate.public_bytes(serialization.Encoding.DER)
    assert "not made for client authentication" in refusal(judge, der)


def test_one_partners_certificate_cannot_issue_another(judge, pki, tmp_path) -> None:
    forger = pki.ca.issue("forger")
    forged = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "forged")]))
        .issuer_name(forger.certificate.subject)
        .public_key(forger.key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - DAY)
        .not_valid_after(NOW + DAY)
        .sign(forger.key, hashes.SHA256())
    )
    assert "not known here" in refusal(judge, forged.public_bytes(serialization.Encoding.DER))


def test_a_small_key_is_refused(judge, pki) -> None:
    key = rsa.generate_private_key(65537, 1024)
    weak = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "weak")]))
        .issuer_name(pki.ca.name)
        .public_key(key.public_key())
        .serial_number(2)
        .not_valid_before(NOW - DAY)
        .not_valid_after(NOW + DAY)
        .sign(pki.ca.key, hashes.SHA256())
    )
    assert "too small" in refusal(judge, weak.public_bytes(serialization.Encoding.DER))


@pytest.mark.slow
def test_rubbish_is_refused_without_an_exception_of_another_kind(judge, pki) -> None:
    good = pki.ca.issue("mangled").der
    assert "cannot be read" in refusal(judge, b"")
    assert "cannot be read" in refusal(judge, good + b"\0")
    for place in range(len(good)):
        with pytest.raises(CertificateMissing):
            judge.judge(good[:place] + bytes([good[place] ^ 0x55]) + good[place + 1 :])


def test_a_judgement_ends_with_the_certificate(judge, pki, watch) -> None:
    short = pki.ca.issue("short", until=NOW + timedelta(seconds=10))
    judge.judge(short.der)
    watch.now += timedelta(seconds=11)
    assert "has expired" in refusal(judge, short.der)


# Rules


def rule(
    pki, subject: str = "CN=ruled,C=ZA", authority: Authority | None = None, *serials: int
) -> CertificateRule:
    return CertificateRule("za", (authority or pki.ca).pem, subject, frozenset(serials))


def met(pki, watch, caller: Identity, *rules: CertificateRule) -> frozenset[str]:
    return CallerJudge(pki.known, rules, (), watch).judge(caller.der).partners


def test_a_rule_is_met_by_authority_and_whole_subject(pki, watch) -> None:
    caller = pki.ca.issue("ruled", country="ZA")
    assert met(pki, watch, caller, rule(pki)) == {"za"}
    for other in (
        "CN=ruled",
        "C=ZA",
        "CN=Ruled,C=ZA",
        "CN=ruled,C=MZ",
        "C=ZA,CN=ruled",
        "CN=ruled+C=ZA",
    ):
        assert met(pki, watch, caller, rule(pki, other)) == frozenset()


def test_a_rules_authority_is_the_one_that_issued_it(pki, watch) -> None:
    caller = pki.issuing.issue("ruled", country="ZA")
    assert met(pki, watch, caller, rule(pki)) == frozenset()
    assert met(pki, watch, caller, rule(pki, authority=pki.issuing)) == {"za"}


def test_a_rules_authority_need_not_be_named_twice(pki, watch, tmp_path) -> None:
    own = Authority(tmp_path, "own")
    assert met(pki, watch, own.issue("ruled", country="ZA"), rule(pki, "CN=ruled,C=ZA", own)) == {
        "za"
    }


def test_a_rule_may_name_serials(pki, watch) -> None:
    caller = pki.ca.issue("ruled", country="ZA")
    serial = caller.certificate.serial_number
    assert met(pki, watch, caller, rule(pki, "CN=ruled,C=ZA", None, 1, serial)) == {"za"}
    assert met(pki, watch, caller, rule(pki, "CN=ruled,C=ZA", None, 1)) == frozenset()


def test_a_subject_is_compared_as_a_name_not_as_text(pki, watch) -> None:
    caller = pki.ca.issue("Comma, Inc", country="ZA")
    assert met(pki, watch, caller, rule(pki, r"CN=Comma\, Inc,C=ZA")) == {"za"}
    assert met(pki, watch, caller, rule(pki, r"2.5.4.3=Comma\2C Inc,2.5.4.6=ZA")) == {"za"}


@pytest.mark.parametrize("subject", ["", "ruled", "CN", "XX=1"])
def test_a_subject_that_is_no_name_is_named_at_start(pki, watch, subject) -> None:
    with pytest.raises(SettingsInvalid, match="partner za: certificate subject must be a name"):
        CallerJudge(pki.known, [rule(pki, subject)], (), watch)


def test_a_file_without_certificates_is_named_at_start(pki, watch, tmp_path) -> None:
    (tmp_path / "empty.pem").write_text("nothing")
    for file in (tmp_path / "empty.pem", tmp_path / "absent.pem"):
        with pytest.raises(SettingsInvalid, match=file.name):
            CallerJudge(file, (), (), watch)


# The cache of verdicts


def listed(pki, watch, file: Path, **setting: object) -> CallerJudge:
    return CallerJudge(
        pki.known, (), [RevocationSetting(pki.ca.pem, list_file=file, **setting)], watch
    )


def test_a_revocation_counts_when_the_judgement_has_run_out(pki, watch, tmp_path) -> None:
    caller, file = pki.ca.issue("soon revoked"), tmp_path / "list"
    file.write_bytes(pki.ca.revocation_list())
    judge = listed(pki, watch, file)
    judge.judge(caller.der)
    file.write_bytes(pki.ca.revocation_list(caller))
    watch.now += ACCEPTED_FOR - timedelta(seconds=1)
    judge.judge(caller.der)
    watch.now += timedelta(seconds=1)
    assert refusal(judge, caller.der) == "The client certificate has been revoked."


def test_a_refusal_is_looked_at_again_sooner(pki, watch, tmp_path) -> None:
    caller, file = pki.ca.issue("listed by mistake"), tmp_path / "list"
    file.write_bytes(pki.ca.revocation_list(caller))
    judge = listed(pki, watch, file)
    refusal(judge, caller.der)
    file.write_bytes(pki.ca.revocation_list())
    refusal(judge, caller.der)
    watch.now += REFUSED_FOR
    assert judge.judge(caller.der)


def test_strangers_leave_nothing_in_memory(judge, tmp_path) -> None:
    strangers = Authority(tmp_path, "strangers")
    for number in range(3):
        refusal(judge, strangers.issue(f"stranger {number}").der)
        refusal(judge, strangers.issue(f"old {number}", until=NOW - DAY).der)
    assert judge._cache == {}


def test_certificates_of_another_authority_are_not_asked_for_in_this_list(
    pki, watch, tmp_path
) -> None:
    file = tmp_path / "list"
    file.write_bytes(pki.ca.revocation_list(until=NOW - timedelta(seconds=1)))
    judge = listed(pki, watch, file)
    assert judge.judge(pki.issuing.issue("other").der)
    assert "cannot be found out" in refusal(judge, pki.ca.issue("this").der)


@pytest.mark.parametrize("days", [-1, 30])
def test_a_certificate_is_described_whatever_its_dates(pki, watch: Watch, days: int) -> None:
    caller = pki.ca.issue("described", country="ZA", until=NOW + days * DAY)
    read = x509.load_der_x509_certificate(caller.der)
    rule = CertificateRule("za", pki.ca.pem, read.subject.rfc4514_string(), frozenset({1}))
    shown = CallerJudge(pki.known, (rule,), (), watch).described(caller.der)
    assert shown
    assert (shown.sha256, shown.partner) == (caller.sha256, "za")
    assert shown.serial == f"{read.serial_number:x}"
    assert (shown.not_before, shown.not_after) == (
        read.not_valid_before_utc,
        read.not_valid_after_utc,
    )


def test_the_subject_of_a_partner_from_another_authority_is_not_the_partners(pki, watch) -> None:
    forged = pki.issuing.issue("described", country="ZA")
    subject = x509.load_der_x509_certificate(forged.der).subject.rfc4514_string()
    rule = CertificateRule("za", pki.ca.pem, subject)
    shown = CallerJudge(pki.known, (rule,), (), watch).described(forged.der)
    assert shown
    assert (shown.subject, shown.partner) == (subject, "")


def test_what_is_no_certificate_is_not_described(judge) -> None:
    assert judge.described(b"no certificate") is None
