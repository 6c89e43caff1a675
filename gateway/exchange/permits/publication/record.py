"""Record of a publication in the journal: person, file with its digest, and time.

The signed record of each permit says when it changed; this one says from which file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.exchange.canonical_json import canonical, moment
from gateway.exchange.ports import BeginWork, Clock, Exchange, NewId

OPERATION = "Published"


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """A file of national records. name: without folders.  sha256: of its bytes, hex."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class RecordPublication:
    """Use case: record the publication of a file."""

    begin_work: BeginWork
    clock: Clock
    new_id: NewId

    def record(
        self, file: PublishedFile, person: str, changed: Sequence[str], refused: int
    ) -> None:
        """Write the record. changed: numbers of new and changed permits.  refused: records.

        Raises ServiceUnavailable.
        """
        audit = publication_of(self.new_id(), self.clock(), file, person, changed, refused)
        with self.begin_work() as work:
            work.record(audit)
            work.commit()


def publication_of(
    record_id: str,
    at: datetime,
    file: PublishedFile,
    person: str,
    changed: Sequence[str],
    refused: int,
) -> Exchange:
    """The record of a publication; its keys are fixed, as the journal keeps it for years.

    changed: numbers of new and changed permits.  refused: records.
    """
    fields = {
        "v": 1,
        "at": moment(at),
        "person": person,
        "file": file.name,
        "sha256": file.sha256,
        "permits": list(changed),
        "refused": refused,
    }
    return Exchange.own(record_id, OPERATION, at, canonical(fields))
