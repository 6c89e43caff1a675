"""Does this evidence hold? Python 3.9 or later and the package `cryptography` are all it needs; no network, no gateway.

    python verify.py EVIDENCE.zip [--signer SHA256] [--permit NUMBER]

docs/evidence.md of epix-gateway says what is computed here, so that anybody can write another script for it.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
import zipfile
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

PURPOSE = b"epix-gateway journal head\n"


class DoesNotHold(Exception):
    """The reason, as a sentence."""


def sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def main() -> int:
    parser = argparse.ArgumentParser(description="Verify evidence out of the journal of an epix-gateway.")
    parser.add_argument("evidence", help="the ZIP file")
    parser.add_argument("--signer", help="SHA-256 fingerprint of the certificate that the authority says is its own")
    parser.add_argument("--permit", help="tell which records of a period name this permit")
    asked = parser.parse_args()
    try:
        with zipfile.ZipFile(asked.evidence) as bundle:
            verify(bundle, asked.signer, asked.permit)
    except (DoesNotHold, OSError, zipfile.BadZipFile, KeyError, TypeError, ValueError, RuntimeError) as wrong:
        print("DOES NOT HOLD: %s" % (wrong if isinstance(wrong, DoesNotHold) else "the file is damaged (%r)" % wrong))
        return 1
    print("HOLDS")
    return 0


def verify(bundle: zipfile.ZipFile, signer: str | None, permit: str | None) -> None:
    names = bundle.namelist()
    if len(names) != len(set(names)):
        raise DoesNotHold("a file is in it twice")
    heads = verified_heads(bundle.read("heads.jsonl").decode().splitlines(), signer)
    found = 0
    for name in names:
        if name.startswith("records/") and name.endswith("/record.json"):
            verify_record(bundle, name[: -len("record.json")], heads)
            found += 1
    if "batches.jsonl" in names:
        found += verify_batches(bundle.read("batches.jsonl").decode().splitlines(), heads, permit)
    if not found:
        raise DoesNotHold("there is no record in it")


def verified_heads(lines: list[str], wanted: str | None) -> dict[int, Any]:
    """Batch -> what its head says. The heads are a chain without gap, and each is signed."""
    heads: dict[int, Any] = {}
    signers: set[tuple[str, str]] = set()
    previous: tuple[int, str] | None = None
    for line in lines:
        head = json.loads(line)
        text = head["statement"].encode()
        said = json.loads(text)
        if previous is not None:
            batch, digest = previous
            if said["batch"] != batch + 1 or said["previous"] != digest:
                raise DoesNotHold("head %s does not follow head %s" % (said["batch"], batch))
        previous = said["batch"], sha256(text).hex()
        signers.add(verified_signer(head, text, said["batch"]))
        heads[said["batch"]] = said
    if previous is None:
        raise DoesNotHold("there is no head in it")
    for name, fingerprint in sorted(signers):
        print("Signed by %s\n  certificate %s" % (name, fingerprint))
    if wanted is None:
        print(
            "  Ask the authority whether this certificate is its own, and say so with --signer: anybody can make one."
        )
    elif {fingerprint for _, fingerprint in signers} != {wanted.replace(":", "").lower()}:
        raise DoesNotHold("it is not signed with the certificate that --signer names")
    newest = heads[previous[0]]
    print(
        "Heads %d to %d, sealed %s to %s"
        % (min(heads), newest["batch"], heads[min(heads)]["sealed_at"], newest["sealed_at"])
    )
    return heads


def verified_signer(head: dict[str, str], text: bytes, batch: int) -> tuple[str, str]:
    if not head["signature"]:
        raise DoesNotHold("head %s is not signed" % batch)
    certificate = x509.load_pem_x509_certificate(head["certificates"].encode())
    key, signature, message = (
        certificate.public_key(),
        base64.b64decode(head["signature"], validate=True),
        PURPOSE + text,
    )
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
        else:
            raise DoesNotHold("head %s is signed with a key of a kind that is not used" % batch)
    except InvalidSignature:
        raise DoesNotHold("the signature of head %s is not over what stands there" % batch) from None
    return certificate.subject.rfc4514_string(), certificate.fingerprint(hashes.SHA256()).hex()


def verify_record(bundle: zipfile.ZipFile, folder: str, heads: dict[int, Any]) -> None:
    text = bundle.read(folder + "record.json")
    record, proof = json.loads(text), json.loads(bundle.read(folder + "proof.json"))
    if folder != "records/%s/" % record["id"]:
        raise DoesNotHold("the record in %s is %s" % (folder, record["id"]))
    for message in ("request", "answer"):
        if sha256(bundle.read(folder + message + ".bin")).hex() != record[message + "_sha256"]:
            raise DoesNotHold("%s%s.bin is not what the record names" % (folder, message))
    node = sha256(b"\x00" + text)
    for step in proof["path"]:
        side, _, other = step.partition(":")
        other = bytes.fromhex(other)
        node = sha256(b"\x01" + (other + node if side == "left" else node + other))
    head = heads.get(proof["batch"])
    if head is None or node.hex() != head["root"]:
        raise DoesNotHold("record %s is not in the batch that its proof names" % record["id"])
    print("Record %s, sealed in batch %d: %s" % (record["id"], proof["batch"], told(record)))


def verify_batches(lines: list[str], heads: dict[int, Any], permit: str | None) -> int:
    """Every record of every batch of a period: none can be missing, as their number and root are in signed heads."""
    batches: set[int] = set()
    naming: list[dict[str, Any]] = []
    total = 0
    for line in lines:
        batch = json.loads(line)
        texts = [text.encode() for text in batch["records"]]
        head = heads.get(batch["batch"])
        if (
            head is None
            or len(texts) != head["records"]
            or root([sha256(b"\x00" + text) for text in texts]) != head["root"]
        ):
            raise DoesNotHold("the records of batch %s are not those of its head" % batch["batch"])
        batches.add(batch["batch"])
        total += len(texts)
        naming += [record for record in map(json.loads, texts) if permit and record["permit_number"] == permit]
    if batches != set(range(min(batches), max(batches) + 1)):
        raise DoesNotHold("a batch in between is missing")
    first, last = heads[min(batches)], heads[max(batches)]
    print(
        "All %d records of batches %d to %d, begun %s to %s"
        % (total, min(batches), max(batches), first["began"], last["ended"])
    )
    for record in naming:
        print("Record %s names permit %s: %s" % (record["id"], permit, told(record)))
    if permit and not naming:
        print("None of them names permit %s." % permit)
    return total


def root(leaves: list[bytes]) -> str:
    while len(leaves) > 1:
        pairs = [sha256(b"\x01" + leaves[at] + leaves[at + 1]) for at in range(0, len(leaves) - 1, 2)]
        leaves = pairs + leaves[2 * len(pairs) :]
    return leaves[0].hex()


def told(record: dict[str, Any]) -> str:
    who = record["caller"] if record["direction"] == "in" else record["callee"]
    return "%s %s %s, permit %s, partner %s, outcome %s" % (
        record["began_at"],
        record["direction"],
        record["operation"],
        record["permit_number"],
        who,
        record["outcome"],
    )


if __name__ == "__main__":
    sys.exit(main())
