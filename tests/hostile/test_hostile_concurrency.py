"""Class: concurrency. Parallel callers never see each other's data, not even in a refusal."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.soap.endpoint import Endpoint, the_permit


@pytest.mark.slow
def test_parallel_callers_each_get_their_own_answer(endpoint: Endpoint) -> None:
    wrong = {
        name: endpoint.envelope(f"<v:{name}><{child}/></v:{name}>")
        for name, child in {
            "GetFinalCertificateRequest": "IsoCountryCode",
            "ServiceStateRequest": "TokenId",
            "ConfirmQuantitiesRequest": "TokenId",
        }.items()
    }
    mine = endpoint.plain()

    def one(number: int) -> None:
        name = list(wrong)[number % 3]
        answer = endpoint.endpoint_answer(wrong[name])
        assert answer.refuses("InvalidRequest", name), name
        assert endpoint.endpoint_answer(mine).permit("v1") == the_permit("v1")
        letter = f"Z{number}"
        refused = endpoint.endpoint_answer(endpoint.envelope(endpoint.confirmation((letter, "1"))))
        assert refused.said["Position"] == letter

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(300)))
    incidents = [exchange.id for exchange in endpoint.backend.journal]
    assert len(set(incidents)) == len(incidents) == 900
