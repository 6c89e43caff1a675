"""Record of a publication in the journal: person, file with its digest, and time.

The signed record of each permit says when it changed; this one says from which file.
"""

from collections.abc import Sequence
from dataclasses import dataclass

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

        Its keys are fixed, as the journal keeps it for years. Raises ServiceUnavailable.
        """
        at = self.clock()
        fields = {
            "v": 1,
            "at": moment(at),
            "person": person,
            "file": file.name,
            "sha256": file.sha256,
            "permits": list(changed),
            "refused": refused,
        }
        with self.begin_work() as work:
            work.record(Exchange.own(self.new_id(), OPERATION, at, canonical(fields)))
            work.commit()
