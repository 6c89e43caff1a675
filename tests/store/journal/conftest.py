"""Fixtures of journals: a partner that exchanges heads."""

import pytest

from tests.pki import DAY, Authority, Identity
from tests.store.journal.heads_acts import Exchanging
from tests.store.journal.sealing_acts import NOW, Sealed


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Authority, Identity]:
    """The CA of South Africa's seals, and a seal of it."""
    ca = Authority(tmp_path_factory.mktemp("za"), "za-ca")
    return ca, ca.issue("seal", country="ZA", since=NOW - 9 * DAY)


@pytest.fixture
def exchanging(journal: Sealed, theirs: tuple[Authority, Identity]) -> Exchanging:
    return Exchanging(journal, theirs[1])
