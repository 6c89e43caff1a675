"""Audit record of a sealing key: fingerprint of its certificate, and since when it is used.

It is signed with that very key, and sealed with the journal like all records.
"""

from dataclasses import dataclass

from gateway.exchange.canonical_json import canonical, moment
from gateway.exchange.journal.records.proof import proof_of
from gateway.exchange.ports import BeginWork, Clock, Exchange, HeadSigner, IntegrityReading, NewId

PURPOSE = b"epix-gateway sealing key\n"
OPERATION = "SealingKeyUsed"
_POSITION = "key"


@dataclass(frozen=True, slots=True)
class RecordKey:
    """Use case: record the key that seals, once. signer: None where no key is configured."""

    signer: HeadSigner | None
    reading: IntegrityReading
    begin_work: BeginWork
    clock: Clock
    new_id: NewId

    def record(self) -> bool:
        """Record the key unless the last one recorded is the same; return whether it was.

        Raises KeyUnusable, ServiceUnavailable.
        """
        if self.signer is None or self.reading.position(_POSITION) == self.signer.fingerprint:
            return False
        at = self.clock()
        message = canonical(
            {"v": 1, "fingerprint": self.signer.fingerprint, "used_from": moment(at)}
        )
        proof = proof_of(self.signer, PURPOSE, message)
        with self.begin_work() as work:
            work.record(Exchange.own(self.new_id(), OPERATION, at, message, proof=proof))
            work.commit()
        self.reading.save_position(_POSITION, self.signer.fingerprint, at)
        return True
