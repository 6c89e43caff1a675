"""Did the partner sign this very message, just now, for the first time? Only what it signed comes back.

The order is the safety argument: form, algorithms, signer, signature, age, and last, so that nobody can fill the
memory of messages with unsigned ones, whether it was taken before.
"""

from dataclasses import dataclass

from cryptography import x509
from lxml import etree
from signxml.verifier import SignatureConfiguration, XMLVerifier

from gateway.domain.errors import AlgorithmRefused, SignatureInvalid
from gateway.signatures import policy
from gateway.signatures.message_form import SignatureForm, read_signature
from gateway.signatures.message_freshness import Freshness
from gateway.signatures.message_header import SecuredMessage, read_message
from gateway.signatures.message_names import EXCLUSIVE, WSSE, WSU
from gateway.signatures.message_signers import TrustedSigners


@dataclass(frozen=True, slots=True)
class SignedMessageVerifier:
    """Implements exchange.ports.MessageVerifier for messages with an X.509 signature."""

    signers: TrustedSigners
    freshness: Freshness

    def verified(self, message: bytes, here: str) -> bytes:
        """See the port: a fresh envelope around the bytes of the Body that were digested, without any header."""
        read = read_message(message, here)
        form = read_signature(read)
        signer = self.signers.find(form.key, form.token, self.freshness.clock())
        _require_key(signer)
        body, timestamp = _digested(read, form, signer)
        counts_until = self.freshness.require(*_moments(timestamp))
        # The signature's own bytes would not do: whoever sees an ECDSA signature can write a second valid one.
        self.freshness.take(_canonical(form.signature[0], form.signature[0][0]), counts_until)
        return b'<soap:Envelope xmlns:soap="%b">%b</soap:Envelope>' % (read.soap.encode(), body)


def _require_key(signer: x509.Certificate) -> None:
    try:
        key = signer.public_key()
    except Exception:  # noqa: BLE001  # cryptography names several for keys that it does not know
        raise AlgorithmRefused("It is signed with a key of an unknown kind.") from None
    policy.require_key(key)


def _digested(read: SecuredMessage, form: SignatureForm, signer: x509.Certificate) -> tuple[bytes, bytes]:
    """The bytes of Body and Timestamp that the signature covers. Raises SignatureInvalid."""
    try:
        results = XMLVerifier().verify(
            form.signature.getroottree().getroot(), x509_cert=signer, expect_config=_configuration(read, signer)
        )
    except Exception as error:
        # signxml raises what it meets, of its own and of three libraries below; whatever it is, nothing is verified
        raise SignatureInvalid("The signature does not fit the message.") from error
    if not isinstance(results, list):
        raise SignatureInvalid("The signature does not cover two parts.")
    body, timestamp = results if form.body_first else reversed(results)
    # What was digested must be what stands at the one place for it, whichever way the library went to find it.
    if body.signed_data != _canonical(read.body, form.of_body[0][0]):
        raise SignatureInvalid("The signature covers another Body than that of the message.")
    if timestamp.signed_data != _canonical(form.timestamp, form.of_timestamp[0][0]):
        raise SignatureInvalid("The signature covers another Timestamp than that of the message.")
    return body.signed_data, timestamp.signed_data


def _configuration(read: SecuredMessage, signer: x509.Certificate) -> SignatureConfiguration:
    header = read.security.getparent()
    place = 1 + len(list(read.security.itersiblings(f"{WSSE}Security", preceding=True)))
    return SignatureConfiguration(
        location=f"./{header.tag}/{WSSE}Security[{place}]/",  # type: ignore[union-attr]
        expect_references=2,
        signature_methods=policy.SIGNATURES,
        digest_algorithms=policy.DIGESTS,
        default_reference_c14n_method=policy.CANONICALISATION,
        verification_time=signer.not_valid_before_utc,  # dates are judged by TrustedSigners, by our own clock
    )


def _canonical(element: etree._Element, method: etree._Element) -> bytes:
    """Exclusive canonical form. method: the element that names it, with the prefixes to keep where it has any."""
    listed = method.find(f"{EXCLUSIVE}InclusiveNamespaces")
    prefixes = None if listed is None else (listed.get("PrefixList") or "").split(" ")
    return etree.tostring(element, method="c14n", exclusive=True, with_comments=False, inclusive_ns_prefixes=prefixes)


def _moments(timestamp: bytes) -> tuple[str | None, str | None]:
    """Created and Expires of a verified Timestamp, which holds them once, in this order, and nothing else."""
    root = etree.fromstring(timestamp)
    names = tuple(str(child.tag) for child in root)
    if names not in ((f"{WSU}Created",), (f"{WSU}Created", f"{WSU}Expires")) or any(len(child) for child in root):
        raise SignatureInvalid("The Timestamp holds something else than Created and then Expires.")
    texts = [child.text or "" for child in root]
    return texts[0], texts[1] if len(texts) > 1 else None
