"""Own key list: without a paper key no permit is read, as anybody may ask for the list."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from gateway.domain.errors import KeyUnusable
from gateway.domain.identifiers import IsoCountryCode
from gateway.exchange.permits.paper.key_lists import OwnKeyList
from tests.store.store_acts import clock


class Permits:
    """The port `PermitList`, which must not be asked."""

    def details_after(self, place: int, count: int) -> Sequence[object]:
        raise AssertionError("permits were read")


def test_a_gateway_without_a_paper_key_reads_no_permit_for_its_list() -> None:
    own = OwnKeyList((), tuple, Permits(), timedelta(days=30), clock)  # type: ignore[arg-type]
    with pytest.raises(KeyUnusable, match="no paper key"):
        own.file(IsoCountryCode("MZ"), None)  # type: ignore[arg-type]
