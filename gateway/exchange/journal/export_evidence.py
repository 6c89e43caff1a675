"""Evidence export: a zip file that proves journal records to readers outside this gateway.

The file holds records, their Merkle paths (RFC 9162), the signed heads, the first RFC 3161
time-stamp that covers them, and a verifier.
Source: docs/evidence.md.
"""

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

from gateway.domain import merkle
from gateway.domain.errors import InvalidRequest
from gateway.domain.people.sentence import Sentence
from gateway.exchange.canonical_json import moment
from gateway.exchange.journal.heads import Statement, record_text, statement_of
from gateway.exchange.journal.records.pruning import Prunings
from gateway.exchange.ports import Exchange, Head, HeadVerifier, Leaf, SealedJournal


@dataclass(frozen=True, slots=True)
class ExportEvidence:
    """Use case: export evidence.

    verifier: verifies audit records of removals.  companions: further files of every export, by
    name.
    """

    journal: SealedJournal
    verifier: HeadVerifier
    companions: Mapping[str, bytes]

    def of_record(self, exchange_id: str, out: IO[bytes]) -> None:
        """Write a record with both messages, its Merkle path, and the heads from its batch on.

        Raises InvalidRequest where the record is not sealed, differs from what was sealed, or was
        removed (with when and why); ServiceUnavailable.
        """
        proved = self._proved(exchange_id, Prunings(self.journal, self.verifier))
        with self._open(out, proved.batch, proved.batch) as bundle:
            proved.write(bundle)

    def of_period(self, since: datetime, until: datetime, out: IO[bytes]) -> int:
        """Write every record, without messages, of every batch that touches a period.

        since, until: aware; until is exclusive.
        The heads begin with the last one before the period, so that a missing batch is noticed.
        Returns the number of records. Raises InvalidRequest where the period is not wholly sealed
        yet, ServiceUnavailable.
        """
        if since >= until:
            raise InvalidRequest("The period ends before it begins.")
        if strays := self.journal.strays(until):
            raise InvalidRequest(
                f"{len(strays)} exchanges from before the end of the period are not sealed yet."
            )
        statements = list(self._statements())
        if not statements or statements[-1].sealed_at < moment(until):
            newest = statements[-1].sealed_at if statements else "nowhere yet"
            raise InvalidRequest(
                f"The period must end before the newest seal, and that is of {newest}."
            )
        first = max(
            (
                each.batch
                for each in takewhile(lambda each: each.sealed_at < moment(since), statements)
            ),
            default=1,
        )
        prunings, removals = Prunings(self.journal, self.verifier), set[str]()
        batches = [each.batch for each in statements if _touches(each, since, until)]
        count = 0
        with self._open(out, first, batches[-1] if batches else first) as bundle:
            with bundle.open("batches.jsonl", "w", force_zip64=True) as lines:
                for batch in batches:
                    records = [
                        _batch_entry(leaf, prunings, removals)
                        for leaf in self.journal.leaves(batch)
                    ]
                    lines.write(json.dumps({"batch": batch, "records": records}).encode() + b"\n")
                    count += len(records)
            for identity in sorted(removals):
                self._proved(identity, prunings).write(bundle)
        return count

    def _proved(self, exchange_id: str, prunings: Prunings) -> "_Proved":
        batch = self.journal.batch_of(exchange_id)
        if batch is None:
            raise InvalidRequest(
                Sentence(
                    "This exchange is not sealed, or not in the journal; it is sealed within"
                    " seconds."
                )
            )
        leaves = list(self.journal.leaves(batch))
        place = next(i for i, leaf in enumerate(leaves) if leaf.exchange_id == exchange_id)
        if leaves[place].is_gone and (found := prunings.of(leaves[place])):
            raise InvalidRequest(
                Sentence("This exchange {removed}", {"removed": found[1].sentence})
            )
        path = merkle.path([leaf.hash for leaf in leaves], place)
        return _Proved(_unchanged(leaves[place]), batch, path)

    def _open(self, out: IO[bytes], batch: int, last: int) -> ZipFile:
        """Open the zip file; write heads from `batch` on and the first time-stamp over `last`."""
        heads = list(self.journal.heads(batch))
        if not heads[-1].signature:
            raise InvalidRequest(
                Sentence(
                    "Nobody signs this journal: evidence needs a key in [seal] of"
                    " conf/gateway.toml."
                )
            )
        bundle = ZipFile(out, "w", ZIP_DEFLATED)
        for name, content in self.companions.items():
            bundle.writestr(name, content)
        bundle.writestr("heads.jsonl", _lines(heads))
        for head in [head for head in heads if head.batch >= last and head.timestamp][:1]:
            bundle.writestr(f"stamps/{head.batch}.json", head.statement)
            bundle.writestr(f"stamps/{head.batch}.tsr", head.timestamp)
        return bundle

    def _statements(self) -> Iterator[Statement]:
        for head in self.journal.heads():
            try:
                yield statement_of(head.statement)
            except ValueError:
                raise _changed() from None


@dataclass(frozen=True, slots=True)
class _Proved:
    """A record with its Merkle path to the root of its batch."""

    record: Exchange
    batch: int
    path: Sequence[tuple[bool, bytes]]

    def write(self, bundle: ZipFile) -> None:
        steps = [f"{'left' if left else 'right'}:{hash_.hex()}" for left, hash_ in self.path]
        folder = f"records/{self.record.id}/"
        bundle.writestr(f"{folder}record.json", record_text(self.record))
        bundle.writestr(f"{folder}request.bin", self.record.request)
        bundle.writestr(f"{folder}answer.bin", self.record.answer)
        bundle.writestr(f"{folder}proof.json", json.dumps({"batch": self.batch, "path": steps}))


def _batch_entry(leaf: Leaf, prunings: Prunings, removals: set[str]) -> str | dict[str, str]:
    """Return the text of a record, or id and leaf of a removed one.

    removals: receives the id of the audit record of the removal.
    """
    if leaf.is_gone and (found := prunings.of(leaf)):
        removals.add(found[0])
        return {"id": leaf.exchange_id, "leaf": leaf.hash.hex()}
    return record_text(_unchanged(leaf)).decode()


def _unchanged(leaf: Leaf) -> Exchange:
    if leaf.record is None or merkle.leaf(record_text(leaf.record)) != leaf.hash:
        raise _changed()
    return leaf.record


def _changed() -> InvalidRequest:
    return InvalidRequest(
        "The journal is not as it was sealed: `epix-gateway journal verify` names what was changed."
    )


def _touches(statement: Statement, since: datetime, until: datetime) -> bool:
    if statement.began is None or statement.ended is None:
        return False
    return statement.began < moment(until) and statement.ended >= moment(since)


def _lines(heads: Sequence[Head]) -> str:
    return "".join(
        json.dumps(
            {
                "statement": head.statement.decode(),
                "signature": b64encode(head.signature).decode(),
                "certificates": head.certificates.decode(),
            }
        )
        + "\n"
        for head in heads
    )
