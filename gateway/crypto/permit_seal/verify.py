"""Seal verification: the verdict on the seal of a foreign permit, and the bytes that it covers.

The order is the safety argument; each step relies on the one before it:

1. Structure (`structure.py`): exactly one skeleton, before any digest is computed.
2. Algorithms and key: an allow-list (`policy.py`).
3. Signature: both digests and the signature value, with the certificate in the seal.
4. Time of signing: not in the future, and within the dates of the signer's certificate.
5. Signer: a certification path to the country's anchors at the time of signing, the country in the
   subject, key usage. Until here a certificate in the seal is only a claim.
6. Revocation (`revocation.py`), where the country has a revocation list here.
7. Today: the same path at the present time; where it has ended, the verdict is EXPIRED.

Only the verified bytes are handed on. The permit is read from the octets that were digested
("see what is signed"), never from the document that came, so that no difference between two parsers
can show the officer another permit than the one that was sealed.

Nothing is asked online: the list is a file. Without one, a stolen key is shut out by taking its
certificate or CA out of the anchors (docs/permit-seal.md).

Source: docs/permit-seal.md; XML Signature 1.1, section 3.2; RFC 5280, section 6.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from lxml import etree
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration
from signxml.xades.xades import XAdESSignatureConfiguration, XAdESVerifier

from gateway.crypto import policy
from gateway.crypto.callers.crl import RevocationLists
from gateway.crypto.keys.purposes import Purpose, why_unfit
from gateway.crypto.permit_seal.revocation import Revocation, revocation_of
from gateway.crypto.permit_seal.structure import PERMIT_URI, XADES, SealStructure, read_structure
from gateway.crypto.trust import certification_path, country_of, is_path_valid
from gateway.crypto.x509_reading import certificate_of_der, certificates_of_pem
from gateway.crypto.xml import parsed
from gateway.domain.errors import KeyUnusable, SignatureInvalid, TrustRefused
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.verdict import SealStatus, Verdict
from gateway.domain.white_space import trimmed
from gateway.exchange.ports import Clock, SealJudgement

_MAX_PERMIT_BYTES = 4 * 1024 * 1024
_CLOCK_SKEW = timedelta(minutes=5)
"""How far ahead of ours the signer's clock may be."""
_XSD_DATE_TIME = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII
)


@dataclass(frozen=True, slots=True)
class PermitSealVerifier:
    """Implements exchange.ports.SealVerifier for the permits of one country.

    anchors: CAs that issue sealing certificates, or the sealing certificates themselves.
    country: the signer's certificate must name it; None: any, the anchors alone decide.
    revocation_lists: of the CAs of the signers; None: no revocation is known.
    """

    anchors: tuple[x509.Certificate, ...]
    country: IsoCountryCode | None
    clock: Clock
    revocation_lists: RevocationLists | None = None

    def judge(self, document: bytes, seals: Sequence[bytes]) -> SealJudgement:
        """See the port."""
        now = self.clock()
        if not seals:
            return SealJudgement(
                Verdict(
                    SealStatus.UNSEALED, SealStatus.UNSEALED, now, "The permit came without a seal."
                ),
                None,
            )
        if len(seals) > 1:
            return _broken(now, "The permit came with more than one seal.")
        try:
            structure = read_structure(seals[0])
            verified = _verified(document, structure)
        except TrustRefused as refused:
            return _broken(now, refused.text)
        return self._judge_signer(verified, structure, now)

    def _judge_signer(
        self, verified: "_Verified", structure: SealStructure, now: datetime
    ) -> SealJudgement:
        """Trust and dates. The signature itself is verified by now."""
        signer, *intermediates = structure.certificates
        # The signer states the time; nothing proves it. A thief of the key can date a seal back.
        at = verified.sealed_at
        if at > now + _CLOCK_SKEW:
            return _broken(now, "The seal says that it was made at a time that has not come yet.")
        if not signer.not_valid_before_utc <= at <= signer.not_valid_after_utc:
            return _broken(now, "The seal was made when its certificate was not in date.")

        def judged(at_issue: SealStatus, today: SealStatus, reason: str) -> SealJudgement:
            verdict = Verdict(at_issue, today, now, reason, signer.subject.rfc4514_string(), at)
            return SealJudgement(verdict, verified.document if verdict.is_trusted else None)

        unknown = self._why_unknown(signer, intermediates, at)
        if unknown:
            return judged(SealStatus.SIGNER_UNKNOWN, SealStatus.SIGNER_UNKNOWN, unknown)
        if revocation := self._revocation(structure.certificates, at, now):
            return judged(revocation.at_issue, revocation.now, revocation.reason)
        if not is_path_valid(self.anchors, signer, intermediates, now):
            text = (
                "The seal was valid when it was made; a certificate behind it has gone out of date"
                " since."
            )
            return judged(SealStatus.SEALED_VALID, SealStatus.EXPIRED, text)
        return judged(
            SealStatus.SEALED_VALID,
            SealStatus.SEALED_VALID,
            "The permit is as the issuing authority sealed it.",
        )

    def _revocation(
        self, certificates: Sequence[x509.Certificate], at: datetime, now: datetime
    ) -> Revocation | None:
        if self.revocation_lists is None:
            return None
        signer, *intermediates = certificates
        path = certification_path(self.anchors, signer, intermediates, at)
        known = (*intermediates, *self.anchors)
        return revocation_of(path, known, self.revocation_lists, at, now)

    def _why_unknown(
        self, signer: x509.Certificate, intermediates: Sequence[x509.Certificate], at: datetime
    ) -> str | None:
        """Why the signer is not trusted to seal for the country; None where it is."""
        if not self.anchors:
            return "Nothing is known here of who may seal permits of this country."
        if not is_path_valid(self.anchors, signer, intermediates, at):
            return (
                "The signer's certificate does not come from anyone who is trusted to seal for this"
                " country."
            )
        if self.country is not None and country_of(signer) != self.country.text:
            return "The signer's certificate is one of another country."
        if why_unfit(Purpose.SEAL, signer):
            return "The signer's certificate is not one for signing documents."
        return None


def verifier_of_our_own(certificates: frozenset[bytes], clock: Clock) -> PermitSealVerifier:
    """Verifier that trusts our sealing certificates alone. certificates: DER."""
    anchors = tuple(certificate_of_der(der) for der in sorted(certificates))
    return PermitSealVerifier(anchors, None, clock)


def read_anchors(file: Path) -> tuple[x509.Certificate, ...]:
    """The certificates of a PEM file. Raises KeyUnusable naming it."""
    try:
        return tuple(certificates_of_pem(file.read_bytes()))
    except (OSError, ValueError):
        raise KeyUnusable(
            f"{file} holds no PEM certificates of those who may seal permits."
        ) from None


@dataclass(frozen=True, slots=True)
class _Verified:
    """document: the octets that were digested.  sealed_at: SigningTime, of the signer, aware."""

    document: bytes
    sealed_at: datetime


def _verified(document: bytes, structure: SealStructure) -> _Verified:
    """The content that the signature covers. Whether its signer is trusted is not decided here.

    signxml also compares SigningCertificateV2 with the signer's certificate. Without that another
    certificate for the same key could be put in its place.
    Raises SignatureInvalid, AlgorithmRefused.
    """
    signer = structure.certificates[0]
    policy.require_key_of(signer)
    permit = parsed(document, _MAX_PERMIT_BYTES, "The permit")
    try:
        results = XAdESVerifier().verify(
            structure.root,
            # A certificate object: PEM would be parsed anew at each seal, and without a certificate
            # signxml would build a path to the CAs of the operating system. Whether this signer
            # is trusted is decided later, by the anchors of the country.
            x509_cert=signer,
            uri_resolver=_permit_resolver(permit),
            expect_config=_configuration(signer),
        )
    except (
        SignXMLException,
        etree.LxmlError,
        ValueError,
        TypeError,
        AttributeError,
        KeyError,
    ) as error:
        # signxml and lxml raise any of these for malformed input. All mean the same: the seal does
        # not hold. Other exceptions are bugs and pass through.
        raise SignatureInvalid("The seal does not fit the permit.") from error
    properties = results[1 - structure.permit_index].signed_xml
    if properties is None:
        raise SignatureInvalid("The seal does not say when it was made.")
    return _Verified(results[structure.permit_index].signed_data, _signing_time(properties))


def _configuration(signer: x509.Certificate) -> SignatureConfiguration:
    return XAdESSignatureConfiguration(
        # The Signature must be the root element; signxml would otherwise take the first it finds.
        location="./",
        expect_references=2,
        signature_methods=policy.SIGNATURES,
        digest_algorithms=policy.DIGESTS,
        default_reference_c14n_method=policy.CANONICALISATION,
        # signxml compares the certificate's dates with one moment. The verdict needs two, so the
        # check here always passes and the dates are judged in _judge_signer.
        verification_time=signer.not_valid_before_utc,
    )


def _permit_resolver(permit: etree._Element) -> Callable[[str], etree._Element | None]:
    """Resolver of reference URIs: the permit for its own name, nothing else, never the network."""
    return lambda uri: permit if uri == PERMIT_URI else None


def _signing_time(properties: etree._Element) -> datetime:
    text = trimmed(properties.findtext(f".//{XADES}SigningTime") or "")
    try:
        if _XSD_DATE_TIME.fullmatch(text):
            return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise SignatureInvalid("The seal does not say properly when it was made.")


def _broken(now: datetime, reason: str) -> SealJudgement:
    return SealJudgement(
        Verdict(SealStatus.SEALED_BROKEN, SealStatus.SEALED_BROKEN, now, reason), None
    )
