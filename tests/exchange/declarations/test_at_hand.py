"""Documents of partners that are at hand: of an answer whose seal is broken nothing is read."""

from dataclasses import replace
from decimal import Decimal

import pytest

from gateway.domain.errors import CertificateCancelled, CertificateReplaced, GatewayError
from gateway.domain.permit.quantity import Quantity
from gateway.exchange.permits.foreign.earlier_answers import EarlierAnswers
from gateway.exchange.report.foreign_documents import ForeignDocuments
from tests.builders import a_permit, a_position
from tests.exchange.asking_acts import FORMATS, Journal, Partner, ask_partner, sealed
from tests.exchange.declarations.office import CROCODILES, OFFICER, Office, a_declaration


def documents(journal: Journal) -> ForeignDocuments:
    rules = ask_partner(MZ=Partner()).seals
    earlier = EarlierAnswers(journal, journal.read)
    return ForeignDocuments(earlier, FORMATS, lambda: rules, {"MZ": "mz"})


def test_a_document_that_does_not_fit_its_seal_is_not_at_hand() -> None:
    journal, true = Journal(), sealed(a_permit())
    more = a_permit(positions=(a_position("A", quantity=Quantity(Decimal(500), "NAR")),))
    journal.add(replace(true, document=FORMATS["v2"].write(more)), 1)
    assert documents(journal).find("MZ", "MZ26EX000001") is None
    journal.add(true, 2)
    found = documents(journal).find("MZ", "MZ26EX000001")
    assert found is not None
    assert found.positions[0].quantity == Quantity(Decimal(5), "NAR")


@pytest.mark.parametrize("error", [CertificateCancelled, CertificateReplaced])
def test_nothing_is_reserved_of_a_permit_that_another_question_heard_to_have_ended(
    office: Office, error: type[GatewayError]
) -> None:
    office.ended["MZ"] = error.__name__
    with pytest.raises(error, match="has said before"):
        office.reserve(a_declaration(A="1"))
    assert not office.store.declared.of_permit(*CROCODILES)
    office.ended.clear()
    office.reserve(a_declaration(A="2"))
    office.ended["MZ"] = error.__name__
    for use in (office.write_off, office.amend):
        with pytest.raises(error, match="has said before"):
            use(a_declaration(A="3"))
    with pytest.raises(error, match="has said before"):
        office.act.write_off_reserved("26ZA1", OFFICER, None)
    assert office.amend(a_declaration(A="1")).uses[0].held == 1
    assert office.act.release("26ZA1", None, OFFICER).uses[0].held == 0
    office.ended.clear()
    office.reserve(a_declaration("26ZA2", A="1"))
