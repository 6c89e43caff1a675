"""How does the journal say what was removed from it? In a signed record of its own, which is sealed like all others."""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gateway.domain.errors import TrustRefused
from gateway.exchange.journal_heads import canonical, moment, said_in
from gateway.exchange.own_records import own_record
from gateway.exchange.ports import Exchange, HeadSigner, HeadVerifier, Leaf, SealedJournal

PURPOSE = b"epix-gateway journal pruning\n"
"""Stands before the statement that is signed, so that no signature of a head passes for one."""

OPERATION = "JournalPruned"

_READ_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Pruning:
    """records: id -> its leaf, hex.  contents: SHA-256 of what went with them, unless other records name it.

    years: the rule of that time.
    """

    at: str
    person: str
    reason: str
    years: int
    records: Mapping[str, str]
    contents: Sequence[str]

    def text(self) -> bytes:
        """The bytes that are signed."""
        return canonical({"v": 1, **{name: getattr(self, name) for name in self.__dataclass_fields__}})

    @property
    def sentence(self) -> str:
        """When and why, for a person."""
        return f"was removed on {self.at[:10]} by {self.person}: {self.reason}"

    def exchange(self, identity: str, signer: HeadSigner) -> Exchange:
        """As a record of the journal. Raises KeyUnusable."""
        text, at = self.text(), datetime.fromisoformat(self.at)
        seal = {
            "signature": b64encode(signer.sign(PURPOSE + text)).decode(),
            "certificates": signer.certificates.decode(),
        }
        return own_record(identity, OPERATION, at, text, json.dumps(seal).encode())


def pruning_of(exchange: Exchange, verifier: HeadVerifier) -> Pruning:
    """What the record says. Raises ValueError where it is no such record, TrustRefused where it is not signed by us."""
    try:
        said, seal = said_in(exchange.request), said_in(exchange.answer)
        if said.pop("v") != 1:
            raise ValueError("another version")
        pruning = Pruning(**said)
        at = datetime.fromisoformat(pruning.at)
        signature, certificates = b64decode(seal["signature"], validate=True), seal["certificates"].encode()
        is_ours = pruning.text() == exchange.request and moment(exchange.began_at) == moment(at)
    except (TypeError, KeyError, AttributeError, RecursionError) as wrong:
        raise ValueError("not a record of a deletion") from wrong
    if not is_ours:
        raise ValueError("not as such a record is written")
    verifier.signer(PURPOSE + exchange.request, signature, certificates, at)
    return pruning


@dataclass(slots=True)
class Prunings:
    """Finds the record that says why another is not there any more. Keeps those it read last."""

    journal: SealedJournal
    verifier: HeadVerifier
    _read: dict[str, Pruning | None] = field(default_factory=dict, init=False)

    def of(self, leaf: Leaf) -> tuple[str, Pruning] | None:
        """Id of the record, and what it says; None where no record of ours names this very leaf."""
        for identity in leaf.removed_by:
            pruning = self._pruning(identity)
            if pruning and pruning.records.get(leaf.exchange_id) == leaf.hash.hex():
                return identity, pruning
        return None

    def sentence(self, exchange_id: str) -> str | None:
        """When and why that exchange was removed; None where it was not, or none of our records says so.

        Raises ServiceUnavailable.
        """
        batch = self.journal.batch_of(exchange_id)
        leaves = self.journal.leaves(batch) if batch is not None else iter(())
        leaf = next((leaf for leaf in leaves if leaf.exchange_id == exchange_id and leaf.is_gone), None)
        found = self.of(leaf) if leaf else None
        return found[1].sentence if found else None

    def holds(self, record: Exchange) -> bool:
        """Whether a record that says it is of a deletion is signed by us."""
        try:
            pruning_of(record, self.verifier)
        except (ValueError, TrustRefused):
            return False
        return True

    def _pruning(self, identity: str) -> Pruning | None:
        if identity not in self._read:
            if len(self._read) >= _READ_AT_ONCE:
                del self._read[next(iter(self._read))]
            record = next(self.journal.records([identity]), None)
            try:
                self._read[identity] = pruning_of(record, self.verifier) if record else None
            except (ValueError, TrustRefused):
                self._read[identity] = None
        return self._read[identity]
