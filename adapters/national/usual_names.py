"""Usual names of columns and fields in exports of authorities: which field of ours each may mean.

Only to say in a refusal which field was perhaps meant; a name is never taken for another.
"""

import difflib
import re
from collections.abc import Iterable

_USUAL = {
    "permit no": "number",
    "permit number": "number",
    "certificate no": "number",
    "certificate number": "number",
    "kind": "type",
    "permit type": "type",
    "date of issue": "issued_at",
    "issue date": "issued_at",
    "issued": "issued_at",
    "place of issue": "issued_where.name",
    "issued by": "issuer.name",
    "expiry": "valid_until",
    "expiry date": "valid_until",
    "expires": "valid_until",
    "valid to": "valid_until",
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


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known field that a name may mean, by its usual sense or by its spelling."""
    fields = list(known)
    by_last_words = {field.removeprefix("position."): field for field in fields}
    words = " ".join(re.findall(r"[^\W_]+", name.lower()))
    if (meant := _USUAL.get(words)) and meant in by_last_words:
        return by_last_words[meant]
    by_words = {" ".join(re.findall(r"[^\W_]+", field)): field for field in fields}
    by_name = {field: field for field in fields}
    for spelled, text in ((by_name, name), (by_words, words), (by_last_words, name.lower())):
        if found := difflib.get_close_matches(text, list(spelled), n=1, cutoff=0.6):
            return spelled[found[0]]
    return None
