#!/usr/bin/env python3
"""Does this evidence hold? Checks a bundle out of the journal of an epix-gateway, offline and without the gateway.

    python verify.py bundle.zip [--trust CERTIFICATE.pem] [--tsa CERTIFICATE.pem]

Needs Python 3.9 or later and the library `cryptography` 42 or later, nothing else. The bundle is the ZIP or the folder
it was unpacked into; left out, the folder this file lies in. --trust: the certificate, or that of its issuer, which you
have from the authority itself and not from the bundle; --tsa: the same of the time-stamping authority. Ends with 0
where everything holds, 1 where something does not, 2 for a wrong call. The format stands in docs/evidence.md.

One file on purpose, though a long one: an expert reads it from top to bottom, and carries it alone.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import IO, Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID

MOST_FILES, MOST_BYTES, MOST_SMALL_BYTES, MOST_SIGNERS = 200_000, 4 << 30, 8 << 20, 1000
NAMES = re.compile(
    r"README\.txt|verify\.py|bundle\.json|bundle\.sig|heads\.jsonl|batches\.jsonl|certificates/[0-9a-f]{64}\.pem"
    r"|records/[0-9a-f-]{36}/(record\.json|proof\.json|request\.bin|answer\.bin|parts/[0-9a-f]{64}\.(xml|bin))"
)
HEAD, BUNDLE = b"epix-gateway journal head\n", b"epix-gateway evidence bundle\n"
CLOCKS_DIFFER = timedelta(minutes=5)


class Refused(Exception):
    """The evidence does not hold, or is no evidence. The text is one sentence for a person."""


def say(text: str) -> None:
    """One line for a person. Control characters out of a hostile bundle do nothing."""
    print("".join(letter if letter.isprintable() else "?" for letter in text))  # noqa: T201


# --- Reading, from a ZIP or a folder that may be hostile --------------------------------------------------------------


class Bundle:
    """The files of a bundle: known names alone, each once, of bounded size."""

    def __init__(self, path: Path) -> None:
        self.zip = None if path.is_dir() else zipfile.ZipFile(path)
        self.path = path
        if self.zip:
            entries = self.zip.infolist()
            names, sizes = [entry.filename for entry in entries], [entry.file_size for entry in entries]
            known = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
            if any(entry.flag_bits & 1 or entry.compress_type not in known for entry in entries):
                raise Refused("The ZIP is encrypted, or packed in a way that no bundle is.")
        else:
            found = [file for file in path.rglob("*") if file.is_symlink() or not file.is_dir()]
            if any(file.is_symlink() for file in found):
                raise Refused("The folder holds a symbolic link, which no bundle does.")
            names = [file.relative_to(path).as_posix() for file in found]
            sizes = [file.stat().st_size for file in found]
        if len(names) > MOST_FILES or sum(sizes) > MOST_BYTES:
            raise Refused(f"The bundle would unpack to more than {MOST_FILES} files or {MOST_BYTES} bytes.")
        strangers = [name for name in names if not NAMES.fullmatch(name)]
        if strangers:
            raise Refused(f"The bundle holds a file that does not belong there: {strangers[0][:200]}.")
        if len(set(names)) < len(names):
            raise Refused("The bundle holds two files of one name.")
        self.sizes = dict(zip(names, sizes))

    def open(self, name: str) -> IO[bytes]:
        """The file, for reading."""
        if name not in self.sizes:
            raise Refused(f"The bundle lacks the file {name}.")
        return self.zip.open(name) if self.zip else (self.path / name).open("rb")

    def small(self, name: str) -> bytes:
        """All bytes of a file that is never large."""
        with self.open(name) as file:
            if self.sizes[name] > MOST_SMALL_BYTES:
                raise Refused(f"{name} is larger than it can be.")
            return file.read(MOST_SMALL_BYTES)

    def sha256(self, name: str) -> str:
        """Digest of a file of any size, lower-case hex."""
        digest = hashlib.sha256()
        with self.open(name) as file:
            for piece in iter(lambda: file.read(1 << 20), b""):
                digest.update(piece)
        return digest.hexdigest()

    def lines(self, name: str) -> Iterator[dict[str, Any]]:
        """The objects of a file of JSON lines, one at a time."""
        with self.open(name) as file:
            for line in iter(lambda: file.readline(MOST_SMALL_BYTES), b""):
                yield read_json(line[:-1] if line.endswith(b"\n") else b"", name)


def _whole_number(digits: str) -> int:
    if len(digits) > 15:
        raise Refused("A number is larger than any that a bundle holds.")
    return int(digits)


def read_json(data: bytes, name: str) -> dict[str, Any]:
    """An object in the one form in which it may be written: no other bytes say the same."""
    try:
        value = json.loads(data, parse_int=_whole_number)
        if isinstance(value, dict) and json.dumps(
            value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
        ).encode() == data:  # fmt: skip
            return value
    except (ValueError, RecursionError):
        pass
    raise Refused(f"{name} is not JSON in its canonical form.")


def moment(text: str) -> datetime:
    """An aware moment, in UTC."""
    try:
        read = datetime.fromisoformat(text)
        if read.utcoffset() is not None:
            return read.astimezone(timezone.utc)
    except (ValueError, OverflowError):
        pass
    raise Refused("A moment in the bundle cannot be read.")


def _kind(value: object) -> str:
    if isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value):
        return "hex"
    return {type(None): "null", bool: "flag", int: "int", str: "text", list: "list", dict: "map"}.get(type(value), "")


def fields(value: dict[str, Any], kinds: str, name: str) -> dict[str, Any]:
    """The value, if it has exactly these keys, each of one of its kinds. kinds: `key:kind|kind key:kind`."""
    wanted = dict(one.split(":") for one in kinds.split())
    if set(value) != set(wanted):
        raise Refused(f"{name} has not the fields that it should have.")
    for key, kind in wanted.items():
        if _kind(value[key]) not in kind.split("|") or (kind == "int" and value[key] < 0):
            raise Refused(f"{name}: {key} is not what it should be.")
    return value


def from_base64(text: str) -> bytes:
    """The bytes, if this is the one base64 that says them."""
    try:
        data = base64.b64decode(text, validate=True)
        if base64.b64encode(data).decode() == text:
            return data
    except ValueError:
        pass
    raise Refused("Something that should be base64 is not.")


# --- The tree: RFC 9162, section 2.1 ----------------------------------------------------------------------------------


def leaf_hash(record: bytes) -> bytes:
    """What a record is in the tree."""
    return hashlib.sha256(b"\0" + record).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Root over all leaves of a batch."""
    stack: list[bytes] = []
    for index, leaf in enumerate(leaves):
        stack.append(leaf)
        while index & 1:
            index >>= 1
            right = stack.pop()
            stack.append(_node(stack.pop(), right))
    while len(stack) > 1:
        right = stack.pop()
        stack.append(_node(stack.pop(), right))
    return stack[0] if stack else b""


def root_by_path(leaf: bytes, place: int, count: int, path: Sequence[bytes]) -> bytes:
    """Root to which an inclusion proof leads (section 2.1.3.2)."""
    if place >= count:
        raise Refused("An inclusion proof names a place that its batch does not have.")
    at, last, found = place, count - 1, leaf
    for sibling in path:
        if last == 0:
            raise Refused("An inclusion proof is longer than its tree is high.")
        if at & 1 or at == last:
            found = _node(sibling, found)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            found = _node(found, sibling)
        at, last = at >> 1, last >> 1
    if last:
        raise Refused("An inclusion proof is shorter than its tree is high.")
    return found


# --- Keys and certificates --------------------------------------------------------------------------------------------


def verify_signature(key: Any, signature: bytes, data: bytes, digest: hashes.HashAlgorithm, what: str) -> None:
    """Refuse unless the key made this signature over these bytes."""
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(digest))
        elif isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, data)
        elif isinstance(key, rsa.RSAPublicKey) and key.key_size >= 2048:
            key.verify(signature, data, padding.PKCS1v15(), digest)
        else:
            raise Refused(f"{what} is signed with a kind or size of key that is not accepted.")
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        raise Refused(f"{what} is not what was signed: the signature does not fit.") from None


def _public(certificate: x509.Certificate) -> bytes:
    return certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
        return issuer.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm, x509.ExtensionNotFound):
        return False


def require_trusted(
    certificate: x509.Certificate, others: Sequence[x509.Certificate], anchors: Sequence[x509.Certificate], at: datetime
) -> None:
    """Refuse unless the certificate has the key of an anchor or leads to one, all in date at that moment."""
    named = certificate.subject.rfc4514_string()
    for _ in range(8):
        if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
            raise Refused(f"The certificate of {certificate.subject.rfc4514_string()} was not valid at {at}.")
        if any(_public(certificate) == _public(anchor) for anchor in anchors):
            return
        issuers = [one for one in (*anchors, *others) if one != certificate and _issued(certificate, one)]
        if not issuers:
            break
        certificate = issuers[0]
    raise Refused(f"Nothing leads from the certificate of {named} to one that you trust.")


class Signers:
    """The certificates of a bundle. anchors: those that the reader trusts; none: none was given."""

    def __init__(self, bundle: Bundle, anchors: Sequence[x509.Certificate]) -> None:
        self.bundle, self.anchors = bundle, anchors
        self.chains: dict[str, list[x509.Certificate]] = {}

    def verify(self, sha256: str | None, signature: bytes, data: bytes, at: datetime, what: str) -> None:
        """Refuse unless what was signed at that moment holds, by a certificate that counts."""
        if sha256 is None:
            raise Refused(f"{what} is not signed: nobody answers for it.")
        name = f"certificates/{sha256}.pem"
        if sha256 not in self.chains:
            if len(self.chains) >= MOST_SIGNERS or self.bundle.sha256(name) != sha256:
                raise Refused(f"{name} is not the file that its name says.")
            self.chains[sha256] = x509.load_pem_x509_certificates(self.bundle.small(name))
            if self.anchors:
                require_trusted(self.chains[sha256][0], self.chains[sha256][1:], self.anchors, at)
        certificate = self.chains[sha256][0]
        if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
            raise Refused(f"{what} was signed when the certificate of its signer was not valid.")
        verify_signature(certificate.public_key(), signature, data, hashes.SHA256(), what)

    def tell(self) -> None:
        """Who signed, and how we know."""
        for chain in self.chains.values():
            fingerprint = chain[0].fingerprint(hashes.SHA256()).hex()
            say(f"OK    Signed by {chain[0].subject.rfc4514_string()}, certificate SHA-256 {fingerprint}.")
        if self.anchors:
            say("OK    The signer's certificate leads to the one that you trust.")
        else:
            say("NOTE  The signer's certificate was taken from the bundle. Compare the SHA-256 above with the one that")
            say("      the authority names by another way, or give its certificate with --trust.")


# --- Time-stamp tokens: RFC 3161, RFC 5652, RFC 5816 ------------------------------------------------------------------

DIGESTS: dict[str, type[hashes.HashAlgorithm]] = {
    "2.16.840.1.101.3.4.2.1": hashes.SHA256,
    "2.16.840.1.101.3.4.2.2": hashes.SHA384,
    "2.16.840.1.101.3.4.2.3": hashes.SHA512,
}
SIGNED_WITH = {
    **{f"1.2.840.113549.1.1.{11 + place}": kind for place, kind in enumerate(DIGESTS.values())},  # RSA
    **{f"1.2.840.10045.4.3.{2 + place}": kind for place, kind in enumerate(DIGESTS.values())},  # ECDSA
}
SIGNED_DATA, TST_INFO, MESSAGE_DIGEST = "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4", "1.2.840.113549.1.9.4"
SIGNING_CERTIFICATE, SIGNING_CERTIFICATE_2 = "1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47"
NOT_DER = "A time-stamp token is not built as RFC 3161 says."


class Der:
    """One value of DER: its tag, its content, and all its bytes."""

    def __init__(self, tag: int, content: bytes, whole: bytes) -> None:
        self.tag, self.content, self.whole = tag, content, whole

    @staticmethod
    def row(data: bytes) -> list[Der]:
        """Values that stand one behind the other."""
        found, start = [], 0
        while start < len(data):
            size = data[start + 1] & 0x7F if data[start + 1] & 0x80 else 0
            begin = start + 2 + size
            end = begin + (int.from_bytes(data[start + 2 : begin], "big") if size else data[start + 1])
            if data[start + 1] == 0x80 or size > 4 or data[start] & 0x1F == 0x1F or end > len(data):
                raise Refused(NOT_DER)
            found.append(Der(data[start], data[begin:end], data[start:end]))
            start = end
        return found

    def inside(self, tag: int) -> list[Der]:
        """What stands within it, if it is of this tag."""
        if self.tag != tag:
            raise Refused(NOT_DER)
        return Der.row(self.content)

    @property
    def oid(self) -> str:
        """The object identifier it is, or with which it begins."""
        if self.tag != 0x06:
            return self.inside(0x30)[0].oid
        first, *rest = self.content
        numbers, number = [*divmod(first, 40)], 0
        for byte in rest:
            number = number << 7 | byte & 0x7F
            if not byte & 0x80:
                numbers, number = [*numbers, number], 0
        return ".".join(map(str, numbers if first < 80 else [2, first - 80, *numbers[2:]]))


def _digest(data: bytes, algorithm: Der) -> bytes:
    return hashlib.new(DIGESTS[algorithm.oid]().name, data).digest()


def read_token(token: bytes, statement: bytes, anchors: Sequence[x509.Certificate], what: str) -> datetime:
    """The moment at which, as the time-stamping authority says, the statement was there."""
    try:
        return _read_token(token, statement, anchors, what)
    except Refused:
        raise
    except Exception:  # noqa: BLE001 - hostile bytes: whatever it is they do to a parser, they are no token
        raise Refused(f"{what}: {NOT_DER}") from None


def _read_token(token: bytes, statement: bytes, anchors: Sequence[x509.Certificate], what: str) -> datetime:
    (content,) = Der.row(token)
    kind, signed = content.inside(0x30)
    version, _digests, wrapped, *more = signed.inside(0xA0)[0].inside(0x30)
    stamp = wrapped.inside(0x30)[1].inside(0xA0)[0].content
    if (kind.oid, wrapped.oid, version.tag, more[-1].tag) != (SIGNED_DATA, TST_INFO, 0x02, 0x31):
        raise Refused(NOT_DER)
    brought = [x509.load_der_x509_certificate(one.whole) for one in (more[0].inside(0xA0) if len(more) > 1 else ())]
    (signer,) = more[-1].inside(0x31)
    _version, _signer, digest, attributes, method, signature, *_unsigned = signer.inside(0x30)
    said = {one.oid: one.inside(0x30)[1].inside(0x31)[0] for one in attributes.inside(0xA0)}
    _v, _policy, imprint, _serial, made, *_ = Der.row(stamp)[0].inside(0x30)
    algorithm, imprinted = imprint.inside(0x30)
    if imprinted.content != _digest(statement, algorithm):
        raise Refused(f"{what} is of something else.")
    if said[MESSAGE_DIGEST].content != _digest(stamp, digest):
        raise Refused(f"{what} was changed: its digest does not fit.")
    certificate = _stamper(said, (*brought, *anchors))
    signed_with = SIGNED_WITH.get(method.oid, DIGESTS[digest.oid])()
    covered = b"\x31" + attributes.whole[1:]
    verify_signature(certificate.public_key(), signature.content, covered, signed_with, what)
    purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    if ExtendedKeyUsageOID.TIME_STAMPING not in purposes:
        raise Refused(f"{what} is signed by a certificate that is not for time-stamping.")
    at = datetime.strptime(made.content[:14].decode("ascii"), "%Y%m%d%H%M%S").replace(tzinfo=timezone.utc)
    if anchors:
        require_trusted(certificate, brought, anchors, at)
    return at


def _stamper(said: dict[str, Der], known: Sequence[x509.Certificate]) -> x509.Certificate:
    """The certificate that the signed attributes name."""
    second = SIGNING_CERTIFICATE_2 in said
    named = said[SIGNING_CERTIFICATE_2 if second else SIGNING_CERTIFICATE].inside(0x30)[0].inside(0x30)[0].inside(0x30)
    digest = DIGESTS[named[0].oid]() if named[0].tag == 0x30 else hashes.SHA256()
    for certificate in known:
        if certificate.fingerprint(digest if second else hashes.SHA1()) in [part.content for part in named]:  # noqa: S303
            return certificate
    raise Refused("A time-stamp token does not bring the certificate of its signer.")


# --- What a bundle says -----------------------------------------------------------------------------------------------

MANIFEST = (
    "v:int kind:text journal:hex|text made_at:text newest:int bodies:flag since:text|null until:text|null"
    " permit_number:text|hex|null partner:text|hex|null certificate:hex|null files:map"
)
STATEMENT = (
    "v:int journal:hex|text batch:int records:int total:int root:hex first:text last:text began:text ended:text"
    " previous:hex|null sealed_at:text"
)
RECORD = (
    "v:int id:text direction:text began_at:text ended_at:text operation:text|hex|null caller:text|hex|null"
    " callee:text|hex|null fingerprint:text|hex|null permit_number:text|hex|null outcome:text request_sha256:hex"
    " answer_sha256:hex"
)


def check_manifest(bundle: Bundle, signers: Signers) -> dict[str, Any]:
    """What the bundle says of itself, if every file is as it was when the bundle was made and signed."""
    data = bundle.small("bundle.json")
    manifest = fields(read_json(data, "bundle.json"), MANIFEST, "bundle.json")
    if manifest["v"] != 1 or manifest["kind"] not in ("records", "absence"):
        raise Refused("The bundle is of a kind that this script does not know; take the one of a newer epix-gateway.")
    if set(manifest["files"]) != set(bundle.sizes) - {"bundle.json", "bundle.sig"}:
        raise Refused("The bundle has not the files that its list names.")
    for name, sha256 in manifest["files"].items():
        if bundle.sha256(name) != sha256:
            raise Refused(f"{name} was changed: it is not the file that the bundle was made with.")
    signers.verify(
        manifest["certificate"], bundle.small("bundle.sig"), BUNDLE + data, moment(manifest["made_at"]), "The bundle"
    )
    say(f"OK    All {len(manifest['files'])} files are as the gateway signed them at {manifest['made_at']}.")
    return manifest


def chain(
    bundle: Bundle, manifest: dict[str, Any], signers: Signers, stamping: Sequence[x509.Certificate]
) -> Iterator[dict[str, Any]]:
    """The statements of the heads, each checked and tied to the one before. The last says what that came to."""
    before: dict[str, Any] | None = None
    count, digest, stamps = 0, "", []
    for line in bundle.lines("heads.jsonl"):
        fields(line, "statement:text signature:text|hex certificate:hex|null timestamp:text|null", "A head")
        signed = line["statement"].encode()
        head = fields(read_json(signed, "A head"), STATEMENT, "A head")
        what = f"Head {head['batch']}"
        if head["v"] != 1 or head["journal"] != manifest["journal"] or not head["records"]:
            raise Refused(f"{what} is not of this journal.")
        if before and (head["batch"], head["total"]) != (before["batch"] + 1, before["total"] + head["records"]):
            raise Refused(f"{what} does not follow the head before it in number and count.")
        if (head["previous"] != digest) if before else ((head["previous"] is None) != (head["batch"] == 1)):
            raise Refused(f"{what} does not name the head before it.")
        if head["batch"] == 1 and head["total"] != head["records"]:
            raise Refused(f"{what} counts wrongly.")
        at = moment(head["sealed_at"])
        signers.verify(line["certificate"], from_base64(line["signature"]), HEAD + signed, at, what)
        if line["timestamp"] is not None:
            stamp = read_token(from_base64(line["timestamp"]), signed, stamping, f"The time-stamp of {what.lower()}")
            if stamp < at - CLOCKS_DIFFER:
                raise Refused(f"{what} was time-stamped at {stamp}, before it says that it was made.")
            stamps.append((head["batch"], stamp))
        yield head
        before, count, digest = head, count + 1, hashlib.sha256(signed).hexdigest()
    if before is None:
        raise Refused("The bundle holds no head.")
    newest, sealed_at = before["batch"], before["sealed_at"]
    say(f"OK    {count} signed heads follow each other without a gap, up to head {newest} of {sealed_at}.")
    if newest < manifest["newest"]:
        say(f"NOTE  When the bundle was made the journal went on up to head {manifest['newest']}; it stops before.")
    if stamps:
        for number, stamp in (stamps[0], stamps[-1])[: len(stamps)]:
            say(f"OK    Everything up to head {number} was there at {stamp}, as another authority's time-stamp says.")
        if not stamping:
            say("NOTE  The time-stamping authority's certificate was taken from the bundle; give its own with --tsa.")
    else:
        say("NOTE  No head is time-stamped by another authority: the times are those of the gateway's own clock.")


def read_record(data: bytes) -> dict[str, Any]:
    """A record of the journal, in the bytes that were sealed."""
    record = fields(read_json(data, "A record"), RECORD, "A record")
    moment(record["began_at"])
    return record


def check_records(bundle: Bundle, manifest: dict[str, Any], heads: Iterator[dict[str, Any]]) -> None:
    """Every record is in the journal, at its place, with the bytes that travelled."""
    proofs: dict[int, list[tuple[dict[str, Any], dict[str, Any], bytes]]] = {}
    for identity in sorted({name.split("/")[1] for name in bundle.sizes if name.startswith("records/")}):
        data = bundle.small(f"records/{identity}/record.json")
        proof = read_json(bundle.small(f"records/{identity}/proof.json"), "An inclusion proof")
        fields(proof, "v:int batch:int place:int leaf:hex path:list", "An inclusion proof")
        record = read_record(data)
        if record["id"] != identity or proof["v"] != 1 or proof["leaf"] != leaf_hash(data).hex():
            raise Refused(f"The record {identity} is not the one that its proof is about.")
        _check_bodies(bundle, manifest, record)
        proofs.setdefault(proof["batch"], []).append((record, proof, leaf_hash(data)))
    if not proofs:
        raise Refused("The bundle holds no record.")
    for head in heads:
        for record, proof, leaf in proofs.pop(head["batch"], []):
            if any(_kind(step) != "hex" for step in proof["path"]):
                raise Refused("An inclusion proof is not what it should be.")
            path = [bytes.fromhex(step) for step in proof["path"]]
            if root_by_path(leaf, proof["place"], head["records"], path).hex() != head["root"]:
                raise Refused(f"The record {record['id']} is not in batch {head['batch']}: the proof leads elsewhere.")
            place = f"no. {proof['place'] + 1} of the {head['records']} of batch {head['batch']}"
            say(f"OK    Record {record['id']} is {place}: {_in_words(record)}.")
    if proofs:
        raise Refused("The bundle lacks the head of a record.")
    if not manifest["bodies"]:
        say("NOTE  Requests and answers were left out; the records hold the SHA-256 by which they can be proved later.")


def _in_words(record: dict[str, Any]) -> str:
    parties = f"{record['caller'] or 'unknown'} to {record['callee'] or 'this gateway'} ({record['direction']})"
    what = f"{record['operation'] or 'a message'}, permit {record['permit_number'] or 'not named'}"
    return f"{what}, {parties}, {record['began_at']}, outcome {record['outcome']}"


def _check_bodies(bundle: Bundle, manifest: dict[str, Any], record: dict[str, Any]) -> None:
    folder = f"records/{record['id']}/"
    for body in ("request", "answer"):
        name = f"{folder}{body}.bin"
        if (name in bundle.sizes) != manifest["bodies"]:
            raise Refused(f"{name} should {'be' if manifest['bodies'] else 'not be'} in the bundle.")
        if manifest["bodies"] and bundle.sha256(name) != record[f"{body}_sha256"]:
            raise Refused(f"{name} is not the {body} that the journal recorded.")
    for name in bundle.sizes:
        if name.startswith(f"{folder}parts/"):
            part, answer = bundle.small(name), bundle.small(f"{folder}answer.bin")
            if bundle.sha256(name) != name[-68:-4] or (part not in answer and base64.b64encode(part) not in answer):
                raise Refused(f"{name} does not stand in the answer it is said to be from.")


def check_absence(bundle: Bundle, manifest: dict[str, Any], heads: Iterator[dict[str, Any]]) -> None:
    """No record of the period names the permit or the partner, and no record of the period is missing."""
    if not (manifest["since"] and manifest["until"] and (manifest["permit_number"] or manifest["partner"])):
        raise Refused("The bundle does not say what is absent, or from when to when.")
    since, until = moment(manifest["since"]), moment(manifest["until"])
    lines = bundle.lines("batches.jsonl")
    waiting = next(lines, None)
    first, last, seen, deleted = True, since, 0, 0
    silent: Counter[str] = Counter()
    for head in heads:
        last = moment(head["sealed_at"])
        if first and head["batch"] > 1 and last >= since:
            raise Refused("The heads begin too late: batches that were sealed within the period may be missing.")
        first = False
        if moment(head["ended"]) < since or moment(head["began"]) >= until:
            continue
        leaves = []
        while waiting is not None and waiting.get("batch") == head["batch"]:
            fields(waiting, "batch:int leaf:hex record:text|null", "A record of a batch")
            leaf = bytes.fromhex(waiting["leaf"])
            leaves.append(leaf)
            if waiting["record"] is None:
                deleted += 1
            else:
                data = waiting["record"].encode()
                record = read_record(data)
                if leaf_hash(data) != leaf:
                    raise Refused(f"The record {record['id']} was changed.")
                if since <= moment(record["began_at"]) < until:
                    seen += 1
                    _require_other(record, manifest)
                    if manifest["permit_number"] and record["permit_number"] is None:
                        silent[f"{record['operation'] or 'unknown operation'}, outcome {record['outcome']}"] += 1
            waiting = next(lines, None)
        if len(leaves) != head["records"] or root_of(leaves).hex() != head["root"]:
            raise Refused(f"The records of batch {head['batch']} are not those that were sealed.")
    if waiting is not None:
        raise Refused("The bundle holds records of a batch that is not asked for, or not in order.")
    if last < until:
        raise Refused(f"The newest head is of {last}, before the period ends: what came later is not covered.")
    about = f"permit {manifest['permit_number']}" if manifest["permit_number"] else f"partner {manifest['partner']}"
    if deleted:
        raise Refused(
            f"{deleted} records of these batches were deleted when their time was over, and may have named it."
        )
    period = f"from {manifest['since']} to {manifest['until']}"
    say(f"OK    The journal holds {seen} exchanges {period}. None names {about}.")
    for kind, count in sorted(silent.items()):
        say(f"NOTE  Of these, {count} name no permit at all: {kind}.")


def _require_other(record: dict[str, Any], manifest: dict[str, Any]) -> None:
    if manifest["permit_number"] in (None, record["permit_number"]) and (
        manifest["partner"] in (None, record["caller"], record["callee"])
    ):
        raise Refused(f"It is not absent: the record {record['id']} of {record['began_at']} names it.")


# --- The call ---------------------------------------------------------------------------------------------------------


def anchors_in(files: Sequence[Path]) -> list[x509.Certificate]:
    """Certificates that the reader trusts."""
    return [one for file in files for one in x509.load_pem_x509_certificates(file.read_bytes())]


def check(path: Path, trust: Sequence[x509.Certificate], stamping: Sequence[x509.Certificate]) -> None:
    """Check all of it, saying what holds. Raises Refused for the first thing that does not."""
    try:
        bundle = Bundle(path)
        signers = Signers(bundle, trust)
        manifest = check_manifest(bundle, signers)
        heads = chain(bundle, manifest, signers, stamping)
        (check_records if manifest["kind"] == "records" else check_absence)(bundle, manifest, heads)
        signers.tell()
    except Refused:
        raise
    except Exception as error:  # noqa: BLE001 - hostile bytes: whatever they do to a parser, they are no evidence
        raise Refused(f"The bundle cannot be read ({type(error).__name__}).") from None


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; gives the exit status."""
    parser = argparse.ArgumentParser(prog="verify.py", description="Check an evidence bundle of an epix-gateway.")
    parser.add_argument("bundle", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument("--trust", type=Path, action="append", default=[], metavar="CERTIFICATE.pem")
    parser.add_argument("--tsa", type=Path, action="append", default=[], metavar="CERTIFICATE.pem")
    called = parser.parse_args(arguments)
    try:
        trust, stamping = anchors_in(called.trust), anchors_in(called.tsa)
    except (OSError, ValueError):
        parser.error("A file of --trust or --tsa cannot be read, or holds no certificate.")
    try:
        check(called.bundle, trust, stamping)
    except Refused as error:
        say(f"FAIL  {error}")
        say("RESULT: the evidence does not hold.")
        return 1
    say("RESULT: the evidence holds.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
