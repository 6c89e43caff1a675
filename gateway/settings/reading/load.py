"""Loading of settings from a working directory; problems are named with file, line and key."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from gateway.domain.errors import SettingsInvalid
from gateway.settings.authorities import GatewaySettings
from gateway.settings.client import ClientSettings
from gateway.settings.dialects.load import own_files, read_dialect
from gateway.settings.journal import JournalSettings
from gateway.settings.model import Settings
from gateway.settings.operations import AlertSettings
from gateway.settings.partners import PartnerSettings
from gateway.settings.reading.across import Tables, mistakes_across
from gateway.settings.reading.environment import overrides
from gateway.settings.reading.lines import Place, line_of
from gateway.settings.reading.toml import read_toml
from gateway.settings.reading.wording import (
    expected_there,
    near_hint,
    place_below,
    place_of,
    said_of,
    spelled,
)
from gateway.settings.section import Mistake, Section, credential_or_path

FILES = ("conf/gateway.toml", "conf/partners.toml")
_OPTIONAL_FILE = "conf/partners.toml"
_TABLES = {
    FILES[0]: (
        "gateway", "server", "database", "tokens", "limits", "client", "outbox", "declarations",
        "operations",
        "alerts", "portal", "seal", "paper", "credential", "journal", "mail", "message_security",
        "revocation", "web", "retention", "species_plus", "supporting_documents", "report_query",
        "risk",
    ),
    FILES[1]: ("partner", "mail_partner"),
}  # fmt: skip
_LISTS = ("authorities", "partner", "mail_partner", "revocation", "report_query")

_Table = TypeVar("_Table", bound=Section)


def load_settings(directory: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """Read conf/gateway.toml and conf/partners.toml of a directory, and the environment.

    environment: taken instead of the process's own.
    Raises SettingsInvalid, the first of `settings_problems`.
    """
    reading = _Reading(directory, os.environ if environment is None else environment)
    settings = reading.settings()
    if reading.problems:
        raise reading.problems[0]
    assert settings is not None  # noqa: S101  # no settings without a problem
    return settings


def settings_problems(
    directory: Path,
    environment: Mapping[str, str] | None = None,
    texts: Mapping[str, str] | None = None,
) -> tuple[SettingsInvalid, ...]:
    """Every problem of the configuration, in the order of files and lines.

    texts: text of files (of FILES) as they are to become, in place of what is there.
    """
    reading = _Reading(directory, os.environ if environment is None else environment, texts or {})
    reading.settings()
    return tuple(reading.problems)


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file that the configuration names.

    place: of the key.  path: absolute.  source, line: file of the configuration or variable, and
    line, 1-based.  key: as messages spell the place.
    """

    place: Place
    path: Path
    source: str
    line: int | None
    key: str


@dataclass(frozen=True, slots=True)
class Written:
    """The configuration as it is written, right or wrong. files: every one that is there.

    mode: `server.mode`.  countries: of [[gateway.authorities]].
    """

    files: tuple[NamedFile, ...]
    mode: object
    countries: frozenset[str]


def written_configuration(directory: Path, environment: Mapping[str, str] | None = None) -> Written:
    """Files and countries that the configuration names, whatever else is wrong with it."""
    reading = _Reading(directory, os.environ if environment is None else environment)
    reading.settings()
    return reading.written()


class _Reading:
    """State of reading a working directory: texts of files, overriding variables, problems."""

    def __init__(
        self, directory: Path, environment: Mapping[str, str], texts: Mapping[str, str] = {}
    ) -> None:
        self.directory = directory.absolute()
        self.replaced = texts
        self.environment = environment
        self.problems: list[SettingsInvalid] = []
        self.texts: dict[str, str] = {}
        self.data: dict[str, Any] = {}
        self.variables: dict[Place, str] = {}
        self.incomplete: set[str] = set()
        """Files with a line or table that is left out: what they lack may stand there."""

    def settings(self) -> Settings | None:
        """The settings, where there is no problem; else every problem that can be told at once.

        A table that a file breaks off before is no problem of its own.
        """
        data: dict[str, Any] = {"database": {}, "limits": {}, "client": {}, "operations": {}}
        whole = [self._file(file, data) for file in FILES]
        self._override(data)
        self._own_dialects()
        self.data = data
        if not all(whole):
            return None
        data |= {"directory": str(self.directory)}
        settings = self._validated(Settings, data)
        self.problems += self._not_reported(self._across(data)) if self.problems else ()
        order = [*FILES, *(problem.file for problem in self.problems)]
        self.problems.sort(key=lambda problem: (order.index(problem.file), problem.line or 0))
        return None if self.problems else settings

    def written(self) -> Written:
        """Content as it was read, right or wrong."""
        tables = self.data.get("server"), self.data.get("gateway")
        server, own = (table if isinstance(table, dict) else {} for table in tables)
        authorities = own.get("authorities")
        countries = (
            each.get("country")
            for each in (authorities if isinstance(authorities, list) else ())
            if isinstance(each, dict)
        )
        return Written(
            tuple(self._filesplace_below((), self.data)),
            server.get("mode"),
            frozenset(country for country in countries if isinstance(country, str)),
        )

    def _filesplace_below(self, place: Place, value: object) -> Iterator[NamedFile]:
        if isinstance(value, dict):
            for name, inner in value.items():
                yield from self._filesplace_below((*place, name), inner)
        elif isinstance(value, list):
            for index, inner in enumerate(value):
                yield from self._filesplace_below((*place, index), inner)
        elif isinstance(value, str) and str(place[-1]).endswith("_file"):
            try:
                path = self.directory / credential_or_path(Path(value))
            except KeyError:
                return  # a problem of the settings already
            if path.is_file():
                source, line = self._origin(place)
                yield NamedFile(place, path, source, line, spelled(place))

    def _origin(self, place: Place) -> tuple[str, int | None]:
        """Variable, or file and line, where a value comes from."""
        for length in range(len(place), 0, -1):
            if variable := self.variables.get(place[:length]):
                return variable, None
        file = _file_of(place)
        return file, line_of(self.texts.get(file, ""), place)

    def _validated(self, kind: type[_Table], data: object) -> _Table | None:
        """A table of the data; its problems are noted, those of a line that is no TOML once."""
        try:
            return _strict(kind, data, self.directory)
        except ValidationError as error:
            found = (
                self._problem_at(place, expected)
                for detail in error.errors(include_url=False, include_input=False)
                if not (detail["type"] == "missing" and _file_of(detail["loc"]) in self.incomplete)
                for place, expected in _mistakes(detail)
            )
            self.problems += self._not_reported(found)
            return None

    def _not_reported(self, found: Iterable[SettingsInvalid]) -> list[SettingsInvalid]:
        known = {(problem.file, problem.key) for problem in self.problems}
        return [problem for problem in found if (problem.file, problem.key) not in known]

    def _across(self, data: Mapping[str, Any]) -> Iterator[SettingsInvalid]:
        """Problems of tables with each other, without the keys that are wrong by themselves."""

        def right(kind: type[_Table], table: object) -> _Table | None:
            try:
                return _strict(kind, table, self.directory)
            except ValidationError as error:
                wrong = {detail["loc"][0] for detail in error.errors() if detail["loc"]}
            if not isinstance(table, dict) or not wrong & table.keys():
                return None
            left = {name: value for name, value in table.items() if name not in wrong}
            return right(kind, left)

        listed = data.get("partner")
        partners = enumerate(listed if isinstance(listed, list) else ())
        checked = ((index, right(PartnerSettings, each)) for index, each in partners)
        tables = Tables(
            right(GatewaySettings, data.get("gateway")),
            right(JournalSettings, data.get("journal", {})),
            right(AlertSettings, data.get("alerts", {})),
            right(ClientSettings, data.get("client", {})),
            self.directory,
            {index: partner for index, partner in checked if partner},
            frozenset(data),
        )
        for key, expected in mistakes_across(tables):
            yield self._problem_at(place_below(key), expected)

    def _file(self, file: str, data: dict[str, Any]) -> bool:
        """Add the tables of a file to the data; whether its tables could be told apart."""
        try:
            path = self.directory / file
            self.texts[file] = self.replaced.get(file) or path.read_text(encoding="utf-8")
        except FileNotFoundError:
            if file != _OPTIONAL_FILE:
                self._wrong(
                    f"{file} is missing; `epix-gateway init` makes a working directory with one.",
                    file,
                )
            return file == _OPTIONAL_FILE
        except (OSError, UnicodeDecodeError):
            self._wrong(f"{file} cannot be read as UTF-8 text.", file)
            return False
        toml = read_toml(self.texts[file])
        if toml.mistakes or (toml.data or {}).keys() - _TABLES[file]:
            self.incomplete.add(file)
        for mistake in toml.mistakes:
            key, said = said_of(mistake, self.texts[file])
            self._wrong(f"{file}, line {mistake.line}: {said}.", file, mistake.line, key)
        for table in (toml.data or {}).keys() - _TABLES[file]:
            table_line = line_of(self.texts[file], (table,))
            hint = next(
                (f" (it belongs in {other})" for other in FILES if table in _TABLES[other]), ""
            )
            hint = hint or near_hint(table, _TABLES[file])
            text = f"{file}, line {table_line}: {table} is not known here{hint}."
            self._wrong(text, file, table_line, table)
        data |= {name: value for name, value in (toml.data or {}).items() if name in _TABLES[file]}
        return toml.data is not None

    def _own_dialects(self) -> None:
        """Note the problems of dialect files in the directory, those that no partner uses too."""
        for name in own_files(self.directory):
            self.problems += read_dialect(name, self.directory).problems

    def _override(self, data: dict[str, Any]) -> None:
        for variable, place, value in overrides(self.environment):
            *tables, key = place
            if (
                len(place) != 2
                or tables[0] not in _TABLES[FILES[0]]
                or {tables[0], key} & {*_LISTS}
            ):
                reason = (
                    "stands for no setting; a variable is EPIX_<TABLE>__<KEY>, such as"
                    " EPIX_SERVER__LISTEN"
                )
                self._wrong(
                    f"Environment variable {variable} {reason}.", variable, key=".".join(place)
                )
                continue
            table = data.setdefault(tables[0], {})
            if isinstance(table, dict):
                table[key] = value
                self.variables[place] = variable

    def _problem_at(self, place: Place, expected: str) -> SettingsInvalid:
        key = spelled(place)
        file, line = self._origin(place)
        return SettingsInvalid(
            f"{spelled_origin(file, line)}: {key} {expected}.", file=file, line=line, key=key
        )

    def _wrong(self, text: str, file: str, line: int | None = None, key: str | None = None) -> None:
        self.problems.append(SettingsInvalid(text, file=file, line=line, key=key))


def spelled_origin(file: str, line: int | None) -> str:
    """File and line, or variable, at the beginning of a sentence."""
    if file not in FILES:
        return f"Environment variable {file}"
    return f"{file}, line {line}" if line else file


def _file_of(place: Place) -> str:
    return FILES[1] if place[0] in _TABLES[FILES[1]] else FILES[0]


def _strict(kind: type[_Table], data: object, directory: Path) -> _Table:
    """A table of data as TOML has them. Raises ValidationError."""
    return kind.model_validate_json(
        json.dumps(data, default=str), strict=True, context={"directory": directory}
    )


def _mistakes(detail: ErrorDetails) -> Iterator[tuple[Place, str]]:
    """Each mistake of one error: its place, and what is expected there."""
    context = detail.get("ctx", {})
    place = place_of(detail)
    yield place, expected_there(detail, place, Settings)
    also: Sequence[Mistake] = context.get("also", ())
    for key, expected in also:
        yield (*detail["loc"], *place_below(key)), expected
