"""Records of trade one after another, a page of them in memory."""

from collections.abc import Callable, Collection, Iterator

from gateway.domain.identifiers import Authority
from gateway.domain.published import PublishedPermit
from gateway.exchange.ports.report.trade import CountedAbroad, Key, TradeRecords

_PAGE = 500


def own_permits(
    records: TradeRecords,
    authorities: Collection[Authority],
    progress: Callable[[int], None] = lambda _: None,
    *,
    confirmed: bool = False,
) -> Iterator[PublishedPermit]:
    """Yield our permits in the order they were first published.

    confirmed: only those on which quantities were confirmed.  Raises ServiceUnavailable.
    """
    place = 0
    while page := records.permits_after(place, _PAGE, authorities, confirmed=confirmed):
        place = page[-1][0]
        yield from (published for _, published in page)
        progress(len(page))


def counted_abroad(
    records: TradeRecords, progress: Callable[[int], None] = lambda _: None
) -> Iterator[CountedAbroad]:
    """Yield the foreign permits that our customs counted. Raises ServiceUnavailable."""
    key: Key = ("", "")
    while page := records.counted_after(key, _PAGE):
        key = page[-1].key
        yield from page
        progress(len(page))
