"""Ends of a permit: which status may follow which, and what a partner is told."""

from dataclasses import replace

import pytest

from gateway.domain.errors import CertificateCancelled, CertificateReplaced, InvalidRequest
from gateway.domain.identifiers import CertificateNumber
from gateway.domain.permit.status import Status, require_in_force
from tests.store.store_acts import a_published

S = Status
SUCCESSOR = CertificateNumber("MZ26EX000099")


@pytest.mark.parametrize(
    ("before", "ends"),
    [
        (S.ISSUED, {S.CANCELLED, S.REPLACED, S.LOST, S.RETURNED}),
        (S.FINAL, {S.CANCELLED, S.REPLACED, S.LOST, S.RETURNED}),
        (S.LOST, {S.CANCELLED, S.REPLACED}),
        (S.CANCELLED, set()),
        (S.REPLACED, set()),
        (S.RETURNED, set()),
    ],
)
def test_an_end_is_not_taken_back(before: Status, ends: set[Status]) -> None:
    published, ended = a_published(status=before), set()
    for status in (S.CANCELLED, S.REPLACED, S.LOST, S.RETURNED):
        try:
            ended.add(published.ended(status).status)
        except InvalidRequest as refused:
            assert refused.text == f"The permit is {before} already."
    assert ended == ends


def test_a_permit_is_not_replaced_by_itself() -> None:
    published = a_published()
    with pytest.raises(InvalidRequest, match="by itself"):
        published.ended(S.REPLACED, published.permit.number)
    assert published.ended(S.REPLACED, SUCCESSOR).successor == SUCCESSOR


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (S.CANCELLED, CertificateCancelled, "has cancelled"),
        (S.LOST, CertificateCancelled, "lost or stolen"),
        (S.RETURNED, CertificateCancelled, "returned to the issuing authority unused"),
        (S.REPLACED, CertificateReplaced, "replaced by MZ26EX000099"),
    ],
)
def test_a_partner_is_told_which_end_it_was(
    status: Status, kind: type[Exception], words: str
) -> None:
    with pytest.raises(kind, match=words):
        require_in_force(status, SUCCESSOR.text)
    for in_force in (S.ISSUED, S.FINAL):
        require_in_force(in_force, None)
    assert replace(a_published(), status=status).status.in_force is False
