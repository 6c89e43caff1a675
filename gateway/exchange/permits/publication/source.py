"""Publication of a source: each permit of a national source is published, kept, or refused.

A source that cannot be read to its end is found before its first permit is published. Permits are
published in batches, as those of a file are. A permit of national species alone is carried as such:
it is counted and kept beside the gateway's permits, and it is never offered to partners.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from gateway.domain.errors import RecordInvalid
from gateway.exchange.permits.publish import Published
from gateway.exchange.ports import MappedRecord, NationalRecord

PublishAll = Callable[
    [Iterable[NationalRecord | RecordInvalid | None]],
    Iterator[Published | RecordInvalid | None],
]
"""`publish_all` of PublishBatches, or `rehearse_all`."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Outcome of one permit: published, refused, or national, which is neither."""

    record: MappedRecord
    published: Published | None = None
    refused: RecordInvalid | None = None


def outcomes(records: Iterable[MappedRecord], publish_all: PublishAll) -> Iterator[Outcome]:
    """The outcome of each permit, in the order of the records.

    Raises what `publish_all` raises, but RecordInvalid.
    """
    waiting: deque[MappedRecord] = deque()

    def taken() -> Iterator[NationalRecord | RecordInvalid | None]:
        for record in records:
            waiting.append(record)
            yield record.outcome

    for result in publish_all(taken()):
        record = waiting.popleft()
        if isinstance(result, RecordInvalid):
            yield Outcome(record, refused=result)
        else:
            yield Outcome(record, published=result)
