"""Loading of source descriptions: every mistake of a file, with file, line and key, in one run."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from gateway.domain.errors import SettingsInvalid
from gateway.settings.national.checks import mistakes_of
from gateway.settings.national.model import FieldMapping, KnownFields, SourceDescription
from gateway.settings.reading.lines import Place, line_of
from gateway.settings.reading.toml import read_toml
from gateway.settings.reading.wording import expected_there, place_of, said_of, spelled

FOLDER = "conf/national"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_MOST_BYTES = 1024 * 1024
_MAPPING_KEYS = frozenset(FieldMapping.model_fields)


@dataclass(frozen=True, slots=True)
class Description:
    """A file of conf/national. description: None where there are problems.

    file: below the working directory.  path: absolute.
    """

    name: str
    file: str
    path: Path
    description: SourceDescription | None
    problems: tuple[SettingsInvalid, ...]


def own_names(directory: Path) -> tuple[str, ...]:
    """Names of the sources of a working directory, in the order of the alphabet."""
    return tuple(sorted(path.stem for path in (directory / FOLDER).glob("*.toml")))


def read_description(directory: Path, name: str, fields: KnownFields) -> Description:
    """Read the description of a source, and everything that is wrong with it.

    directory: the working directory.  name: of the file, without its ending.  fields: known ones.
    """
    file = f"{FOLDER}/{name}.toml"
    path = directory.absolute() / file
    if not _NAME.fullmatch(name) or not path.is_file():
        there = ", ".join(own_names(directory)) or "none"
        text = f"{FOLDER} has no source {name!r}; there are: {there}."
        return Description(name, file, path, None, (SettingsInvalid(text, file=file),))
    found = _Reading(file, directory.absolute(), fields)
    description = found.read(path)
    return Description(name, file, path, description, tuple(found.problems))


class _Reading:
    def __init__(self, file: str, directory: Path, fields: KnownFields) -> None:
        self.file, self.directory, self.fields = file, directory, fields
        self.text = ""
        self.problems: list[SettingsInvalid] = []

    def read(self, path: Path) -> SourceDescription | None:
        try:
            if path.stat().st_size > _MOST_BYTES:
                self._wrong(f"{self.file} is longer than {_MOST_BYTES} bytes.")
                return None
            self.text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            self._wrong(f"{self.file} cannot be read as UTF-8 text.")
            return None
        toml = read_toml(self.text)
        for mistake in toml.mistakes:
            key, said = said_of(mistake, self.text)
            text = f"{self.file}, line {mistake.line}: {said}."
            self._wrong(text, mistake.line, key)
        description = None if toml.data is None else self._validated(toml.data)
        self.problems.sort(key=lambda problem: problem.line or 0)
        return None if self.problems else description

    def _validated(self, data: dict[str, Any]) -> SourceDescription | None:
        """The description; its problems are noted, also those that right keys have together."""
        data |= {table: _mappings(data[table]) for table in ("permit", "line") if table in data}
        wrong: set[Place] = set()
        description = None
        try:
            description = self._strict(data)
        except ValidationError as error:
            for place, expected in _mistakes(error):
                self._at(place, expected)
                wrong.add(place[:2])
        if description is None:
            with suppress(ValidationError):  # they are noted already
                description = self._strict(_without(data, wrong))
        for place, expected in mistakes_of(description, self.fields) if description else ():
            if place[:2] not in wrong:
                self._at(place, expected)
        return description

    def _strict(self, data: dict[str, Any]) -> SourceDescription:
        return SourceDescription.model_validate_json(
            json.dumps(data, default=str), strict=True, context={"directory": self.directory}
        )

    def _at(self, place: Place, expected: str) -> None:
        steps = tuple(
            part
            for step in place
            for part in (step.split(".") if isinstance(step, str) else (step,))
        )
        line = line_of(self.text, steps)
        key = spelled(place)
        where = f"{self.file}, line {line}" if line else self.file
        self._wrong(f"{where}: {key} {expected}.", line, key)

    def _wrong(self, text: str, line: int | None = None, key: str | None = None) -> None:
        self.problems.append(SettingsInvalid(text, file=self.file, line=line, key=key))


def _mappings(value: object) -> object:
    """Mappings by field name: dotted keys, which TOML nests, as one name; a text as a column."""
    if not isinstance(value, dict):
        return value
    found: dict[str, object] = {}

    def enter(name: str, inner: object) -> None:
        if isinstance(inner, dict) and not _MAPPING_KEYS.intersection(inner):
            for key, further in inner.items():
                enter(f"{name}.{key}", further)
        else:
            found[name] = {"column": inner} if isinstance(inner, str) else inner

    for name, inner in value.items():
        enter(name, inner)
    return found


def _without(data: dict[str, Any], wrong: set[Place]) -> dict[str, Any]:
    """The data without the keys that are wrong, so that the others are compared with each other."""
    return {
        table: {key: value for key, value in keys.items() if (table, key) not in wrong}
        if isinstance(keys, dict)
        else keys
        for table, keys in data.items()
        if (table,) not in wrong
    }


def _mistakes(error: ValidationError) -> Iterator[tuple[Place, str]]:
    for detail in error.errors(include_url=False, include_input=False):
        place = place_of(detail)
        # Below a table by names the model's own words for the place do not fit its keys.
        by_name = place[0] in ("permit", "line", "words") and len(place) > 1
        unknown = detail["type"] == "extra_forbidden" and by_name
        yield (
            place,
            "is not a key that is known here"
            if unknown
            else expected_there(detail, place, SourceDescription),
        )
