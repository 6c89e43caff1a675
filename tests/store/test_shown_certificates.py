"""Certificates that callers have shown: each stands once for a partner, and is never changed."""

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from gateway.store import open_store
from tests.builders import a_shown_certificate
from tests.store.store_acts import clock


def test_a_certificate_stands_once_for_each_partner_on_every_node(store, url):
    other = open_store(url, clock)
    refused, accepted = a_shown_certificate(), replace(a_shown_certificate(), partner="za")
    for node in (store, other):
        node.shown_certificates.keep(refused, clock())
        node.shown_certificates.keep(accepted, clock())
    assert store.shown_certificates.all() == [refused, accepted]
    other.close()


@pytest.mark.parametrize(
    "act", ["UPDATE shown_certificate SET partner = 'ch'", "DELETE FROM shown_certificate"]
)
def test_what_was_shown_stays(store, act):
    store.shown_certificates.keep(a_shown_certificate(), clock())
    with pytest.raises(DBAPIError), store._engines.writing.begin() as connection:
        connection.execute(text(act))
    assert store.shown_certificates.all() == [a_shown_certificate()]
