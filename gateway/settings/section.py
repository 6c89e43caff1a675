"""What all sections share: frozen, no unknown keys, and the kinds of value that several sections use."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from gateway.domain.errors import InvalidRequest
from gateway.domain.identifiers import IsoCountryCode


class Section(BaseModel):
    """One table of a configuration file. An unknown key is an error, and nothing changes after start."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_default=True, use_attribute_docstrings=True, hide_input_in_errors=True
    )


def files_named(section: Section) -> Iterator[Path]:
    """Every file that a table names, and those below it."""
    waiting: list[object] = [section]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Path):
            yield value
        elif isinstance(value, Section):
            waiting.extend(getattr(value, name) for name in type(value).model_fields)
        elif isinstance(value, tuple):
            waiting.extend(value)


def wrong(expected: str, *, key: str | None = None) -> PydanticCustomError:
    """The error of a value that is not what it should be. expected: `must be ...`, said of the key.

    key: for a check over several keys of one table, the one to blame.
    """
    return PydanticCustomError("wrong", "{expected}", {"expected": expected, "key": key})


CREDENTIAL = "credential:"
"""`credential:seal` is the file of that name which systemd has handed over (LoadCredential=, systemd.exec(5))."""


def credential_or_path(path: Path) -> Path:
    """Where a file lies that may be named as a systemd credential. Raises KeyError outside of systemd."""
    text = str(path)
    return Path(os.environ["CREDENTIALS_DIRECTORY"], text.removeprefix(CREDENTIAL)) if _is_credential(path) else path


def _is_credential(path: Path) -> bool:
    return str(path).startswith(CREDENTIAL)


def _inside(path: Path, info: ValidationInfo) -> Path:
    if _is_credential(path):
        try:
            return credential_or_path(path)
        except KeyError:
            raise wrong("names a credential, and systemd has handed none over (LoadCredential= in the unit)") from None
    directory = (info.context or {}).get("directory")
    return directory / path if directory else path


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise wrong("must name a file that exists")
    return path


def _country(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return IsoCountryCode.parse(value)
    except InvalidRequest:
        raise wrong("must be two capital letters of ISO 3166, such as MZ") from None


def matching(pattern: str, expected: str) -> Callable[[str], str]:
    """A check that a whole text has a form; what is wrong is said in words, not as a pattern."""
    form = re.compile(pattern)

    def check(text: str) -> str:
        if not form.fullmatch(text):
            raise wrong(expected)
        return text

    return check


ExistingFile = Annotated[Path, AfterValidator(_inside), AfterValidator(_existing)]
"""A file that must be there; a relative path begins at the working directory."""

Country = Annotated[IsoCountryCode, BeforeValidator(_country)]
"""Two capital letters of ISO 3166."""

Seconds = Annotated[float, Field(gt=0, le=3600)]
"""A waiting time in seconds, above 0 and at most an hour."""
