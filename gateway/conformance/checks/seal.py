"""Check of the permit seal, by the verifier of seals that the composition root hands over."""

import base64
import binascii
from dataclasses import dataclass

from lxml import etree

from gateway.conformance.answers import local_name, text_at
from gateway.conformance.checks.verdicts import NotApplicable, answer_in, permit_in
from gateway.conformance.exchange import Judged
from gateway.domain.verdict import SealStatus
from gateway.domain.white_space import removed
from gateway.exchange.ports import SealVerifier

SEAL_NAME = "CITES-permit-seal.xml"
"""Name of the attachment that holds the seal (docs/permit-seal.md)."""


@dataclass(frozen=True, slots=True)
class SealCheck:
    """The check `seal`: a seal that is there fits the permit.

    Whether its signer is trusted is a matter between authorities, not of the service's work.
    """

    verifier: SealVerifier

    def __call__(self, judged: Judged, _expected: object) -> str | None:
        """See `gateway.conformance.checks`."""
        answer, found = answer_in(judged), permit_in(judged)
        seals = [
            text_at(each, "AttachmentContent")
            for each in answer.content.iter("*")
            if local_name(each) == "Attachments" and text_at(each, "AttachmentName") == SEAL_NAME
        ]
        if not seals:
            raise NotApplicable("The permit came without a seal, which is optional.")
        try:
            content = [base64.b64decode(removed(seal), validate=True) for seal in seals]
        except (binascii.Error, ValueError):
            return "The seal is no base64."
        permit = etree.tostring(found, encoding="UTF-8", with_tail=False)
        verdict = self.verifier.judge(permit, content).verdict
        if verdict.now in (SealStatus.SEALED_VALID, SealStatus.SIGNER_UNKNOWN):
            return None
        return f"The seal does not hold: {verdict.reason}"
