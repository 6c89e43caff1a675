"""Stand-ins under damaged messages: each is answered, and none finds a defect."""

from random import Random

import pytest

from gateway.domain.partner import OperationName
from gateway.http import HttpRequest
from tests.fuzz.mutations import mutated
from tests.long_haul import repetitions
from tests.simulator.conftest import dialects, stand_in_of
from tests.simulator.test_requests import OWN_NAMESPACE, written


@pytest.mark.parametrize("name", ["standard-v2", "czech", "unep-hub", "imsoc"])
def test_no_damaged_message_finds_a_defect(name: str) -> None:
    random = Random(1)
    stand_in = stand_in_of(name, namespace=dialects()[name].form.namespace or OWN_NAMESPACE)
    operations = [each for each in OperationName if each in dialects()[name].operations]
    right = [written(name, operation) for operation in operations]
    seeds = [body.encode() for _, body in right]
    for _ in range(repetitions(short=100, long=2_000)):
        headers, body = random.choice(right)
        message = mutated(random, body.encode(), seeds)
        answer, _ = stand_in(HttpRequest("POST", "/", "", headers, message))
        assert answer.status in (200, 500)
        assert stand_in.asked[-1].outcome != "InternalError", message
