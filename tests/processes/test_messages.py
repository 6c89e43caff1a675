"""Errors pass between processes of one gateway whole."""

from multiprocessing import Pipe

import pytest

from gateway.domain.errors import (
    CertificateNotFound,
    DatabaseProblem,
    DocumentInvalid,
    GatewayError,
    KeyUnusable,
    RecordInvalid,
    ServiceUnavailable,
)
from gateway.domain.rules.finding import error
from gateway.processes.messages import receive, send

FINDING = error("F07", "too-long", box="2", value="2026-12-01", expected="2026-09-01")
ERRORS = [
    CertificateNotFound(),
    DocumentInvalid("Not valid.", box="9", position="B", path="/CITES/ID", line=7),
    KeyUnusable("No key.", file="conf/gateway.toml", line=3, key="seal.key_file"),
    ServiceUnavailable("Full.", DatabaseProblem.FULL),
    RecordInvalid(
        "Wrong.",
        file="records.csv",
        row=4,
        field="unit",
        box="11",
        number="MZ26EX000001",
        finding=FINDING,
        also=(RecordInvalid("Also.", file="records.csv", row=4, expected="a unit"),),
    ),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.code)
def test_an_error_is_the_same_in_another_process(error: GatewayError) -> None:
    ours, theirs = Pipe()
    with ours, theirs:
        send(ours, error)
        there = receive(theirs)
    assert type(there) is type(error)
    assert there.args == error.args

    def attributes(of: GatewayError) -> dict[str, object]:
        return {**vars(of), "also": [vars(each) for each in getattr(of, "also", ())]}

    assert attributes(there) == attributes(error)
