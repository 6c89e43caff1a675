"""Verifier of evidence: signed journal heads, Merkle proofs of records, complete periods.

It needs Python 3.9 or later and the package `cryptography`; no network and no gateway.

    python verify.py EVIDENCE.zip [--signer SHA256]...
    python verify.py EVIDENCE.zip [--signer SHA256]... --from DATE --to DATE \\
        [--permit NUMBER] [--caller KEY]

Exit status 0 if the evidence holds, 1 if it does not, 2 for a wrong call, 3 if it holds and no
--signer said whose it must be: then it may be of a gateway that only looks like the authority's.
Source: docs/evidence.md of epix-gateway specifies the computation, for independent verifiers.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import sys
import zipfile
from datetime import datetime, timezone
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

HEAD_PREFIX = b"epix-gateway journal head\n"
PRUNING_PREFIX = b"epix-gateway journal pruning\n"
"""Signed before each message, so that a signature for one purpose is none for another."""
DIGEST_PREFIX = b"epix-gateway digest of a message that is not kept\n"
"""Begins what stands in place of a refused request of which size and SHA-256 are kept."""

HOLDS, DOES_NOT_HOLD, SIGNER_NOT_CHECKED = 0, 1, 3
"""Exit statuses. 2 is argparse's, for a wrong call."""


MOST_TIMES_UNPACKED = 100
"""How many times its size evidence may unpack to: heads take 9, records 5 (measured)."""
FREELY_UNPACKED = 64 * 1024 * 1024
"""Bytes below which the proportion does not matter."""


class VerificationFailed(Exception):
    """The evidence does not hold. The reason is a sentence."""


def sha256(content: bytes) -> bytes:
    """SHA-256 digest, 32 bytes."""
    return hashlib.sha256(content).digest()


class Arguments(argparse.Namespace):
    """Arguments of the command line.

    The reader gives the period. It is not taken from the file, which may have been shortened.
    """

    evidence: str
    signer: list[str]
    since: datetime | None
    until: datetime | None
    permit: str | None
    caller: str | None


def main() -> int:
    """Verify the file that the command line names. Returns the exit status."""
    parser = command_line()
    arguments = parser.parse_args(namespace=Arguments())
    try:
        with zipfile.ZipFile(arguments.evidence) as bundle:
            require_fitting(parser, arguments, of_period="batches.jsonl" in bundle.namelist())
            require_proportion(bundle, os.path.getsize(arguments.evidence))  # noqa: PTH202
            verify(bundle, arguments)
    except VerificationFailed as failure:
        show("DOES NOT HOLD: " + str(failure))
        return DOES_NOT_HOLD
    except Exception as error:  # noqa: BLE001 - bytes of strangers may fail in any parser
        show("DOES NOT HOLD: the file is damaged (%r)" % error)
        return DOES_NOT_HOLD
    if not arguments.signer:
        show("HOLDS, BUT THE SIGNER WAS NOT CHECKED: anybody can make such a file. Use --signer.")
        return SIGNER_NOT_CHECKED
    show("HOLDS")
    return HOLDS


def command_line() -> argparse.ArgumentParser:
    """The parser of the command line."""
    parser = argparse.ArgumentParser(
        description="Verify evidence out of the journal of an epix-gateway."
    )
    parser.add_argument("evidence", help="the ZIP file")
    parser.add_argument(
        "--signer",
        action="append",
        default=[],
        metavar="SHA256",
        help="fingerprint of the certificate that the authority says is its own; again for each"
        " that it has had",
    )
    parser.add_argument(
        "--from", dest="since", type=moment, metavar="DATE", help="begin of the period, UTC"
    )
    parser.add_argument(
        "--to", dest="until", type=moment, metavar="DATE", help="end of the period, UTC, not in"
    )
    parser.add_argument("--permit", help="tell which records of the period name this permit")
    parser.add_argument(
        "--caller", help="tell which records of the period are of questions by this partner"
    )
    return parser


def require_fitting(
    parser: argparse.ArgumentParser, arguments: Arguments, *, of_period: bool
) -> None:
    """Exit with status 2 where the arguments are not those for this kind of evidence."""
    if of_period == (arguments.since is None or arguments.until is None):
        parser.error(
            "evidence of a period, and no other, is verified with --from and --to: say which you"
            " mean"
        )
    if not of_period and (arguments.permit or arguments.caller):
        parser.error("this evidence is of one exchange: --permit and --caller are for a period")


def show(text: str) -> None:
    """Print a line without control characters: text of strangers must not control the terminal."""
    print("".join(letter if letter.isprintable() else "?" for letter in text))


def moment(text: str) -> datetime:
    """The moment of an ISO 8601 text; UTC where it names no zone."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=timezone.utc)


def require_proportion(bundle: zipfile.ZipFile, size: int) -> None:
    """Refuse a file that unpacks to far more than evidence of its size does (ZIP bomb).

    size: of the file, in bytes.  Raises VerificationFailed.
    """
    unpacked = sum(info.file_size for info in bundle.infolist())
    if unpacked > max(FREELY_UNPACKED, MOST_TIMES_UNPACKED * size):
        raise VerificationFailed(
            "it unpacks to %d bytes, far more than evidence of %d bytes does" % (unpacked, size)
        )


def verify(bundle: zipfile.ZipFile, arguments: Arguments) -> None:
    """Verify everything in the file. Raises VerificationFailed, or any error for damaged bytes."""
    names = bundle.namelist()
    if len(names) != len(set(names)):
        raise VerificationFailed("a file is in it twice")
    heads = verified_heads(bundle.read("heads.jsonl").decode().split("\n")[:-1], arguments.signer)
    for name in names:
        if name.startswith("stamps/") and name.endswith(".tsr"):
            verify_time_stamp(bundle, name, heads)
    found = 0
    removed: dict[str, str] = {}
    for name in names:
        if name.startswith("records/") and name.endswith("/record.json"):
            folder = name[: -len("record.json")]
            record = verify_record(bundle, folder, heads)
            if record["direction"] == "own":
                removed.update(verified_removal(bundle, folder, record, arguments.signer))
            found += 1
    if arguments.since and arguments.until:
        lines = bundle.read("batches.jsonl").decode().split("\n")[:-1]
        verify_period(lines, heads, removed, arguments, arguments.since, arguments.until)
    elif not found:
        raise VerificationFailed("there is no record in it")


def verified_heads(lines: list[str], wanted: list[str]) -> dict[int, Any]:
    """Batch number -> statement of its head. The heads form a hash chain without gap.

    From the first signed head on, all heads must be signed. Earlier heads are covered by the hash
    chain, which the first signed head includes.
    wanted: fingerprints that may sign; empty for any.
    """
    heads: dict[int, Any] = {}
    signers: dict[str, str] = {}
    unsigned: list[int] = []
    previous: tuple[int, str] | None = None
    for line in lines:
        head = json.loads(line)
        text = head["statement"].encode()
        said = json.loads(text)
        require_next(said, previous)
        previous = said["batch"], sha256(text).hex()
        heads[said["batch"]] = said
        if head["signature"]:
            fingerprint, name = verified_signer(
                head, HEAD_PREFIX + text, said["sealed_at"], "head %s" % said["batch"]
            )
            signers[fingerprint] = name
        elif signers:
            raise VerificationFailed(
                "head %s is not signed, although one before it is" % said["batch"]
            )
        else:
            unsigned.append(said["batch"])
    if previous is None or not signers:
        raise VerificationFailed("there is no signed head in it")
    show_signers(signers, wanted)
    require_named(set(signers), wanted)
    if unsigned:
        show(
            "Heads %d to %d are not signed; head %d is, and vouches for them"
            % (unsigned[0], unsigned[-1], unsigned[-1] + 1)
        )
    first, newest = heads[min(heads)], heads[previous[0]]
    show(
        "Heads %d to %d, sealed %s to %s"
        % (first["batch"], newest["batch"], first["sealed_at"], newest["sealed_at"])
    )
    show("newest head: %d %s" % previous)
    return heads


def require_next(said: dict[str, Any], previous: tuple[int, str] | None) -> None:
    """Raise VerificationFailed unless a statement names the head before it, number and digest."""
    if previous is None:
        return
    if (said["batch"], said["previous"]) != (previous[0] + 1, previous[1]):
        raise VerificationFailed("head %s does not follow head %s" % (said["batch"], previous[0]))


def show_signers(signers: dict[str, str], wanted: list[str]) -> None:
    """Print fingerprint and name of each signer, and advice where none was asked for."""
    for fingerprint, name in signers.items():
        show("Signed by %s" % name)
        show("  certificate %s" % fingerprint)
    if not wanted:
        show(
            "  Ask the authority whether this certificate is its own, and say so with --signer:"
            " anybody can make one."
        )


def verify_time_stamp(bundle: zipfile.ZipFile, name: str, heads: dict[int, Any]) -> None:
    """Check that a time-stamp (RFC 3161) is over the head beside it.

    Its signer and its time are for OpenSSL to verify; the command is printed.
    """
    statement = bundle.read(name[: -len("tsr")] + "json")
    said = json.loads(statement)
    if heads.get(said["batch"]) != said or name != "stamps/%d.tsr" % said["batch"]:
        raise VerificationFailed("%s stands beside no head of the file" % name)
    if sha256(statement) not in bundle.read(name):
        raise VerificationFailed("%s is not over the head it stands beside" % name)
    show(
        "Time-stamp %s names head %d. Who made it, and when, this script cannot verify; unpack it"
        " and ask:" % (name, said["batch"])
    )
    show(
        "  openssl ts -verify -data stamps/%d.json -in %s -CAfile CA-OF-THE-TIME-STAMPS.pem"
        % (said["batch"], name)
    )
    show("  openssl ts -reply -in %s -text" % name)


def require_named(signers: set[str], wanted: list[str]) -> None:
    """Raise VerificationFailed for a signer outside `wanted`, unless that is empty."""
    unnamed = signers - {each.replace(":", "").lower() for each in wanted}
    if wanted and unnamed:
        raise VerificationFailed(
            "it is signed with a certificate that no --signer names: %s"
            % ", ".join(sorted(unnamed))
        )


def verified_signer(signed: dict[str, str], message: bytes, at: str, label: str) -> tuple[str, str]:
    """Fingerprint and name of the certificate whose signature over `message` is verified.

    at: time of signing, at which the certificate must be valid.
    label: name of the signed thing, for the sentence of a failure.
    Raises VerificationFailed.
    """
    certificate = x509.load_pem_x509_certificate(signed["certificates"].encode())
    if not certificate.not_valid_before_utc <= moment(at) <= certificate.not_valid_after_utc:
        raise VerificationFailed(
            "%s was signed at %s, when its certificate was not valid" % (label, at)
        )
    key, signature = certificate.public_key(), base64.b64decode(signed["signature"], validate=True)
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
        elif isinstance(key, rsa.RSAPublicKey) and key.key_size >= 2048:
            key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
        else:
            raise VerificationFailed(
                "%s is signed with a key of a kind or size that is not used" % label
            )
    except InvalidSignature:
        raise VerificationFailed(
            "the signature of %s is not over what stands there" % label
        ) from None
    return certificate.fingerprint(hashes.SHA256()).hex(), certificate.subject.rfc4514_string()


def verify_record(bundle: zipfile.ZipFile, folder: str, heads: dict[int, Any]) -> dict[str, Any]:
    """The record in a folder, verified with its messages and its Merkle proof (RFC 9162).

    Raises VerificationFailed.
    """
    text = bundle.read(folder + "record.json")
    record: dict[str, Any] = json.loads(text)
    proof = json.loads(bundle.read(folder + "proof.json"))
    if folder != "records/%s/" % record["id"]:
        raise VerificationFailed("the record in %s is %s" % (folder, record["id"]))
    for message in ("request", "answer"):
        if sha256(bundle.read(folder + message + ".bin")).hex() != record[message + "_sha256"]:
            raise VerificationFailed("%s%s.bin is not what the record names" % (folder, message))
    node = sha256(b"\x00" + text)
    for step in proof["path"]:
        side, _, other = step.partition(":")
        other = bytes.fromhex(other)
        node = sha256(b"\x01" + (other + node if side == "left" else node + other))
    head = heads.get(proof["batch"])
    if head is None or node.hex() != head["root"]:
        raise VerificationFailed(
            "record %s is not in the batch that its proof names" % record["id"]
        )
    show("Record %s, sealed in batch %d: %s" % (record["id"], proof["batch"], described(record)))
    request = bundle.read(folder + "request.bin")
    if request.startswith(DIGEST_PREFIX):
        kept = json.loads(request[len(DIGEST_PREFIX) :])
        show(
            "  its request was refused and is not kept: %d bytes, SHA-256 %s"
            % (kept["bytes"], kept["sha256"])
        )
    return record


def verified_removal(
    bundle: zipfile.ZipFile, folder: str, record: dict[str, Any], wanted: list[str]
) -> dict[str, str]:
    """Record id -> leaf of each record that a signed pruning record names as removed."""
    text = bundle.read(folder + "request.bin")
    said, what = json.loads(text), "record %s" % record["id"]
    signer, name = verified_signer(
        json.loads(bundle.read(folder + "answer.bin")), PRUNING_PREFIX + text, said["at"], what
    )
    require_named({signer}, wanted)
    show("  it is signed by %s, certificate %s" % (name, signer))
    show(
        "  it says that %d records were removed, by %s: %s"
        % (len(said["records"]), said["person"], said["reason"])
    )
    records: dict[str, str] = said["records"]
    return records


def verify_period(
    lines: list[str],
    heads: dict[int, Any],
    removed: dict[str, str],
    arguments: Arguments,
    since: datetime,
    until: datetime,
) -> None:
    """Verify that all records that began in the period are in the file.

    The signed head of each batch holds the number and the Merkle root of its records.
    removed: record id -> leaf of each record that a signed pruning record names as removed.
    Raises VerificationFailed.
    """
    verify_span(heads, since, until)
    batches = {batch["batch"]: batch["records"] for batch in map(json.loads, lines)}
    for number, head in heads.items():
        if number not in batches and head["records"] and touches(head, since, until):
            raise VerificationFailed("batch %s touches the period and is missing" % number)
    records: list[dict[str, Any]] = []
    removed_count = 0
    for number, found in batches.items():
        leaves = [leaf(each, removed) for each in found]
        head = heads.get(number)
        if head is None or len(leaves) != head["records"] or root(leaves) != head["root"]:
            raise VerificationFailed("the records of batch %s are not those of its head" % number)
        texts = [each for each in found if isinstance(each, str)]
        removed_count += len(found) - len(texts)
        records += [
            record
            for record in map(json.loads, texts)
            if since <= moment(record["began_at"]) < until
        ]
    show_period(records, removed_count, arguments, since, until)


def show_period(
    records: list[dict[str, Any]],
    removed_count: int,
    arguments: Arguments,
    since: datetime,
    until: datetime,
) -> None:
    """Print how many records began in the period, and those that the arguments ask for."""
    show(
        "All %d records that began from %s to %s"
        % (len(records), since.isoformat(), until.isoformat())
    )
    if removed_count:
        show(
            "but for %d, of that time or just outside, that were removed: nobody can tell what they"
            " named." % removed_count
        )
    exchanges = [record for record in records if record["direction"] != "own"]
    if arguments.permit is not None:
        show_named(exchanges, "permit_number", arguments.permit, removed_count)
    if arguments.caller is not None:
        show_named(exchanges, "caller", arguments.caller, removed_count)


def verify_span(heads: dict[int, Any], since: datetime, until: datetime) -> None:
    """Verify that the heads cover the period. Raises VerificationFailed."""
    first, newest = heads[min(heads)], heads[max(heads)]
    if first["batch"] != 1 and moment(first["sealed_at"]) >= since:
        raise VerificationFailed("its heads begin within the period: batches before may be missing")
    if moment(newest["sealed_at"]) < until:
        raise VerificationFailed(
            "its newest head was sealed at %s, before the period ends" % newest["sealed_at"]
        )


def touches(head: dict[str, Any], since: datetime, until: datetime) -> bool:
    """Whether the batch of the head may hold a record that began in the period."""
    return moment(head["began"]) < until and moment(head["ended"]) >= since


def show_named(exchanges: list[dict[str, Any]], field: str, value: str, removed_count: int) -> None:
    """Print each exchange whose field has the value, and the number of those without the field."""
    what = field.split("_")[0]
    naming = [record for record in exchanges if record[field] == value]
    for record in naming:
        show("Record %s names %s %s: %s" % (record["id"], what, value, described(record)))
    if not naming:
        rest = "those that are left" if removed_count else "them"
        show("None of %s names %s %s." % (rest, what, value))
    unnamed = sum(record[field] is None for record in exchanges)
    if unnamed:
        show(
            "%d of them name no %s at all, as what was asked for was not known, or was not"
            " understood." % (unnamed, what)
        )


def leaf(record: Any, removed: dict[str, str]) -> bytes:
    """Leaf of the Merkle tree for a record: a text, or id and leaf of a record that was removed.

    Raises VerificationFailed for a record that no signed pruning record names.
    """
    if isinstance(record, str):
        return sha256(b"\x00" + record.encode())
    if removed.get(record["id"]) != record["leaf"]:
        raise VerificationFailed(
            "record %s is missing, and nothing signed says that it was removed" % record["id"]
        )
    return bytes.fromhex(record["leaf"])


def root(leaves: list[bytes]) -> str:
    """Merkle root of the leaves, in hexadecimal digits (RFC 9162, section 2.1)."""
    while len(leaves) > 1:
        pairs = [
            sha256(b"\x01" + leaves[at] + leaves[at + 1]) for at in range(0, len(leaves) - 1, 2)
        ]
        leaves = pairs + leaves[2 * len(pairs) :]
    return leaves[0].hex()


def described(record: dict[str, Any]) -> str:
    """A record in one line of text."""
    partner = record["caller"] if record["direction"] == "in" else record["callee"]
    return "%s %s %s, permit %s, partner %s, outcome %s" % (
        record["began_at"],
        record["direction"],
        record["operation"],
        record["permit_number"],
        partner,
        record["outcome"],
    )


if __name__ == "__main__":
    sys.exit(main())
