"""Foreign permits: seal, document, and the check of the number."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from gateway.crypto.permit_seal.verify import PermitSealVerifier
from gateway.domain.delivery_state import DeliveryState
from gateway.domain.errors import (
    CalleeNotFound,
    GatewayError,
    InvalidRequest,
    PartnerFault,
    PartnerReplyInvalid,
    PartnerTimeout,
    PartnerUnreachable,
    SignatureInvalid,
    SignatureMissing,
    SignerNotTrusted,
    TrustRefused,
)
from gateway.domain.identifiers import CertificateNumber, IsoCountryCode
from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.domain.partner import OperationName
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import Examination
from gateway.domain.permit.quantity import Quantity
from gateway.domain.summary import Ground, Outcome
from gateway.domain.verdict import SealStatus
from gateway.exchange.availability.history import Lately
from gateway.exchange.permits.foreign.ask_partner import (
    AskPartner,
    ForeignPermit,
    NotShown,
    PartnerStates,
    SealRule,
)
from gateway.exchange.ports import (
    Attachment,
    Direction,
    PartnerReply,
    PartnerState,
)
from tests.builders import a_permit
from tests.crypto.permit_seal.seal_pki import NOON, a_ca
from tests.exchange.asking_acts import (
    CA,
    FORMATS,
    RIGHT,
    Booked,
    Journal,
    Partner,
    a_partner,
    a_seal,
    ask_partner,
    endpoints,
    sealed,
)


def asked(use_case: AskPartner, *, final: bool = False) -> ForeignPermit:
    """The permit, which must be shown."""
    answer = use_case.ask("MZ", "MZ26EX000001", None, final=final)
    assert isinstance(answer, ForeignPermit)
    return answer


def not_shown(use_case: AskPartner) -> NotShown:
    """Why the permit is not shown."""
    answer = use_case.ask("MZ", "MZ26EX000001", None, final=False)
    assert isinstance(answer, NotShown)
    return answer


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
    other = Partner(written.replace(b">5<", b">500<", 1))
    assert asked(replace(ask_partner(MZ=other), seals=rules)).permit == a_permit()


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
    assert asked(ask_partner(MZ=partner)).verdict.worth is worth
    refused = not_shown(ask_partner(True, MZ=partner))
    assert isinstance(refused.error, refusal)
    assert refused.verdict
    assert refused.verdict.worth is worth


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


def grounds(foreign: ForeignPermit | NotShown) -> list[Ground]:
    return [reason.ground for reason in foreign.summary.reasons]


def test_a_right_permit_may_pass() -> None:
    foreign = asked(ask_partner(MZ=a_partner()))
    assert (foreign.summary.outcome, foreign.findings) == (Outcome.MAY_PASS, ())


def test_the_rules_judge_it_as_of_the_country_that_was_asked() -> None:
    elsewhere = replace(RIGHT, type="IMPORT", purpose="S")
    foreign = asked(ask_partner(MZ=a_partner(elsewhere)))
    assert ("C10", "3", "MZ") in [(each.rule, each.box, each.expected) for each in foreign.findings]
    without = asked(ask_partner(MZ=a_partner(replace(RIGHT, purpose=None))))
    assert [each.rule for each in without.findings] == ["F07"]
    assert grounds(without) == [Ground.INVALID]


@pytest.mark.parametrize(
    ("state", "expected"),
    [(DeliveryState.DELIVERED, [Ground.SPENT]), (DeliveryState.WAITING, [Ground.SPENT]),
     (DeliveryState.PARKED, [Ground.SPENT]), (DeliveryState.DROPPED, [])],
)  # fmt: skip
def test_what_our_customs_confirmed_is_spent_unless_a_person_gave_it_up(
    state: DeliveryState, expected: list[Ground]
) -> None:
    booked = Booked((SeenQuantity("A", "5"),), state)
    assert grounds(asked(ask_partner(booked=booked, MZ=a_partner()))) == expected


def endorsed(amount: str) -> Permit:
    """The permit with box 14 of its line A."""
    (line,) = RIGHT.positions
    assert line.quantity
    counted = Quantity(Decimal(amount), line.quantity.unit)
    return replace(RIGHT, positions=(replace(line, examination=Examination(NOON, counted)),))


def told(booked: Booked, permit: Permit, *, signed: bool = True) -> list[tuple[str, str | None]]:
    """The history of the delivery after the permit was asked for twice."""
    reply = sealed(permit) if signed else replace(sealed(permit), attachments=())
    for _ in range(2):
        partner = Partner(reply.document, attachments=reply.attachments)
        asked(ask_partner(booked=booked, MZ=partner), final=True)
    return [(event.outcome, event.reason) for event in booked.events]


def test_a_delivery_learns_once_that_the_issuer_corrected_it() -> None:
    booked = Booked((SeenQuantity("A", "5"),))
    assert told(booked, endorsed("5")) == []
    differs = ("box 14 differs", "Line A: box 14 says 4 NAR, our customs counted 5 NAR.")
    assert told(booked, endorsed("4")) == [differs]
    assert told(booked, endorsed("5")) == [differs, ("box 14 agrees", None)]


@pytest.mark.parametrize(
    ("state", "permit", "signed"),
    [
        (DeliveryState.WAITING, endorsed("4"), True),
        (DeliveryState.DELIVERED, RIGHT, True),
        (DeliveryState.DELIVERED, endorsed("4"), False),
    ],
    ids=["not delivered", "no box 14", "no seal"],
)
def test_a_delivery_learns_nothing_of_what_proves_nothing(
    state: DeliveryState, permit: Permit, signed: bool
) -> None:
    assert told(Booked((SeenQuantity("A", "5"),), state), permit, signed=signed) == []


@pytest.mark.parametrize("code", ["CertificateCancelled", "CertificateReplaced"])
def test_a_status_that_the_issuer_tells_is_a_summary_and_no_permit(code: str) -> None:
    fault = PartnerFault("It refused.", partner_code=code, partner_text="")
    refused = not_shown(ask_partner(MZ=Partner(fails=fault)))
    assert (refused.summary.outcome, refused.error) == (Outcome.DO_NOT_ACCEPT, fault)


def test_a_fault_about_the_question_stays_an_error() -> None:
    fault = PartnerFault("It refused.", partner_code="CertificateNotFound", partner_text="")
    with pytest.raises(PartnerFault):
        asked(ask_partner(MZ=Partner(fails=fault)))


DOWN = PartnerUnreachable("No connection."), PartnerTimeout("Too late.")


@pytest.mark.parametrize("fails", DOWN)
def test_the_newest_copy_with_a_trusted_seal_is_shown_where_the_partner_is_down(
    fails: GatewayError,
) -> None:
    journal = Journal()
    journal.add(sealed(replace(RIGHT, purpose="Z")), hours=9)
    journal.add(sealed(RIGHT), hours=5)
    journal.add(sealed(RIGHT, a_ca().issue("MZ")), hours=4)
    journal.add(sealed(a_permit("MZ26EX000002")), hours=3)
    journal.add(None, hours=2)
    journal.add(sealed(replace(RIGHT, purpose="S")), hours=1, direction=Direction.IN)
    journal.add(sealed(replace(RIGHT, purpose="S")), hours=1, outcome="PartnerReplyInvalid")
    foreign = asked(ask_partner(journal=journal, MZ=Partner(fails=fails)))
    assert (foreign.permit, foreign.fetched) == (RIGHT, NOON - timedelta(hours=5))
    assert (foreign.summary.outcome, grounds(foreign)) == (
        Outcome.ASK_FIRST,
        [Ground.UNREACHABLE],
    )


@pytest.mark.parametrize("fails", DOWN)
def test_without_such_a_copy_an_unreachable_partner_is_an_error(fails: GatewayError) -> None:
    journal = Journal()
    journal.add(PartnerReply(FORMATS["v2"].write(RIGHT), "v2", (), False), hours=1)
    with pytest.raises(type(fails)):
        asked(ask_partner(journal=journal, MZ=Partner(fails=fails)))


def test_a_copy_of_the_issued_permit_is_no_answer_to_the_final_one() -> None:
    journal = Journal()
    journal.add(sealed(RIGHT), hours=1)
    with pytest.raises(PartnerUnreachable):
        asked(ask_partner(journal=journal, MZ=Partner(fails=DOWN[0])), final=True)


NEWS = Lately(NOON - timedelta(minutes=12), timedelta(minutes=12))


@pytest.mark.parametrize("fails", DOWN)
def test_where_the_partner_is_down_the_last_good_answer_is_said(fails: GatewayError) -> None:
    asking = replace(ask_partner(MZ=Partner(fails=fails)), lately=lambda _: NEWS)
    with pytest.raises(type(fails), match=r"\. Its last good answer came 12 minutes ago\.$"):
        asked(asking)
    journal = Journal()
    journal.add(sealed(RIGHT), hours=1)
    with_copy = ask_partner(journal=journal, MZ=Partner(fails=fails))
    assert asked(replace(with_copy, lately=lambda _: NEWS)).lately == NEWS
    ((_, error),) = PartnerStates(endpoints(MZ=Partner()), lambda _: NEWS).ask("MZ")
    assert str(error).endswith("Its last good answer came 12 minutes ago.")
