"""Verdicts on credentials: each forgery and each state has a status and a reason of its own."""

import hashlib
import hmac
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gateway.crypto.credential.jws import JwsCodec
from gateway.domain.credential.status_list import ListUnusable
from gateway.domain.credential.verdict import CredentialStatus, CredentialVerdict
from gateway.domain.errors import KeyUnusable
from gateway.domain.identifiers import Authority, IsoCountryCode
from gateway.domain.key_revocation import RevocationCause
from gateway.domain.paper.key_list import PaperKeyRevocation
from gateway.exchange.permits.credential.verify import VerifyCredential
from tests.credential.issuing import (
    CREDENTIAL,
    DOCUMENTS,
    INDEX,
    ISSUER,
    LIST,
    TestIssuer,
    encoded,
    payload,
    with_header,
)
from tests.crypto.paper.papers import Paper, a_paper, withdrawn_permits
from tests.crypto.permit_seal.seal_pki import NOON, a_ca


@pytest.fixture(scope="module")
def issuer() -> TestIssuer:
    return TestIssuer()


@pytest.fixture(scope="module")
def token(issuer: TestIssuer) -> str:
    return issuer.token()


def test_a_credential_is_read_back_as_it_was_signed(issuer: TestIssuer, token: str) -> None:
    found = issuer.judged(token, issuer.status_list())
    assert (found.status, found.credential) == (CredentialStatus.GENUINE, CREDENTIAL)
    assert issuer.status(token) is CredentialStatus.GENUINE


@pytest.mark.slow
def test_no_byte_can_be_changed(issuer: TestIssuer, token: str) -> None:
    """Every 37th character, in header, payload and signature; every one of the signature."""
    start = token.rindex(".")
    for at in (*range(0, start, 37), *range(start, len(token))):
        other = "A" if token[at] != "A" else "B"
        found = issuer.judged(token[:at] + other + token[at + 1 :])
        assert found.status is not CredentialStatus.GENUINE, at
        assert found.credential is None


def hmac_with_the_public_key(issuer: TestIssuer, token: str) -> str:
    """The confusion of RS/ES with HS: the public key, which everybody has, as the secret."""
    key = issuer.paper.holder.key.public_key()
    secret = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signed = with_header(token, alg="HS256").rpartition(".")[0]
    return f"{signed}.{encoded(hmac.new(secret, signed.encode(), hashlib.sha256).digest())}"


def test_another_algorithm_is_refused_before_anything_is_verified(
    issuer: TestIssuer, token: str
) -> None:
    unsigned = with_header(token, alg="none").rpartition(".")[0] + "."
    for forged in (
        hmac_with_the_public_key(issuer, token),
        with_header(token, alg="none"),
        with_header(token, alg="NONE"),
        with_header(token, alg="RS256"),
        with_header(token, alg="ES384"),
        with_header(token, alg=None),
        with_header(token, alg=["ES256"]),
    ):
        assert issuer.status(forged) is CredentialStatus.ALGORITHM_REFUSED
    assert issuer.status(unsigned) is CredentialStatus.NO_CREDENTIAL


@pytest.mark.parametrize(
    "members",
    [
        {"typ": "JWT"},
        {"typ": None},
        {"cty": None},
        {"kid": None},
        {"kid": 5},
        {"kid": ISSUER},
        {"kid": f"{ISSUER}#key-1"},
        {"crit": ["exp"]},
        {"jku": "https://thief.example/keys"},
        {"jwk": {"kty": "EC"}},
        {"x5c": ["MIIB"]},
        {"b64": False},
    ],
)
def test_another_header_is_refused(members: Any, issuer: TestIssuer, token: str) -> None:
    assert issuer.status(with_header(token, **members)) is CredentialStatus.NO_CREDENTIAL


@pytest.mark.parametrize(
    "text",
    ["", ".", "..", "a.b", "a.b.c.d", "{}", "é.é.é", "a" * 7_000_000, "e30.e30.e30",
     encoded(b'{"alg":"ES256","alg":"none"}') + ".e30.e30", encoded(b"[" * 2000) + ".e30.e30",
     encoded(b" " * 4000 + b"{}") + ".e30.e30"],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_text_that_is_no_token_is_refused(text: str, issuer: TestIssuer) -> None:
    status = issuer.status(text)
    assert status in (CredentialStatus.NO_CREDENTIAL, CredentialStatus.ALGORITHM_REFUSED)


def test_one_token_has_one_form(issuer: TestIssuer, token: str) -> None:
    assert issuer.status(f"{token}=") is CredentialStatus.NO_CREDENTIAL
    assert issuer.status(token.replace(".", ". ", 1)) is CredentialStatus.NO_CREDENTIAL
    # Four bits of the last character of 64 bytes are not used.
    last = token[-1]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    twin = alphabet[alphabet.index(last) ^ 1]
    assert issuer.status(token[:-1] + twin) is CredentialStatus.NO_CREDENTIAL


def test_a_stranger_s_key_is_unknown_and_its_name_on_ours_is_altered(
    issuer: TestIssuer, token: str
) -> None:
    stranger = TestIssuer()
    assert issuer.status(stranger.token()) is CredentialStatus.SIGNER_UNKNOWN
    ours = json.loads(json.dumps(token)).split(".")[0]
    forged = ".".join([ours, *stranger.token().split(".")[1:]])
    assert issuer.status(forged) is CredentialStatus.ALTERED


def test_a_key_signs_for_its_authority_and_issuer_only(issuer: TestIssuer) -> None:
    other = replace(CREDENTIAL, authority=Authority(IsoCountryCode("ZA"), "ANAC"))
    assert issuer.status(issuer.token(other)) is CredentialStatus.SIGNER_UNKNOWN
    foreign = issuer.judged(issuer.token(replace(CREDENTIAL, issuer="did:web:thief.example")))
    assert foreign.status is CredentialStatus.SIGNER_UNKNOWN
    assert "another issuer" in foreign.reason


def test_the_dates_of_box_2_and_of_the_key_count(issuer: TestIssuer, token: str) -> None:
    def status(at: Any) -> CredentialStatus:
        return issuer.status(token, issuer.status_list(begins=at, ends=at + timedelta(1)), at=at)

    assert status(NOON - timedelta(minutes=6)) is CredentialStatus.NOT_YET_VALID
    assert status(NOON - timedelta(minutes=4)) is CredentialStatus.GENUINE
    fresh = TestIssuer(replace(issuer.paper, next_at=NOON + timedelta(days=1000)))
    ends = CREDENTIAL.ends
    assert ends
    assert fresh.status(token, at=ends - timedelta(seconds=1)) is CredentialStatus.GENUINE
    assert fresh.status(token, at=ends) is CredentialStatus.EXPIRED
    assert fresh.status(token, at=NOON + timedelta(days=401)) is CredentialStatus.KEY_EXPIRED
    early = issuer.token(replace(CREDENTIAL, begins=NOON - timedelta(days=31)))
    assert issuer.status(early) is CredentialStatus.SIGNER_UNKNOWN


def test_a_revoked_key_counts_no_more(issuer: TestIssuer, token: str) -> None:
    for cause, at, status in (
        (RevocationCause.STOLEN, NOON + timedelta(days=1), CredentialStatus.KEY_REVOKED),
        (RevocationCause.LOST, NOON + timedelta(days=1), CredentialStatus.GENUINE),
        (RevocationCause.LOST, NOON - timedelta(days=1), CredentialStatus.KEY_REVOKED),
    ):
        paper = replace(issuer.paper, revocation=PaperKeyRevocation(at, cause))
        assert TestIssuer(paper).status(token) is status


def test_a_status_list_revokes(issuer: TestIssuer, token: str) -> None:
    assert issuer.status(token, issuer.status_list(INDEX)) is CredentialStatus.REVOKED
    neighbours = issuer.status_list(INDEX - 1, INDEX + 1, 0, 131_071)
    assert issuer.status(token, neighbours) is CredentialStatus.GENUINE


def test_a_status_list_of_a_key_that_has_ended_counts_for_nothing(
    issuer: TestIssuer, token: str
) -> None:
    """Who finds an old key could say for ever that nothing was revoked."""
    ended = TestIssuer(Paper(a_ca().issue("MZ", "old key", end=NOON + timedelta(days=1))))
    keys = (issuer.paper.key, ended.paper.key)
    lists = [replace(issuer.paper.list, keys=keys)]

    def judged(days: int) -> CredentialVerdict:
        at = NOON + timedelta(days=days)
        verify = VerifyCredential(JwsCodec(), DOCUMENTS, lists, lambda _: False, lambda: at)
        return verify.judge(token, ended.status_list(ends=NOON + timedelta(days=9)))

    assert judged(1).status is CredentialStatus.GENUINE
    assert judged(2).status is CredentialStatus.STATUS_UNKNOWN
    assert "not in date" in judged(2).reason


def test_a_status_list_counts_only_where_it_is_the_one_of_the_credential(
    issuer: TestIssuer, token: str
) -> None:
    stranger = TestIssuer().status_list()
    for status_list, words in (
        (stranger, "not signed with a key"),
        (token, "no credential of a status list"),
        (issuer.status_list(id=f"{LIST}1"), "not the one"),
        (issuer.status_list(issuer="did:web:other.example"), "another issuer"),
        (issuer.status_list(begins=NOON - timedelta(2), ends=NOON), "out of date"),
        (issuer.status_list(begins=NOON + timedelta(1)), "out of date"),
        (with_header(issuer.status_list(), alg="none"), "ES256"),
        (issuer.status_list()[:-6] + "AAAAAA", "does not fit"),
        ("", "three parts"),
    ):
        found = issuer.judged(token, status_list)
        assert (found.status, words in found.reason) == (CredentialStatus.STATUS_UNKNOWN, True), (
            found
        )
    outside = issuer.token(replace(CREDENTIAL, status_index=131_072))
    found = issuer.judged(outside, issuer.status_list())
    assert found.status is CredentialStatus.STATUS_UNKNOWN
    assert "no entry" in found.reason


def test_without_a_status_list_the_key_list_says_what_it_can(
    issuer: TestIssuer, token: str
) -> None:
    number = CREDENTIAL.permit.number.text
    withdrawn = replace(issuer.paper, withdrawn=withdrawn_permits(number))
    assert TestIssuer(withdrawn).status(token) is CredentialStatus.MAY_BE_REVOKED
    old = replace(issuer.paper, next_at=NOON - timedelta(days=1))
    assert TestIssuer(old).status(token) is CredentialStatus.STATUS_UNKNOWN


def test_of_our_own_the_store_says_whether_it_is_revoked(issuer: TestIssuer, token: str) -> None:
    ours = TestIssuer(issuer.paper, is_ours=True)

    def no_list(_: object) -> bool:
        raise ListUnusable("Its status list is none of ours.")

    assert ours.status(token, is_revoked=lambda _: True) is CredentialStatus.REVOKED
    assert ours.status(token, is_revoked=lambda _: False) is CredentialStatus.GENUINE
    assert ours.status(token, is_revoked=no_list) is CredentialStatus.STATUS_UNKNOWN


@pytest.mark.parametrize(
    "members",
    [
        {"type": ["VerifiableCredential"]},
        {"type": ["VerifiableCredential", "CitesPermitCredential", "Other"]},
        {"@context": ["https://www.w3.org/ns/credentials/v2"]},
        {"@context": None},
        {"issuer": ISSUER},
        {"issuer": None},
        {"validFrom": None},
        {"validFrom": "yesterday"},
        {"validUntil": 5},
        {"credentialStatus": None},
        {"credentialStatus": {"type": "StatusList2021Entry"}},
        {"credentialSubject": []},
        {"credentialSubject": {"issuingCountry": "MZ", "issuingAuthorityCode": "ANAC"}},
        {"evidence": []},
        {"id": None},
        {"vc": {}},
    ],
)
def test_other_content_is_no_credential_of_a_permit_though_it_is_signed(
    members: Any, issuer: TestIssuer
) -> None:
    assert issuer.status(issuer.with_members(**members)) is CredentialStatus.NO_CREDENTIAL


@pytest.mark.parametrize("index", ["-1", "01", "1.0", "", "99999999999", 5, "４"])
def test_an_index_is_a_plain_number(index: Any, issuer: TestIssuer) -> None:
    status = payload(issuer.token())["credentialStatus"]
    forged = status | {"statusListIndex": index, "id": f"{LIST}#{index}"}
    found = issuer.status(issuer.with_members(credentialStatus=forged))
    assert found is CredentialStatus.NO_CREDENTIAL


def test_signed_bytes_that_are_no_json_are_refused(issuer: TestIssuer) -> None:
    for document in (b"\xff", b"[]", b"[" * 100_000, b'{"id":"a","id":"b"}'):
        assert issuer.status(issuer.signed(document)) is CredentialStatus.NO_CREDENTIAL


def test_a_key_out_of_date_signs_nothing() -> None:
    paper = a_paper()
    with pytest.raises(KeyUnusable, match="paper certificate"):
        TestIssuer(paper).signer.sign(
            DOCUMENTS.write(CREDENTIAL), ISSUER, NOON + timedelta(days=401)
        )
