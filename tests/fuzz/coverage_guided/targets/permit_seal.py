"""Permit seals: a document and its seal; valid is only what the authority sealed.

Input: a seal, a separator, a document; further seals after further separators.
"""

from pathlib import Path

from adapters.registry import formats
from gateway.crypto.permit_seal.sign import PermitSealer
from gateway.crypto.permit_seal.verify import PermitSealVerifier
from gateway.domain.errors import DocumentInvalid
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.verdict import SealStatus
from tests.builders import a_permit
from tests.crypto.permit_seal.seal_pki import NOON
from tests.fuzz.campaign import Broken
from tests.fuzz.coverage_guided.identities import identity
from tests.fuzz.coverage_guided.target import SEPARATOR, Target
from tests.fuzz.refusals import only

_LONGEST_REASON = 300


def make(_folder: Path) -> Target:
    """A verifier for the permits of Mozambique, and permits that its authority sealed."""
    ca = identity("seal CA", "MZ", NOON, ca=True)
    below = identity("seal CA below", "MZ", NOON, ca, ca=True)
    chains = [
        (identity("seal", "MZ", NOON, ca),),
        (identity("seal below", "MZ", NOON, below), below),
    ]
    verifier = PermitSealVerifier((ca.certificate,), IsoCountryCode("MZ"), lambda: NOON)
    readers = formats()
    documents = [reader.write(a_permit()) for reader in readers.values()]
    documents.append(readers["v2"].write(a_permit("MZ26EX000002")))
    seeds = []
    for document in documents:
        for chain in chains:
            certificates = tuple(each.certificate for each in chain)
            sealer = PermitSealer(chain[0].key, certificates, lambda: NOON)
            seeds.append(sealer.seal(document) + SEPARATOR + document)
    genuine = {_judged(verifier, seed)[1] for seed in seeds}
    if None in genuine or len(genuine) != len(documents):
        raise Broken("a seal of our own does not verify", b"")

    def attempt(data: bytes) -> str:
        status, verified = _judged(verifier, data)
        if (status is SealStatus.SEALED_VALID) != (verified is not None):
            raise Broken("a document without a valid seal is handed on", data)
        if verified is not None and verified not in genuine:
            raise Broken("a document is valid that was never sealed", data)
        if verified is not None:
            with only(DocumentInvalid, data):
                readers["v2" if b"/v2/" in verified else "v1"].read(verified)
        return status.value

    return Target(
        attempt,
        [*seeds, seeds[0] + SEPARATOR + seeds[0].partition(SEPARATOR)[0]],
        tuple(
            f"gateway/crypto/{name}.py"
            for name in ("xml", "trust", "policy", "permit_seal/structure", "permit_seal/verify")
        ),
    )


def _judged(verifier: PermitSealVerifier, data: bytes) -> tuple[SealStatus, bytes | None]:
    seal, _, rest = data.partition(SEPARATOR)
    document, *further = rest.split(SEPARATOR)
    judgement = verifier.judge(document, [seal, *further])
    if len(judgement.verdict.reason) > _LONGEST_REASON:
        raise Broken("a reason that nobody reads to its end", data)
    return judgement.verdict.at_issue, judgement.document
