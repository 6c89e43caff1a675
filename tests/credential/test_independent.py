"""Credential and status list, verified by libraries that know nothing of this program."""

import gzip
import json
from base64 import urlsafe_b64decode
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from pyld import jsonld

from gateway.crypto.credential.jws import public_jwk
from gateway.domain.credential.verdict import CredentialStatus
from tests.credential.issuing import CREDENTIAL, DOCUMENTS, INDEX, ISSUER, TestIssuer

SCHEMA = json.loads((Path(__file__).parent / "vcdm.schema.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def issuer() -> TestIssuer:
    return TestIssuer()


@pytest.fixture(scope="module")
def key(issuer: TestIssuer) -> ECKey:
    """The key as a verifier gets it from the issuer's document."""
    return ECKey.import_key(public_jwk(issuer.paper.key.public_key))


def test_the_signature_is_verified_by_joserfc(issuer: TestIssuer, key: ECKey) -> None:
    for token in (issuer.token(), issuer.status_list(INDEX)):
        found = jws.deserialize_compact(token, key, algorithms=["ES256"])
        assert found.headers() == {
            "alg": "ES256",
            "typ": "vc+jwt",
            "cty": "vc",
            "kid": f"{ISSUER}#{issuer.paper.key.id.hex()}",
        }
        assert json.loads(found.payload)["type"][0] == "VerifiableCredential"
    stranger = ECKey.import_key(public_jwk(TestIssuer().paper.key.public_key))
    with pytest.raises(JoseError):
        jws.deserialize_compact(issuer.token(), stranger, algorithms=["ES256"])


def test_a_token_of_joserfc_is_verified_here(issuer: TestIssuer) -> None:
    private = issuer.paper.holder.key
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    header = {"alg": "ES256", "typ": "vc+jwt", "cty": "vc",
              "kid": f"{ISSUER}#{issuer.paper.key.id.hex()}"}  # fmt: skip
    token = jws.serialize_compact(
        header, DOCUMENTS.write(CREDENTIAL), ECKey.import_key(pem(private)), algorithms=["ES256"]
    )
    assert issuer.status(token) is CredentialStatus.GENUINE


def pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def test_credential_and_status_list_have_the_shape_of_the_data_model(issuer: TestIssuer) -> None:
    schema = jsonschema_rs.validator_for(SCHEMA, validate_formats=True)
    credential = json.loads(DOCUMENTS.write(CREDENTIAL))
    schema.validate(credential)
    for broken in (
        credential | {"@context": ["https://example.org"]},
        credential | {"validFrom": "2026-04-01T12:00:00"},
        credential | {"credentialStatus": {"type": "BitstringStatusListEntry"}},
    ):
        assert not schema.is_valid(broken)
    listed = json.loads(jws.extract_compact(issuer.status_list().encode()).payload)
    schema.validate(listed)


def test_the_status_list_is_unpacked_by_hand(issuer: TestIssuer) -> None:
    listed = json.loads(jws.extract_compact(issuer.status_list(INDEX).encode()).payload)
    encoded = listed["credentialSubject"]["encodedList"]
    octets = gzip.decompress(urlsafe_b64decode(encoded[1:] + "=" * (-len(encoded[1:]) % 4)))
    assert (encoded[0], len(octets) * 8) == ("u", 131_072)
    number = int.from_bytes(octets)
    assert number == 1 << (131_072 - 1 - INDEX)


def test_the_subject_is_linked_data_by_the_context_in_the_credential() -> None:
    """The context of the data model is left out: nothing is fetched. Ours must do by itself."""
    credential = json.loads(DOCUMENTS.write(CREDENTIAL))
    ours = credential["@context"][1]

    def no_network(url: str, _: Any) -> Any:
        raise AssertionError(url)

    (subject,) = jsonld.expand(
        {"@context": ours, **credential["credentialSubject"]}, {"documentLoader": no_network}
    )
    assert subject["urn:epix-gateway:permit:1#issuingCountry"] == [{"@value": "MZ"}]
    assert subject["https://onerecord.iata.org/ns/cargo#epermitNumber"] == [
        {"@value": "MZ26EX000001"}
    ]
    # Terms that the data model protects: ours must say the same of them, or nothing.
    protected = {"description", "digestMultibase", "digestSRI", "mediaType", "name"}
    assert not protected & set(ours)
    assert (ours["id"], ours["type"]) == ("@id", "@type")
