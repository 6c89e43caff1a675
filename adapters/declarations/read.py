"""Reading of a declaration by its form: `"form"` says which shape the JSON has."""

from collections.abc import Callable, Mapping
from typing import Any

from adapters.declarations import eu, norway, plain, us_3_177
from adapters.declarations.entries import Entries, parse
from gateway.domain.declarations.line import CustomsDeclaration
from gateway.domain.declarations.refused import DeclarationInvalid

FORMS: Mapping[str, Callable[[Entries], CustomsDeclaration]] = {
    "plain": plain.read,
    "us-3-177": us_3_177.read,
    "no-44": norway.read,
    "eu": eu.read,
}


def read_declaration(content: bytes) -> CustomsDeclaration:
    """Return the declaration of a JSON text, validated.

    Raises DeclarationInvalid, QuantityInvalid, InvalidRequest, each naming line or entry.
    """
    return declaration_of(parse(content))


def declaration_of(document: Mapping[str, Any]) -> CustomsDeclaration:
    """Return the declaration of a JSON object, as `read_declaration`."""
    entries = Entries(document)
    form = entries.text("form") or "plain"
    if form not in FORMS:
        raise DeclarationInvalid(f'"form" must be one of {" ".join(FORMS)}.', field="form")
    return FORMS[form](entries).validated()
