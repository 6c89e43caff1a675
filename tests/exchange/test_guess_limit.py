"""Rate limit on refused look-ups, and refusals that are equal in text and work."""

import sys
from collections.abc import Callable

import pytest

from gateway.domain.errors import CertificateNotFound, GatewayError, TooManyRequests
from gateway.domain.identifiers import CertificateNumber, IsoCountryCode
from gateway.domain.partner import OperationName, Partner
from gateway.exchange.permits import authorise
from gateway.exchange.permits.guess_limit import PermitLimit
from tests.exchange.conftest import CH, MZ_CUSTOMS, TOKEN, ZA, MemoryGateway

NUMBER = "MZ26EX000001"
MZ = IsoCountryCode("MZ")
REFUSED = {
    "unknown number": {"number": "MZ26EX999999"},
    "wrong token": {"token": "WRONG-TOKEN-01"},
    "no token": {"token": None},
    "not for these eyes": {"caller": CH},
}


def ask(gateway: MemoryGateway, number=NUMBER, token=TOKEN, caller=ZA):
    return gateway.answering.answer(OperationName.GET_NON_FINAL, number, token, "MZ", caller, "v2")


def confirm(gateway: MemoryGateway, number=NUMBER, token=TOKEN, caller=ZA):
    return gateway.confirm(caller, number, token, A="5")


def refusal(question: Callable[[], object]) -> GatewayError:
    with pytest.raises((CertificateNotFound, TooManyRequests)) as refused:
        question()
    return refused.value


@pytest.fixture
def published(gateway: MemoryGateway) -> MemoryGateway:
    gateway.publish()
    return gateway


@pytest.mark.parametrize("operation", [ask, confirm])
@pytest.mark.parametrize("wrong", REFUSED.values(), ids=REFUSED)
def test_every_refusal_costs_one_look_up_that_finds_and_one_that_does_not(
    published: MemoryGateway, operation, wrong
) -> None:
    error = refusal(lambda: operation(published, **wrong))
    assert sorted(published.store.looked_up) == ["a hit", "a miss"]
    assert str(error) == str(CertificateNotFound())


@pytest.mark.parametrize("wrong", REFUSED.values(), ids=REFUSED)
def test_every_refusal_compares_one_token_with_one_permit(
    published: MemoryGateway, wrong, monkeypatch
) -> None:
    compared = []
    matches = authorise.token_matches
    monkeypatch.setattr(
        authorise,
        "token_matches",
        lambda kept, given: compared.append(kept) or matches(kept, given),
    )
    refusal(lambda: ask(published, **wrong))
    assert len(compared) == 1


def test_a_right_question_costs_one_look_up_and_one_document(published: MemoryGateway) -> None:
    assert ask(published).document
    assert published.store.looked_up == ["a hit", "a document"]


def test_a_refused_confirmation_begins_no_transaction(published: MemoryGateway) -> None:
    published.confirming.begin_work.__self__.begin_work = None
    for wrong in REFUSED.values():
        refusal(lambda wrong=wrong: confirm(published, **wrong))


def test_a_gateway_without_any_permit_refuses_as_well(gateway: MemoryGateway) -> None:
    assert isinstance(refusal(lambda: ask(gateway)), CertificateNotFound)


def test_a_guesser_is_refused_and_the_holder_of_the_token_is_not(published: MemoryGateway) -> None:
    for _ in range(published.refusals):
        assert isinstance(refusal(lambda: ask(published, token="WRONG")), CertificateNotFound)
    assert isinstance(refusal(lambda: ask(published, token="WRONG")), TooManyRequests)
    assert ask(published).document
    published.seconds = 60.0
    assert isinstance(refusal(lambda: ask(published, token="WRONG")), CertificateNotFound)


def test_one_callers_guesses_do_not_count_against_another(published: MemoryGateway) -> None:
    for _ in range(published.refusals + 1):
        refusal(lambda: ask(published, token="WRONG"))
    assert isinstance(
        refusal(lambda: ask(published, token="WRONG", caller=MZ_CUSTOMS)), CertificateNotFound
    )


@pytest.mark.parametrize("number", [NUMBER, "MZ26EX999999"])
def test_many_callers_together_spend_the_budget_of_a_number_whether_there_is_such_a_permit_or_not(
    both_formats, number: str
) -> None:
    gateway = MemoryGateway(both_formats, refusals=100, refusals_per_permit=10)
    gateway.publish()
    callers = [Partner(f"za-{place}", IsoCountryCode("ZA")) for place in range(11)]
    refusals = [
        refusal(lambda caller=caller: ask(gateway, number, "WRONG", caller)) for caller in callers
    ]
    assert [type(error) for error in refusals] == [CertificateNotFound] * 10 + [TooManyRequests]
    assert ask(gateway).document
    assert isinstance(refusal(lambda: ask(gateway, "MZ26EX000077", "WRONG")), CertificateNotFound)
    gateway.seconds = 3600.0
    assert isinstance(refusal(lambda: ask(gateway, number, "WRONG")), CertificateNotFound)


def test_over_several_nodes_a_guesser_has_the_limit_once_for_each(both_formats) -> None:
    """Nodes do not know of each other's counts, as docs/nodes.md says; the holder is answered."""
    nodes = [MemoryGateway(both_formats, refusals=5) for _ in range(3)]
    for node in nodes:
        node.publish()
    refusals = [
        type(refusal(lambda node=node: ask(node, token="WRONG")))
        for node in nodes
        for _ in range(20)
    ]
    assert refusals.count(CertificateNotFound) == 3 * 5
    assert all(ask(node).document for node in nodes)


def test_confirmations_spend_the_same_budget(published: MemoryGateway) -> None:
    for _ in range(published.refusals):
        refusal(lambda: confirm(published, token="WRONG"))
    assert isinstance(refusal(lambda: ask(published, token="WRONG")), TooManyRequests)


def test_whoever_has_spent_its_own_budget_cannot_spend_that_of_permits(both_formats) -> None:
    gateway = MemoryGateway(both_formats, refusals=5, refusals_per_permit=6)
    gateway.publish()
    for _ in range(100):
        refusal(lambda: ask(gateway, token="WRONG"))
    assert isinstance(
        refusal(lambda: ask(gateway, token="WRONG", caller=MZ_CUSTOMS)), CertificateNotFound
    )


def test_scanning_is_reported_once_per_caller_and_minute(published: MemoryGateway) -> None:
    for _ in range(50):
        refusal(lambda: ask(published, token="WRONG"))
    assert published.watch.alerts == [ZA.key]
    assert published.watch.refusals == [ZA.key] * 50
    for _ in range(50):
        refusal(lambda: ask(published, token="WRONG", caller=MZ_CUSTOMS))
    assert published.watch.alerts == [ZA.key, MZ_CUSTOMS.key]
    published.seconds = 61.0
    for _ in range(50):
        refusal(lambda: ask(published, token="WRONG"))
    assert published.watch.alerts == [ZA.key, MZ_CUSTOMS.key, ZA.key]


@pytest.mark.slow
def test_a_million_numbers_take_no_more_room_than_one() -> None:
    limit = PermitLimit(1_000, lambda: 0.0)
    limit.count(MZ, CertificateNumber("MZ26EX000000"))
    before = sys.getsizeof(limit._counts)
    for place in range(100_000):
        limit.count(MZ, CertificateNumber(f"MZ26EX{place:06d}"))
    assert sys.getsizeof(limit._counts) == before


@pytest.mark.slow
def test_a_count_does_not_run_over() -> None:
    limit = PermitLimit(60_000, lambda: 0.0)
    for _ in range(70_000):
        over = limit.count(MZ, CertificateNumber("MZ26EX000001"))
    assert over > 0
