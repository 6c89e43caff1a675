"""Acts on a permit of the desk: confirmations of invented partners, forms of shared differences."""

import re

from gateway.domain.identifiers import CertificateNumber, IsoCountryCode
from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.domain.partner import Partner
from gateway.exchange.permits.documents import final_documents
from tests.web.people.authority.conftest import OTHER
from tests.web.people.conftest import Desk
from tests.web.people.visitor import Visitor

CONFIRMATION = "019a0000-0000-7000-8000-0000000000c1"


def confirm(desk: Desk, country: str = "ZA", quantity: str = "4", line: str = "A") -> str:
    """A partner of a country confirms a quantity on a line; returns the id of the event."""
    gateway = desk.gateway
    authority = gateway.permits.served.authorities[0]
    partner = Partner(country.lower(), IsoCountryCode(country))
    identity = CONFIRMATION if country == "ZA" else CONFIRMATION[:-1] + "2"
    rule = gateway.permits.rules[authority]
    with gateway.store.begin_work() as work:
        stored = work.permits.get(authority, CertificateNumber(OTHER))
        assert stored is not None
        seen = [SeenQuantity(line, quantity)]
        after, _, _ = stored.published.confirm(
            seen, partner, gateway.clock(), "0" * 64, identity, rule
        )
        documents = final_documents(
            stored.published, after, rule, tuple(gateway.permits.formats().values()), None
        )
        work.permits.change(stored, after, documents)
        gateway.integrity.keep.record(
            work.integrity, authority, CertificateNumber(OTHER), "confirmed"
        )
        work.commit()
    return identity


def fields_of(visitor: Visitor, path: str, **fields: str) -> dict[str, str]:
    """Fields of an act on a shared difference, with what its page has shown."""
    shown = re.findall(r'name="(last|seen)" value="([^"]*)"', visitor.get(path).text)
    assert len(shown) == 2
    return {**dict(shown), "reason": "one was torn", **fields}
