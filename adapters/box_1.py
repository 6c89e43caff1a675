"""Box 1: how do letter and words show the type of the document, and which type do they mean?"""

from gateway.domain.codes import DocumentType, document_type, document_type_of
from gateway.domain.permit import Permit


def shown(permit: Permit) -> dict[str, object]:
    """`letter` and `type_name` as written: the document's own words, else ours in English where the letter is O."""
    kind = permit.document_type
    return {"letter": kind.letter, "type_name": permit.type_name or _words(kind)}


def meant(letter: str, words: str | None) -> dict[str, object] | None:
    """`type` and, where they are not what `shown` would write, the words as `type_name`. None for an unknown letter."""
    code = document_type_of(letter, words)
    if code is None:
        return None
    return {"type": code} if words in (None, _words(document_type(code))) else {"type": code, "type_name": words}


def _words(kind: DocumentType) -> str | None:
    return kind.english if kind.letter == "O" and kind.code != "OTHER" else None
