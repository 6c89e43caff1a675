"""Calls of a client generated from the OpenAPI description, each of which has to work.

    python calls.py ADDRESS KEY NUMBER

It runs in the environment of the generated package `epix_api`, and prints `ok` at the end.
"""

import sys

from epix_api import AuthenticatedClient
from epix_api.api.declarations import (
    declaration_held,
    release_quantities,
    reserve_quantities,
    write_off_quantities,
)
from epix_api.api.permits import certificate, certificate_document, certificate_status
from epix_api.models import Acting, Problem, Released

COUNTRY, OFFICER = "MZ", "T. Nkosi"


def acting(number: str, quantity: str, declaration: str) -> Acting:
    line = {
        "item": "1", "country": COUNTRY, "number": number, "position": "A", "quantity": quantity,
    }  # fmt: skip
    said = {"form": "plain", "declaration": declaration, "day": "2026-04-02", "lines": [line]}
    return Acting.from_dict({"declaration": said, "officer": OFFICER})


def main(address: str, key: str, number: str) -> None:
    with AuthenticatedClient(base_url=f"{address}/api/v1", token=key) as client:
        permit = {"country": COUNTRY, "number": number, "client": client}
        status = certificate_status.sync(**permit)
        assert status.status == "issued", status
        shown = certificate.sync(**permit)
        assert (shown.number, shown.lines[0].line) == (number, "A"), shown
        document = certificate_document.sync_detailed(**permit)
        assert document.parsed == document.content
        assert number.encode() in document.parsed
        unknown = certificate.sync(country=COUNTRY, number="MZ26EX999999", client=client)
        assert isinstance(unknown, Problem) and unknown.code == "CertificateNotFound", unknown

        first, again = (
            reserve_quantities.sync_detailed(
                body=acting(number, "3", "26MZ1"), idempotency_key="generated-1", client=client
            )
            for _ in range(2)
        )
        assert (first.status_code, first.parsed.lines[0].state) == (200, "reserved"), first
        assert again.content == first.content
        assert again.headers["Idempotency-Replayed"] == "true"
        other = reserve_quantities.sync(
            body=acting(number, "4", "26MZ1"), idempotency_key="generated-1", client=client
        )
        assert isinstance(other, Problem) and other.status == 422, other
        written = write_off_quantities.sync(
            body=acting(number, "2", "26MZ1"), idempotency_key="generated-2", client=client
        )
        assert (written.lines[0].state, written.lines[0].holds) == ("written-off", "2"), written
        (held,) = declaration_held.sync(number="26MZ1", client=client)
        assert [each.act for each in held.events] == ["reserved", "written-off"], held
        reserve_quantities.sync(
            body=acting(number, "1", "26MZ2"), idempotency_key="generated-3", client=client
        )
        released = release_quantities.sync(
            body=Released(number="26MZ2", officer=OFFICER, reason="withdrawn"),
            idempotency_key="generated-4",
            client=client,
        )
        assert released.lines[0].state == "released", released
    with AuthenticatedClient(base_url=f"{address}/api/v1", token="none") as stranger:
        refused = certificate.sync(country=COUNTRY, number=number, client=stranger)
        assert isinstance(refused, Problem) and refused.status == 401, refused
    print("ok")


main(*sys.argv[1:])
