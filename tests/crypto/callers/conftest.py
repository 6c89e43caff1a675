"""An authority, another of the same name, and callers with a certificate of the first."""

import pytest

from tests.pki import Authority, Identity


@pytest.fixture(scope="module")
def ca(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"), "ca")


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Another authority that calls itself by the same name."""
    return Authority(tmp_path_factory.mktemp("other"), "ca")


@pytest.fixture(scope="module")
def caller(ca: Authority) -> Identity:
    return ca.issue("caller")


@pytest.fixture(scope="module")
def revoked(ca: Authority) -> Identity:
    return ca.issue("revoked")
