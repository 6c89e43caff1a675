"""A foreign permit: read, and checked to be the one that was asked for."""

from dataclasses import dataclass, field

import pytest

from adapters.registry import formats
from gateway.domain.endorsement import SeenQuantity
from gateway.domain.errors import (
    CalleeNotFound,
    InvalidRequest,
    PartnerReplyInvalid,
    PartnerUnreachable,
    QuantityInvalid,
)
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.partner import OperationName
from gateway.exchange.ask_partner import AskPartner, PartnerDoors, PartnerStates, ReportConfirmation
from gateway.exchange.ports import PartnerConfirmation, PartnerReply, PartnerState
from tests.builders import a_permit

FORMATS = formats()


@dataclass
class Partner:
    """A partner's door. document: what it answers with."""

    document: bytes = b""
    version: str = "v2"
    asked: list[object] = field(default_factory=list)

    def certificate(self, operation, number, token):
        self.asked.append((operation, number.text, token.text if token else None))
        return PartnerReply(self.document, self.version, (), False)

    def confirm(self, number, token, seen):
        self.asked.append((number.text, tuple(seen)))
        return PartnerConfirmation("CONFIRMED", "1")

    def state(self):
        if not self.document:
            raise PartnerUnreachable("No connection.")
        return PartnerState("OK", None, None)


def doors(**partners: Partner) -> PartnerDoors:
    return PartnerDoors({IsoCountryCode(country): partner for country, partner in partners.items()})


@pytest.mark.parametrize("version", FORMATS)
def test_a_permit_is_read_in_the_version_it_came_in(version: str) -> None:
    partner = Partner(FORMATS[version].write(a_permit()), version)
    foreign = AskPartner(doors(MZ=partner), FORMATS).ask("MZ", "MZ26EX000001", "SECRET", final=False)
    assert foreign.permit == a_permit()
    assert foreign.reply.document == partner.document
    assert partner.asked == [(OperationName.GET_NON_FINAL, "MZ26EX000001", "SECRET")]


def test_another_permit_than_the_one_asked_for_is_not_taken() -> None:
    partner = Partner(FORMATS["v2"].write(a_permit("MZ26EX000002")))
    with pytest.raises(PartnerReplyInvalid, match="another permit") as refused:
        AskPartner(doors(MZ=partner), FORMATS).ask("MZ", "MZ26EX000001", None, final=True)
    assert refused.value.box == "1"


def test_a_document_that_cannot_be_read_is_the_partners_fault_and_names_the_box() -> None:
    written = FORMATS["v2"].write(a_permit()).replace(b">5<", b">five<", 1)
    with pytest.raises(PartnerReplyInvalid) as refused:
        AskPartner(doors(MZ=Partner(written)), FORMATS).ask("MZ", "MZ26EX000001", None, final=False)
    assert (refused.value.box, refused.value.position) == ("11", "A")


def test_a_country_without_partner_is_told_before_anything_is_sent() -> None:
    with pytest.raises(CalleeNotFound, match="CH"):
        AskPartner(doors(), FORMATS).ask("CH", "1", None, final=False)


@pytest.mark.parametrize(("country", "number"), [("ch", "1"), ("CH", "*")])
def test_what_cannot_be_asked_is_not_asked(country: str, number: str) -> None:
    partner = Partner()
    with pytest.raises(InvalidRequest):
        AskPartner(doors(CH=partner), FORMATS).ask(country, number, None, final=False)
    assert not partner.asked


def test_a_malformed_quantity_is_not_sent() -> None:
    partner = Partner()
    with pytest.raises(QuantityInvalid) as refused:
        ReportConfirmation(doors(MZ=partner)).report("MZ", "1", None, [SeenQuantity("A", "5,5")])
    assert refused.value.position == "A"
    assert not partner.asked


def test_quantities_go_out_as_the_officer_wrote_them() -> None:
    partner = Partner()
    ReportConfirmation(doors(MZ=partner)).report("MZ", "1", None, [SeenQuantity("A", "5.50")])
    assert partner.asked == [("1", (SeenQuantity("A", "5.50"),))]


def test_one_silent_partner_does_not_hide_the_others() -> None:
    states = PartnerStates(doors(ZA=Partner(b"up"), MZ=Partner())).ask(None)
    assert [country for country, _ in states] == ["MZ", "ZA"]
    assert isinstance(states[0][1], PartnerUnreachable)
    assert states[1][1] == PartnerState("OK", None, None)
