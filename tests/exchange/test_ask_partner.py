"""A foreign permit: read, and checked to be the one that was asked for."""

from dataclasses import dataclass, field

import pytest

from adapters.registry import formats
from gateway.domain.errors import (
    CalleeNotFound,
    InvalidRequest,
    PartnerReplyInvalid,
    PartnerUnreachable,
    SignatureInvalid,
    SignatureMissing,
    SignerNotTrusted,
    TrustRefused,
)
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.partner import OperationName
from gateway.domain.verdict import Worth
from gateway.exchange.ask_partner import AskPartner, PartnerDoors, PartnerStates, SealRule
from gateway.exchange.ports import SEAL_NAME, Attachment, PartnerConfirmation, PartnerReply, PartnerState
from gateway.signatures.sealing import PermitSealer
from gateway.signatures.verifying import PermitSealVerifier
from tests.builders import a_permit
from tests.signatures.seal_pki import NOON, Holder, a_ca

FORMATS = formats()


@dataclass
class Partner:
    """A partner's door. document, attachments: what it answers with."""

    document: bytes = b""
    version: str = "v2"
    attachments: tuple[Attachment, ...] = ()
    asked: list[object] = field(default_factory=list)

    def certificate(self, operation, number, token):
        self.asked.append((operation, number.text, token.text if token else None))
        return PartnerReply(self.document, self.version, self.attachments, False)

    def confirm(self, number, token, seen):
        self.asked.append((number.text, tuple(seen)))
        return PartnerConfirmation("CONFIRMED", "1")

    def state(self):
        if not self.document:
            raise PartnerUnreachable("No connection.")
        return PartnerState("OK", None, None)


def doors(**partners: Partner) -> PartnerDoors:
    return PartnerDoors({IsoCountryCode(country): partner for country, partner in partners.items()})


CA = a_ca()
SIGNER = CA.issue("MZ")


def asking(must_seal: bool = False, **partners: Partner) -> AskPartner:
    verifiers = {code: PermitSealVerifier((CA.certificate,), code, lambda: NOON) for code in doors(**partners).doors}
    rules = {code: SealRule(verifier, must_seal) for code, verifier in verifiers.items()}
    return AskPartner(doors(**partners), FORMATS, rules)


def a_seal(document: bytes, signer: Holder = SIGNER) -> Attachment:
    return Attachment(SEAL_NAME, PermitSealer(signer.key, (signer.certificate,), lambda: NOON).seal(document))


@pytest.mark.parametrize("version", FORMATS)
def test_a_permit_is_read_in_the_version_it_came_in(version: str) -> None:
    partner = Partner(FORMATS[version].write(a_permit()), version)
    foreign = asking(MZ=partner).ask("MZ", "MZ26EX000001", "SECRET", final=False)
    assert foreign.permit == a_permit()
    assert foreign.reply.document == partner.document
    assert partner.asked == [(OperationName.GET_NON_FINAL, "MZ26EX000001", "SECRET")]


@pytest.mark.parametrize("must_seal", [False, True])
def test_a_sealed_permit_comes_with_its_verdict_and_is_read_from_what_was_verified(must_seal: bool) -> None:
    written = FORMATS["v2"].write(a_permit())
    beside = written.replace(b">5<", b"><!-- never read -->5<", 1)
    partner = Partner(beside, attachments=(Attachment("scan.pdf", b"%PDF"), a_seal(written)))
    foreign = asking(must_seal, MZ=partner).ask("MZ", "MZ26EX000001", None, final=False)
    assert foreign.verdict.worth is Worth.SEALED_VALID
    assert foreign.permit == a_permit()
    assert foreign.reply.document == beside


def test_only_the_verified_bytes_are_read() -> None:
    """Whatever a verifier vouches for is what is read, not what came."""
    written = FORMATS["v2"].write(a_permit())

    class Vouches:
        def judge(self, document, seals):
            real = PermitSealVerifier((CA.certificate,), IsoCountryCode("MZ"), lambda: NOON)
            return real.judge(written, [a_seal(written).content])

    rules = {IsoCountryCode("MZ"): SealRule(Vouches(), must_seal=True)}
    asked = AskPartner(doors(MZ=Partner(written.replace(b">5<", b">500<", 1))), FORMATS, rules)
    assert asked.ask("MZ", "MZ26EX000001", None, final=False).permit == a_permit()


UNTRUSTED = [
    ((), Worth.UNSEALED, SignatureMissing),
    ((a_seal(FORMATS["v2"].write(a_permit("MZ26EX000002"))),), Worth.SEALED_BROKEN, SignatureInvalid),
    ((a_seal(FORMATS["v2"].write(a_permit())),) * 2, Worth.SEALED_BROKEN, SignatureInvalid),
    ((a_seal(FORMATS["v2"].write(a_permit()), a_ca().issue("MZ")),), Worth.SIGNER_UNKNOWN, SignerNotTrusted),
]


@pytest.mark.parametrize(("attachments", "worth", "refusal"), UNTRUSTED)
def test_a_permit_nobody_vouches_for_is_shown_as_such_and_refused_of_a_partner_that_must_seal(
    attachments: tuple[Attachment, ...], worth: Worth, refusal: type[TrustRefused]
) -> None:
    partner = Partner(FORMATS["v2"].write(a_permit()), attachments=attachments)
    assert asking(MZ=partner).ask("MZ", "MZ26EX000001", None, final=False).verdict.worth is worth
    with pytest.raises(refusal):
        asking(True, MZ=partner).ask("MZ", "MZ26EX000001", None, final=False)


def test_another_permit_than_the_one_asked_for_is_not_taken() -> None:
    partner = Partner(FORMATS["v2"].write(a_permit("MZ26EX000002")))
    with pytest.raises(PartnerReplyInvalid, match="another permit") as refused:
        asking(MZ=partner).ask("MZ", "MZ26EX000001", None, final=True)
    assert refused.value.box == "1"


def test_a_document_that_cannot_be_read_is_the_partners_fault_and_names_the_box() -> None:
    written = FORMATS["v2"].write(a_permit()).replace(b">5<", b">five<", 1)
    with pytest.raises(PartnerReplyInvalid) as refused:
        asking(MZ=Partner(written)).ask("MZ", "MZ26EX000001", None, final=False)
    assert (refused.value.box, refused.value.position) == ("11", "A")


def test_a_country_without_partner_is_told_before_anything_is_sent() -> None:
    with pytest.raises(CalleeNotFound, match="CH"):
        asking().ask("CH", "1", None, final=False)


@pytest.mark.parametrize(("country", "number"), [("ch", "1"), ("CH", "*")])
def test_what_cannot_be_asked_is_not_asked(country: str, number: str) -> None:
    partner = Partner()
    with pytest.raises(InvalidRequest):
        asking(CH=partner).ask(country, number, None, final=False)
    assert not partner.asked


def test_one_silent_partner_does_not_hide_the_others() -> None:
    states = PartnerStates(doors(ZA=Partner(b"up"), MZ=Partner())).ask(None)
    assert [country for country, _ in states] == ["MZ", "ZA"]
    assert isinstance(states[0][1], PartnerUnreachable)
    assert states[1][1] == PartnerState("OK", None, None)
