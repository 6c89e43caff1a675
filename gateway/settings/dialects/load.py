"""Loading of dialects: the shipped ones, and those of a working directory.

`conf/dialects/NAME.toml` of a working directory adds the dialect NAME, or stands in place of the
shipped one. Every mistake is named at once, with file, line and key.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from pydantic import TypeAdapter, ValidationError

import wsdl
from gateway.dialects import Dialect
from gateway.domain.errors import SettingsInvalid
from gateway.settings.dialects.facts import contradictions
from gateway.settings.dialects.file import DialectFile
from gateway.settings.dialects.names import DialectName
from gateway.settings.reading.lines import Place, line_of, lines_of
from gateway.settings.reading.toml import read_toml
from gateway.settings.reading.wording import (
    expected_there,
    place_below,
    place_of,
    said_of,
    spelled,
)
from gateway.settings.section import Mistake
from gateway.shipped import shipped_folder

FOLDER = "conf/dialects"
"""Folder of dialect files, in a working directory as in what is shipped."""

MOST_BYTES = 256 * 1024
"""Longest file that is read. A shipped one takes about 5 KB."""
_MOST_CHARACTERS_IN_A_LINE = 8_000
"""A key of many parts costs the square of its length."""

_NAME: TypeAdapter[str] = TypeAdapter(DialectName)


@dataclass(frozen=True, slots=True)
class DialectReading:
    """A dialect file as it was read. dialect: None where there are problems.

    file: how messages name it.
    """

    file: str
    dialect: Dialect | None
    problems: tuple[SettingsInvalid, ...] = ()


def load_dialects(directory: Path | None = None) -> Mapping[str, Dialect]:
    """Read every dialect: name -> dialect. directory: a working directory; None: shipped ones.

    Raises SettingsInvalid, the first of the problems.
    """
    return MappingProxyType({name: load_dialect(name, directory) for name in names(directory)})


def load_dialect(name: str, directory: Path | None = None) -> Dialect:
    """Read one dialect. directory: as above. Raises SettingsInvalid; KeyError for no such one."""
    reading = read_dialect(name, directory)
    for problem in reading.problems:
        raise problem
    assert reading.dialect is not None  # noqa: S101  # none only where there is a problem
    return reading.dialect


def names(directory: Path | None = None) -> tuple[str, ...]:
    """Names of all dialects, in order. directory: as above."""
    return tuple(sorted({**_files(shipped_folder()), **own_files(directory)}))


def own_files(directory: Path | None) -> dict[str, Path]:
    """Dialect files of a working directory by their name, in order."""
    return _files(directory) if directory else {}


def read_dialect(name: str, directory: Path | None = None) -> DialectReading:
    """Read one dialect, right or wrong. Raises KeyError where there is no such one."""
    own = own_files(directory).get(name)
    return _compared(_read(own), own) if own else _shipped(name)


def _compared(reading: DialectReading, file: Path) -> DialectReading:
    """The reading of a working directory's file, with what differs from its WSDL.

    Shipped files were compared before they were shipped.
    """
    dialect = reading.dialect
    if dialect is None or dialect.wsdl is None:
        return reading
    # Imported only for such a file: it loads the XML library.
    from gateway.settings.dialects.wsdl_fit import wsdl_mistakes

    folders = (file.parents[2] / "wsdl", wsdl.directory())
    mistakes = dict(wsdl_mistakes(dialect, folders))
    if not mistakes:
        return reading
    at = _Reading(reading.file, dialect.name, file.read_text(encoding="utf-8"))
    problems = (at.at(place_below(key), said) for key, said in mistakes.items())
    return DialectReading(reading.file, None, tuple(problems))


def _files(directory: Path) -> dict[str, Path]:
    return {file.stem: file for file in sorted((directory / FOLDER).glob("*.toml"))}


@cache
def _shipped(name: str) -> DialectReading:
    files = _files(shipped_folder())
    if not files:
        folder = shipped_folder() / FOLDER
        text = f"No dialect is there: {folder} of the installation is missing. Install anew."
        raise SettingsInvalid(text, file=FOLDER)
    return _read(files[name])


def _read(path: Path) -> DialectReading:
    """Read one file, with every problem in the order of its lines."""
    file = f"{FOLDER}/{path.name}"

    def wrong(text: str) -> DialectReading:
        return DialectReading(file, None, (SettingsInvalid(f"{file} {text}", file=file),))

    try:
        with path.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            return wrong(f"is longer than {MOST_BYTES} bytes, so it is no dialect file.")
        text = content.decode("utf-8")
        _NAME.validate_python(path.stem)
    except OSError:
        return wrong("cannot be read.")
    except UnicodeDecodeError:
        return wrong("cannot be read as UTF-8 text.")
    except ValueError:
        return wrong("must be named by the dialect: 1 to 35 of a-z 0-9 -, then .toml.")
    if max(map(len, lines_of(text))) > _MOST_CHARACTERS_IN_A_LINE:
        return wrong(f"has a line of more than {_MOST_CHARACTERS_IN_A_LINE} characters.")
    try:
        return _Reading(file, path.stem, text).read()
    except RecursionError:
        return wrong("is nested too deeply.")


@dataclass(slots=True)
class _Reading:
    """A file while it is read. file: how messages name it.  name: of the dialect."""

    file: str
    name: str
    text: str

    def read(self) -> DialectReading:
        """Give the dialect, or every problem."""
        toml = read_toml(self.text)
        problems = []
        for mistake in toml.mistakes:
            key, said = said_of(mistake, self.text)
            problems.append(self._problem(mistake.line, key, said))
        parsed = None
        if toml.data is not None:
            try:
                parsed = DialectFile.model_validate_json(
                    json.dumps(toml.data, default=str), strict=True
                )
            except ValidationError as error:
                problems += [self.at(place, said) for place, said in _mistakes(error)]
            known = contradictions(self.name, toml.data)
            problems += [self.at(place_below(key), said) for key, said in known]
        problems.sort(key=lambda problem: problem.line or 0)
        if problems or parsed is None:
            return DialectReading(self.file, None, tuple(problems))
        return DialectReading(self.file, parsed.dialect(self.name))

    def at(self, place: Place, said: str) -> SettingsInvalid:
        """A problem of a key."""
        return self._problem(line_of(self.text, place), spelled(place), f"{spelled(place)} {said}")

    def _problem(self, line: int | None, key: str | None, said: str) -> SettingsInvalid:
        where = f"{self.file}, line {line}" if line else self.file
        return SettingsInvalid(f"{where}: {said}.", file=self.file, line=line, key=key)


def _mistakes(error: ValidationError) -> Iterator[tuple[Place, str]]:
    for detail in error.errors(include_url=False, include_input=False):
        place = place_of(detail)
        yield place, expected_there(detail, place, DialectFile)
        also: tuple[Mistake, ...] = detail.get("ctx", {}).get("also", ())
        for key, expected in also:
            yield (*detail["loc"], *place_below(key)), expected
