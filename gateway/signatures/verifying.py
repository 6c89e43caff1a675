"""What is a foreign seal worth? Form, signature, signer, then time; and only the bytes that were verified come back."""

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

from gateway.domain.errors import AlgorithmRefused, KeyUnusable, SignatureInvalid, TrustRefused
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.verdict import Verdict, Worth
from gateway.exchange.ports import Clock, Judged
from gateway.signatures import policy
from gateway.signatures.seal_form import PERMIT_URI, XADES, SealForm, read_form
from gateway.signatures.trust import country_of, leads_to, may_seal
from gateway.signatures.xml import parsed

_LARGEST_PERMIT_BYTES = 4 * 1024 * 1024
_FAST_CLOCKS = timedelta(minutes=5)
"""How far ahead of ours the signer's clock may be."""
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class PermitSealVerifier:
    """Implements exchange.ports.SealVerifier. anchors: what is trusted to seal, CAs or the sealing certificates.

    country: the signer's certificate must name it; None: any, where the anchors alone decide.
    """

    anchors: tuple[x509.Certificate, ...]
    country: IsoCountryCode | None
    clock: Clock

    def judge(self, document: bytes, seals: Sequence[bytes]) -> Judged:
        """See the port."""
        now = self.clock()
        if not seals:
            return Judged(Verdict(Worth.UNSEALED, Worth.UNSEALED, now, "The permit came without a seal."), None)
        if len(seals) > 1:
            return _broken(now, "The permit came with more than one seal.")
        try:
            form = read_form(seals[0])
            verified = _verified(document, form)
        except TrustRefused as refused:
            return _broken(now, refused.text)
        return self._judge_signer(verified, form, now)

    def _judge_signer(self, verified: "_Verified", form: SealForm, now: datetime) -> Judged:
        signer, *between = form.certificates
        at = verified.sealed_at
        if at > now + _FAST_CLOCKS:
            return _broken(now, "The seal says that it was made at a time that has not come yet.")
        if not signer.not_valid_before_utc <= at <= signer.not_valid_after_utc:
            return _broken(now, "The seal was made when its certificate was not in date.")

        def judged(at_issue: Worth, today: Worth, reason: str) -> Judged:
            verdict = Verdict(at_issue, today, now, reason, signer.subject.rfc4514_string(), at)
            return Judged(verdict, verified.document if verdict.vouched else None)

        unknown = self._why_unknown(signer, between, at)
        if unknown:
            return judged(Worth.SIGNER_UNKNOWN, Worth.SIGNER_UNKNOWN, unknown)
        if not leads_to(self.anchors, signer, between, now):
            text = "The seal was valid when it was made; a certificate behind it has gone out of date since."
            return judged(Worth.SEALED_VALID, Worth.EXPIRED, text)
        return judged(Worth.SEALED_VALID, Worth.SEALED_VALID, "The permit is as the issuing authority sealed it.")

    def _why_unknown(self, signer: x509.Certificate, between: Sequence[x509.Certificate], at: datetime) -> str | None:
        if not self.anchors:
            return "Nothing is known here of who may seal permits of this country."
        if not leads_to(self.anchors, signer, between, at):
            return "The signer's certificate does not come from anyone who is trusted to seal for this country."
        if self.country is not None and country_of(signer) != self.country.text:
            return "The signer's certificate is one of another country."
        if not may_seal(signer):
            return "The signer's certificate is not one for signing documents."
        return None


def read_anchors(file: Path) -> tuple[x509.Certificate, ...]:
    """The certificates of a PEM file. Raises KeyUnusable naming it."""
    try:
        return tuple(x509.load_pem_x509_certificates(file.read_bytes()))
    except (OSError, ValueError):
        raise KeyUnusable(f"{file} holds no PEM certificates of those who may seal permits.") from None


@dataclass(frozen=True, slots=True)
class _Verified:
    """document: exactly the bytes that were digested.  sealed_at: from the signed properties, aware."""

    document: bytes
    sealed_at: datetime


def _verified(document: bytes, form: SealForm) -> _Verified:
    """Raises SignatureInvalid, AlgorithmRefused."""
    signer = form.certificates[0]
    policy.require_key(_public_key(signer))
    permit = parsed(document, _LARGEST_PERMIT_BYTES, "The permit")
    try:
        results = XAdESVerifier().verify(
            form.root, x509_cert=signer, uri_resolver=_only(permit), expect_config=_configuration(signer)
        )
    except (SignXMLException, etree.LxmlError, ValueError, TypeError, AttributeError, KeyError) as error:
        # signxml raises all of these for input it does not like; whatever it is, the seal does not hold
        raise SignatureInvalid("The seal does not fit the permit.") from error
    properties = results[1 - form.permit_index].signed_xml
    if properties is None:
        raise SignatureInvalid("The seal does not say when it was made.")
    return _Verified(results[form.permit_index].signed_data, _signing_time(properties))


def _public_key(certificate: x509.Certificate) -> object:
    try:
        return certificate.public_key()
    except Exception:  # noqa: BLE001  # cryptography names several for keys that it does not know
        raise AlgorithmRefused("It is signed with a key of an unknown kind.") from None


def _configuration(signer: x509.Certificate) -> SignatureConfiguration:
    return XAdESSignatureConfiguration(
        location="./",
        expect_references=2,
        signature_methods=policy.SIGNATURES,
        digest_algorithms=policy.DIGESTS,
        default_reference_c14n_method=policy.CANONICALISATION,
        verification_time=signer.not_valid_before_utc,  # dates are judged here, at issue and now, not by signxml
    )


def _only(permit: etree._Element) -> Callable[[str], etree._Element | None]:
    """The one resolver: it hands out the permit and nothing else."""
    return lambda uri: permit if uri == PERMIT_URI else None


def _signing_time(properties: etree._Element) -> datetime:
    text = (properties.findtext(f".//{XADES}SigningTime") or "").strip()
    try:
        if _MOMENT.fullmatch(text):
            return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise SignatureInvalid("The seal does not say properly when it was made.")


def _broken(now: datetime, reason: str) -> Judged:
    return Judged(Verdict(Worth.SEALED_BROKEN, Worth.SEALED_BROKEN, now, reason), None)
