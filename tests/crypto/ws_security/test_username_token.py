"""UsernameToken: text and digest, only the agreed form, fresh, and once."""

import base64
import datetime as dt
import hashlib
import re

import pytest

from gateway.crypto.ws_security.freshness import Freshness
from gateway.crypto.ws_security.username_token import UsernameSecurer, UsernameVerifier
from gateway.domain.errors import GatewayError
from tests.crypto.ws_security.message_forging import (
    BASE64,
    NAMES,
    NOW,
    ReplayCacheInMemory,
    iso,
    timestamp,
)

PASSWORD = "s3cret-Ünïcode"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
KIND = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#Password"
OTHER_NONCE = base64.b64encode(b"other-nonce").decode()
NONCE = base64.b64encode(b"0123456789abcdef").decode()


def verifier(*, digest: bool) -> UsernameVerifier:
    freshness = Freshness(
        "za", dt.timedelta(minutes=5), dt.timedelta(minutes=1), lambda: NOW, ReplayCacheInMemory()
    )
    return UsernameVerifier("za", PASSWORD.encode(), digest, freshness)


def message(header: str) -> bytes:
    declared = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in NAMES.items())
    security = f"<wsse:Security {declared}>{header}</wsse:Security>"
    header_and_body = f"<s:Header>{security}</s:Header><s:Body/>"
    return f'<s:Envelope xmlns:s="{SOAP}">{header_and_body}</s:Envelope>'.encode()


def token(password: str, kind: str, more: str = "", username: str = "za") -> str:
    return (
        f"<wsse:UsernameToken><wsse:Username>{username}</wsse:Username>"
        f'<wsse:Password Type="{KIND}{kind}">{password}</wsse:Password>{more}</wsse:UsernameToken>'
    )


def nonce(text: str = NONCE, encoding: str = BASE64) -> str:
    return f'<wsse:Nonce EncodingType="{encoding}">{text}</wsse:Nonce>'


def created(text: str = iso(NOW)) -> str:
    return f"<wsu:Created>{text}</wsu:Created>"


def digest(at: str = iso(NOW), password: str = PASSWORD, once: str = NONCE) -> str:
    return base64.b64encode(
        hashlib.sha1(base64.b64decode(once) + at.encode() + password.encode()).digest()
    ).decode()


def code(judge: UsernameVerifier, header: str) -> str | None:
    try:
        assert judge.verified(message(header), "") == message(header)
    except GatewayError as error:
        return error.code
    return None


def test_the_password_is_taken_as_text() -> None:
    assert code(verifier(digest=False), token(PASSWORD, "Text")) is None


def test_a_password_without_type_is_text() -> None:
    plain = token(PASSWORD, "Text").replace(f' Type="{KIND}Text"', "")
    assert code(verifier(digest=False), plain) is None


def test_the_password_is_taken_as_digest_once() -> None:
    judge = verifier(digest=True)
    header = token(digest(), "Digest", nonce() + created())
    assert code(judge, header) is None
    assert code(judge, header) == "MessageReplayed"


def test_a_nonce_counts_once_whatever_moment_it_comes_with() -> None:
    judge = verifier(digest=True)
    later = iso(NOW + dt.timedelta(seconds=30))
    assert code(judge, token(digest(), "Digest", nonce() + created())) is None
    assert (
        code(judge, token(digest(later), "Digest", nonce() + created(later))) == "MessageReplayed"
    )


def test_a_nonce_with_a_text_password_counts_once_too() -> None:
    judge = verifier(digest=False)
    header = token(PASSWORD, "Text", nonce() + created())
    assert [code(judge, header), code(judge, header)] == [None, "MessageReplayed"]


@pytest.mark.parametrize(
    ("agreed_digest", "header", "expected"),
    [
        (False, token("wrong", "Text"), "SignerNotTrusted"),
        (False, token("", "Text"), "SignerNotTrusted"),
        (False, token(PASSWORD, "Text", username="ZA"), "SignerNotTrusted"),
        (False, token(PASSWORD, "Text", username=""), "SignerNotTrusted"),
        (False, token(PASSWORD + " ", "Text"), "SignerNotTrusted"),
        (True, token(digest(password="wrong"), "Digest", nonce() + created()), "SignerNotTrusted"),
        (True, token(digest(once=OTHER_NONCE), "Digest", nonce() + created()), "SignerNotTrusted"),
        (False, token(digest(), "Digest", nonce() + created()), "SignatureInvalid"),
        (True, token(PASSWORD, "Text", nonce() + created()), "SignatureInvalid"),
        (True, token(digest(), "Digest", created()), "SignatureInvalid"),
        (True, token(digest(), "Digest", nonce()), "SignatureInvalid"),
        (True, token(digest(), "Digest", nonce() * 2 + created()), "SignatureInvalid"),
        (True, token(digest(), "Digest", nonce("AAAA") + created()), "SignatureInvalid"),
        (True, token(digest(), "Digest", nonce("A" * 4000) + created()), "SignatureInvalid"),
        (True, token(digest(), "Digest", nonce("ÄÖ") + created()), "SignatureInvalid"),
        (
            True,
            token(digest(), "Digest", nonce(encoding="urn:hex") + created()),
            "SignatureInvalid",
        ),
        (False, token(PASSWORD, "Text", nonce()), "SignatureInvalid"),
        (False, token(PASSWORD, "Text", "<wsse:Salt/>"), "SignatureInvalid"),
        (False, token(f"<b>{PASSWORD}</b>", "Text"), "SignatureInvalid"),
        (False, token(PASSWORD, "Text") * 2, "SignatureInvalid"),
        (False, token(PASSWORD, "Text") + "<ds:Signature/>", "SignatureInvalid"),
        (
            False,
            "<wsse:UsernameToken><wsse:Username>za</wsse:Username></wsse:UsernameToken>",
            "SignatureInvalid",
        ),
        (False, "", "SignatureMissing"),
        (False, timestamp(), "SignatureMissing"),
        (
            False,
            token(PASSWORD, "Text") + timestamp(iso(NOW - dt.timedelta(hours=1))),
            "MessageExpired",
        ),
        (False, token(PASSWORD, "Text", created("2026-03-02T09:30:00")), "MessageExpired"),
    ],
)
def test_anything_else_is_refused(agreed_digest: bool, header: str, expected: str) -> None:
    assert code(verifier(digest=agreed_digest), header) == expected


@pytest.mark.parametrize("at", [NOW - dt.timedelta(minutes=7), NOW + dt.timedelta(minutes=2)])
def test_a_digest_of_another_time_is_not_fresh(at: dt.datetime) -> None:
    header = token(digest(iso(at)), "Digest", nonce() + created(iso(at)))
    assert code(verifier(digest=True), header) == "MessageExpired"


@pytest.mark.parametrize("as_digest", [True, False])
def test_what_we_show_is_what_we_would_take(as_digest: bool) -> None:
    envelope = f'<s:Envelope xmlns:s="{SOAP}"><s:Body/></s:Envelope>'.encode()
    securer = UsernameSecurer("za", PASSWORD.encode(), as_digest, lambda: NOW)
    judge = verifier(digest=as_digest)
    first, second = securer.secured(envelope), securer.secured(envelope)
    assert judge.verified(first, "") == first
    assert judge.verified(second, "") == second  # with a nonce of its own
    assert re.search(rb'mustUnderstand="1"', first)
    assert (PASSWORD.encode() in first) is not as_digest


def test_a_timestamp_beside_the_token_lasts_as_long_as_agreed() -> None:
    envelope = f'<s:Envelope xmlns:s="{SOAP}"><s:Body/></s:Envelope>'.encode()
    minute = dt.timedelta(seconds=60)
    shown = UsernameSecurer("za", PASSWORD.encode(), True, lambda: NOW, minute).secured(envelope)
    moments = re.findall(rb"<wsu:(Created|Expires)>([^<]+)<", shown)
    assert moments[:2] == [
        (b"Created", f"{NOW:%Y-%m-%dT%H:%M:%S}.000Z".encode()),
        (b"Expires", f"{NOW + minute:%Y-%m-%dT%H:%M:%S}.000Z".encode()),
    ]
    assert verifier(digest=True).verified(shown, "") == shown


def test_a_password_is_shown_by_no_repr() -> None:
    assert "s3cret" not in repr(verifier(digest=True))
    assert "s3cret" not in repr(UsernameSecurer("za", PASSWORD.encode(), True, lambda: NOW))


@pytest.mark.parametrize("white_space", [" ", "\n", "&#9;", "&#13;&#10;"])
def test_a_nonce_cut_elsewhere_is_no_new_message(white_space: str) -> None:
    """The digest does not say where the Nonce ends: its last bytes can be moved into Created."""
    raw = white_space.replace("&#9;", "\t").replace("&#13;&#10;", "\r\n").encode()
    whole, cut = (
        base64.b64encode(once).decode() for once in (b"0123456789abc" + raw, b"0123456789abc")
    )
    judge = verifier(digest=True)
    same = digest(once=whole)
    assert code(judge, token(same, "Digest", nonce(whole) + created())) is None
    moved = created(white_space + iso(NOW))
    assert code(judge, token(same, "Digest", nonce(cut) + moved)) == "SignatureInvalid"
