"""Twenty declarations in the shapes of three forms: each with the verdict of every field."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.domain.declarations.line import CustomsDeclaration
from gateway.domain.declarations.verdict import Agreement, Field
from gateway.domain.errors import CertificateCancelled, PartnerUnreachable, SignatureInvalid
from gateway.domain.permit.status import Status
from tests.exchange.asking_acts import FORMATS, a_seal
from tests.exchange.declarations.office import DFFE, PERMITS, Office, a_declaration, read
from tests.store.store_acts import a_published, publish

TWENTY = json.loads(
    (Path(__file__).parents[2] / "documents/declarations/twenty.json").read_text(encoding="utf-8")
)
ZA = "ZA26EX000007"
OWN = {
    "form": "plain",
    "declaration": "26ZA7",
    "lines": [{"item": "1", "country": "ZA", "number": ZA, "position": "A", "quantity": 5}],
}


def test_there_are_twenty() -> None:
    assert len(TWENTY) == 20


@pytest.mark.parametrize("case", TWENTY, ids=lambda case: case["name"])
def test_each_has_the_verdict_that_is_listed(office: Office, case) -> None:
    verdict = office.check.check(read(case["declaration"]))
    found = [
        {
            "position": line.position,
            "differs": [each.field for each in line.fields if each.agreement == "differs"],
            "unknown": [each.field for each in line.fields if each.agreement == "unknown"],
        }
        for line in verdict.lines
    ]
    assert (found, verdict.agreement) == (case["lines"], case["verdict"])
    assert all(str(each.sentence) for line in verdict.lines for each in line.fields)
    assert list(office.store.declared.newest(1)) == []


def test_what_others_hold_is_not_free_and_what_the_declaration_holds_itself_is(
    office: Office,
) -> None:
    office.reserve(a_declaration("26ZA1", A="3"))

    def quantity(number: str, amount: str):
        (line,) = office.check.check(a_declaration(number, A=amount)).lines
        return line.of(Field.QUANTITY)

    assert quantity("26ZA1", "5").agreement is Agreement.AGREES
    assert quantity("26ZA2", "2").agreement is Agreement.AGREES
    over = quantity("26ZA2", "3")
    assert (over.agreement, over.box, over.declared, over.permitted) == (
        Agreement.DIFFERS,
        "11",
        "3 NAR",
        "2 NAR",
    )


def test_a_partner_that_is_not_reached_leaves_the_permit_unknown(office: Office) -> None:
    office.partners["MZ"].fails = PartnerUnreachable("No connection.")
    (line,) = office.check.check(a_declaration(A="5")).lines
    (found,) = line.fields
    assert (found.field, found.agreement) == (Field.PERMIT, Agreement.UNKNOWN)
    assert str(found.sentence).startswith("No connection.")


def test_a_broken_seal_differs_and_nothing_of_it_is_reserved(office: Office) -> None:
    other = FORMATS["v2"].write(PERMITS["DE"])
    office.partners["MZ"].attachments = (a_seal(other),)
    assert office.check.check(a_declaration(A="5")).agreement is Agreement.DIFFERS
    with pytest.raises(SignatureInvalid):
        office.reserve(a_declaration(A="5"))


def test_an_earlier_document_is_compared_where_no_partner_is_asked(office: Office) -> None:
    permits = replace(office.permits, at_hand=lambda country, _: PERMITS.get(country))
    check = replace(office.check, permits=permits)
    (line,) = check.check(a_declaration(A="6"), ask=False).lines
    found = line.of(Field.PERMIT), line.of(Field.QUANTITY)
    assert [each.agreement for each in found] == [Agreement.UNKNOWN, Agreement.DIFFERS]
    assert office.partners["MZ"].asked == []


def test_the_token_opened_the_permit_and_stands_in_no_text(office: Office) -> None:
    declaration = a_declaration(A="5")
    verdict = office.check.check(declaration)
    assert verdict.lines[0].of(Field.TOKEN).agreement is Agreement.AGREES
    texts = [str(each.sentence) for each in verdict.lines[0].fields]
    assert "K7Q2" not in repr(declaration) + repr(verdict) + " ".join(texts)


def test_a_permit_of_ours_is_looked_up_here(office: Office) -> None:
    publish(office.store, a_published(ZA, DFFE), token_hash=None)
    (line,) = office.check.check(read(OWN)).lines
    assert line.of(Field.QUANTITY).agreement is Agreement.AGREES
    wrong = {**OWN, "lines": [{**OWN["lines"][0], "token": "AAAA"}]}
    (line,) = office.check.check(read(wrong)).lines
    assert line.of(Field.PERMIT).agreement is Agreement.DIFFERS


def test_a_cancelled_permit_differs_and_nothing_of_it_is_reserved(office: Office) -> None:
    publish(office.store, a_published(ZA, DFFE, status=Status.CANCELLED), token_hash=None)
    assert office.check.check(read(OWN)).agreement is Agreement.DIFFERS
    with pytest.raises(CertificateCancelled):
        office.reserve(read(OWN))


def test_each_token_is_shown_to_the_issuing_authority(office: Office) -> None:
    first, second = a_declaration(A="1", B="1").lines
    lines = (first, replace(second, token="W0NG-0000"))
    office.check.check(CustomsDeclaration("26ZA1", lines))
    assert [token for _, _, token in office.partners["MZ"].asked] == ["K7Q2-98XB", "W0NG-0000"]
