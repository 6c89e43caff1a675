"""Audit record of a removal: signed, with the leaf of every removed record.

The record is sealed with the journal like all others. With it `journal verify` tells a removal
under the retention rule from a record that was deleted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gateway.domain.errors import TrustRefused
from gateway.domain.people.sentence import Sentence
from gateway.exchange.canonical_json import canonical, moment, parse_json
from gateway.exchange.journal.records.proof import proof_of, require_signed
from gateway.exchange.ports import Exchange, HeadSigner, HeadVerifier, Leaf, SealedJournal

PURPOSE = b"epix-gateway journal pruning\n"
"""Prefix of the signed text (domain separation): the signature of a head does not fit a removal."""

OPERATION = "JournalPruned"

_CACHE_SIZE = 32


@dataclass(frozen=True, slots=True)
class Pruning:
    """A removal of journal records.

    at: as `moment` writes it.  years: the retention rule of that time.
    records: id -> leaf, hex.  contents: SHA-256 of the stored parts removed with the records,
    except parts that other records refer to.
    """

    at: str
    person: str
    reason: str
    years: int
    records: Mapping[str, str]
    contents: Sequence[str]

    def text(self) -> bytes:
        """Return the bytes that are signed."""
        return canonical(
            {"v": 1, **{name: getattr(self, name) for name in self.__dataclass_fields__}}
        )

    @property
    def sentence(self) -> Sentence:
        """When, by whom and why, for a person."""
        return Sentence(
            "was removed on {day} by {person}: {reason}",
            {"day": self.at[:10], "person": self.person, "reason": self.reason},
        )

    def exchange(self, identity: str, signer: HeadSigner) -> Exchange:
        """Return the signed audit record. Raises KeyUnusable."""
        text, at = self.text(), datetime.fromisoformat(self.at)
        proof = proof_of(signer, PURPOSE, text)
        return Exchange.own(identity, OPERATION, at, text, proof=proof)


def pruning_of(exchange: Exchange, verifier: HeadVerifier) -> Pruning:
    """Parse and verify an audit record of a removal.

    Raises ValueError where it is no such record, TrustRefused where its signature does not hold.
    """
    try:
        fields = parse_json(exchange.request)
        if fields.pop("v") != 1:
            raise ValueError("another version")
        pruning = Pruning(**fields)
        at = datetime.fromisoformat(pruning.at)
        is_canonical = pruning.text() == exchange.request and moment(exchange.began_at) == moment(
            at
        )
    except (TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError("not a record of a deletion") from error
    if not is_canonical:
        raise ValueError("not as such a record is written")
    require_signed(exchange, PURPOSE, verifier, at)
    return pruning


@dataclass(slots=True)
class Prunings:
    """Finds the audit record for a removed record; caches the last ones it has read (FIFO)."""

    journal: SealedJournal
    verifier: HeadVerifier
    _read: dict[str, Pruning | None] = field(default_factory=dict, init=False)

    def of(self, leaf: Leaf) -> tuple[str, Pruning] | None:
        """Return id and content of the audit record that names a leaf; None where there is none."""
        for identity in leaf.removed_by:
            pruning = self._pruning(identity)
            if pruning and pruning.records.get(leaf.exchange_id) == leaf.hash.hex():
                return identity, pruning
        return None

    def sentence(self, exchange_id: str) -> str | None:
        """Return when and why an exchange was removed; None where no valid audit record says so.

        Raises ServiceUnavailable.
        """
        batch = self.journal.batch_of(exchange_id)
        leaves = self.journal.leaves(batch) if batch is not None else iter(())
        leaf = next(
            (leaf for leaf in leaves if leaf.exchange_id == exchange_id and leaf.is_gone), None
        )
        found = self.of(leaf) if leaf else None
        return str(found[1].sentence) if found else None

    def is_valid(self, record: Exchange) -> bool:
        """Whether an audit record of a removal is well formed and signed by this gateway."""
        try:
            pruning_of(record, self.verifier)
        except (ValueError, TrustRefused):
            return False
        return True

    def _pruning(self, identity: str) -> Pruning | None:
        if identity not in self._read:
            if len(self._read) >= _CACHE_SIZE:
                del self._read[next(iter(self._read))]
            record = next(self.journal.records([identity]), None)
            try:
                self._read[identity] = pruning_of(record, self.verifier) if record else None
            except (ValueError, TrustRefused):
                self._read[identity] = None
        return self._read[identity]
