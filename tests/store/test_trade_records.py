"""Records of trade: permits with their events, foreign permits with our counts, by pages."""

from datetime import timedelta

from gateway.domain.delivery_state import DeliveryState
from gateway.domain.identifiers import Authority, IsoCountryCode
from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.domain.published import PublishedPermit
from gateway.exchange.ports import DeliveryEvent, OutgoingConfirmation
from tests.builders import a_permit
from tests.store.store_acts import ANAC, NUMBER, clock, confirm, declare, publish


def count(store, number: str, amount: str, state=DeliveryState.WAITING, country="ZA") -> None:
    at = clock() + timedelta(seconds=int(amount))
    store.outbox.add(
        OutgoingConfirmation(
            f"{country}-{number}-{amount}", country, number, None, (SeenQuantity("A", amount),),
            "T. Sitoe", at, state, 0, at, None, "booked",
        ),
        DeliveryEvent(at, state, "booked", "T. Sitoe"),
    )  # fmt: skip


def test_permits_come_with_their_events(store) -> None:
    publish(store)
    confirm(store, "za", "1")
    declare(store, used_up=True)
    ((place, published),) = store.report.trade.permits_after(0, 500, [ANAC])
    with store.begin_work() as work:
        assert published == work.permits.get(ANAC, NUMBER).published
    assert store.report.trade.permits_after(place, 500, [ANAC]) == ()
    other = Authority(IsoCountryCode("MZ"), "OTHER")
    assert store.report.trade.permits_after(0, 500, [other]) == ()


def test_a_page_goes_on_past_permits_of_other_authorities(store) -> None:
    other = Authority(IsoCountryCode("MZ"), "OTHER")
    for at, issuer in enumerate((other, other, ANAC, other, ANAC, other)):
        publish(store, PublishedPermit(issuer, a_permit(f"MZ26EX10000{at}")))
    publish(store)
    confirm(store, "za", "1")

    def walked(confirmed: bool) -> list[str]:
        found, place = [], 0
        while page := store.report.trade.permits_after(place, 1, [ANAC], confirmed=confirmed):
            ((place, published),) = page
            found.append(published.permit.number.text)
        return found

    assert walked(confirmed=False) == ["MZ26EX100002", "MZ26EX100004", NUMBER.text]
    assert walked(confirmed=True) == [NUMBER.text]


def test_foreign_permits_come_in_pages_with_all_their_counts(store) -> None:
    for number, amount in (("B1", "2"), ("A1", "3"), ("A1", "1"), ("C1", "4")):
        count(store, number, amount)
    count(store, "A1", "9", DeliveryState.DROPPED)
    count(store, "A1", "5", country="BW")
    key, found = ("", ""), []
    while page := store.report.trade.counted_after(key, 2):
        assert len(page) <= 2
        found += page
        key = page[-1].key
    assert [each.key for each in found] == [("BW", "A1"), ("ZA", "A1"), ("ZA", "B1"), ("ZA", "C1")]
    assert [seen.seen[0].amount for seen in found[1].counts] == ["1", "3"]


def test_one_permit_comes_with_its_events_to_who_confirmed_on_it(store) -> None:
    publish(store)
    confirm(store, "za", "1")
    ((_, published),) = store.report.trade.permits_after(0, 500, [ANAC])
    assert store.report.trade.own("MZ", NUMBER.text, "za") == [published]
    others = ("ZA", NUMBER.text, "za"), ("MZ", "X", "za"), ("MZ", NUMBER.text, "bw")
    for country, number, caller in others:
        assert store.report.trade.own(country, number, caller) == []
    for amount in ("3", "1"):
        count(store, "A1", amount)
    found = store.report.trade.counted(("ZA", "A1"))
    assert sorted(each.seen[0].amount for each in found.counts) == ["1", "3"]
    assert store.report.trade.counted(("ZA", "B1")) is None
