"""As-issued check: a document is sealed anew only where it is what was issued.

The proof is the seal that is there: whole, over these very bytes, and made by a certificate of ours
before the key was in other hands. A thief of the key who may also write the database can date a
seal back. So where there is a signed record of the publication, it has to agree as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from gateway.domain.errors import SignatureInvalid
from gateway.exchange.ports import Document, DocumentForm, OwnSeals


@dataclass(frozen=True, slots=True)
class FormerKey:
    """The key whose seals are replaced.

    sha256: of its certificate, hex.
    stolen_since: moment from which somebody else may have had it, aware; None where nobody had.
    """

    sha256: str
    stolen_since: datetime | None


def require_as_issued(
    documents: Mapping[tuple[str, DocumentForm], Document],
    seals: OwnSeals,
    key: FormerKey,
    *,
    compared: bool,
) -> None:
    """Verify the documents of a permit that a former key has sealed.

    compared: a person has compared the permit with the national record, so that a seal of after
    the theft is taken for ours. It must hold all the same.
    Raises SignatureInvalid, SignerNotTrusted with a sentence.
    """
    for (version, form), document in documents.items():
        at = seals.sealed_at(document.content, document.seal or b"")
        if key.stolen_since is not None and at >= key.stolen_since and not compared:
            raise SignatureInvalid(
                f"Its document {version}, {form.value}, was sealed on {at:%Y-%m-%d %H:%M} UTC, when"
                " the thief may have had the key. Compare it with the national record, then name it"
                " with --compared."
            )
