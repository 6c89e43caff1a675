"""Does this evidence hold? Python 3.9 or later and the package `cryptography` are all it needs; no network, no gateway.

    python verify.py EVIDENCE.zip [--signer SHA256]...
    python verify.py EVIDENCE.zip [--signer SHA256]... --from DATE --to DATE [--permit NUMBER] [--caller KEY]

docs/evidence.md of epix-gateway says what is computed here, so that anybody can write another script for it.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
import zipfile
from datetime import datetime, timezone
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

PURPOSE = b"epix-gateway journal head\n"
REMOVAL = b"epix-gateway journal pruning\n"


class DoesNotHold(Exception):
    """The reason, as a sentence."""


def sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


class Asked(argparse.Namespace):
    """What the reader wants to know; not taken from the file, which anybody may have shortened."""

    evidence: str
    signer: list[str]
    since: datetime | None
    until: datetime | None
    permit: str | None
    caller: str | None


def main() -> int:
    parser = argparse.ArgumentParser(description="Verify evidence out of the journal of an epix-gateway.")
    parser.add_argument("evidence", help="the ZIP file")
    parser.add_argument(
        "--signer",
        action="append",
        default=[],
        metavar="SHA256",
        help="fingerprint of the certificate that the authority says is its own; again for each that it has had",
    )
    parser.add_argument("--from", dest="since", type=moment, metavar="DATE", help="begin of the period, UTC")
    parser.add_argument("--to", dest="until", type=moment, metavar="DATE", help="end of the period, UTC, not in")
    parser.add_argument("--permit", help="tell which records of the period name this permit")
    parser.add_argument("--caller", help="tell which records of the period are of questions by this partner")
    asked = parser.parse_args(namespace=Asked())
    try:
        with zipfile.ZipFile(asked.evidence) as bundle:
            of_period = "batches.jsonl" in bundle.namelist()
            if of_period == (asked.since is None or asked.until is None):
                parser.error("evidence of a period, and no other, is verified with --from and --to: say which you mean")
            if not of_period and (asked.permit or asked.caller):
                parser.error("this evidence is of one exchange: --permit and --caller are for a period")
            verify(bundle, asked)
    except Exception as wrong:  # noqa: BLE001  # whatever bytes of a stranger do to a parser, they are no evidence
        reason = str(wrong) if isinstance(wrong, DoesNotHold) else "the file is damaged (%r)" % wrong
        tell("DOES NOT HOLD: " + reason)
        return 1
    tell("HOLDS")
    return 0


def tell(text: str) -> None:
    """For a person; what a stranger wrote does nothing to the terminal."""
    print("".join(letter if letter.isprintable() else "?" for letter in text))


def moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=timezone.utc)


def verify(bundle: zipfile.ZipFile, asked: Asked) -> None:
    names = bundle.namelist()
    if len(names) != len(set(names)):
        raise DoesNotHold("a file is in it twice")
    heads = verified_heads(bundle.read("heads.jsonl").decode().split("\n")[:-1], asked.signer)
    for name in names:
        if name.startswith("stamps/") and name.endswith(".tsr"):
            tell_stamp(bundle, name, heads)
    found = 0
    removed: dict[str, str] = {}
    for name in names:
        if name.startswith("records/") and name.endswith("/record.json"):
            folder = name[: -len("record.json")]
            record = verify_record(bundle, folder, heads)
            if record["direction"] == "own":
                removed.update(verified_removal(bundle, folder, record, asked.signer))
            found += 1
    if asked.since and asked.until:
        lines = bundle.read("batches.jsonl").decode().split("\n")[:-1]
        verify_period(lines, heads, removed, asked, asked.since, asked.until)
    elif not found:
        raise DoesNotHold("there is no record in it")


def verified_heads(lines: list[str], wanted: list[str]) -> dict[int, Any]:
    """Batch -> what its head says. A chain without gap; once one is signed all are, and those before it by its hash."""
    heads: dict[int, Any] = {}
    signers: dict[str, str] = {}
    unsigned: list[int] = []
    previous: tuple[int, str] | None = None
    for line in lines:
        head = json.loads(line)
        text = head["statement"].encode()
        said = json.loads(text)
        if previous is not None and (said["batch"], said["previous"]) != (previous[0] + 1, previous[1]):
            raise DoesNotHold("head %s does not follow head %s" % (said["batch"], previous[0]))
        previous = said["batch"], sha256(text).hex()
        heads[said["batch"]] = said
        if head["signature"]:
            fingerprint, name = verified_signer(head, PURPOSE + text, said["sealed_at"], "head %s" % said["batch"])
            signers[fingerprint] = name
        elif signers:
            raise DoesNotHold("head %s is not signed, although one before it is" % said["batch"])
        else:
            unsigned.append(said["batch"])
    if previous is None or not signers:
        raise DoesNotHold("there is no signed head in it")
    for fingerprint, name in signers.items():
        tell("Signed by %s" % name)
        tell("  certificate %s" % fingerprint)
    if not wanted:
        tell("  Ask the authority whether this certificate is its own, and say so with --signer: anybody can make one.")
    require_named(set(signers), wanted)
    if unsigned:
        tell(
            "Heads %d to %d are not signed; head %d is, and vouches for them"
            % (unsigned[0], unsigned[-1], unsigned[-1] + 1)
        )
    newest = heads[previous[0]]
    tell(
        "Heads %d to %d, sealed %s to %s"
        % (min(heads), newest["batch"], heads[min(heads)]["sealed_at"], newest["sealed_at"])
    )
    tell("newest head: %d %s" % previous)
    return heads


def tell_stamp(bundle: zipfile.ZipFile, name: str, heads: dict[int, Any]) -> None:
    """A time-stamp (RFC 3161) is over the head it stands beside. Who made it, and when, only others can verify."""
    statement = bundle.read(name[: -len("tsr")] + "json")
    said = json.loads(statement)
    if heads.get(said["batch"]) != said or name != "stamps/%d.tsr" % said["batch"]:
        raise DoesNotHold("%s stands beside no head of the file" % name)
    if sha256(statement) not in bundle.read(name):
        raise DoesNotHold("%s is not over the head it stands beside" % name)
    tell(
        "Time-stamp %s names head %d. Who made it, and when, this script cannot verify; unpack it and ask:"
        % (name, said["batch"])
    )
    tell("  openssl ts -verify -data stamps/%d.json -in %s -CAfile CA-OF-THE-TIME-STAMPS.pem" % (said["batch"], name))
    tell("  openssl ts -reply -in %s -text" % name)


def require_named(signers: set[str], wanted: list[str]) -> None:
    strangers = signers - {each.replace(":", "").lower() for each in wanted}
    if wanted and strangers:
        raise DoesNotHold("it is signed with a certificate that no --signer names: %s" % ", ".join(sorted(strangers)))


def verified_signer(signed: dict[str, str], message: bytes, at: str, what: str) -> tuple[str, str]:
    """Fingerprint and name of the certificate that signed it."""
    certificate = x509.load_pem_x509_certificate(signed["certificates"].encode())
    if not certificate.not_valid_before_utc <= moment(at) <= certificate.not_valid_after_utc:
        raise DoesNotHold("%s was signed at %s, when its certificate was not valid" % (what, at))
    key, signature = certificate.public_key(), base64.b64decode(signed["signature"], validate=True)
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
        elif isinstance(key, rsa.RSAPublicKey) and key.key_size >= 2048:
            key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
        else:
            raise DoesNotHold("%s is signed with a key of a kind or size that is not used" % what)
    except InvalidSignature:
        raise DoesNotHold("the signature of %s is not over what stands there" % what) from None
    return certificate.fingerprint(hashes.SHA256()).hex(), certificate.subject.rfc4514_string()


def verify_record(bundle: zipfile.ZipFile, folder: str, heads: dict[int, Any]) -> dict[str, Any]:
    text = bundle.read(folder + "record.json")
    record: dict[str, Any] = json.loads(text)
    proof = json.loads(bundle.read(folder + "proof.json"))
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
    tell("Record %s, sealed in batch %d: %s" % (record["id"], proof["batch"], told(record)))
    return record


def verified_removal(bundle: zipfile.ZipFile, folder: str, record: dict[str, Any], wanted: list[str]) -> dict[str, str]:
    """Id -> leaf of every record that this one says was removed."""
    text = bundle.read(folder + "request.bin")
    said, what = json.loads(text), "record %s" % record["id"]
    signer, name = verified_signer(json.loads(bundle.read(folder + "answer.bin")), REMOVAL + text, said["at"], what)
    require_named({signer}, wanted)
    tell("  it is signed by %s, certificate %s" % (name, signer))
    tell("  it says that %d records were removed, by %s: %s" % (len(said["records"]), said["person"], said["reason"]))
    records: dict[str, str] = said["records"]
    return records


def verify_period(
    lines: list[str],
    heads: dict[int, Any],
    removed: dict[str, str],
    asked: Asked,
    since: datetime,
    until: datetime,
) -> None:
    """Every record that began in the period is there: number and root of each batch that touches it are signed.

    removed: id -> leaf of those of which a signed record says that they were taken out when their time was over.
    """
    first, newest = heads[min(heads)], heads[max(heads)]
    if first["batch"] != 1 and moment(first["sealed_at"]) >= since:
        raise DoesNotHold("its heads begin within the period: batches before may be missing")
    if moment(newest["sealed_at"]) < until:
        raise DoesNotHold("its newest head was sealed at %s, before the period ends" % newest["sealed_at"])
    kept = {batch["batch"]: batch["records"] for batch in map(json.loads, lines)}
    records: list[dict[str, Any]] = []
    gone = 0
    for number, head in heads.items():
        if number not in kept and head["records"] and moment(head["began"]) < until and moment(head["ended"]) >= since:
            raise DoesNotHold("batch %s touches the period and is missing" % number)
    for number, found in kept.items():
        texts = [each for each in found if isinstance(each, str)]
        gone += len(found) - len(texts)
        leaves = [leaf(each, removed) for each in found]
        if number not in heads or len(leaves) != heads[number]["records"] or root(leaves) != heads[number]["root"]:
            raise DoesNotHold("the records of batch %s are not those of its head" % number)
        records += [record for record in map(json.loads, texts) if since <= moment(record["began_at"]) < until]
    tell("All %d records that began from %s to %s" % (len(records), since.isoformat(), until.isoformat()))
    if gone:
        tell("but for %d, of that time or just outside, that were removed: nobody can tell what they named." % gone)
    exchanges = [record for record in records if record["direction"] != "own"]
    for field, value in (("permit_number", asked.permit), ("caller", asked.caller)):
        what, naming = field.split("_")[0], [record for record in exchanges if record[field] == value]
        if value is None:
            continue
        for record in naming:
            tell("Record %s names %s %s: %s" % (record["id"], what, value, told(record)))
        if not naming:
            tell("None of %s names %s %s." % ("those that are left" if gone else "them", what, value))
        silent = sum(record[field] is None for record in exchanges)
        if silent:
            tell(
                "%d of them name no %s at all, as what was asked for was not known, or was not understood."
                % (silent, what)
            )


def leaf(record: Any, removed: dict[str, str]) -> bytes:
    """Of a record that is there, or of one that was removed."""
    if isinstance(record, str):
        return sha256(b"\x00" + record.encode())
    if removed.get(record["id"]) != record["leaf"]:
        raise DoesNotHold("record %s is missing, and nothing signed says that it was removed" % record["id"])
    return bytes.fromhex(record["leaf"])


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
