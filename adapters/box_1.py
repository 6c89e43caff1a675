"""Box 1: the type of the document, from its code to letter and words and back."""

from gateway.domain import codes
from gateway.domain.codes import DocumentType
from gateway.domain.permit.permit import Permit


def to_document(permit: Permit) -> dict[str, object]:
    """`letter` and `type_name` as a document shows them.

    The words are the permit's own. Without them, and with the letter O, they are the English words
    of the list of document types.
    """
    document_type = permit.document_type
    return {
        "letter": document_type.letter,
        "type_name": permit.type_name or _words(document_type),
    }


def from_document(letter: str, words: str | None) -> dict[str, object] | None:
    """`type`, and the words as `type_name` where `to_document` would write other words.

    None for an unknown letter.
    """
    code = codes.document_type_of(letter, words)
    if code is None:
        return None
    return (
        {"type": code}
        if words in (None, _words(codes.document_type(code)))
        else {"type": code, "type_name": words}
    )


def _words(document_type: DocumentType) -> str | None:
    named = document_type.letter == "O" and document_type.code != "OTHER"
    return document_type.english if named else None
