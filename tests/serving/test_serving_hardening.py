"""Process hardening of workers: a started program is dumpable until it says otherwise."""

import pytest

from tests.serving.conftest import Start
from tests.serving.wire import post

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("workers", [1, 2])
def test_no_worker_can_be_dumped_or_read_by_others(start: Start, workers: int) -> None:
    with start(workers=workers) as server:
        assert post(server.address).received["dumpable"] == 0
