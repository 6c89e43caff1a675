"""Revocation by CRL and OCSP together: the stricter answer counts; soft fail without an answer."""

import logging

import pytest

from gateway.crypto.callers.revocation import RevocationCheck, RevocationStatus
from gateway.domain.errors import CertificateMissing
from tests.pki import NOW


class FixedSource:
    """A source with one status for every certificate."""

    def __init__(self, status: RevocationStatus) -> None:
        self.fixed = status

    def status(self, *_: object) -> RevocationStatus:
        return self.fixed


TWO_SOURCES = [
    ((RevocationStatus.GOOD, RevocationStatus.GOOD), None),
    ((RevocationStatus.UNAVAILABLE, RevocationStatus.GOOD), None),
    ((RevocationStatus.GOOD, RevocationStatus.UNAVAILABLE), None),
    ((RevocationStatus.GOOD, RevocationStatus.REVOKED), "has been revoked"),
    ((RevocationStatus.REVOKED, RevocationStatus.GOOD), "has been revoked"),
    ((RevocationStatus.REVOKED, RevocationStatus.UNAVAILABLE), "has been revoked"),
    ((RevocationStatus.GOOD, RevocationStatus.UNKNOWN), "not known to the authority"),
    ((RevocationStatus.UNAVAILABLE, RevocationStatus.UNKNOWN), "not known to the authority"),
]


@pytest.mark.parametrize("soft_fail", [False, True])
@pytest.mark.parametrize(("statuses", "text"), TWO_SOURCES)
def test_a_certificate_is_refused_if_any_source_says_revoked_or_unknown(
    ca, caller, statuses, text, soft_fail
) -> None:
    check = RevocationCheck([FixedSource(status) for status in statuses], soft_fail=soft_fail)
    if text is None:
        check.require_not_revoked(caller.certificate, ca.certificate, NOW)
        return
    with pytest.raises(CertificateMissing, match=text):
        check.require_not_revoked(caller.certificate, ca.certificate, NOW)


def test_without_a_status_soft_fail_decides(ca, caller, caplog) -> None:
    sources = [FixedSource(RevocationStatus.UNAVAILABLE), FixedSource(RevocationStatus.UNAVAILABLE)]
    with pytest.raises(CertificateMissing, match="cannot be found out at the moment"):
        RevocationCheck(sources).require_not_revoked(caller.certificate, ca.certificate, NOW)
    with caplog.at_level(logging.WARNING):
        RevocationCheck(sources, soft_fail=True).require_not_revoked(
            caller.certificate, ca.certificate, NOW
        )
    assert "taken unchecked" in caplog.text
