"""Faults of the hub flavour: each error of the tree has its row, and leaves as the row says."""

import pytest

from gateway.domain.errors import GatewayError
from gateway.settings import load_dialect
from gateway.soap.faults import FAULTS
from gateway.soap.hub.faults import COPIED, HUB_FAULTS
from tests.soap.endpoint import errors_below
from tests.soap.hub_endpoint import HubEndpoint, as_savon
from tests.soap.test_soap_faults import an_error

EVERY_ERROR = errors_below(GatewayError)
WORDS = {
    "CertificateMissing": "CertificateMissing",
    "CallerNotFound": "CallerNotFound",
    "CalleeNotFound": "CalleeNotFound",
    "AccessDenied": "AdapterNotAvailable",
    "InvalidRequest": "Invalid Request",
    "OperationNotAvailable": "Adapters::OperationNotAvailableException",
    "PartnerTimeout": "This request took too long to process...",
}
"""As the fact sheet of the hub has them; all with the code Server."""


def test_the_table_has_each_error_once() -> None:
    assert set(HUB_FAULTS) == set(EVERY_ERROR) == set(FAULTS)


@pytest.mark.parametrize("kind", EVERY_ERROR, ids=lambda kind: kind.__name__)
def test_each_error_leaves_as_its_row_says(kind: type[GatewayError]) -> None:
    endpoint = HubEndpoint()
    endpoint.backend.fails_with = an_error(kind)
    answer = endpoint.post(as_savon("GetNonFinalCitesCertificate"))
    row = HUB_FAULTS[kind]
    if row is COPIED:
        rule = FAULTS[kind]
        name = (rule.shown_as or kind).__name__
        assert answer.copied_fault == (f"soap:{rule.side.value[0]}", name)
    else:
        assert answer.own_fault == (row.code, row.words)
    assert endpoint.backend.journal[-1].outcome in (kind.__name__, answer.fault[1])


@pytest.mark.parametrize(("code", "words"), WORDS.items())
def test_the_words_of_the_hub(code: str, words: str) -> None:
    (row,) = (row for kind, row in HUB_FAULTS.items() if kind.__name__ == code)
    assert row is not COPIED
    assert (row.code, row.words) == ("Server", words)


def test_a_client_by_the_dialect_of_the_hub_reads_our_words_as_the_errors_they_are() -> None:
    faults = load_dialect("unep-hub").faults
    for kind, row in HUB_FAULTS.items():
        if row is not COPIED:
            meaning = faults.meaning(row.words, frozenset()) or row.words
            assert meaning == kind.__name__
