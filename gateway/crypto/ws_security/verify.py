"""Verifying message signatures: only the Body that the partner signed comes back.

The order is the safety argument; each step relies on the one before it:

1. Header and structure (`header.py`, `structure.py`), before any digest is computed.
2. Algorithms: an allow-list (`policy.py`).
3. Signer: a configured certificate (`signers.py`); the key never comes from the message.
4. Signature, and a comparison of what was digested with what stands at the one place for it.
5. Age (`freshness.py`).
6. Replay cache, last: only messages with a valid signature enter it, so that strangers cannot fill
   it or block a message by sending it first.

The operation reads a new Envelope around the octets that were digested ("see what is signed").
Headers, comments and anything else of the message never reach it.

Source: SOAP Message Security 1.1; XML Signature 1.1, section 3.2.
"""

from dataclasses import dataclass

from cryptography import x509
from lxml import etree
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration, XMLVerifier

from gateway.crypto import policy
from gateway.crypto.ws_security.freshness import Freshness
from gateway.crypto.ws_security.header import SecuredMessage, read_message
from gateway.crypto.ws_security.names import EXCLUSIVE, WSSE, WSU
from gateway.crypto.ws_security.signers import TrustedSigners
from gateway.crypto.ws_security.structure import SignatureStructure, read_signature
from gateway.domain.errors import SignatureInvalid
from gateway.wire.xml_parser import hardened_parser


@dataclass(frozen=True, slots=True)
class SignedMessageVerifier:
    """Implements exchange.ports.MessageVerifier for messages with an X.509 signature."""

    signers: TrustedSigners
    freshness: Freshness

    def verified(self, message: bytes, here: str) -> bytes:
        """See the port.

        Gives a new Envelope with the octets of the Body that were digested, without any header.
        """
        read = read_message(message, here)
        structure = read_signature(read)
        signer = self.signers.find(structure.key, structure.token, self.freshness.clock())
        policy.require_key_of(signer)
        body, timestamp = _digested(read, structure, signer)
        valid_until = self.freshness.require(*_moments(timestamp))
        # The replay cache is keyed by SignedInfo, not by the signature value. ECDSA signatures are
        # malleable: from (r, s) anybody can compute a second valid one, (r, n - s).
        signed_info = structure.signature[0]
        self.freshness.register(_canonical(signed_info, signed_info[0]), valid_until)
        return b'<soap:Envelope xmlns:soap="%b">%b</soap:Envelope>' % (read.soap.encode(), body)


def _digested(
    read: SecuredMessage, structure: SignatureStructure, signer: x509.Certificate
) -> tuple[bytes, bytes]:
    """The octets of Body and Timestamp that the signature covers. Raises SignatureInvalid."""
    try:
        results = XMLVerifier().verify(
            structure.signature.getroottree().getroot(),
            # The configured certificate, as an object. KeyInfo of the message is not consulted.
            x509_cert=signer,
            # Its form has been checked in structure.py. signxml's schema refuses what WSS4J writes
            # by default: InclusiveNamespaces within CanonicalizationMethod.
            validate_schema=False,
            expect_config=_configuration(read, signer),
        )
    except (SignXMLException, etree.LxmlError) as error:
        # An LxmlError: canonical XML has no form of it, such as of a relative namespace name.
        raise SignatureInvalid("The signature does not fit the message.") from error
    if not isinstance(results, list):
        raise SignatureInvalid("The signature does not cover two parts.")
    body, timestamp = results if structure.body_first else reversed(results)
    # signxml finds the signed elements by Id. Here its result is compared with the elements found
    # by their place. So a flaw in its search cannot make it digest another element (wrapping).
    if body.signed_data != _canonical(read.body, _transform(structure.body_reference)):
        raise SignatureInvalid("The signature covers another Body than that of the message.")
    if timestamp.signed_data != _canonical(
        structure.timestamp, _transform(structure.timestamp_reference)
    ):
        raise SignatureInvalid("The signature covers another Timestamp than that of the message.")
    return body.signed_data, timestamp.signed_data


def _transform(reference: etree._Element) -> etree._Element:
    """The one Transform of a Reference; the structure has been checked."""
    return reference[0][0]


def _configuration(read: SecuredMessage, signer: x509.Certificate) -> SignatureConfiguration:
    header = read.security.getparent()
    # Security headers for other actors may stand before ours; XPath counts from 1.
    place = 1 + len(list(read.security.itersiblings(f"{WSSE}Security", preceding=True)))
    return SignatureConfiguration(
        location=f"./{header.tag}/{WSSE}Security[{place}]/",  # type: ignore[union-attr]
        expect_references=2,
        signature_methods=policy.SIGNATURES,
        digest_algorithms=policy.DIGESTS,
        default_reference_c14n_method=policy.CANONICALISATION,
        # TrustedSigners has judged the dates, by our own clock. This makes signxml's check pass.
        verification_time=signer.not_valid_before_utc,
    )


def _canonical(element: etree._Element, method: etree._Element) -> bytes:
    """Exclusive canonical form of an element.

    method: the Transform or CanonicalizationMethod, with InclusiveNamespaces where it has any.
    """
    inclusive = method.find(f"{EXCLUSIVE}InclusiveNamespaces")
    prefixes = None if inclusive is None else (inclusive.get("PrefixList") or "").split(" ")
    return etree.tostring(
        element, method="c14n", exclusive=True, with_comments=False, inclusive_ns_prefixes=prefixes
    )


def _moments(timestamp: bytes) -> tuple[str | None, str | None]:
    """Created and Expires of a verified Timestamp (canonical XML); None where it has no Expires.

    Raises SignatureInvalid for any other content, and for another order.
    """
    root = etree.fromstring(timestamp, hardened_parser(keep_comments=True, collect_ids=True))
    names = tuple(str(child.tag) for child in root)
    if names not in ((f"{WSU}Created",), (f"{WSU}Created", f"{WSU}Expires")) or any(
        len(child) for child in root
    ):
        raise SignatureInvalid("The Timestamp holds something else than Created and then Expires.")
    texts = [child.text or "" for child in root]
    return texts[0], texts[1] if len(texts) > 1 else None
