"""Loading of settings from a working directory; problems are named with file, line and key."""

import difflib
import json
import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from gateway.domain.errors import SettingsInvalid
from gateway.settings.model import Settings
from gateway.settings.reading.environment import overrides
from gateway.settings.reading.lines import Place, line_of

FILES = ("conf/gateway.toml", "conf/partners.toml")
_OPTIONAL_FILE = "conf/partners.toml"
_TABLES = {
    FILES[0]: (
        "gateway", "server", "database", "tokens", "limits", "client", "outbox", "operations",
        "seal", "journal", "mail", "message_security", "revocation",
    ),
    FILES[1]: ("partner",),
}  # fmt: skip
_LISTS = ("authorities", "partner", "revocation")

_EXPECTED = {
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "string_type": "must be a text in quotes",
    "tuple_type": "must be a list in [ ]",
    "frozen_set_type": "must be a list in [ ]",
    "model_type": "must be a table",
    "too_short": "must hold at least {min_length}",
    "too_long": "must hold at most {max_length}",
    "string_too_short": "must not be empty",
    "string_too_long": "must be at most {max_length} characters",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "enum": "must be {expected}",
    "literal_error": "must be {expected}",
    "finite_number": "must be a finite number",
}


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
        self.variables: dict[Place, str] = {}

    def settings(self) -> Settings | None:
        data: dict[str, Any] = {"database": {}, "limits": {}, "client": {}, "operations": {}}
        for file in FILES:
            data |= self._file(file)
        if self.problems:
            return None
        self._override(data)
        if self.problems:
            return None
        data |= {"directory": str(self.directory)}
        try:
            return Settings.model_validate_json(
                json.dumps(data, default=str), strict=True, context={"directory": self.directory}
            )
        except ValidationError as error:
            found = [
                self._problem(detail)
                for detail in error.errors(include_url=False, include_input=False)
            ]
            self.problems = sorted(found, key=lambda problem: (problem.file, problem.line or 0))
            return None

    def _file(self, file: str) -> dict[str, Any]:
        path = self.directory / file
        try:
            self.texts[file] = self.replaced.get(file) or path.read_text(encoding="utf-8")
            data = tomllib.loads(self.texts[file])
        except FileNotFoundError:
            if file != _OPTIONAL_FILE:
                self._wrong(
                    f"{file} is missing; `epix-gateway init` makes a working directory with one.",
                    file,
                )
            return {}
        except (OSError, UnicodeDecodeError):
            self._wrong(f"{file} cannot be read as UTF-8 text.", file)
            return {}
        except tomllib.TOMLDecodeError as error:
            place = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", str(error))
            last = len(self.texts[file].splitlines())
            line = int(place[1]) if place and place[1] else last
            reason = str(error)[: place.start()] if place else str(error)
            self._wrong(f"{file}, line {line}: not TOML: {reason}.", file, line)
            return {}
        for table in data.keys() - _TABLES[file]:
            table_line = line_of(self.texts[file], (table,))
            hint = next(
                (f" (it belongs in {other})" for other in FILES if table in _TABLES[other]), ""
            )
            hint = hint or _near(table, _TABLES[file])
            text = f"{file}, line {table_line}: {table} is not known here{hint}."
            self._wrong(text, file, table_line, table)
        return data

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

    def _problem(self, detail: ErrorDetails) -> SettingsInvalid:
        place = place_of(detail)
        expected, key = expected_there(detail, place), spelled(place)
        for length in range(len(place), 0, -1):
            if variable := self.variables.get(place[:length]):
                return SettingsInvalid(
                    f"Environment variable {variable}: {key} {expected}.", file=variable, key=key
                )
        file = FILES[1] if place[0] == "partner" else FILES[0]
        line = line_of(self.texts.get(file, ""), place)
        where = f"{file}, line {line}" if line else file
        return SettingsInvalid(f"{where}: {key} {expected}.", file=file, line=line, key=key)

    def _wrong(self, text: str, file: str, line: int | None = None, key: str | None = None) -> None:
        self.problems.append(SettingsInvalid(text, file=file, line=line, key=key))


def _below(key: str | None) -> Place:
    return tuple(int(step) if step.isdigit() else step for step in key.split(".")) if key else ()


def place_of(detail: ErrorDetails) -> Place:
    """Path to the value that an error of pydantic is about."""
    return (*detail["loc"], *_below(detail.get("ctx", {}).get("key")))


def spelled(place: Place) -> str:
    """`partner[2].country`, counted from one as people do."""
    steps = [f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in place]
    return "".join(steps).removeprefix(".")


def expected_there(detail: ErrorDetails, place: Place, root: type[BaseModel] = Settings) -> str:
    """The rest of the sentence that begins with the key. root: the model that was read."""
    error, context = detail["type"], detail.get("ctx", {})
    if error == "wrong":
        return str(context["expected"])
    if error == "missing":
        return "is missing"
    if error == "extra_forbidden":
        return f"is not a key that is known here{_near(str(place[-1]), _keys_beside(place, root))}"
    text = _EXPECTED.get(error, "is not what is expected here").format_map(context)
    return text.replace("'", "")


def _near(word: str, known: Sequence[str]) -> str:
    """A hint at the known name that is spelled most alike; empty where none is near."""
    near = difflib.get_close_matches(word, known, 1)
    return f" (perhaps {near[0]} is meant)" if near else ""


def _keys_beside(place: Place, section: type[BaseModel]) -> tuple[str, ...]:
    """Keys that are known in the table of a place. section: the model at the root."""
    for step in place[:-1]:
        if isinstance(step, str):
            annotation = section.model_fields[step].annotation
            inner = next((one for one in get_args(annotation) if isinstance(one, type)), annotation)
            if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
                return ()
            section = inner
    return tuple(section.model_fields)
