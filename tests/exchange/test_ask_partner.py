"""Foreign permits: seal, document, and the check of the number."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from adapters.registry import formats
from gateway.crypto.permit_seal.sign import PermitSealer
from gateway.crypto.permit_seal.verify import PermitSealVerifier
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
from gateway.domain.identifiers import CertificateNumber, IsoCountryCode
from gateway.domain.partner import OperationName
from gateway.domain.verdict import SealStatus
from gateway.exchange.permits.ask_partner import (
    AskPartner,
    PartnerDirectory,
    PartnerStates,
    SealRule,
)
from gateway.exchange.ports import (
    SEAL_NAME,
    Attachment,
    PartnerConfirmation,
    PartnerReply,
    PartnerState,
)
from tests.builders import a_permit
from tests.crypto.permit_seal.seal_pki import NOON, Holder, a_ca

FORMATS = formats()


@dataclass
class Partner:
    """A partner's endpoint with a fixed answer: document and attachments."""

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


def endpoints(**partners: Partner) -> PartnerDirectory:
    return PartnerDirectory(
        {IsoCountryCode(country): partner for country, partner in partners.items()}
    )


CA = a_ca()
SIGNER = CA.issue("MZ")


def ask_partner(must_seal: bool = False, **partners: Partner) -> AskPartner:
    verifiers = {
        code: PermitSealVerifier((CA.certificate,), code, lambda: NOON)
        for code in endpoints(**partners).partners
    }
    rules = {code: SealRule(verifier, must_seal) for code, verifier in verifiers.items()}
    return AskPartner(endpoints(**partners), FORMATS, rules, lambda: NOON)


def a_seal(document: bytes, signer: Holder = SIGNER) -> Attachment:
    return Attachment(
        SEAL_NAME, PermitSealer(signer.key, (signer.certificate,), lambda: NOON).seal(document)
    )


@pytest.mark.parametrize("version", FORMATS)
def test_a_permit_is_read_in_the_version_it_came_in(version: str) -> None:
    partner = Partner(FORMATS[version].write(a_permit()), version)
    foreign = ask_partner(MZ=partner).ask("MZ", "MZ26EX000001", "SECRET", final=False)
    assert foreign.permit == a_permit()
    assert foreign.reply.document == partner.document
    assert partner.asked == [(OperationName.GET_NON_FINAL, "MZ26EX000001", "SECRET")]


@pytest.mark.parametrize(("days", "expired"), [(-1, True), (0, False), (1, False)])
def test_the_day_on_which_it_is_asked_decides_whether_it_has_expired(
    days: int, *, expired: bool
) -> None:
    ends = NOON.replace(hour=0) + timedelta(days=days)
    document = FORMATS["v2"].write(replace(a_permit(), valid_until=ends))
    foreign = ask_partner(MZ=Partner(document)).ask("MZ", "MZ26EX000001", None, final=False)
    assert foreign.expired_since == (ends + timedelta(days=1) if expired else None)


@pytest.mark.parametrize("must_seal", [False, True])
def test_a_sealed_permit_comes_with_its_verdict_and_is_read_from_what_was_verified(
    must_seal: bool,
) -> None:
    written = FORMATS["v2"].write(a_permit())
    beside = written.replace(b">5<", b"><!-- never read -->5<", 1)
    partner = Partner(beside, attachments=(Attachment("scan.pdf", b"%PDF"), a_seal(written)))
    foreign = ask_partner(must_seal, MZ=partner).ask("MZ", "MZ26EX000001", None, final=False)
    assert foreign.verdict.worth is SealStatus.SEALED_VALID
    assert foreign.permit == a_permit()
    assert foreign.reply.document == beside


def test_only_the_verified_bytes_are_read() -> None:
    """The permit is read from the bytes that the verifier returns, not from the reply."""
    written = FORMATS["v2"].write(a_permit())

    class Vouches:
        def judge(self, document, seals):
            real = PermitSealVerifier((CA.certificate,), IsoCountryCode("MZ"), lambda: NOON)
            return real.judge(written, [a_seal(written).content])

    rules = {IsoCountryCode("MZ"): SealRule(Vouches(), must_seal=True)}
    asked = AskPartner(
        endpoints(MZ=Partner(written.replace(b">5<", b">500<", 1))), FORMATS, rules, lambda: NOON
    )
    assert asked.ask("MZ", "MZ26EX000001", None, final=False).permit == a_permit()


UNTRUSTED = [
    ((), SealStatus.UNSEALED, SignatureMissing),
    (
        (a_seal(FORMATS["v2"].write(a_permit("MZ26EX000002"))),),
        SealStatus.SEALED_BROKEN,
        SignatureInvalid,
    ),
    ((a_seal(FORMATS["v2"].write(a_permit())),) * 2, SealStatus.SEALED_BROKEN, SignatureInvalid),
    (
        (a_seal(FORMATS["v2"].write(a_permit()), a_ca().issue("MZ")),),
        SealStatus.SIGNER_UNKNOWN,
        SignerNotTrusted,
    ),
]


@pytest.mark.parametrize(("attachments", "worth", "refusal"), UNTRUSTED)
def test_a_permit_nobody_vouches_for_is_shown_as_such_and_refused_of_a_partner_that_must_seal(
    attachments: tuple[Attachment, ...], worth: SealStatus, refusal: type[TrustRefused]
) -> None:
    partner = Partner(FORMATS["v2"].write(a_permit()), attachments=attachments)
    assert (
        ask_partner(MZ=partner).ask("MZ", "MZ26EX000001", None, final=False).verdict.worth is worth
    )
    with pytest.raises(refusal):
        ask_partner(True, MZ=partner).ask("MZ", "MZ26EX000001", None, final=False)


def test_another_permit_than_the_one_asked_for_is_not_taken() -> None:
    partner = Partner(FORMATS["v2"].write(a_permit("MZ26EX000002")))
    with pytest.raises(PartnerReplyInvalid, match="another permit") as refused:
        ask_partner(MZ=partner).ask("MZ", "MZ26EX000001", None, final=True)
    assert refused.value.box == "1"


def test_a_document_that_cannot_be_read_is_the_partners_fault_and_names_the_box() -> None:
    written = FORMATS["v2"].write(a_permit()).replace(b"<ram:TypeCode>E<", b"<ram:TypeCode>Q<", 1)
    with pytest.raises(PartnerReplyInvalid) as refused:
        ask_partner(MZ=Partner(written)).ask("MZ", "MZ26EX000001", None, final=False)
    assert refused.value.box == "1"


@pytest.mark.parametrize("must_seal", [False, True])
def test_a_value_that_cannot_be_read_is_marked_and_does_not_lose_the_permit(
    *, must_seal: bool
) -> None:
    written = FORMATS["v2"].write(a_permit()).replace(b">5<", b">five<", 1)
    partner = Partner(written, attachments=(a_seal(written),))
    foreign = ask_partner(must_seal, MZ=partner).ask("MZ", "MZ26EX000001", None, final=False)
    assert foreign.verdict.worth is SealStatus.SEALED_VALID
    (leaf,) = foreign.permit.unreadable
    assert (leaf.box, leaf.position, leaf.text, leaf.not_set) == ("11", "A", "five", False)
    assert [line.quantity is None for line in foreign.permit.positions] == [
        line.id == "A" for line in a_permit().positions
    ]


def test_a_country_without_partner_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(CalleeNotFound, match="CH"):
        ask_partner().ask("CH", "1", None, final=False)


@pytest.mark.parametrize(
    ("country", "number"), [("ch", "1"), ("CH", " "), ("CH", "a\u200bb"), ("CH", "1" * 71)]
)
def test_what_cannot_be_asked_is_not_asked(country: str, number: str) -> None:
    partner = Partner()
    with pytest.raises(InvalidRequest):
        ask_partner(CH=partner).ask(country, number, None, final=False)
    assert not partner.asked


@pytest.mark.parametrize("number", ["No. 123(A), 2026", "CN2026#EX/ZA0001", "SÃO-2026/É 7", "№ 12"])
def test_a_number_is_asked_as_the_party_prints_it(number: str) -> None:
    permit = replace(a_permit(), number=CertificateNumber.of_partner(number))
    partner = Partner(FORMATS["v2"].write(permit))
    foreign = ask_partner(MZ=partner).ask("MZ", f" {number} ", None, final=False)
    assert foreign.permit.number.text == number
    assert partner.asked == [(OperationName.GET_NON_FINAL, number, None)]


def test_one_silent_partner_does_not_hide_the_others() -> None:
    states = PartnerStates(endpoints(ZA=Partner(b"up"), MZ=Partner())).ask(None)
    assert [country for country, _ in states] == ["MZ", "ZA"]
    assert isinstance(states[0][1], PartnerUnreachable)
    assert states[1][1] == PartnerState("OK", None, None)
