"""Sample permits of stand-ins: the records of the sandbox, for any country.

They are invented, and box 5 of each says that it comes from a stand-in.
"""

import json
import shutil
import tempfile
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from adapters.national.registry import national_source
from gateway.domain.errors import RecordInvalid
from gateway.exchange.ports import NationalRecord

SAMPLE_COUNTRY = "MZ"
"""Country of the records; another can be written in its place."""

_FILE = "sandbox.json"
_MARK = "Given by a stand-in: no permit, and not valid for any trade."


@cache
def sample_records(country: str) -> tuple[NationalRecord, ...]:
    """The records with another country in the place of theirs. country: ISO 3166 code.

    Raises RecordInvalid, which a test excludes.
    """
    with (
        resources.as_file(resources.files("adapters.national.examples")) as examples,
        tempfile.TemporaryDirectory(prefix="epix-samples-") as folder,
    ):
        file = Path(shutil.copytree(examples, Path(folder) / "examples")) / _FILE
        records = json.loads(file.read_text(encoding="utf-8"))
        for record in records:
            record["special_conditions"] = [*record.get("special_conditions", ()), _MARK]
        file.write_text(json.dumps(_of_country(records, country)), encoding="utf-8")
        return tuple(_read(file))


def _read(file: Path) -> list[NationalRecord]:
    read = []
    for record in national_source(file).records(file):
        if isinstance(record, RecordInvalid):
            raise record
        read.append(record)
    return read


def _of_country(value: Any, country: str) -> Any:
    """A JSON value with the country and the numbers of the samples replaced."""
    match value:
        case dict():
            return {
                key: inner if key == "attachments" else _of_country(inner, country)
                for key, inner in value.items()
                if country == SAMPLE_COUNTRY or key != "country_name"
            }
        case list():
            return [_of_country(inner, country) for inner in value]
        case str() if value == SAMPLE_COUNTRY or value.startswith(f"{SAMPLE_COUNTRY}26"):
            return country + value.removeprefix(SAMPLE_COUNTRY)
        case _:
            return value
