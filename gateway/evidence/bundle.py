"""How is a bundle written? A ZIP whose list of files and digests is signed; docs/evidence.md has the format."""

import hashlib
import json
import os
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from string import Template

from gateway.exchange.ports import BundleSigner, Evidence, EvidenceFacts

_SIGNED = b"epix-gateway evidence bundle\n"
_WITH_BODIES = (
    "CONFIDENTIAL: requests are here as they travelled. They hold the tokens that open the permits they name, and\n"
    "what partners wrote. Give it only to those who may see them."
)
_RECORDS_ALONE = (
    "CONFIDENTIAL: the records name partners and permits. Requests and answers are not here; the records hold their\n"
    "SHA-256, by which bytes that are shown later can be recognised."
)


class ZipEvidence:
    """Implements exchange.ports.Evidence."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._digests: dict[str, str] = {}

    def add(self, name: str, content: bytes) -> None:
        """See the port."""
        with self._archive.open(_entry(name), "w") as file:
            file.write(content)
        self._digests[name] = hashlib.sha256(content).hexdigest()

    def add_lines(self, name: str, lines: Iterable[Mapping[str, object]]) -> None:
        """See the port."""
        digest = hashlib.sha256()
        with self._archive.open(_entry(name), "w", force_zip64=True) as file:
            for line in lines:
                text = canonical(line) + b"\n"
                digest.update(text)
                file.write(text)
        self._digests[name] = digest.hexdigest()

    def add_certificate(self, pem: bytes) -> str | None:
        """See the port."""
        if not pem:
            return None
        sha256 = hashlib.sha256(pem).hexdigest()
        name = f"certificates/{sha256}.pem"
        if name not in self._digests:
            self.add(name, pem)
        return sha256

    def seal(self, facts: EvidenceFacts, signer: BundleSigner | None) -> None:
        """See the port."""
        shipped = files("gateway.evidence")
        self.add("verify.py", shipped.joinpath("verify.py").read_bytes())
        words = {
            "what": facts.in_words,
            "made_at": facts.made_at,
            "journal": facts.journal,
            "warning": _WITH_BODIES if facts.bodies else _RECORDS_ALONE,
        }
        self.add("README.txt", Template(shipped.joinpath("README.txt").read_text("utf-8")).substitute(words).encode())
        certificate = self.add_certificate(signer.certificate) if signer else None
        manifest = canonical(
            {
                "v": 1,
                "kind": facts.kind,
                "journal": facts.journal,
                "made_at": facts.made_at,
                "newest": facts.newest,
                "bodies": facts.bodies,
                "since": facts.since,
                "until": facts.until,
                "permit_number": facts.permit_number,
                "partner": facts.partner,
                "certificate": certificate,
                "files": dict(self._digests),
            }
        )
        self.add("bundle.json", manifest)
        self.add("bundle.sig", signer.sign(_SIGNED + manifest) if signer else b"")


def canonical(value: Mapping[str, object]) -> bytes:
    """JSON in the one form in which a bundle writes it."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry


@contextmanager
def evidence_file(path: Path) -> Iterator[Evidence]:
    """A new bundle, for its owner's eyes alone; it is there when the block has ended well, and not at all otherwise.

    Raises FileExistsError where something stands at that place, OSError where nothing can be written there.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            with zipfile.ZipFile(file, "w") as archive:
                yield ZipEvidence(archive)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink()
        raise
