"""Files of reference data: tables in CSV and answers of Species+ in JSON.

The first byte chooses the name, as the name of a file of distributions says its taxon. A file is
read whole or refused whole; what was read comes back from the database as it was.
"""

import json
from pathlib import Path

from adapters.listings.files import ListingFiles
from gateway.domain.errors import ReferenceDataInvalid
from gateway.domain.references.rows import KINDS
from gateway.domain.references.taxa import Taxon
from gateway.store.listings.row_json import fact_from_json, taxon_from_json, to_json
from tests.fuzz.campaign import Broken
from tests.fuzz.coverage_guided.target import Target, chosen
from tests.fuzz.refusals import only
from tests.reference_data import LEGISLATION, TABLES

_NAMES = ("table.csv", "legislation.json", "distributions_10000_en.json")
_TAXA = {
    "pagination": {},
    "taxon_concepts": [
        {
            "id": 7, "full_name": "Nasua narica", "author_year": "(Linnaeus, 1766)",
            "rank": "SPECIES", "name_status": "A", "active": True, "cites_listing": "III",
            "higher_taxa": {"kingdom": "Animalia", "family": "Procyonidae"},
            "synonyms": [{"id": 8, "full_name": "Nasua nelsoni"}],
            "cites_listings": [{"appendix": "III", "effective_at": "1987-04-13"}],
        }
    ],
}  # fmt: skip


def make(folder: Path) -> Target:
    """The reader of files that `listings import` takes."""
    files = [folder / name for name in _NAMES]

    def attempt(data: bytes) -> str:
        file, content = chosen(data, files)
        file.write_bytes(content)
        rows = 0
        with only(ReferenceDataInvalid, data) as reading:
            read = ListingFiles().read(file, lambda _: None)
            for placed in read.rows:
                text = to_json(placed.row)
                kind = KINDS[type(placed.row)].value
                is_taxon = isinstance(placed.row, Taxon)
                if (
                    taxon_from_json(text) if is_taxon else fact_from_json(kind, text)
                ) != placed.row:
                    raise Broken("a row comes back otherwise", data)
                rows += 1
        return f"{reading.outcome} {'with' if rows else 'without'} rows"

    names = ("csv_file", "entry", "files", "reading", "species_plus", "tables", "values")
    return Target(attempt, _seeds(), [f"adapters/listings/{name}.py" for name in names])


def _seeds() -> list[bytes]:
    tables = [b"\0" + file.read_bytes() for file in sorted(TABLES.glob("*.csv"))]
    answers = [
        b"\1" + json.dumps(answer).encode() for answer in (LEGISLATION, _TAXA, {"error": "x"})
    ]
    return [*tables, *answers, b"\2" + json.dumps([{"iso_code2": "LK", "tags": []}]).encode()]
