"""Sample permits of stand-ins: the records of the sandbox, for any country.

They are invented, and box 5 of each says that it comes from a stand-in. Their days are moved, as in
the sandbox, so that they are in force.
"""

import json
import shutil
import tempfile
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from adapters.national import examples
from adapters.national.registry import national_source
from gateway.bootstrap.sandbox.beginning import moved
from gateway.domain.errors import RecordInvalid
from gateway.exchange.ports import NationalRecord

SAMPLE_COUNTRY = "MZ"
"""Country of the records; another can be written in its place."""

_FILE = "sandbox.json"
_MARK = "Given by a stand-in: no permit, and not valid for any trade."


@cache
def sample_records(country: str, today: date) -> tuple[NationalRecord, ...]:
    """The records with another country in the place of theirs. country: ISO 3166 code."""
    with tempfile.TemporaryDirectory(prefix="epix-samples-") as folder:
        file = Path(shutil.copytree(examples.directory(), Path(folder) / "examples")) / _FILE
        records = json.loads(moved(file.read_text(encoding="utf-8"), today))
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


def of_country(text: str, country: str) -> str:
    """A country code or number of the samples with another country in the place of theirs."""
    if text == SAMPLE_COUNTRY or text.startswith(f"{SAMPLE_COUNTRY}26"):
        return country + text.removeprefix(SAMPLE_COUNTRY)
    return text


def _of_country(value: Any, country: str) -> Any:
    """A JSON value with country and numbers replaced. Names of files stay."""
    match value:
        case dict():
            return {
                key: inner if key == "attachments" else _of_country(inner, country)
                for key, inner in value.items()
                if country == SAMPLE_COUNTRY or key != "country_name"
            }
        case list():
            return [_of_country(inner, country) for inner in value]
        case str():
            return of_country(value, country)
        case _:
            return value
