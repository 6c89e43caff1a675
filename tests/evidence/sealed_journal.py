"""A journal of a few records with signed heads, made by hand after docs/evidence.md and not by the code under test."""

import hashlib
import json
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from gateway.evidence.bundle import evidence_file
from gateway.exchange.ports import EvidenceFacts
from tests.pki import NOW, Authority, Identity

JOURNAL = "0191a000-0000-7000-8000-00000000feed"


def canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def at(minute: float) -> str:
    return (NOW + timedelta(minutes=minute)).isoformat(timespec="microseconds")


def identity(number: int) -> str:
    return f"0191a000-0000-7000-8000-{number:012d}"


def record(number: int, **change: object) -> dict[str, object]:
    request, answer = bodies(number)
    return {
        "v": 1, "id": identity(number), "direction": "in", "began_at": at(number), "ended_at": at(number + 0.1),
        "operation": "ConfirmQuantities", "caller": "za", "callee": "MZ", "fingerprint": "ab" * 32,
        "permit_number": f"MZ26EX{number:06d}", "outcome": "ok", "request_sha256": hashlib.sha256(request).hexdigest(),
        "answer_sha256": hashlib.sha256(answer).hexdigest(), **change,
    }  # fmt: skip


def bodies(number: int) -> tuple[bytes, bytes]:
    return f"<request n='{number}'/>".encode(), f"<answer><permit>{number}</permit></answer>".encode()


def hash_of(leaves: Sequence[bytes]) -> bytes:
    """Root, straight from the definition (RFC 9162, section 2.1.1)."""
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + hash_of(leaves[:half]) + hash_of(leaves[half:])).digest()


def path_to(place: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Inclusion proof, straight from the definition (section 2.1.3.1)."""
    if len(leaves) == 1:
        return []
    half = 1 << (len(leaves) - 1).bit_length() - 1
    if place < half:
        return [*path_to(place, leaves[:half]), hash_of(leaves[half:])]
    return [*path_to(place - half, leaves[half:]), hash_of(leaves[:half])]


@dataclass
class Key:
    """Signs as the gateway does."""

    of: Identity

    @property
    def certificate(self) -> bytes:
        return self.of.certificate_file.read_bytes()

    def sign(self, data: bytes) -> bytes:
        return self.of.key.sign(data, ec.ECDSA(hashes.SHA256()))


@dataclass
class SealedJournal:
    """batches: of records.  stamps: head number -> token.  change: head number -> what its statement says instead."""

    folder: Path
    batches: list[list[dict[str, object]]]
    stamps: dict[int, bytes] = field(default_factory=dict)
    change: dict[int, dict[str, object]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.authority = Authority(self.folder, "journal-ca")
        self.key = Key(self.authority.issue("journal", use=None, country="MZ"))
        self.sealed_minutes_later = 60

    def leaves(self, batch: int) -> list[bytes]:
        return [hashlib.sha256(b"\0" + canonical(one)).digest() for one in self.batches[batch - 1]]

    def statements(self) -> list[bytes]:
        made: list[bytes] = []
        total = 0
        for number, records in enumerate(self.batches, 1):
            total += len(records)
            began = sorted(str(one["began_at"]) for one in records)
            said: dict[str, Any] = {
                "v": 1, "journal": JOURNAL, "batch": number, "records": len(records), "total": total,
                "root": hash_of(self.leaves(number)).hex(), "first": records[0]["id"], "last": records[-1]["id"],
                "began": began[0], "ended": began[-1],
                "previous": hashlib.sha256(made[-1]).hexdigest() if made else None, "sealed_at": at(60 * number),
            }  # fmt: skip
            made.append(canonical(said | self.change.get(number, {})))
        return made

    def heads(self, first: int = 1, last: int | None = None) -> Iterator[dict[str, object]]:
        for number, statement in enumerate(self.statements()[:last], 1):
            if number >= first:
                stamp = self.stamps.get(number)
                yield {
                    "statement": statement.decode(),
                    "signature": b64encode(self.key.sign(b"epix-gateway journal head\n" + statement)).decode(),
                    "certificate": hashlib.sha256(self.key.certificate).hexdigest(),
                    "timestamp": b64encode(stamp).decode() if stamp else None,
                }

    def facts(self, **change: object) -> EvidenceFacts:
        said: dict[str, Any] = {
            "kind": "records", "journal": JOURNAL, "made_at": at(200), "newest": len(self.batches), "bodies": True,
            "since": None, "until": None, "permit_number": None, "partner": None, "in_words": "One record.",
        }  # fmt: skip
        return EvidenceFacts(**(said | change))

    def write_records(self, file: Path, *places: tuple[int, int], heads: Any = None, **change: object) -> Path:
        """places: (batch, place) of each."""
        with evidence_file(file) as bundle:
            bundle.add_certificate(self.key.certificate)
            bundle.add_lines("heads.jsonl", heads or self.heads())
            for batch, place in places:
                one = self.batches[batch - 1][place]
                folder = f"records/{one['id']}"
                bundle.add(f"{folder}/record.json", canonical(one))
                proof = {
                    "v": 1, "batch": batch, "place": place, "leaf": self.leaves(batch)[place].hex(),
                    "path": [step.hex() for step in path_to(place, self.leaves(batch))],
                }  # fmt: skip
                bundle.add(f"{folder}/proof.json", canonical(proof))
                if change.get("bodies", True):
                    request, answer = bodies(int(str(one["id"])[-12:]))
                    bundle.add(f"{folder}/request.bin", request)
                    bundle.add(f"{folder}/answer.bin", answer)
                    part = answer[8:-9]
                    bundle.add(f"{folder}/parts/{hashlib.sha256(part).hexdigest()}.xml", part)
            bundle.seal(self.facts(**change), self.key)
        return file

    def write_absence(
        self, file: Path, batches: Sequence[int], *, gone: Sequence[str] = (), first: int = 1, heads: Any = None,
        **change: object,
    ) -> Path:  # fmt: skip
        """batches: whose records are in it.  gone: ids of records that were deleted when their time was over."""
        with evidence_file(file) as bundle:
            bundle.add_certificate(self.key.certificate)
            bundle.add_lines("heads.jsonl", heads or self.heads(first))
            bundle.add_lines(
                "batches.jsonl",
                (
                    {
                        "batch": number,
                        "leaf": leaf.hex(),
                        "record": None if one["id"] in gone else canonical(one).decode(),
                    }
                    for number in batches
                    for leaf, one in zip(self.leaves(number), self.batches[number - 1], strict=True)
                ),
            )
            said = {"since": at(0), "until": at(10), "permit_number": "MZ26EX999999"} | change
            bundle.seal(self.facts(kind="absence", bodies=False, **said), self.key)
        return file
