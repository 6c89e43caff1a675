"""Publication of a source: each permit of a national source is published, kept, or refused.

A source that cannot be read to its end is found before its first permit is published. Each permit
is a transaction of its own. A permit of national species alone is carried as such: it is counted
and kept beside the gateway's permits, and it is never offered to partners.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gateway.domain.errors import RecordInvalid
from gateway.exchange.permits.publish import Published
from gateway.exchange.ports import MappedRecord, NationalRecord


@dataclass(frozen=True, slots=True)
class Outcome:
    """Outcome of one permit: published, refused, or national, which is neither."""

    record: MappedRecord
    published: Published | None = None
    refused: RecordInvalid | None = None


def outcomes(
    records: Iterator[MappedRecord], publish: Callable[[NationalRecord], Published]
) -> Iterator[Outcome]:
    """The outcome of each permit. publish: of PublishPermit, or its rehearsal.

    Raises what `publish` raises, but RecordInvalid.
    """
    for record in records:
        if isinstance(record.outcome, RecordInvalid):
            yield Outcome(record, refused=record.outcome)
        elif record.outcome is None:
            yield Outcome(record)
        else:
            try:
                yield Outcome(record, published=publish(record.outcome))
            except RecordInvalid as refusal:
                yield Outcome(record, refused=refusal)
