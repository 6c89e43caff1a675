"""Usual names of columns and fields in exports of authorities: which field of ours each may mean.

Only to say in a refusal which field was perhaps meant; a name is never taken for another.
"""

import difflib
import re
from collections.abc import Iterable
from functools import lru_cache

_USUAL = {
    "permit no": "number",
    "permit number": "number",
    "certificate no": "number",
    "certificate number": "number",
    "kind": "type",
    "permit type": "type",
    "type of permit": "type",
    "document type": "type",
    "n° permis": "number",
    "n permis": "number",
    "numero": "number",
    "número": "number",
    "numéro": "number",
    "date of issue": "issued_at",
    "issue date": "issued_at",
    "issued": "issued_at",
    "place of issue": "issued_where.name",
    "issued by": "issuer.name",
    "expiry": "valid_until",
    "expiry date": "valid_until",
    "expires": "valid_until",
    "valid to": "valid_until",
    "valid until": "valid_until",
    "exporter name": "exporter.name",
    "exporter city": "exporter.city",
    "exporter country": "exporter.country",
    "importer name": "importer.name",
    "importer city": "importer.city",
    "importer country": "importer.country",
    "country of destination": "importer.country",
    "country of import": "importer.country",
    "purpose code": "purpose",
    "purpose of transaction": "purpose",
    "exporter": "exporter.name",
    "exporter address": "exporter.street",
    "exporting country": "exporter.country",
    "importer": "importer.name",
    "importer address": "importer.street",
    "importing country": "importer.country",
    "destination": "importer.country",
    "remarks": "special_conditions",
    "conditions": "special_conditions",
    "security stamp": "stamp",
    "stamp number": "stamp",
    "security code": "token",
    "species": "scientific_name",
    "scientific name": "scientific_name",
    "taxon": "scientific_name",
    "scientific": "scientific_name",
    "cites appendix": "appendix",
    "term code": "term",
    "unit code": "unit",
    "marks and numbers": "marks",
    "common name": "common_names",
    "description of specimens": "description",
    "app": "appendix",
    "source": "sources",
    "source code": "sources",
    "amount": "quantity",
    "qty": "quantity",
    "no of specimens": "quantity",
    "unit of measure": "unit",
    "uom": "unit",
    "quota": "quota.annual",
    "country of origin": "origin.country",
    "origin": "origin.country",
    "origin permit": "origin.permit.number",
    "country of last re export": "last_reexport.country",
    "replaces": "replacement.number",
    "replaced permit": "replacement.number",
    "import permit": "import_permit.number",
    "import permit no": "import_permit.number",
    "ata carnet": "carnet.number",
    "carnet": "carnet.number",
    "annex": "annex.pages",
    "pages of annex": "annex.pages",
    "line": "id",
    "item": "id",
}
"""Lower case, words apart by one space -> field of a permit, or of a line without its prefix."""


def usual(name: str, known: Iterable[str]) -> str | None:
    """Return the known field that a name means by its usual sense, or whose name it is itself.

    known: fields of a line begin with `position.`.
    """
    fields = {_words(field.removeprefix("position.")): field for field in reversed(list(known))}
    words = _words(name)
    return fields.get(words) or fields.get(_words(_USUAL.get(words, "")))


def _words(name: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", name.lower()))


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known field that a name may mean, by its usual sense or by its spelling."""
    return _nearest(name, tuple(known))


@lru_cache(maxsize=256)  # a name that is wrong stands in each record of a file
def _nearest(name: str, fields: tuple[str, ...]) -> str | None:
    by_last_words = {field.removeprefix("position."): field for field in fields}
    words = _words(name)
    if (meant := _USUAL.get(words)) and meant in by_last_words:
        return by_last_words[meant]
    by_words = {_words(field): field for field in fields}
    by_name = {field: field for field in fields}
    for spelled, text in ((by_name, name), (by_words, words), (by_last_words, name.lower())):
        if found := difflib.get_close_matches(text, list(spelled), n=1, cutoff=0.6):
            return spelled[found[0]]
    return None
