"""Signed verdict: files that prove nothing, and why."""

import json
from datetime import datetime

import pytest

from gateway.domain.errors import InvalidRequest, SignatureInvalid
from gateway.exchange.customs.signed_verdict import verify

SAID = {"kind": "customs-verdict", "v": 1, "id": "x", "at": "2026-06-01T00:00:00+00:00"}


class Broken:
    """A verifier for which no signature holds."""

    def signer(
        self, message: bytes, signature: bytes, certificates: bytes, at: datetime | None
    ) -> str:
        raise SignatureInvalid("It is not a signature.")

    def revoked_at(self, certificates: bytes) -> datetime | None:
        raise NotImplementedError(certificates)


def a_file(signature: str = "", **changes: str) -> bytes:
    statement = json.dumps({**SAID, **changes})
    fields = {"statement": statement, "signature": signature, "certificates": ""}
    return json.dumps(fields).encode()


def test_a_verdict_without_signature_is_not_called_altered() -> None:
    with pytest.raises(SignatureInvalid, match="has no signature"):
        verify(a_file(), Broken(), lambda _: None)
    with pytest.raises(SignatureInvalid, match="altered"):
        verify(a_file("AAAA"), Broken(), lambda _: None)


def test_a_moment_without_offset_is_no_verdict_of_ours() -> None:
    with pytest.raises(InvalidRequest, match="no verdict"):
        verify(a_file("AAAA", at="2026-06-01T00:00:00"), Broken(), lambda _: None)
