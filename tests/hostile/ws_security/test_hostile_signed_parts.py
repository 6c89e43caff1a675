"""Signed parts: exactly Body and Timestamp must be signed, with accepted algorithms."""

import pytest

from tests.crypto.ws_security.message_forging import (
    DS,
    ECDSA_SHA1,
    ECDSA_SHA256,
    EXC,
    HMAC_SHA256,
    RSA_SHA1,
    SHA1,
    TRANSFORM,
    a_signer,
    an_rsa_key,
    signed,
)
from tests.hostile.ws_security.secured_endpoint import SecuredEndpoint, good, partner


@pytest.mark.parametrize(
    ("references", "covers"),
    [
        (["#body"], ["body"]),
        (["#time"], ["time"]),
        (["#body", "#body"], ["body", "body"]),
        (["#body", "#time", "#token"], ["body", "time", "token"]),
        (["#body", "#token"], ["body", "token"]),
        (["", "#time"], ["body", "time"]),
        (["#xpointer(/)", "#time"], ["body", "time"]),
        (["#xpointer(id('body'))", "#time"], ["body", "time"]),
        (["http://127.0.0.1:1/body", "#time"], ["body", "time"]),
        (["file:///etc/passwd", "#time"], ["body", "time"]),
        (["cid:body", "#time"], ["body", "time"]),
        (["##body", "#time"], ["body", "time"]),
        (["#nowhere", "#time"], ["body", "time"]),
    ],
    ids=str,
)
def test_exactly_body_and_timestamp_are_signed_by_their_ids(
    secured: SecuredEndpoint, references: list[str], covers: list[str]
) -> None:
    secured.refuses(good(references=references, covers=covers), "SignatureInvalid")


STR_TRANSFORM = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#STR-Transform"


@pytest.mark.parametrize(
    "algorithm",
    [
        STR_TRANSFORM,
        "http://www.w3.org/TR/1999/REC-xslt-19991116",
        "http://www.w3.org/TR/1999/REC-xpath-19991116",
        "http://www.w3.org/2002/06/xmldsig-filter2",
        f"{DS}enveloped-signature",
        f"{DS}base64",
        f"{EXC}WithComments",
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
        "",
    ],
)
def test_only_exclusive_canonicalisation_is_computed(
    secured: SecuredEndpoint, algorithm: str
) -> None:
    secured.refuses(good(transforms=f'<ds:Transform Algorithm="{algorithm}"/>'), "AlgorithmRefused")
    method = f'<ds:CanonicalizationMethod Algorithm="{algorithm}"/>'
    secured.refuses(good(canonicalisation=method), "AlgorithmRefused")


@pytest.mark.parametrize(
    "transforms",
    ["", TRANSFORM * 2, TRANSFORM.replace("/>", "><ds:XPath>//*</ds:XPath></ds:Transform>")],
)
def test_there_is_one_transform_and_nothing_in_it(
    secured: SecuredEndpoint, transforms: str
) -> None:
    secured.refuses(good(transforms=transforms), "SignatureInvalid")


def test_a_long_list_of_prefixes_is_refused(secured: SecuredEndpoint) -> None:
    prefixes = " ".join(f"p{number}" for number in range(1000))
    inner = f'<ec:InclusiveNamespaces xmlns:ec="{EXC}" PrefixList="{prefixes}"/>'
    secured.refuses(
        good(transforms=TRANSFORM.replace("/>", f">{inner}</ds:Transform>")), "SignatureInvalid"
    )


@pytest.mark.parametrize(
    "method", [RSA_SHA1, ECDSA_SHA1, HMAC_SHA256, f"{DS}hmac-sha1", f"{DS}dsa-sha1", "", "none"]
)
def test_weak_and_symmetric_signatures_are_refused(secured: SecuredEndpoint, method: str) -> None:
    secured.refuses(good(method=method), "AlgorithmRefused")


def test_a_weak_digest_is_refused(secured: SecuredEndpoint) -> None:
    secured.refuses(good(digest=SHA1), "AlgorithmRefused")


def test_a_small_key_is_refused_even_if_it_is_configured(secured: SecuredEndpoint) -> None:
    small = a_signer("small", an_rsa_key(2048))
    secured.trust(partner(), small)
    secured.refuses(signed(secured.plain(), small), "AlgorithmRefused")


@pytest.mark.slow
def test_the_algorithm_must_be_that_of_the_key(secured: SecuredEndpoint) -> None:
    rsa = a_signer("rsa", an_rsa_key())
    secured.trust(partner(), rsa)
    secured.refuses(signed(secured.plain(), rsa, method=ECDSA_SHA256), "SignatureInvalid")
    assert secured.post(signed(secured.plain(), rsa)).permit("v1")
