"""Notices of a revoked sealing key: a folder for each partner, with text, signature and list.

A list names only permits that its partner may see. It is written line by line, however long it
gets; the notice names its digest, so that one signature covers both.
"""

import csv
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from hashlib import file_digest
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from gateway.domain.key_revocation import KeyRevocation, RevocationCause
from gateway.hardening import FOLDER_MODE, private_opener

if TYPE_CHECKING:
    from gateway.exchange.permits.resealing.affected import AffectedPermit

_TEXT, _SIGNATURE, _LIST = "notice.txt", "notice.txt.p7s", "permits.csv"
_COLUMNS = ("country", "authority", "number", "state")

_ADVICE = {
    RevocationCause.STOLEN: (
        "Somebody else has the key, or may have it. Take no seal of this certificate any more,\n"
        "whatever date it bears, and ask us again for the permits that you hold."
    ),
    RevocationCause.LOST: (
        "Nobody else has the key. Seals that were made before the moment above stay good; take\n"
        "none that claims to be later."
    ),
    RevocationCause.REPLACED: (
        "Another key has taken its place, and this one was destroyed. Seals that were made before\n"
        "the moment above stay good; take none that claims to be later."
    ),
}


@dataclass
class Notices(AbstractContextManager["Notices"]):
    """Writer of the notices. sign: detached CMS signature of a notice.

    signer: subject of the certificate that signs them.
    """

    folder: Path
    revocation: KeyRevocation
    signer: str
    sign: Callable[[bytes], bytes]
    _files: ExitStack = field(default_factory=ExitStack)
    _writers: dict[str, Any] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    def begin(self, partners: Sequence[str]) -> None:
        """Make the folders. Raises FileExistsError."""
        self.folder.mkdir(mode=FOLDER_MODE)
        for partner in partners:
            (self.folder / partner).mkdir(mode=FOLDER_MODE)
            path = self.folder / partner / _LIST
            file = self._files.enter_context(path.open("x", encoding="utf-8", newline=""))
            self._writers[partner] = csv.writer(file)
            self._writers[partner].writerow(_COLUMNS)
            self._counts[partner] = 0

    def add(self, affected: "AffectedPermit") -> None:
        """Write a permit into the lists of the partners that may see it."""
        permit = affected.permit
        state = "sealed anew" if affected.sealed_anew else "not sealed anew yet"
        row = (permit.authority.country.text, permit.authority.code, permit.number.text, state)
        for partner in affected.partners:
            self._writers[partner].writerow(row)
            self._counts[partner] += 1

    def finish(self) -> dict[str, int]:
        """Write and sign every notice, once the lists are closed; return permits by partner."""
        for partner, permits in self._counts.items():
            folder = self.folder / partner
            with (folder / _LIST).open("rb") as file:
                digest = file_digest(file, "sha256").hexdigest()
            text = self._text(partner, permits, digest).encode()
            _write(folder / _TEXT, text)
            _write(folder / _SIGNATURE, self.sign(text))
        return self._counts

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._files.close()

    def _text(self, partner: str, permits: int, digest: str) -> str:
        about = self.revocation
        since = (
            f"In other hands since, at the earliest: {about.since:%Y-%m-%d %H:%M} UTC\n"
            if about.since
            else ""
        )
        return (
            f"Notice to {partner}: a certificate that sealed our CITES permits is revoked.\n\n"
            f"Certificate: {about.subject}\n"
            f"Serial: {about.serial}\n"
            f"SHA-256: {about.sha256}\n"
            f"Revoked: {about.at:%Y-%m-%d %H:%M} UTC, as {about.cause}\n"
            f"{since}\n"
            f"{_ADVICE[about.cause]}\n\n"
            "Permits are sealed now by the certificate that signs this notice:\n"
            f"{self.signer}\n\n"
            f"{_LIST} names the permits that you may have from us with a seal of the revoked\n"
            f"certificate: {permits}. Its SHA-256 is {digest}\n\n"
            "What to do: fetch the revocation list of our CA (seal_revocation_list_file), or take\n"
            "the certificate out of seal_anchors_file. If you name our certificates one by one,\n"
            "ask us by telephone for the fingerprint of the new one before you trust it.\n"
            "This notice verifies with:\n"
            f"openssl cms -verify -binary -inform DER -in {_SIGNATURE} -content {_TEXT}"
            " -CAfile OUR-CA.pem -purpose any\n"
        )


def _write(path: Path, content: bytes) -> None:
    with open(path, "xb", opener=private_opener) as file:
        file.write(content)
